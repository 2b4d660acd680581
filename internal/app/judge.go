package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// factsOf gathers what the rules may know of a sheet at the instant judged.
func factsOf(p *pdz.Process, b adhesionBody, at time.Time) pdz.Facts {
	form, _ := p.Form(b.Form)
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

// grounds returns the decisions of the grounds that a sheet on this form may
// stand on, in the order of the notice.
func grounds(p *pdz.Process, b adhesionBody, at time.Time) []pdz.Decision {
	facts, rules := factsOf(p, b, at), p.RuleIndex()
	var out []pdz.Decision
	for _, g := range p.Participation.Grounds {
		if g.Kind != "form" || g.Form != b.Form {
			continue
		}
		if r := rules[g.Rule]; r != nil {
			out = append(out, r.Evaluate(facts, rules, p.Calendar, p.Zone))
		}
	}
	return out
}

// adheres reports whether a sheet makes an adhesion by itself. Without a rule,
// being in time is what counts.
func adheres(p *pdz.Process, b adhesionBody, at time.Time) bool {
	form, _ := p.Form(b.Form)
	decisions := grounds(p, b, at)
	if len(decisions) == 0 {
		return judgeForm(p, form, at).Timeliness != pdz.Late
	}
	return slices.ContainsFunc(decisions, func(d pdz.Decision) bool { return d.Result == pdz.Pass })
}

// putVerdicts keeps every decision with what it was decided on, so that the
// "why" page and the audit can tell it again.
func putVerdicts(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody, p *pdz.Process, at time.Time) error {
	put := func(rule, result string, closes time.Time, trace any) error {
		text, err := json.Marshal(trace)
		if err != nil {
			return err
		}
		return r.InsertVerdict(ctx, q.InsertVerdictParams{Ambito: act.Ambito, Act: act.N, Rule: rule, Matter: act.Matter,
			Definition: hex.EncodeToString(act.Definition), AtUs: at.UnixMicro(), Result: result, ClosesUs: micro(closes), Trace: string(text)})
	}
	form, _ := p.Form(b.Form)
	if v := judgeForm(p, form, at); v.Window != "" {
		if err := put(v.Window, string(v.Timeliness), v.Closes, map[string]int64{"marginMs": v.Margin.Milliseconds()}); err != nil {
			return err
		}
	}
	for _, d := range grounds(p, b, at) {
		if err := put(d.Rule, d.Result, time.Time{}, d); err != nil {
			return err
		}
	}
	return nil
}
