package demo

import (
	"context"
	"errors"
	"slices"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// desk are two officers: what somebody claims, the first who did not key it in
// confirms (P3).
var desk = []string{"p-150", "p-136"}

// waitsForAnother reports whether the sheet, recorded at an instant, needs a second
// officer.
func (e entry) waitsForAnother(p *pdz.Process, recorded time.Time) bool {
	c, _ := p.Channel(channels[e.Channel])
	return e.RecordedBy != "" && e.Kind != "ritiro" && p.NeedsSecondOfficer(c, e.ArrivedAt, recorded)
}

// enactCheck has the other of the desk look at the sheet and confirm when it came.
func (d *Demo) enactCheck(ctx context.Context, p *pdz.Process, e entry) error {
	code, err := d.codeOf(ctx, p, "demo-"+e.ID)
	if err != nil {
		return err
	}
	other := desk[slices.IndexFunc(desk, func(id string) bool { return id != e.RecordedBy })]
	now := d.clock.Now()
	err = d.app.ConfirmIntake(ctx, app.Actor{Role: app.Officer, Person: other}, p.Ambito.ID, code,
		app.IntakeCheck{Note: "Visto il foglio: l’ora stampata è quella."}, app.Arrival{ReceivedAt: now})
	var problems pdz.Problems
	if errors.As(err, &problems) && slices.ContainsFunc(problems, func(x pdz.Problem) bool { return x.Code == app.CodeIntakeDone }) {
		return nil // another instance did
	}
	return err
}
