package app_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// dashboard reads it as the officer sees it.
func (w *world) dashboard(t *testing.T) *app.Dashboard {
	t.Helper()
	d, err := w.Dashboard(t.Context(), anna, "lecce", "2014-2016")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// busyWeek brings in a sheet of every fate: corrected, withdrawn, late, sent twice.
func busyWeek(t *testing.T, w *world) {
	t.Helper()
	corrected := w.adhere(t, "Il Melograno", partitaIVA(1), "a@b.example", at("2013-10-15T10:00:00.000"))
	w.set(at("2013-10-17T09:00:00.000"))
	if _, err := w.correct(t, corrected.Code, "Recapito nuovo."); err != nil {
		t.Fatal(err)
	}
	gone := w.adhere(t, "Il Noce", partitaIVA(22), "c@d.example", at("2013-10-17T11:00:00.000"))
	if _, err := w.Withdraw(t.Context(), app.Actor{Role: app.LinkHolder, Matter: gone.Code}, "lecce", gone.Code, "k", "", w.desk()); err != nil {
		t.Fatal(err)
	}
	w.set(at("2013-10-18T12:20:00.000"))
	w.take(t, anna, w.paper("18/10/2013 11:57", with(cooperative(), "codice-fiscale", partitaIVA(1))))
	w.take(t, bruno, w.paper("18/10/2013 12:03", pdz.Answers{"categoria": {"odv"}, "denominazione": {"OdV Nonni di Paese"}}))
}

// Every count of the dashboard is the count of the list behind its link, and they add
// up to the list: a sheet is in them once, whatever became of it.
func TestTheFiguresAddUpToTheInbox(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		busyWeek(t, w)
		d := w.dashboard(t)
		rows, err := w.Inbox(t.Context(), anna, "lecce", "2014-2016")
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, k := range d.Kinds {
			total += k.Total
			if want := (app.InboxFilter{Category: k.Category}).Count(rows); k.Total != want {
				t.Errorf("%d sheets of %q, the list has %d", k.Total, k.Category, want)
			}
			for channel, n := range k.ByChannel {
				if want := (app.InboxFilter{Category: k.Category, Channel: channel}).Count(rows); n != want {
					t.Errorf("%d sheets of %q by %s, the list has %d", n, k.Category, channel, want)
				}
			}
		}
		if total != len(rows) || total != 4 {
			t.Errorf("the kinds add up to %d, the list has %d, want 4", total, len(rows))
		}
		if d.Kinds[0].Category != "cooperativa-sociale" || d.Kinds[0].ByChannel["web"] != 2 || d.Kinds[0].ByChannel["fax"] != 1 {
			t.Errorf("the first kind is %+v", d.Kinds[0])
		}
		if withdrawn, superseded, duplicate := d.Apart(); withdrawn != 1 || superseded != 1 || duplicate != 0 {
			t.Errorf("apart: %d withdrawn, %d replaced, %d duplicates; want 1, 1, 0", withdrawn, superseded, duplicate)
		}
	})
}

// A correction moves no sheet to another day, and the day is that of arrival however
// late it was keyed in.
func TestASheetCountsOnTheDayOnWhichItArrived(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		busyWeek(t, w)
		d := w.dashboard(t)
		got := ""
		for _, x := range d.Days {
			got += fmt.Sprintf("%s %d+%d ", x.Day.Format("02"), x.Timely, x.Late)
		}
		if want := "15 1+0 16 0+0 17 1+0 18 1+1 "; got != want {
			t.Errorf("days %s, want %s", got, want)
		}
		if d.Late() != 1 || d.On(at("2013-10-18T12:00:00.000")) != 1 || d.On(at("2013-10-16T23:59:59.999")) != 0 || d.On(at("2013-10-20T00:00:00.000")) != 0 {
			t.Errorf("%d late, %d on the last day", d.Late(), d.On(at("2013-10-18T12:00:00.000")))
		}
		if top, ok := d.Busiest(); !ok || top.Day.Day() != 18 {
			t.Errorf("the fullest day is %v, %v", top.Day, ok)
		}
	})
}

