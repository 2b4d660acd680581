package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/time/rate"

	"concerto/internal/app"
)

func TestSigningInAndOut(t *testing.T) {
	site := newTestSite(t, eve)
	b := newBrowser(t, site)
	head := appointed(t, site, "Lorenza Castriota", app.Head)
	if w := b.get(persone); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `href="/accedi?torna=%2Fufficio%2Flecce%2Fpersone"`) {
		t.Fatalf("without signing in: %d, want 401 with the way in", w.Code)
	}
	if to := b.enter(head, persone+"?x=1"); to != persone+"?x=1" {
		t.Errorf("led to %q", to)
	}
	w := b.get(persone)
	if got := text(t, w); w.Code != http.StatusOK || !strings.Contains(got, "Lorenza Castriota · responsabile dell’Ufficio di Piano Esci") {
		t.Errorf("%d, the header does not say who is in: %.300s", w.Code, got)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page with a name has Cache-Control %q", got)
	}
	if got := text(t, b.get("/accesso")); !strings.Contains(got, "Responsabile dell’Ufficio di Piano") {
		t.Errorf("the page of the access does not name the role: %s", got)
	}
	if w := b.get("/accedi"); w.Code != http.StatusSeeOther {
		t.Errorf("who is in and wants to get in: %d, want to be led on", w.Code)
	}
	kept := b.cookies["__Host-concerto-sessione"]
	if w := b.post("/uscita", nil); w.Code != http.StatusSeeOther || b.cookies["__Host-concerto-sessione"] != "" {
		t.Errorf("leaving: %d, cookies %v", w.Code, b.cookies)
	}
	b.cookies["__Host-concerto-sessione"] = kept // whoever had copied it
	if w := b.get(persone); w.Code != http.StatusUnauthorized {
		t.Errorf("with the cookie of a session that was left: %d, want 401", w.Code)
	}
}

// P7: scanners of mail open links, and nothing may come of it.
func TestOpeningTheLinkUsesNothingUp(t *testing.T) {
	site := newTestSite(t, eve)
	b := newBrowser(t, site)
	link := b.link(appointed(t, site, "Ruben Ciullino", app.Officer), "")
	scanner := newBrowser(t, site)
	for range 3 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, who := range []*browser{b, scanner} {
				if w := who.do(method, link, nil); w.Code != http.StatusOK || who.cookies["__Host-concerto-sessione"] != "" {
					t.Fatalf("%s of the link: %d, cookies %v", method, w.Code, who.cookies)
				}
			}
		}
	}
	if got := text(t, scanner.get(link)); !strings.Contains(got, "da un altro browser") || strings.Contains(got, "Premi il bottone") {
		t.Errorf("another browser is shown %q", got)
	}
	if w := b.post(link, nil); w.Code != http.StatusSeeOther {
		t.Errorf("pressing the button: %d", w.Code)
	}
}

func TestALinkThatDoesNotOpenSaysWhy(t *testing.T) {
	site := newTestSite(t, eve)
	email := appointed(t, site, "Ruben Ciullino", app.Officer)
	b := newBrowser(t, site)
	used := b.link(email, "")
	b.post(used, nil)
	delete(b.cookies, "__Host-concerto-sessione")
	elsewhere := newBrowser(t, site)
	elsewhere.link("nessuno@posta.example", "")
	old := b.link(email, "")
	site.set(site.clock().Add(15 * time.Minute))
	fresh := b.link(email, "")
	for _, tt := range []struct {
		name, link string
		who        *browser
		want       string
	}{
		{"used", used, b, "È già stato usato"},
		{"old", old, b, "più di 15 minuti"},
		{"in another browser", fresh, elsewhere, "da un altro browser"},
		{"in a browser that asked for none", fresh, newBrowser(t, site), "da un altro browser"},
		{"invented", "/accedi/" + strings.Repeat("0", 26) + strings.Repeat("a", 32), b, "Copialo per intero"},
		{"cut", fresh[:len(fresh)-1], b, "Copialo per intero"},
	} {
		w := tt.who.post(tt.link, nil)
		if got := text(t, w); w.Code != http.StatusGone || !strings.Contains(got, tt.want) || !strings.Contains(got, "Chiedi un nuovo collegamento") {
			t.Errorf("%s: %d, want 410 with %q: %s", tt.name, w.Code, tt.want, got)
		}
		if tt.who.cookies["__Host-concerto-sessione"] != "" {
			t.Errorf("%s: a session was opened", tt.name)
		}
	}
	if w := b.post(fresh, nil); w.Code != http.StatusSeeOther {
		t.Errorf("the good one after all that: %d", w.Code)
	}
}

