package web

import (
	"net/http"
	"strconv"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// offerAssistance lists by which channels the desk may fill in a sheet for somebody,
// and which sheets.
func (p *questionsPage) offerAssistance() {
	seen := map[string]bool{}
	for _, f := range p.Proc.Forms {
		channels := app.AssistedChannels(p.Proc.Process, f)
		if f.Purpose != "adhesion" || len(channels) == 0 || !p.ribbon(f).Takes() {
			continue
		}
		p.Forms = append(p.Forms, optionView{ID: f.ID, Label: f.Title})
		for _, c := range channels {
			if !seen[c.ID] {
				seen[c.ID] = true
				p.Channels = append(p.Channels, optionView{ID: c.ID, Element: "con-" + strconv.Itoa(len(p.Channels)+1), Label: p.assistedBy(c),
					Checked: len(p.Channels) == 0})
			}
		}
	}
}

// assistedBy names where the person is.
func (l *Layout) assistedBy(c pdz.Channel) string {
	if c.Kind == "phone" {
		return l.T("Al telefono")
	}
	return l.T("Allo sportello")
}

// assistedRows lists the sheets begun and not sent.
func (s *Site) assistedRows(r *http.Request, p *questionsPage) error {
	drafts, err := s.App.AssistedDrafts(r.Context(), Who(r.Context()), p.AmbitoID)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		row := assistedRow{By: d.OperatorName, When: p.DateHour(d.UpdatedAt.In(p.Proc.Zone)),
			Href: p.Href("/" + p.AmbitoID + "/percorsi/" + d.Process + "/adesione/" + d.Token)}
		if f, ok := p.Proc.Form(d.Form); ok {
			row.Who = sheetName(f, d.Answers)
		}
		p.Drafts = append(p.Drafts, row)
	}
	return nil
}

// sheetName is the body, or the person, that a sheet speaks of so far.
func sheetName(f pdz.Form, a pdz.Answers) string {
	for _, kind := range []string{"party", "person"} {
		for _, x := range f.Fields {
			if name := a.Get(x.ID); x.Type == kind && name != "" {
				return cut(name, 80)
			}
		}
	}
	return ""
}

// startAssisted opens the form for somebody who is there.
func (s *Site) startAssisted(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	l := s.layout(r, view)
	f, ok := view.Form(r.PostForm.Get("modulo"))
	if !ok || !l.ribbon(f).Takes() {
		return app.ErrClosed
	}
	d, err := s.App.StartAssisted(r.Context(), Who(r.Context()), view.AmbitoID, view.Slug, f.ID, r.PostForm.Get("canale"))
	if err != nil {
		return err
	}
	return seeOther(w, r, l.firstStepHref(d.Token, f))
}

// assisting is the person of the desk who fills in a draft for somebody; only the
// desk can open such a draft, whoever has its address.
func (s *Site) assisting(r *http.Request, d *app.Draft) (app.Actor, error) {
	if d.Operator == "" {
		return app.Actor{Role: app.Anonymous}, nil
	}
	return s.allow(Desk, r)
}
