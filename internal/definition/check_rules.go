package definition

import (
	"slices"
	"strings"

	"concerto/internal/pdz"
)

// ruleSites says what a rule referenced there must decide (definition, section 3.2).
var ruleSites = map[string]string{
	"participation/grounds/*/rule": "ground",
	"participation/admission/rule": "admission",
	"participation/roles":          "role",
	"sessions/*/entry":             "entry",
	"proposals/rule":               "submission",
	"instruments/*/eligibility":    "eligibility",
	"instruments/*/signing/rule":   "signature",
	"instruments/*/inForce":        "inForce",
	"bodies/*/forfeiture":          "membership",
	"phases/*/closesWhen":          "close",
	"outcomes/closesWhen":          "close",
	"approval/*/startsWhen":        "step",
	"approval/*/doneWhen":          "step",
}

// checkRuleSites checks that rules stand where they may, and that each stands
// somewhere. An inherited rule may be there for others.
func (c *checker) checkRuleSites() {
	used := map[string]bool{}
	c.root.walk(func(path []string, n *Node) {
		want, site := ruleSites[strings.Join(path, "/")]
		rule := c.item("rules", n.str())
		if site && rule != nil && rule.Str("decides") != want {
			c.add(n, "rule-misplaced", "%q decides %s; here a rule must decide %s", n.Scalar, rule.Str("decides"), want)
		}
		if site || len(path) > 1 && path[len(path)-1] == "rule" {
			used[n.str()] = true
		}
	})
	for _, r := range c.root.List("rules") {
		if !used[r.Str("id")] && r.File == c.root.File {
			c.warn(r, "rule-unused", "no part of the file refers to the rule %q", r.Str("id"))
		}
	}
}

// checkRules checks every rule by itself.
func (c *checker) checkRules() {
	next := map[string][]string{}
	for _, r := range c.root.List("rules") {
		decides := r.Str("decides")
		c.ruleShape(r, decides)
		for _, p := range conditions(r) {
			c.predicate(p, decides, false)
			next[r.Str("id")] = append(next[r.Str("id")], rulesNamed(p)...)
		}
	}
	for _, id := range cyclic(c.root.List("rules"), next) {
		c.add(c.byID[id].Node, "rule-cycle", "the rule %q refers to itself", id)
	}
}

func conditions(rule *Node) []*Node {
	var all []*Node
	if rule.Has("when") {
		all = append(all, rule.Get("when"))
	}
	for _, k := range rule.List("cases") {
		all = append(all, k.Get("when"))
	}
	return all
}

func rulesNamed(predicate *Node) []string {
	var ids []string
	predicate.walk(func(path []string, n *Node) {
		if len(path) > 0 && path[len(path)-1] == "rule" {
			ids = append(ids, n.str())
		}
	})
	return ids
}

// admissions are the answers of an admission.
var admissions = []string{"admitted", "withReserve", "toComplete", "notAdmitted"}

// ruleShape checks that a decision table answers what its point asks.
func (c *checker) ruleShape(r *Node, decides string) {
	table := decides == "admission" || decides == "role"
	if table != r.Has("cases") {
		form := "is yes or no: write when and reason"
		if table {
			form = "is a table: write cases and otherwise"
		}
		c.add(r, "rule-shape", "a rule that decides %s %s", decides, form)
		return
	}
	for _, k := range append(slices.Clone(r.List("cases")), r.Get("otherwise")) {
		then := k.Get("then")
		switch {
		case then == nil:
		case decides == "role":
			c.leadsTo(then, then.Scalar, "roles")
		case !slices.Contains(admissions, then.Scalar):
			c.add(then, "value-unknown", "%q is no result of an admission: %s", then.Scalar, strings.Join(admissions, ", "))
		}
	}
}

// predicate checks a condition at a decision point; within a count only item
// facts may be read.
func (c *checker) predicate(n *Node, decides string, counted bool) {
	switch {
	case n.Has("fact"):
		c.leaf(n, decides, counted)
	case n.Has("rule"):
		c.ruleWithin(n.Get("rule"), decides, counted)
	case n.Has("count"):
		if counted {
			c.add(n.Get("count"), "count-nested", "a count inside a count is not allowed")
		}
		if n.Has("where") {
			c.predicate(n.Get("where"), decides, true)
		}
	}
	if n.Has("not") {
		c.predicate(n.Get("not"), decides, counted)
	}
	for _, p := range slices.Concat(n.List("all"), n.List("any")) {
		c.predicate(p, decides, counted)
	}
}

