package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

var (
	officer = app.Actor{Role: app.Officer, Person: "officer-a"}
	second  = app.Actor{Role: app.Officer, Person: "officer-b"}
	head    = app.Actor{Role: app.Head, Person: "head"}
)

// desk is an arrival at the office, now.
func (w *world) desk() app.Arrival { return app.Arrival{ReceivedAt: w.clock()} }

// adhere sends a sheet of a body by the web.
func (w *world) adhere(t *testing.T, name, taxCode, email string, when time.Time) app.AdhesionView {
	t.Helper()
	a := with(with(with(cooperative(), "denominazione", name), "codice-fiscale", taxCode), "recapito-email", email)
	rc, err := w.send(t, t.Context(), a, when)
	if err != nil {
		t.Fatal(err)
	}
	return rc.Adhesion
}

// refused demands that an error holds the problem of a code.
func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	var problems pdz.Problems
	if !errors.As(err, &problems) || !slices.ContainsFunc(problems, func(p pdz.Problem) bool { return p.Code == code }) {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestADecisionSaysWhy(t *testing.T) {
	for _, tt := range []struct {
		name  string
		d     app.Decision
		field string
		code  string
	}{
		{"not admitted", app.Decision{Verdict: app.NotAdmitted}, app.FieldReason, pdz.CodeRequired},
		{"not admitted, blank", app.Decision{Verdict: app.NotAdmitted, Reason: " \n\t"}, app.FieldReason, pdz.CodeRequired},
		{"with reserve", app.Decision{Verdict: app.WithReserve}, app.FieldReason, pdz.CodeRequired},
		{"nothing asked", app.Decision{Verdict: app.AskedMore}, app.FieldAsked, pdz.CodeRequired},
		{"term in the past", app.Decision{Verdict: app.AskedMore, Asked: "la firma", Due: at("2013-10-17T16:00:00.000")}, app.FieldDue, app.CodeDecisionDue},
		{"a control character", app.Decision{Verdict: app.AskedMore, Asked: "la\x00firma"}, app.FieldAsked, pdz.CodeTextControl},
		{"a novel", app.Decision{Verdict: app.AskedMore, Asked: strings.Repeat("a", 2001)}, app.FieldAsked, pdz.CodeTextLong},
		{"no such verdict", app.Decision{Verdict: "forse"}, app.FieldVerdict, app.CodeDecisionVerdict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				v := w.adhere(t, "OdV La Lucerna", "99900020753", "a@b.example", at("2013-10-17T16:41:00.000"))
				err := w.Decide(t.Context(), officer, "lecce", v.Code, tt.d, w.desk())
				var problems pdz.Problems
				if !errors.As(err, &problems) || !slices.ContainsFunc(problems, func(p pdz.Problem) bool { return p.Field == tt.field && p.Code == tt.code }) {
					t.Errorf("Decide = %v, want %s at %s", err, tt.code, tt.field)
				}
				if n := w.rows(t, "admission"); n != 0 {
					t.Errorf("%d decisions were kept", n)
				}
			})
		})
	}
}

