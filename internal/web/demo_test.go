package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOnlyPathsOfThisSiteAreReturnedTo(t *testing.T) {
	tests := []struct{ to, want string }{
		{"/lecce/", "/lecce/"}, {"/lecce/verifica?x=1", "/lecce/verifica?x=1"},
		{"", "/"}, {"https://evil.example/", "/"}, {"//evil.example/", "/"}, {`/\evil.example`, "/"}, {"/\t/evil.example", "/"},
		{"javascript:alert(1)", "/"}, {"lecce/", "/"}, {"/%2f/evil.example", "/"}, {"/demo/avanzamento?torna=/", "/"}, {"/a\r\nLocation: x", "/"},
		{"/" + strings.Repeat("a", 2000), "/"},
	}
	for _, tt := range tests {
		if got := safeReturn(tt.to); got != tt.want {
			t.Errorf("safeReturn(%q) = %q, want %q", tt.to, got, tt.want)
		}
	}
}

func FuzzSafeReturn(f *testing.F) {
	for _, s := range []string{"/", "//x", `/\x`, "/lecce/?a=b", "http://x", "/%2f%2fx"} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "concerto.example", Path: "/demo/orologio"}
	f.Fuzz(func(t *testing.T, to string) {
		back, err := base.Parse(safeReturn(to))
		if err != nil || back.Host != base.Host || back.Scheme != base.Scheme {
			t.Errorf("safeReturn(%q) leads to %v, %v", to, back, err)
		}
	})
}

// slowClock is a clock whose next hour takes a while to come about. The real one
// is in package cli, which stands above this one.
type slowClock struct {
	site  *testSite
	asked time.Time
	left  int // how many more looks it takes
}

func (c *slowClock) Move(_ context.Context, to time.Time) error {
	c.asked, c.left = to, 2
	return nil
}

func (c *slowClock) Restart(context.Context) error { c.left = 0; c.site.set(eve); return nil }

func (c *slowClock) Progress(context.Context) DemoProgress {
	if c.left > 0 {
		c.left--
		return DemoProgress{Enacting: true, Done: 1, Total: 3, Now: c.site.clock(), Target: c.asked}
	}
	return DemoProgress{Now: c.site.clock()}
}

func TestMovingTheClockShowsProgressAndLeadsBack(t *testing.T) {
	clock := &slowClock{}
	plenary := rome("2013-10-22 15:00")
	clock.site = newTestSite(t, eve, func(c *Config) {
		c.Demo = func(context.Context) *DemoBar {
			return &DemoBar{Version: "1", Now: eve, Mails: 7, Next: []DemoEvent{{At: plenary, Label: "Sessione plenaria", Token: "plenaria"}}}
		}
		c.DemoControl = clock
	})
	v := visit(t, clock.site).open(percorso+"/adesione").want(http.StatusOK, "Sessione plenaria", "Posta (7")
	if got := v.page.Find(".ps-demo select option").AttrOr("value", ""); got != "plenaria" {
		t.Fatalf("the bar offers %q, want the token of the event", got)
	}
	v.send("/demo/orologio", url.Values{"a": {"plenaria"}, "torna": {percorso + "/adesione"}})
	v.want(http.StatusOK, "L’orologio va avanti", "martedì 22 ottobre 2013 alle 15:00")
	if !strings.Contains(v.raw, `<noscript><meta http-equiv="refresh"`) {
		t.Error("without script the page does not ask for itself again")
	}
	if !clock.asked.Equal(plenary) {
		t.Errorf("moved to %v, want %v", clock.asked, plenary)
	}
	v.open(v.at).want(http.StatusOK, "Aderisci al percorso")
	visit(t, clock.site).send("/demo/orologio", url.Values{"a": {"mai"}}).want(http.StatusBadRequest)
	visit(t, clock.site).send("/demo/ricomincia", url.Values{"torna": {"//evil.example"}}).want(http.StatusOK)
}

func TestOutsideTheDemoItsPagesDoNotExist(t *testing.T) {
	site := newTestSite(t, eve)
	for _, address := range []string{"/demo/posta", "/demo/avanzamento"} {
		if got := site.get(address).Code; got != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", address, got)
		}
	}
	if got := site.do(http.MethodPost, "/demo/orologio", "a=x").Code; got != http.StatusNotFound {
		t.Errorf("POST /demo/orologio = %d, want 404", got)
	}
}

// The bar says its moments in the language of the page.
func TestTheBarSpeaksTheLanguageOfThePage(t *testing.T) {
	site := newTestSite(t, eve, func(c *Config) {
		c.Demo = func(ctx context.Context) *DemoBar {
			return &DemoBar{Version: "1", Now: eve, Next: []DemoEvent{{At: eve, Label: "in " + Language(ctx), Token: "x"}}}
		}
		c.DemoControl = &slowClock{}
	})
	for prefix, want := range map[string]string{"": "in it", "/en": "in en"} {
		if got := site.document(t, prefix+percorso).Find(".ps-demo select option").Text(); !strings.Contains(got, want) {
			t.Errorf("on %s the bar offers %q, want %q", prefix+percorso, got, want)
		}
	}
}

// What the definition says is Italian on every page, and a screen reader is told so.
func TestTheWordsOfADefinitionAreMarkedOnEnglishPages(t *testing.T) {
	site := newTestSite(t, eve)
	for _, x := range []struct{ address, where string }{
		{"/en" + percorso, "svg text.ps-label"}, {"/en/lecce/sportello", "section.ps-card h2"},
	} {
		found := site.document(t, x.address).Find(x.where)
		if found.Length() == 0 {
			t.Fatalf("%s has no %s", x.address, x.where)
		}
		for i := range found.Length() {
			if found.Eq(i).AttrOr("lang", "") != "it" {
				t.Errorf("%s: %q is not marked as Italian", x.address, found.Eq(i).Text())
			}
		}
	}
	desk := site.document(t, "/en/lecce/sportello").Find("section.ps-card").First()
	if id := desk.AttrOr("aria-labelledby", ""); id == "" || desk.Find("#"+id).Length() != 1 || desk.AttrOr("aria-label", "") != "" {
		t.Errorf("the desk is named by %q", id)
	}
}
