package pdz

import (
	"slices"
	"time"
)

// leaf compares one fact with its operand. A fact not given is unknown, and so is one
// whose type is not the one the operator reads: the reader refuses such a rule.
func (e evaluation) leaf(p *Predicate) Trace {
	t := Trace{Kind: TraceFact, Fact: p.Fact, Op: p.Op}
	v, given := e.facts[p.Fact]
	given = given && v.given()
	if given {
		t.Found = &v
	}
	switch p.Op {
	case "known":
		t.limit(BoolValue(p.Operand.Bool))
		t.Result = truth(given == p.Operand.Bool)
	case "before", "onOrBefore", "after", "onOrAfter":
		e.time(&t, v, given, p)
	case "size":
		t.AtLeast, t.AtMost = p.Operand.AtLeast, p.Operand.AtMost
		if given && v.Kind == KindSet {
			n := int64(len(distinct(v.Set)))
			t.Result = truth((t.AtLeast == nil || n >= *t.AtLeast) && (t.AtMost == nil || n <= *t.AtMost))
		}
	default:
		kind, _, _ := FactType(p.Fact)
		t.limit(p.Operand.value(p.Op, kind))
		if given {
			t.Result = compare(p.Op, v, p.Operand)
		}
	}
	return t
}

func (t *Trace) limit(v Value) { t.Limit = &v }

// value is an operand as a value, to be shown beside the fact.
func (o Operand) value(op string, kind Kind) Value {
	switch op {
	case "in", "notIn", "containsAny", "containsAll", "containsNone":
		return SetValue(o.List...)
	case "contains":
		return TextValue(o.Text)
	}
	return Value{Kind: kind, Text: o.Text, Bool: o.Bool, Number: o.Number}
}

// compare applies the operators of section 3.3 that need neither time nor size.
func compare(op string, v Value, o Operand) Truth {
	switch v.Kind {
	case KindBool:
		if op == "is" {
			return truth(v.Bool == o.Bool)
		}
	case KindValue:
		return compareText(op, v.Text, o)
	case KindSet:
		return compareSet(op, v.Set, o)
	case KindNumber, KindMoney:
		return compareOrder(op, v.Number, o.Number)
	case KindLevel:
		found, limit := slices.Index(levels, v.Text), slices.Index(levels, o.Text)
		if found >= 0 && limit >= 0 {
			return compareOrder(op, int64(found), int64(limit))
		}
	}
	return Unknown
}

func compareText(op, text string, o Operand) Truth {
	switch op {
	case "is":
		return truth(text == o.Text)
	case "in":
		return truth(slices.Contains(o.List, text))
	case "notIn":
		return truth(!slices.Contains(o.List, text))
	}
	return Unknown
}

func compareOrder(op string, n, limit int64) Truth {
	switch op {
	case "is":
		return truth(n == limit)
	case "atLeast":
		return truth(n >= limit)
	case "atMost":
		return truth(n <= limit)
	}
	return Unknown
}

func compareSet(op string, set []string, o Operand) Truth {
	in := func(x string) bool { return slices.Contains(set, x) }
	out := func(x string) bool { return !in(x) }
	switch op {
	case "contains":
		return truth(in(o.Text))
	case "containsAny":
		return truth(slices.ContainsFunc(o.List, in))
	case "containsAll":
		return truth(!slices.ContainsFunc(o.List, out))
	case "containsNone":
		return truth(!slices.ContainsFunc(o.List, in))
	}
	return Unknown
}

// time compares a date fact by day and an instant fact by instant. A limit written as
// a day is the whole day for an instant: "on or before" it is before the next midnight.
func (e evaluation) time(t *Trace, v Value, given bool, p *Predicate) {
	closing := p.Op == "onOrBefore" || p.Op == "after"
	limit := p.Operand.Moment
	if name := p.Operand.FromFact; name != "" {
		t.LimitFact = name
		limit = e.shifted(name, p.Operand.Shift, closing)
	}
	if !limit.Known {
		return
	}
	byDay := limit.DateOnly || given && !v.Date.IsZero()
	if byDay {
		t.limit(DateValue(DateOf(limit.At, e.zoneOf(limit))))
	} else {
		t.limit(InstantValue(limit.At))
	}
	if !given || v.Kind != KindTime {
		return
	}
	t.Result = e.order(p.Op, v, limit)
}

// shifted is a limit that starts from another fact. In rules nothing moves off a
// holiday unless the rule says so (definition, section 2).
func (e evaluation) shifted(name string, s Shift, closing bool) Moment {
	v := e.facts[name]
	if s.Roll == "" {
		s.Roll = "none"
	}
	zone := e.zone
	if zone == nil {
		zone = v.Instant.Location() // UTC for a day
	}
	return e.calendar.Apply(v.moment(zone), s, zone, closing)
}

func (e evaluation) zoneOf(m Moment) *time.Location {
	if e.zone != nil {
		return e.zone
	}
	return m.At.Location()
}

func (e evaluation) order(op string, v Value, limit Moment) Truth {
	zone := e.zoneOf(limit)
	var before, after bool // strictly
	switch day := DateOf(limit.At, zone); {
	case !v.Date.IsZero():
		before, after = v.Date.Compare(day) < 0, v.Date.Compare(day) > 0
	case limit.DateOnly:
		before, after = v.Instant.Before(StartOfDay(day, zone)), !v.Instant.Before(EndOfDay(day, zone))
	default:
		at, stroke := v.Instant.Truncate(time.Millisecond), limit.At.Truncate(time.Millisecond)
		before, after = at.Before(stroke), at.After(stroke)
	}
	switch op {
	case "before":
		return truth(before)
	case "onOrBefore":
		return truth(!after)
	case "after":
		return truth(after)
	}
	return truth(!before)
}

func distinct(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}
