package app

import (
	"context"
	"slices"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// circumstances are what a decision on a sheet depends on.
type circumstances struct {
	sheet    q.Adhesion
	mode     string // of admission
	stands   bool   // by the rules alone the sheet makes an adhesion
	waits    bool
	keyed    []string // officers who keyed it in
	other    string   // number of another sheet of the party that is in force, or empty
	excluded bool     // its category may not use its channel
	ours     bool     // the latest decision took it out of force
	twin     bool     // another sheet is of the same party, or looks so
}

func circumstancesOf(ctx context.Context, r *q.Queries, p *pdz.Process, row q.Adhesion) (*circumstances, error) {
	c := &circumstances{sheet: row, mode: p.Participation.Admission, waits: AdhesionState(row.State) == AdhesionWaiting}
	channel, _ := p.Channel(row.Channel)
	c.excluded = excludes(channel, row.Category)
	decided, err := r.Admissions(ctx, q.AdmissionsParams{Ambito: row.Ambito, Code: row.Code})
	if err != nil {
		return nil, err
	}
	last := latestVerdict(decided)
	c.ours = last != nil && last.Verdict == NotAdmitted
	intakes, err := r.KeyedIn(ctx, q.KeyedInParams{Ambito: row.Ambito, Code: row.Code})
	if err != nil {
		return nil, err
	}
	for _, x := range intakes {
		c.waits = c.waits || x.Waits
		c.keyed = append(c.keyed, x.Officer)
	}
	if c.stands, err = standsByRules(ctx, r, p, row); err != nil {
		return nil, err
	}
	sheets, err := r.SheetsOfProcess(ctx, q.SheetsOfProcessParams{Ambito: row.Ambito, Process: row.Process})
	if err != nil {
		return nil, err
	}
	gone, err := erasedIn(ctx, r, row.Ambito)
	if err != nil {
		return nil, err
	}
	for _, x := range sheets {
		if x.Code == row.Code || gone[x.Code] {
			continue
		}
		if sameParty(x, row) && AdhesionState(x.State) == AdhesionActive {
			c.other = x.Number
		}
		c.twin = c.twin || open(x) && twins(p, x, row)
	}
	return c, nil
}

// open reports whether a sheet is still to be reckoned with.
func open(x q.Adhesion) bool {
	switch AdhesionState(x.State) {
	case AdhesionActive, AdhesionLate, AdhesionDuplicate, AdhesionWaiting:
		return true
	}
	return false
}

// standsByRules reports whether the verdicts on the arrival of a sheet, the latest
// that counts of each rule, make it an adhesion by itself.
func standsByRules(ctx context.Context, r *q.Queries, p *pdz.Process, row q.Adhesion) (bool, error) {
	versions, err := r.Versions(ctx, q.VersionsParams{Ambito: row.Ambito, Code: row.Code})
	if err != nil || len(versions) == 0 {
		return false, err
	}
	verdicts, err := r.VerdictsOnMatter(ctx, q.VerdictsOnMatterParams{Ambito: row.Ambito, Matter: row.Code})
	if err != nil {
		return false, err
	}
	seen, ruled, late := map[string]bool{}, false, false
	for _, v := range verdicts { // newest first
		if v.Judged != versions[0].Act || !v.Counts || seen[v.Rule] {
			continue
		}
		seen[v.Rule] = true
		if _, ok := p.Window(v.Rule); ok {
			late = v.Result == string(pdz.Late)
		}
		if !isGround(p, v.Rule) {
			continue
		}
		ruled = true
		if v.Result == pdz.Pass {
			return true, nil
		}
	}
	return !ruled && !late, nil
}

// isGround reports whether a rule decides a ground of adhesion.
func isGround(p *pdz.Process, rule string) bool {
	return slices.ContainsFunc(p.Participation.Grounds, func(g pdz.Ground) bool { return g.Rule == rule })
}

// after says where a decision leaves the sheet.
func (c *circumstances) after(verdict string) AdhesionState {
	state := AdhesionState(c.sheet.State)
	switch verdict {
	case NotAdmitted:
		return AdhesionNotAdmitted
	case Admitted, WithReserve:
		switch {
		case state == AdhesionActive:
			return state
		case c.other != "":
			return AdhesionDuplicate
		case !c.stands && c.mode == admissionNone:
			return AdhesionLate // the office takes its own exclusion back; lateness is not its to forgive
		}
		return AdhesionActive
	}
	return state
}

// needsReason reports whether a verdict must say why: against the sheet, with
// reserve, and whenever it changes what the rules or an earlier decision said.
func (c *circumstances) needsReason(verdict string) bool {
	switch verdict {
	case NotAdmitted, WithReserve, Distinct:
		return true
	case Admitted:
		return AdhesionState(c.sheet.State) != AdhesionActive
	}
	return false
}

// obstacles are why the decision cannot be taken, all of them.
func (c *circumstances) obstacles(who Actor, d Decision) pdz.Problems {
	var problems pdz.Problems
	if !slices.Contains(Verdicts, d.Verdict) && d.Verdict != Distinct {
		problems.Add(FieldVerdict, CodeDecisionVerdict, d.Verdict)
		return problems
	}
	state := AdhesionState(c.sheet.State)
	switch {
	case state == AdhesionWithdrawn, state == AdhesionSuperseded, state == AdhesionNotAdmitted && d.Verdict != Admitted && d.Verdict != WithReserve:
		problems.Add("", CodeDecisionState, c.sheet.State)
		return problems
	case c.waits:
		problems.Add("", CodeDecisionWaits)
	}
	if d.Verdict == AskedMore || d.Verdict == Distinct {
		return problems
	}
	// Nobody judges his own paper (P3). Asking for what is missing is still part of
	// taking it in, so that remains open to whoever did.
	if who.Person != "" && slices.Contains(c.keyed, who.Person) {
		problems.Add("", CodeDecisionOwn)
	}
	if c.mode == admissionNone && !c.within(d.Verdict) {
		problems.Add(FieldVerdict, CodeDecisionMode)
	}
	if d.Verdict != NotAdmitted && state != AdhesionActive && c.other != "" {
		problems.Add("", CodeDecisionOther, c.other)
	}
	return problems
}

// within reports whether a verdict keeps to what the office may do where the
// notice provides no selection: set aside a duplicate or what came by a channel
// that its category may not use, and take that back.
func (c *circumstances) within(verdict string) bool {
	state := AdhesionState(c.sheet.State)
	switch verdict {
	case NotAdmitted:
		return c.twin || c.excluded
	case Admitted:
		return state == AdhesionNotAdmitted && c.ours || state == AdhesionDuplicate
	}
	return false
}