func TestTheAnswerIsTheSameForWhoIsKnownAndWhoIsNot(t *testing.T) {
	site := newTestSite(t, eve)
	known := appointed(t, site, "Ruben Ciullino", app.Officer)
	ask := func(email string) string {
		w := newBrowser(t, site).post("/accedi", url.Values{"email": {email}})
		return fmt.Sprint(w.Code, len(w.Result().Cookies()), strings.ReplaceAll(w.Body.String(), email, "…"))
	}
	if a, b := ask(known), ask("qualcuno@posta.example"); a != b {
		t.Errorf("the answers differ:\n%s\n%s", a, b)
	}
	w := newBrowser(t, site).post("/accedi", url.Values{"email": {"senza chiocciola"}, "torna": {"/lecce/"}})
	d, _ := goquery.NewDocumentFromReader(w.Body)
	if v := d.Find("#campo-email").AttrOr("value", ""); w.Code != http.StatusUnprocessableEntity || v != "senza chiocciola" ||
		d.Find(`.ps-errors a[href="#campo-email"]`).Length() != 1 || d.Find(`input[name=torna][value="/lecce/"]`).Length() != 1 {
		t.Errorf("no address: %d, the field holds %q", w.Code, v)
	}
}

// P28: every cookie that any answer sets, over all addresses and a whole visit.
func TestEveryCookieIsBoundToThisSite(t *testing.T) {
	site := newTestSite(t, eve)
	b := newBrowser(t, site)
	b.enter(appointed(t, site, "Lorenza Castriota", app.Head), "")
	for _, r := range Routes() {
		if r.Pattern != "/uscita" {
			b.do(r.Method, example(r.Pattern), url.Values{"email": {"x@posta.example"}})
		}
	}
	b.post("/uscita", nil)
	names := map[string]int{}
	for _, c := range b.given {
		names[c.Name]++
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %s", c)
		}
		if c.MaxAge > 0 || !c.Expires.IsZero() {
			t.Errorf("cookie %s outlives the browser", c.Name)
		}
		if c.Value != "" && !app.GoodSecret(c.Value) {
			t.Errorf("cookie %s holds more than a secret: %q", c.Name, c.Value)
		}
	}
	if len(names) != 2 || names["__Host-concerto-sessione"] == 0 || names["__Host-concerto-browser"] == 0 {
		t.Errorf("cookies %v, want that of the session and that of the browser", names)
	}
}

func TestOnPlainHTTPTheCookiesHavePlainNames(t *testing.T) {
	site := newTestSite(t, eve, func(c *Config) { c.BaseURL = &url.URL{Scheme: "http", Host: "concerto.example"} })
	b := newBrowser(t, site)
	b.post("/accedi", url.Values{"email": {"x@posta.example"}})
	if len(b.given) != 1 || b.given[0].Name != "concerto-browser" || b.given[0].Secure {
		t.Errorf("cookies %v", b.given)
	}
}

func TestEachSignInHasANewSecretAndEndsTheOneBefore(t *testing.T) {
	site := newTestSite(t, eve)
	head, officer := appointed(t, site, "Lorenza Castriota", app.Head), appointed(t, site, "Ruben Ciullino", app.Officer)
	b := newBrowser(t, site)
	const name = "__Host-concerto-sessione"
	planted := strings.Repeat("a", 32)
	b.cookies[name] = planted // by somebody who knows it
	b.enter(head, "")
	first := b.cookies[name]
	if first == planted || first == "" {
		t.Fatalf("the session took the secret that was planted")
	}
	b.enter(officer, "")
	if second := b.cookies[name]; second == first {
		t.Error("the second sign-in kept the secret of the first")
	}
	for _, old := range []string{planted, first} {
		thief := newBrowser(t, site)
		thief.cookies[name] = old
		if w := thief.get("/accesso"); w.Code != http.StatusUnauthorized {
			t.Errorf("with an old secret: %d, want 401", w.Code)
		}
	}
}

