package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// Ways of judging again (definition, section 8).
const (
	rejudgeBoth = "both" // the new verdict counts, better or worse
	rejudgeNone = "none" // nothing is judged again
)

// judgedAgain is an adhesion after an amendment: the verdicts it is given, and
// where it stands by them.
type judgedAgain struct {
	row      q.Adhesion
	arrivals []arrivalAgain
	before   AdhesionState
	after    AdhesionState
	changed  bool // a verdict that counts is another than before
	from, to string
}

// arrivalAgain is one version of a sheet, judged again.
type arrivalAgain struct {
	act  q.Act
	body adhesionBody
	at   time.Time
	rows []rowAgain
}

type rowAgain struct {
	verdictRow
	counts bool
}

// standingVerdicts are the results that hold, by arrival and rule.
type standingVerdicts map[int64]map[string]q.Verdict

// underAmendment judges every sheet of a process by a new version: those verdicts alone
// that read something changed come out different, and are kept. The form is that
// of the version each sheet was written on.
func (a *App) underAmendment(ctx context.Context, r *q.Queries, ambito, slug string, before, after *pdz.Process, b *amendmentBody) ([]*judgedAgain, error) {
	rows, err := r.AdhesionsToJudgeAgain(ctx, q.AdhesionsToJudgeAgainParams{Ambito: ambito, Process: slug})
	if err != nil {
		return nil, err
	}
	standing, err := standingOnProcess(ctx, r, ambito, slug)
	if err != nil {
		return nil, err
	}
	acts, err := r.ActsToJudgeAgain(ctx, q.ActsToJudgeAgainParams{Ambito: ambito, Process: slug, Kind: actAdhesion, Kind_2: actCorrection})
	if err != nil {
		return nil, err
	}
	again, byCode := make([]*judgedAgain, len(rows)), map[string]*judgedAgain{}
	for i, row := range rows {
		again[i] = &judgedAgain{row: row, before: AdhesionState(row.State), after: AdhesionState(row.State)}
		byCode[row.Code] = again[i]
	}
	for _, act := range acts {
		act, err = a.said(ctx, r, act)
		if err != nil {
			return nil, err
		}
		if x := byCode[act.Matter]; x != nil && act.Body.Valid {
			if err := a.judgeArrival(ctx, r, x, act, after, standing, b); err != nil {
				return nil, fmt.Errorf("act %d: %w", act.N, err)
			}
		}
	}
	placeAll(again, before, after, standing)
	return again, nil
}

func standingOnProcess(ctx context.Context, r *q.Queries, ambito, slug string) (standingVerdicts, error) {
	verdicts, err := r.VerdictsToJudgeAgain(ctx, q.VerdictsToJudgeAgainParams{Ambito: ambito, Process: slug})
	if err != nil {
		return nil, err
	}
	out := standingVerdicts{}
	for _, v := range verdicts { // oldest first: the latest that counts holds
		if out[v.Judged] == nil {
			out[v.Judged] = map[string]q.Verdict{}
		}
		out[v.Judged][v.Rule] = v
	}
	return out, nil
}

// judgeArrival judges one version of a sheet by the new definition.
func (a *App) judgeArrival(ctx context.Context, r *q.Queries, x *judgedAgain, act q.Act, after *pdz.Process, standing standingVerdicts, b *amendmentBody) error {
	arrival := arrivalAgain{act: act}
	if err := json.Unmarshal([]byte(act.Body.String), &arrival.body); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	written, err := a.process(ctx, r, act.Ambito, fmt.Sprintf("%x", act.Definition))
	if err != nil {
		return err
	}
	form, _ := written.Form(arrival.body.Form)
	arrival.at = judged(act, written, arrival.body.Channel)
	rows, err := rule(after, form, arrival.body, arrival.at).rows()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(row verdictRow) bool { return b.touches(row, form.Window, standing[act.N]) }) {
		for _, row := range rows {
			arrival.rows = append(arrival.rows, x.weigh(row, form.Window, standing[act.N], b))
		}
	}
	x.arrivals = append(x.arrivals, arrival)
	return nil
}

