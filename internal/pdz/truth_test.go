package pdz

import (
	"testing"

	"pgregory.net/rapid"
)

// tree draws a condition over three facts that may be true, false or not given.
func tree(t *rapid.T, depth int) *Predicate {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		name := rapid.SampledFrom([]string{"party.nonProfit", "mandate.deed", "mandate.inForce"}).Draw(t, "fact")
		return is(name, Operand{Bool: rapid.Bool().Draw(t, "is")})
	}
	parts := []*Predicate{tree(t, depth-1), tree(t, depth-1)}
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return &Predicate{All: parts}
	case 1:
		return &Predicate{Any: parts}
	}
	return &Predicate{Not: parts[0]}
}

func someFacts(t *rapid.T) Facts {
	f := Facts{}
	for _, name := range []string{"party.nonProfit", "mandate.deed", "mandate.inForce"} {
		if v := rapid.IntRange(0, 2).Draw(t, name); v > 0 {
			f[name] = BoolValue(v == 1)
		}
	}
	return f
}

func TestLawsOfThreeValues(t *testing.T) {
	not := func(p *Predicate) *Predicate { return &Predicate{Not: p} }
	all := func(ps ...*Predicate) *Predicate { return &Predicate{All: ps} }
	any := func(ps ...*Predicate) *Predicate { return &Predicate{Any: ps} }
	rapid.Check(t, func(t *rapid.T) {
		f, p, q, r := someFacts(t), tree(t, 3), tree(t, 3), tree(t, 2)
		for name, pair := range map[string][2]*Predicate{
			"De Morgan, all":  {not(all(p, q)), any(not(p), not(q))},
			"De Morgan, any":  {not(any(p, q)), all(not(p), not(q))},
			"double negation": {not(not(p)), p},
			"all commutes":    {all(p, q), all(q, p)},
			"any commutes":    {any(p, q), any(q, p)},
			"all associates":  {all(all(p, q), r), all(p, all(q, r))},
			"all distributes": {all(p, any(q, r)), any(all(p, q), all(p, r))},
			"absorption":      {all(p, any(p, q)), p},
		} {
			a, b := pair[0].Eval(f, nil, italian, rome), pair[1].Eval(f, nil, italian, rome)
			if a != b {
				t.Fatalf("%s: %v and %v with %v", name, a, b, f)
			}
		}
	})
}

// Kleene: what is decided with facts missing stays decided, the same way, whatever they
// turn out to be; and each fact in the way is really missing.
func TestMoreFactsNeverUndoADecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := someFacts(t), tree(t, 4)
		d := decide(Rule{When: p}, f)
		more := someFacts(t)
		for name, v := range f {
			more[name] = v
		}
		if now := p.Eval(more, nil, italian, rome); d.Trace.Result != Unknown && now != d.Trace.Result {
			t.Fatalf("%v became %v when more was known", d.Trace.Result, now)
		}
		for _, name := range d.Missing {
			if _, ok := f[name]; ok {
				t.Fatalf("%s is said to be missing and is there", name)
			}
		}
		if (d.Result == ToComplete) != (len(d.Missing) > 0) {
			t.Fatalf("%s with %d facts missing", d.Result, len(d.Missing))
		}
	})
}

func TestKleeneTables(t *testing.T) {
	for _, tt := range []struct{ a, b, all, any Truth }{
		{True, True, True, True}, {True, False, False, True}, {True, Unknown, Unknown, True},
		{False, False, False, False}, {False, Unknown, False, Unknown}, {Unknown, Unknown, Unknown, Unknown},
	} {
		for _, pair := range [][2]Truth{{tt.a, tt.b}, {tt.b, tt.a}} {
			if got := allOf(pair[:]...); got != tt.all {
				t.Errorf("all of %v = %v, want %v", pair, got, tt.all)
			}
			if got := anyOf(pair[:]...); got != tt.any {
				t.Errorf("any of %v = %v, want %v", pair, got, tt.any)
			}
		}
	}
	if allOf() != True || anyOf() != False {
		t.Error("of nothing, all must hold and any must not")
	}
	if (*Predicate)(nil).Eval(nil, nil, italian, rome) != True {
		t.Error("no condition must hold")
	}
	if got := (&Predicate{Always: true}).Eval(nil, nil, italian, rome); got != True {
		t.Errorf("always = %v", got)
	}
}
