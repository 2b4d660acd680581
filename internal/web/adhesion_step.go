package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// Names of what the buttons of a form post, and of the query with which the
// page asks to be drawn anew. No field of a definition can be called so.
const (
	paramAction   = "_azione"
	actionSave    = "bozza"
	actionRefresh = "aggiorna"
	queryRefresh  = "aggiorna"
)

// stepPage asks the fields of one step.
type stepPage struct {
	draftPage
	Slug        string
	Fields      []fieldView
	Depends     bool // the answers change what is asked
	AllRequired bool // no field here is optional
}

// resumeDraft goes to the first step that is not done.
func (s *Site) resumeDraft(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fill(r)
	if err != nil {
		return s.draftGone(w, r, err)
	}
	p := s.draftPage(r, f)
	to := slugSummary
	for _, step := range slices.Backward(p.form) {
		if step.Number >= f.Step {
			to = step.Slug
		}
	}
	return seeOther(w, r, p.DraftHref(to))
}

// draftStep shows a step of the draft, or its summary.
func (s *Site) draftStep(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fill(r)
	if err != nil {
		return s.draftGone(w, r, err)
	}
	switch r.PathValue("passo") {
	case slugSummary:
		return s.showSummary(w, r, f, http.StatusOK, nil)
	case slugSend: // somebody came back to the address of the last click
		p := s.draftPage(r, f)
		return seeOther(w, r, p.DraftHref(slugSummary))
	}
	return s.showStep(w, r, f, http.StatusOK, nil)
}

func (s *Site) showStep(w http.ResponseWriter, r *http.Request, f *filling, status int, problems pdz.Problems) error {
	p := &stepPage{draftPage: s.draftPage(r, f), Slug: r.PathValue("passo")}
	step, ok := p.step(p.Slug)
	if !ok {
		return app.ErrNotFound
	}
	p.at(step.Number, step.Title)
	q := p.asking(f.form, f.Answers, problems)
	p.Fields = q.fields(step)
	p.AllRequired = true
	for _, x := range p.Fields {
		p.Depends = p.Depends || x.Depends
		p.AllRequired = p.AllRequired && !x.Optional
	}
	p.Errors = q.problemViews(p.Fields, p.stepOf)
	return s.show(w, r, status, "adhesion-step", p)
}

// step finds a step by its address.
func (p *draftPage) step(slug string) (formStep, bool) {
	for _, s := range p.form {
		if s.Slug == slug {
			return s, true
		}
	}
	return formStep{}, false
}

// stepOf links to a field on the page of its step; what is in none is on the summary.
func (p *draftPage) stepOf(field string) string {
	for _, s := range p.form {
		for _, x := range s.Fields {
			if x.ID == field {
				return p.DraftHref(s.Slug) + "#" + elementID(field)
			}
		}
	}
	if field == "" {
		return "#contenuto"
	}
	return p.DraftHref(slugSummary) + "#" + elementID(field)
}

// saveStep keeps what was typed, whatever it is, and then judges it.
func (s *Site) saveStep(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fill(r)
	if err != nil {
		return s.draftGone(w, r, err)
	}
	p := s.draftPage(r, f)
	step, ok := p.step(r.PathValue("passo"))
	if !ok {
		return app.ErrNotFound
	}
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	typed := typedAnswers(p.asking(f.form, f.Answers, nil), step, r.PostForm)
	maps.Copy(f.Answers, typed)
	problems, err := s.App.CheckStep(r.Context(), f.Ambito, f.Process, f.Draft, step.ID)
	if err != nil {
		return err
	}
	done := f.Step
	if len(problems) == 0 {
		done = max(done, step.Number+1)
	}
	_, err = s.App.SaveDraft(r.Context(), f.Ambito, f.Token, done, typed)
	var refused pdz.Problems
	if errors.As(err, &refused) {
		return s.showStep(w, r, f, http.StatusUnprocessableEntity, refused)
	}
	if err != nil {
		return s.draftGone(w, r, err)
	}
	return s.afterStep(w, r, f, &p, step, problems)
}

// afterStep answers a post of a step whose answers are kept.
func (s *Site) afterStep(w http.ResponseWriter, r *http.Request, f *filling, p *draftPage, step formStep, problems pdz.Problems) error {
	action := r.PostForm.Get(paramAction)
	switch {
	case action == actionRefresh || r.URL.Query().Has(queryRefresh):
		return s.showStep(w, r, f, http.StatusOK, nil)
	case action == actionSave:
		return s.saveForLater(w, r, f, p)
	case len(problems) > 0:
		return s.showStep(w, r, f, http.StatusUnprocessableEntity, problems)
	}
	next := slugSummary
	for _, x := range p.form {
		if x.Number == step.Number+1 {
			next = x.Slug
		}
	}
	return seeOther(w, r, p.DraftHref(next))
}

// typedAnswers takes the answers of a step from a post. A field that was on the
// page and did not come had every box unticked; one that was hidden keeps what
// it held, for whoever changes category and back again.
func typedAnswers(before asking, step formStep, post url.Values) pdz.Answers {
	typed := pdz.Answers{}
	for _, x := range step.Fields {
		if values, came := post[x.ID]; came {
			typed[x.ID] = values
		} else if before.form.Visible(x.ID, before.facts) {
			typed[x.ID] = []string{}
		}
	}
	return typed
}

// savedPage gives the link with which a draft is taken up again.
type savedPage struct {
	draftPage
	Link   string // full address
	SentTo string
}

// saveForLater mails the link of the draft when a good address is among the answers.
func (s *Site) saveForLater(w http.ResponseWriter, r *http.Request, f *filling, p *draftPage) error {
	to := p.DraftHref(slugSaved)
	if email := emailOf(f.form, f.Answers); email != "" && f.Operator == "" { // only the desk can open what the desk began
		if err := s.App.SendDraftLink(r.Context(), f.Ambito, f.Token, email); err != nil {
			return err
		}
		to += "?inviata=1"
	}
	return seeOther(w, r, to)
}

// emailOf returns the first address among the answers that is one.
func emailOf(form pdz.Form, a pdz.Answers) string {
	for _, x := range form.Fields {
		if x.Type == "email" || x.Type == "pec" {
			if email, problem := pdz.CheckEmail(a.Get(x.ID)); problem == nil && email != "" {
				return email
			}
		}
	}
	return ""
}

func (s *Site) savedDraft(w http.ResponseWriter, r *http.Request) error {
	f, err := s.fill(r)
	if err != nil {
		return s.draftGone(w, r, err)
	}
	p := &savedPage{draftPage: s.draftPage(r, f)}
	p.Title = p.T("Bozza salvata")
	p.Link = s.absolute(p.DraftHref(""))
	if r.URL.Query().Has("inviata") {
		p.SentTo = emailOf(f.form, f.Answers)
	}
	return s.show(w, r, http.StatusOK, "adhesion-saved", p)
}
