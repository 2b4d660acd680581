package definition

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// english prints what has no words of its own below.
var english = message.NewPrinter(language.English)

// tell says one error of the schema in words, at the place to mend.
func (r *shapeReport) tell(e *jsonschema.ValidationError) {
	n := r.at(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, key := range k.Properties {
			r.unknownKey(n, key, e.SchemaURL)
		}
	case *kind.Required:
		for _, key := range k.Missing {
			r.missingKey(n, key, len(e.InstanceLocation) == 0)
		}
	case *kind.Enum:
		r.addAt(n, "schema", notAmong(n, anyStrings(k.Want)))
	case *kind.Const:
		r.constant(e, n, k)
	case *kind.Type:
		r.addAt(n, "schema", fmt.Sprintf("this is %s where %s is wanted", kindWords[n.kindOf()], wantedWords(k.Want)))
	case *kind.Pattern:
		r.addAt(n, badCode(n), r.expected(e, n))
	case *kind.MinLength:
		r.addAt(n, "schema", "the text is empty: remove the key or write something")
	case *kind.MaxLength:
		r.addAt(n, "schema", fmt.Sprintf("%d characters: at most %d", k.Got, k.Want))
	case *kind.MinItems:
		r.addAt(n, "schema", "the list is empty: remove the key or add an entry")
	case *kind.Not:
		r.addAt(n, "schema", "these keys exclude each other: "+strings.Join(r.exclusive(e, n), ", "))
	case *kind.MinProperties:
		if !n.Has("fact") { // a condition without operator is told as such
			r.addAt(n, "schema", "nothing is written here: remove the key or fill it")
		}
	case *kind.UniqueItems:
		r.addAt(n.item(k.Duplicates[1]), "schema", "written twice in one list")
	default:
		r.addAt(n, "schema", e.ErrorKind.LocalizedString(english))
	}
}

func (r *shapeReport) unknownKey(n *Node, key, url string) {
	known := r.properties(url)
	text := fmt.Sprintf("unknown key %q", key)
	switch {
	case n.Has("fact") && key != "fact":
		text = fmt.Sprintf("%s does not take %q: it takes %s", n.Str("fact"), key, strings.Join(operators(known), ", "))
	case suggest(key, known) != "":
		text += suggest(key, known)
	case len(known) > 0 && len(known) <= 8:
		text += ": known here are " + strings.Join(known, ", ")
	}
	e := n.entry(key)
	r.found = append(r.found, Finding{n.File, e.Line, e.Column, "unknown-key", Error, text})
}

// foreignKey tells a key that none of several alternatives knows.
func (r *shapeReport) foreignKey(n *Node, e Entry, known []string) {
	near := suggest(e.Key, known)
	if near == "" && len(known) <= 16 {
		near = ": known here are " + strings.Join(known, ", ")
	}
	r.found = append(r.found, Finding{n.File, e.Line, e.Column, "unknown-key", Error, fmt.Sprintf("unknown key %q%s", e.Key, near)})
}

func operators(known []string) []string {
	return slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k == "fact" || k == "why" })
}

