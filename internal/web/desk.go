package web

import (
	"net/http"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// deskPage shows where to ask, phone first, and takes a question.
type deskPage struct {
	Layout
	Desks  []deskView
	Fields []fieldView
	Stamp  string
	Errors []problemView
}

// deskView is a desk with whether it is open now.
type deskView struct {
	pdz.Contact
	Place, Hours string
	HasHours     bool
	Open         bool
	Change       string // "Chiude alle 13:00", "Apre lunedì 21 ottobre 2013 alle 09:00"
}

func (s *Site) desk(w http.ResponseWriter, r *http.Request) error {
	return s.showDesk(w, r, http.StatusOK, nil)
}

// showDesk shows the desk and the form by which one asks. The page is made anew for
// each visitor: the form bears the instant at which it was handed out.
func (s *Site) showDesk(w http.ResponseWriter, r *http.Request, status int, problems pdz.Problems) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	p := &deskPage{Layout: s.layout(r, v), Stamp: s.App.FormStamp(v.AmbitoID, s.Now())}
	p.Title = p.T("Sportello")
	p.Description = p.T("Orari, telefono e recapiti dello sportello.")
	p.Crumbs = []Link{{Text: p.Title}}
	for _, c := range v.Contacts {
		p.Desks = append(p.Desks, p.deskView(c))
	}
	if before := r.PostForm.Get(stampField); before != "" {
		if _, ours := s.App.FormAge(v.AmbitoID, before); ours {
			p.Stamp = before // typing again is not sending at once
		}
	}
	p.Fields, p.Errors = p.askFields(r, problems)
	return s.show(w, r, status, "desk", p)
}

// newest returns the newest process of the Ambito in the address: the pages of
// the Ambito speak with its contacts and its name.
func (s *Site) newest(r *http.Request) (*app.ProcessView, error) {
	views, err := s.App.Processes(r.Context(), r.PathValue("ambito"))
	if err != nil {
		return nil, err
	}
	if len(views) == 0 {
		return nil, app.ErrNotFound
	}
	return &views[0], nil
}

func (l *Layout) deskView(c pdz.Contact) deskView {
	d := deskView{Contact: c, Place: venueText(l.Proc.Process, c.Venue), Hours: hoursText(l.Printer, c.Hours), HasHours: len(c.Hours) > 0}
	open, change := c.OpenAt(l.Now, l.Proc.Calendar, patrons(l.Proc.Process, c))
	d.Open = open
	switch {
	case change.IsZero():
	case open:
		d.Change = l.T("Chiude alle %s.", l.Hour(change))
	case sameDay(change, l.Now):
		d.Change = l.T("Apre oggi alle %s.", l.Hour(change))
	default:
		d.Change = l.T("Apre %s.", l.DateHour(change))
	}
	return d
}

// patrons returns the patron day of the municipality where the desk is.
func patrons(p *pdz.Process, c pdz.Contact) []string {
	for _, v := range p.Venues {
		if v.ID != c.Venue {
			continue
		}
		if m, ok := p.Municipality(v.Municipality); ok && m.Patron != "" {
			return []string{m.Patron}
		}
	}
	return nil
}
