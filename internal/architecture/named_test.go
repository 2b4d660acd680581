package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// named is what a page may point to as a proof: the tests of the repository, its
// browser checks, and the headings of its pages.
type named struct {
	tests map[string]testAt
}

// testAt is where a test stands. Two packages whose directories end alike share a name.
type testAt struct {
	dir, file string
	words     []string // string literals of the file: names of subtests are among them
}

// findTests reads every test file.
func findTests(t *testing.T) named {
	t.Helper()
	n := named{map[string]testAt{}}
	for _, file := range files(t, ".go") {
		if !strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		at := testAt{dir: path.Dir(file), file: file}
		ast.Inspect(f, func(x ast.Node) bool {
			if lit, ok := x.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				at.words = append(at.words, strings.Trim(lit.Value, "\"`"))
			}
			return true
		})
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && isTest(fn.Name.Name) {
				n.tests[path.Base(at.dir)+"."+fn.Name.Name] = at
			}
		}
	}
	return n
}

func isTest(name string) bool {
	return name != "TestMain" && (strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz"))
}

// missing says why a proof points to nothing; an empty text says that it stands. A
// proof is test:package.TestName, with /subtest where one of a table is meant,
// e2e:checks/file.mjs#name, or doc:path#anchor.
func (n named) missing(proof string) string {
	kind, rest, _ := strings.Cut(proof, ":")
	switch kind {
	case "test":
		return n.missingTest(rest)
	case "e2e":
		file, name, _ := strings.Cut(rest, "#")
		text, err := os.ReadFile(filepath.Join(root, "e2e", filepath.FromSlash(file)))
		if err != nil || name == "" || !strings.Contains(string(text), "['"+name+"'") {
			return "no such browser check"
		}
		return ""
	case "doc":
		return missingAnchor(rest)
	}
	return "neither test: nor e2e: nor doc:"
}

func (n named) missingTest(name string) string {
	name, sub, isSub := strings.Cut(name, "/")
	at, ok := n.tests[name]
	if !ok {
		return "no such test"
	}
	if !isSub || slices.Contains(at.words, sub) {
		return ""
	}
	if scripts, _ := filepath.Glob(filepath.Join(root, at.dir, "testdata", "*", sub+".*")); len(scripts) > 0 {
		return "" // a script that the test plays
	}
	return "no such subtest"
}

var heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)

func missingAnchor(address string) string {
	file, anchor, _ := strings.Cut(address, "#")
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil || path.Ext(file) != ".md" {
		return "no such page"
	}
	for _, m := range heading.FindAllStringSubmatch(string(text), -1) {
		if anchorOf(m[1]) == anchor {
			return ""
		}
	}
	return "no such heading"
}

// anchorOf is how readers of Markdown address a heading: small letters, digits and hyphens.
func anchorOf(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}

func TestAnchorsAreThoseOfReaders(t *testing.T) {
	for text, want := range map[string]string{
		"What is promised": "what-is-promised", "`concerto backup CARTELLA`": "concerto-backup-cartella",
		"File della cartella dei dati": "file-della-cartella-dei-dati", "È così (davvero)": "è-così-davvero",
	} {
		if got := anchorOf(text); got != want {
			t.Errorf("anchorOf(%q) = %q, want %q", text, got, want)
		}
	}
}

// The judge of proofs sees what points to nothing.
func TestAWrongProofIsSeen(t *testing.T) {
	n := findTests(t)
	for _, good := range []string{
		"test:architecture.TestAWrongProofIsSeen", "test:web.TestStatusOfWhatGoesWrong/body too large", "test:cli.TestConversations/copie",
		"test:app.FuzzExamine", "doc:SECURITY.md#what-is-promised", "e2e:checks/print.mjs#a receipt takes one sheet",
	} {
		if why := n.missing(good); why != "" {
			t.Errorf("%s: %s", good, why)
		}
	}
	for _, bad := range []string{
		"", "TestAWrongProofIsSeen", "test:architecture.TestThatNobodyWrote", "test:TestAWrongProofIsSeen", "test:web.TestAWrongProofIsSeen",
		"test:web.TestStatusOfWhatGoesWrong/body too small", "test:cli.TestConversations/niente", "test:cli.TestMain", "test:web.newTestSite",
		"doc:SECURITY.md#what-is-not-there", "doc:SECURITY.md", "doc:NOTHING.md#what-is-promised", "doc:Makefile#x",
		"e2e:checks/print.mjs#a receipt takes two sheets", "e2e:checks/print.mjs", "e2e:checks/none.mjs#a receipt takes one sheet",
	} {
		if n.missing(bad) == "" {
			t.Errorf("%q passes for a proof", bad)
		}
	}
}