// properties are the keys that the schema at url knows, sorted.
func (r *shapeReport) properties(url string) []string {
	p, _ := r.definition(url)["properties"].(map[string]any)
	keys := make([]string, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (r *shapeReport) missingKey(n *Node, key string, root bool) {
	if root && r.root.Str("kind") == "process" && key != "id" && key != "version" && key != "concerto" {
		r.addAt(r.root, "block-missing", missingBlock(key))
		return
	}
	what := ""
	if id := n.Str("id"); id != "" {
		what = id + ": "
	}
	r.addAt(n, "key-missing", fmt.Sprintf("%sthe key %q is missing", what, key))
}

func missingBlock(key string) string {
	return fmt.Sprintf("a complete process needs the block %q", key)
}

func (r *shapeReport) constant(e *jsonschema.ValidationError, n *Node, k *kind.Const) {
	if len(e.InstanceLocation) == 1 && e.InstanceLocation[0] == "concerto" {
		r.addAt(n, "format-unknown", fmt.Sprintf("format %s is not known: this reader reads format 1", n.Scalar))
		return
	}
	r.addAt(n, "schema", fmt.Sprintf("this can only be %v", k.Want))
}

// words say how a text of that definition of the schema is written.
var words = map[string]string{
	"id":        "an id has small letters, digits and single hyphens, as in sala-conferenze",
	"date":      `a date is written "2013-10-18"`,
	"localTime": `a local time is written "2013-10-18T12:00"`,
	"hour":      `an hour is written "09:00"`,
	"monthDay":  `a day of the year is written "08-26"`,
	"money":     `an amount is written "1500.00"`,
	"fraction":  "a fraction is written 1/2",
	"percent":   "a percent is written 100%",
	"term":      "a term is a number and a unit: 30 minutes, 5 working days, 1 year",
	"moment":    `want a moment: a date "2013-10-18", a local time "2013-10-18T12:00", an anchor as plenaria.end, or {from: …, plus: …}`,
	"anchor":    "an anchor names an edge: plenaria.end, iscrizione.closes, publication",
	"cite":      "a citation is {law: id}, {notice: words} or {act: id}",
	"member":    "a member is one of category, group, party, body, table, role, audience, municipalities, adherents, import, proposers, everyone",
	"predicate": "a condition is one of all, any, not, always, rule, fact, count",
}

// keyWords say the same of keys whose texts have a form of their own.
var keyWords = map[string]string{
	"extends":      "a pack and its version are written regions/puglia@3",
	"basedOn":      "a cycle and its version are written lecce-2010-2013@1",
	"amends":       "a definition and its version are written lecce-2014-2016@1",
	"drop":         "an entry is written block/id, as retention/tieni-atti",
	"path":         "a path is written block/id/key, as windows/iscrizione/closes",
	"language":     "a language is written it, de or en",
	"translations": "a path is written block/id/key, as sessions/plenaria/title",
}

// expected says what is wanted where nothing fits.
func (r *shapeReport) expected(e *jsonschema.ValidationError, n *Node) string {
	_, name, _ := strings.Cut(e.SchemaURL, "#/$defs/")
	w, ok := words[name]
	switch {
	case ok && n != nil && n.Kind != Mapping && n.Kind != List:
		return fmt.Sprintf("%q: %s", n.Scalar, w)
	case ok:
		return w
	}
	if _, choice := r.definition(e.SchemaURL)["oneOf"]; choice {
		return r.choices(e, n)
	}
	key := ""
	for _, step := range e.InstanceLocation {
		if keyWords[step] != "" {
			key = step
		}
	}
	return fmt.Sprintf("%q: %s", n.Scalar, cmp.Or(keyWords[key], "this is not written as it should be"))
}

// choices lists the alternatives of an unnamed choice.
func (r *shapeReport) choices(e *jsonschema.ValidationError, n *Node) string {
	var all []string
	for _, c := range anyList(r.definition(e.SchemaURL)["oneOf"]) {
		m, _ := c.(map[string]any)
		switch ref, _ := m["$ref"].(string); {
		case words[strings.TrimPrefix(ref, "#/$defs/")] != "":
			all = append(all, words[strings.TrimPrefix(ref, "#/$defs/")])
		case m["const"] != nil:
			all = append(all, fmt.Sprint(m["const"]))
		case m["enum"] != nil:
			all = append(all, anyStrings(anyList(m["enum"]))...)
		case m["required"] != nil:
			all = append(all, "keys "+strings.Join(anyStrings(anyList(m["required"])), ", "))
		}
	}
	return "want one of: " + strings.Join(all, "; ")
}

var looksLikeDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$`)

// badCode tells a date that cannot exist from another wrong text.
func badCode(n *Node) string {
	if n != nil && looksLikeDate.MatchString(n.str()) {
		return "date-invalid"
	}
	return "schema"
}

func notAmong(n *Node, want []string) string {
	s := suggest(n.Scalar, want)
	if s == "" {
		s = ": want one of " + strings.Join(want, ", ")
	}
	return fmt.Sprintf("%q is not known here%s", n.Scalar, s)
}

var kindWords = [...]string{"a mapping", "a list", "a text", "a whole number", "true or false"}

var typeWords = map[string]string{"object": "a mapping", "array": "a list", "string": "a text (in quotes)", "integer": "a whole number", "boolean": "true or false"}

func wantedWords(types []string) string {
	var w []string
	for _, t := range types {
		w = append(w, typeWords[t])
	}
	return strings.Join(w, " or ")
}

func anyStrings(l []any) []string {
	var s []string
	for _, v := range l {
		s = append(s, fmt.Sprint(v))
	}
	return s
}

func (n *Node) kindOf() Kind {
	if n == nil {
		return Mapping
	}
	return n.Kind
}

func (n *Node) item(i int) *Node {
	if n == nil || i >= len(n.Items) {
		return n
	}
	return n.Items[i]
}
