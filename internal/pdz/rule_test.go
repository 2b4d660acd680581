package pdz

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func is(fact string, o Operand) *Predicate { return &Predicate{Fact: fact, Op: "is", Operand: o} }

// pact is the rule of the notice for who may sign (patto-ammissibilita).
var pact = Rule{
	ID: "patto-ammissibilita", Decides: "eligibility",
	When: &Predicate{All: []*Predicate{
		{Fact: "party.groups", Op: "contains", Operand: Operand{Text: "terzo-settore"}, Why: "riservato"},
		{Fact: "party.constitutedOn", Op: "onOrBefore", Why: "costituito da almeno un anno",
			Operand: Operand{Moment: italian.Apply(dayMoment("2013-11-14"), Shift{Minus: term("1 year"), Roll: "none"}, rome, true)}},
		{Fact: "adhesion.active", Op: "is", Operand: Operand{Bool: true}, Why: "presuppone l’adesione"},
	}},
	Reason: Reason{Pass: "può", Fail: "non può", ToComplete: "manca un dato"},
}

func decide(r Rule, f Facts) Decision {
	return r.Evaluate(f, map[string]*Rule{}, italian, rome)
}

func TestTheYearOfThePact(t *testing.T) {
	group, active := SetValue("terzo-settore", "attori-sociali"), BoolValue(true)
	on := func(s string) Value { return DateValue(day(s)) }
	for _, tt := range []struct {
		name    string
		facts   Facts
		result  string
		reason  string
		missing []string
	}{
		{"13 November 2012", Facts{"party.groups": group, "adhesion.active": active, "party.constitutedOn": on("2012-11-13")}, Pass, "può", nil},
		{"14 November 2012 is in", Facts{"party.groups": group, "adhesion.active": active, "party.constitutedOn": on("2012-11-14")}, Pass, "può", nil},
		{"15 November 2012 is out", Facts{"party.groups": group, "adhesion.active": active, "party.constitutedOn": on("2012-11-15")}, Fail, "non può", nil},
		{"a leap day", Facts{"party.groups": group, "adhesion.active": active, "party.constitutedOn": on("2008-02-29")}, Pass, "può", nil},
		{"no date", Facts{"party.groups": group, "adhesion.active": active}, ToComplete, "manca un dato", []string{"party.constitutedOn"}},
		{"an empty date is no date", Facts{"party.groups": group, "adhesion.active": active, "party.constitutedOn": DateValue(Date{})}, ToComplete, "manca un dato", []string{"party.constitutedOn"}},
		{"no date, but another condition fails", Facts{"party.groups": SetValue(), "adhesion.active": active}, Fail, "non può", nil},
		{"nothing known", nil, ToComplete, "manca un dato", []string{"adhesion.active", "party.constitutedOn", "party.groups"}},
	} {
		got := decide(pact, tt.facts)
		if got.Result != tt.result || got.Reason != tt.reason || !slices.Equal(got.Missing, tt.missing) {
			t.Errorf("%s: %s (%s), missing %v, want %s (%s), %v", tt.name, got.Result, got.Reason, got.Missing, tt.result, tt.reason, tt.missing)
		}
	}
}

// The two ways to say it agree on every day: "on or before D minus a year", and "a year
// has run by D".
func TestOnOrBeforeMinusIsTheTermHavingRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x := anyDay(t), anyDay(t)
		limit := italian.Apply(DayMoment(d, rome), Shift{Minus: term("1 year"), Roll: "none"}, rome, true)
		p := &Predicate{Fact: "party.constitutedOn", Op: "onOrBefore", Operand: Operand{Moment: limit}}
		got := p.Eval(Facts{"party.constitutedOn": DateValue(x)}, nil, italian, rome)
		if want := truth(italian.Add(x, term("1 year")).Compare(d) <= 0); got != want {
			t.Fatalf("constituted %v, by %v: %v, want %v", x, d, got, want)
		}
	})
}

func n64(n int64) *int64 { return &n }