func (c *checker) ruleWithin(n *Node, decides string, counted bool) {
	rule := c.item("rules", n.str())
	switch {
	case decides == "field" || counted:
		c.add(n, "rule-misplaced", "a condition here stands alone: write it out instead of naming a rule")
	case rule != nil && rule.Str("decides") != decides:
		c.add(n, "rule-misplaced", "%q decides %s; a rule that decides %s can only refer to its like", n.Scalar, rule.Str("decides"), decides)
	case rule == nil && decides != "field":
		c.leadsTo(n, n.Scalar, "rules")
	}
}

// leaf checks where a fact is read and what it is compared with.
func (c *checker) leaf(n *Node, decides string, counted bool) {
	fact := n.Str("fact")
	c.available(n.Get("fact"), decides, counted)
	for _, e := range n.entries() {
		switch e.Key {
		case "fact", "why", "known", "size":
		case "before", "onOrBefore", "after", "onOrAfter":
			for _, f := range []*Node{e.Value.Get("fact"), e.Value.At("from", "fact")} {
				if f != nil {
					c.available(f, decides, counted)
				}
			}
		default:
			c.operand(fact, e.Value)
		}
	}
}

func (c *checker) available(n *Node, decides string, counted bool) {
	letter, _ := pdz.Point(decides)
	if counted {
		letter = "n"
	}
	_, points, ok := pdz.FactType(n.str())
	if !ok || letter == "" || strings.Contains(points, letter) {
		return // what is no fact or no decision point the schema has told
	}
	where := "where a rule decides " + decides
	switch {
	case counted:
		where = "inside a count, which reads item facts only"
	case points == "n":
		where = "outside a count"
	case decides == "field":
		where = "in a form"
	}
	c.add(n, "fact-unavailable", "%s is not known %s", n.Scalar, where)
}

// named says which block the ids of a fact lead to.
var named = map[string]string{
	"party.id": "parties", "party.category": "categories", "item.category": "categories",
	"party.seatIn": "municipalities,outside", "party.activeIn": "municipalities,outside", "item.municipality": "municipalities",
	"party.priorEnrolments": "imports", "party.memberOf": "bodies|tables",
	"adhesion.form": "forms", "proposal.form": "forms", "adhesion.channel": "channels",
	"adhesion.attachments": "attachments", "adhesion.declarations": "declarations", "adhesion.ground": "grounds",
	"adhesion.tables": "tables", "attendance.tables": "tables", "proposal.table": "tables", "table.id": "tables", "item.table": "tables",
	"attendance.sessions": "sessions|parts", "attendance.spokeAt": "sessions|parts", "session.id": "sessions", "item.session": "sessions",
	"member.role": "roles", "item.role": "roles",
	"documents.final": "documents", "documents.published": "documents", "phases.closed": "phases",
	"steps.done": "approval", "steps.failed": "approval", "item.step": "approval", "finance.failed": "constraints",
	"item.party": "parties|bodies|seats", "item.outcome": "scale,favourable,withPrescriptions,negative,approvedWithChanges,rejected,noted,silence,void,withConditions",
}

func (c *checker) operand(fact string, n *Node) {
	for _, v := range append(slices.Clone(n.items()), n) {
		if v.Kind == Text {
			c.value(fact, v)
		}
	}
}

// value checks one word that a fact is compared with.
func (c *checker) value(fact string, n *Node) {
	values := pdz.FactValues(fact)
	switch {
	case values != nil && !slices.Contains(values, n.Scalar):
		c.add(n, "value-unknown", "%s is never %q%s: %s", fact, n.Scalar, suggest(n.Scalar, values), strings.Join(values, ", "))
	case named[fact] != "":
		c.reference(n, named[fact])
	case fact == "party.groups" || fact == "item.groups":
		c.group(n)
	case fact == "party.profile":
		c.profile(n)
	}
}

// profile checks an answer of the form "field-id:option".
func (c *checker) profile(n *Node) {
	id, option, _ := strings.Cut(n.Scalar, ":")
	f := c.item("fields", id)
	if f == nil || !f.Bool("profile", false) || !slices.ContainsFunc(f.List("options"), func(o *Node) bool { return o.Str("id") == option }) {
		c.add(n, "reference-unknown", "%q is no answer of a field with profile: true (field-id:option)", n.Scalar)
	}
}
