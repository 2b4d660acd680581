package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// questionsPage is the desk's day: what is to be given to somebody, answered, or was.
type questionsPage struct {
	Layout
	Sifts    []siftView
	Rows     []questionRow
	Held     int
	MayWrite bool // help desk and office
	Channels []optionView
	Forms    []optionView
	Drafts   []assistedRow
}

// siftView is a row of links that narrow a list down.
type siftView struct {
	Name  string
	Links []siftLink
}

type siftLink struct {
	Text, Href string
	Count      int
	Current    bool
}

// questionRow is a question in the list.
type questionRow struct {
	Href, Words string
	Seq         int
	Day, Hour   string
	By, Channel string
	State       string // toAssign, toAnswer, answered
	Assigned    string
	Published   bool
}

// assistedRow is a sheet that the desk has begun with somebody.
type assistedRow struct{ Href, Who, By, When string }

// States of a question, as the list and its filter name them.
const (
	stateToAssign = "da-assegnare"
	stateToAnswer = "da-rispondere"
	stateAnswered = "risposte"
)

func questionState(v app.QuestionView) string {
	switch {
	case v.Answered():
		return stateAnswered
	case v.Assigned == "":
		return stateToAssign
	}
	return stateToAnswer
}

func (s *Site) questions(w http.ResponseWriter, r *http.Request) error {
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	list, err := s.App.Questions(r.Context(), who, view.AmbitoID)
	if err != nil {
		return err
	}
	p := &questionsPage{Layout: s.officeLayout(r, view, "sportello"), MayWrite: Desk.takes(who)}
	p.Title = p.T("Domande allo sportello")
	p.sift(list, r.URL.Query(), who.Person)
	if _, p.Held, err = s.App.HeldQuestions(r.Context(), who, view.AmbitoID); err != nil {
		return err
	}
	if p.MayWrite {
		p.offerAssistance()
		if err := s.assistedRows(r, p); err != nil {
			return err
		}
	}
	return s.show(w, r, http.StatusOK, "questions", p)
}

// questionFilter is one of the things by which the list is narrowed down.
type questionFilter struct {
	param, name string
	values      []Link // text, and the value in Href; the first takes all
	of          func(app.QuestionView) string
}

func (p *questionsPage) filters(person string) []questionFilter {
	all := Link{p.T("Tutte"), ""}
	return []questionFilter{
		{"stato", p.T("Stato"), []Link{all, {p.T("Da assegnare"), stateToAssign}, {p.T("Da rispondere"), stateToAnswer},
			{p.T("Risposte"), stateAnswered}}, questionState},
		{"canale", p.T("Canale"), []Link{all, {p.T("Sito"), app.AskedWeb}, {p.T("Telefono"), app.AskedPhone}, {p.T("Sportello"), app.AskedDesk},
			{p.T("E-mail"), app.AskedEmail}}, func(v app.QuestionView) string { return v.Channel }},
		{"mie", p.T("Di chi"), []Link{all, {p.T("Assegnate a me"), "1"}}, func(v app.QuestionView) string {
			if person != "" && v.Assigned == person {
				return "1"
			}
			return "0"
		}},
	}
}

// sift lists what passes the filters, and makes their links: each keeps the others.
func (p *questionsPage) sift(list []app.QuestionView, query url.Values, person string) {
	filters := p.filters(person)
	passes := func(v app.QuestionView, but int) bool {
		for i, f := range filters {
			if want := query.Get(f.param); i != but && want != "" && f.of(v) != want {
				return false
			}
		}
		return true
	}
	for _, v := range list {
		if passes(v, -1) {
			p.Rows = append(p.Rows, p.questionRow(v))
		}
	}
	for i, f := range filters {
		sift := siftView{Name: f.name}
		for _, x := range f.values {
			link := siftLink{Text: x.Text, Current: query.Get(f.param) == x.Href, Href: p.sifted(query, filters, f.param, x.Href)}
			for _, v := range list {
				if passes(v, i) && (x.Href == "" || f.of(v) == x.Href) {
					link.Count++
				}
			}
			sift.Links = append(sift.Links, link)
		}
		p.Sifts = append(p.Sifts, sift)
	}
}