func TestNothingThereIsNothingToCount(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		d := w.dashboard(t)
		if _, ok := d.Busiest(); ok || len(d.Rows)+len(d.Days)+len(d.Asked)+len(d.Questions)+len(d.Undelivered) > 0 || d.Late() != 0 {
			t.Errorf("an empty process has %+v", d)
		}
		if len(d.Kinds) == 0 || d.Kinds[0].Total != 0 {
			t.Errorf("its kinds are %+v, want those of the definition with nothing", d.Kinds)
		}
	})
}

func TestTheDashboardTellsWhatIsWaitedFor(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		first := w.adhere(t, "Il Melograno", partitaIVA(1), "a@b.example", at("2013-10-15T10:00:00.000"))
		second := w.adhere(t, "Il Noce", partitaIVA(22), "c@d.example", at("2013-10-15T11:00:00.000"))
		for _, x := range []app.AdhesionView{second, first} {
			w.set(w.clock().Add(time.Hour))
			if err := w.Decide(t.Context(), officer, "lecce", x.Code, app.Decision{Verdict: app.AskedMore, Reason: "manca l’atto", Asked: "l’atto"}, w.desk()); err != nil {
				t.Fatal(err)
			}
		}
		w.ask(t, app.Actor{Role: app.Anonymous}, w.webQuestion("A che ora si comincia?"))
		d := w.dashboard(t)
		if len(d.Asked) != 2 || d.Asked[0].Due.After(d.Asked[1].Due) || d.Asked[0].Due.IsZero() {
			t.Errorf("asked: %+v", d.Asked)
		}
		if len(d.Questions) != 1 || d.Questions[0].Assigned || !d.Questions[0].ReceivedAt.Equal(w.clock()) {
			t.Errorf("questions: %+v", d.Questions)
		}
		if _, err := w.correct(t, first.Code, "Ecco l’atto."); err != nil {
			t.Fatal(err)
		}
		if d := w.dashboard(t); len(d.Asked) != 1 || d.Asked[0].Number != second.Number {
			t.Errorf("after one was completed: %+v, want %s alone", d.Asked, second.Number)
		}
	})
}

func TestAMessageThatDidNotLeaveIsShownWithItsSheet(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		s, tr := listen(t)
		s.refuse(&smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "later"})
		v := w.adhere(t, "Il Melograno", partitaIVA(1), "a@b.example", at("2013-10-15T10:00:00.000"))
		if d := w.dashboard(t); len(d.Undelivered) != 0 {
			t.Errorf("before any attempt: %+v", d.Undelivered)
		}
		w.deliverBy(t, tr)
		if d := w.dashboard(t); len(d.Undelivered) != 1 || d.Undelivered[0].Number != v.Number || d.Undelivered[0].GivenUp {
			t.Errorf("after a refusal for now: %+v", d.Undelivered)
		}
		s.refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"})
		w.set(w.clock().Add(time.Hour))
		w.deliverBy(t, tr)
		if d := w.dashboard(t); len(d.Undelivered) != 1 || !d.Undelivered[0].GivenUp {
			t.Errorf("after a refusal for good: %+v", d.Undelivered)
		}
	})
}

func TestWhoMaySeeTheDashboard(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for _, tt := range []struct {
			role app.Role
			may  bool
		}{{app.Head, true}, {app.Officer, true}, {app.Auditor, true}, {app.HelpDesk, false}, {app.Delegate, false}, {app.Operator, false}, {app.Anonymous, false}} {
			_, err := w.Dashboard(t.Context(), app.Actor{Role: tt.role}, "lecce", "2014-2016")
			if got := !errors.Is(err, app.ErrForbidden); got != tt.may {
				t.Errorf("%s may see it: %v (%v), want %v", tt.role, got, err, tt.may)
			}
		}
	})
}
