package definition

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
	"golang.org/x/text/unicode/norm"
)

// Limits of one file. A real notice takes 60 KiB, 12 levels and 6,000 values;
// whatever goes beyond these is a mistake or an attack.
const (
	maxBytes  = 1 << 20
	maxDepth  = 32
	maxValues = 100_000
)

// parse reads the YAML subset of the format: UTF-8, one document, core schema,
// no anchors, aliases, merge keys or tags, no duplicate keys. Aliases are
// refused as they are met, before anything expands.
func parse(file string, src []byte) (*Node, Findings) {
	if f, ok := unreadable(file, src); ok {
		return nil, Findings{f}
	}
	docs, err := documents(src)
	if err != nil {
		return nil, Findings{syntaxFinding(file, err)}
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 {
		return nil, Findings{{file, 1, 1, "yaml-syntax", Error, "the file is empty"}}
	}
	if len(docs) > 1 {
		return nil, Findings{{file, docs[1].Line, docs[1].Column, "yaml-subset", Error, "a file holds one document: remove what follows ---"}}
	}
	r := &reader{file: file}
	root := r.read(docs[0].Content[0], 1)
	if len(r.found) == 0 && root.Kind != Mapping {
		r.add(root.Line, root.Column, "schema", "a definition is a mapping of keys to values")
	}
	return root, r.found
}

// unreadable finds what makes it useless to parse the file at all.
func unreadable(file string, src []byte) (Finding, bool) {
	if len(src) > maxBytes {
		return Finding{file, 1, 1, "too-large", Error,
			fmt.Sprintf("the file has %d bytes; a definition has at most %d (1 MiB)", len(src), maxBytes)}, true
	}
	if utf8.Valid(src) {
		return Finding{}, false
	}
	line, start := 1, 0
	for i := 0; i < len(src); {
		c, size := utf8.DecodeRune(src[i:])
		if c == utf8.RuneError && size == 1 {
			return Finding{file, line, utf8.RuneCount(src[start:i]) + 1, "yaml-subset", Error,
				"the file is not UTF-8 here: save it again in that encoding"}, true
		}
		if i += size; c == '\n' {
			line, start = line+1, i
		}
	}
	return Finding{}, false
}

// documents parses the bytes into YAML nodes. Nothing is built from them yet,
// so an alias is only a name here.
func documents(src []byte) (docs []*yaml.Node, err error) {
	// The parser reads outside input: should it ever panic, the file is refused
	// and the program lives.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("unreadable YAML: %v", p)
		}
	}()
	l, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithV4Defaults(), yaml.WithPlugin(
		loaderlimits.New(loaderlimits.DepthValue(maxDepth), loaderlimits.AliasValue(0))))
	if err != nil {
		return nil, err
	}
	for len(docs) < 2 {
		var n yaml.Node
		if err := l.Load(&n); err != nil {
			if len(docs) > 0 || errors.Is(err, io.EOF) {
				return docs, atEnd(err)
			}
			return nil, err
		}
		docs = append(docs, &n)
	}
	return docs, nil
}

func syntaxFinding(file string, err error) Finding {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		return Finding{file, 1, 1, "yaml-syntax", Error, err.Error()}
	}
	f := Finding{file, max(le.Mark.Line, 1), max(le.Mark.Column, 1), "yaml-syntax", Error, le.Message}
	if le.ContextMsg != "" {
		f.Message = le.ContextMsg + ": " + le.Message
	}
	if strings.Contains(le.Message, "max depth") || strings.Contains(le.Message, "depth") {
		f.Code, f.Message = "too-large", tooDeep
	}
	return f
}

var tooDeep = fmt.Sprintf("nested deeper than %d levels", maxDepth)

// reader turns YAML nodes into a Node and says what the subset refuses.
type reader struct {
	file   string
	values int
	found  Findings
	full   bool // a limit was met: read no further
}

func (r *reader) add(line, column int, code, message string) {
	r.found = append(r.found, Finding{r.file, line, column, code, Error, message})
}