func (p *questionsPage) sifted(query url.Values, filters []questionFilter, param, value string) string {
	kept := url.Values{}
	for _, f := range filters {
		v := query.Get(f.param)
		if f.param == param {
			v = value
		}
		if v != "" {
			kept.Set(f.param, v)
		}
	}
	href := p.deskHref("")
	if len(kept) > 0 {
		href += "?" + kept.Encode()
	}
	return href
}

// deskHref returns an address of the desk's pages for the office.
func (l *Layout) deskHref(rest string) string {
	if rest != "" {
		rest = "/" + rest
	}
	return l.Href("/ufficio/" + l.AmbitoID + "/sportello" + rest)
}

// DeskHref is deskHref for templates.
func (l *Layout) DeskHref(rest string) string { return l.deskHref(rest) }

func (p *questionsPage) questionRow(v app.QuestionView) questionRow {
	return questionRow{Href: p.deskHref("domande/" + v.ID), Words: cutWords(v.Words, 160), Seq: v.Seq, Day: p.ShortDate(v.ReceivedAt),
		Hour: p.Hour(v.ReceivedAt), By: v.Name, Channel: p.askedBy(v.Channel), State: questionState(v), Assigned: v.AssignedName,
		Published: v.FAQ != nil && v.FAQ.WithdrawnAt.IsZero()}
}

// cutWords shortens a text for a list.
func cutWords(s string, n int) string {
	if short := cut(s, n); short != s {
		return strings.TrimSpace(short) + "…"
	}
	return s
}

// newQuestionPage is the screen on which the desk writes down what it is asked, from
// one field to the next with the keyboard.
type newQuestionPage struct {
	Layout
	Channels    []optionView
	Fields      []fieldView // what, who, where to
	When        []fieldView // day and hour
	AnswerField fieldView
	Key         string
	Errors      []problemView
	Done        int // number of the question just written down
	DoneHref    string
	Processes   []optionView // more than one: which one it is about
}

func (s *Site) newQuestion(w http.ResponseWriter, r *http.Request) error {
	return s.showNewQuestion(w, r, http.StatusOK, nil)
}

func (s *Site) showNewQuestion(w http.ResponseWriter, r *http.Request, status int, problems pdz.Problems) error {
	views, err := s.App.Processes(r.Context(), r.PathValue("ambito"))
	if err != nil {
		return err
	}
	p := &newQuestionPage{Layout: s.officeLayout(r, &views[0], "sportello"), Key: r.PostForm.Get(stampField)}
	p.Title = p.T("Registra una domanda")
	p.Crumbs = []Link{{p.T("Domande allo sportello"), p.deskHref("")}, {Text: p.Title}}
	if p.Key == "" {
		p.Key = s.newErrorID() + strconv.FormatInt(s.Now().UnixMilli(), 36)
	}
	chosen := r.PostForm.Get("canale")
	if chosen == "" {
		chosen = app.AskedPhone
	}
	for i, c := range []string{app.AskedPhone, app.AskedDesk, app.AskedEmail} {
		p.Channels = append(p.Channels, optionView{ID: c, Element: "canale-" + strconv.Itoa(i+1), Label: capital(p.askedBy(c)), Checked: c == chosen})
	}
	if len(views) > 1 {
		for _, v := range views {
			p.Processes = append(p.Processes, optionView{ID: v.Slug, Label: v.Title, Checked: r.PostForm.Get("percorso") == v.Slug})
		}
	}
	fields, wrong := p.takingFields(r, problems)
	p.Fields, p.When, p.AnswerField, p.Errors = fields[:3], fields[3:5], fields[5], wrong
	if asked, err := s.App.QuestionState(r.Context(), p.AmbitoID, r.URL.Query().Get("registrata")); err == nil {
		p.Done, p.DoneHref = asked.Seq, p.deskHref("domande/"+asked.ID)
	}
	return s.show(w, r, status, "question-new", p)
}

