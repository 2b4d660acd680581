package pdz

// Kinds of a trace, one for each form of condition.
const (
	TraceAll    = "all"
	TraceAny    = "any"
	TraceNot    = "not"
	TraceAlways = "always"
	TraceRule   = "rule"
	TraceFact   = "fact"
	TraceCount  = "count"
	TraceCases  = "cases"
)

// Trace is a condition as it was evaluated: what the "why" page prints as a tree and
// the audit compares. It is stored as JSON and holds every value that was read.
type Trace struct {
	Kind      string  `json:"kind"`
	Result    Truth   `json:"result"`
	Fact      string  `json:"fact,omitempty"` // fact read, or collection counted
	Op        string  `json:"op,omitempty"`
	Found     *Value  `json:"found,omitempty"` // what the fact was, or how many items hold; nil when not given
	Limit     *Value  `json:"limit,omitempty"` // what it was compared with; nil when that is not known
	LimitFact string  `json:"limitFact,omitempty"`
	AtLeast   *int64  `json:"atLeast,omitempty"` // size
	AtMost    *int64  `json:"atMost,omitempty"`  // size
	Rule      string  `json:"rule,omitempty"`
	Then      string  `json:"then,omitempty"` // in a decision table, what this case would answer
	Why       string  `json:"why,omitempty"`
	Parts     []Trace `json:"parts,omitempty"`
}

// missing returns the facts that left the condition unknown, in order: what must be
// given to decide, without what would change nothing.
func (t Trace) missing() []string {
	var names []string
	t.collect(&names)
	return distinct(names)
}

func (t Trace) collect(names *[]string) {
	if t.Result != Unknown {
		return
	}
	if (t.Kind == TraceFact || t.Kind == TraceCount) && t.Found == nil {
		*names = append(*names, t.Fact)
	}
	if t.LimitFact != "" && t.Limit == nil {
		*names = append(*names, t.LimitFact)
	}
	for _, part := range t.Parts {
		part.collect(names)
	}
}
