package definition

import (
	"strconv"
	"strings"

	"concerto/internal/pdz"
)

func (b *builder) rule(n *Node) pdz.Rule {
	reason := n.Get("reason")
	r := pdz.Rule{
		ID: n.Str("id"), Decides: n.Str("decides"), Label: n.Str("label"),
		When:   b.predicate(n.Get("when")),
		Reason: pdz.Reason{Pass: reason.Str("pass"), Fail: reason.Str("fail"), ToComplete: reason.Str("toComplete")},
		Cases:  each(n.List("cases"), b.oneCase),
		Cites: each(n.List("cites"), func(n *Node) pdz.Cite {
			return pdz.Cite{Law: n.Str("law"), At: n.Str("at"), Notice: n.Str("notice"), Act: n.Str("act")}
		}),
	}
	if n.Has("otherwise") {
		c := b.oneCase(n.Get("otherwise"))
		r.Otherwise = &c
	}
	return r
}

func (b *builder) oneCase(n *Node) pdz.Case {
	return pdz.Case{When: b.predicate(n.Get("when")), Then: n.Str("then"), Reason: n.Str("reason")}
}

func (b *builder) predicate(n *Node) *pdz.Predicate {
	if n == nil {
		return nil
	}
	p := &pdz.Predicate{Why: n.Str("why"), Rule: n.Str("rule"), Always: n.Bool("always", false)}
	switch {
	case n.Has("all") && !n.Has("count"):
		p.All = each(n.List("all"), b.predicate)
	case n.Has("any"):
		p.Any = each(n.List("any"), b.predicate)
	case n.Has("not"):
		p.Not = b.predicate(n.Get("not"))
	case n.Has("count"):
		b.count(p, n)
	case n.Has("fact"):
		b.leaf(p, n)
	case n.Has("always") && !p.Always:
		p.Not = &pdz.Predicate{Always: true}
	}
	return p
}

func (b *builder) count(p *pdz.Predicate, n *Node) {
	p.Count, p.Where = n.Str("count"), b.predicate(n.Get("where"))
	for _, op := range []string{"atLeast", "atMost", "is", "all"} {
		if n.Has(op) {
			p.CountOp, p.CountN = op, n.Int(op)
		}
	}
}

func (b *builder) leaf(p *pdz.Predicate, n *Node) {
	p.Fact = n.Str("fact")
	for _, e := range n.entries() {
		if e.Key != "fact" && e.Key != "why" {
			p.Op, p.Operand = e.Key, b.operand(p.Fact, e.Key, e.Value)
		}
	}
}

// operand reads the right-hand side of a leaf by the type of its fact.
func (b *builder) operand(fact, op string, n *Node) pdz.Operand {
	if op == "known" {
		return pdz.Operand{Bool: n.Scalar == "true"}
	}
	switch kind, _, _ := pdz.FactType(fact); kind {
	case "bool":
		return pdz.Operand{Bool: n.Scalar == "true"}
	case "number":
		return pdz.Operand{Number: int64Of(n)}
	case "money":
		return pdz.Operand{Number: cents(n.str())}
	case "time":
		return b.timeOperand(op, n)
	}
	return pdz.Operand{Text: n.str(), List: n.strings(), AtLeast: bound(n.Get("atLeast")), AtMost: bound(n.Get("atMost"))}
}

// timeOperand computes a moment, or keeps the shift for when the fact it starts
// from is known. Inside a rule nothing rolls unless it says so: a year that
// ended on a Sunday has ended.
func (b *builder) timeOperand(op string, n *Node) pdz.Operand {
	if fact := n.Str("fact"); fact != "" {
		return pdz.Operand{FromFact: fact, Shift: pdz.Shift{Roll: "none"}}
	}
	if fact := n.At("from").Str("fact"); fact != "" {
		return pdz.Operand{FromFact: fact, Shift: shiftOf(n, "none")}
	}
	closing := op == "onOrBefore" || op == "after"
	return pdz.Operand{Moment: b.moment(n, closing, "none").Moment}
}

func int64Of(n *Node) int64 {
	i, _ := strconv.ParseInt(n.integer(), 10, 64)
	return i
}

func bound(n *Node) *int64 {
	if n == nil {
		return nil
	}
	i := int64Of(n)
	return &i
}

// cents reads an amount written with two decimals.
func cents(s string) int64 {
	i, _ := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
	return i
}
