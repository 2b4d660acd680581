package definition

import "fmt"

// checkIDs holds ids to their one space (definition, section 1).
func (c *checker) checkIDs() {
	for _, i := range c.all {
		at := i.Node.Get("id")
		if first := c.byID[i.ID]; first != i {
			c.add(at, "id-twice", "the id %q is already on %s", i.ID, placeOf(first.Node.Get("id"), at.File))
		}
		if i.ID == "each" || i.ID == "all" || i.ID == "everyone" {
			c.add(at, "id-reserved", "the id %q is a word of the format: choose another", i.ID)
		}
	}
	for _, g := range c.groupNames() {
		if i := c.byID[g]; i != nil {
			c.add(c.groups[g], "group-is-id", "the group %q is named like an entry of %s (line %d): ids and groups must differ", g, i.Block, i.Node.Line)
		}
	}
	c.uniqueWithin(c.root.List("interpretations"))
	for _, f := range c.all {
		if f.Block == "fields" {
			c.uniqueWithin(f.Node.List("options"))
		}
	}
}

// uniqueWithin checks a list whose ids live in a space of their own.
func (c *checker) uniqueWithin(items []*Node) {
	first := map[string]*Node{}
	for _, n := range items {
		id := n.Str("id")
		if f := first[id]; f != nil {
			c.add(n.Get("id"), "id-twice", "the id %q is already on %s", id, placeOf(f, n.File))
			continue
		}
		first[id] = n
	}
}

// placeOf names a place, with its file when that is another one.
func placeOf(n *Node, file string) string {
	if n.File == file {
		return fmt.Sprintf("line %d", n.Line)
	}
	return fmt.Sprintf("line %d of %s", n.Line, n.File)
}
