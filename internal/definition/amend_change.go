package definition

import (
	"cmp"
	"slices"
	"strings"
)

// place is where a change applies: a key of a mapping or an entry of a list.
type place struct {
	parent *Node
	step   string
	value  *Node // nil: nothing is there yet
}

// find follows a path: keys of mappings, ids of entries. It reports how far it
// came when it leads nowhere; the last step alone may be missing.
func find(root *Node, path string) (at place, lost string) {
	steps := strings.Split(path, "/")
	n := root
	for i, step := range steps {
		at = place{n, step, n.Get(step)}
		if n.Kind == List {
			at.value = entryOf(n, step)
		}
		if at.value == nil && i < len(steps)-1 || n.Kind != Mapping && at.value == nil {
			return place{}, strings.Join(steps[:i+1], "/")
		}
		n = at.value
	}
	return at, ""
}

// set puts a value in the place, or takes it away when it is nil.
func (p place) set(v *Node) {
	switch {
	case p.parent.Kind == List:
		i := slices.Index(p.parent.Items, p.value)
		p.parent.Items = slices.Concat(p.parent.Items[:i], some(v), p.parent.Items[i+1:])
	case p.value == nil:
		p.parent.Entries = append(p.parent.Entries, Entry{Key: p.step, Value: v})
	case v == nil:
		p.parent.Entries = slices.DeleteFunc(p.parent.Entries, func(e Entry) bool { return e.Key == p.step })
	default:
		p.parent.entry(p.step).Value = v
	}
}

func some(v *Node) []*Node {
	if v == nil {
		return nil
	}
	return []*Node{v}
}

// change makes one change, after asking whether it may be.
func (a *amending) change(c *Node) {
	path := c.Get("path")
	at, lost := find(a.after, path.Scalar)
	switch {
	case lost != "":
		a.add(path, "amendment-path", "there is no %s in the version in force%s", lost, a.suggestPath(lost))
	case c.Has("add"):
		a.addValue(c, at)
	case at.value == nil:
		a.add(path, "amendment-path", "there is no %s in the version in force: what was not there is added with add", path.Scalar)
	case jsonOf(at.value) != jsonOf(c.Get("old")):
		a.add(c.Get("old"), "amendment-stale", "%s is %s in the version in force", path.Scalar, short(jsonOf(at.value)))
	case a.mayChange(c, at):
		a.replace(c, at)
	}
}

// addValue adds an entry to a list, or a key that was not there. A list that was
// not there begins with the entry.
func (a *amending) addValue(c *Node, at place) {
	path, v := c.Str("path"), clone(c.Get("add"))
	switch {
	case at.value != nil && at.value.Kind != List:
		a.add(c.Get("path"), "amendment-path", "%s has a value already: give old and new", path)
	case at.value != nil && v.Str("id") != "" && entryOf(at.value, v.Str("id")) != nil:
		a.add(c.Get("add"), "amendment-path", "%s has %q already: give old and new", path, v.Str("id"))
	case !a.mayChange(c, at):
	case at.value == nil:
		if v.Str("id") == "" {
			at.set(v)
			a.note(c, path, nil, v)
			return
		}
		at.set(&Node{Kind: List, File: v.File, Line: v.Line, Column: v.Column, Items: []*Node{v}})
		a.note(c, join(path, v.Str("id")), nil, v)
	default:
		at.value.Items = append(slices.Clone(at.value.Items), v)
		a.note(c, join(path, v.Str("id")), nil, v)
	}
}

// replace puts the new value where the old one was, and the new words beside it.
func (a *amending) replace(c *Node, at place) {
	var v *Node
	if c.Has("new") {
		v = clone(c.Get("new"))
	}
	old := at.value
	at.set(v)
	a.note(c, c.Str("path"), old, v)
	if words := c.Get("wording"); words != nil {
		a.reword(c, at.parent, words)
	}
}

// reword changes the notice's own words for a moment together with the moment.
func (a *amending) reword(c *Node, holder, words *Node) {
	if holder.Kind != Mapping {
		a.add(words, "amendment-path", "%s has no words of its own", c.Str("path"))
		return
	}
	w := place{holder, "wording", holder.Get("wording")}
	path := c.Str("path")
	w.set(clone(words))
	a.note(c, path[:strings.LastIndex(path, "/")+1]+"wording", w.value, words)
}

// note keeps what changed, for those who read it beside the old.
func (a *amending) note(c *Node, path string, old, v *Node) {
	a.changes = append(a.changes, Change{Path: path, Old: jsonOf(old), New: jsonOf(v), Why: c.Str("why"),
		Rejudge: cmp.Or(c.Str("rejudge"), a.rejudge())})
}

// suggestPath offers the step that was likely meant.
func (a *amending) suggestPath(lost string) string {
	head, last := "", lost
	n := a.after
	if i := strings.LastIndex(lost, "/"); i >= 0 {
		head, last = lost[:i], lost[i+1:]
		at, _ := find(n, head)
		n = at.value
	}
	var known []string
	for _, e := range n.entries() {
		known = append(known, e.Key)
	}
	for _, i := range n.items() {
		known = append(known, i.Str("id"))
	}
	return suggest(last, known)
}

// maxShown is how much of a value a finding quotes.
const maxShown = 120

func short(s string) string {
	r := []rune(s)
	if len(r) <= maxShown {
		return s
	}
	return string(r[:maxShown]) + "…"
}
