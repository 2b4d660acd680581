package definition

import (
	"slices"
	"strings"

	"concerto/internal/pdz"
)

// feeders are the types of field that can give a fact, by fact or, where all of
// a kind are alike, by kind.
var feeders = map[string][]string{
	"party.category":  {"choice"},
	"adhesion.tables": {"tables"},
	"party.seatIn":    {"municipality", "municipalities"},
	"party.activeIn":  {"municipality", "municipalities"},
	"set":             {"choices"},
	"time":            {"date"},
	"bool":            {"confirm"},
	"number":          {"number"},
	"money":           {"money"},
	"value":           {"choice"},
}

// checkForms checks what forms ask, when, and what for.
func (c *checker) checkForms() {
	fed := map[string]bool{}
	for _, form := range c.root.List("forms") {
		for _, f := range form.List("fields") {
			c.field(f)
			fed[f.Str("feeds")] = true
			if f.Bool("profile", false) {
				fed["party.profile"] = true
			}
		}
		for _, n := range slices.Concat(form.List("fields"), form.List("attachments")) {
			for _, k := range []string{"requiredWhen", "showWhen"} {
				if n.Has(k) {
					c.predicate(n.Get(k), "field", false)
				}
			}
		}
	}
	c.unfed(fed)
}

func (c *checker) field(f *Node) {
	feeds, kind := f.Str("feeds"), f.Str("type")
	if feeds != "" {
		want := feeders[feeds]
		if want == nil {
			k, _, _ := pdz.FactType(feeds)
			want = feeders[string(k)]
		}
		if !slices.Contains(want, kind) {
			c.add(f.Get("feeds"), "feeds-type", "%s cannot come from a field of type %s: it wants %s", feeds, kind, strings.Join(want, " or "))
		}
	}
	for _, o := range f.List("options") {
		if feeds == "party.category" {
			c.leadsTo(o.Get("id"), o.Str("id"), "categories")
		}
	}
	if (kind == "choice" || kind == "choices") && !f.Has("options") && feeds != "party.category" {
		c.add(f, "options-missing", "%s offers a choice and has no options", f.Str("id"))
	}
}

// feedable are the facts that only people can tell.
var feedable = []string{
	"party.constitutedOn", "party.registeredOn", "party.registers", "party.nonProfit", "party.seatIn", "party.activeIn",
	"party.experienceYears", "party.profile", "proposal.cost",
}

// unfed warns, once for each fact, that the office will have to type it.
func (c *checker) unfed(fed map[string]bool) {
	c.root.Get("rules").walk(func(path []string, n *Node) {
		if len(path) == 0 || path[len(path)-1] != "fact" || fed[n.str()] || !slices.Contains(feedable, n.str()) {
			return
		}
		fed[n.Scalar] = true
		c.warn(n, "fact-unfed", "no form asks for %s: the office will have to type it", n.Scalar)
	})
}
