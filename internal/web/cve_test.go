package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/store"
	"concerto/internal/store/storetest"

	"github.com/PuerkitoBio/goquery"
)

// The tests of the files cve_* play, on the real stack, what was published of other
// software for participation and events: doc/cve-classes.md tells each. Their names
// begin with TestAs and hold the identifier.

// hostileMark runs where it is written out as it stands, in text and in an attribute.
const hostileMark = `"><svg/onload=alert(1)>`

// spoil puts the hostile mark in the place of what people typed, in every text of the
// columns that where names, whatever had kept it out on its way in. Inside JSON it is
// escaped, as it would have been.
func (p *peopled) spoil(t *testing.T, where func(table, column string) bool) {
	t.Helper()
	inJSON := strings.ReplaceAll(hostileMark, `"`, `\"`)
	for _, table := range store.Tables() {
		columns, types := p.columns(t, table)
		for i, c := range columns {
			if !where(table, c) || types[i] != "TEXT" && types[i] != "BYTEA" {
				continue
			}
			p.exec(t, fmt.Sprintf("UPDATE %s SET %s = CAST(CASE WHEN json_valid(CAST(%s AS TEXT)) THEN replace(CAST(%s AS TEXT), ?, ?) ELSE replace(CAST(%s AS TEXT), ?, ?) END AS %s)",
				table, c, c, c, c, map[string]string{"TEXT": "TEXT", "BYTEA": "BLOB"}[types[i]]), marker, inJSON, marker, hostileMark)
		}
	}
}

func everywhere(_, _ string) bool { return true }

// open asks for a page as one who may, or with the right link.
func (p *peopled) open(r Route, query string) *httptest.ResponseRecorder {
	return p.openAt(p.address(r.Pattern, "lecce", 0, true)+query, r)
}

func (p *peopled) openAt(address string, r Route) *httptest.ResponseRecorder {
	var headers []string
	if wanted, asks := roles[r.Rule]; asks {
		role := "head"
		if len(wanted) > 0 {
			role = string(wanted[len(wanted)-1])
		}
		if r.Rule == SignedIn {
			role = "delegate"
		}
		headers = []string{roleHeader, role}
	}
	return p.do(r.Method, address, "", headers...)
}

// runs says what of an answer a browser would run, or show in the place of a page.
func runs(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	h := w.Header()
	if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		if strings.Contains(w.Body.String(), "<svg/onload") && (h.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(h.Get("Content-Type"), "xml")) {
			return "a " + h.Get("Content-Type") + " that may be taken for a page"
		}
		return ""
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	found := ""
	d.Find("*").Each(func(_ int, x *goquery.Selection) {
		for _, a := range x.Get(0).Attr {
			value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"href", "src", "action", "formaction", "data", "srcdoc", "hx-get", "hx-post"}, a.Key) &&
				(strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") || strings.HasPrefix(value, "vbscript:")) {
				found = fmt.Sprintf("<%s %s=%q>", goquery.NodeName(x), a.Key, a.Val)
			}
		}
		if name := goquery.NodeName(x); slices.Contains([]string{"iframe", "object", "embed", "base"}, name) || name == "script" && x.AttrOr("src", "") == "" {
			found = "<" + name + ">"
		}
	})
	return found
}

// neverRuns opens the pages that match, and fails where what people typed would run.
// It wants to have seen the mark as text on some pages: else it looked elsewhere.
func (p *peopled) neverRuns(t *testing.T, match func(Route) bool, least int) {
	t.Helper()
	seen := 0
	for _, r := range Routes() {
		if r.Method != http.MethodGet || !match(r) || p.unknownWildcards(r.Pattern) {
			continue
		}
		w := p.open(r, "")
		if strings.Contains(w.Body.String(), "svg/onload") {
			seen++
		}
		if w.Code >= 500 {
			t.Errorf("GET %s: %d", r.Pattern, w.Code)
		}
		if found := runs(t, w); found != "" {
			t.Errorf("GET %s would run %s", r.Pattern, found)
		}
	}
	if seen < least {
		t.Errorf("the mark was seen on %d pages, want at least %d: the test looks in the wrong place", seen, least)
	}
}

var parameterRead = regexp.MustCompile(`(?:Query\(\)|query|q)\.Get\("([a-z-]+)"\)|page\([^)]*\), "([a-z", -]+)"\)|FormValue\("([a-z-]+)"\)`)

// parameters are the names under which any page takes something from an address,
// read from the program, with those that other software knows.
func parameters(t *testing.T) []string {
	t.Helper()
	names := []string{"per_page", "page", "q", "order", "sort", "filter", "next", "url", "redirect", "format"}
	list, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range list {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range parameterRead.FindAllStringSubmatch(string(text), -1) {
			names = append(names, strings.FieldsFunc(m[1]+m[2]+m[3], func(r rune) bool { return strings.ContainsRune(`", `, r) })...)
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) < 25 {
		t.Fatalf("only the parameters %q were found", names)
	}
	return names
}

// withAll is a query that gives every parameter the same value.
func withAll(names []string, value string) string {
	q := url.Values{}
	for _, n := range names {
		q.Set(n, value)
	}
	return "?" + q.Encode()
}

// readLecce is the definition of Lecce as it is written.
func readLecce(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("../../examples/lecce-2013/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// publishAgain adds a process to the Ambito that there is, whose register goes on.
func publishAgain(t *testing.T, site *testSite, text string) string {
	t.Helper()
	d, found := definition.Load("process.yaml", []byte(text))
	if d == nil {
		t.Fatal(found)
	}
	const origin = "concerto.example/registro"
	key := app.LogKey{Origin: origin, Verifier: storetest.Key(t, origin)}
	if err := site.App.Publish(t.Context(), app.Actor{Role: app.System}, d, key, site.clock()); err != nil {
		t.Fatal(err)
	}
	return "/lecce/percorsi/" + app.Slug(d.Process)
}
