package web

import (
	"net/http"
	"strings"
	"testing"
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
