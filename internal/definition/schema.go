package definition

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

//go:embed schema.json
var schemaJSON []byte

// Schema returns the JSON Schema of one file, for editors.
func Schema() []byte { return bytes.Clone(schemaJSON) }

const schemaURL = "https://concerto.example/schema/definition-1.json"

// schema is the compiled schema with its text, which the messages read.
type schema struct {
	compiled *jsonschema.Schema
	text     any
}

var loadSchema = sync.OnceValues(func() (*schema, error) {
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, text); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(schemaURL)
	return &schema{compiled, text}, err
})

// checkShape validates one file as written against the schema.
func checkShape(root *Node) Findings {
	s, err := loadSchema()
	if err != nil {
		return Findings{{root.File, 1, 1, "schema", Error, "the embedded schema: " + err.Error()}}
	}
	var ve *jsonschema.ValidationError
	if err := s.compiled.Validate(plainValue(root)); !errors.As(err, &ve) {
		return nil
	}
	r := &shapeReport{schema: s, root: root}
	r.explain(ve)
	return r.found
}

// plainValue turns a tree into what a JSON decoder gives.
func plainValue(n *Node) any {
	switch n.Kind {
	case Mapping:
		m := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			m[e.Key] = plainValue(e.Value)
		}
		return m
	case List:
		l := make([]any, len(n.Items))
		for i, v := range n.Items {
			l[i] = plainValue(v)
		}
		return l
	case Integer:
		return json.Number(n.Scalar)
	case Boolean:
		return n.Scalar == "true"
	}
	return n.Scalar
}

// shapeReport turns the errors of the schema into findings for people.
type shapeReport struct {
	*schema
	root  *Node
	found Findings
}

// explain descends to the errors that say something. Of the branches of an
// alternative only the one that the author most likely meant is told.
func (r *shapeReport) explain(e *jsonschema.ValidationError) {
	if one, ok := e.ErrorKind.(*kind.OneOf); ok {
		r.alternative(e, one)
		return
	}
	if len(e.Causes) == 0 {
		r.tell(e)
		return
	}
	for _, c := range e.Causes {
		r.explain(c)
	}
}

func (r *shapeReport) alternative(e *jsonschema.ValidationError, one *kind.OneOf) {
	n := r.at(e.InstanceLocation)
	if len(one.Subschemas) > 0 {
		r.addAt(n, "schema", "these keys exclude each other: "+strings.Join(r.exclusive(e, n), ", "))
		return
	}
	if fact := n.Str("fact"); fact != "" && r.leaf(e, n, fact) {
		return
	}
	if r.foreignKeys(e, n) {
		return
	}
	best, distance := (*jsonschema.ValidationError)(nil), alien
	for _, c := range e.Causes {
		if d := r.distance(c, len(e.InstanceLocation)); d < distance {
			best, distance = c, d
		}
	}
	if best == nil {
		r.addAt(n, badCode(n), r.expected(e, n))
		return
	}
	r.explain(best)
}

// foreignKeys tells the keys that no branch of an alternative knows: until they
// are mended one cannot say which branch was meant.
func (r *shapeReport) foreignKeys(e *jsonschema.ValidationError, n *Node) bool {
	known := r.branchKeys(e.SchemaURL)
	if len(known) == 0 {
		return false
	}
	found := false
	for _, entry := range n.entries() {
		if !slices.Contains(known, entry.Key) {
			r.foreignKey(n, entry, known)
			found = true
		}
	}
	return found
}

