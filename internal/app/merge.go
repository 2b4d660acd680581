package app

import (
	"context"
	"fmt"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// mergeBody says that two parties are one: the sheets of the one that goes follow
// the one that stays, and so do the people who act for it. Its own row and what
// each sheet said of itself are kept.
type mergeBody struct {
	Gone    string `json:"gone"`
	Kept    string `json:"kept"`
	Reason  string `json:"reason"`
	Officer string `json:"officer"`
}

func (mergeBody) kind() string { return actMerge }

const actMerge = "fusione"

// MergeParties records that a party was found to be another one. Both may not have
// an adhesion in force in the same process: that is settled first, sheet by sheet.
func (a *App) MergeParties(ctx context.Context, who Actor, ambito, process, gone, kept, reason string, at Arrival) error {
	if !who.is(Officer, Head) {
		return ErrForbidden
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		p, err := a.processInForce(ctx, tx.Queries, ambito, process)
		if err != nil {
			return err
		}
		f := foreseen{}
		reason := f.clean(FieldReason, reason)
		if reason == "" {
			f.problems.Add(FieldReason, pdz.CodeRequired)
		}
		problems, err := mergeProblems(ctx, tx.Queries, ambito, gone, kept)
		if err != nil {
			return err
		}
		if err := append(f.problems, problems...).Err(); err != nil {
			return err
		}
		_, err = a.record(ctx, tx, recording{who: who, matter: gone, process: process, definition: p.Hash, via: "office",
			assurance: "operatorAttested", at: at, body: mergeBody{Gone: gone, Kept: kept, Reason: reason, Officer: who.Person}})
		return err
	})
}

func mergeProblems(ctx context.Context, r *q.Queries, ambito, gone, kept string) (problems pdz.Problems, err error) {
	g, err := r.Party(ctx, q.PartyParams{Ambito: ambito, ID: gone})
	if err != nil {
		return nil, fmt.Errorf("party %s: %w", gone, found(err))
	}
	k, err := r.Party(ctx, q.PartyParams{Ambito: ambito, ID: kept})
	if err != nil {
		return nil, fmt.Errorf("party %s: %w", kept, found(err))
	}
	if gone == kept {
		problems.Add("", CodeTwinSame)
		return problems, nil
	}
	if (g.Nature == "person") != (k.Nature == "person") {
		problems.Add("", CodeMergeNature)
	}
	if k.TaxCode == "" && g.TaxCode != "" {
		problems.Add("", CodeMergeCode) // the code is what the next sheet is known by
	}
	for _, x := range []q.Party{g, k} {
		switch _, err := r.MergeOf(ctx, q.MergeOfParams{Ambito: ambito, Gone: x.ID}); {
		case err == nil:
			problems.Add("", CodeMergeGone, x.Name)
		case found(err) != ErrNotFound:
			return nil, err
		}
	}
	both, err := bothInForce(ctx, r, ambito, gone, kept)
	for _, slug := range both {
		problems.Add("", CodeMergeBoth, slug)
	}
	return problems, err
}

// bothInForce returns the processes in which each of two parties has an adhesion in force.
func bothInForce(ctx context.Context, r *q.Queries, ambito, gone, kept string) ([]string, error) {
	active := map[string]bool{}
	var both []string
	for _, party := range []string{gone, kept} {
		sheets, err := r.SheetsOfParty(ctx, q.SheetsOfPartyParams{Ambito: ambito, Party: party})
		if err != nil {
			return nil, err
		}
		for _, x := range sheets {
			switch {
			case AdhesionState(x.State) != AdhesionActive:
			case party == gone:
				active[x.Process] = true
			case active[x.Process]:
				both = append(both, x.Process)
			}
		}
	}
	return both, nil
}

