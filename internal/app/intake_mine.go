package app

import (
	"context"
	"fmt"
	"slices"

	"concerto/internal/store/q"
)

// Who takes in sheets at the counter must find again those that they took in, to print
// a receipt or to say how a sheet stands, and has no need of the others (P27): the help
// desk sees its own and no list of all.

// maxRecorded is how many of their own sheets somebody is shown, the latest first.
const maxRecorded = 100

// RecordedSheet is a sheet that somebody took in.
type RecordedSheet struct {
	AdhesionView
	Latest bool // nobody has written on it since: what it says is what they keyed in
}

// RecordedBy returns the sheets of a process that the actor keyed in, the latest first.
func (a *App) RecordedBy(ctx context.Context, who Actor, ambito, process string) ([]RecordedSheet, error) {
	return a.recordedBy(ctx, who, ambito, process, "")
}

// recordedBy is RecordedBy for one sheet; an empty code is all of them.
func (a *App) recordedBy(ctx context.Context, who Actor, ambito, process, code string) ([]RecordedSheet, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	rows, err := a.Store.Read().IntakesOfAmbito(ctx, ambito)
	if err != nil {
		return nil, err
	}
	var out []RecordedSheet
	seen := map[string]bool{}
	for _, x := range slices.Backward(rows) {
		if who.Person == "" || x.Officer != who.Person || code != "" && x.Code != code || seen[x.Code] || len(out) == maxRecorded {
			continue
		}
		seen[x.Code] = true
		v, err := a.adhesionView(ctx, ambito, x.Code)
		if err != nil {
			return nil, err
		}
		if v.Process == process {
			out = append(out, RecordedSheet{*v, isLatest(v, x)})
		}
	}
	return out, nil
}

func isLatest(v *AdhesionView, x q.Intake) bool {
	return len(v.Versions) > 0 && v.Versions[len(v.Versions)-1].Version == int(x.Version)
}

// RecordedReceipt returns the receipt of a sheet to who keyed in its latest version, to
// be printed and handed over. It opens nothing: the link of the party is not in it.
func (a *App) RecordedReceipt(ctx context.Context, who Actor, ambito, process, code string) (*AdhesionReceipt, error) {
	all, err := a.recordedBy(ctx, who, ambito, process, code)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(x RecordedSheet) bool { return x.Code == code && x.Latest })
	if i < 0 {
		return nil, fmt.Errorf("adhesion %s: %w", code, ErrNotFound)
	}
	rc, err := a.receiptOf(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	rc.ManageKey = ""
	return rc, nil
}
