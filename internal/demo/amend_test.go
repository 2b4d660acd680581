package demo

import (
	"context"
	"slices"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

// TestTheStoryOfALongerTerm extends the enrolment after its closing, in the middle of
// the calendar: the two sheets of 12:04 and 12:31 become timely, nothing else moves,
// and the calendar goes on under the new version.
func TestTheStoryOfALongerTerm(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		d := open(t, env.Database, still, local("2013-10-18T13:00:00"))
		ctx, head := t.Context(), app.Actor{Role: app.Head}
		now := d.app.Now()
		extend := app.Extension{Window: "iscrizione", Closes: local("2013-10-19T12:00:00"), Number: "31",
			Date: pdz.Date{Year: 2013, Month: time.October, Day: 18}, Reason: "Il fax dell’Ufficio è rimasto guasto per un’ora."}
		file, err := d.app.ExtensionFile(ctx, head, "lecce", "2014-2016", extend, now)
		if err != nil {
			t.Fatal(err)
		}
		p, err := d.app.PreviewAmendment(ctx, head, "lecce", "2014-2016", file, now)
		if err != nil {
			t.Fatal(err)
		}
		_, before := d.received(t)
		if _, err := d.app.Amend(ctx, head, "lecce", "2014-2016", file, now); err != nil {
			t.Fatal(err)
		}
		if got := d.minutes(t, ctx, p); !slices.Equal(got, []string{"12:04", "12:31"}) {
			t.Errorf("sheets of %v become timely, want 12:04 and 12:31", got)
		}
		if _, after := d.received(t); after != before+2 {
			t.Errorf("%d sheets in force after the extension, %d before", after, before)
		}
		d.moveTo(t, local("2013-10-22T15:30:00"))
		rep, err := d.app.Audit(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range rep.Discrepancies {
			t.Error(x)
		}
		if _, after := d.received(t); after < before+2 {
			t.Errorf("%d sheets in force four days later, want at least %d", after, before+2)
		}
	})
}

// minutes are the hours at which the sheets arrived that a preview moved, each of
// which must be timely by now.
func (d *Demo) minutes(t *testing.T, ctx context.Context, p *app.AmendmentPreview) []string {
	t.Helper()
	var out []string
	for _, m := range p.Moves {
		row, err := d.app.Store.Read().Adhesion(ctx, q.AdhesionParams{Ambito: "lecce", Code: m.Code})
		if err != nil {
			t.Fatal(err)
		}
		v, err := d.app.Adhesion(ctx, app.Actor{Role: app.System}, "lecce", m.Code)
		if err != nil {
			t.Fatal(err)
		}
		if v.State != app.AdhesionActive || v.Verdict.Timeliness != pdz.Timely || row.State != string(m.After) {
			t.Errorf("%s is %s and %s", m.Number, v.State, v.Verdict.Timeliness)
		}
		out = append(out, v.ReceivedAt.Format("15:04"))
	}
	slices.Sort(out)
	return out
}