// TestTheNoticeSaysWhatTheOfficeMayDecide: Lecce provides no selection.
func TestTheNoticeSaysWhatTheOfficeMayDecide(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		v := w.adhere(t, "OdV La Lucerna", "99900020753", "a@b.example", at("2013-10-17T16:41:00.000"))
		for _, verdict := range []string{app.Admitted, app.WithReserve, app.NotAdmitted} {
			refused(t, verdict, w.Decide(ctx, officer, "lecce", v.Code, app.Decision{Verdict: verdict, Reason: "perché sì"}, w.desk()), app.CodeDecisionMode)
		}
		if err := w.Decide(ctx, officer, "lecce", v.Code, app.Decision{Verdict: app.AskedMore, Asked: "la data dello statuto"}, w.desk()); err != nil {
			t.Fatal(err)
		}
		w.check(t, v.Code, app.AdhesionActive)
		all, err := w.Decisions(ctx, officer, "lecce", v.Code)
		if err != nil {
			t.Fatal(err)
		}
		want := at("2013-10-28T23:59:59.999") // the tenth day is Sunday 27 October
		if len(all) != 1 || !all[0].Due.Equal(want) || all[0].Asked != "la data dello statuto" {
			t.Errorf("decisions: %+v, want one due %v", all, want)
		}
		var told bool
		for _, m := range w.deliver(t) {
			told = told || m.To == "a@b.example" && strings.Contains(m.Text, "la data dello statuto") && strings.Contains(m.Text, "/gestione/"+v.Code) &&
				strings.Contains(m.Text, "lunedì 28 ottobre 2013 alle 23:59")
		}
		if !told {
			t.Error("the party was not told what is missing, until when and where to give it")
		}
		err = w.Decide(ctx, app.Actor{Role: app.HelpDesk}, "lecce", v.Code, app.Decision{Verdict: app.AskedMore, Asked: "x"}, w.desk())
		if !errors.Is(err, app.ErrForbidden) {
			t.Errorf("the help desk decided: %v", err)
		}
	})
}

// byOffice is the calendar of an Ambito whose office admits.
func byOffice(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	eachChanged(t, "lecce-2013", "admission: {mode: none}", "admission: {mode: byOffice, completion: 5 working days}", fn)
}

func TestTheLatestDecisionCountsAndAllAreKept(t *testing.T) {
	byOffice(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		v := w.adhere(t, "OdV La Lucerna", "99900020753", "a@b.example", at("2013-10-17T16:41:00.000"))
		steps := []struct {
			d    app.Decision
			want app.AdhesionState
		}{
			{app.Decision{Verdict: app.Admitted}, app.AdhesionActive},
			{app.Decision{Verdict: app.WithReserve, Reason: "manca la delega"}, app.AdhesionActive},
			{app.Decision{Verdict: app.NotAdmitted, Reason: "la delega non è arrivata"}, app.AdhesionNotAdmitted},
			{app.Decision{Verdict: app.Admitted, Reason: "la delega è arrivata"}, app.AdhesionActive},
		}
		for _, s := range steps {
			if err := w.Decide(ctx, officer, "lecce", v.Code, s.d, w.desk()); err != nil {
				t.Fatalf("%s: %v", s.d.Verdict, err)
			}
			w.check(t, v.Code, s.want)
		}
		all, err := w.Decisions(ctx, app.Actor{Role: app.LinkHolder, Matter: v.Code}, "lecce", v.Code)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != len(steps) || all[0].Reason != "la delega è arrivata" || all[0].OfficerName != "" {
			t.Errorf("the party sees %+v", all)
		}
		sent := w.deliver(t)
		if len(sent) != 5 { // the receipt and four decisions
			t.Errorf("%d messages, want 5", len(sent))
		}
		for _, m := range sent {
			if !strings.Contains(m.Subject, "non ammessa") {
				continue
			}
			for _, want := range []string{"la delega non è arrivata", "segretariatosociale@comune.lecce.it", "modi di legge", "/perche"} {
				if !strings.Contains(m.Text, want) {
					t.Errorf("the letter against the party does not say %q:\n%s", want, m.Text)
				}
			}
		}
	})
}

