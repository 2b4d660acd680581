package pdz

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCountingIsThreeValued(t *testing.T) {
	item := func(valid Truth) Facts {
		f := Facts{"item.side": TextValue("theirs")}
		if valid != Unknown {
			f["item.valid"] = BoolValue(valid == True)
		}
		return f
	}
	where := &Predicate{All: []*Predicate{is("item.side", Operand{Text: "theirs"}), is("item.valid", Operand{Bool: true})}}
	for _, tt := range []struct {
		op    string
		n     int
		items []Truth
		want  Truth
	}{
		{"atLeast", 1, nil, False}, {"atLeast", 1, []Truth{True}, True}, {"atLeast", 1, []Truth{Unknown}, Unknown},
		{"atLeast", 2, []Truth{True, Unknown, False}, Unknown}, {"atLeast", 3, []Truth{True, Unknown, False}, False},
		{"atMost", 0, nil, True}, {"atMost", 0, []Truth{Unknown}, Unknown}, {"atMost", 0, []Truth{True}, False}, {"atMost", 2, []Truth{Unknown, True}, True},
		{"is", 1, []Truth{True, False}, True}, {"is", 1, []Truth{True, Unknown}, Unknown}, {"is", 1, []Truth{True, True}, False}, {"is", 2, []Truth{True, False}, False},
		{"all", 0, []Truth{True, True}, True}, {"all", 0, []Truth{True, Unknown}, Unknown}, {"all", 0, []Truth{Unknown, False}, False}, {"all", 0, nil, False},
	} {
		var items []Facts
		for _, v := range tt.items {
			items = append(items, item(v))
		}
		p := &Predicate{Count: "signatures", Where: where, CountOp: tt.op, CountN: tt.n}
		if got := p.Eval(Facts{"signatures": CollectionValue(items, nil)}, nil, italian, rome); got != tt.want {
			t.Errorf("%s %d of %v = %v, want %v", tt.op, tt.n, tt.items, got, tt.want)
		}
	}
	p := &Predicate{Count: "signatures", Where: where, CountOp: "atMost"}
	if got := p.Eval(nil, nil, italian, rome); got != Unknown {
		t.Errorf("a collection not given = %v, want unknown", got)
	}
}

// "Tutti i Consigli": false while one municipality is missing, whatever the others did.
func TestAllMeansEveryExpectedItem(t *testing.T) {
	act := func(municipality, outcome string) Facts {
		f := Facts{"item.municipality": TextValue(municipality)}
		if outcome != "" {
			f["item.outcome"] = TextValue(outcome)
		}
		return f
	}
	expected := []Facts{act("lecce", ""), act("surbo", "")}
	rule := &Predicate{Count: "municipalActs", CountOp: "all",
		Where: &Predicate{Fact: "item.outcome", Op: "in", Operand: Operand{List: []string{"favourable", "approvedWithChanges"}}}}
	for _, tt := range []struct {
		name string
		acts []Facts
		want Truth
	}{
		{"none", nil, False},
		{"one missing", []Facts{act("lecce", "favourable")}, False},
		{"all", []Facts{act("surbo", "approvedWithChanges"), act("lecce", "favourable")}, True},
		{"one against", []Facts{act("surbo", "rejected"), act("lecce", "favourable")}, False},
		{"one against, then in favour", []Facts{act("surbo", "rejected"), act("surbo", "favourable"), act("lecce", "favourable")}, True},
		{"one not said yet", []Facts{act("surbo", ""), act("lecce", "favourable")}, Unknown},
		{"a stranger does not count", []Facts{act("altrove", "favourable"), act("lecce", "favourable")}, False},
	} {
		f := Facts{"municipalActs": CollectionValue(tt.acts, expected)}
		if got := rule.Eval(f, nil, italian, rome); got != tt.want {
			t.Errorf("%s = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// The order in which things are on record decides nothing.
func TestOrderDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 2), 0, 6).Draw(t, "items")
		shuffled := rapid.Permutation(values).Draw(t, "shuffled")
		items := func(values []int) Value {
			var list []Facts
			for _, v := range values {
				item := Facts{"item.groups": SetValue("a", "b")}
				if v > 0 {
					item["item.valid"] = BoolValue(v == 1)
				}
				list = append(list, item)
			}
			return CollectionValue(list, nil)
		}
		p := &Predicate{Count: "signatures", Where: is("item.valid", Operand{Bool: true}), CountN: rapid.IntRange(0, 6).Draw(t, "n"),
			CountOp: rapid.SampledFrom([]string{"atLeast", "atMost", "is", "all"}).Draw(t, "op")}
		one, other := p.Eval(Facts{"signatures": items(values)}, nil, italian, rome), p.Eval(Facts{"signatures": items(shuffled)}, nil, italian, rome)
		if one != other {
			t.Fatalf("%v is %v and %v is %v", values, one, shuffled, other)
		}
		set := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c"})).Draw(t, "set")
		doubled := append(slices.Clone(set), set...)
		slices.Reverse(doubled)
		for _, op := range []string{"containsAny", "containsAll", "containsNone", "size"} {
			p := &Predicate{Fact: "party.groups", Op: op, Operand: Operand{List: []string{"a", "c"}, AtMost: n64(2)}}
			one, other := p.Eval(Facts{"party.groups": SetValue(set...)}, nil, italian, rome), p.Eval(Facts{"party.groups": SetValue(doubled...)}, nil, italian, rome)
			if one != other {
				t.Fatalf("%s of %v is %v and of %v is %v", op, set, one, doubled, other)
			}
		}
	})
}
