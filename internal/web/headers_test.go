package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// example fills the wildcards of a pattern with values that exist in Lecce.
func example(pattern string) string {
	return strings.NewReplacer(
		"{ambito}", "lecce", "{percorso}", "2014-2016", "{$}", "", "{n}", "1", "{path...}", "0/000",
		"/incontri/{file}", "/incontri/plenaria", "/documenti/{file}", "/documenti/avviso.html", "{file}", "app.css",
		"{codice}", "0000000000000000000000000", "{chiave}", "x", "{bozza}", "x", "{passo}", "chi", "{posto}", "x",
	).Replace(pattern)
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	s := newTestSite(t, eve)
	want := map[string]string{
		"Content-Security-Policy":      policy,
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
	}
	addresses := []string{"/nessuna-pagina/qui/proprio", "/static/none.css"}
	for _, r := range Routes() {
		if r.Method == http.MethodGet {
			addresses = append(addresses, example(r.Pattern))
		}
	}
	for _, a := range addresses {
		h := s.get(a).Result().Header
		for name, value := range want {
			if got := h.Get(name); got != value {
				t.Errorf("GET %s: %s = %q, want %q", a, name, got, value)
			}
		}
		if h.Get("Permissions-Policy") == "" || h.Get("Cache-Control") == "" {
			t.Errorf("GET %s: Permissions-Policy %q, Cache-Control %q, want both", a, h.Get("Permissions-Policy"), h.Get("Cache-Control"))
		}
	}
}

// What is not public must not be kept by anyone on the way.
func TestPrivateAnswersAreNotStored(t *testing.T) {
	s := newTestSite(t, eve)
	for _, r := range Routes() {
		if r.Method != http.MethodGet || r.Rule == Public {
			continue
		}
		if got := s.get(example(r.Pattern)).Result().Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("GET %s (%v): Cache-Control = %q, want no-store", r.Pattern, r.Rule, got)
		}
	}
}

func TestStatusOfWhatGoesWrong(t *testing.T) {
	s := newTestSite(t, eve)
	tests := []struct {
		name, method, address, body string
		headers                     []string
		want                        int
	}{
		{"unknown page", "GET", "/lecce/nulla", "", nil, 404},
		{"unknown ambito", "GET", "/atlantide/", "", nil, 404},
		{"unknown process", "GET", "/lecce/percorsi/1999", "", nil, 404},
		{"unknown session", "GET", percorso + "/incontri/festa", "", nil, 404},
		{"unknown table", "GET", percorso + "/tavoli/7", "", nil, 404},
		{"unknown document", "GET", percorso + "/documenti/ricetta.html", "", nil, 404},
		{"a format that is not made yet", "GET", percorso + "/documenti/avviso.pdf", "", nil, 404},
		{"wrong method", "POST", percorso, "", nil, 405},
		{"posted by another site", "POST", "/lecce/parere", "voto=5", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"body too large", "POST", "/lecce/parere", strings.Repeat("x", defaultBody+1), nil, 413},
		{"unacceptable data", "POST", "/lecce/parere", "voto=9", nil, 422},
		{"leaves are not public", "GET", "/lecce/registro/tile/entries/000", "", nil, 404},
		{"path outside", "GET", "/static/..%2f..%2fetc%2fpasswd", "", nil, 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.do(tt.method, tt.address, tt.body, tt.headers...)
			if w.Code != tt.want {
				t.Errorf("%s %s = %d, want %d", tt.method, tt.address, w.Code, tt.want)
			}
			if !strings.Contains(w.Body.String(), "<h1") {
				t.Errorf("%s %s: the error is not told in a page", tt.method, tt.address)
			}
		})
	}
}

func TestAnotherHostIsMisdirected(t *testing.T) {
	s := newTestSite(t, eve)
	r := httptest.NewRequest(http.MethodGet, "https://evil.example/lecce/", nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("GET of another host = %d, want 421", w.Code)
	}
	if strings.Contains(w.Body.String(), "evil.example") {
		t.Error("the page names the foreign host")
	}
	open := newTestSite(t, eve, func(c *Config) { c.AnyHost = true })
	w = httptest.NewRecorder()
	open.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://evil.example/lecce/", nil))
	if w.Code != http.StatusOK {
		t.Errorf("GET of another host with AnyHost = %d, want 200", w.Code)
	}
}

// A panic shows an id and nothing of the program.
func TestAPanicIsAPageWithAnID(t *testing.T) {
	s := newTestSite(t, eve)
	h := s.middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret of the program") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://concerto.example/lecce/", nil))
	if w.Code != http.StatusInternalServerError {
		t.Fatalf("status = %d, want 500", w.Code)
	}
	for _, word := range []string{"secret of the program", "goroutine", ".go:"} {
		if strings.Contains(w.Body.String(), word) {
			t.Errorf("the page shows %q", word)
		}
	}
	if !strings.Contains(w.Body.String(), `<span class="ps-mono">`) {
		t.Error("the page shows no code to report")
	}
}

func TestPostsAreLimitedByNetwork(t *testing.T) {
	s := newTestSite(t, eve)
	last := 0
	for range burst + 40 {
		last = s.do(http.MethodPost, "/lecce/parere", "voto=9").Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("after %d posts at once: status %d, want 429", burst+40, last)
	}
	if w := s.get("/lecce/"); w.Code != http.StatusOK {
		t.Errorf("GET from the same network = %d, want 200: reading is never limited", w.Code)
	}
}
