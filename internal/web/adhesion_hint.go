package web

import (
	"maps"
	"slices"

	"concerto/internal/pdz"
)

// hintView tells at once what an answer means for a later step: who is old
// enough to sign the pact should know it before the office does.
type hintView struct {
	Good   bool
	Lead   string // "Data di costituzione 20/03/2011:"
	Reason string // the words of the rule
	Why    string // what is missing, in the words of the rule
}

// judges returns the rules of eligibility that read what a date feeds.
func (q asking) judges(x pdz.Field) []pdz.Rule {
	if x.Type != "date" || x.Feeds == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(q.process.Rules), func(r pdz.Rule) bool {
		return r.Decides != "eligibility" || !factsRead(r.When, map[string]bool{})[x.Feeds]
	})
}

// hints asks those rules, as if the sheet were received in time: that is what
// the form is for. A rule that still lacks a datum says nothing.
func (q asking) hints(x pdz.Field) []hintView {
	given := q.facts[x.Feeds]
	if given.Date.IsZero() {
		return nil
	}
	facts := maps.Clone(q.facts)
	facts["adhesion.active"] = pdz.BoolValue(true)
	var all []hintView
	for _, r := range q.judges(x) {
		d := r.Evaluate(facts, q.process.RuleIndex(), q.process.Calendar, q.process.Zone)
		if d.Result == pdz.ToComplete || d.Reason == "" {
			continue
		}
		all = append(all, hintView{Good: d.Result == pdz.Pass, Lead: x.Label + " " + slashDate(given.Date) + ":", Reason: d.Reason,
			Why: firstWhy(d.Trace, d.Result)})
	}
	return all
}

// firstWhy returns the reason of the first condition that made a rule fail.
func firstWhy(t pdz.Trace, result string) string {
	if result != pdz.Fail || t.Result != pdz.False {
		return ""
	}
	for _, part := range t.Parts {
		if why := firstWhy(part, result); why != "" {
			return why
		}
	}
	return t.Why
}

// factsRead adds to read the names of the facts a condition reads.
func factsRead(p *pdz.Predicate, read map[string]bool) map[string]bool {
	if p == nil {
		return read
	}
	if p.Fact != "" {
		read[p.Fact] = true
	}
	for _, part := range p.All {
		factsRead(part, read)
	}
	for _, part := range p.Any {
		factsRead(part, read)
	}
	return factsRead(p.Not, read)
}