// takingFields are the fields of that screen: the words first.
func (p *newQuestionPage) takingFields(r *http.Request, problems pdz.Problems) ([]fieldView, []problemView) {
	typed := func(id string) string { return r.PostForm.Get(id) }
	fields := []fieldView{
		{ID: app.FieldQuestionWords, Label: p.T("Domanda"), Control: controlArea, Value: typed(app.FieldQuestionWords)},
		{ID: app.FieldQuestionName, Label: p.T("Chi chiede"), Control: controlText, Input: "text", Value: typed(app.FieldQuestionName), Optional: true},
		{ID: app.FieldQuestionContact, Label: p.T("E-mail o telefono"), Control: controlText, Input: "text", Width: "ps-w-mid",
			Value: typed(app.FieldQuestionContact), Optional: true, Help: p.T("Serve se la risposta arriva dopo. Per una domanda giunta per e-mail è obbligatorio.")},
		{ID: app.FieldArrivalDay, Label: p.T("Giorno"), Control: controlText, Input: "text", Width: "ps-w-date", Value: typed(app.FieldArrivalDay), Optional: true,
			Help: p.T("Vuoti giorno e ora: adesso.")},
		{ID: app.FieldArrivalHour, Label: p.T("Ora"), Control: controlText, Input: "text", Width: "ps-w-date", Value: typed(app.FieldArrivalHour), Optional: true},
		{ID: app.FieldAnswer, Label: p.T("Risposta data subito"), Control: controlArea, Value: typed(app.FieldAnswer), Optional: true,
			Help: p.T("Se c’è un indirizzo e-mail la risposta parte anche per posta elettronica.")},
	}
	for i, x := range problems { // when it came is asked in two fields
		if x.Field == app.FieldQuestionCame {
			problems[i].Field = app.FieldArrivalHour
		}
	}
	return fields, p.withProblems(fields, problems)
}

// takeQuestion records what came by telephone, at the counter or by e-mail, and the
// answer when it was given at once.
func (s *Site) takeQuestion(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	view, err := s.questionProcess(r)
	if err != nil {
		return err
	}
	in, problems := takenQuestion(r, view)
	var out *app.Asked
	if len(problems) == 0 {
		out, err = s.App.Ask(r.Context(), Who(r.Context()), in)
	}
	if errors.As(err, &problems) || len(problems) > 0 {
		return s.showNewQuestion(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	if words := strings.TrimSpace(r.PostForm.Get(app.FieldAnswer)); words != "" && !out.Answered {
		if err := s.answerNow(r, view, out.ID, words); err != nil {
			if errors.As(err, &problems) { // the question is recorded: what is wrong with the answer is mended on its page
				return s.showQuestion(w, r, out.ID, http.StatusUnprocessableEntity, problems)
			}
			return err
		}
	}
	l := s.officeLayout(r, view, "")
	return seeOther(w, r, l.deskHref("nuova?registrata="+out.ID))
}

func (s *Site) answerNow(r *http.Request, view *app.ProcessView, id, words string) error {
	v, err := s.App.Question(r.Context(), Who(r.Context()), view.AmbitoID, id)
	if err != nil {
		return err
	}
	return s.App.Answer(r.Context(), Who(r.Context()), app.AnswerInput{Ambito: view.AmbitoID, ID: id, Words: words, Seen: v.Act,
		ReceivedAt: ReceivedAt(r.Context())})
}

// questionProcess is the process that the form names, or the newest.
func (s *Site) questionProcess(r *http.Request) (*app.ProcessView, error) {
	if slug := r.PostForm.Get("percorso"); slug != "" {
		return s.App.Process(r.Context(), r.PathValue("ambito"), slug)
	}
	return s.newest(r)
}

// takenQuestion reads the screen.
func takenQuestion(r *http.Request, view *app.ProcessView) (app.QuestionInput, pdz.Problems) {
	in := app.QuestionInput{Ambito: view.AmbitoID, Process: view.Slug, Name: r.PostForm.Get(app.FieldQuestionName),
		Contact: r.PostForm.Get(app.FieldQuestionContact), Words: r.PostForm.Get(app.FieldQuestionWords),
		Arrival: app.Arrival{Channel: r.PostForm.Get("canale"), ReceivedAt: ReceivedAt(r.Context())}}
	in.Key = questionKey(r.PostForm.Get(stampField), in)
	came := app.TypedInstant{Day: strings.TrimSpace(r.PostForm.Get(app.FieldArrivalDay)), Hour: strings.TrimSpace(r.PostForm.Get(app.FieldArrivalHour)),
		Which: "first"}
	if came.IsZero() {
		return in, nil
	}
	var problems pdz.Problems
	in.SourceAt, problems = app.ReadInstant(view.Process, came, app.FieldArrivalDay, app.FieldArrivalHour)
	return in, problems
}
