package scan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
)

// Go returns the messages of a Go source, in the order they are written.
func Go(name, text string) ([]Message, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var list []Message
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if m, ok := message(called(call), literals(call.Args)); ok {
			list = append(list, m)
		}
		return true
	})
	return list, nil
}

// called names the function or method of a call, without what it belongs to.
// M alone must be i18n.M, for other packages may have an M of their own.
func called(call *ast.CallExpr) string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := sel.X.(*ast.Ident); sel.Sel.Name == "M" && (!ok || x.Name != "i18n") {
		return ""
	}
	return sel.Sel.Name
}

// literals returns the leading arguments that are literal texts.
func literals(args []ast.Expr) []string {
	var texts []string
	for _, a := range args {
		s, ok := literal(a)
		if !ok {
			break
		}
		texts = append(texts, s)
	}
	return texts
}

// literal reads a string literal, also one broken over lines with a plus.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, too := literal(e.Y)
		return left + right, ok && too && e.Op == token.ADD
	}
	return "", false
}