func (a *App) applyMerge(ctx context.Context, r *q.Queries, act q.Act, b mergeBody) error {
	kept, err := r.Party(ctx, q.PartyParams{Ambito: act.Ambito, ID: b.Kept})
	if err != nil {
		return err
	}
	err = r.MoveSheets(ctx, q.MoveSheetsParams{Party: b.Kept, TaxCode: kept.TaxCode, Ambito: act.Ambito, Party_2: b.Gone})
	if err != nil {
		return err
	}
	err = r.CopyMandates(ctx, q.CopyMandatesParams{ID: b.Kept, N: act.N, Ambito: act.Ambito, Party: b.Gone})
	if err != nil {
		return err
	}
	err = r.EndMandates(ctx, q.EndMandatesParams{ToUs: act.ReceivedUs, Act: act.N, Ambito: act.Ambito, Party: b.Gone})
	if err != nil {
		return err
	}
	return r.InsertMerge(ctx, q.InsertMergeParams{Ambito: act.Ambito, Gone: b.Gone, Kept: b.Kept, Reason: b.Reason, Act: act.N})
}

// mergedInto returns the party that stands for another: itself, unless it was
// found to be one that stays.
func mergedInto(ctx context.Context, r *q.Queries, p q.Party) (q.Party, error) {
	for range 100 { // a chain of merges cannot come back to itself: who is gone keeps nobody
		m, err := r.MergeOf(ctx, q.MergeOfParams{Ambito: p.Ambito, Gone: p.ID})
		if found(err) == ErrNotFound {
			return p, nil
		}
		if err != nil {
			return p, err
		}
		if p, err = r.Party(ctx, q.PartyParams{Ambito: p.Ambito, ID: m.Kept}); err != nil {
			return p, err
		}
	}
	return p, fmt.Errorf("party %s: merged in a circle", p.ID)
}

// PartyPair are two parties that may be one.
type PartyPair struct {
	One, Other PartyLine
	InForce    bool // both have an adhesion in force: that is settled first
}

// PartyLine is a party as a list shows it.
type PartyLine struct {
	ID, Name, TaxCode string
	Sheets            []string // numbers
}

// MergeCandidates returns the parties with sheets in a process whose names are so
// alike that they may be one, and of which nobody has said that they are two.
func (a *App) MergeCandidates(ctx context.Context, who Actor, ambito, process string) ([]PartyPair, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	p, err := a.processInForce(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	sheets, err := r.SheetsOfProcess(ctx, q.SheetsOfProcessParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, err
	}
	distinct, err := distinctPairs(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	var pairs []PartyPair
	at := map[string]int{}
	for i, x := range sheets {
		for _, y := range sheets[i+1:] {
			if x.Party == y.Party || !twins(p, x, y) || distinct[pairKey(x.Code, y.Code)] {
				continue
			}
			key := pairKey(x.Party, y.Party)
			n, known := at[key]
			if !known {
				n = len(pairs)
				at[key] = n
				pairs = append(pairs, PartyPair{One: partyLine(sheets, x), Other: partyLine(sheets, y)})
			}
			pairs[n].InForce = pairs[n].InForce || AdhesionState(x.State) == AdhesionActive && AdhesionState(y.State) == AdhesionActive
		}
	}
	return pairs, nil
}

func partyLine(sheets []q.Adhesion, of q.Adhesion) PartyLine {
	line := PartyLine{ID: of.Party, Name: of.PartyName, TaxCode: of.TaxCode}
	for _, x := range sheets {
		if x.Party == of.Party {
			line.Sheets = append(line.Sheets, x.Number)
		}
	}
	return line
}

// MergeView is a merge as it was recorded.
type MergeView struct {
	GoneID, GoneName, GoneTaxCode string
	KeptID, KeptName, KeptTaxCode string
	Reason                        string
	Act                           int64
}

// Merges returns the merges of an Ambito, the latest first.
func (a *App) Merges(ctx context.Context, who Actor, ambito string) ([]MergeView, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	rows, err := r.Merges(ctx, ambito)
	if err != nil {
		return nil, err
	}
	var out []MergeView
	for _, m := range rows {
		g, err := r.Party(ctx, q.PartyParams{Ambito: ambito, ID: m.Gone})
		if err != nil {
			return nil, err
		}
		k, err := r.Party(ctx, q.PartyParams{Ambito: ambito, ID: m.Kept})
		if err != nil {
			return nil, err
		}
		out = append(out, MergeView{g.ID, g.Name, g.TaxCode, k.ID, k.Name, k.TaxCode, m.Reason, m.Act})
	}
	return out, nil
}
