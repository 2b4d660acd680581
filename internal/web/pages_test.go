package web

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// moments at which the site is looked at: before the term, after it, in the
// plenary, between two phases, and when all dated sessions are over.
var moments = []time.Time{
	rome("2013-10-10 09:00"), eve, rome("2013-10-18 12:00"), rome("2013-10-20 10:00"), rome("2013-10-22 16:00"),
	rome("2013-11-12 10:00"), rome("2014-02-01 10:00"),
}

// document parses an answer; a page that does not come is a failed test.
func (t *testSite) document(tb testing.TB, address string) *goquery.Document {
	tb.Helper()
	w := t.get(address)
	if w.Code != http.StatusOK {
		tb.Fatalf("GET %s = %d, want 200", address, w.Code)
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestEveryPublicPageAtEveryMoment(t *testing.T) {
	s := newTestSite(t, eve)
	for _, at := range moments {
		s.set(at)
		for _, a := range publicAddresses {
			for _, lang := range []string{"", "/en"} {
				checkPage(t, lang+a, s.document(t, lang+a))
			}
		}
	}
}

// checkPage demands of a page what all pages owe: one title, headings in order,
// ids that are unique, and anchors that lead somewhere.
func checkPage(t *testing.T, address string, d *goquery.Document) {
	t.Helper()
	if n := d.Find("h1").Length(); n != 1 {
		t.Errorf("%s: %d h1, want 1", address, n)
	}
	if d.Find("title").Text() == "" || d.Find("main#contenuto").Length() != 1 {
		t.Errorf("%s: no title or no main", address)
	}
	ids := map[string]bool{}
	d.Find("[id]").Each(func(_ int, e *goquery.Selection) {
		id, _ := e.Attr("id")
		if ids[id] {
			t.Errorf("%s: id %q occurs twice", address, id)
		}
		ids[id] = true
	})
	d.Find(`a[href^="#"]`).Each(func(_ int, e *goquery.Selection) {
		if href, _ := e.Attr("href"); !ids[strings.TrimPrefix(href, "#")] {
			t.Errorf("%s: %s leads nowhere", address, href)
		}
	})
	level := 1
	d.Find("main h1, main h2, main h3, main h4").Each(func(_ int, e *goquery.Selection) {
		n := int(goquery.NodeName(e)[1] - '0')
		if n > level+1 {
			t.Errorf("%s: heading %q jumps from h%d to h%d", address, e.Text(), level, n)
		}
		level = n
	})
	if strings.Contains(d.Text(), "%!") {
		t.Errorf("%s: a message has the wrong arguments", address)
	}
}

func TestNoLinkIsDead(t *testing.T) {
	s := newTestSite(t, eve)
	seen := map[string]bool{}
	for _, a := range publicAddresses {
		s.document(t, a).Find("a[href], link[href], script[src], form[action]").Each(func(_ int, e *goquery.Selection) {
			to := e.AttrOr("href", e.AttrOr("src", e.AttrOr("action", "")))
			to, _, _ = strings.Cut(strings.TrimPrefix(to, "https://concerto.example"), "#")
			if !strings.HasPrefix(to, "/") || seen[to] {
				return
			}
			seen[to] = true
			if code := s.get(to).Code; code >= 400 {
				t.Errorf("%s links to %s = %d", a, to, code)
			}
		})
	}
	if len(seen) < 40 {
		t.Errorf("%d links were followed, want more: the test looks in the wrong place", len(seen))
	}
}

// share is the least part of a page's class names that must belong to the design
// system (C.SI.1.2 asks for 30 %; the difference is room for change).
const share = 40

func TestPagesSpeakTheDesignSystem(t *testing.T) {
	css, err := os.ReadFile("../../node_modules/bootstrap-italia/dist/css/bootstrap-italia.min.css")
	if err != nil {
		t.Fatalf("the design system is not installed (npm ci --ignore-scripts): %v", err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-zA-Z][\w-]*)`).FindAllSubmatch(css, -1) {
		known[string(m[1])] = true
	}
	s := newTestSite(t, eve)
	for _, a := range publicAddresses {
		classes, italia := map[string]bool{}, 0
		s.document(t, a).Find("[class]").Each(func(_ int, e *goquery.Selection) {
			for c := range strings.FieldsSeq(e.AttrOr("class", "")) {
				if !classes[c] && known[c] {
					italia++
				}
				classes[c] = true
			}
		})
		if got := 100 * italia / len(classes); got < share {
			t.Errorf("%s: %d %% of the class names are the design system's, want %d", a, got, share)
		}
	}
}

func TestFooterHasWhatTheDesignSystemChecks(t *testing.T) {
	d := newTestSite(t, eve, func(c *Config) { c.Links.Accessibility = "https://form.agid.gov.it/view/prova" }).document(t, "/lecce/")
	for _, name := range []string{"accessibility-link", "privacy-policy-link", "legal-notes", "faq", "report-inefficiency"} {
		if d.Find(`footer [data-element="`+name+`"]`).Length() != 1 {
			t.Errorf("footer has no element %s", name)
		}
	}
	if href, _ := d.Find(`[data-element="accessibility-link"]`).Attr("href"); href != "https://form.agid.gov.it/view/prova" {
		t.Errorf("accessibility link = %q", href)
	}
	for i := range 5 {
		if d.Find(`[data-element="feedback-rate-`+string(rune('1'+i))+`"]`).Length() != 1 {
			t.Errorf("no feedback-rate-%d", i+1)
		}
	}
}
