package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// summaryPage shows everything typed, takes attachments and declarations, and
// has the one button that sends.
type summaryPage struct {
	draftPage
	Sections     []summarySection
	Attachments  []attachmentView
	Declarations []declarationView
	ReadBack     *declarationView // of what was filled in with somebody; nil when nobody helped
	Why          *fieldView       // why it is corrected; nil for a new sheet
	SendHref     string
	MaxFile      string
}

// summarySection is a step with its answers.
type summarySection struct {
	Title, Href string
	Rows        []summaryRow
}

// summaryRow is a question with the answer as it was typed.
type summaryRow struct {
	Label, Href string
	Values      []string // empty when not answered
	Error       string
}

// declarationView is a declaration to tick before sending.
type declarationView struct {
	ID, Element, Text string
	Optional, Made    bool
	Error             string
}

func (s *Site) showSummary(w http.ResponseWriter, r *http.Request, f *filling, status int, problems pdz.Problems) error {
	p := &summaryPage{draftPage: s.draftPage(r, f)}
	p.at(p.Total, p.T("Riepilogo"))
	p.path = strings.TrimPrefix(p.DraftHref(slugSummary), prefix(p.Lang)) // also when a file or the last click was refused
	p.SendHref = p.DraftHref(slugSend)
	p.MaxFile = p.fileSize(app.MaxFile)
	q := p.asking(f.form, f.Answers, problems)
	for _, step := range p.form {
		p.Sections = append(p.Sections, q.section(step, p.DraftHref(step.Slug)))
	}
	for _, a := range f.form.Attachments {
		p.Attachments = append(p.Attachments, q.attachment(a, f.Files, p.DraftHref("allegati/"+a.ID)))
	}
	for _, d := range f.form.Declarations {
		p.Declarations = append(p.Declarations, q.declaration(d))
	}
	if f.Operator != "" {
		p.ReadBack = &declarationView{ID: app.FieldReadBack, Element: elementID(app.FieldReadBack), Error: q.errorOf(app.FieldReadBack)}
	}
	if f.Corrects != "" {
		p.Why = &fieldView{Printer: p.Printer, ID: app.FieldWhy, Label: p.T("Motivo della correzione"), Control: controlArea, Value: f.Reason,
			Optional: !p.Proc.Participation.CorrectionWhy, Help: p.T("Una frase: che cosa cambia e perché. Resta agli atti con la correzione."), Error: q.errorOf(app.FieldWhy)}
	}
	p.Errors = q.problemViews(nil, p.onSummary)
	return s.show(w, r, status, "adhesion-summary", p)
}

// onSummary links to what is on this page, or to the step that asks it.
func (p *summaryPage) onSummary(field string) string {
	for _, a := range p.Attachments {
		if a.ID == field {
			return "#" + a.Element
		}
	}
	for _, d := range p.Declarations {
		if d.ID == field {
			return "#" + d.Element
		}
	}
	if field == app.FieldReadBack || field == app.FieldWhy {
		return "#" + elementID(field)
	}
	return p.stepOf(field)
}

func (q asking) errorOf(id string) string {
	for _, p := range q.problems {
		if p.Field == id {
			_, kind := q.named(id)
			return capital(q.sentence(p, kind))
		}
	}
	return ""
}

// section lists what was asked in a step. Fields that are not shown are left out.
func (q asking) section(step formStep, href string) summarySection {
	s := summarySection{Title: step.Title, Href: href}
	for _, x := range step.Fields {
		if q.form.Visible(x.ID, q.facts) {
			s.Rows = append(s.Rows, summaryRow{Label: x.Label, Href: href + "#" + elementID(x.ID), Values: q.answerTexts(x), Error: q.errorOf(x.ID)})
		}
	}
	return s
}

// answerTexts writes the answers to a field as people read them.
func (q asking) answerTexts(x pdz.Field) []string {
	var texts []string
	for _, v := range q.answers[x.ID] {
		if text := q.answerText(x, v); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

func (q asking) answerText(x pdz.Field, v string) string {
	switch x.Type {
	case "confirm":
		if !ticked(v) {
			return ""
		}
		return q.T("sì")
	case "choice", "choices", "tables", "municipality", "municipalities":
		for _, o := range q.options(x) {
			if o.ID == v && o.Number > 0 {
				return q.T("%d. %s", o.Number, o.Label)
			}
			if o.ID == v {
				return o.Label
			}
		}
	}
	return strings.TrimSpace(typedValue(x, v))
}

func (q asking) declaration(d pdz.Declaration) declarationView {
	return declarationView{ID: d.ID, Element: elementID(d.ID), Text: d.Text, Optional: d.Optional,
		Made: ticked(q.answers.Get(d.ID)), Error: q.errorOf(d.ID)}
}

// submitDraft is the click that counts. Its instant was fixed when the last byte
// of its small body was read; what follows may wait.
func (s *Site) submitDraft(w http.ResponseWriter, r *http.Request) error {
	view, err := s.processOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	token := r.PathValue("bozza")
	f, err := s.fill(r)
	if err != nil && !errors.Is(err, app.ErrNotFound) { // not found is sent already: the use case gives the same receipt again
		return err
	}
	who, made := app.Actor{Role: app.Anonymous}, pdz.Answers(nil)
	if f != nil {
		who, made = f.who, f.declared(r)
	}
	rc, err := s.App.SubmitDraft(r.Context(), who, view.AmbitoID, token, made, s.arrival(r, view.Process, f))
	var problems pdz.Problems
	if errors.As(err, &problems) && f != nil {
		if f.Draft, err = s.App.SaveDraft(r.Context(), f.Ambito, f.Token, f.Step, made); err == nil {
			return s.showSummary(w, r, f, http.StatusUnprocessableEntity, problems)
		}
	}
	return s.afterSubmit(w, r, view, rc, err)
}

func (s *Site) afterSubmit(w http.ResponseWriter, r *http.Request, view *app.ProcessView, rc *app.AdhesionReceipt, err error) error {
	if err != nil {
		return s.draftGone(w, r, err)
	}
	status := http.StatusCreated
	if rc.Replayed {
		status = http.StatusOK
	}
	return s.showReceipt(w, r, status, view, rc)
}

// arrival says when and by which channel the request came.
func (s *Site) arrival(r *http.Request, p *pdz.Process, f *filling) app.Arrival {
	at := app.Arrival{ReceivedAt: ReceivedAt(r.Context())}
	if f != nil {
		c, _ := webChannel(p, f.form)
		at.Channel = c.ID
		return at
	}
	if i := slices.IndexFunc(p.Channels, func(c pdz.Channel) bool { return c.Kind == "web" }); i >= 0 {
		at.Channel = p.Channels[i].ID
	}
	return at
}

// declared are the declarations ticked with the last click, and why it corrects.
func (f *filling) declared(r *http.Request) pdz.Answers {
	made := pdz.Answers{}
	if f.Operator != "" {
		made[app.FieldReadBack] = slices.Clip(append([]string{}, r.PostForm[app.FieldReadBack]...))
	}
	if f.Corrects != "" {
		made[app.FieldWhy] = slices.Clip(append([]string{}, r.PostForm[app.FieldWhy]...))
	}
	for _, d := range f.form.Declarations {
		made[d.ID] = slices.Clip(append([]string{}, r.PostForm[d.ID]...))
	}
	return made
}
