package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"concerto/internal/mail"

	"github.com/PuerkitoBio/goquery"
)

// canary is text that becomes an element where a page forgets to escape.
const canary = `"><svg/onload=alert(1)>`

// demoSite is a site whose postbox can be read.
func demoSite(t testing.TB, at time.Time) *testSite {
	var site *testSite
	site = newTestSite(t, at, func(c *Config) {
		c.Demo = func(context.Context) *DemoBar { return &DemoBar{Now: site.clock(), Version: "1"} }
	})
	return site
}

func TestWhatIsTypedIsNeverMarkup(t *testing.T) {
	site := demoSite(t, eve)
	v := visit(t, site).begin(percorso)
	everywhere := url.Values{}
	v.page.Find(stepForm + " [name]").Each(func(_ int, x *goquery.Selection) {
		if name := x.AttrOr("name", ""); name != "_azione" {
			everywhere[name] = []string{canary}
		}
	})
	noElement(t, v.fill(stepForm, everywhere).want(http.StatusUnprocessableEntity))
	answers := withValues(melograno, "chi", "denominazione", canary, "registri", canary)
	answers = withValues(answers, "referente", "nome-cognome", canary)
	answers = withValues(answers, "tavoli", "attese", canary)
	noElement(t, v.steps(answers).want(http.StatusOK, "Riepilogo", canary))
	noElement(t, v.attach("atto-costitutivo", canary+".pdf", smallPDF(t)).want(http.StatusOK))
	noElement(t, v.declareAndSend().want(http.StatusCreated, canary))
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	v.open(own + "/ritiro")
	noElement(t, v.fill(`form[action$="/ritiro"]`, url.Values{"motivo": {canary}}).want(http.StatusCreated))
	deliver(t, site)
	if n := crawl(t, site, own, "/demo/posta", percorso, "/lecce/"); n < 30 {
		t.Errorf("the crawl saw %d pages, want at least 30: it does not follow links", n)
	}
}

// noElement fails when the canary has become an element.
func noElement(t testing.TB, v *visitor) {
	t.Helper()
	if n := v.page.Find("[onload]").Length(); n > 0 || strings.Contains(v.raw, canary) {
		t.Errorf("%s: %d elements were made of what somebody typed", v.at, n)
	}
}

// crawl follows all links within the site and looks for the canary on each page.
func crawl(t testing.TB, site *testSite, from ...string) int {
	t.Helper()
	seen := map[string]bool{}
	queue := from
	for len(queue) > 0 && len(seen) < 400 {
		address := queue[0]
		queue = queue[1:]
		if seen[address] {
			continue
		}
		seen[address] = true
		v := visit(t, site).open(address)
		if v.code >= 500 {
			t.Errorf("GET %s = %d", address, v.code)
		}
		if v.file {
			continue // kept, never shown: JSON and mail attachments
		}
		noElement(t, v)
		v.page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
			next, _, _ := strings.Cut(a.AttrOr("href", ""), "#")
			if strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "/static/") {
				queue = append(queue, next)
			}
		})
	}
	return len(seen)
}

func TestHostileTextIsRefusedOrCleaned(t *testing.T) {
	tests := []struct {
		name, value string
		status      int
		want        string
	}{
		{"NUL", "Il\x00Melograno", http.StatusUnprocessableEntity, "carattere di controllo (U+0000)"},
		{"right-to-left override", "Il \u202eonargoleM", http.StatusOK, "Referente"},
		{"storm of combining marks", "I" + strings.Repeat("\u0301", 500), http.StatusUnprocessableEntity, "troppi accenti"},
		{"not UTF-8", "Il \xff\xfe", http.StatusUnprocessableEntity, "caratteri che non si leggono"},
		{"several lines", "Il\r\nMelograno", http.StatusUnprocessableEntity, "una riga sola"},
		{"too long", strings.Repeat("a", 5000), http.StatusUnprocessableEntity, "troppo lungo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := visit(t, newTestSite(t, eve)).begin(percorso)
			chi := withValues(melograno, "chi", "denominazione", tt.value)["chi"]
			v.fill(stepForm, chi).want(tt.status, tt.want)
		})
	}
}

