package app

import (
	"context"
	"slices"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Two sheets may be of one body without saying so: the same tax code from two
// addresses, or a name spelled in three ways under a tax code that was mistyped.
// The program finds them and puts them side by side; whether they are one is for
// the office to say, and each answer is a decision like any other.

// Problem codes of duplicates.
const (
	CodeTwinSame    = "duplicate.same"    // one sheet cannot be its own duplicate; no arguments
	CodeTwinProcess = "duplicate.process" // sheets of two processes; no arguments
	CodeTwinNone    = "duplicate.none"    // neither tax code nor name says they are of one party; no arguments
	CodeTwinLoses   = "duplicate.loses"   // the one in force would go and the other cannot take its place; number of the one in force
	CodeMergeBoth   = "merge.both"        // both have an adhesion in force in a process; its slug
	CodeMergeGone   = "merge.gone"        // already merged into another; its name
	CodeMergeNature = "merge.nature"      // a person and a body are not one; no arguments
	CodeMergeCode   = "merge.taxcode"     // only the one that would go has a tax code; no arguments
)

// DuplicateCodes are all the codes above.
var DuplicateCodes = []string{CodeTwinSame, CodeTwinProcess, CodeTwinNone, CodeTwinLoses, CodeMergeBoth, CodeMergeGone, CodeMergeNature, CodeMergeCode}

// Twins are two sheets that may be of one party.
type Twins struct {
	Left, Right Twin
	SameTaxCode bool
	Likeness    int // of the names, in hundredths
}

// Twin is one of the two, with what tells them apart.
type Twin struct {
	AdhesionView
	Act int64 // latest act on it
}

// twins reports whether two sheets may be of one party.
func twins(p *pdz.Process, a, b q.Adhesion) bool {
	return sameParty(a, b) || nameless(p, a) == nameless(p, b) && !nameless(p, a) && likeness(a.PartyName, b.PartyName) >= alike
}

// sameParty reports whether two sheets are of one party for certain: a sheet
// without a tax code is known by its party alone.
func sameParty(a, b q.Adhesion) bool {
	return a.Party == b.Party || a.TaxCode != "" && a.TaxCode == b.TaxCode
}

// nameless reports whether a sheet is of a natural person: two people may bear one
// name, and then the name is no sign.
func nameless(p *pdz.Process, x q.Adhesion) bool {
	c, _ := p.Category(x.Category)
	return c.Nature == "person"
}

// Duplicates returns the pairs of sheets that may be of one party and on which
// nothing has been decided yet, those of the same tax code first.
func (a *App) Duplicates(ctx context.Context, who Actor, ambito, process string) ([]Twins, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	p, err := a.processInForce(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	pairs, err := openPairs(ctx, r, p, ambito, process)
	if err != nil {
		return nil, err
	}
	out := make([]Twins, 0, len(pairs))
	for _, x := range pairs {
		t := Twins{SameTaxCode: sameParty(x[0], x[1]), Likeness: int(100 * likeness(x[0].PartyName, x[1].PartyName))}
		for i, side := range []*Twin{&t.Left, &t.Right} {
			v, err := a.adhesionView(ctx, ambito, x[i].Code)
			if err != nil {
				return nil, err
			}
			*side = Twin{*v, x[i].Act}
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b Twins) int {
		switch {
		case a.SameTaxCode && !b.SameTaxCode:
			return -1
		case b.SameTaxCode && !a.SameTaxCode:
			return 1
		}
		return b.Likeness - a.Likeness
	})
	return out, nil
}

// openPairs are the pairs that nobody has settled, the sheet in force first and
// then the one that came first.
func openPairs(ctx context.Context, r *q.Queries, p *pdz.Process, ambito, process string) ([][2]q.Adhesion, error) {
	sheets, err := r.SheetsOfProcess(ctx, q.SheetsOfProcessParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, err
	}
	decided, err := distinctPairs(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	sheets = slices.DeleteFunc(sheets, func(x q.Adhesion) bool { return !open(x) })
	var out [][2]q.Adhesion
	for i, x := range sheets {
		for _, y := range sheets[i+1:] {
			if !twins(p, x, y) || decided[pairKey(x.Code, y.Code)] {
				continue
			}
			if AdhesionState(y.State) == AdhesionActive && AdhesionState(x.State) != AdhesionActive {
				x, y := y, x
				out = append(out, [2]q.Adhesion{x, y})
				continue
			}
			out = append(out, [2]q.Adhesion{x, y})
		}
	}
	return out, nil
}

func pairKey(a, b string) string { return min(a, b) + " " + max(a, b) }

// distinctPairs are those that the office has found to be of two parties.
func distinctPairs(ctx context.Context, r *q.Queries, ambito, process string) (map[string]bool, error) {
	all, err := r.AdmissionsOfProcess(ctx, q.AdmissionsOfProcessParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, x := range all {
		if x.Verdict == Distinct {
			out[pairKey(x.Code, x.Other)] = true
		}
	}
	return out, nil
}

// SettleDuplicate decides that two sheets are of one party and which one counts:
// the other is not admitted, and if it was in force the one that counts takes its
// place. At the end exactly one is in force, unless neither could be.
func (a *App) SettleDuplicate(ctx context.Context, who Actor, ambito string, keep, drop Chosen, reason string, at Arrival) error {
	if !who.is(Officer, Head) {
		return ErrForbidden
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		kept, _, err := a.pair(ctx, tx.Queries, ambito, keep.Code, drop.Code)
		if err != nil {
			return err
		}
		before, err := tx.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: drop.Code})
		if err != nil {
			return err
		}
		if keep.After != 0 && keep.After != kept.Act {
			return pdz.Problems{{Code: CodeDecisionStale}}
		}
		err = a.decide(ctx, tx, who, drop.Code, Decision{Verdict: NotAdmitted, Reason: reason, After: drop.After, other: keep.Code}, at)
		if err != nil {
			return err
		}
		if AdhesionState(kept.State) == AdhesionDuplicate {
			err = a.decide(ctx, tx, who, keep.Code, Decision{Verdict: Admitted, Reason: reason, other: drop.Code}, at)
			if err != nil {
				return err
			}
		}
		return keepsOne(ctx, tx.Queries, ambito, keep.Code, before)
	})
}

// keepsOne refuses to leave a party without the adhesion that it had.
func keepsOne(ctx context.Context, r *q.Queries, ambito, keep string, dropped q.Adhesion) error {
	after, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: keep})
	if err != nil {
		return err
	}
	if AdhesionState(dropped.State) == AdhesionActive && AdhesionState(after.State) != AdhesionActive {
		return pdz.Problems{{Code: CodeTwinLoses, Args: []any{dropped.Number}}}
	}
	return nil
}

