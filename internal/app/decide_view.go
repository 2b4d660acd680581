package app

import (
	"context"
	"fmt"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// DecisionView is a decision as it was taken, for the office, the auditor and the
// party itself.
type DecisionView struct {
	Act           int64
	Verdict       string
	Reason, Asked string
	Due           time.Time // zero: none
	Officer       string    // person id; empty for the program itself
	OfficerName   string    // empty when not known, and for the party: an office decides, not a person
	At            time.Time
	State         AdhesionState // where it left the sheet
	Other         string        // number of the sheet it was held against, or empty
	Completed     bool          // a correction arrived after it
}

// Decisions returns all decisions on a sheet, the latest first: that one counts.
func (a *App) Decisions(ctx context.Context, who Actor, ambito, code string) ([]DecisionView, error) {
	if !who.is(Auditor) {
		if err := a.owns(ctx, who, ambito, code); err != nil {
			return nil, err
		}
	}
	r := a.Store.Read()
	rows, err := r.Admissions(ctx, q.AdmissionsParams{Ambito: ambito, Code: code})
	if err != nil {
		return nil, err
	}
	versions, err := r.Versions(ctx, q.VersionsParams{Ambito: ambito, Code: code})
	if err != nil {
		return nil, err
	}
	zone, err := a.zoneOf(ctx, r, ambito, code)
	if err != nil {
		return nil, err
	}
	out := make([]DecisionView, 0, len(rows))
	for i := len(rows) - 1; i >= 0; i-- {
		v := decisionView(rows[i], versions, zone)
		if err := fillNames(ctx, r, who, &v, rows[i]); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func decisionView(x q.Admission, versions []q.AdhesionVersion, zone *time.Location) DecisionView {
	v := DecisionView{Act: x.Act, Verdict: x.Verdict, Reason: x.Reason, Asked: x.Asked, Officer: x.Officer, At: instant(x.DecidedUs).In(zone),
		State: AdhesionState(x.State)}
	if x.DueUs != 0 {
		v.Due = instant(x.DueUs).In(zone)
	}
	for _, ver := range versions {
		v.Completed = v.Completed || ver.Kind == actCorrection && ver.Act > x.Act
	}
	return v
}

// fillNames writes out who decided, for those who may know, and the other sheet.
func fillNames(ctx context.Context, r *q.Queries, who Actor, v *DecisionView, x q.Admission) error {
	if x.Officer != "" && who.is(Officer, Head, Auditor) {
		p, err := r.Person(ctx, q.PersonParams{Ambito: x.Ambito, ID: x.Officer})
		if err != nil && found(err) != ErrNotFound {
			return err
		}
		v.OfficerName = p.Name
	}
	if x.Other == "" {
		return nil
	}
	other, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: x.Ambito, Code: x.Other})
	if err != nil {
		return fmt.Errorf("adhesion %s: %w", x.Other, found(err))
	}
	v.Other = other.Number
	return nil
}

func (a *App) zoneOf(ctx context.Context, r *q.Queries, ambito, code string) (*time.Location, error) {
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: code})
	if err != nil {
		return nil, fmt.Errorf("adhesion %s: %w", code, found(err))
	}
	p, err := a.processInForce(ctx, r, ambito, row.Process)
	if err != nil {
		return nil, err
	}
	return p.Zone, nil
}

// processInForce returns the version of the definition that is in force.
func (a *App) processInForce(ctx context.Context, r *q.Queries, ambito, slug string) (*pdz.Process, error) {
	row, err := r.Process(ctx, q.ProcessParams{Ambito: ambito, Slug: slug})
	if err != nil {
		return nil, fmt.Errorf("process %s: %w", slug, found(err))
	}
	return a.process(ctx, r, ambito, row.Definition)
}

// MayDecide says of each verdict what stands in its way on a sheet, whatever its
// reason would be: those without problems are what the page offers.
func (a *App) MayDecide(ctx context.Context, who Actor, ambito, code string) ([]Option, error) {
	if !who.is(Officer, Head) {
		return nil, ErrForbidden
	}
	var out []Option
	for _, v := range Verdicts {
		f, err := a.foresee(ctx, a.Store.Read(), who, ambito, code, Decision{Verdict: v, Reason: v, Asked: v}, a.Now())
		if err != nil {
			return nil, err
		}
		out = append(out, Option{Foreseen: Foreseen{Chosen: Chosen{code, f.row.Act}, Number: f.row.Number, PartyName: f.row.PartyName,
			Before: AdhesionState(f.row.State), State: f.state, Told: f.row.Email != "", Problems: f.problems}, Verdict: v, Due: f.decision.Due})
	}
	return out, nil
}

// Option is a verdict that may be chosen for a sheet.
type Option struct {
	Foreseen
	Verdict string
	Due     time.Time // term it would give, for toComplete
}

// latestVerdict returns the decision that counts, or nil.
func latestVerdict(all []q.Admission) *q.Admission {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Verdict != Distinct {
			return &all[i]
		}
	}
	return nil
}

// completing reports whether a correction that arrives at an instant answers a
// request of the office in the term that it gave, which holds also once the
// window of the form has closed.
func completing(ctx context.Context, r *q.Queries, ambito, code string, at time.Time) (bool, error) {
	if code == "" {
		return false, nil
	}
	all, err := r.Admissions(ctx, q.AdmissionsParams{Ambito: ambito, Code: code})
	if err != nil {
		return false, err
	}
	last := latestVerdict(all)
	return last != nil && last.Verdict == AskedMore && at.UnixMicro() <= last.DueUs, nil
}

// SheetLine is a sheet in a list from which the office picks.
type SheetLine struct {
	Chosen
	Number, PartyName, Category string
	ReceivedAt                  time.Time
	State                       AdhesionState
	Verdict                     string // of the latest decision, or empty
}

// SheetsToDecide returns the sheets of a process that a decision could be about,
// in the order of their numbers.
func (a *App) SheetsToDecide(ctx context.Context, who Actor, ambito, process string) ([]SheetLine, error) {
	if !who.is(Officer, Head) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	p, err := a.processInForce(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	rows, err := r.SheetsOfProcess(ctx, q.SheetsOfProcessParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, err
	}
	decided, err := r.AdmissionsOfProcess(ctx, q.AdmissionsOfProcessParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, err
	}
	latest := map[string]string{}
	for _, d := range decided {
		if d.Verdict != Distinct {
			latest[d.Code] = d.Verdict
		}
	}
	var out []SheetLine
	for _, x := range rows {
		switch AdhesionState(x.State) {
		case AdhesionWithdrawn, AdhesionSuperseded:
			continue
		}
		c, _ := p.Category(x.Category)
		out = append(out, SheetLine{Chosen{x.Code, x.Act}, x.Number, x.PartyName, c.Label, instant(x.ReceivedUs).In(p.Zone),
			AdhesionState(x.State), latest[x.Code]})
	}
	return out, nil
}
