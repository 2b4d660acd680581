package app_test

import (
	"errors"
	"testing"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

func TestTheReasonsComeOutTheSameAgain(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		late := w.adhere(t, "Ponte di Carta", "99900030752", "p@c.example", at("2013-10-18T12:03:00.000"))
		owner := app.Actor{Role: app.LinkHolder, Matter: late.Code}
		v, err := w.Why(ctx, owner, "lecce", late.Code)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Judgements) != 1 {
			t.Fatalf("%d judgements, want 1", len(v.Judgements))
		}
		j := v.Judgements[0]
		if !j.Same || !j.Counts || j.Adheres() || j.Verdict.Timeliness != pdz.Late || j.Process.Version != 1 || len(j.Grounds) != 1 {
			t.Errorf("judgement: %+v", j)
		}
		if d := j.Grounds[0]; d.Rule != "scheda-tempestiva" || d.Result != pdz.Fail || d.Trace.Found == nil || d.Trace.Found.Text != "late" {
			t.Errorf("ground: %+v", d)
		}
		if len(v.Interpretations) == 0 || v.Interpretations[0].ID != "a1" {
			t.Errorf("interpretations: %+v, want a1 among them", v.Interpretations)
		}
		acts, verdicts := w.rows(t, "act"), w.rows(t, "verdict")
		for _, tt := range []struct {
			when string
			want pdz.Timeliness
		}{
			{"2013-10-18T11:58:00.000", pdz.Timely}, {"2013-10-18T12:00:00.000", pdz.Timely}, {"2013-10-18T12:00:00.001", pdz.Late},
			{"2013-10-08T12:00:00.000", pdz.Early},
		} {
			again, err := w.WhyIf(ctx, owner, "lecce", late.Code, at(tt.when))
			if err != nil {
				t.Fatal(err)
			}
			if again.Verdict.Timeliness != tt.want || again.Adheres() != (tt.want == pdz.Timely) {
				t.Errorf("arrived %s: %s, adheres %v", tt.when, again.Verdict.Timeliness, again.Adheres())
			}
		}
		if w.rows(t, "act") != acts || w.rows(t, "verdict") != verdicts {
			t.Error("asking left something behind")
		}
		w.check(t, late.Code, app.AdhesionLate)
	})
}

func TestReasonsAreForThePartyAndWhoReadsForTheOffice(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		v := w.adhere(t, "Ponte di Carta", "99900030752", "p@c.example", at("2013-10-17T16:41:00.000"))
		for _, tt := range []struct {
			who  app.Actor
			want error
		}{
			{app.Actor{Role: app.LinkHolder, Matter: v.Code}, nil}, {officer, nil}, {head, nil}, {app.Actor{Role: app.Auditor}, nil},
			{app.Actor{Role: app.LinkHolder, Matter: "another"}, app.ErrForbidden}, {app.Actor{Role: app.Anonymous}, app.ErrForbidden},
			{app.Actor{Role: app.HelpDesk}, app.ErrForbidden}, {app.Actor{Role: app.Union}, app.ErrForbidden},
		} {
			if _, err := w.Why(t.Context(), tt.who, "lecce", v.Code); !errors.Is(err, tt.want) {
				t.Errorf("Why as %s = %v, want %v", tt.who.Role, err, tt.want)
			}
		}
		if _, err := w.Why(t.Context(), officer, "altrove", v.Code); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("Why in another Ambito = %v, want %v", err, app.ErrNotFound)
		}
	})
}

func TestWhenThePartyCorrectsBothJudgementsAreKept(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		v := w.adhere(t, "Ponte di Carta", "99900030752", "p@c.example", at("2013-10-17T16:41:00.000"))
		owner := app.Actor{Role: app.LinkHolder, Matter: v.Code}
		w.set(at("2013-10-18T12:30:00.000"))
		d, err := w.StartCorrection(ctx, owner, "lecce", v.Code)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SubmitDraft(ctx, app.Actor{}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		why, err := w.Why(ctx, owner, "lecce", v.Code)
		if err != nil {
			t.Fatal(err)
		}
		if len(why.Judgements) != 2 || !why.Judgements[0].Same || !why.Judgements[1].Same || why.Judgements[0].Verdict.Timeliness != pdz.Timely {
			t.Errorf("judgements: %+v", why.Judgements)
		}
	})
}