// KeepBoth decides that two sheets that look alike are of two parties: both stay
// as they are, and the pair is not shown again.
func (a *App) KeepBoth(ctx context.Context, who Actor, ambito string, one, other Chosen, reason string, at Arrival) error {
	if !who.is(Officer, Head) {
		return ErrForbidden
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		x, y, err := a.pair(ctx, tx.Queries, ambito, one.Code, other.Code)
		if err != nil {
			return err
		}
		if sameParty(x, y) {
			return pdz.Problems{{Code: CodeDecisionOther, Args: []any{y.Number}}}
		}
		return a.decide(ctx, tx, who, one.Code, Decision{Verdict: Distinct, Reason: reason, After: one.After, other: other.Code}, at)
	})
}

// pair returns two sheets that may be of one party, or what says that they are not.
func (a *App) pair(ctx context.Context, r *q.Queries, ambito, one, other string) (x, y q.Adhesion, err error) {
	if x, err = r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: one}); err != nil {
		return x, y, found(err)
	}
	if y, err = r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: other}); err != nil {
		return x, y, found(err)
	}
	p, err := a.processInForce(ctx, r, ambito, x.Process)
	if err != nil {
		return x, y, err
	}
	switch {
	case x.Code == y.Code:
		return x, y, pdz.Problems{{Code: CodeTwinSame}}
	case x.Process != y.Process:
		return x, y, pdz.Problems{{Code: CodeTwinProcess}}
	case !twins(p, x, y):
		return x, y, pdz.Problems{{Code: CodeTwinNone}}
	case !open(x):
		return x, y, pdz.Problems{{Code: CodeDecisionState, Args: []any{x.State}}}
	case !open(y):
		return x, y, pdz.Problems{{Code: CodeDecisionState, Args: []any{y.State}}}
	case AdhesionState(x.State) == AdhesionWaiting || AdhesionState(y.State) == AdhesionWaiting:
		return x, y, pdz.Problems{{Code: CodeDecisionWaits}}
	}
	return x, y, nil
}
