package architecture

import (
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

// refused are packages that the program does without, and why. A new use takes its
// file out of the refusal by a row in allowed, with its own reason.
var refused = map[string]string{
	"os/exec":        "runs other programs",
	"plugin":         "loads code",
	"unsafe":         "leaves the safety of memory",
	"encoding/gob":   "makes objects of what it reads",
	"net/rpc":        "calls what it reads",
	"text/template":  "writes without escaping",
	"expvar":         "shows the inside under an address of its own",
	"net/http/pprof": "shows the inside under an address of its own",
	"crypto/md5":     "is broken",
	"crypto/sha1":    "is broken",
	"crypto/des":     "is broken",
	"crypto/rc4":     "is broken",
}

// allowed are the packages that may import what is refused to others.
var allowed = map[string][]string{
	"os/exec": {"internal/store/storetest", // starts PostgreSQL for tests
		"internal/docs"}, // a worker of the same binary renders documents
}

// program are the sources of what runs in an office: trials of it may do what it may not.
func program(t *testing.T) []source {
	t.Helper()
	return slices.DeleteFunc(sources(t), func(s source) bool {
		return !strings.HasPrefix(s.Path, "internal/") && !strings.HasPrefix(s.Path, "cmd/")
	})
}

func TestNothingDangerousIsImported(t *testing.T) {
	for _, s := range program(t) {
		for _, path := range imports(s) {
			if why := refused[path]; why != "" && !slices.Contains(allowed[path], s.Package) {
				t.Errorf("%s imports %s, which %s", s.Path, path, why)
			}
		}
	}
}

// callers are names by which a program opens a connection to somewhere.
var callers = map[string][]string{
	"net/http":   {"Get", "Post", "Head", "PostForm", "Client", "DefaultClient", "NewRequest", "NewRequestWithContext", "Transport", "DefaultTransport"},
	"net":        {"Dial", "DialTimeout", "DialTCP", "DialUDP", "Dialer"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
}

// No address that somebody typed is ever fetched (register P19): the program speaks to
// its database and to the mail server that its operator named, through their drivers,
// and opens no connection of its own.
func TestNobodyButTheMailCallsOut(t *testing.T) {
	for _, s := range program(t) {
		if s.Package == "internal/store/storetest" {
			continue
		}
		for path, names := range callers {
			for _, at := range mentions(s, path, names) {
				t.Errorf("%s opens a connection", at)
			}
		}
	}
}

// mentions lists where a file names something of an imported package, however it is used.
func mentions(s source, path string, names []string) (at []string) {
	pkg := importedAs(s, path)
	if pkg == "" {
		return nil
	}
	ast.Inspect(s.File, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(names, sel.Sel.Name) {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg {
				at = append(at, s.Path+":"+strconv.Itoa(s.Fset.Position(sel.Pos()).Line))
			}
		}
		return true
	})
	return at
}

// Patterns are constants, so that nobody's words are ever read as one.
func TestPatternsAreConstants(t *testing.T) {
	read := 0
	for _, s := range program(t) {
		pkg := importedAs(s, "regexp")
		if pkg == "" {
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"MustCompile", "Compile", "CompilePOSIX", "MustCompilePOSIX", "MatchString", "Match"}, sel.Sel.Name) {
				return true
			}
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg {
				if read++; !constantText(call.Args[0]) {
					t.Errorf("%s:%d makes a pattern of what is no constant", s.Path, s.Fset.Position(call.Pos()).Line)
				}
			}
			return true
		})
	}
	if read == 0 {
		t.Error("no pattern was read: the test looks in the wrong place")
	}
}

func constantText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return e.Obj != nil && e.Obj.Kind == ast.Con
	case *ast.BinaryExpr:
		return constantText(e.X) && constantText(e.Y)
	}
	return false
}

// No XML is parsed: what lies inside a document that somebody sends is searched as
// bytes, and no entity is ever expanded (register P16).
func TestNobodyReadsXML(t *testing.T) {
	for _, s := range program(t) {
		for _, at := range mentions(s, "encoding/xml", []string{"NewDecoder", "NewTokenDecoder", "Unmarshal"}) {
			t.Errorf("%s parses XML; refuse DTD, bound size and depth, and say so here", at)
		}
	}
}

// risky are ways in which a script takes a text for something else, or keeps it.
var risky = regexp.MustCompile(`\beval\b|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|postMessage|addEventListener\('message'|localStorage|sessionStorage|indexedDB|document\.cookie|__proto__|Object\.assign`)

// The site's own scripts write text as text and keep nothing.
func TestScriptsWriteTextAndKeepNothing(t *testing.T) {
	list, err := filepath.Glob(filepath.Join(root, "assets/js/*.js"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no script was found: %v", err)
	}
	for _, file := range list {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := risky.FindString(string(text)); found != "" {
			t.Errorf("%s says %q", filepath.Base(file), found)
		}
	}
}

// The lock file and the module sums pin every part by its hash.
func TestEveryPartIsPinnedByItsHash(t *testing.T) {
	lock, err := os.ReadFile(filepath.Join(root, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	parts, hashes := strings.Count(string(lock), "\"node_modules/"), strings.Count(string(lock), "\"integrity\": \"sha512-")
	if parts == 0 || hashes < parts {
		t.Errorf("%d parts and %d hashes in package-lock.json", parts, hashes)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\t?([a-z0-9.-]+\.[a-z]+/\S+) (v\S+)`).FindAllStringSubmatch(string(mod), -1) {
		n++
		if !strings.Contains(string(sum), m[1]+" "+m[2]+" h1:") {
			t.Errorf("%s %s has no hash in go.sum", m[1], m[2])
		}
	}
	if n < 20 || strings.Contains(string(mod), "\nreplace") {
		t.Errorf("%d modules read from go.mod, or one is replaced", n)
	}
}

func TestDangerIsSeen(t *testing.T) {
	const text = `package p
import ("net/http"; n "net")
var c = http.Client{}
func f(s string) { _ = &n.Dialer{}; http.Get(s); use(http.NewRequest) }`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := source{"p.go", "p", fset, f}
	if got := append(mentions(s, "net/http", callers["net/http"]), mentions(s, "net", callers["net"])...); len(got) != 4 {
		t.Errorf("connections seen at %q, want 4", got)
	}
	for text, want := range map[string]string{"x.innerHTML = y": "innerHTML", "retrieval(y)": "", "eval(y)": "eval", "x.textContent = y": ""} {
		if got := risky.FindString(text); got != want {
			t.Errorf("in %q seen %q, want %q", text, got, want)
		}
	}
}