func TestWhatCannotBeDecided(t *testing.T) {
	byOffice(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		no := app.Decision{Verdict: app.NotAdmitted, Reason: "fuori dal territorio"}
		gone := w.adhere(t, "OdV La Lucerna", "99900020753", "a@b.example", at("2013-10-17T16:41:00.000"))
		if _, err := w.Withdraw(ctx, app.Actor{Role: app.LinkHolder, Matter: gone.Code}, "lecce", gone.Code, "k", "", app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		refused(t, "withdrawn", w.Decide(ctx, officer, "lecce", gone.Code, no, w.desk()), app.CodeDecisionState)

		first := w.adhere(t, "Cooperativa Il Melograno", "99900010754", "info@m.example", at("2013-10-17T16:42:00.000"))
		if err := w.Decide(ctx, officer, "lecce", first.Code, no, w.desk()); err != nil {
			t.Fatal(err)
		}
		refused(t, "more asked of one set aside", w.Decide(ctx, officer, "lecce", first.Code, app.Decision{Verdict: app.AskedMore, Asked: "x"}, w.desk()), app.CodeDecisionState)
		again := w.adhere(t, "Cooperativa Il Melograno", "99900010754", "info@m.example", at("2013-10-17T16:43:00.000"))
		w.check(t, again.Code, app.AdhesionActive)
		yes := app.Decision{Verdict: app.Admitted, Reason: "riesaminata"}
		refused(t, "two in force", w.Decide(ctx, officer, "lecce", first.Code, yes, w.desk()), app.CodeDecisionOther)

		late := w.adhere(t, "Ponte di Carta", "99900030752", "p@c.example", at("2013-10-18T12:00:00.001"))
		refused(t, "a late one without a reason", w.Decide(ctx, officer, "lecce", late.Code, app.Decision{Verdict: app.Admitted}, w.desk()), pdz.CodeRequired)
		if err := w.Decide(ctx, officer, "lecce", late.Code, yes, w.desk()); err != nil {
			t.Fatal(err)
		}
		w.check(t, late.Code, app.AdhesionActive)
	})
}

func TestNobodyDecidesOnHisOwnPaper(t *testing.T) {
	byOffice(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		code := w.fax(t, officer, "Parrocchia San Lazzaro", "99900040751", "17/10/2013", "16:38")
		for _, verdict := range []string{app.Admitted, app.WithReserve, app.NotAdmitted} {
			refused(t, verdict, w.Decide(ctx, officer, "lecce", code, app.Decision{Verdict: verdict, Reason: "x"}, w.desk()), app.CodeDecisionOwn)
		}
		if err := w.Decide(ctx, officer, "lecce", code, app.Decision{Verdict: app.AskedMore, Asked: "la firma"}, w.desk()); err != nil {
			t.Errorf("asking for what is missing: %v", err)
		}
		if err := w.Decide(ctx, second, "lecce", code, app.Decision{Verdict: app.Admitted}, w.desk()); err != nil {
			t.Errorf("another officer: %v", err)
		}
	})
}

func TestASheetThatWaitsIsNotDecidedOn(t *testing.T) {
	byOffice(t, func(t *testing.T, w *world) {
		code := w.fax(t, officer, "Parrocchia San Lazzaro", "99900040751", "17/10/2013", "09:10")
		w.check(t, code, app.AdhesionWaiting)
		refused(t, "waiting", w.Decide(t.Context(), second, "lecce", code, app.Decision{Verdict: app.Admitted}, w.desk()), app.CodeDecisionWaits)
	})
}

// fax records a fax that the machine printed at an hour.
func (w *world) fax(t *testing.T, who app.Actor, name, taxCode, day, hour string) string {
	t.Helper()
	a := with(with(cooperative(), "denominazione", name), "codice-fiscale", taxCode)
	a["recapito-email"] = nil
	rc, err := w.RecordSheet(t.Context(), who, app.IntakeInput{Ambito: "lecce", Process: "2014-2016", Form: "scheda-adesione", Channel: "fax",
		Arrived: app.TypedInstant{Day: day, Hour: hour}, Answers: a, Key: "fax-" + taxCode, TakenAt: w.clock()})
	if err != nil {
		t.Fatal(err)
	}
	return rc.Adhesion.Code
}

