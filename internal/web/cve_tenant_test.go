package web

import (
	"net/http"
	"strings"
	"testing"

	"concerto/internal/app"

	"github.com/google/go-cmp/cmp"
)

// The administrators of one organisation read, accepted and refused the documents of
// another. The two of Lecce who may most play every page of the office, there and with
// what is there only.
func TestAsDecidim2026_45330(t *testing.T) {
	p := twinned(t)
	before := p.rowsOf(t, "gemella")
	played := 0
	for _, r := range readsFirst(Routes()) {
		if !strings.HasPrefix(r.Pattern, "/ufficio/{ambito}") || p.unknownWildcards(r.Pattern) {
			continue
		}
		for _, form := range p.forms(t, r) {
			for _, role := range []app.Role{app.Head, app.Officer} {
				status, answer := p.ask(r.Method, p.address(r.Pattern, "gemella", 1, true), role, form)
				if status != http.StatusForbidden || leaks(answer) {
					t.Errorf("%s %s of the twin as %s: %d, want 403", r.Method, r.Pattern, role, status)
				}
				if _, answer := p.ask(r.Method, p.address(r.Pattern, "lecce", 1, true), role, form); leaks(answer) {
					t.Errorf("%s %s with what is of the twin as %s shows it", r.Method, r.Pattern, role)
				}
				played++
			}
		}
	}
	if diff := cmp.Diff(before, p.rowsOf(t, "gemella")); diff != "" || played < 100 {
		t.Errorf("%d plays; rows of the twin changed (-before +after):\n%s", played, diff)
	}
}
