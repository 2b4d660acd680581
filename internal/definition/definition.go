package definition

import (
	"fmt"
	"io/fs"
	"slices"

	"concerto/internal/pdz"
)

// Definition is a file that was read, with what it resolves to.
type Definition struct {
	Kind     string       // process, pack or amendment
	Process  *pdz.Process // nil for packs and amendments
	Source   []byte       // the bytes of the file, kept beside the resolved text
	Resolved []byte       // canonical JSON (RFC 8785) after extends, strings in NFC
	Hash     string       // hexadecimal SHA-256 of Resolved
	Tree     *Node        // the whole resolved document in the author's order, for display
}

// Option changes how Load reads.
type Option func(*loader)

// WithPacks says where the packs that files extend are found. Without it a file
// that extends one is refused.
func WithPacks(packs fs.FS) Option {
	return func(l *loader) { l.packs = packs }
}

type loader struct {
	packs fs.FS
}

// Load reads and checks one file; name is what findings call it. The definition
// is nil when a finding is an error; warnings and obstacles to publication come
// with a definition that can be used.
func Load(name string, src []byte, opts ...Option) (*Definition, Findings) {
	l := &loader{}
	for _, o := range opts {
		o(l)
	}
	root, found := parse(name, src)
	if found.Failed() {
		return nil, found.sorted()
	}
	root, found = l.examine(root)
	if found = found.sorted(); found.Failed() {
		return nil, found
	}
	d, err := assemble(root, src)
	if err != nil {
		return nil, append(found, Finding{name, 1, 1, "internal", Error, err.Error()})
	}
	return d, found
}

// examine checks the file as written, resolves it and checks what it became.
// When the shape is wrong at the top nothing below can be trusted; when it is
// wrong deeper, the rest is examined too, so that the author sees it all.
func (l *loader) examine(root *Node) (*Node, Findings) {
	found := checkShape(root)
	if brokenAtTop(root, found) {
		return root, found
	}
	resolved, more := l.resolve(root, nil)
	found = append(found, more...)
	if resolved == nil {
		return root, found
	}
	return resolved, append(found, unexplained(found, check(resolved))...)
}

// brokenAtTop reports whether a finding is about a whole block.
func brokenAtTop(root *Node, found Findings) bool {
	return slices.ContainsFunc(found, func(f Finding) bool {
		return f.Code != "block-missing" && slices.ContainsFunc(root.Entries, func(e Entry) bool {
			atKey := e.Line == f.Line && e.Column == f.Column
			atValue := e.Value.Line == f.Line && e.Value.Column == f.Column
			return atKey || atValue
		})
	})
}

// unexplained leaves out what was found where the shape is wrong already.
func unexplained(known, found Findings) Findings {
	return slices.DeleteFunc(found, func(f Finding) bool {
		return slices.ContainsFunc(known, func(k Finding) bool {
			return k.File == f.File && k.Line == f.Line && k.Column == f.Column
		})
	})
}

func assemble(root *Node, src []byte) (*Definition, error) {
	d := &Definition{Kind: root.Str("kind"), Source: src, Tree: root}
	var err error
	if d.Resolved, err = canonical(root); err != nil {
		return nil, fmt.Errorf("canonical form: %w", err)
	}
	d.Hash = hash(d.Resolved)
	if d.Kind == "process" {
		d.Process, err = FromResolved(d.Resolved)
	}
	return d, err
}