func TestManyDecisionsFailOneByOne(t *testing.T) {
	byOffice(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var sheets []app.Chosen
		codes := map[string]string{"99900020753": "OdV La Lucerna", "99900030752": "Ponte di Carta", "99900050750": "Filo d’Acanto"}
		for taxCode, name := range codes {
			v := w.adhere(t, name, taxCode, "x"+taxCode+"@b.example", w.clock().Add(time.Second))
			sheets = append(sheets, app.Chosen{Code: v.Code, After: v.Index})
		}
		gone := sheets[1].Code
		if _, err := w.Withdraw(ctx, app.Actor{Role: app.LinkHolder, Matter: gone}, "lecce", gone, "k", "", app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		d := app.Decision{Verdict: app.NotAdmitted, Reason: "fuori dal territorio dell’Ambito"}
		before, err := w.DecidePreview(ctx, officer, "lecce", sheets, d)
		if err != nil {
			t.Fatal(err)
		}
		if n := w.rows(t, "admission"); n != 0 {
			t.Errorf("the preview kept %d decisions", n)
		}
		var steps []string
		done, err := w.DecideMany(ctx, officer, "lecce", sheets, d, w.desk(), func(n, of int) { steps = append(steps, fmt.Sprint(n, "/", of)) })
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range done {
			if want := i != 1; x.Done != want || x.State != before[i].State || len(x.Problems) != len(before[i].Problems) {
				t.Errorf("sheet %d: %+v, foreseen %+v", i, x, before[i])
			}
		}
		if got := strings.Join(steps, " "); got != "1/3 2/3 3/3" {
			t.Errorf("progress %q", got)
		}
		again, err := w.DecideMany(ctx, officer, "lecce", sheets, d, w.desk(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := w.rows(t, "admission"); n != 2 || !again[0].Done {
			t.Errorf("a second click left %d decisions, want 2: %+v", n, again)
		}
	})
}

func TestACompletionThatWasAskedForArrivesAfterTheWindow(t *testing.T) {
	eachChanged(t, "lecce-2013", "late: keep                                   # A1", "late: refuse                                   # A1", func(t *testing.T, w *world) {
		ctx := t.Context()
		v := w.adhere(t, "OdV La Lucerna", "99900020753", "a@b.example", at("2013-10-17T16:41:00.000"))
		correct := func() error {
			d, err := w.StartCorrection(ctx, app.Actor{Role: app.LinkHolder, Matter: v.Code}, "lecce", v.Code)
			if err != nil {
				return err
			}
			_, err = w.SubmitDraft(ctx, app.Actor{}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()})
			return err
		}
		w.set(at("2013-10-18T12:30:00.000"))
		if err := correct(); !errors.Is(err, app.ErrClosed) {
			t.Errorf("correction after the window: %v, want %v", err, app.ErrClosed)
		}
		if err := w.Decide(ctx, officer, "lecce", v.Code, app.Decision{Verdict: app.AskedMore, Asked: "la firma"}, w.desk()); err != nil {
			t.Fatal(err)
		}
		if err := correct(); err != nil {
			t.Errorf("the completion that was asked for: %v", err)
		}
		w.check(t, v.Code, app.AdhesionActive)
		w.set(at("2013-10-29T00:00:00.000"))
		if err := correct(); !errors.Is(err, app.ErrClosed) {
			t.Errorf("after its term: %v, want %v", err, app.ErrClosed)
		}
	})
}

// decideRows decides, merges and publishes a list.
func decideRows(t *testing.T, w *world) {
	t.Helper()
	ctx := t.Context()
	a := w.adhere(t, "OdV Mano nella mano della Cupa", "99900030752", "a@m.example", w.clock())
	b := w.adhere(t, "Mano nella mano della Cupa", "99900040751", "b@m.example", w.clock())
	if err := w.SettleDuplicate(ctx, officer, "lecce", app.Chosen{Code: a.Code}, app.Chosen{Code: b.Code}, "stesso soggetto", w.desk()); err != nil {
		t.Fatal(err)
	}
	if err := w.MergeParties(ctx, officer, "lecce", "2014-2016", w.party(t, b.Code), w.party(t, a.Code), "codice scritto male", w.desk()); err != nil {
		t.Fatal(err)
	}
	if err := w.Decide(ctx, officer, "lecce", a.Code, app.Decision{Verdict: app.AskedMore, Asked: "la firma"}, w.desk()); err != nil {
		t.Fatal(err)
	}
	in := october
	in.ActDate = pdz.DateOf(w.clock(), w.clock().Location())
	if _, err := w.PublishList(ctx, head, "lecce", "2014-2016", in, w.desk()); err != nil {
		t.Fatal(err)
	}
}
