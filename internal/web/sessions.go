package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// sessionList is a list of sessions with its filters, for partials/sessions.html.
type sessionList struct {
	i18n.Printer
	Foreign bool
	Filters []filter
	Phases  []filter // second row of filters; may be empty
	Rows    []sessionRow
	Count   int    // of those that pass the filters, shown or not
	Total   int    // in the whole calendar
	AllHref string // the list without filters
	More    string // address of the whole calendar when the list is cut, or empty
}

// filter is one choice of a filter: a real link.
type filter struct {
	Text, Href string
	Current    bool
}

// sessionRow is a session as the lists show it.
type sessionRow struct {
	ID, Title, Href, File        string
	ISO, Weekday, Day, MonthWord string // empty when undated
	Undated                      string // "data da fissare"
	Today, Open                  bool
	Admission                    string // "Aperto a tutti"
	State                        string // "Svolto", "In corso", or empty
	Who, Hours, Place, Purpose   string
	Was                          string // when it was to be held before an amendment moved it
	PhaseNumber                  int
}

// choice is what the visitor filtered by.
type choice struct {
	who   string // "", aperti, riservati
	phase int    // 0: all
}

func choiceOf(r *http.Request) choice {
	q := r.URL.Query()
	c := choice{who: q.Get("chi")}
	if c.who != "aperti" && c.who != "riservati" {
		c.who = ""
	}
	c.phase, _ = strconv.Atoi(q.Get("fase")) // anything but a number is no filter
	return c
}

// query writes the choice as it stands in an address.
func (c choice) query() string {
	var q []string
	if c.who != "" {
		q = append(q, "chi="+c.who)
	}
	if c.phase > 0 {
		q = append(q, "fase="+strconv.Itoa(c.phase))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + strings.Join(q, "&")
}

func (c choice) takes(s pdz.Session, phase int) bool {
	switch {
	case c.phase > 0 && phase != c.phase:
		return false
	case c.who == "aperti":
		return s.Admission == "open"
	case c.who == "riservati":
		return s.Admission != "open"
	}
	return true
}

// sessionList makes the list of the sessions that pass the choice, among those given.
func (l *Layout) sessionList(sessions []pdz.Session, c choice, address string) sessionList {
	list := sessionList{Printer: l.Printer, Foreign: l.Foreign(), Total: len(l.Proc.Sessions), AllHref: address}
	for _, s := range sessions {
		if c.takes(s, phaseNumber(l.Proc.Process, s.Phase)) {
			list.Rows = append(list.Rows, l.sessionRow(s))
		}
	}
	list.Count = len(list.Rows)
	for _, f := range []struct{ text, who string }{{l.T("Tutti"), ""}, {l.T("Aperti a tutti"), "aperti"}, {l.T("Riservati"), "riservati"}} {
		to := choice{f.who, c.phase}
		list.Filters = append(list.Filters, filter{f.text, address + to.query(), f.who == c.who})
	}
	return list
}

// firstOnly cuts the list; more is where the rest is.
func (list *sessionList) firstOnly(n int, more string) {
	if len(list.Rows) > n {
		list.Rows = list.Rows[:n]
	}
	list.More = more
}

// byPhase adds the filters by phase, for the page of the calendar.
func (list *sessionList) byPhase(p *pdz.Process, c choice, address string) {
	list.Phases = append(list.Phases, filter{list.T("Tutte le fasi"), address + choice{c.who, 0}.query(), c.phase == 0})
	for _, ph := range p.Phases {
		to := choice{c.who, ph.Number}
		list.Phases = append(list.Phases, filter{list.T("Fase %d", ph.Number), address + to.query(), ph.Number == c.phase})
	}
}

// sessionRow writes a session out.
func (l *Layout) sessionRow(s pdz.Session) sessionRow {
	p := l.Proc.Process
	row := sessionRow{
		ID: s.ID, Title: s.Name(), Purpose: s.Purpose,
		Href: l.ProcessHref("incontri/" + s.ID), File: l.ProcessHref("incontri/" + s.ID + ".ics"),
		Open: s.Admission == "open", Admission: l.admission(s.Admission),
		Who: calledText(p, s.Audience), Place: venueText(p, s.Venue), Hours: l.hoursOf(s),
		PhaseNumber: phaseNumber(p, s.Phase), Was: l.wasHeld(s),
	}
	if !s.Start.Known {
		row.Undated = l.T("data da fissare")
		return row
	}
	at := s.Start.At
	row.ISO, row.Weekday, row.MonthWord = at.Format(time.DateOnly), l.WeekdayShort(at), l.MonthShort(at)
	row.Day = strconv.Itoa(at.Day())
	row.Today = sameDay(at, l.Now)
	switch sessionStage(p, s, l.Now) {
	case past:
		row.State = l.T("Svolto")
		if row.Today {
			row.State = l.T("Svolto oggi")
		}
	case current:
		row.State = l.T("In corso ora")
	}
	return row
}

// admission says who may come, in two words.
func (l *Layout) admission(kind string) string {
	switch kind {
	case "open":
		return l.T("Aperto a tutti")
	case "enrolled":
		return l.T("Per chi ha aderito")
	}
	return l.T("Riservato")
}

// hoursOf writes the hours of a session; an end that the notice does not give is
// not made up (A17).
func (l *Layout) hoursOf(s pdz.Session) string {
	switch {
	case !s.Start.Known || s.Start.DateOnly:
		return ""
	case s.End.Known && !s.End.DateOnly:
		return l.T("ore %s", l.Hour(s.Start.At)+"–"+l.Hour(s.End.At))
	}
	return l.T("ore %s", l.Hour(s.Start.At))
}

// calledText names the audiences called, in the words of the definition.
func calledText(p *pdz.Process, called []pdz.Called) string {
	var names []string
	for _, c := range called {
		if name := audienceName(p, c.Of); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "; ")
}

func audienceName(p *pdz.Process, id string) string {
	for _, a := range p.Audiences {
		if a.ID == id {
			return a.Label
		}
	}
	return ""
}

func phaseNumber(p *pdz.Process, id string) int {
	for _, ph := range p.Phases {
		if ph.ID == id {
			return ph.Number
		}
	}
	return 0
}

// inOrder returns the sessions in the order of their day, undated ones last.
func inOrder(sessions []pdz.Session) []pdz.Session {
	sorted := slices.Clone(sessions)
	slices.SortStableFunc(sorted, func(a, b pdz.Session) int {
		switch {
		case a.Start.Known && b.Start.Known:
			return a.Start.At.Compare(b.Start.At)
		case a.Start.Known:
			return -1
		case b.Start.Known:
			return 1
		}
		return 0
	})
	return sorted
}

// comingSessions returns those of today and after, in order.
func comingSessions(v *app.ProcessView, now time.Time) []pdz.Session {
	return slices.DeleteFunc(inOrder(v.Sessions), func(s pdz.Session) bool {
		return s.Start.Known && s.Start.At.Before(startOfDay(now)) && sessionStage(v.Process, s, now) == past
	})
}
