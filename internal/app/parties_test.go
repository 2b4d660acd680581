package app_test

import (
	"errors"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// rows counts the rows of a table.
func (w *world) rows(t *testing.T, table string) int {
	t.Helper()
	rows, err := w.Store.Rows(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

func with(a pdz.Answers, field string, values ...string) pdz.Answers {
	a[field] = values
	return a
}

func TestOnePersonAdheresForTwoBodiesAndTwoPeopleAreOneBody(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		when := at("2013-10-17T16:52:00.000")
		first := cooperative()
		second := with(with(cooperative(), "codice-fiscale", "99900020753"), "denominazione", "OdV La Lucerna di Rugge")
		for _, a := range []pdz.Answers{first, second} {
			if _, err := w.send(t, ctx, a, when); err != nil {
				t.Fatal(err)
			}
		}
		if people, bodies, mandates := w.rows(t, "person"), w.rows(t, "party"), w.rows(t, "mandate"); people != 1 || bodies != 2 || mandates != 2 {
			t.Errorf("one person for two bodies: %d people, %d bodies, %d mandates", people, bodies, mandates)
		}
		colleague := with(with(cooperative(), "nome-cognome", "Vito Tarricone"), "recapito-email", "v.tarricone@ilmelograno.example")
		if _, err := w.send(t, ctx, colleague, when); err != nil {
			t.Fatal(err)
		}
		if people, bodies := w.rows(t, "person"), w.rows(t, "party"); people != 2 || bodies != 2 {
			t.Errorf("a second person of the same body: %d people, %d bodies", people, bodies)
		}
	})
}

func TestACitizenAdheresWithoutABody(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		citizen := pdz.Answers{"categoria": {"libero-cittadino"}, "codice-fiscale": {"LZZMRZ84S45X201V"}, "recapito-email": {"m@posta.example"},
			"nome-cognome": {"Marzia Lezzi Alba"}, "tavoli-scelti": {"poverta"}, "presa-visione-privacy": {"si"}}
		rc, err := w.send(t, t.Context(), citizen, at("2013-10-17T16:52:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		if rc.Adhesion.PartyName != "Marzia Lezzi Alba" || w.rows(t, "mandate") != 0 {
			t.Errorf("adheres as %q with %d mandates", rc.Adhesion.PartyName, w.rows(t, "mandate"))
		}
	})
}

// TestBadInputIsToldAtItsFieldAndLeavesNothing sends one wrong answer at a time,
// past the pages, straight at the use case.
func TestBadInputIsToldAtItsFieldAndLeavesNothing(t *testing.T) {
	for _, tt := range []struct{ name, field, value, code string }{
		{"a digit short", "codice-fiscale", "9990001075", pdz.CodeTaxCodeLength},
		{"a check digit wrong", "codice-fiscale", "99900010755", pdz.CodeTaxCodeCheck},
		{"a person's code for a body", "codice-fiscale", "LZZMRZ84S45X201V", pdz.CodeTaxCodeLength},
		{"31 February", "costituita-il", "31/02/2009", pdz.CodeDateImpossible},
		{"29 February of a common year", "costituita-il", "29/02/2009", pdz.CodeDateLeap},
		{"before 1850", "costituita-il", "20/03/1849", pdz.CodeDateOld},
		{"tomorrow", "costituita-il", "18/10/2013", pdz.CodeDateFuture},
		{"no date at all", "costituita-il", "ieri", pdz.CodeDateForm},
		{"two lines in an address", "recapito-email", "a@b.example\r\nBcc: c@d.example", pdz.CodeTextNewline},
		{"no address", "recapito-email", "info.example", pdz.CodeEmailForm},
		{"none at all", "recapito-email", "", app.CodeNoEmail},
		{"a NUL", "denominazione", "Il Melo\x00grano", pdz.CodeTextControl},
		{"a storm of accents", "denominazione", "I" + strings.Repeat("\u0301", 40) + "l Melograno", pdz.CodeTextMarks},
		{"broken UTF-8", "denominazione", "Il Melo\xffgrano", pdz.CodeTextEncoding},
		{"10 MB of text", "attese", strings.Repeat("è", 5<<20), ""},
		{"a table that is not there", "tavoli-scelti", "turismo", pdz.CodeTable},
		{"a category that is not there", "categoria", "marziano", pdz.CodeChoice},
		{"a declaration not made", "presa-visione-privacy", "", pdz.CodeDeclaration},
		{"a name missing", "denominazione", "", pdz.CodeRequired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				_, err := w.send(t, t.Context(), with(cooperative(), tt.field, tt.value), at("2013-10-17T16:52:00.000"))
				var problems pdz.Problems
				if !errors.As(err, &problems) {
					t.Fatalf("answer: %v, want problems", err)
				}
				found := tt.code == ""
				for _, p := range problems {
					found = found || p.Field == tt.field && p.Code == tt.code
				}
				if !found {
					t.Errorf("problems: %v, want %s at %s", problems, tt.code, tt.field)
				}
				for _, table := range []string{"party", "person", "mandate", "adhesion", "adhesion_version", "verdict"} {
					if n := w.rows(t, table); n != 0 {
						t.Errorf("%d rows left in %s", n, table)
					}
				}
			})
		})
	}
}