func TestLineEndsInAnAddressAreRefused(t *testing.T) {
	v := visit(t, newTestSite(t, eve)).begin(percorso)
	chi := withValues(melograno, "chi", "recapito-email", "info@ilmelograno.example\r\nBcc: tutti@example.org")["chi"]
	v.fill(stepForm, chi).want(http.StatusUnprocessableEntity, "C’è un dato da correggere")
}

func TestTenMegabytesInAFieldAreRefused(t *testing.T) {
	v := visit(t, newTestSite(t, eve)).begin(percorso)
	v.fill(stepForm, url.Values{"denominazione": {strings.Repeat("a", 10<<20)}}).want(http.StatusRequestEntityTooLarge)
	v = visit(t, v.site).begin(percorso)
	v.fill(stepForm, url.Values{"denominazione": {strings.Repeat("a", 200<<10)}}).want(http.StatusUnprocessableEntity, "troppo lungo")
}

func TestOpeningTheLinkConfirmsNothing(t *testing.T) {
	site := demoSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	link := confirmLink(t, site)
	for range 3 {
		v.open(link).want(http.StatusOK, "Con questo indirizzo è arrivata la scheda")
	}
	v.open(own).want(http.StatusOK, "Conferma il tuo indirizzo")
	v.open(link)
	v.fill("main form", nil).want(http.StatusOK, "Indirizzo confermato", "è in vigore")
	v.open(own)
	if strings.Contains(v.page.Text(), "Conferma il tuo indirizzo") {
		t.Error("the address is still to be confirmed after the click")
	}
}

// accepts takes every message, as the postbox of the demo does.
type accepts struct{}

func (accepts) Send(context.Context, mail.Message) error { return nil }

func deliver(t testing.TB, site *testSite) {
	t.Helper()
	if _, err := site.App.DeliverDue(t.Context(), accepts{}); err != nil {
		t.Fatal(err)
	}
}

// confirmLink reads the confirmation link out of the postbox, as its owner would.
func confirmLink(t testing.TB, site *testSite) string {
	t.Helper()
	deliver(t, site)
	v := visit(t, site).open("/demo/posta").want(http.StatusOK)
	v.open(v.page.Find(".ps-mails a").First().AttrOr("href", "")).want(http.StatusOK)
	link := v.page.Find(`.ps-mail a[href*="/conferma/"]`).AttrOr("href", "")
	if link == "" {
		t.Fatalf("no confirmation link in the message:\n%s", v.page.Find(".ps-mail").Text())
	}
	return link
}

func TestSixtyFourClicksAreOneAdhesion(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).begin(percorso).steps(melograno).want(http.StatusOK, "Riepilogo")
	form := v.page.Find(`form[action$="/invio"]`)
	ticks := url.Values{}
	form.Find("input[type=checkbox]").Each(func(_ int, x *goquery.Selection) { ticks.Set(x.AttrOr("name", ""), "on") })
	var all sync.WaitGroup
	codes := make([]int, 64)
	for i := range codes {
		all.Go(func() {
			codes[i] = site.do(http.MethodPost, form.AttrOr("action", ""), ticks.Encode(), "Content-Type", "application/x-www-form-urlencoded").Code
		})
	}
	all.Wait()
	created := 0
	for _, c := range codes {
		if c == http.StatusCreated {
			created++
		} else if c != http.StatusOK {
			t.Errorf("a click was answered %d, want 201 or 200", c)
		}
	}
	view, err := site.App.Tally(t.Context(), "lecce", "2014-2016")
	if err != nil {
		t.Fatal(err)
	}
	if created != 1 || view.Adhesions != 1 {
		t.Errorf("%d answers created, %d adhesions on record, want 1 and 1", created, view.Adhesions)
	}
}
