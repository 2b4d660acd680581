package web

import (
	"net/http"
	"slices"
	"unicode"
	"unicode/utf8"

	"concerto/internal/app"
	"concerto/internal/docs"
	"concerto/internal/pdz"
)

// nextStep is a line of "what happens now".
type nextStep struct{ When, Text, Place, Href string }

// joinedSessions returns the sessions that adherents join, in order: those of
// all and those of the given tables; nil is any table. Which they are is the
// definition's word (A4: in Lecce an adhesion reaches the two open ones only).
func joinedSessions(p *pdz.Process, tables []string) []pdz.Session {
	ids := slices.Clone(p.Participation.JoinsSessions)
	for _, t := range p.Tables.List {
		if p.Participation.JoinsTables && slices.Contains(tables, t.ID) {
			ids = append(ids, t.Sessions...)
		}
	}
	others := func(s pdz.Session) bool { // of a table that was not chosen
		return s.Table != "" && p.Participation.JoinsTables && tables != nil && !slices.Contains(tables, s.Table)
	}
	return inOrder(slices.DeleteFunc(slices.Clone(p.Sessions), func(s pdz.Session) bool {
		return !slices.Contains(ids, s.ID) || others(s)
	}))
}

// chosenTables is never nil: none chosen is none joined.
func chosenTables(a app.AdhesionView) []string { return append([]string{}, a.Tables...) }

// nextSteps lists what comes after an adhesion. A sheet out of time joins
// nothing by itself: the one meeting that counts is told with its state.
func (l *Layout) nextSteps(a app.AdhesionView) []nextStep {
	if a.State != app.AdhesionActive && a.State != app.AdhesionDuplicate {
		return nil
	}
	var steps []nextStep
	if !a.Confirmed && a.Email != "" {
		steps = append(steps, nextStep{When: l.T("Adesso"),
			Text: l.T("apri la mail arrivata a %s e conferma l’indirizzo con il collegamento che contiene.", a.Email)})
	}
	for _, s := range joinedSessions(l.Proc.Process, chosenTables(a)) {
		if sessionStage(l.Proc.Process, s, l.Now) == past {
			continue
		}
		steps = append(steps, nextStep{When: capital(l.sessionWhen(s)), Text: s.Name(), Place: venueText(l.Proc.Process, s.Venue),
			Href: l.ProcessHref("incontri/" + s.ID)})
	}
	return steps
}

// joinedCalendar gives the sessions of one adhesion as a calendar file.
func (s *Site) joinedCalendar(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	l := s.layout(r, o.view)
	file, err := docs.Calendar(docs.CalendarInput{Name: l.PlanTitle(), URL: s.absolute(l.ProcessHref("")), Domain: s.BaseURL.Hostname(),
		Process: o.view.Process, Sessions: s.withOldHours(o.view, joinedSessions(o.view.Process, chosenTables(o.Adhesion))), Stamp: o.view.Published})
	if err != nil {
		return err
	}
	return sendFile(w, "incontri.ics", "text/calendar; charset=utf-8", file)
}

// capital gives a phrase its first letter as a sentence has it.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
