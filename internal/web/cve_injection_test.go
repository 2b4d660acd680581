package web

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"

	"github.com/google/go-cmp/cmp"
)

// sqlPayloads end a text, go on with a query, and order by one.
var sqlPayloads = []string{`' OR '1'='1`, `%' OR 1=1 --`, `x'); DELETE FROM feedback; --`, `1 UNION SELECT body FROM act`, `(CASE WHEN 1=1 THEN seq ELSE code END)`,
	`similarity(name, '') DESC, pg_sleep(5)`, `"; DROP TABLE act; --`, `$1`, `?1`, `\'; --`}

// injected plays every route that reads with a payload in each parameter, and fails on
// an answer of 500 or on a row that changed.
func injected(t *testing.T, p *peopled, payloads []string) {
	t.Helper()
	before, names := p.rowsOf(t, "lecce"), parameters(t)
	for _, r := range Routes() {
		if r.Method != http.MethodGet || r.Personal != "" || p.unknownWildcards(r.Pattern) {
			continue
		}
		for _, x := range payloads {
			if w := p.open(r, withAll(names, x)); w.Code >= 500 {
				t.Errorf("GET %s with %q: %d", r.Pattern, x, w.Code)
			}
		}
	}
	if diff := cmp.Diff(before, p.rowsOf(t, "lecce")); diff != "" {
		t.Errorf("rows changed (-before +after):\n%s", diff)
	}
}

// A text of the request stood inside a query of the log of administrators. Each payload
// finds what a word finds that nobody wrote: nothing.
func TestAsDecidim2024_43415(t *testing.T) {
	p := newPeopled(t)
	injected(t, p, sqlPayloads)
	found := func(address, words string) int {
		w := p.do(http.MethodGet, address+"?cerca="+url.QueryEscape(words), "", roleHeader, string(app.Head))
		return strings.Count(w.Body.String(), marker+" prima")
	}
	for _, address := range []string{office + "/adesioni", "/ufficio/lecce/enti"} {
		if found(address, marker) == 0 {
			t.Fatalf("%s finds nothing by its name: the test would see nothing", address)
		}
		for _, x := range sqlPayloads {
			if n := found(address, x); n != 0 {
				t.Errorf("%s?cerca=%s finds %d", address, x, n)
			}
		}
	}
}

// What was searched for stood inside ORDER BY. The order of a list is one of its own
// words, and any other is the usual order.
func TestAsDecidim2026_45376(t *testing.T) {
	who := app.Actor{Role: app.Head, Person: "p"}
	site := roleSite(t, &who)
	site.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	site.set(site.clock().Add(time.Hour))
	site.body(t, "Cooperativa Il Melograno", "99900010754", "c@d.example")
	rows := regexp.MustCompile(`adesioni/[0-9A-Za-z]{26}"`)
	order := func(by string) string {
		w := site.get(office + "/adesioni?ordine=" + url.QueryEscape(by))
		if w.Code != http.StatusOK {
			t.Errorf("ordered by %q: %d", by, w.Code)
		}
		return strings.Join(rows.FindAllString(w.Body.String(), -1), " ")
	}
	usual := order("")
	if usual == "" || order("vecchie") == usual {
		t.Fatal("the order of the list does not change with its own words: the test would see nothing")
	}
	for _, x := range append([]string{"code", "email DESC", "vecchie; --", "vecchie, nome"}, sqlPayloads...) {
		if got := order(x); got != usual {
			t.Errorf("ordered by %q: %s, want the usual order", x, got)
		}
	}
}

// climbs are ways to write the directory above.
var climbs = []string{"..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fgo.mod", "..%5c..%5cgo.mod", "%2fetc%2fpasswd", "....%2f%2fgo.mod", "go.mod%00.css", "..", "file:%2f%2f%2fetc%2fpasswd"}

// An export wrote a page over any file, by a name that its organiser chose. Names in
// an archive here are the program's own, and those of downloads have no path.
func TestAsPretalx2023_28458(t *testing.T) {
	p := newPeopled(t)
	p.spoil(t, func(table, _ string) bool { return table != "attachment" }) // those names are cleaned on their way in
	w := p.do(http.MethodGet, "/ufficio/lecce/registro/estratto.zip", "", roleHeader, string(app.Head))
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`^(foglie/[0-9]+\.txt|[a-z]+(\.(csv|note))?|LEGGIMI\.txt)$`)
	if len(z.File) < 5 {
		t.Errorf("%d files in the archive", len(z.File))
	}
	for _, f := range z.File {
		if !own.MatchString(f.Name) || path.Clean(f.Name) != f.Name {
			t.Errorf("a file of the archive is called %q", f.Name)
		}
	}
	for _, r := range Routes() {
		if r.Method != http.MethodGet || p.unknownWildcards(r.Pattern) {
			continue
		}
		if d := p.open(r, "").Header().Get("Content-Disposition"); strings.ContainsAny(d, "/\\<>") || strings.Contains(d, "..") {
			t.Errorf("GET %s is handed out as %s", r.Pattern, d)
		}
	}
}

// The same export read any file into the page. Every place of every address is given
// ways up, and none shows a file.
func TestAsPretalx2023_28459(t *testing.T) {
	p := newPeopled(t)
	played := 0
	for _, r := range Routes() {
		if r.Method != http.MethodGet || p.unknownWildcards(r.Pattern) {
			continue
		}
		parts, real := strings.Split(r.Pattern, "/"), strings.Split(p.address(r.Pattern, "lecce", 0, true), "/")
		for i, part := range parts {
			if !strings.HasPrefix(part, "{") || part == "{$}" || i >= len(real) {
				continue
			}
			for _, up := range climbs {
				w := p.openAt(strings.Join(append(append([]string{}, real[:i]...), up), "/"), r)
				played++
				if body := w.Body.String(); w.Code >= 500 || strings.Contains(body, "root:x:") || strings.Contains(body, "module concerto") {
					t.Errorf("GET %s, place %s, %s: %d, or it shows a file", r.Pattern, part, up, w.Code)
				}
			}
		}
	}
	if played < 500 {
		t.Errorf("%d addresses were tried, want 500", played)
	}
}