// branchKeys are the keys that some branch of the alternative at url knows,
// sorted.
func (r *shapeReport) branchKeys(url string) []string {
	keys := map[string]bool{}
	for _, branch := range anyList(r.definition(url)["oneOf"]) {
		m, _ := branch.(map[string]any)
		if ref, ok := m["$ref"].(string); ok {
			m = r.definition(ref)
		}
		p, _ := m["properties"].(map[string]any)
		for k := range p {
			keys[k] = true
		}
		if nested := m["oneOf"]; nested != nil && len(p) == 0 {
			return nil
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// exclusive are the keys of a value that its schema wants one of.
func (r *shapeReport) exclusive(e *jsonschema.ValidationError, n *Node) []string {
	def := r.definition(e.SchemaURL)
	branches := anyList(def["oneOf"])
	if not, ok := def["not"].(map[string]any); ok {
		branches = append(slices.Clone(branches), anyList(not["anyOf"])...)
	}
	var wanted []string
	for _, b := range branches {
		m, _ := b.(map[string]any)
		wanted = append(wanted, anyStrings(anyList(m["required"]))...)
	}
	return slices.DeleteFunc(keysOf(n), func(k string) bool { return !slices.Contains(wanted, k) })
}

// leaf tells what is wrong with a condition on a fact, if it is the fact or the
// operator.
func (r *shapeReport) leaf(e *jsonschema.ValidationError, n *Node, fact string) bool {
	if !slices.Contains(r.facts(), fact) {
		r.addAt(n.Get("fact"), "fact-unknown", strconv.Quote(fact)+" is not a fact"+suggest(fact, r.facts()))
		return true
	}
	if !strings.HasSuffix(e.SchemaURL, "Leaf") {
		return false
	}
	if len(n.Entries) == 1 || len(n.Entries) == 2 && n.Has("why") {
		r.addAt(n, "key-missing", fact+" is compared with nothing: add one of "+strings.Join(operators(r.properties(e.SchemaURL)), ", "))
	}
	return true // an operator the fact does not take is told as an unknown key
}

// alien is the distance from which a branch is none of the author's intention.
const alien = 100

// distance estimates how far a value is from a branch by what is wrong at the
// value's own level: what is wrong deeper speaks for the branch, not against it.
func (r *shapeReport) distance(e *jsonschema.ValidationError, level int) int {
	if len(e.Causes) > 0 && !isOneOf(e) {
		sum := 0
		for _, c := range e.Causes {
			sum += r.distance(c, level)
		}
		return sum
	}
	depth := len(e.InstanceLocation) - level
	switch k := e.ErrorKind.(type) {
	case *kind.Type, *kind.Pattern, *kind.Const:
		if depth == 0 {
			return alien
		}
	case *kind.Required:
		if depth == 0 {
			return 4 * len(k.Missing)
		}
	case *kind.AdditionalProperties:
		if depth == 0 {
			return len(k.Properties)
		}
	case *kind.Enum:
		if depth == 0 || e.InstanceLocation[level] == "fact" {
			return alien
		}
	}
	return 0
}

func isOneOf(e *jsonschema.ValidationError) bool {
	_, ok := e.ErrorKind.(*kind.OneOf)
	return ok
}

// at finds the value of an instance location.
func (r *shapeReport) at(location []string) *Node {
	n := r.root
	for _, step := range location {
		if n == nil {
			return nil
		}
		if n.Kind != List {
			n = n.Get(step)
			continue
		}
		i, err := strconv.Atoi(step)
		if err != nil || i >= len(n.Items) {
			return nil
		}
		n = n.Items[i]
	}
	return n
}

func (r *shapeReport) addAt(n *Node, code, message string) {
	if n == nil {
		n = r.root
	}
	r.found = append(r.found, Finding{n.File, n.Line, n.Column, code, Error, message})
}

// definition returns the schema text an error points to.
func (r *shapeReport) definition(url string) map[string]any {
	_, pointer, _ := strings.Cut(url, "#")
	v := r.text
	for _, step := range strings.Split(strings.Trim(pointer, "/"), "/") {
		switch t := v.(type) {
		case map[string]any:
			if step != "" {
				v = t[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(t) {
				return nil
			}
			v = t[i]
		}
	}
	m, _ := v.(map[string]any)
	return m
}

// facts are all the facts of the schema, in its order.
func (r *shapeReport) facts() []string {
	var all []string
	for _, leaf := range []string{"bool", "value", "set", "number", "money", "time", "level"} {
		fact := r.definition("#/$defs/" + leaf + "Leaf/properties/fact")
		for _, f := range anyList(fact["enum"]) {
			all = append(all, f.(string))
		}
	}
	return all
}

func anyList(v any) []any {
	l, _ := v.([]any)
	return l
}

func keysOf(n *Node) []string {
	var keys []string
	for _, e := range n.entries() {
		keys = append(keys, e.Key)
	}
	return keys
}
