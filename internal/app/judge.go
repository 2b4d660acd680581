package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// factsOf gathers what the rules of a version may know of a sheet at the instant
// judged. The form is that of the version the sheet was written on: a later one
// asks its own questions of whoever comes later (definition, section 8).
func factsOf(p *pdz.Process, form pdz.Form, b adhesionBody, at time.Time) pdz.Facts {
	f := pdz.FormFacts(p, form, b.Answers)
	f["adhesion.form"] = pdz.TextValue(b.Form)
	f["adhesion.channel"] = pdz.TextValue(b.Channel)
	f["adhesion.receivedAt"] = pdz.InstantValue(at)
	kind := "new"
	if b.Correction {
		kind = "variation"
	}
	f["adhesion.kind"] = pdz.TextValue(kind)
	if v := judgeForm(p, form, at); v.Timeliness != pdz.Undecided { // an unknown closing leaves the rule to be completed
		f["adhesion.timeliness"] = pdz.TextValue(string(v.Timeliness))
	}
	f["adhesion.tables"] = pdz.SetValue(b.Tables...)
	var slots []string
	for _, x := range b.Files {
		slots = append(slots, x.Slot)
	}
	f["adhesion.attachments"] = pdz.SetValue(slots...)
	f["adhesion.duplicate"] = pdz.BoolValue(b.Other != "")
	return f.Recorded("ground")
}

// judgeForm judges an arrival by the window of a form. A form without a window
// is always in time.
func judgeForm(p *pdz.Process, form pdz.Form, at time.Time) pdz.Verdict {
	if v, ok := p.Judge(form.Window, at); ok {
		return v
	}
	return pdz.Verdict{Timeliness: pdz.Timely, Definition: p.Hash, At: at}
}

// ruling is what one version of the definition says of one arrival.
type ruling struct {
	law     *pdz.Process
	window  pdz.Verdict    // of no window when the form has none
	grounds []pdz.Decision // of the grounds that a sheet on this form may stand on, in the order of the notice
}

func rule(law *pdz.Process, form pdz.Form, b adhesionBody, at time.Time) ruling {
	out := ruling{law: law, window: judgeForm(law, form, at)}
	facts, rules := factsOf(law, form, b, at), law.RuleIndex()
	for _, g := range law.Participation.Grounds {
		if g.Kind != "form" || g.Form != b.Form {
			continue
		}
		if r := rules[g.Rule]; r != nil {
			out.grounds = append(out.grounds, r.Evaluate(facts, rules, law.Calendar, law.Zone))
		}
	}
	return out
}

// adheres reports whether a sheet makes an adhesion by itself. Without a rule,
// being in time is what counts.
func (u ruling) adheres() bool {
	if len(u.grounds) == 0 {
		return u.window.Timeliness != pdz.Late
	}
	return slices.ContainsFunc(u.grounds, func(d pdz.Decision) bool { return d.Result == pdz.Pass })
}

// laws returns the versions of the definition that an arrival is judged by: the
// one it is recorded under and, when it arrived before that one was published, the
// one that was in force then. The better verdict counts (definition, section 8): a
// fax that came in time and is keyed in after a shortening is in time.
func (a *App) laws(ctx context.Context, r *q.Queries, ambito, process string, p *pdz.Process, at time.Time) ([]*pdz.Process, error) {
	if p.Version == 1 {
		return []*pdz.Process{p}, nil
	}
	hash, err := r.DefinitionInForceAt(ctx, q.DefinitionInForceAtParams{Ambito: ambito, Process: process, PublishedUs: at.UnixMicro()})
	if err != nil {
		return nil, found(err)
	}
	then, err := a.process(ctx, r, ambito, hash)
	if err != nil {
		return nil, err
	}
	if then.Hash == p.Hash || then.Version > p.Version {
		return []*pdz.Process{p}, nil
	}
	return []*pdz.Process{p, then}, nil
}

// bestVerdict is how an arrival stands to the window of its form by the version
// that favours it most.
func bestVerdict(laws []*pdz.Process, form pdz.Form, at time.Time) pdz.Verdict {
	best := judgeForm(laws[0], form, at)
	for _, p := range laws[1:] {
		if v := judgeForm(p, form, at); better(string(v.Timeliness), string(best.Timeliness)) {
			best = v
		}
	}
	return best
}

// favour orders results as the definition does, section 8: pass before toComplete
// before fail, timely before late, and so on. Words of different kinds never meet.
var favour = map[string]int{
	pdz.Pass: 3, pdz.ToComplete: 2, pdz.Fail: 1,
	string(pdz.Timely): 4, string(pdz.Undecided): 3, string(pdz.Early): 2, string(pdz.Late): 1,
	"admitted": 4, "withReserve": 3, "notAdmitted": 1,
}

// better reports whether a result favours the party more than another.
func better(result, than string) bool { return favour[result] > favour[than] }

// verdictRow is a decision as it is kept, without the act it came by.
type verdictRow struct {
	rule, result, trace string
	closes              time.Time
	definition          string
}

// rows are the decisions of a ruling with what they were decided on, so that the
// "why" page and the audit can tell them again.
func (u ruling) rows() ([]verdictRow, error) {
	var out []verdictRow
	put := func(rule, result string, closes time.Time, trace any) error {
		text, err := json.Marshal(trace)
		out = append(out, verdictRow{rule, result, string(text), closes, u.law.Hash})
		return err
	}
	if v := u.window; v.Window != "" {
		if err := put(v.Window, string(v.Timeliness), v.Closes, map[string]int64{"marginMs": v.Margin.Milliseconds()}); err != nil {
			return nil, err
		}
	}
	for _, d := range u.grounds {
		if err := put(d.Rule, d.Result, time.Time{}, d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// putVerdicts keeps the rulings of an arrival. Of two on the same rule the better
// one counts, and of equal ones the first.
func putVerdicts(ctx context.Context, r *q.Queries, act q.Act, rulings []ruling, at time.Time) error {
	var all []verdictRow
	best := map[string]verdictRow{}
	for _, u := range rulings {
		rows, err := u.rows()
		if err != nil {
			return err
		}
		for _, x := range rows {
			if b, known := best[x.rule]; !known || better(x.result, b.result) {
				best[x.rule] = x
			}
		}
		all = append(all, rows...)
	}
	for _, x := range all {
		if err := putVerdict(ctx, r, act, act, x, at, best[x.rule] == x); err != nil {
			return err
		}
	}
	return nil
}

// putVerdict keeps one decision on an arrival, taken by the arrival itself or by a
// later act.
func putVerdict(ctx context.Context, r *q.Queries, by, judged q.Act, x verdictRow, at time.Time, counts bool) error {
	return r.InsertVerdict(ctx, q.InsertVerdictParams{Ambito: by.Ambito, Act: by.N, Judged: judged.N, Rule: x.rule, Matter: judged.Matter,
		Definition: x.definition, AtUs: at.UnixMicro(), Result: x.result, ClosesUs: micro(x.closes), Counts: counts, Trace: x.trace})
}

// rulings judges an arrival by every version that it has a claim to.
func (a *App) rulings(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody, p *pdz.Process, at time.Time) ([]ruling, error) {
	laws, err := a.laws(ctx, r, act.Ambito, act.Process, p, at)
	if err != nil {
		return nil, err
	}
	form, _ := p.Form(b.Form)
	var out []ruling
	for _, law := range laws {
		out = append(out, rule(law, form, b, at))
	}
	return out, nil
}
