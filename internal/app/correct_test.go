package app_test

import (
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"
)

// correct sends a correction of a sheet by its management link, with a reason or "".
func (w *world) correct(t *testing.T, code, why string) (*app.AdhesionReceipt, error) {
	t.Helper()
	d, err := w.StartCorrection(t.Context(), app.Actor{Role: app.LinkHolder, Matter: code}, "lecce", code)
	if err != nil {
		t.Fatal(err)
	}
	last := with(cooperative(), app.FieldWhy, why)
	last["tavoli-scelti"] = []string{"poverta"}
	return w.SubmitDraft(t.Context(), app.Actor{}, "lecce", d.Token, last, app.Arrival{Channel: "web", ReceivedAt: w.clock()})
}

func TestThePartyMayAndTheOfficeMustSayWhyASheetIsCorrected(t *testing.T) {
	const why = "Al tavolo 4 va un altro ente."
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		rc, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		code := rc.Adhesion.Code
		if _, err := w.correct(t, code, ""); err != nil {
			t.Errorf("its own correction without a reason: %v", err)
		}
		if rc, err = w.correct(t, code, "  "+why); err != nil {
			t.Fatal(err)
		}
		if got := rc.Adhesion.Versions[2].Reason; got != why {
			t.Errorf("the reason of version 3 is %q, want %q", got, why)
		}
		if got := rc.Adhesion.Versions[2].Answers[app.FieldWhy]; got != nil {
			t.Errorf("the reason is among the answers: %q", got)
		}
		if mails := w.deliver(t); !strings.Contains(mails[len(mails)-1].Text, why) {
			t.Errorf("the receipt does not say why:\n%s", mails[len(mails)-1].Text)
		}
		in := w.paper("17/10/2013 16:50", cooperative())
		in.Corrects = code
		_, err = w.RecordSheet(t.Context(), anna, in)
		if got := codesOf(t, err); !slices.Equal(got, []string{app.FieldWhy + ": required"}) {
			t.Errorf("the office's correction without a reason: %v", got)
		}
		in.Reason = why
		w.take(t, anna, in)
	})
}

func TestADefinitionMayDemandTheReasonOfEveryCorrection(t *testing.T) {
	eachChanged(t, "lecce-2013", "  correction: true\n", "  correction: true\n  correctionReason: true\n", func(t *testing.T, w *world) {
		rc, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.correct(t, rc.Adhesion.Code, " ")
		if got := codesOf(t, err); !slices.Equal(got, []string{app.FieldWhy + ": required"}) {
			t.Errorf("a correction without a reason: %v", got)
		}
	})
}
