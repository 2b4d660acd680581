package definition

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// maxPacks is how many packs may lie one on the other.
const maxPacks = 8

// headKeys belong to one file and are never inherited.
var headKeys = []string{"concerto", "kind", "id", "version", "extends", "drop", "basedOn"}

// resolve builds a definition on the packs it extends (definition, section 7):
// the pack, less what is dropped, then the file. Each value keeps the file it
// comes from. The result no longer extends anything.
func (l *loader) resolve(root *Node, below []string) (*Node, Findings) {
	ref := root.Get("extends")
	if ref == nil {
		return root, nil
	}
	pack, found := l.pack(ref, below)
	if pack == nil {
		return nil, found
	}
	base := clone(pack)
	for _, d := range root.List("drop") {
		if !drop(base, d.str()) {
			found = append(found, Finding{d.File, d.Line, d.Column, "drop-unknown", Error,
				fmt.Sprintf("the pack has no %q to drop (block/id)", d.str())})
		}
	}
	merged := merge(base, root)
	merged.Entries = slices.DeleteFunc(merged.Entries, func(e Entry) bool { return e.Key == "extends" || e.Key == "drop" })
	return merged, found
}

// pack reads a pack and what it builds on itself.
func (l *loader) pack(ref *Node, below []string) (*Node, Findings) {
	fail := func(code, format string, args ...any) (*Node, Findings) {
		return nil, Findings{{ref.File, ref.Line, ref.Column, code, Error, fmt.Sprintf(format, args...)}}
	}
	address, version, _ := strings.Cut(ref.str(), "@")
	switch {
	case l.packs == nil:
		return fail("pack-unknown", "the pack %s cannot be read: no directory of packs is given", address)
	case slices.Contains(below, address):
		return fail("pack-cycle", "the pack %s extends itself", address)
	case len(below) >= maxPacks:
		return fail("pack-cycle", "more than %d packs one on the other", maxPacks)
	}
	name := path.Clean(address) + ".yaml"
	root, found := l.packFile(name)
	if root == nil && found == nil {
		return fail("pack-unknown", "the pack %s is not there", name)
	}
	if found.Failed() {
		return nil, found
	}
	if v := root.Int("version"); strconv.Itoa(v) != version || root.Str("kind") != "pack" {
		return fail("pack-version", "%s is a %s of version %d, not the pack of version %s", name, root.Str("kind"), v, version)
	}
	return l.resolve(root, append(slices.Clone(below), address))
}

// packFile reads one file of the packs; it returns nothing when there is none.
func (l *loader) packFile(name string) (*Node, Findings) {
	if !fs.ValidPath(name) {
		return nil, nil
	}
	src, err := fs.ReadFile(l.packs, name)
	if err != nil {
		return nil, nil
	}
	root, found := parse(name, src)
	if found.Failed() {
		return nil, found
	}
	return root, append(found, checkShape(root)...)
}

// clone copies the mappings and lists of a tree, so that a merge leaves the
// original alone.
func clone(n *Node) *Node {
	c := *n
	c.Entries = slices.Clone(n.Entries)
	for i := range c.Entries {
		c.Entries[i].Value = clone(c.Entries[i].Value)
	}
	c.Items = slices.Clone(n.Items)
	for i := range c.Items {
		c.Items[i] = clone(c.Items[i])
	}
	return &c
}

// drop removes the entry at block/id.
func drop(root *Node, address string) bool {
	block, id, _ := strings.Cut(address, "/")
	list := root.Get(block)
	if list.kindOf() == Mapping {
		list = list.Get("list") // tables
	}
	i := slices.IndexFunc(list.items(), func(n *Node) bool { return n.Str("id") == id })
	if i < 0 {
		return false
	}
	list.Items = slices.Delete(list.Items, i, i+1)
	return true
}

// merge lays a file on its pack. The file's own head stands; keys of the file
// keep its order, those only inherited come after.
func merge(base, over *Node) *Node {
	out := *over
	out.Entries = slices.Clone(over.Entries)
	for i, e := range out.Entries {
		if b := base.Get(e.Key); b != nil && !slices.Contains(headKeys, e.Key) {
			out.Entries[i].Value = mergeValue(b, e.Value)
		}
	}
	for _, e := range base.Entries {
		if !out.Has(e.Key) && !slices.Contains(headKeys, e.Key) {
			out.Entries = append(out.Entries, e)
		}
	}
	return &out
}

func mergeValue(base, over *Node) *Node {
	switch {
	case base.Kind == Mapping && over.Kind == Mapping:
		return merge(base, over)
	case withIDs(base) && withIDs(over):
		return mergeList(base, over)
	}
	return over
}

// withIDs reports whether every entry of a list has an id.
func withIDs(n *Node) bool {
	return n.Kind == List && !slices.ContainsFunc(n.Items, func(i *Node) bool { return i.Str("id") == "" })
}

// mergeList replaces whole entries in place and adds new ones at the end:
// nothing is merged inside an entry, so what one reads is what holds.
func mergeList(base, over *Node) *Node {
	out := *base
	out.Items = slices.Clone(base.Items)
	out.File, out.Line, out.Column = over.File, over.Line, over.Column
	for _, n := range over.Items {
		i := slices.IndexFunc(out.Items, func(b *Node) bool { return b.Str("id") == n.Str("id") })
		if i < 0 {
			out.Items = append(out.Items, n)
			continue
		}
		out.Items[i] = n
	}
	return &out
}
