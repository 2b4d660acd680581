package app_test

import (
	"errors"
	"testing"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

func TestASheetIsFilledInWithAPersonAndReadBack(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		desk := w.staff(t, "d-1", app.HelpDesk)
		d, err := w.StartAssisted(ctx, desk, "lecce", "2014-2016", "scheda-adesione", "telefono")
		if err != nil {
			t.Fatal(err)
		}
		answers := cooperative()
		delete(answers, "recapito-email") // who is helped may have none
		if _, err := w.SaveDraft(ctx, "lecce", d.Token, 5, answers); err != nil {
			t.Fatal(err)
		}
		at := app.Arrival{ReceivedAt: w.clock()}
		if _, err := w.SubmitDraft(ctx, anyone, "lecce", d.Token, nil, at); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("sent by somebody who knows the address: %v, want forbidden", err)
		}
		if _, err := w.SubmitDraft(ctx, desk, "lecce", d.Token, nil, at); codesAt(err)[app.FieldReadBack] != app.CodeReadBack {
			t.Errorf("sent without reading back: %v", err)
		}
		if _, err := w.SaveDraft(ctx, "lecce", d.Token, 5, pdz.Answers{app.FieldReadBack: {"on"}}); err != nil {
			t.Fatal(err)
		}
		rc, err := w.SubmitDraft(ctx, desk, "lecce", d.Token, nil, at)
		if err != nil {
			t.Fatal(err)
		}
		v := rc.Adhesion
		if v.Channel != "telefono" || v.State != app.AdhesionActive || v.Email != "" {
			t.Errorf("recorded: channel %s, state %s, address %q", v.Channel, v.State, v.Email)
		}
		if _, ok := v.Versions[0].Answers[app.FieldReadBack]; ok {
			t.Error("the tick is among the answers of the form")
		}
		if rc, err := w.SubmitDraft(ctx, desk, "lecce", d.Token, nil, at); err != nil || !rc.Replayed {
			t.Errorf("the second click: %v", err)
		}
	})
}

func TestOnlyByTelephoneAndAtTheDeskIsSomebodyHelped(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		desk := w.staff(t, "d-1", app.HelpDesk)
		for _, channel := range []string{"web", "fax", "email", "pec", "porta", ""} {
			if _, err := w.StartAssisted(t.Context(), desk, "lecce", "2014-2016", "scheda-adesione", channel); !errors.Is(err, app.ErrNotFound) {
				t.Errorf("by %q: %v, want not found", channel, err)
			}
		}
		if drafts, err := w.AssistedDrafts(t.Context(), desk, "lecce"); err != nil || len(drafts) != 0 {
			t.Errorf("drafts: %v, %v", drafts, err)
		}
	})
}
