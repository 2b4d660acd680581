package definition

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"concerto/internal/pdz"
)

// schemaWalk visits every place of the schema that refers to a definition, with
// the keys that lead there in a file; recursion stops at the second round.
func schemaWalk(t *testing.T, visit func(path []string, ref string)) {
	t.Helper()
	var text map[string]any
	if err := json.Unmarshal(schemaJSON, &text); err != nil {
		t.Fatal(err)
	}
	defs := text["$defs"].(map[string]any)
	var walk func(path []string, open []string, v map[string]any)
	walk = func(path, open []string, v map[string]any) {
		if ref, ok := v["$ref"].(string); ok {
			name := strings.TrimPrefix(ref, "#/$defs/")
			visit(path, name)
			if !slices.Contains(open, name) {
				walk(path, append(slices.Clone(open), name), defs[name].(map[string]any))
			}
		}
		if p, ok := v["properties"].(map[string]any); ok {
			for k, s := range p {
				walk(append(slices.Clone(path), k), open, s.(map[string]any))
			}
		}
		if items, ok := v["items"].(map[string]any); ok {
			walk(append(slices.Clone(path), "*"), open, items)
		}
		for _, k := range []string{"oneOf", "anyOf", "allOf"} {
			for _, s := range anyList(v[k]) {
				walk(path, open, s.(map[string]any))
			}
		}
	}
	walk(nil, []string{"definition"}, defs["definition"].(map[string]any))
}

// noReference are keys that hold an id and lead nowhere in the file.
var noReference = []string{
	"categories/*/groups/*",                     // declared by use
	"imports/*/process",                         // another process
	"approval/*/alternatives/group",             // declared by use
	"audiences/*/members/*/group",               // groups: looked up by their own check
	"audiences/*/except/*/group",                // the same
	"finance/constraints/*/left/sum/services/*", // services are declared by no block
	"finance/constraints/*/right/sum/services/*",
	"finance/constraints/*/right/of/sum/services/*",
}

func TestEveryKeyThatHoldsAnIDIsLookedUp(t *testing.T) {
	reached := map[string]bool{}
	schemaWalk(t, func(path []string, ref string) {
		p := strings.Join(path, "/")
		reached[p] = true
		if ref != "id" || path[len(path)-1] == "id" || slices.Contains(noReference, p) {
			return
		}
		if k := len(path); path[k-1] == "rule" && (path[0] == "rules" || path[k-2] == "showWhen" || path[k-2] == "requiredWhen") {
			return // conditions: looked up by checkRules
		}
		if target(path) == "" {
			t.Errorf("nothing looks up %s", p)
		}
	})
	for p := range references {
		if !reached[p] && p != "interpretations/*/about/*" {
			t.Errorf("the schema has no %s that holds an id", p)
		}
	}
}

func TestEveryMomentIsChecked(t *testing.T) {
	schemaWalk(t, func(path []string, ref string) {
		if ref == "anchor" && !isMoment(path) {
			t.Errorf("anchors at %s are not checked", strings.Join(path, "/"))
		}
	})
}

func TestEveryFactOfTheSchemaIsKnownToTheDomain(t *testing.T) {
	s, err := loadSchema()
	if err != nil {
		t.Fatal(err)
	}
	r := &shapeReport{schema: s, root: &Node{}}
	for _, kind := range []string{"bool", "value", "set", "number", "money", "time", "level"} {
		for _, f := range anyStrings(anyList(r.definition("#/$defs/" + kind + "Leaf/properties/fact")["enum"])) {
			if got := kindOfFact(f); got != kind {
				t.Errorf("%s is a %s in the schema and a %q in the domain", f, kind, got)
			}
		}
	}
	for f := range named {
		if !slices.Contains(r.facts(), f) {
			t.Errorf("%s is no fact", f)
		}
	}
}

func kindOfFact(name string) string {
	k, _, _ := pdz.FactType(name)
	return string(k)
}
