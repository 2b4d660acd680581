package definition

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var codeShape = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// codesInSource reads the codes out of the package's own text: the argument after
// the place in a call that reports, or the code of a Finding.
func codesInSource(t *testing.T) map[string]bool {
	t.Helper()
	codes := map[string]bool{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			for _, e := range codeArguments(n) {
				if s := literal(e); codeShape.MatchString(s) {
					codes[s] = true
				}
			}
			return true
		})
	}
	if len(codes) < 40 {
		t.Fatalf("%d codes found in the source: this reading of it no longer works", len(codes))
	}
	return codes
}

// position of the code among the arguments of what reports a finding.
var codeAt = map[string]int{"add": 1, "warn": 1, "report": 2, "addAt": 1, "fail": 0, "span": 3, "order": 1}

func codeArguments(n ast.Node) []ast.Expr {
	switch v := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := v.Fun.(type) {
		case *ast.SelectorExpr:
			name = f.Sel.Name
			if x, ok := f.X.(*ast.Ident); ok && x.Name == "r" && name == "add" {
				return v.Args[2:3] // the YAML reader's
			}
		case *ast.Ident:
			name = f.Name
		}
		if i, ok := codeAt[name]; ok && i < len(v.Args) {
			return v.Args[i : i+1]
		}
	case *ast.CompositeLit:
		if len(v.Elts) == 6 {
			return v.Elts[3:4]
		}
	case *ast.FuncDecl:
		if v.Name.Name == "badCode" {
			return returned(v)
		}
	}
	return nil
}

func returned(f *ast.FuncDecl) []ast.Expr {
	var all []ast.Expr
	ast.Inspect(f, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok {
			all = append(all, r.Results...)
		}
		return true
	})
	return all
}

func literal(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
		s, _ := strconv.Unquote(l.Value)
		return s
	}
	return ""
}
