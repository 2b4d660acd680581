package definition

import (
	"bytes"
	"cmp"
	"fmt"
	"time"
)

// Extension is the commonest amendment: a window closes later than it did.
type Extension struct {
	Window       string    // id of a window, or of a form that is its own
	Closes       time.Time // in the zone of the process
	Number, Date string    // of the act; organ and kind are those the definition asks for
	Published    string    // YYYY-MM-DD, of the amendment itself
	Reason       string
	Wording      string // the notice's words for the new closing; empty where it has none for the old
}

// ExtensionFile writes the amendment file of an extension of the version in force.
func ExtensionFile(base []byte, e Extension) ([]byte, error) {
	root, err := TreeOf(base)
	if err != nil {
		return nil, err
	}
	path, old := "windows/"+e.Window+"/closes", entryOf(root.Get("windows"), e.Window).Get("closes")
	if old == nil {
		path, old = "forms/"+e.Window+"/closes", entryOf(root.Get("forms"), e.Window).Get("closes")
	}
	if old == nil {
		return nil, fmt.Errorf("window %s: it has no closing to extend", e.Window)
	}
	layout := "2006-01-02T15:04"
	if e.Closes.Second() != 0 {
		layout += ":05"
	}
	change := mapping("path", text(path), "old", old, "new", text(e.Closes.Format(layout)))
	if e.Wording != "" {
		change.Entries = append(change.Entries, Entry{Key: "wording", Value: text(e.Wording)})
	}
	change.Entries = append(change.Entries, Entry{Key: "why", Value: text(e.Reason)})
	version := root.Int("version")
	file := mapping("concerto", whole(1), "kind", text("amendment"), "id", text(fmt.Sprintf("rettifica-%d", version+1)),
		"amends", text(fmt.Sprintf("%s@%d", root.Str("id"), version)), "type", text("extension"), "act", actOf(root, e),
		"date", text(e.Published), "reason", text(e.Reason), "changes", &Node{Kind: List, Items: []*Node{change}})
	var b bytes.Buffer
	writeYAML(&b, file, 0)
	return b.Bytes(), nil
}

// actOf is the act as the definition wants it, with its number and date.
func actOf(root *Node, e Extension) *Node {
	wanted := root.At("amendments", "act")
	act := mapping("kind", text(cmp.Or(wanted.Str("kind"), "determination")))
	switch {
	case wanted.Has("body"):
		act.Entries = append(act.Entries, Entry{Key: "body", Value: text(wanted.Str("body"))})
	default:
		organ := cmp.Or(wanted.Str("organ"), root.At("ambito", "leadBody").Str("name"))
		act.Entries = append(act.Entries, Entry{Key: "organ", Value: text(organ)})
	}
	act.Entries = append(act.Entries, Entry{Key: "number", Value: text(e.Number)}, Entry{Key: "date", Value: text(e.Date)})
	return act
}

// mapping makes a mapping of keys and values in turn.
func mapping(pairs ...any) *Node {
	n := &Node{Kind: Mapping}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Entries = append(n.Entries, Entry{Key: pairs[i].(string), Value: pairs[i+1].(*Node)})
	}
	return n
}

func text(s string) *Node { return &Node{Kind: Text, Scalar: s} }
func whole(i int) *Node   { return &Node{Kind: Integer, Scalar: fmt.Sprint(i)} }
