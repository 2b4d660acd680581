package app

import (
	"context"
	"errors"

	"concerto/internal/pdz"
	"concerto/internal/store"
)

// Chosen is a sheet that somebody picked from a list, as it was when they saw it.
type Chosen struct {
	Code  string
	After int64 // latest act on it; 0 is not checked
}

// Foreseen is what a decision would do, or did, to one of many sheets.
type Foreseen struct {
	Chosen
	Number, PartyName string
	Before, State     AdhesionState // State is Before where the decision is refused
	Told              bool          // an e-mail goes to the party
	Problems          pdz.Problems
	Done              bool // recorded, not only foreseen
}

// DecidePreview says what one decision would do to each of many sheets, and which
// would be refused and why. It records nothing.
func (a *App) DecidePreview(ctx context.Context, who Actor, ambito string, sheets []Chosen, d Decision) ([]Foreseen, error) {
	if !who.is(Officer, Head) {
		return nil, ErrForbidden
	}
	out := make([]Foreseen, 0, len(sheets))
	for _, c := range sheets {
		x, err := a.foreseeOne(ctx, who, ambito, c, d)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (a *App) foreseeOne(ctx context.Context, who Actor, ambito string, c Chosen, d Decision) (Foreseen, error) {
	d.After = c.After
	f, err := a.foresee(ctx, a.Store.Read(), who, ambito, c.Code, d, a.Now())
	if err != nil {
		return Foreseen{}, err
	}
	x := Foreseen{Chosen: c, Number: f.row.Number, PartyName: f.row.PartyName, Before: AdhesionState(f.row.State),
		State: f.state, Told: f.row.Email != "", Problems: f.problems}
	if len(x.Problems) > 0 {
		x.State, x.Told = x.Before, false
	}
	return x, nil
}

// DecideMany records one decision on each of many sheets, a transaction each: what
// is refused for one keeps nothing from the others. progress, if not nil, is
// called after each.
func (a *App) DecideMany(ctx context.Context, who Actor, ambito string, sheets []Chosen, d Decision, at Arrival, progress func(done, of int)) ([]Foreseen, error) {
	if !who.is(Officer, Head) {
		return nil, ErrForbidden
	}
	out := make([]Foreseen, 0, len(sheets))
	for i, c := range sheets {
		x, err := a.decideOne(ctx, who, ambito, c, d, at)
		if err != nil {
			return out, err
		}
		out = append(out, x)
		if progress != nil {
			progress(i+1, len(sheets))
		}
	}
	return out, nil
}

// decideOne decides and tells what happened, as the preview told what would.
func (a *App) decideOne(ctx context.Context, who Actor, ambito string, c Chosen, d Decision, at Arrival) (x Foreseen, err error) {
	d.After = c.After
	err = a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		done, err := repeated(ctx, tx.Queries, who, ambito, c.Code, d)
		if err != nil {
			return err
		}
		f, err := a.foresee(ctx, tx.Queries, who, ambito, c.Code, d, tx.Now)
		if err != nil {
			return err
		}
		x = Foreseen{Chosen: c, Number: f.row.Number, PartyName: f.row.PartyName, Before: AdhesionState(f.row.State), State: f.state, Done: true}
		if done {
			x.State = x.Before // the first click did it
			return nil
		}
		x.Told = f.row.Email != ""
		return a.decide(ctx, tx, who, c.Code, d, at)
	})
	var problems pdz.Problems
	if errors.As(err, &problems) {
		x.Problems, x.Done, x.Told, x.State = problems, false, false, x.Before
		return x, nil
	}
	return x, err
}
