// Package scan finds the messages that pages and Go sources show, and keeps the
// PO files in step with them.
//
// Sources are parsed, never searched as text: a message is the literal argument
// of a call to T, TN or M, wherever it stands in a template or in Go. A text
// that reaches T through a variable must have been marked with M where it is
// written, else it cannot be found and the page would stay in Italian.
package scan

import (
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Message is a text to translate, with its plural if it depends on a count.
type Message struct {
	One, Many string
	Files     []string // where it is used, slash-separated, sorted
}

// Messages are the messages found, by their Italian text in the singular.
type Messages map[string]Message

// Dir reads all templates (.html) and Go sources under a directory. Tests are
// left out, for what they say is not shown to anybody.
func Dir(fsys fs.FS) (Messages, error) {
	found := Messages{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "testdata" || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		return found.file(fsys, name)
	})
	return found, err
}

func (m Messages) file(fsys fs.FS, name string) error {
	var read func(name, text string) ([]Message, error)
	switch {
	case filepath.Ext(name) == ".html":
		read = Template
	case filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go"):
		read = Go
	default:
		return nil
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	list, err := read(name, string(text))
	if err != nil {
		return err
	}
	for _, x := range list {
		if err := m.add(x, name); err != nil {
			return err
		}
	}
	return nil
}

// add joins a use to the earlier ones. A text used both alone and as a singular
// is one entry of the catalogue; two plurals for one singular cannot be.
func (m Messages) add(x Message, file string) error {
	old := m[x.One]
	if old.Many != "" && x.Many != "" && old.Many != x.Many {
		return fmt.Errorf("%s: %q has plural %q here and %q in %s", file, x.One, x.Many, old.Many, old.Files[0])
	}
	if x.Many == "" {
		x.Many = old.Many
	}
	x.Files = old.Files
	if !slices.Contains(x.Files, file) {
		x.Files = append(x.Files, file)
		slices.Sort(x.Files)
	}
	m[x.One] = x
	return nil
}

// Sorted returns the messages in the order of their text.
func (m Messages) Sorted() []Message {
	list := make([]Message, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[k])
	}
	return list
}

// message makes a Message of a call, if the call is one: T and M take one text,
// TN takes two.
func message(name string, texts []string) (Message, bool) {
	switch {
	case (name == "T" || name == "M") && len(texts) > 0:
		return Message{One: texts[0]}, texts[0] != ""
	case name == "TN" && len(texts) > 1:
		return Message{One: texts[0], Many: texts[1]}, texts[0] != ""
	}
	return Message{}, false
}