// P13: what a link may ask to be led on to.
func TestNobodyIsLedAway(t *testing.T) {
	site := newTestSite(t, eve, func(c *Config) { c.PostRate = rate.Inf })
	email := appointed(t, site, "Ruben Ciullino", app.Officer)
	base, _ := url.Parse("https://concerto.example/accedi/x")
	payloads := hostilePaths()
	if len(payloads) < 200 {
		t.Fatalf("%d payloads, want 200", len(payloads))
	}
	check := func(where, payload, location string) {
		t.Helper()
		to, err := base.Parse(location)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || strings.ContainsAny(location, "\r\n\\") || strings.HasPrefix(location, "//") {
			t.Errorf("%s, torna=%q leads to %q", where, payload, location)
		}
	}
	in := newBrowser(t, site)
	in.enter(email, "")
	for i, p := range payloads {
		w := in.get("/accedi?torna=" + url.QueryEscape(p))
		check("already in", p, w.Header().Get("Location"))
		w = newBrowser(t, site).post("/accedi", url.Values{"email": {"no"}, "torna": {p}})
		if d, err := goquery.NewDocumentFromReader(w.Body); err != nil || d.Find("input[name=torna]").AttrOr("value", "/") != "/" && backTo(p) == "" {
			t.Errorf("the form keeps torna=%q", p)
		}
		if i%25 == 0 {
			site.set(site.clock().Add(16 * time.Minute))
			b := newBrowser(t, site)
			check("by the link", p, b.enter(email, p))
			in.get("/accesso") // still there
		}
	}
}

