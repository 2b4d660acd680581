package pdz

import (
	"slices"
	"time"
)

// Results of a yes/no rule. A decision table answers with the word of its case, or
// with ToComplete.
const (
	Pass       = "pass"
	Fail       = "fail"
	ToComplete = "toComplete"
)

// Decision is the answer of a rule, with everything it was decided on.
type Decision struct {
	Rule    string   `json:"rule"`
	Result  string   `json:"result"`            // pass, fail, toComplete, or the word of a case
	Reason  string   `json:"reason,omitempty"`  // the rule's own text for that result; may be empty
	Missing []string `json:"missing,omitempty"` // facts that would have decided, when the result is toComplete
	Trace   Trace    `json:"trace"`
}

// Evaluate asks the rule. It is pure: no clock, no order of arrival but through facts;
// and it never stops early, so that the trace shows every condition (definition, 3.3).
func (r Rule) Evaluate(f Facts, rules map[string]*Rule, cal Calendar, zone *time.Location) Decision {
	e := evaluation{facts: f, rules: rules, calendar: cal, zone: zone, asked: []string{r.ID}}
	return e.decide(r)
}

// Eval asks a bare condition, as a form field has them. Nil holds always.
func (p *Predicate) Eval(f Facts, rules map[string]*Rule, cal Calendar, zone *time.Location) Truth {
	e := evaluation{facts: f, rules: rules, calendar: cal, zone: zone}
	return e.eval(p).Result
}

// evaluation is one question: what is known, and the rules it may lead to.
type evaluation struct {
	facts    Facts
	rules    map[string]*Rule
	calendar Calendar
	zone     *time.Location
	asked    []string // rules on the way here: one that comes back to itself is unknown
}

func (e evaluation) decide(r Rule) Decision {
	if len(r.Cases) > 0 {
		return e.table(r)
	}
	t := e.eval(r.When)
	d := Decision{Rule: r.ID, Trace: t}
	switch t.Result {
	case True:
		d.Result, d.Reason = Pass, r.Reason.Pass
	case False:
		d.Result, d.Reason = Fail, r.Reason.Fail
	default:
		d.Result, d.Reason, d.Missing = ToComplete, r.Reason.ToComplete, t.missing()
	}
	return d
}

// table answers with the first case that holds. One that is unknown stops it: a later
// case must not win because an earlier one could not be decided.
func (e evaluation) table(r Rule) Decision {
	d := Decision{Rule: r.ID, Trace: Trace{Kind: TraceCases, Result: False}}
	for _, c := range r.Cases {
		t := e.eval(c.When)
		t.Then = c.Then
		d.Trace.Parts = append(d.Trace.Parts, t)
		d.Trace.Result = t.Result
		switch t.Result {
		case True:
			d.Result, d.Reason = c.Then, c.Reason
			return d
		case Unknown:
			d.Result, d.Reason, d.Missing = ToComplete, r.Reason.ToComplete, t.missing()
			return d
		}
	}
	if r.Otherwise != nil {
		d.Result, d.Reason = r.Otherwise.Then, r.Otherwise.Reason
	}
	return d
}

func (e evaluation) eval(p *Predicate) Trace {
	if p == nil {
		return Trace{Kind: TraceAlways, Result: True}
	}
	t := e.kindOf(p)
	t.Why = p.Why
	return t
}

func (e evaluation) kindOf(p *Predicate) Trace {
	switch {
	case p.All != nil:
		parts, results := e.each(p.All)
		return Trace{Kind: TraceAll, Parts: parts, Result: allOf(results...)}
	case p.Any != nil:
		parts, results := e.each(p.Any)
		return Trace{Kind: TraceAny, Parts: parts, Result: anyOf(results...)}
	case p.Not != nil:
		t := e.eval(p.Not)
		return Trace{Kind: TraceNot, Parts: []Trace{t}, Result: t.Result.Not()}
	case p.Rule != "":
		return e.nested(p.Rule)
	case p.Fact != "":
		return e.leaf(p)
	case p.Count != "":
		return e.count(p)
	}
	return Trace{Kind: TraceAlways, Result: truth(p.Always)}
}

func (e evaluation) each(ps []*Predicate) (parts []Trace, results []Truth) {
	for _, p := range ps {
		t := e.eval(p)
		parts, results = append(parts, t), append(results, t.Result)
	}
	return parts, results
}

// nested asks another rule of the same decision point. The reader refuses rules that
// lead to themselves, to a table or to nothing; here they stay unknown.
func (e evaluation) nested(id string) Trace {
	t := Trace{Kind: TraceRule, Rule: id}
	r := e.rules[id]
	if r == nil || len(r.Cases) > 0 || slices.Contains(e.asked, id) {
		return t
	}
	e.asked = append(slices.Clip(e.asked), id)
	part := e.eval(r.When)
	t.Parts, t.Result = []Trace{part}, part.Result
	return t
}

// count judges the items of a collection. Items whose condition is unknown may still
// turn out either way: the count is between those that hold and those that might.
func (e evaluation) count(p *Predicate) Trace {
	t := Trace{Kind: TraceCount, Fact: p.Count, Op: p.CountOp}
	c, ok := e.facts[p.Count]
	if !ok || c.Kind != KindCollection {
		return t
	}
	var results []Truth
	for _, item := range c.Items {
		e.facts = item
		part := e.eval(p.Where)
		t.Parts, results = append(t.Parts, part), append(results, part.Result)
	}
	hold, might := int64(0), int64(0)
	for _, r := range results {
		if r == True {
			hold++
		}
		if r != False {
			might++
		}
	}
	found := NumberValue(hold)
	t.Found = &found
	if p.CountOp == "all" {
		t.Result = everyExpected(c, results)
		return t
	}
	limit := NumberValue(int64(p.CountN))
	t.Limit, t.Result = &limit, between(p.CountOp, hold, might, int64(p.CountN))
	return t
}

func between(op string, hold, might, n int64) Truth {
	switch op {
	case "atLeast":
		return pick(hold >= n, might < n)
	case "atMost":
		return pick(might <= n, hold > n)
	case "is":
		return pick(hold == n && might == n, hold > n || might < n)
	}
	return Unknown
}

// pick is true or false by the two conditions, which exclude each other, or unknown.
func pick(yes, no bool) Truth {
	switch {
	case yes:
		return True
	case no:
		return False
	}
	return Unknown
}

// everyExpected is true when each item that must come is there and holds, and false
// while one is missing. Where nothing says which must come, those there must all hold,
// and there must be some: "all signed" is not said of nobody.
func everyExpected(c Value, results []Truth) Truth {
	if len(c.Expected) == 0 {
		if len(results) == 0 {
			return False
		}
		return allOf(results...)
	}
	all := True
	for _, want := range c.Expected {
		var mine []Truth
		for i, item := range c.Items {
			if item.agrees(want) {
				mine = append(mine, results[i])
			}
		}
		all = allOf(all, anyOf(mine...))
	}
	return all
}

// agrees reports whether the facts hold every text that want holds.
func (f Facts) agrees(want Facts) bool {
	for name, v := range want {
		if f[name].Text != v.Text {
			return false
		}
	}
	return true
}
