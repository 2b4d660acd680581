package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAPageIsKeptUntilWhatItShowsChanges(t *testing.T) {
	s := newTestSite(t, eve)
	first := s.get(percorso).Result()
	tag := first.Header.Get("ETag")
	if tag == "" || strings.HasPrefix(tag, "W/") {
		t.Fatalf("ETag = %q, want a strong one", tag)
	}
	if got := s.get(percorso, "If-None-Match", tag).Code; got != http.StatusNotModified {
		t.Errorf("asked again with its tag: %d, want 304", got)
	}
	s.set(eve.Add(time.Minute))
	if got := s.get(percorso, "If-None-Match", tag).Code; got != http.StatusOK {
		t.Errorf("a minute later: %d, want 200, as the countdown has changed", got)
	}
}

func TestEncodingsHaveTagsOfTheirOwn(t *testing.T) {
	s := newTestSite(t, eve)
	plain := s.get(percorso)
	packed := s.get(percorso, "Accept-Encoding", "br;q=0, gzip")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("headers = %v, want gzip and Vary", packed.Header())
	}
	if plain.Header().Get("ETag") == packed.Header().Get("ETag") {
		t.Error("two encodings share a strong tag")
	}
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(unpacked, plain.Body.Bytes()) {
		t.Error("the compressed page is another page")
	}
	if got := s.get(percorso, "Accept-Encoding", "gzip;q=0").Header().Get("Content-Encoding"); got != "" {
		t.Errorf("gzip refused by the client, Content-Encoding = %q", got)
	}
}

// Parameters that a page does not know must not fill the cache.
func TestUnknownParametersShareOnePage(t *testing.T) {
	s := newTestSite(t, eve)
	s.get(percorso)
	before := len(s.cache.entries)
	for _, q := range []string{"?x=1", "?utm_source=a", "?chi=", "?x=2&y=3"} {
		s.get(percorso + q)
	}
	if got := len(s.cache.entries); got != before {
		t.Errorf("entries = %d, want %d", got, before)
	}
}

func TestLanguagesAreKeptApart(t *testing.T) {
	s := newTestSite(t, eve)
	it, en := s.get("/lecce/sportello"), s.get("/en/lecce/sportello")
	if it.Header().Get("Content-Language") != "it" || en.Header().Get("Content-Language") != "en" {
		t.Errorf("Content-Language = %q and %q, want it and en", it.Header().Get("Content-Language"), en.Header().Get("Content-Language"))
	}
	if !strings.Contains(en.Body.String(), `<html lang="en">`) || !strings.Contains(en.Body.String(), `href="/en/lecce/faq"`) {
		t.Error("the English page does not say so, or leads out of English")
	}
	if !strings.Contains(it.Body.String(), `hreflang="en" href="https://concerto.example/en/lecce/sportello"`) {
		t.Error("the Italian page does not name the English one")
	}
}

// A page that is kept is kept once for each language, whichever was asked first.
func TestAKeptPageIsOfItsLanguage(t *testing.T) {
	s := newTestSite(t, eve)
	for range 2 {
		for _, tt := range []struct{ path, lang string }{{"/lecce/", "it"}, {"/en/lecce/", "en"}, {"/en" + percorso, "en"}, {percorso, "it"}} {
			got := s.get(tt.path)
			if got.Code != 200 || got.Header().Get("ETag") == "" {
				t.Fatalf("%s: status %d, ETag %q: not a page that is kept", tt.path, got.Code, got.Header().Get("ETag"))
			}
			if lang := got.Header().Get("Content-Language"); lang != tt.lang || !strings.Contains(got.Body.String(), `<html lang="`+tt.lang+`"`) {
				t.Errorf("%s answers in %q, want %q", tt.path, lang, tt.lang)
			}
		}
	}
}

// What is kept is found without looking for its route. It must not be found under another
// address, nor by who wants to change something.
func TestOnlyTheAddressOfAKeptPageFindsIt(t *testing.T) {
	s := newTestSite(t, eve)
	want := s.get(percorso).Body.String()
	tests := []struct {
		name, method, address string
		status                int
		same                  bool
	}{
		{"itself", "GET", percorso, 200, true},
		{"itself with a parameter nobody knows", "GET", percorso + "?x=1", 200, true},
		{"another view of it", "GET", percorso + "?chi=aperti", 200, false},
		{"a slash that is part of a name", "GET", "/lecce/percorsi%2F2014-2016", 404, false},
		{"a letter in escapes", "GET", "/%6Cecce/percorsi/2014-2016", 200, true},
		{"its head", "HEAD", percorso, 200, false},
		{"posted to", "POST", percorso, 405, false},
	}
	for _, tt := range tests {
		w := s.do(tt.method, tt.address, "")
		if w.Code != tt.status || (w.Body.String() == want) != tt.same {
			t.Errorf("%s: %s %s = %d, the page: %v; want %d, %v", tt.name, tt.method, tt.address, w.Code, w.Body.String() == want, tt.status, tt.same)
		}
	}
}

// A page that is kept is counted and logged under its route, like one that is built.
func TestAKeptPageIsCountedUnderItsRoute(t *testing.T) {
	s := newTestSite(t, eve)
	for range 3 {
		s.get(percorso)
	}
	kind := counted{"/{ambito}/percorsi/{percorso}", http.MethodGet, http.StatusOK}
	if x := s.meter.rows[kind]; x == nil || x.requests != 3 {
		t.Errorf("%v: %+v, want 3 requests", kind, x)
	}
}