// hostilePaths are ways to write another host, in combinations.
func hostilePaths() []string {
	const evil = "evil.example"
	var all []string
	for _, before := range []string{"//", "///", "////", `/\`, `\/`, `\\`, `/\/`, "/\t/", "/\n/", "/\r\n/", "https://", "http:", "http:/", "https:///", "//@", "/%09/", "/%5c", "/%2f/",
		"/.//", "/..//", "//%2f", "javascript:", "data:text/html,", "vbscript:", "ftp://", "http://concerto.example@", "//concerto.example@", "/;//", "/?//", "\x00//", " //", "\u2028//", "//\u3002", "/\u2215/", "://", "//[::1]@", "/lecce/../..//"} {
		for _, after := range []string{evil, evil + "/", evil + "/lecce/", evil + "%2f..", "x@" + evil, evil + "?x=https://concerto.example", "\\" + evil} {
			all = append(all, before+after)
		}
	}
	return all
}

// Pages for everybody are the same bytes for everybody.
func TestPublicPagesDoNotKnowWhoReads(t *testing.T) {
	site := newTestSite(t, eve)
	b := newBrowser(t, site)
	b.enter(appointed(t, site, "Lorenza Castriota", app.Head), "")
	kept := 0
	for _, a := range publicAddresses {
		before := b.get(a) // whoever is in fills the cache
		after := newBrowser(t, site).get(a)
		if after.Header().Get("Cache-Control") == "no-store" {
			continue // made for each who asks
		}
		kept++
		if before.Body.String() != after.Body.String() || strings.Contains(after.Body.String(), "Castriota") {
			t.Errorf("GET %s differs for who is in", a)
		}
		if !strings.Contains(after.Body.String(), `href="/accedi"`) {
			t.Errorf("GET %s does not lead to signing in", a)
		}
	}
	if kept < 15 {
		t.Errorf("only %d pages are kept for everybody", kept)
	}
}

func TestAFormThatCameTooLateLeadsBackToItsPage(t *testing.T) {
	site := newTestSite(t, eve)
	b := newBrowser(t, site)
	for _, tt := range []struct{ referer, want string }{
		{"https://concerto.example" + persone + "?fatto=nomina", "/accedi?torna=" + url.QueryEscape(persone+"?fatto=nomina")},
		{"https://evil.example/x", "/accedi"}, {"", "/accedi"},
	} {
		w := b.do(http.MethodPost, persone, url.Values{}, "Referer", tt.referer)
		d, _ := goquery.NewDocumentFromReader(w.Body)
		if href := d.Find("main a.btn-primary").AttrOr("href", ""); w.Code != http.StatusUnauthorized || href != tt.want {
			t.Errorf("from %q: %d and %q, want 401 and %q", tt.referer, w.Code, href, tt.want)
		}
	}
}

func TestTheFirstAccessIsForOne(t *testing.T) {
	site := newTestSite(t, eve)
	secret, err := site.App.OfferFirstAccess(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, link := newBrowser(t, site), "/primo-accesso/"+secret
	if w := b.get("/primo-accesso/x"); w.Code != http.StatusNotFound {
		t.Errorf("an invented link: %d, want 404", w.Code)
	}
	if w := b.post(link, url.Values{"email": {"no"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("no address: %d, want 422", w.Code)
	}
	if w := b.get(link); w.Code != http.StatusOK {
		t.Errorf("the link: %d", w.Code)
	}
	if w := b.post(link, url.Values{"email": {"gestore@ambito.example"}}); w.Code != http.StatusSeeOther {
		t.Errorf("taking it: %d", w.Code)
	}
	if got := text(t, b.get("/accesso")); !strings.Contains(got, "Gestione del sistema") {
		t.Errorf("the operator sees %s", got)
	}
	if w := b.post(persone, url.Values{"nome": {"Ada Prima"}, "email": {"ada@ambito.example"}, "ruolo": {string(app.Head)}}); w.Code != http.StatusSeeOther {
		t.Errorf("the operator names a head: %d", w.Code)
	}
	for _, w := range []*httptest.ResponseRecorder{newBrowser(t, site).get(link), newBrowser(t, site).post(link, url.Values{"email": {"altro@posta.example"}})} {
		if w.Code != http.StatusNotFound {
			t.Errorf("the link once more: %d, want 404", w.Code)
		}
	}
}

// cast is a demo with one person for each role.
type cast struct{ site *testSite }

func (c cast) Roles() []DemoRole {
	return []DemoRole{{Token: "capo", Name: "Ada Prima", Role: app.Head}, {Token: "nessuno", Role: app.SignedIn}}
}

func (c cast) Enter(ctx context.Context, token string) (app.Session, error) {
	if !slices.Contains([]string{"capo", "nessuno"}, token) {
		return app.Session{}, app.ErrNotFound
	}
	return c.site.App.OpenSession(ctx, app.Actor{Role: app.System}, map[string]string{"capo": "ada.prima@ambito.example", "nessuno": "x@posta.example"}[token])
}

func TestInTheDemoOneEntersByAClick(t *testing.T) {
	people := &cast{}
	site := newTestSite(t, eve, func(c *Config) {
		c.Demo = func(context.Context) *DemoBar { return &DemoBar{Version: "1", Now: eve} }
		c.DemoRoles = people
	})
	people.site = site
	appointed(t, site, "Ada Prima", app.Head)
	b := newBrowser(t, site)
	if got := text(t, b.get("/demo/ruolo")); !strings.Contains(got, "Ada Prima") || !strings.Contains(got, "Un cittadino senza ruolo") {
		t.Errorf("the roles are %s", got)
	}
	if w := b.post("/demo/ruolo", url.Values{"ruolo": {"altro"}}); w.Code != http.StatusNotFound {
		t.Errorf("a role that is not there: %d, want 404", w.Code)
	}
	b.post("/demo/ruolo", url.Values{"ruolo": {"capo"}})
	if w := b.get(persone); w.Code != http.StatusOK {
		t.Errorf("as head: %d", w.Code)
	}
	b.post("/demo/ruolo", url.Values{"ruolo": {"nessuno"}})
	if w := b.get(persone); w.Code != http.StatusForbidden {
		t.Errorf("as a citizen: %d, want 403", w.Code)
	}
	if got := text(t, b.get("/accesso")); !strings.Contains(got, "non risultano adesioni né ruoli") {
		t.Errorf("the citizen is told %s", got)
	}
	if w := newBrowser(t, newTestSite(t, eve)).get("/demo/ruolo"); w.Code != http.StatusNotFound {
		t.Errorf("outside the demo: %d, want 404", w.Code)
	}
}
