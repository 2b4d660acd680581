package architecture

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "concerto/"

// may lists, for each package, what it may import besides the standard library:
// our packages by their directory, others by module path. A new package gets a row
// here in the same commit; a new arrow is a decision, and goes into doc/design.md too.
var may = map[string][]string{
	"cmd/concerto": {"internal/cli"},
	"internal/cli": {
		"internal/web", "internal/app", "internal/store", "internal/store/q", "internal/pdz", "internal/definition", "internal/register",
		"internal/docs", "internal/mail", "internal/jobs", "internal/i18n", "internal/clock", "internal/demo", "internal/metrics", "examples", "assets",
		"github.com/alecthomas/kong", "golang.org/x/mod", "golang.org/x/sync",
	},
	"internal/web": {
		"internal/metrics", "internal/app", "internal/pdz", "internal/register", "internal/docs", "internal/i18n", "internal/clock", "assets",
		"golang.org/x/time", "golang.org/x/sync", "rsc.io/qr",
	},
	"internal/app": {
		"internal/metrics", "internal/store", "internal/store/q", "internal/pdz", "internal/definition", "internal/register", "internal/docs",
		"internal/mail", "internal/i18n", "internal/clock", "github.com/gowebpki/jcs", "golang.org/x/mod", "golang.org/x/text",
	},
	"internal/demo": {
		"internal/app", "internal/store", "internal/store/q", "internal/pdz", "internal/definition", "internal/mail", "internal/i18n", "internal/clock",
		"go.yaml.in/yaml/v4",
	},
	"internal/store": {
		"internal/metrics", "internal/store/q", "internal/pdz", "internal/register", "internal/clock",
		"modernc.org/sqlite", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3", "golang.org/x/mod",
	},
	"internal/store/q":         {},
	"internal/store/storetest": {"internal/store", "internal/register", "internal/clock", "github.com/jackc/pgx/v5", "golang.org/x/mod"},
	"internal/definition": {
		"internal/pdz", "go.yaml.in/yaml/v4", "github.com/santhosh-tekuri/jsonschema/v6", "github.com/gowebpki/jcs", "golang.org/x/text",
	},
	"internal/docs":         {"internal/pdz", "internal/i18n", "github.com/emersion/go-ical", "rsc.io/qr", "github.com/xuri/excelize/v2"},
	"internal/mail":         {"github.com/wneessen/go-mail"},
	"internal/jobs":         {},
	"internal/i18n":         {"github.com/leonelquinteros/gotext", "golang.org/x/text"},
	"internal/i18n/scan":    {"internal/i18n", "github.com/leonelquinteros/gotext"},
	"internal/i18n/extract": {"internal/i18n", "internal/i18n/scan"},
	"internal/register":     {"golang.org/x/mod", "github.com/gowebpki/jcs"},
	"internal/clock":        {},
	"internal/metrics":      {},
	"internal/pdz":          {},
	"internal/architecture": {},
	"assets":                {},
	"examples":              {},

	// The trials of the built program from outside: what drives it, then the commands.
	"trial/instance": {"examples"},
	"trial/visitor":  {},
	"trial/proxy":    {},
	"trial/mutant":   {},
	"trial/oracle":   {"internal/register", "trial/instance", "trial/visitor", "golang.org/x/mod"},
	"trial/chaos":    {"trial/instance", "trial/visitor", "trial/oracle", "trial/mutant", "trial/proxy", "trial/inside", "trial/anomaly", "trial/skew"},
	// The trials that break one thing inside: the program's own layers, wired as cli wires them.
	"trial/faulty": {"internal/register"},
	"trial/inside": {
		"internal/app", "internal/store", "internal/store/q", "internal/definition", "internal/i18n", "internal/pdz", "internal/register",
		"trial/faulty", "trial/visitor", "examples", "golang.org/x/mod",
	},
	"trial/anomaly": {"internal/app", "internal/pdz", "internal/register", "trial/faulty", "trial/inside"},
	"trial/skew":    {"internal/app", "internal/register", "trial/inside"},
	// The judges from outside are of others; ours is the site on which each is tried, and the flaw that one reads.
	"trial/judges/planted":              {"modernc.org/sqlite"},
	"trial/judges/testdata/gosec":       {},
	"trial/judges/testdata/govulncheck": {"golang.org/x/text"},
	// The bench. It drives the built program from outside; register verifies receipts.
	"trial/bench": {
		"internal/register", "trial/instance", "trial/visitor", "trial/bench/child", "trial/bench/duel", "trial/bench/floor", "trial/bench/load",
		"trial/bench/scratch", "trial/bench/stat", "github.com/jackc/pgx/v5",
	},
	"trial/bench/child":   {},
	"trial/bench/duel":    {"trial/bench/stat"},
	"trial/bench/floor":   {"github.com/jackc/pgx/v5"},
	"trial/bench/load":    {},
	"trial/bench/scratch": {"internal/register", "trial/visitor", "golang.org/x/mod", "modernc.org/sqlite"},
	"trial/bench/stat":    {},
	// The floor of the rush is the web layer without what lies behind it, so it is wired like cli.
	"trial/bench/rawfile": {
		"internal/web", "internal/app", "internal/store", "internal/definition", "internal/register", "internal/i18n", "golang.org/x/mod",
	},
	"trial/bench/rawfile/overlay": {"internal/app", "internal/register"},
}

