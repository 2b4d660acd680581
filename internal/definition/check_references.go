package definition

import (
	"slices"
	"strings"
)

// target returns where the value at a path must lead, or "".
func target(path []string) string {
	if t, ok := references[strings.Join(path, "/")]; ok {
		return t
	}
	for n := 2; n <= min(3, len(path)); n++ {
		if t, ok := suffixes[strings.Join(path[len(path)-n:], "/")]; ok {
			return t
		}
	}
	return ""
}

// checkReferences looks up every id that is named. A pack names things that the
// files on top of it declare, so there only a wrong block is told.
func (c *checker) checkReferences() {
	c.root.walk(func(path []string, n *Node) {
		if n.Kind != Text {
			return
		}
		if t := target(path); t != "" {
			c.reference(n, t)
		}
		if path[0] == "audiences" && path[len(path)-1] == "group" && c.complete() {
			c.group(n)
		}
	})
}

// group looks up a group of categories, which is declared by use.
func (c *checker) group(n *Node) {
	if c.groups[n.Scalar] == nil {
		c.add(n, "reference-unknown", "no category is in a group %q%s", n.Scalar, suggest(n.Scalar, c.groupNames()))
	}
}

func (c *checker) reference(n *Node, target string) {
	blocks, allowed, _ := strings.Cut(target, ",")
	if allowed != "" && slices.Contains(strings.Split(allowed, ","), n.Scalar) {
		return
	}
	c.leadsTo(n, n.Scalar, blocks)
}

// leadsTo reports an id that names nothing, or something of another block.
func (c *checker) leadsTo(n *Node, id, blocks string) {
	i := c.byID[id]
	anything := blocks == "*"
	switch {
	case i == nil && anything && c.interpretation(id):
	case i == nil && c.complete() && !c.absent(blocks):
		c.add(n, "reference-unknown", "nothing has the id %q%s", id, suggest(id, c.idsOf(blocks)))
	case i != nil && !anything && !slices.Contains(strings.Split(blocks, "|"), i.Block):
		c.add(n, "reference-kind", "%q is in %s (line %d), and this key leads to %s", id, i.Block, i.Node.Line, strings.ReplaceAll(blocks, "|", " or "))
	}
}

// absent reports whether a whole required block is missing: that is said once,
// not again for each id that leads there.
func (c *checker) absent(blocks string) bool {
	for _, b := range strings.Split(blocks, "|") {
		if slices.Contains(required, b) && !c.root.Has(b) {
			return true
		}
	}
	return false
}

func (c *checker) interpretation(id string) bool {
	return slices.ContainsFunc(c.root.List("interpretations"), func(n *Node) bool { return n.Str("id") == id })
}

// idsOf are the ids of some blocks, for suggestions.
func (c *checker) idsOf(blocks string) []string {
	var ids []string
	for _, i := range c.all {
		if blocks == "*" || slices.Contains(strings.Split(blocks, "|"), i.Block) {
			ids = append(ids, i.ID)
		}
	}
	return ids
}

func (c *checker) groupNames() []string {
	var names []string
	for g := range c.groups {
		names = append(names, g)
	}
	slices.Sort(names)
	return names
}