func (r *reader) read(y *yaml.Node, depth int) *Node {
	n := &Node{File: r.file, Line: y.Line, Column: y.Column}
	if r.full || !r.within(y, depth) || !r.plain(y) {
		return n
	}
	switch y.Kind {
	case yaml.MappingNode:
		r.mapping(n, y, depth)
	case yaml.SequenceNode:
		n.Kind = List
		for _, c := range y.Content {
			n.Items = append(n.Items, r.read(c, depth+1))
		}
	default:
		r.scalar(n, y)
	}
	return n
}

func (r *reader) within(y *yaml.Node, depth int) bool {
	r.values++
	switch {
	case depth > maxDepth:
		r.add(y.Line, y.Column, "too-large", tooDeep)
	case r.values > maxValues:
		r.add(y.Line, y.Column, "too-large", fmt.Sprintf("more than %d values", maxValues))
	default:
		return true
	}
	r.full = true
	return false
}

// plain refuses what makes two readers understand one text differently.
func (r *reader) plain(y *yaml.Node) bool {
	before := len(r.found)
	if y.Kind == yaml.AliasNode {
		r.add(y.Line, y.Column, "yaml-subset", "aliases (*"+y.Value+") are not allowed: write the value again")
	}
	if y.Anchor != "" {
		r.add(y.Line, y.Column, "yaml-subset", "anchors (&"+y.Anchor+") are not allowed: write the value where it is needed")
	}
	if y.Style&yaml.TaggedStyle != 0 {
		r.add(y.Line, y.Column, "yaml-subset", "tags ("+y.Tag+") are not allowed")
	}
	return len(r.found) == before
}

func (r *reader) mapping(n *Node, y *yaml.Node, depth int) {
	first := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := y.Content[i]
		if !r.plain(k) {
			continue
		}
		if k.Kind != yaml.ScalarNode || k.Tag != "!!str" {
			r.add(k.Line, k.Column, "yaml-subset", keyMessage(k))
			continue
		}
		key := norm.NFC.String(k.Value)
		if line, ok := first[key]; ok {
			r.add(k.Line, k.Column, "key-twice", fmt.Sprintf("key %q is already on line %d", key, line))
			continue
		}
		first[key] = k.Line
		n.Entries = append(n.Entries, Entry{key, k.Line, k.Column, r.read(y.Content[i+1], depth+1)})
	}
}

func keyMessage(k *yaml.Node) string {
	if k.Value == "<<" {
		return "merge keys (<<) are not allowed: write the keys again"
	}
	return "a key is a plain word"
}

// quoted are the styles in which a text cannot be taken for anything else.
const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

var looksLikeTime = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]+)?|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|[0-9]{2}-[0-9]{2})$`)

var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// largestInteger is the largest that JSON readers agree on (RFC 8785, 3.2.2.3).
const largestInteger = 1<<53 - 1

func (r *reader) scalar(n *Node, y *yaml.Node) {
	n.Scalar = norm.NFC.String(y.Value)
	switch y.Tag {
	case "!!str":
		n.Kind = Text
		if y.Style&quoted == 0 && looksLikeTime.MatchString(y.Value) {
			r.add(y.Line, y.Column, "yaml-subset", fmt.Sprintf("dates and hours are written in quotes: %q", y.Value))
		}
	case "!!bool":
		n.Kind, n.Scalar = Boolean, strings.ToLower(y.Value)
	case "!!int":
		n.Kind = Integer
		i, err := strconv.ParseInt(y.Value, 10, 64)
		if !decimal.MatchString(y.Value) || err != nil || i > largestInteger || i < -largestInteger || y.Value == "-0" {
			r.add(y.Line, y.Column, "yaml-subset", fmt.Sprintf("%s is not a plain whole number: quote it if it is a text", y.Value))
		}
	case "!!timestamp":
		r.add(y.Line, y.Column, "yaml-subset", fmt.Sprintf("dates and hours are written in quotes: %q", y.Value))
	case "!!null":
		r.add(y.Line, y.Column, "yaml-subset", "the value is missing: remove the key or give it a value")
	case "!!float":
		r.add(y.Line, y.Column, "yaml-subset", fmt.Sprintf("%s: write an amount as a text with two decimals, in quotes", y.Value))
	default:
		r.add(y.Line, y.Column, "yaml-subset", fmt.Sprintf("%s cannot be read: put the value in quotes", y.Value))
	}
}

// atEnd keeps an error other than the end of the text.
func atEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
