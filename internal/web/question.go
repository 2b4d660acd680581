package web

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// The information desk (R70-R72). Anybody asks from the page of the desk, without
// script and without a riddle; the office takes in what comes by telephone, at the
// counter and by e-mail, says who is to answer, answers, and publishes the answer in
// words for everybody.

func questionRoutes() []Route {
	const public = "/{ambito}/sportello"
	const office = officeAmbito + "/sportello"
	const one = office + "/domande/{domanda}"
	const faq = office + "/domande-frequenti"
	return []Route{
		get(public, Public, (*Site).desk),
		{Method: http.MethodPost, Pattern: public, Rule: Public, Handler: (*Site).ask, Body: maxQuestionBody},
		get(public+"/domande/{codice}", Public, (*Site).asked),
		get("/{ambito}/faq", Public, page((*Site).faq)),
		get(office, DeskReader, (*Site).questions).shows(purposeDesk),
		get(office+"/nuova", Desk, (*Site).newQuestion),
		post(office+"/nuova", Desk, (*Site).takeQuestion),
		get(office+"/da-verificare", DeskReader, (*Site).heldQuestions).shows(purposeDesk),
		post(office+"/da-verificare", Desk, (*Site).settleHeld),
		post(office+"/assistita", Desk, (*Site).startAssisted),
		get(one, DeskReader, (*Site).question).shows(purposeDesk),
		post(one+"/assegnazione", Desk, (*Site).assignQuestion),
		post(one+"/risposta", Desk, (*Site).answerQuestion),
		post(one+"/pubblicazione", Office, (*Site).publishAnswer),
		get(faq, DeskReader, (*Site).officeFAQs),
		get(faq+"/{faq}", Office, (*Site).editFAQ),
		post(faq+"/{faq}", Office, (*Site).saveFAQ),
		post(faq+"/{faq}/ritiro", Office, (*Site).withdrawFAQ),
	}
}

func questionPages() []PageType {
	return []PageType{
		{"desk", &deskPage{}},
		{"question-asked", &askedPage{}},
		{"faq", &faqPage{}},
		{"questions", &questionsPage{}},
		{"question-new", &newQuestionPage{}},
		{"question-held", &heldPage{}},
		{"question", &questionPage{}},
		{"faq-office", &officeFAQsPage{}},
		{"faq-edit", &editFAQPage{}},
	}
}

const (
	maxQuestionBody = 64 << 10
	stampField      = "_modulo"
	trapField       = "sito-web"      // people do not see it; programs fill in everything
	quickest        = 3 * time.Second // nobody reads and writes faster
)

// ask takes a question from the web. One that looks like a program's is not refused:
// it waits to be looked at (P18).
func (s *Site) ask(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	in := app.QuestionInput{Ambito: v.AmbitoID, Process: v.Slug, Name: r.PostForm.Get(app.FieldQuestionName),
		Contact: r.PostForm.Get(app.FieldQuestionContact), Words: r.PostForm.Get(app.FieldQuestionWords),
		Doubt: s.doubt(r, v.AmbitoID), Source: s.App.NetworkHash(networkOf(s.client(r)).String()),
		Arrival: app.Arrival{Channel: app.AskedWeb, ReceivedAt: ReceivedAt(r.Context())}}
	in.Key = questionKey(r.PostForm.Get(stampField), in)
	out, err := s.App.Ask(r.Context(), app.Actor{Role: app.Anonymous}, in)
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showDesk(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, prefix(languageOf(r.Context()))+"/"+v.AmbitoID+"/sportello/domande/"+out.ID)
}

// questionKey makes the second click of a form the same question, and another text
// from the same form another one.
func questionKey(stamp string, in app.QuestionInput) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q", []string{stamp, in.Name, in.Contact, in.Words})))[:32]
}

// doubt says why a post may be a program's. Who signed in is a person.
func (s *Site) doubt(r *http.Request, ambito string) app.Doubt {
	if s.Identify != nil && len(s.Identify(r)) > 0 {
		return ""
	}
	age, ours := s.App.FormAge(ambito, r.PostForm.Get(stampField))
	switch {
	case r.PostForm.Get(trapField) != "":
		return app.DoubtTrap
	case !ours:
		return app.DoubtStamp
	case age < quickest:
		return app.DoubtQuick
	case s.questionRate.take(s.client(r)) != nil:
		return app.DoubtMany
	}
	return ""
}

// networkOf is the network in whose name posts are counted.
func networkOf(from netip.Addr) netip.Prefix {
	bits := 24
	if from.Is6() {
		bits = 56
	}
	prefix, _ := from.Prefix(bits) // of no address: the zero prefix, which is one network too
	return prefix
}

