package definition

import "slices"

// item is something of the definition that has an id.
type item struct {
	ID    string
	Block string // key of the list it stands in: sessions, parts, fields, …
	Path  string // address of translations and amendments: sessions/plenaria
	Node  *Node
}

// index knows every id of a resolved definition and what it names.
type index struct {
	root   *Node
	byID   map[string]*item
	all    []*item
	groups map[string]*Node // name of a group of categories, where it is first used
}

// newIndex collects ids in the order of the file. Of an id used twice the first
// stands.
func newIndex(root *Node) *index {
	x := &index{root: root, byID: map[string]*item{}, groups: map[string]*Node{}}
	for _, e := range root.entries() {
		x.collect(e.Key, e.Key, e.Value)
	}
	for _, c := range root.List("categories") {
		for _, g := range c.List("groups") {
			if _, known := x.groups[g.str()]; !known {
				x.groups[g.str()] = g
			}
		}
	}
	return x
}

// ownSpace are the blocks whose ids live in a space of their own (definition,
// section 1).
var ownSpace = map[string]bool{"ambito": true, "options": true, "interpretations": true}

func (x *index) collect(path, block string, n *Node) {
	if id := n.Str("id"); id != "" {
		if !ownSpace[block] {
			x.put(&item{id, blockName(path, block), path, n})
		}
	}
	for _, e := range n.entries() {
		x.collect(path+"/"+e.Key, e.Key, e.Value)
	}
	for _, i := range n.items() {
		x.collect(path+"/"+i.Str("id"), block, i)
	}
}

// blockName is the name references use: what a key holds, wherever it stands.
func blockName(path, block string) string {
	switch block {
	case "list":
		return "tables"
	case "opening", "act":
		return "acts"
	case "blocks":
		return "notice blocks"
	}
	return block
}

func (x *index) put(i *item) {
	x.all = append(x.all, i)
	if _, twice := x.byID[i.ID]; !twice {
		x.byID[i.ID] = i
	}
}

// name returns what people call the thing with that id.
func (x *index) name(id string) string {
	i := x.byID[id]
	if i == nil {
		return id
	}
	for _, k := range []string{"name", "title", "label"} {
		if s := i.Node.Str(k); s != "" {
			return s
		}
	}
	return id
}

// categoriesOf returns the ids of the categories whose subjects an audience
// calls as such, in the order of the block. Those it calls by name or by what
// they did (adherents, proposers) have no category to be told by.
func (x *index) categoriesOf(audience string) []string {
	in := x.members(x.item("audiences", audience).Get("members"), map[string]bool{audience: true})
	out := x.members(x.item("audiences", audience).Get("except"), map[string]bool{audience: true})
	var ids []string
	for _, c := range x.root.List("categories") {
		if id := c.Str("id"); in[id] && !out[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

func (x *index) members(members *Node, seen map[string]bool) map[string]bool {
	ids := map[string]bool{}
	for _, m := range members.items() {
		for _, c := range x.root.List("categories") {
			if id := c.Str("id"); m.Bool("everyone", false) || m.Str("category") == id || slices.Contains(c.Strings("groups"), m.Str("group")) {
				ids[id] = true
			}
		}
		if a := m.Str("audience"); a != "" && !seen[a] {
			seen[a] = true
			for _, id := range x.categoriesWithin(a, seen) {
				ids[id] = true
			}
		}
	}
	return ids
}

func (x *index) categoriesWithin(audience string, seen map[string]bool) []string {
	n := x.item("audiences", audience)
	in, out := x.members(n.Get("members"), seen), x.members(n.Get("except"), seen)
	var ids []string
	for id := range in {
		if !out[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// item returns the node of an id if it stands in that block, or nil.
func (x *index) item(block, id string) *Node {
	if i := x.byID[id]; i != nil && i.Block == block {
		return i.Node
	}
	return nil
}
