package web

import (
	"errors"
	"net/http"
	"slices"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// questionPage is a question with what can be done about it.
type questionPage struct {
	Layout
	app.QuestionView
	Received, AnsweredOn string
	By                   string // how it came
	MayWrite, MayPublish bool
	Me                   string // the reader, when a question can be given to them
	Persons              []optionView
	AnswerField          fieldView
	AnswerOpen           bool // the form is shown: no answer yet, or one being corrected
	Seen                 int64
	Mailed               bool // the answer went, or will go, by e-mail
	PublicFields         []fieldView
	PublicOpen           bool
	PublishedOn          string
	SeenFAQ              int64
	Errors               []problemView
}

func (s *Site) question(w http.ResponseWriter, r *http.Request) error {
	return s.showQuestion(w, r, r.PathValue("domanda"), http.StatusOK, nil)
}

func (s *Site) showQuestion(w http.ResponseWriter, r *http.Request, id string, status int, problems pdz.Problems) error {
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	v, err := s.App.Question(r.Context(), who, view.AmbitoID, id)
	if err != nil {
		return err
	}
	p := &questionPage{Layout: s.officeLayout(r, view, "sportello"), QuestionView: *v, MayWrite: Desk.takes(who), Seen: v.Act}
	p.MayPublish = Office.takes(who) && v.Answered()
	p.Title, p.By = p.T("Domanda n. %d", v.Seq), p.askedBy(v.Channel)
	p.Crumbs = []Link{{p.T("Domande allo sportello"), p.DeskHref("")}, {Text: p.Title}}
	p.Received = p.DateHour(v.ReceivedAt)
	if v.Answered() {
		p.AnsweredOn = p.DateHour(v.AnsweredAt)
	}
	p.Mailed = hasAddress(v.Contact)
	if p.MayWrite {
		if err := s.offerPersons(r, p, who); err != nil {
			return err
		}
	}
	p.writing(r, problems)
	p.Words = p.askedWords(v.Words)
	return s.show(w, r, status, "question", p)
}

func hasAddress(contact string) bool {
	_, problem := pdz.CheckEmail(contact)
	return problem == nil
}

// offerPersons lists to whom the question can be given.
func (s *Site) offerPersons(r *http.Request, p *questionPage, who app.Actor) error {
	persons, err := s.App.DeskPersons(r.Context(), p.AmbitoID)
	if err != nil {
		return err
	}
	for _, x := range persons {
		p.Persons = append(p.Persons, optionView{ID: x.ID, Label: x.Name, Checked: x.ID == p.Assigned})
	}
	if slices.ContainsFunc(persons, func(x app.DeskPerson) bool { return x.ID == who.Person }) && p.Assigned != who.Person {
		p.Me = who.Person
	}
	return nil
}

// writing prepares the forms with what was typed, or with what there is.
func (p *questionPage) writing(r *http.Request, problems pdz.Problems) {
	typed := func(id, otherwise string) string {
		if values, ok := r.PostForm[id]; ok && len(values) > 0 {
			return values[0]
		}
		return otherwise
	}
	public, answer := p.Words, p.Answer
	if p.FAQ != nil {
		p.SeenFAQ = p.FAQ.Act
		public, answer = p.FAQ.Words, p.FAQ.Answer
		if p.FAQ.WithdrawnAt.IsZero() {
			p.PublishedOn = p.DateHour(p.FAQ.PublishedAt)
		}
	}
	fields := []fieldView{
		{ID: app.FieldAnswer, Label: p.T("Risposta"), Control: controlArea, Value: typed(app.FieldAnswer, p.Answer)},
		{ID: app.FieldPublicWords, Label: p.T("Domanda, per tutti"), Control: controlArea, Value: typed(app.FieldPublicWords, public)},
		{ID: app.FieldPublicAnswer, Label: p.T("Risposta, per tutti"), Control: controlArea, Value: typed(app.FieldPublicAnswer, answer)},
	}
	p.Errors = p.withProblems(fields, problems)
	p.AnswerField, p.PublicFields = fields[0], fields[1:]
	p.AnswerOpen = !p.Answered() || fields[0].Error != ""
	p.PublicOpen = p.FAQ == nil || fields[1].Error != "" || fields[2].Error != ""
}

func (s *Site) assignQuestion(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	err := s.App.Assign(r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PathValue("domanda"), r.PostForm.Get("persona"))
	return s.afterQuestion(w, r, err)
}

func (s *Site) answerQuestion(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	err := s.App.Answer(r.Context(), Who(r.Context()), app.AnswerInput{Ambito: r.PathValue("ambito"), ID: r.PathValue("domanda"),
		Words: r.PostForm.Get(app.FieldAnswer), Seen: numberOf(r.PostForm.Get("visto")), ReceivedAt: ReceivedAt(r.Context())})
	return s.afterQuestion(w, r, err)
}

func (s *Site) publishAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	_, err := s.App.PublishFAQ(r.Context(), Who(r.Context()), app.FAQInput{Ambito: r.PathValue("ambito"), Question: r.PathValue("domanda"),
		Words: r.PostForm.Get(app.FieldPublicWords), AnswerInFull: r.PostForm.Get(app.FieldPublicAnswer),
		Seen: numberOf(r.PostForm.Get("visto")), ReceivedAt: ReceivedAt(r.Context())})
	return s.afterQuestion(w, r, err)
}

// afterQuestion goes back to the question, with its problems where there are some.
func (s *Site) afterQuestion(w http.ResponseWriter, r *http.Request, err error) error {
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showQuestion(w, r, r.PathValue("domanda"), http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, prefix(languageOf(r.Context()))+"/ufficio/"+r.PathValue("ambito")+"/sportello/domande/"+r.PathValue("domanda"))
}
