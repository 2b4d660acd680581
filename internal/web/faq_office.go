package web

import (
	"errors"
	"net/http"
	"strconv"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// officeFAQsPage lists for the office what was published, also what was withdrawn.
type officeFAQsPage struct {
	Layout
	Rows       []faqRow
	MayPublish bool
}

type faqRow struct {
	app.FAQView
	Published, Withdrawn string
	Href, QuestionHref   string
}

const newFAQ = "nuova"

func (s *Site) officeFAQs(w http.ResponseWriter, r *http.Request) error {
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	list, err := s.App.AllFAQs(r.Context(), who, view.AmbitoID)
	if err != nil {
		return err
	}
	p := &officeFAQsPage{Layout: s.officeLayout(r, view, "sportello"), MayPublish: Office.takes(who)}
	p.Title = p.T("Domande frequenti pubblicate")
	p.Crumbs = []Link{{p.T("Domande allo sportello"), p.DeskHref("")}, {Text: p.Title}}
	for _, x := range list {
		row := faqRow{FAQView: x, Published: p.DateHour(x.PublishedAt), Href: p.DeskHref("domande-frequenti/" + x.ID)}
		if x.Question != "" {
			row.QuestionHref = p.DeskHref("domande/" + x.Question)
		}
		if !x.WithdrawnAt.IsZero() {
			row.Withdrawn = p.DateHour(x.WithdrawnAt)
		}
		p.Rows = append(p.Rows, row)
	}
	return s.show(w, r, http.StatusOK, "faq-office", p)
}

// editFAQPage is where the office words a question for everybody, of its own accord
// or anew.
type editFAQPage struct {
	Layout
	ID        string // empty for a new one
	Action    string
	Fields    []fieldView
	Why       fieldView // why it is withdrawn
	Withdrawn bool
	Seen      int64
	Errors    []problemView
}

func (s *Site) editFAQ(w http.ResponseWriter, r *http.Request) error {
	return s.showFAQ(w, r, http.StatusOK, nil)
}

func (s *Site) showFAQ(w http.ResponseWriter, r *http.Request, status int, problems pdz.Problems) error {
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	p := &editFAQPage{Layout: s.officeLayout(r, view, "sportello")}
	p.Title = p.T("Scrivi una domanda frequente")
	p.Action = p.DeskHref("domande-frequenti/" + r.PathValue("faq"))
	var before app.FAQView
	if id := r.PathValue("faq"); id != newFAQ {
		if before, err = s.publishedFAQ(r, view.AmbitoID, id); err != nil {
			return err
		}
		p.ID, p.Withdrawn, p.Seen = id, !before.WithdrawnAt.IsZero(), before.Act
		p.Title = p.T("Domanda frequente n. %d", before.Seq)
	}
	p.Crumbs = []Link{{p.T("Domande frequenti pubblicate"), p.DeskHref("domande-frequenti")}, {Text: p.Title}}
	p.words(r, before, problems)
	return s.show(w, r, status, "faq-edit", p)
}

func (p *editFAQPage) words(r *http.Request, before app.FAQView, problems pdz.Problems) {
	typed := func(id, otherwise string) string {
		if r.PostForm.Has(id) {
			return r.PostForm.Get(id)
		}
		return otherwise
	}
	fields := []fieldView{
		{ID: app.FieldPublicWords, Label: p.T("Domanda"), Control: controlArea, Value: typed(app.FieldPublicWords, before.Words)},
		{ID: app.FieldPublicAnswer, Label: p.T("Risposta"), Control: controlArea, Value: typed(app.FieldPublicAnswer, before.Answer)},
		{ID: "motivo", Label: p.T("Perché la ritiri"), Control: controlText, Input: "text", Value: typed("motivo", "")},
	}
	p.Errors = p.withProblems(fields, problems)
	p.Fields, p.Why = fields[:2], fields[2]
}

// publishedFAQ finds one of those published.
func (s *Site) publishedFAQ(r *http.Request, ambito, id string) (app.FAQView, error) {
	list, err := s.App.AllFAQs(r.Context(), Who(r.Context()), ambito)
	if err != nil {
		return app.FAQView{}, err
	}
	for _, x := range list {
		if x.ID == id {
			return x, nil
		}
	}
	return app.FAQView{}, app.ErrNotFound
}

func (s *Site) saveFAQ(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	in := app.FAQInput{Ambito: view.AmbitoID, Process: view.Slug, ID: r.PathValue("faq"), Words: r.PostForm.Get(app.FieldPublicWords),
		AnswerInFull: r.PostForm.Get(app.FieldPublicAnswer), Seen: numberOf(r.PostForm.Get("visto")), ReceivedAt: ReceivedAt(r.Context())}
	if in.ID == newFAQ {
		in.ID = ""
	}
	_, err = s.App.PublishFAQ(r.Context(), Who(r.Context()), in)
	return s.afterFAQ(w, r, err)
}

func (s *Site) withdrawFAQ(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	err := s.App.WithdrawFAQ(r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PathValue("faq"), r.PostForm.Get("motivo"), ReceivedAt(r.Context()))
	return s.afterFAQ(w, r, err)
}

func (s *Site) afterFAQ(w http.ResponseWriter, r *http.Request, err error) error {
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showFAQ(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, prefix(languageOf(r.Context()))+"/ufficio/"+r.PathValue("ambito")+"/sportello/domande-frequenti")
}

// numberOf reads a number that a form of ours holds; what is none is one that no act
// has.
func numberOf(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}
