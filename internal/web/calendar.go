package web

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"concerto/internal/app"
	"concerto/internal/docs"
	"concerto/internal/pdz"
)

// calendarPage lists every session and window of a process.
type calendarPage struct {
	Layout
	Sessions sessionList
	Windows  []windowView
}

// windowView is a span in which something may arrive or must be done.
type windowView struct {
	Title, Dates, State, Wording string
	Open                         bool
	Tasks                        []pdz.Task
}

func (s *Site) calendar(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	p := &calendarPage{Layout: s.layout(r, v)}
	p.Current = p.ProcessHref("calendario")
	p.Title = p.T("Calendario")
	p.Description = p.T("Tutti gli incontri e i termini: %s.", p.PlanTitle())
	p.crumbs(Link{Text: p.Title})
	c := choiceOf(r)
	p.Sessions = p.sessionList(inOrder(v.Sessions), c, p.Current)
	p.Sessions.byPhase(v.Process, c, p.Current)
	p.Windows = windowViews(&p.Layout)
	return &Content{Page: "calendar", Data: p}, nil
}

func windowViews(l *Layout) []windowView {
	var all []windowView
	for _, w := range l.Proc.Windows {
		v := windowView{Title: w.Title, Wording: w.Wording, Tasks: w.Tasks, Dates: windowDates(l, w)}
		if w.Closes.Known && !w.Closes.DateOnly {
			v.Dates = l.T("fino a %s", l.DateHour(w.Closes.Last()))
		}
		v.Dates = l.withWas(v.Dates, w.ID)
		switch w.State(l.Now) {
		case pdz.Open:
			v.State, v.Open = l.T("Aperto ora"), true
		case pdz.Closed:
			v.State = l.T("Chiuso")
		default:
			v.State = l.T("Non ancora aperto")
		}
		all = append(all, v)
	}
	return all
}

// calendarFile is the whole calendar for a calendar program.
func (s *Site) calendarFile(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	return s.ics(v, v.Sessions, v.Windows, "calendario.ics")
}

func (s *Site) ics(v *app.ProcessView, sessions []pdz.Session, windows []pdz.Window, name string) (*Content, error) {
	file, err := docs.Calendar(docs.CalendarInput{
		Name:     v.Ambito.Name,
		URL:      s.BaseURL.JoinPath(v.AmbitoID, "percorsi", v.Slug).String(),
		Domain:   s.BaseURL.Hostname(),
		Process:  v.Process,
		Sessions: s.withOldHours(v, sessions),
		Windows:  s.withOldTerms(v, windows),
		Stamp:    v.Since(),
	})
	if err != nil {
		return nil, err
	}
	return &Content{File: file, ContentType: "text/calendar; charset=utf-8", Name: name}, nil
}

// sessionPage shows one session.
type sessionPage struct {
	Layout
	Session  pdz.Session
	Row      sessionRow
	Date     string
	Phase    pdz.Phase
	Called   []calledView
	Outputs  []string // titles of the documents that come out of it
	Joins    bool     // one adheres by attending it
	Previous *Link
	Next     *Link
}

// calledView is an audience called to a session and in what capacity.
type calledView struct{ Name, As string }

// session shows a session, or gives it as a calendar file.
func (s *Site) session(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	id, isFile := strings.CutSuffix(r.PathValue("file"), ".ics")
	session, ok := v.Session(id)
	if !ok {
		return nil, app.ErrNotFound
	}
	if isFile {
		return s.ics(v, []pdz.Session{session}, nil, path.Base(id)+".ics")
	}
	p := &sessionPage{Layout: s.layout(r, v), Session: session}
	p.fill()
	return &Content{Page: "session", Data: p}, nil
}

func (p *sessionPage) fill() {
	v, session := p.Proc, p.Session
	p.Current = p.ProcessHref("calendario")
	p.Title = session.Title
	p.Description = session.Title
	p.Crumbs = []Link{{p.PlanTitle(), p.ProcessHref("")}, {p.T("Calendario"), p.Current}, {Text: session.Title}}
	p.OwnWords = true
	p.Row = p.sessionRow(session)
	p.Date = p.T("data da fissare")
	if session.Start.Known {
		p.Date = p.Layout.Date(session.Start.At)
	}
	for _, ph := range v.Phases {
		if ph.ID == session.Phase {
			p.Phase = ph
		}
	}
	for _, c := range session.Audience {
		p.Called = append(p.Called, calledView{audienceName(v.Process, c.Of), p.capacity(c.As)})
	}
	for _, d := range v.Documents {
		if slices.Contains(session.Outputs, d.ID) {
			p.Outputs = append(p.Outputs, d.Title)
		}
	}
	if c, ok := constitutive(v.Process); ok {
		p.Joins = c.ID == session.ID
	}
	p.neighbours()
}

// neighbours sets the links to the session before and the one after.
func (p *sessionPage) neighbours() {
	all := inOrder(p.Proc.Sessions)
	i := slices.IndexFunc(all, func(s pdz.Session) bool { return s.ID == p.Session.ID })
	if i > 0 {
		p.Previous = &Link{all[i-1].Name(), p.ProcessHref("incontri/" + all[i-1].ID)}
	}
	if i+1 < len(all) {
		p.Next = &Link{all[i+1].Name(), p.ProcessHref("incontri/" + all[i+1].ID)}
	}
}

// capacity says in what capacity an audience is called.
func (l *Layout) capacity(as string) string {
	switch as {
	case "member":
		return l.T("partecipa")
	case "invited":
		return l.T("è invitato")
	case "convener":
		return l.T("convoca")
	case "observer":
		return l.T("assiste")
	}
	return ""
}
