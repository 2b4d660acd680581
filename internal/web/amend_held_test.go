package web

import (
	"strings"
	"testing"

	"concerto/internal/app"
)

// moving is an amendment that moves the thematic tables by a day and to another place.
const moving = `concerto: 1
kind: amendment
id: rettifica-2
amends: lecce-2014-2016@1
type: change
act: {kind: deliberation, body: coordinamento, number: "31", date: "2013-10-18"}
date: "2013-10-18"
reason: La sala è occupata.
changes:
  - {path: sessions/tavoli-tematici/when, old: {start: "2013-10-23T15:00", end: "2013-10-23T20:00"}, new: {start: "2013-10-26T15:00", end: "2013-10-26T20:00"}, why: La sala è occupata.}
  - {path: sessions/tavoli-tematici/venue, old: kolbe, new: sala-conferenze, why: La sala è occupata.}
`

func TestASessionThatWasMovedSaysWhenItWasToBeHeld(t *testing.T) {
	s, _ := amendingSite(t)
	if text := s.document(t, percorso+"/incontri/tavoli-tematici").Find("main").Text(); strings.Contains(text, "già ") {
		t.Fatalf("before it is moved the session says %q", text)
	}
	if _, err := s.App.Amend(t.Context(), app.Actor{Role: app.Head}, "lecce", "2014-2016", []byte(moving), s.clock()); err != nil {
		t.Fatal(err)
	}
	const was, now = "già mercoledì 23 ottobre 2013, ore 15:00–20:00, San Massimiliano Kolbe", "26"
	for _, a := range []string{"", "/calendario", "/incontri/tavoli-tematici", "/documenti/calendario.html", "/documenti/avviso.html"} {
		d := s.document(t, percorso+a)
		checkPage(t, a, d)
		if text := d.Find("main").Text(); !strings.Contains(text, was) || !strings.Contains(text, now) {
			t.Errorf("%q does not say %q beside the new day", a, was)
		}
	}
	if text := s.document(t, percorso+"/incontri/plenaria").Find("main").Text(); strings.Contains(text, "già ") {
		t.Errorf("a session that was not moved says %q", text)
	}
	for _, feed := range []string{"/calendario.ics", "/incontri/tavoli-tematici.ics"} {
		text := strings.ReplaceAll(s.get(percorso+feed).Body.String(), "\r\n ", "")
		if !strings.Contains(text, "20131026T150000") || !strings.Contains(text, `Già mercoledì 23 ottobre 2013\, ore 15:00–20:00`) || !strings.Contains(text, "SEQUENCE:2") {
			t.Errorf("%s does not carry the old hour beside the new", feed)
		}
	}
	if text := s.document(t, "/en"+percorso+"/incontri/tavoli-tematici").Find("main").Text(); !strings.Contains(text, "formerly") && !strings.Contains(text, "was ") {
		t.Errorf("in English: %q", text)
	}
}