// touches reports whether a verdict read something that changed: it comes out
// otherwise, or on other grounds, than the one that holds.
func (b *amendmentBody) touches(row verdictRow, window string, standing map[string]q.Verdict) bool {
	old, known := standing[row.rule]
	same := known && old.Result == row.result && old.ClosesUs == micro(row.closes) && old.Trace == row.trace
	return !same && b.mode(row.rule, window) != rejudgeNone
}

// weigh says whether a new verdict counts: where the amendment says so whatever it
// is, otherwise only if it is better than the one that holds.
func (x *judgedAgain) weigh(row verdictRow, window string, standing map[string]q.Verdict, b *amendmentBody) rowAgain {
	old, known := standing[row.rule]
	counts := b.mode(row.rule, window) == rejudgeBoth || better(row.result, old.Result) && (known || row.result == pdz.Pass)
	if counts && old.Result != row.result {
		x.changed = true
		if row.rule == window {
			x.from, x.to = old.Result, row.result
		}
	}
	return rowAgain{row, counts}
}

// mode is how a verdict is judged again: as the change of what it read says, that
// of its own rule before that of the window.
func (b *amendmentBody) mode(rule, window string) string {
	for _, id := range []string{rule, window} {
		for _, c := range b.Changes {
			if slices.Contains(strings.Split(c.Path, "/"), id) {
				return c.Rejudge
			}
		}
	}
	if len(b.Changes) > 0 {
		return b.Changes[0].Rejudge
	}
	return b.Rejudge
}

// placeAll says where each sheet stands now. Only what stood by its verdict moves:
// late ones come into force unless their party has another there, and go out of
// force only where the amendment says that the worse verdict counts too. The first
// to have arrived is the first to come into force.
func placeAll(again []*judgedAgain, before, after *pdz.Process, standing standingVerdicts) {
	inForce := map[string]bool{}
	for _, x := range again {
		if x.before == AdhesionActive {
			inForce[x.row.Party], inForce[x.row.TaxCode] = true, true
		}
	}
	order := slices.Clone(again)
	slices.SortStableFunc(order, func(x, y *judgedAgain) int { return cmp.Compare(x.arrived(), y.arrived()) })
	for _, x := range order {
		if len(x.arrivals) == 0 {
			continue
		}
		stood, stands := x.stands(before, standing, false), x.stands(after, standing, true)
		switch {
		case x.before == AdhesionLate && !stood && stands:
			x.after = AdhesionActive
			if inForce[x.row.Party] || x.row.TaxCode != "" && inForce[x.row.TaxCode] {
				x.after = AdhesionDuplicate // the party is the same also where an erasure took its tax code away
			}
			inForce[x.row.Party], inForce[x.row.TaxCode] = true, true
		case x.before == AdhesionActive && stood && !stands:
			x.after = AdhesionLate
		}
	}
}

// arrived is the instant at which the first version arrived.
func (x *judgedAgain) arrived() int64 {
	if len(x.arrivals) == 0 {
		return 0
	}
	return x.arrivals[0].at.UnixMicro()
}

// stands reports whether the verdicts on the first version make an adhesion by
// themselves: one rule that passes or, where no rule was asked, not being late.
func (x *judgedAgain) stands(p *pdz.Process, standing standingVerdicts, again bool) bool {
	first := x.arrivals[0]
	results := map[string]string{}
	for rule, v := range standing[first.act.N] {
		results[rule] = v.Result
	}
	for _, row := range first.rows {
		if again && row.counts {
			results[row.rule] = row.result
		}
	}
	ruled, late := false, false
	for rule, result := range results {
		if _, ok := p.Window(rule); ok {
			late = result == string(pdz.Late)
			continue
		}
		ruled = true
		if result == pdz.Pass {
			return true
		}
	}
	return !ruled && !late
}

// told reports whether the sheet's sender gets a message: whoever stands otherwise
// than before, and those whom the definition wants told.
func (x *judgedAgain) told(notify []string) bool {
	switch x.before {
	case AdhesionWithdrawn, AdhesionSuperseded:
		return false
	}
	return x.changed || x.before != x.after || slices.Contains(notify, "everyone") ||
		x.after == AdhesionActive && slices.Contains(notify, "adherents")
}
