package pdz

import "maps"

// Outside answers a question about municipalities with "none of the Ambito's", and is
// what party.seatIn and party.activeIn then hold.
const (
	Elsewhere = "altro"
	outside   = "outside"
)

// mandateRoles gives the facts that options named in Italian stand for.
var mandateRoles = map[string]string{
	"legale-rappresentante": "legalRepresentative", "legalRepresentative": "legalRepresentative",
	"delegato": "delegate", "delegata": "delegate", "delegate": "delegate",
	"referente": "contact", "contatto": "contact", "contact": "contact",
}

// FormFacts returns what the answers to a form say, as rules read it: the category with
// its nature and groups, the capacity of who acts, what each field feeds, the profile.
// What is not answered, or not readable, is not known. The answer of a field that the
// others hide says nothing: who turns from association into parish leaves no date behind.
// Known are facts that do not come from the answers.
func FormFacts(p *Process, form Form, a Answers, known ...Facts) Facts {
	hidden := map[string]bool{}
	facts := readFacts(p, form, a, hidden, known)
	for range form.Fields { // one field may hide the next, which may show a third
		now := p.hides(form, facts)
		if maps.Equal(now, hidden) {
			break
		}
		hidden = now
		facts = readFacts(p, form, a, hidden, known)
	}
	return facts
}

// hides returns the fields of a form that are not asked.
func (p *Process) hides(f Form, facts Facts) map[string]bool {
	ids := map[string]bool{}
	for _, x := range f.Fields {
		if !p.shows(x, facts) {
			ids[x.ID] = true
		}
	}
	return ids
}

func readFacts(p *Process, form Form, a Answers, hidden map[string]bool, known []Facts) Facts {
	facts := Facts{"adhesion.form": TextValue(form.ID)}
	for _, k := range known {
		maps.Copy(facts, k)
	}
	var profile []string
	profiled := false
	for _, x := range form.Fields {
		if hidden[x.ID] {
			continue
		}
		readField(p, x, a, facts)
		if x.Profile {
			profiled = true
			for _, v := range a[x.ID] {
				profile = append(profile, x.ID+":"+v)
			}
		}
	}
	if profiled {
		facts["party.profile"] = SetValue(profile...)
	}
	var made []string
	for _, d := range form.Declarations {
		if confirmed(a.Get(d.ID)) {
			made = append(made, d.ID)
		}
	}
	facts["adhesion.declarations"] = SetValue(made...)
	return facts
}

func readField(p *Process, x Field, a Answers, facts Facts) {
	if x.Feeds == "party.category" {
		readCategory(p, a.Get(x.ID), facts)
		return
	}
	if role := mandateRoles[a.Get(x.ID)]; role != "" && x.Type == "choice" && x.Feeds == "" {
		facts["mandate.role"] = TextValue(role)
	}
	if v, ok := feed(x, a); ok {
		facts[x.Feeds] = v
	}
}

func readCategory(p *Process, id string, facts Facts) {
	c, ok := p.Category(id)
	if !ok {
		return
	}
	facts["party.category"] = TextValue(c.ID)
	facts["party.nature"] = TextValue(c.Nature)
	facts["party.groups"] = SetValue(c.Groups...)
}

// feed reads an answer as the fact its field gives. What the program itself records,
// the tables chosen, is known also when it is nothing.
func feed(x Field, a Answers) (Value, bool) {
	kind, _, ok := FactType(x.Feeds)
	if !ok {
		return Value{}, false
	}
	given := a.Get(x.ID)
	switch kind {
	case KindSet:
		set := factSet(x, a[x.ID])
		return SetValue(set...), len(set) > 0 || !factTable[x.Feeds].declared
	case KindTime:
		d, problem := ParseItalianDate(given, Date{})
		return DateValue(d), problem == nil
	case KindBool:
		return BoolValue(confirmed(given)), given != ""
	case KindNumber:
		n, problem := ParseNumber(given)
		return NumberValue(n), problem == nil
	case KindMoney:
		n, problem := ParseMoney(given)
		return MoneyValue(n), problem == nil
	}
	return Value{Kind: kind, Text: given}, given != ""
}

func factSet(x Field, values []string) []string {
	var set []string
	for _, v := range values {
		if v == Elsewhere && (x.Type == "municipality" || x.Type == "municipalities") {
			v = outside
		}
		if v != "" {
			set = append(set, v)
		}
	}
	return set
}
