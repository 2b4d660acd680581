package definition

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// rewritten writes the new version as a file. Where the file of the version in
// force can be read again its order is kept; otherwise the order is that of the
// canonical text. Comments belong to their author's file and are not carried over.
func (a *amending) rewritten(d *Definition) ([]byte, *Node, error) {
	tree := d.Tree
	if file, _ := Load("source", a.Source); file != nil && file.Hash == hash(mustCanonical(a.before)) {
		tree = inOrderOf(file.Tree, d.Tree)
	}
	var b bytes.Buffer
	writeYAML(&b, tree, 0)
	return b.Bytes(), tree, nil
}

// inOrderOf puts the keys of a tree in the order in which another has them; what
// the other lacks comes last. Lists have their own order.
func inOrderOf(model, n *Node) *Node {
	c := *n
	switch n.Kind {
	case Mapping:
		c.Entries = nil
		for _, e := range model.entries() {
			if own := n.entry(e.Key); own != nil {
				c.Entries = append(c.Entries, Entry{Key: e.Key, Value: inOrderOf(e.Value, own.Value)})
			}
		}
		for _, e := range n.Entries {
			if !model.Has(e.Key) {
				c.Entries = append(c.Entries, e)
			}
		}
	case List:
		c.Items = make([]*Node, len(n.Items))
		for i, item := range n.Items {
			like := entryOf(model, item.Str("id"))
			if m := model.items(); like == nil && i < len(m) {
				like = m[i]
			}
			c.Items[i] = inOrderOf(like, item)
		}
	}
	return &c
}

var plainKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// writeYAML writes a tree in the subset that parse reads: block style, texts in
// double quotes as JSON has them.
func writeYAML(b *bytes.Buffer, n *Node, depth int) {
	indent := strings.Repeat("  ", depth)
	for _, e := range n.entries() {
		key := e.Key
		if !plainKey.MatchString(key) {
			key = jsonText(key)
		}
		b.WriteString(indent + key + ":")
		writeValue(b, e.Value, depth)
	}
	for _, i := range n.items() {
		b.WriteString(indent + "-")
		writeValue(b, i, depth)
	}
}

func writeValue(b *bytes.Buffer, n *Node, depth int) {
	switch {
	case n.Kind == Mapping && len(n.Entries) == 0:
		b.WriteString(" {}\n")
	case n.Kind == List && len(n.Items) == 0:
		b.WriteString(" []\n")
	case n.Kind == Mapping || n.Kind == List:
		b.WriteString("\n")
		writeYAML(b, n, depth+1)
	case n.Kind == Text:
		b.WriteString(" " + jsonText(n.Scalar) + "\n")
	default:
		b.WriteString(" " + n.Scalar + "\n")
	}
}

func jsonText(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}