func TestOperators(t *testing.T) {
	facts := Facts{
		"party.nonProfit": BoolValue(true), "party.nature": TextValue("body"), "party.groups": SetValue("a", "b"),
		"party.registers": SetValue(), "party.experienceYears": NumberValue(3), "proposal.cost": MoneyValue(150000),
		"adhesion.assurance": LevelValue("operatorAttested"),
	}
	list := func(s ...string) Operand { return Operand{List: s} }
	for _, tt := range []struct {
		fact, op string
		operand  Operand
		want     Truth
	}{
		{"party.nonProfit", "is", Operand{Bool: true}, True}, {"party.nonProfit", "is", Operand{Bool: false}, False},
		{"party.nature", "is", Operand{Text: "body"}, True}, {"party.nature", "is", Operand{Text: "person"}, False},
		{"party.nature", "in", list("person", "body"), True}, {"party.nature", "in", list("person"), False},
		{"party.nature", "notIn", list("person"), True}, {"party.nature", "notIn", list("body"), False},
		{"party.groups", "contains", Operand{Text: "a"}, True}, {"party.groups", "contains", Operand{Text: "c"}, False},
		{"party.groups", "containsAny", list("c", "b"), True}, {"party.groups", "containsAny", list("c"), False},
		{"party.groups", "containsAll", list("a", "b"), True}, {"party.groups", "containsAll", list("a", "c"), False},
		{"party.groups", "containsNone", list("c"), True}, {"party.groups", "containsNone", list("a", "c"), False},
		{"party.groups", "size", Operand{AtLeast: n64(2), AtMost: n64(2)}, True}, {"party.groups", "size", Operand{AtLeast: n64(3)}, False},
		{"party.groups", "size", Operand{AtMost: n64(1)}, False}, {"party.registers", "size", Operand{AtMost: n64(0)}, True},
		{"party.registers", "contains", Operand{Text: "runts"}, False}, {"party.registers", "containsNone", list("runts"), True},
		{"party.experienceYears", "is", Operand{Number: 3}, True}, {"party.experienceYears", "atLeast", Operand{Number: 3}, True},
		{"party.experienceYears", "atLeast", Operand{Number: 4}, False}, {"party.experienceYears", "atMost", Operand{Number: 2}, False},
		{"proposal.cost", "atMost", Operand{Number: 150000}, True}, {"proposal.cost", "atMost", Operand{Number: 149999}, False},
		{"adhesion.assurance", "atLeast", Operand{Text: "emailVerified"}, True}, {"adhesion.assurance", "atLeast", Operand{Text: "identified"}, False},
		{"adhesion.assurance", "is", Operand{Text: "operatorAttested"}, True}, {"adhesion.assurance", "atLeast", Operand{Text: "nonsense"}, Unknown},
		{"party.nature", "known", Operand{Bool: true}, True}, {"party.nature", "known", Operand{Bool: false}, False},
		{"party.seatIn", "known", Operand{Bool: true}, False}, {"party.seatIn", "known", Operand{Bool: false}, True},
		{"party.seatIn", "contains", Operand{Text: "lecce"}, Unknown}, {"party.seatIn", "containsNone", list("lecce"), Unknown},
		{"party.seatIn", "size", Operand{AtMost: n64(0)}, Unknown},
		{"party.nature", "contains", Operand{Text: "body"}, Unknown}, // an operator of another type decides nothing
		{"party.groups", "onOrBefore", Operand{Moment: dayMoment("2013-10-18")}, Unknown},
	} {
		p := &Predicate{Fact: tt.fact, Op: tt.op, Operand: tt.operand}
		if got := p.Eval(facts, nil, italian, rome); got != tt.want {
			t.Errorf("%s %s %+v = %v, want %v", tt.fact, tt.op, tt.operand, got, tt.want)
		}
	}
}

func TestDatesCompareByDayAndInstantsByInstant(t *testing.T) {
	noon := instantMoment("2013-10-18T12:00:00+02:00")
	friday := dayMoment("2013-10-18")
	for _, tt := range []struct {
		name  string
		fact  Value
		op    string
		limit Moment
		want  Truth
	}{
		{"the same day as a day", DateValue(day("2013-10-18")), "onOrBefore", friday, True},
		{"the same day is not before", DateValue(day("2013-10-18")), "before", friday, False},
		{"the same day is not after", DateValue(day("2013-10-18")), "after", friday, False},
		{"the same day is on or after", DateValue(day("2013-10-18")), "onOrAfter", friday, True},
		{"a day against an instant of it", DateValue(day("2013-10-18")), "before", noon, False},
		{"the day before", DateValue(day("2013-10-17")), "before", noon, True},
		{"the day after", DateValue(day("2013-10-19")), "after", noon, True},
		{"on the stroke", InstantValue(noon.At), "onOrBefore", noon, True},
		{"within its millisecond", InstantValue(noon.At.Add(999 * time.Microsecond)), "onOrBefore", noon, True},
		{"a millisecond after", InstantValue(noon.At.Add(time.Millisecond)), "onOrBefore", noon, False},
		{"on the stroke is not before", InstantValue(noon.At), "before", noon, False},
		{"on the stroke is not after", InstantValue(noon.At), "after", noon, False},
		{"the last of the day", InstantValue(at("2013-10-18T23:59:59.999+02:00")), "onOrBefore", friday, True},
		{"the last of the day is not after it", InstantValue(at("2013-10-18T23:59:59.999+02:00")), "after", friday, False},
		{"the midnight after", InstantValue(at("2013-10-19T00:00:00+02:00")), "onOrBefore", friday, False},
		{"the midnight after is after", InstantValue(at("2013-10-19T00:00:00+02:00")), "after", friday, True},
		{"the first of the day is not before it", InstantValue(at("2013-10-18T00:00:00+02:00")), "before", friday, False},
		{"the first of the day is on or after", InstantValue(at("2013-10-17T22:00:00Z")), "onOrAfter", friday, True},
		{"a limit not set yet", DateValue(day("2013-10-18")), "before", Moment{}, Unknown},
		{"nothing given", Value{}, "before", noon, Unknown},
	} {
		p := &Predicate{Fact: "party.registeredOn", Op: tt.op, Operand: Operand{Moment: tt.limit}}
		if got := p.Eval(Facts{"party.registeredOn": tt.fact}, nil, italian, rome); got != tt.want {
			t.Errorf("%s: %s = %v, want %v", tt.name, tt.op, got, tt.want)
		}
	}
}

