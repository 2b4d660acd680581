package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

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
	p.Crumbs = []Link{{p.T("Domande allo sportello"), p.DeskHref("")}, {Text: p.Title}}
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
		p.Done, p.DoneHref = asked.Seq, p.DeskHref("domande/"+asked.ID)
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
	return seeOther(w, r, l.DeskHref("nuova?registrata="+out.ID))
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