func TestImportsPointDownTheLine(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		seen[s.Package] = true
		for _, bad := range forbidden(s.Package, imports(s)) {
			t.Errorf("%s: %s", s.Path, bad)
		}
	}
	if !seen["internal/pdz"] {
		t.Error("internal/pdz was not read: the test looks in the wrong place")
	}
}

// The judge is judged: an arrow against the line must be reported.
func TestArrowsAgainstTheLineAreSeen(t *testing.T) {
	for _, tt := range []struct {
		pkg, imported string
		want          int
	}{
		{"internal/web", "concerto/internal/app", 0},
		{"internal/app", "concerto/internal/web", 1},
		{"internal/web", "concerto/internal/store", 1},
		{"internal/register", "concerto/internal/pdz", 1},
		{"internal/pdz", "golang.org/x/text/unicode/norm", 1},
		{"internal/pdz", "time", 0},
		{"internal/register", "golang.org/x/mod/sumdb/tlog", 0},
		{"internal/util", "time", 1},
		{"internal/app", "database/sql", 1},
		{"internal/store/q", "database/sql", 0},
	} {
		if got := forbidden(tt.pkg, []string{tt.imported}); len(got) != tt.want {
			t.Errorf("forbidden(%s, %s) = %q, want %d findings", tt.pkg, tt.imported, got, tt.want)
		}
	}
}

// forbidden says what is wrong with the imports of a package.
func forbidden(pkg string, imported []string) []string {
	allowed, known := may[pkg]
	if !known {
		return []string{"package " + pkg + " has no row in the table of imports"}
	}
	var bad []string
	for _, path := range imported {
		switch {
		case path == "database/sql" && !strings.HasPrefix(pkg, "internal/store") && pkg != "trial/bench/scratch" && pkg != "trial/judges/planted":
			bad = append(bad, "only store may speak to a database")
		case standard(path) || slices.ContainsFunc(allowed, func(a string) bool { return covers(a, path) }):
		default:
			bad = append(bad, fmt.Sprintf("%s may not import %s", pkg, path))
		}
	}
	return bad
}

// standard reports whether a path is of the standard library.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && !strings.HasPrefix(path, module)
}

// covers reports whether a row's entry allows a path: one of our packages exactly, or any package of a module.
func covers(entry, path string) bool {
	if ours, ok := strings.CutPrefix(path, module); ok {
		return ours == entry
	}
	return path == entry || strings.HasPrefix(path, entry+"/")
}

func imports(s source) []string {
	var paths []string
	for _, spec := range s.File.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, path)
	}
	return paths
}
