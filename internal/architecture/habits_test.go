package architecture

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// clockReaders are the functions of package time that read the machine's clock.
var clockReaders = []string{"Now", "Since", "Until"}

// mayAsk are the packages that may ask the machine for the hour or for chance: the
// command line, which hands both on, and what only tests use.
var mayAsk = []string{"internal/cli", "internal/store/storetest"}

// asks reports whether a package may ask. The trials stand outside the program and time it.
func asks(pkg string) bool { return slices.Contains(mayAsk, pkg) || strings.HasPrefix(pkg, "trial/") }

// Time comes in as a value, so that the demo can simulate it and a test can fix it.
func TestOnlyCliReadsTheClock(t *testing.T) {
	for _, s := range sources(t) {
		if asks(s.Package) {
			continue
		}
		for _, at := range calls(s, "time", clockReaders) {
			t.Errorf("%s reads the machine's clock; take a clock.Now or an instant", at)
		}
	}
}

// Randomness comes in as an io.Reader, so that a test can repeat it.
func TestOnlyCliDrawsRandomNumbers(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range imports(s) {
			if strings.HasPrefix(path, "math/rand") && !strings.HasPrefix(s.Package, "trial/") || path == "crypto/rand" && !asks(s.Package) {
				t.Errorf("%s imports %s; take an io.Reader", s.Path, path)
			}
		}
	}
}

// trusted are the types by which html/template is told not to escape. Text that runs
// becomes one of them only by a conversion, which reads as a call.
var trusted = []string{"HTML", "HTMLAttr", "CSS", "JS", "JSStr", "URL", "Srcset"}

// trustedIn is the one file that may vouch for markup: it draws with numbers and escapes every text.
const trustedIn = "internal/web/svg.go"

func TestMarkupIsTrustedInOneFile(t *testing.T) {
	for _, s := range sources(t) {
		if s.Path == trustedIn {
			continue
		}
		for _, at := range calls(s, "html/template", trusted) {
			t.Errorf("%s vouches for markup; only %s may", at, trustedIn)
		}
	}
}

// oneDatabaseOnly finds what SQLite and PostgreSQL understand differently, or not both
// (design, "Two databases, one text"). Sort keys and instants are made in Go.
var oneDatabaseOnly = regexp.MustCompile(`(?i)\bnow\s*\(|\bcurrent_(timestamp|date|time)\b|\bi?like\b|\blower\s*\(|\bupper\s*\(` +
	`|\binterval\b|::|->|\barray\b|\bas\s+bytea\b|\bjsonb?\b|\bserial\b|\bautoincrement\b|\brandom\s*\(`)

func TestSQLSpeaksToBothDatabases(t *testing.T) {
	read := 0
	for _, path := range files(t, ".sql") {
		if !strings.HasPrefix(path, "internal/store/") {
			t.Errorf("%s: SQL belongs in internal/store", path)
		}
		read++
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if found := foreignSQL(line); found != "" {
				t.Errorf("%s:%d: %q does not mean the same on both databases", path, i+1, found)
			}
		}
	}
	if read == 0 {
		t.Error("no query was read: the test looks in the wrong place")
	}
}

func TestForeignSQLIsSeen(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"SELECT id FROM act WHERE received_us < $1", ""},
		{"-- the clock is not now() but an argument", ""},
		{"SELECT now()", "now("},
		{"WHERE name LIKE $1", "LIKE"},
		{"WHERE likely = $1", ""},
		{"SELECT CAST($1 AS BYTEA)", "AS BYTEA"},
		{"SELECT body->>'name'", "->"},
		{"SELECT n::int", "::"},
	} {
		if got := foreignSQL(tt.line); got != tt.want {
			t.Errorf("foreignSQL(%q) = %q, want %q", tt.line, got, tt.want)
		}
	}
}

// foreignSQL returns the words of a line that one database alone understands, or nothing.
func foreignSQL(line string) string {
	code, _, _ := strings.Cut(line, "--")
	return oneDatabaseOnly.FindString(code)
}

// drawers are names that hold anything, and so say nothing.
var drawers = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "misc", "shared", "types"}

func TestNothingIsNamedAfterADrawer(t *testing.T) {
	for _, s := range sources(t) {
		if ast.IsGenerated(s.File) {
			continue
		}
		for _, name := range strings.Split(strings.TrimSuffix(s.Path, ".go"), "/") {
			if slices.Contains(drawers, name) {
				t.Errorf("%s: %q says nothing of what is inside", s.Path, name)
			}
		}
	}
}

// A package opens with a page of design.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	words := map[string]int{}
	for _, s := range sources(t) {
		if ast.IsGenerated(s.File) {
			words[s.Package] = 1 << 10
		}
		words[s.Package] += len(strings.Fields(s.File.Doc.Text()))
	}
	for pkg, n := range words {
		if n < 20 && pkg != "cmd/concerto" {
			t.Errorf("package %s opens with %d words; it wants a paragraph on its design", pkg, n)
		}
	}
}

// calls lists where a file calls one of the functions of an imported package, or
// converts to one of its types. A function that is handed on by name counts too.
func calls(s source, path string, names []string) []string {
	pkg := importedAs(s, path)
	if pkg == "" {
		return nil
	}
	var at []string
	named := func(e ast.Expr) {
		sel, ok := e.(*ast.SelectorExpr)
		if !ok || !slices.Contains(names, sel.Sel.Name) {
			return
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg {
			at = append(at, fmt.Sprintf("%s:%d", s.Path, s.Fset.Position(sel.Pos()).Line))
		}
	}
	ast.Inspect(s.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			named(n.Fun)
			each(n.Args, named)
		case *ast.AssignStmt:
			each(n.Rhs, named)
		case *ast.KeyValueExpr:
			named(n.Value)
		case *ast.ReturnStmt:
			each(n.Results, named)
		}
		return true
	})
	return at
}

func each(list []ast.Expr, fn func(ast.Expr)) {
	for _, e := range list {
		fn(e)
	}
}

// importedAs returns the name by which a file knows a package, or nothing.
func importedAs(s source, path string) string {
	for _, spec := range s.File.Imports {
		if spec.Path.Value != strconv.Quote(path) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return filepath.Base(path)
	}
	return ""
}

func TestCallsAreSeen(t *testing.T) {
	const text = `package p
import ("html/template"; clock "time")
type page struct { body template.HTML }
func f(s string) template.HTML {
	now := clock.Now
	use(page{body: template.HTML(s)}, clock.Since(now()), clock.Now)
	return ""
}`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := source{"p.go", "p", fset, f}
	if got := calls(s, "time", clockReaders); len(got) != 3 {
		t.Errorf("clock readers found at %q, want 3", got)
	}
	if got := calls(s, "html/template", trusted); len(got) != 1 {
		t.Errorf("trusted markup found at %q, want 1", got)
	}
}
