package pdz

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind is the type of a fact, which fixes the operators that may read it.
type Kind string

const (
	KindBool       Kind = "bool"
	KindValue      Kind = "value"
	KindSet        Kind = "set"
	KindNumber     Kind = "number"
	KindMoney      Kind = "money" // in cents
	KindTime       Kind = "time"  // a day or an instant
	KindLevel      Kind = "level"
	KindCollection Kind = "collection" // what count runs over
)

// Value is a fact that is known: one of the fields, as Kind says. From names the row
// it was read from, for the "why" page and the audit; no rule reads it.
type Value struct {
	Kind    Kind      `json:"kind"`
	Text    string    `json:"text,omitempty"` // value, level
	Set     []string  `json:"set,omitempty"`
	Bool    bool      `json:"bool,omitempty"`
	Number  int64     `json:"number,omitempty"` // number, money
	Date    Date      `json:"date,omitzero"`    // time known by day
	Instant time.Time `json:"instant,omitzero"` // time known by instant
	From    string    `json:"from,omitempty"`

	Items    []Facts `json:"-"` // collection: the items there are
	Expected []Facts `json:"-"` // collection: one for each item that must come, with the facts that tell it
}

// Facts are what is known when a rule is asked, by name. A fact that is not there is
// unknown. What the program itself records is always known: see Recorded.
type Facts map[string]Value

func BoolValue(b bool) Value         { return Value{Kind: KindBool, Bool: b} }
func TextValue(s string) Value       { return Value{Kind: KindValue, Text: s} }
func SetValue(s ...string) Value     { return Value{Kind: KindSet, Set: s} }
func NumberValue(n int64) Value      { return Value{Kind: KindNumber, Number: n} }
func MoneyValue(cents int64) Value   { return Value{Kind: KindMoney, Number: cents} }
func DateValue(d Date) Value         { return Value{Kind: KindTime, Date: d} }
func InstantValue(t time.Time) Value { return Value{Kind: KindTime, Instant: t} }
func LevelValue(s string) Value      { return Value{Kind: KindLevel, Text: s} }

// CollectionValue holds the items a count runs over. For "all", expected has one entry
// for each item that must come (each municipality, for municipalActs), with the item
// facts that tell it from the others.
func CollectionValue(items, expected []Facts) Value {
	return Value{Kind: KindCollection, Items: items, Expected: expected}
}

// given reports whether the value says something: a time that is not set does not.
func (v Value) given() bool {
	return v.Kind != KindTime || !v.Date.IsZero() || !v.Instant.IsZero()
}

// moment is a time value as a moment of a zone.
func (v Value) moment(zone *time.Location) Moment {
	switch {
	case v.Kind != KindTime || !v.given():
		return Moment{}
	case !v.Date.IsZero():
		return DayMoment(v.Date, zone)
	}
	return InstantMoment(v.Instant, zone)
}

// levels are the degrees of assurance, from the weakest.
var levels = []string{"none", "emailVerified", "operatorAttested", "identified", "signed"}

// Collections are the things a count may run over.
var Collections = []string{"signatures", "municipalActs", "positions", "members", "attendances", "proposals", "adhesions"}

// points are the decision points, each with its letter in the table of facts.
var points = map[string]string{
	"ground": "G", "admission": "A", "role": "R", "entry": "E", "submission": "U", "eligibility": "L",
	"signature": "S", "inForce": "F", "membership": "M", "close": "C", "step": "T", "field": "f",
}

// Point returns the letter of a decision point ("ground" is G), as FactType uses it.
// The inside of a count is n.
func Point(decides string) (letter string, ok bool) {
	letter, ok = points[decides]
	return letter, ok
}

// FactType returns the type of a fact and the letters of the points where it may be used.
func FactType(name string) (kind Kind, points string, ok bool) {
	f, ok := factTable[name]
	return f.kind, f.points, ok
}

// FactValues returns the values a fact can have, or nil when they are ids or anything.
func FactValues(name string) []string {
	if f := factTable[name]; f.kind == KindLevel {
		return levels
	} else if f.values != "" {
		return strings.Fields(f.values)
	}
	return nil
}

// FactNames returns the names of all facts, in order.
func FactNames() []string { return slices.Sorted(maps.Keys(factTable)) }

// Recorded returns the facts with a no, nothing or zero for each one that the program
// itself records and that is not there: no adhesion on record means adhesion.active is
// false, not unknown (definition, section 3.3). What people declare stays unknown, and
// so does what has no natural zero, as a form not used or an instant. Decides is the
// decision point whose facts are filled in.
func (f Facts) Recorded(decides string) Facts {
	all := maps.Clone(f)
	if all == nil {
		all = Facts{}
	}
	for name, fact := range factTable {
		if _, there := all[name]; there || fact.declared || !strings.Contains(fact.points, points[decides]) {
			continue
		}
		switch fact.kind {
		case KindBool, KindSet, KindNumber:
			all[name] = Value{Kind: fact.kind}
		}
	}
	return all
}
