package web

import (
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/i18n"
	"concerto/internal/store/storetest"
)

// testSite is a site on a store of its own, with the notice of Lecce published on
// 9 October 2013 and a clock that the test sets.
type testSite struct {
	*Site
	database string // path of the file
	mu       sync.Mutex
	now      time.Time
}

func (t *testSite) clock() time.Time { t.mu.Lock(); defer t.mu.Unlock(); return t.now }
func (t *testSite) set(at time.Time) { t.mu.Lock(); defer t.mu.Unlock(); t.now = at }

// rome reads an instant of the clocks of Lecce: "2013-10-17 16:40".
func rome(s string) time.Time {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		panic(err)
	}
	return at
}

// eve is the afternoon before the term, when the pictures of the design were taken.
var eve = rome("2013-10-17 16:40")

// lecce returns the definition of the notice.
func lecce(t testing.TB) *definition.Definition {
	t.Helper()
	src, err := os.ReadFile("../../examples/lecce-2013/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, found := definition.Load("process.yaml", src)
	if d == nil {
		t.Fatal(found)
	}
	return d
}

// newTestSite publishes the notice and returns the site as it is at an instant.
// change may alter the configuration before the site is made.
func newTestSite(t testing.TB, at time.Time, change ...func(*Config)) *testSite {
	t.Helper()
	ts := &testSite{now: rome("2013-10-09 09:00")}
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	base := &url.URL{Scheme: "https", Host: "concerto.example"}
	ts.database = storetest.SQLite(t)
	st := storetest.Open(t, ts.database, ts.clock)
	a := &app.App{Store: st, Now: ts.clock, Rand: rand.Reader, Secret: []byte("a secret of the instance"), BaseURL: base, Words: words}
	const origin = "concerto.example/registro"
	key := app.LogKey{Origin: origin, Verifier: storetest.Key(t, origin)}
	if err := a.Publish(t.Context(), app.Actor{Role: app.System}, lecce(t), key, ts.clock()); err != nil {
		t.Fatal(err)
	}
	c := Config{App: a, Now: ts.clock, BaseURL: base, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Rand: rand.Reader}
	for _, f := range change {
		f(&c)
	}
	if ts.Site, err = New(c); err != nil {
		t.Fatal(err)
	}
	ts.set(at)
	return ts
}

// get asks for an address; headers come as name, value pairs.
func (t *testSite) get(address string, headers ...string) *httptest.ResponseRecorder {
	return t.do(http.MethodGet, address, "", headers...)
}

func (t *testSite) do(method, address, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://concerto.example"+address, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	t.ServeHTTP(w, r)
	return w
}

const percorso = "/lecce/percorsi/2014-2016"

// publicAddresses are pages that anyone can open.
var publicAddresses = []string{
	"/lecce/", percorso, percorso + "?chi=aperti", percorso + "/calendario", percorso + "/calendario?chi=riservati&fase=2",
	percorso + "/incontri/plenaria", percorso + "/incontri/conferenza-servizi", percorso + "/tavoli", percorso + "/tavoli/2",
	percorso + "/documenti", percorso + "/documenti/avviso.html", percorso + "/documenti/scheda-adesione.html",
	percorso + "/documenti/calendario.html", percorso + "/definizione", percorso + "/interpretazioni",
	"/lecce/sportello", "/lecce/registro/", "/lecce/privacy", "/lecce/note-legali", "/lecce/accessibilita", "/lecce/mappa", "/lecce/faq",
	"/lecce/parere", "/lecce/parere?voto=5&pagina=/lecce/", "/lecce/parere?voto=2&pagina=/lecce/", "/lecce/parere?fatto=1",
}
