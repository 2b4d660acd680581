package app_test

import (
	"testing"

	"concerto/internal/app"
	"concerto/internal/store/q"
)

func inForce(t *testing.T, w *world, codes ...string) (n int) {
	t.Helper()
	for _, code := range codes {
		v, err := w.Adhesion(t.Context(), app.Actor{Role: app.System}, "lecce", code)
		if err != nil {
			t.Fatal(err)
		}
		if v.State == app.AdhesionActive {
			n++
		}
	}
	return n
}

func TestADuplicateIsSettledWithExactlyOneInForce(t *testing.T) {
	for _, keepSecond := range []bool{false, true} {
		each(t, "lecce-2013", func(t *testing.T, w *world) {
			ctx := t.Context()
			first := w.adhere(t, "Cooperativa Il Melograno", "99900010754", "info@m.example", at("2013-10-17T16:42:00.000"))
			other := w.adhere(t, "Il Melograno coop. soc.", "99900010754", "altro@m.example", at("2013-10-17T16:43:00.000"))
			w.check(t, other.Code, app.AdhesionDuplicate)
			pairs, err := w.Duplicates(ctx, officer, "lecce", "2014-2016")
			if err != nil {
				t.Fatal(err)
			}
			if len(pairs) != 1 || !pairs[0].SameTaxCode || pairs[0].Left.Code != first.Code {
				t.Fatalf("pairs: %+v", pairs)
			}
			keep, drop := first.Code, other.Code
			if keepSecond {
				keep, drop = drop, keep
			}
			refused(t, "no reason", w.SettleDuplicate(ctx, officer, "lecce", app.Chosen{Code: keep}, app.Chosen{Code: drop}, "", w.desk()), "required")
			if err := w.SettleDuplicate(ctx, officer, "lecce", app.Chosen{Code: keep}, app.Chosen{Code: drop}, "stesso soggetto, sentito per telefono", w.desk()); err != nil {
				t.Fatal(err)
			}
			w.check(t, keep, app.AdhesionActive)
			w.check(t, drop, app.AdhesionNotAdmitted)
			if n := inForce(t, w, keep, drop); n != 1 {
				t.Errorf("%d in force, want 1", n)
			}
			if pairs, err = w.Duplicates(ctx, officer, "lecce", "2014-2016"); err != nil || len(pairs) != 0 {
				t.Errorf("after settling: %d pairs, %v", len(pairs), err)
			}
			refused(t, "settled twice", w.SettleDuplicate(ctx, officer, "lecce", app.Chosen{Code: keep}, app.Chosen{Code: drop}, "ancora", w.desk()), app.CodeDecisionState)
			// the decision can be taken back, but never to two in force
			refused(t, "both", w.Decide(ctx, officer, "lecce", drop, app.Decision{Verdict: app.Admitted, Reason: "x"}, w.desk()), app.CodeDecisionOther)
		})
	}
}

func TestTheOneInForceDoesNotGoForOneThatCannotBe(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		first := w.adhere(t, "Cooperativa Il Melograno", "99900010754", "info@m.example", at("2013-10-17T16:42:00.000"))
		late := w.adhere(t, "Cooperativa Il Melograno", "99900010754", "altro@m.example", at("2013-10-18T12:00:00.001"))
		err := w.SettleDuplicate(t.Context(), officer, "lecce", app.Chosen{Code: late.Code}, app.Chosen{Code: first.Code}, "vale la seconda", w.desk())
		refused(t, "keeping the late one", err, app.CodeTwinLoses)
		w.check(t, first.Code, app.AdhesionActive)
		if n := w.rows(t, "admission"); n != 0 {
			t.Errorf("%d decisions left", n)
		}
	})
}

func TestNamesThatLookAlikeAreShownOnceAndForAll(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		a := w.adhere(t, "OdV Mano nella mano della Cupa", "99900010754", "a@m.example", at("2013-10-17T16:42:00.000"))
		b := w.adhere(t, "MANO NELLA MANO della Cupa – O.D.V.", "99900020753", "b@m.example", at("2013-10-17T16:43:00.000"))
		w.adhere(t, "Cooperativa sociale Ali di carta", "99900030752", "c@m.example", at("2013-10-17T16:44:00.000"))
		w.adhere(t, "Cooperativa sociale Solidea", "99900040751", "d@m.example", at("2013-10-17T16:45:00.000"))
		pairs, err := w.Duplicates(ctx, officer, "lecce", "2014-2016")
		if err != nil {
			t.Fatal(err)
		}
		if len(pairs) != 1 || pairs[0].SameTaxCode || pairs[0].Left.Code != a.Code || pairs[0].Right.Code != b.Code {
			t.Fatalf("pairs: %+v", pairs)
		}
		if err := w.KeepBoth(ctx, officer, "lecce", app.Chosen{Code: a.Code}, app.Chosen{Code: b.Code}, "due sezioni diverse", w.desk()); err != nil {
			t.Fatal(err)
		}
		if pairs, err = w.Duplicates(ctx, officer, "lecce", "2014-2016"); err != nil || len(pairs) != 0 {
			t.Errorf("after saying they are two: %d pairs, %v", len(pairs), err)
		}
		if n := inForce(t, w, a.Code, b.Code); n != 2 {
			t.Errorf("%d in force, want 2", n)
		}
	})
}

func TestTwoBodiesFoundToBeOne(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		a := w.adhere(t, "OdV Mano nella mano della Cupa", "99900010754", "a@m.example", at("2013-10-17T16:42:00.000"))
		b := w.adhere(t, "Mano nella mano della Cupa", "99900020753", "b@m.example", at("2013-10-17T16:43:00.000"))
		kept, gone := w.party(t, a.Code), w.party(t, b.Code)
		merge := func(reason string) error {
			return w.MergeParties(ctx, officer, "lecce", "2014-2016", gone, kept, reason, w.desk())
		}
		refused(t, "both in force", merge("codice scritto male"), app.CodeMergeBoth)
		if err := w.SettleDuplicate(ctx, officer, "lecce", app.Chosen{Code: a.Code}, app.Chosen{Code: b.Code}, "stesso soggetto", w.desk()); err != nil {
			t.Fatal(err)
		}
		refused(t, "no reason", merge(" "), "required")
		if err := merge("il codice fiscale della seconda è scritto male"); err != nil {
			t.Fatal(err)
		}
		refused(t, "twice", merge("ancora"), app.CodeMergeGone)
		if got := w.party(t, b.Code); got != kept {
			t.Errorf("the sheet stayed with %s, want %s", got, kept)
		}
		again := w.adhere(t, "Mano nella mano della Cupa", "99900020753", "b@m.example", at("2013-10-17T16:50:00.000"))
		if got := w.party(t, again.Code); got != kept || again.TaxCode != "99900010754" || again.State != app.AdhesionDuplicate {
			t.Errorf("a new sheet under the old code: party %s, code %s, %s", got, again.TaxCode, again.State)
		}
		merges, err := w.Merges(ctx, officer, "lecce")
		if err != nil || len(merges) != 1 || merges[0].GoneName != "Mano nella mano della Cupa" {
			t.Errorf("merges: %+v, %v", merges, err)
		}
	})
}

// party returns the party of a sheet.
func (w *world) party(t *testing.T, code string) string {
	t.Helper()
	row, err := w.Store.Read().Adhesion(t.Context(), q.AdhesionParams{Ambito: "lecce", Code: code})
	if err != nil {
		t.Fatal(err)
	}
	return row.Party
}
