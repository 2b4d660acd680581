package definition

import "slices"

// checkWho looks at audiences, bodies, plans and the sessions they are called to.
func (c *checker) checkWho() {
	c.audienceCycles()
	c.majorities()
	c.mainPlan()
	for _, s := range c.root.List("sessions") {
		if s.Str("admission") == "reserved" && len(s.List("audience")) == 0 {
			c.add(s.Get("admission"), "reserved-without-audience", "%s is reserved and calls nobody: give it an audience", s.Str("id"))
		}
	}
	if c.root.At("tables").Str("keyedBy") == "municipality" {
		for _, t := range c.root.At("tables").List("list") {
			if !t.Has("municipality") {
				c.add(t, "municipality-missing", "tables are kept by municipality and %s names none", t.Str("id"))
			}
		}
	}
}

func (c *checker) audienceCycles() {
	next := map[string][]string{}
	for _, a := range c.root.List("audiences") {
		for _, m := range slices.Concat(a.List("members"), a.List("except")) {
			if id := m.Str("audience"); id != "" {
				next[a.Str("id")] = append(next[a.Str("id")], id)
			}
		}
	}
	for _, id := range cyclic(c.root.List("audiences"), next) {
		c.add(c.byID[id].Node, "audience-cycle", "the audience %q contains itself", id)
	}
}

// cyclic returns, for each cycle, the first thing of the list that leads back to
// itself; a cycle is told once.
func cyclic(list []*Node, next map[string][]string) []string {
	var ids []string
	told := map[string]bool{}
	for _, n := range list {
		id := n.Str("id")
		if round := reachable(id, next); round[id] && !told[id] {
			ids = append(ids, id)
			for other := range round {
				told[other] = told[other] || reachable(other, next)[id]
			}
		}
	}
	return ids
}

// reachable are the things that one leads to, in one step or more.
func reachable(id string, next map[string][]string) map[string]bool {
	seen := map[string]bool{}
	todo := slices.Clone(next[id])
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[n] {
			seen[n] = true
			todo = append(todo, next[n]...)
		}
	}
	return seen
}

// majorities asks how each body that decides something counts its votes.
func (c *checker) majorities() {
	var deciding []*Node
	for _, s := range c.root.List("approval") {
		deciding = append(append(deciding, s.Get("body")), s.List("bodies")...)
	}
	for _, i := range c.root.List("instruments") {
		deciding = append(deciding, i.At("approval", "body"))
	}
	for _, s := range c.root.List("sessions") {
		deciding = append(deciding, s.Get("body"))
	}
	told := map[string]bool{}
	for _, n := range deciding {
		id := n.str()
		b := c.item("bodies", id)
		if b != nil && !b.Has("majority") && b.Bool("rulesKnown", true) && !told[id] {
			told[id] = true
			c.add(b, "majority-missing", "%s decides (line %d) and has no majority: give it one, or rulesKnown: false", id, n.Line)
		}
	}
}

// mainPlan asks for one main plan, unless all are annual or thematic.
func (c *checker) mainPlan() {
	var mains []*Node
	free := true
	for _, p := range c.root.List("plans") {
		kind := p.Str("kind")
		free = free && (kind == "annual" || kind == "thematic")
		if kind == "main" {
			mains = append(mains, p)
		}
	}
	switch {
	case len(mains) > 1:
		c.add(mains[1].Get("kind"), "plan-main", "a second main plan: the first is %q", mains[0].Str("id"))
	case len(mains) == 0 && !free:
		c.add(c.root.Get("plans"), "plan-main", "one plan must be the main one, unless all are annual or thematic")
	}
}