func TestALimitMayStartFromAnotherFact(t *testing.T) {
	// Sunday 20 October: inside rules nothing rolls.
	p := &Predicate{Fact: "adhesion.receivedAt", Op: "onOrBefore",
		Operand: Operand{FromFact: "party.registeredOn", Shift: Shift{Plus: term("2 days")}}}
	facts := Facts{"party.registeredOn": DateValue(day("2013-10-18"))}
	for s, want := range map[string]Truth{"2013-10-20T23:59:59+02:00": True, "2013-10-21T00:00:00+02:00": False} {
		facts["adhesion.receivedAt"] = InstantValue(at(s))
		if got := p.Eval(facts, nil, italian, rome); got != want {
			t.Errorf("received %s = %v, want %v", s, got, want)
		}
	}
	delete(facts, "party.registeredOn")
	d := decide(Rule{When: p}, facts)
	if d.Result != ToComplete || !slices.Equal(d.Missing, []string{"party.registeredOn"}) {
		t.Errorf("without the other fact: %s, missing %v", d.Result, d.Missing)
	}
}

func TestATableStopsAtWhatItCannotDecide(t *testing.T) {
	role := Rule{ID: "ruolo-al-tavolo", Cases: []Case{
		{When: &Predicate{Fact: "party.groups", Op: "containsAny", Operand: Operand{List: []string{"istituzioni", "uffici"}}}, Then: "istituzionale", Reason: "chiamato per legge"},
		{When: is("adhesion.active", Operand{Bool: true}), Then: "componente", Reason: "ha aderito"},
	}, Otherwise: &Case{Then: "contributore", Reason: "non ha aderito"}}
	for _, tt := range []struct {
		name           string
		facts          Facts
		result, reason string
	}{
		{"first case", Facts{"party.groups": SetValue("istituzioni"), "adhesion.active": BoolValue(true)}, "istituzionale", "chiamato per legge"},
		{"second case", Facts{"party.groups": SetValue("cittadini"), "adhesion.active": BoolValue(true)}, "componente", "ha aderito"},
		{"otherwise", Facts{"party.groups": SetValue("cittadini"), "adhesion.active": BoolValue(false)}, "contributore", "non ha aderito"},
		{"an unknown case stops", Facts{"adhesion.active": BoolValue(true)}, ToComplete, ""},
	} {
		if got := decide(role, tt.facts); got.Result != tt.result || got.Reason != tt.reason {
			t.Errorf("%s: %s (%s), want %s (%s)", tt.name, got.Result, got.Reason, tt.result, tt.reason)
		}
	}
}

func TestARuleMayLeadToAnotherButNotToItself(t *testing.T) {
	written := &Rule{ID: "fase-verbalizzata", When: is("minutes.unsigned", Operand{Number: 0})}
	closing := Rule{ID: "fase-2-chiudibile", When: &Predicate{All: []*Predicate{{Rule: "fase-verbalizzata"}, is("tables.open", Operand{Number: 0})}}}
	rules := map[string]*Rule{"fase-verbalizzata": written, "fase-2-chiudibile": &closing}
	for unsigned, want := range map[int64]string{0: Pass, 1: Fail} {
		f := Facts{"minutes.unsigned": NumberValue(unsigned), "tables.open": NumberValue(0)}
		if got := closing.Evaluate(f, rules, italian, rome).Result; got != want {
			t.Errorf("%d unsigned: %s, want %s", unsigned, got, want)
		}
	}
	written.When = &Predicate{Rule: "fase-2-chiudibile"}
	if got := closing.Evaluate(Facts{"tables.open": NumberValue(0)}, rules, italian, rome).Result; got != ToComplete {
		t.Errorf("a circle: %s, want %s", got, ToComplete)
	}
}

func TestTheTraceSaysWhyAndSurvivesStorage(t *testing.T) {
	d := decide(pact, Facts{"party.groups": SetValue("terzo-settore"), "adhesion.active": BoolValue(false),
		"party.constitutedOn": {Kind: KindTime, Date: day("2012-11-15"), From: "adhesion 41"}})
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Decision
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, back); diff != "" {
		t.Errorf("stored and read again (-want +got):\n%s", diff)
	}
	leaf := back.Trace.Parts[1]
	if leaf.Why != "costituito da almeno un anno" || leaf.Result != False || leaf.Found.Date != day("2012-11-15") ||
		leaf.Limit.Date != day("2012-11-14") || leaf.Found.From != "adhesion 41" {
		t.Errorf("leaf = %+v, found %+v, limit %+v", leaf, leaf.Found, leaf.Limit)
	}
	if got := back.Trace.Parts[2].Result; got != False {
		t.Errorf("conditions after the first that fails are shown too: %v, want false", got)
	}
}
