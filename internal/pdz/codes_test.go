package pdz

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Whoever adds a code and forgets the list would leave the page without words for it.
func TestCodesListsEveryCode(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") || spec.Names[0].Name == "Codes" {
			return true
		}
		declared++
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil || !slices.Contains(Codes, code) {
			t.Errorf("%s is not in Codes", spec.Names[0].Name)
		}
		if spec.Comment == nil || !strings.Contains(spec.Comment.Text(), ";") {
			t.Errorf("%s does not say its arguments", spec.Names[0].Name)
		}
		return true
	})
	if n := len(distinct(Codes)); n != declared || n != len(Codes) {
		t.Errorf("%d codes declared, %d listed, %d different", declared, len(Codes), n)
	}
}
