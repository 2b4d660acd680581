package definition

import (
	"slices"
	"strconv"
)

// Kind is the shape of a Node.
type Kind int

const (
	Mapping Kind = iota
	List
	Text
	Integer
	Boolean
)

// Node is one value of a definition, with the place where it was written. The
// order of entries is that of the author: pages show a definition as it reads.
//
// All reading methods accept a nil receiver and a node of another kind, and
// answer with the zero value: what is wrong with the shape is said once, by the
// schema, and the checks that follow need not ask again.
type Node struct {
	Kind         Kind
	Scalar       string  // of Text, Integer and Boolean, in NFC
	Entries      []Entry // of Mapping
	Items        []*Node // of List
	File         string  // the file it comes from: a pack's, for what is inherited
	Line, Column int
}

// Entry is one key of a mapping.
type Entry struct {
	Key          string
	Line, Column int
	Value        *Node
}

// Get returns the value of a key, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// At follows keys one inside the other.
func (n *Node) At(keys ...string) *Node {
	for _, k := range keys {
		n = n.Get(k)
	}
	return n
}

// Has reports whether a mapping has the key.
func (n *Node) Has(key string) bool { return n.Get(key) != nil }

// Str returns the text of a key, or "".
func (n *Node) Str(key string) string { return n.Get(key).str() }

func (n *Node) str() string {
	if n == nil || n.Kind != Text {
		return ""
	}
	return n.Scalar
}

// Int returns the integer of a key, or 0.
func (n *Node) Int(key string) int {
	i, _ := strconv.Atoi(n.Get(key).integer())
	return i
}

func (n *Node) integer() string {
	if n == nil || n.Kind != Integer {
		return ""
	}
	return n.Scalar
}

// Bool returns the boolean of a key, or the default when it is not written.
func (n *Node) Bool(key string, byDefault bool) bool {
	v := n.Get(key)
	if v == nil || v.Kind != Boolean {
		return byDefault
	}
	return v.Scalar == "true"
}

// List returns the items of a key.
func (n *Node) List(key string) []*Node { return n.Get(key).items() }

func (n *Node) items() []*Node {
	if n == nil || n.Kind != List {
		return nil
	}
	return n.Items
}

// Strings returns the texts of a list.
func (n *Node) Strings(key string) []string { return n.Get(key).strings() }

func (n *Node) strings() []string {
	var out []string
	for _, i := range n.items() {
		if i.Kind == Text {
			out = append(out, i.Scalar)
		}
	}
	return out
}

// entry returns the entry of a key, for findings about the key itself.
func (n *Node) entry(key string) *Entry {
	if n == nil {
		return nil
	}
	i := slices.IndexFunc(n.Entries, func(e Entry) bool { return e.Key == key })
	if i < 0 {
		return nil
	}
	return &n.Entries[i]
}

// walk visits every value below n, each with the keys that lead to it; an item
// of a list adds "*". The path is only valid during the call.
func (n *Node) walk(visit func(path []string, n *Node)) {
	n.walkFrom(nil, visit)
}

func (n *Node) walkFrom(path []string, visit func([]string, *Node)) {
	if n == nil {
		return
	}
	visit(path, n)
	for _, e := range n.Entries {
		e.Value.walkFrom(append(path, e.Key), visit)
	}
	for _, i := range n.Items {
		i.walkFrom(append(path, "*"), visit)
	}
}

func (n *Node) entries() []Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}
