package definition

import "slices"

// checkPath checks the order of phases and steps, and how outcomes are given.
func (c *checker) checkPath() {
	c.order("approval", "step-cycle")
	c.order("phases", "phase-cycle")
	for _, s := range c.root.List("approval") {
		if s.Str("onNegative") == "backTo" && !s.Has("backTo") {
			c.add(s.Get("onNegative"), "backto-missing", "%s goes back when it fails and does not say to which step: write backTo", s.Str("id"))
		}
	}
	outcomes := c.root.Get("outcomes")
	if outcomes.Has("reasonRequired") && !outcomes.Bool("reasonRequired", true) {
		c.warn(outcomes.Get("reasonRequired"), "reasons-off", "outcomes without a reason: whoever proposed will not know why")
	}
	if ranking := c.root.At("proposals", "ranking"); c.shared() && c.root.Get("proposals").Bool("ranking", false) {
		c.add(ranking, "ranking-refused", "shared administration is no contest: proposals cannot be ranked")
	}
}

// order finds things that come after themselves.
func (c *checker) order(block, code string) {
	next := map[string][]string{}
	for _, n := range c.root.List(block) {
		next[n.Str("id")] = n.Strings("after")
	}
	for _, id := range cyclic(c.root.List(block), next) {
		c.add(c.byID[id].Node.Get("after"), code, "%q comes after itself", id)
	}
}

// checkFinance checks that constraints and allotments speak of the plans and
// years of the finance block.
func (c *checker) checkFinance() {
	f := c.root.Get("finance")
	var years []string
	for _, y := range f.List("years") {
		years = append(years, y.Scalar)
	}
	plans := f.Strings("plans")
	f.walk(func(path []string, n *Node) {
		if len(path) < 2 || path[0] != "allotments" && path[0] != "constraints" {
			return
		}
		last, list := path[len(path)-1], path[len(path)-2]
		switch {
		case (last == "year" || last == "*" && list == "years") && f.Has("years") && !slices.Contains(years, n.Scalar):
			c.add(n, "finance-scope", "%s is not among finance.years", n.Scalar)
		case last == "plan" && n.Kind == Text && f.Has("plans") && !slices.Contains(plans, n.Scalar):
			c.add(n, "finance-scope", "%q is not among finance.plans", n.Scalar)
		}
	})
}

// classes are the kinds of data whose keeping must be decided.
var classes = []string{
	"adhesions", "attendance", "contacts", "proposals", "minutes", "instruments", "acts", "questions", "accessLogs",
	"drafts", "identityCopies", "surveys",
}

// checkRetention asks for one term for each kind of data.
func (c *checker) checkRetention() {
	first := map[string]*Node{}
	for _, r := range c.root.List("retention") {
		for _, w := range r.List("what") {
			if f := first[w.str()]; f != nil {
				c.add(w, "retention-twice", "%s is kept twice: the first is on line %d", w.str(), f.Line)
				continue
			}
			first[w.str()] = w
		}
	}
	missing := slices.DeleteFunc(slices.Clone(classes), func(k string) bool { return first[k] != nil })
	for _, k := range missing {
		c.warn(c.root.Get("retention"), "retention-missing", "nothing says how long %s are kept", k)
	}
}
