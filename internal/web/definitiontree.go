package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// definitionNode is one value of a definition as the page shows it: a mapping, a
// list or a scalar.
type definitionNode struct {
	Entries []definitionEntry // of a mapping
	Items   []definitionNode  // of a list
	Text    string            // of a scalar
	Scalar  bool
}

type definitionEntry struct {
	Key   string
	Value definitionNode
}

// readDefinition reads the canonical JSON of a definition. Canonical order is
// alphabetical (RFC 8785); people look for the name of a thing first, so the keys
// that name it are moved to the front.
func readDefinition(resolved []byte) (definitionNode, error) {
	d := json.NewDecoder(bytes.NewReader(resolved))
	d.UseNumber()
	root, err := readNode(d)
	if err != nil {
		return root, fmt.Errorf("resolved definition: %w", err)
	}
	return root, nil
}

func readNode(d *json.Decoder) (definitionNode, error) {
	token, err := d.Token()
	if err != nil {
		return definitionNode{}, err
	}
	switch token {
	case json.Delim('{'):
		return readMapping(d)
	case json.Delim('['):
		return readList(d)
	}
	return definitionNode{Text: fmt.Sprint(token), Scalar: true}, nil
}

func readMapping(d *json.Decoder) (n definitionNode, err error) {
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return n, err
		}
		value, err := readNode(d)
		if err != nil {
			return n, err
		}
		n.Entries = append(n.Entries, definitionEntry{fmt.Sprint(key), value})
	}
	slices.SortStableFunc(n.Entries, func(a, b definitionEntry) int { return rank(a.Key) - rank(b.Key) })
	_, err = d.Token()
	return n, err
}

func readList(d *json.Decoder) (n definitionNode, err error) {
	for d.More() {
		item, err := readNode(d)
		if err != nil {
			return n, err
		}
		n.Items = append(n.Items, item)
	}
	_, err = d.Token()
	return n, err
}

// first are the keys that say what a thing is.
var first = []string{"id", "number", "order", "title", "name", "label", "question", "answer"}

func rank(key string) int {
	if i := slices.Index(first, key); i >= 0 {
		return i
	}
	return len(first)
}

// entry returns the value of a key of a mapping.
func (n definitionNode) entry(key string) (definitionNode, bool) {
	i := slices.IndexFunc(n.Entries, func(e definitionEntry) bool { return e.Key == key })
	if i < 0 {
		return definitionNode{}, false
	}
	return n.Entries[i].Value, true
}

// Plain reports whether the node is a list of scalars, shown on one line.
func (n definitionNode) Plain() bool {
	return len(n.Items) > 0 && !slices.ContainsFunc(n.Items, func(x definitionNode) bool { return !x.Scalar })
}
