package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"
)

func nothing(*Site, http.ResponseWriter, *http.Request) error { return nil }

func TestEveryRouteHasARule(t *testing.T) {
	for _, r := range Routes() {
		if err := r.check(); err != nil {
			t.Error(err)
		}
	}
}

func TestAnIncompleteTableDoesNotStart(t *testing.T) {
	good := get("/{ambito}/prova", Public, nothing)
	tests := []struct {
		name  string
		table []Route
		want  string // in the error; empty for none
	}{
		{"complete", []Route{good}, ""},
		{"no rule", []Route{{Method: "GET", Pattern: "/x", Handler: nothing}}, "no rule"},
		{"unknown rule", []Route{{Method: "GET", Pattern: "/x", Rule: ruleEnd, Handler: nothing}}, "no rule"},
		{"no method", []Route{{Pattern: "/x", Rule: Public, Handler: nothing}}, "no method"},
		{"no handler", []Route{{Method: "GET", Pattern: "/x", Rule: Public}}, "no handler"},
		{"no slash", []Route{{Method: "GET", Pattern: "x", Rule: Public, Handler: nothing}}, "slash"},
		{"duplicate", []Route{good, good}, "/{ambito}/prova"},
		{"conflict", []Route{good, get("/{a}/{b...}", Public, nothing), get("/{a}/{c...}", Public, nothing)}, "conflicts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := buildMuxes(&Site{}, tt.table)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("buildMuxes = %v, want no error", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("buildMuxes = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// The first segments of the site's own addresses must not be names of Ambiti.
func TestFirstSegmentsAreReserved(t *testing.T) {
	for name, want := range map[string]bool{"static": true, "salute": true, "en": true, "robots.txt": true, "lecce": false} {
		if got := Reserved(name); got != want {
			t.Errorf("Reserved(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestRules(t *testing.T) {
	s := newTestSite(t, eve)
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	for rule, want := range map[Rule]bool{Public: true, LinkHolder: true, DemoVisitor: false, SignedIn: false, Office: false, OperatorOnly: false, 0: false} {
		if _, err := s.allow(rule, r); (err == nil) != want {
			got := err == nil
			t.Errorf("allow(%v) = %v, want %v", rule, got, want)
		}
	}
}

// Who signed in passes the rules of what they are, and no other. The table is written
// out here, so that a rule that grows wider has to be widened in two places.
func TestEachRuleLetsInItsOwnRolesAlone(t *testing.T) {
	everybody := []app.Role{app.SignedIn, app.Delegate, app.HelpDesk, app.Officer, app.Head, app.Facilitator, app.Governing, app.Union, app.Auditor, app.Operator}
	let := map[Rule][]app.Role{
		SignedIn:     everybody,
		Member:       {app.Delegate},
		Desk:         {app.HelpDesk, app.Officer, app.Head},
		DeskReader:   {app.HelpDesk, app.Officer, app.Head, app.Auditor},
		Office:       {app.Officer, app.Head},
		HeadOnly:     {app.Head},
		Appoints:     {app.Head, app.Operator},
		Reader:       {app.Officer, app.Head, app.Auditor},
		Oversight:    {app.Head, app.Auditor},
		OperatorOnly: {app.Operator},
	}
	var as app.Role
	s := &Site{Config: Config{Identify: func(*http.Request) []app.Actor { return []app.Actor{{Role: as}} }}}
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for rule := SignedIn; rule < ruleEnd; rule++ {
		if let[rule] == nil {
			t.Errorf("who passes %v is not written here", rule)
		}
		for _, as = range everybody {
			who, err := s.allow(rule, r)
			if got, want := err == nil, slices.Contains(let[rule], as); got != want || got && who.Role != as {
				t.Errorf("%v as %s: let in %v as %q, want %v", rule, as, got, who.Role, want)
			}
		}
	}
}