// askFields are the fields of the form, with what was typed and what is wrong.
func (l *Layout) askFields(r *http.Request, problems pdz.Problems) ([]fieldView, []problemView) {
	typed := func(id string) string { return r.PostForm.Get(id) }
	fields := []fieldView{
		{ID: app.FieldQuestionWords, Label: l.T("La tua domanda"), Control: controlArea, Value: typed(app.FieldQuestionWords),
			Help: l.T("Non scrivere dati di salute né di altre persone: la risposta può essere pubblicata, senza il tuo nome.")},
		{ID: app.FieldQuestionContact, Label: l.T("E-mail o telefono"), Control: controlText, Input: "text", Width: "ps-w-mid",
			Value: typed(app.FieldQuestionContact), Help: l.T("Serve solo per risponderti.")},
		{ID: app.FieldQuestionName, Label: l.T("Nome, o ente per cui scrivi"), Control: controlText, Input: "text", Complete: "name",
			Value: typed(app.FieldQuestionName), Optional: true},
	}
	return fields, l.withProblems(fields, problems)
}

// withProblems writes problems beside their fields and lists them for the summary.
func (l *Layout) withProblems(fields []fieldView, problems pdz.Problems) []problemView {
	words := asking{Layout: l}
	var all []problemView
	for _, p := range problems {
		text, href := words.sentence(p, ""), "#contenuto"
		for i := range fields {
			if f := &fields[i]; f.ID == p.Field {
				f.Error, href = capital(text), "#"+f.Element()
				text = f.Label + ": " + text
			}
		}
		all = append(all, problemView{Text: text, Href: href})
	}
	for i := range fields {
		fields[i].Printer = l.Printer
	}
	return all
}

// askedPage tells who asked that the question came. It says nothing of what it says:
// whoever has the code can open it.
type askedPage struct {
	Layout
	app.Asked
	Received string
}

func (s *Site) asked(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	asked, err := s.App.QuestionState(r.Context(), v.AmbitoID, r.PathValue("codice"))
	if err != nil {
		return err
	}
	p := &askedPage{Layout: s.layout(r, v), Asked: *asked}
	p.Private = true
	p.Received = p.Instant(asked.ReceivedAt.In(v.Zone))
	p.Title = p.T("Domanda n. %d", asked.Seq)
	if asked.Held {
		p.Title = p.T("La tua domanda è arrivata")
	}
	p.Crumbs = []Link{{p.T("Sportello"), p.AmbitoHref("sportello")}, {Text: p.Title}}
	return s.show(w, r, http.StatusOK, "question-asked", p)
}

// faqPage shows what was asked and answered, and how the notice is read.
type faqPage struct {
	Layout
	Groups    []faqGroup
	Questions []pdz.Interpretation
}

// faqGroup is what was asked about one process.
type faqGroup struct {
	Title string
	List  []app.FAQView
}

func (s *Site) faq(r *http.Request) (*Content, error) {
	v, err := s.newest(r)
	if err != nil {
		return nil, err
	}
	p := &faqPage{Layout: s.layout(r, v)}
	p.Title, p.Description = p.T("Domande frequenti (FAQ)"), p.T("Le domande di chi vuole partecipare.")
	p.Crumbs = []Link{{Text: p.Title}}
	if err := s.groupFAQs(r, p); err != nil {
		return nil, err
	}
	for _, x := range v.Interpretations {
		if x.Visible == "public" {
			p.Questions = append(p.Questions, x)
		}
	}
	return &Content{Page: "faq", Data: p}, nil
}

// groupFAQs puts together what belongs to one process; a single one needs no name.
func (s *Site) groupFAQs(r *http.Request, p *faqPage) error {
	list, err := s.App.FAQs(r.Context(), p.AmbitoID)
	if err != nil {
		return err
	}
	views, err := s.App.Processes(r.Context(), p.AmbitoID)
	if err != nil {
		return err
	}
	for _, v := range views {
		g := faqGroup{Title: p.T("Domande arrivate allo sportello")}
		if len(views) > 1 {
			g.Title = p.T("Domande su: %s", v.Title)
		}
		for _, x := range list {
			if x.Process == v.Slug {
				g.List = append(g.List, x)
			}
		}
		if len(g.List) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return nil
}

// askedBy names how a question came.
func (l *Layout) askedBy(channel string) string {
	names := map[string]string{app.AskedWeb: l.T("sito"), app.AskedPhone: l.T("telefono"), app.AskedDesk: l.T("sportello"),
		app.AskedEmail: l.T("e-mail")}
	return names[channel]
}

// doubtTexts say to the desk why a question was held.
var doubtTexts = map[app.Doubt]string{
	app.DoubtTrap:  i18n.M("ha riempito un campo che le persone non vedono"),
	app.DoubtQuick: i18n.M("inviata in meno di tre secondi"),
	app.DoubtStamp: i18n.M("non viene dal modulo del sito, o il modulo era vecchio"),
	app.DoubtMany:  i18n.M("molte domande dalla stessa rete in poco tempo"),
}
