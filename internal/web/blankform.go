package web

import (
	"fmt"
	"net/http"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// blankFormPage is the form of adhesion as a sheet to fill in with a pen, made
// from the definition of the form.
type blankFormPage struct {
	Layout
	Form         pdz.Form
	Fields       []blankField
	Attachments  []pdz.AttachmentSlot
	Declarations []pdz.Declaration
	Send         []string // where to send it, channel by channel
	Deadline     string
}

// blankField is a question with room for the answer.
type blankField struct {
	Label, Help string
	Optional    bool
	Options     []string // boxes to tick; none means a line to write on
	Tall        bool     // a box of several lines
}

func (s *Site) blankForm(r *http.Request, v *app.ProcessView) *Content {
	p := &blankFormPage{Layout: s.sheetLayout(r, v, "Scheda di adesione")}
	for _, f := range v.Forms {
		if f.Purpose == "adhesion" {
			p.Form = f
			break
		}
	}
	for _, f := range p.Form.Fields {
		p.Fields = append(p.Fields, blankFieldOf(v.Process, f))
	}
	p.Attachments, p.Declarations = p.Form.Attachments, p.Form.Declarations
	italianWords := s.catalogue.For(v.Language)
	for _, id := range p.Form.Channels {
		if c, ok := v.Channel(id); ok && c.InNotice && c.Address != "" {
			p.Send = append(p.Send, c.Label+": "+c.Address)
		}
	}
	if w, ok := v.Window(p.Form.Window); ok && w.Closes.Known {
		in := p.Layout
		in.Printer = italianWords
		p.Deadline = in.withWas(italianWords.DateHour(w.Closes.Last()), w.ID)
	}
	return &Content{Page: "blankform", Data: p}
}

// blankFieldOf turns a question into ink: choices become boxes, text a line.
func blankFieldOf(p *pdz.Process, f pdz.Field) blankField {
	b := blankField{Label: f.Label, Help: f.Help, Optional: !f.Required && f.RequiredWhen == nil, Tall: f.Type == "longText"}
	switch {
	case f.Type == "tables":
		for _, t := range p.Tables.List {
			b.Options = append(b.Options, fmt.Sprintf("%d. %s", t.Number, t.Title))
		}
	case len(f.Options) > 0:
		for _, o := range f.Options {
			b.Options = append(b.Options, o.Label)
		}
	case f.Feeds == "party.category":
		for _, c := range p.Categories {
			if c.Example || c.Other || c.Nature == "person" {
				b.Options = append(b.Options, c.Label)
			}
		}
	case f.Type == "municipality":
		for _, m := range p.Ambito.Municipalities {
			b.Options = append(b.Options, m.Name)
		}
	}
	return b
}

// calendarSheetPage is the calendar on a sheet of paper.
type calendarSheetPage struct {
	Layout
	Phases  []phaseView
	Windows []windowView
}

func (s *Site) calendarSheet(r *http.Request, v *app.ProcessView) *Content {
	p := &calendarSheetPage{Layout: s.sheetLayout(r, v, "Calendario")}
	p.Phases = phaseViews(&p.Layout)
	p.Windows = windowViews(&p.Layout)
	return &Content{Page: "calendarsheet", Data: p}
}
