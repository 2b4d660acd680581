package web

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"concerto/internal/app"
)

// The link to a new password was made with the Host that the request named. Links in
// messages come from the configuration, whatever is asked for and by whichever header.
func TestAsIndico2021_30185(t *testing.T) {
	for _, open := range []bool{false, true} {
		site := newTestSite(t, eve, func(c *Config) { c.AnyHost = open })
		email := appointed(t, site, "Ruben Ciullino", app.Officer)
		for _, header := range []string{"Host", "X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "Referer"} {
			r := httptest.NewRequest(http.MethodPost, "https://concerto.example/accedi", strings.NewReader(url.Values{"email": {email}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header, map[string]string{"Forwarded": "host=evil.example", "Referer": "https://evil.example/"}[header]+"evil.example")
			if header == "Host" {
				r.Host = "evil.example"
			}
			w := httptest.NewRecorder()
			site.ServeHTTP(w, r)
			if header == "Host" && !open && w.Code != http.StatusMisdirectedRequest {
				t.Errorf("another host: %d, want 421", w.Code)
			}
			if strings.Contains(w.Body.String(), "evil") || strings.Contains(w.Header().Get("Location"), "evil") {
				t.Errorf("%s: the answer names the other host", header)
			}
		}
		box := &postbag{}
		if _, err := site.App.DeliverDue(t.Context(), box); err != nil {
			t.Fatal(err)
		}
		if len(box.sent) == 0 {
			t.Fatal("no message was sent: the test would see nothing")
		}
		for _, m := range box.sent {
			if strings.Contains(m.Text+m.Subject+m.From, "evil") || !strings.Contains(m.Text, "https://concerto.example/accedi/") {
				t.Errorf("the message says:\n%s", m.Text)
			}
		}
	}
}

// Whoever signed up was led on to an address of the scheme "javascript:". Every way in
// that leads on is tried.
func TestAsIndico2024_45399(t *testing.T) {
	site := newTestSite(t, eve)
	secret, err := site.App.OfferFirstAccess(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, to := range []string{"javascript:alert(1)", "javascript://concerto.example/%0aalert(1)", " javascript:alert(1)", "data:text/html,x", "//evil.example", "/%5cevil.example"} {
		b := newBrowser(t, site)
		email := appointed(t, site, "Persona "+strings.Repeat("x", i+1), app.Officer)
		at := []string{b.enter(email, to)}
		at = append(at, b.get("/accedi?torna="+url.QueryEscape(to)).Header().Get("Location"))
		at = append(at, b.post("/uscita?torna="+url.QueryEscape(to), url.Values{"torna": {to}}).Header().Get("Location"))
		at = append(at, b.post("/lecce/parere", url.Values{"voto": {"4"}, "pagina": {to}}).Header().Get("Location"))
		if i == 0 {
			at = append(at, newBrowser(t, site).post("/primo-accesso/"+secret+"?torna="+url.QueryEscape(to), url.Values{"email": {"gestore@ambito.example"}, "torna": {to}}).Header().Get("Location"))
		}
		for n, where := range at {
			if u, err := url.Parse(where); err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(where, "/") || strings.HasPrefix(where, "//") {
				t.Errorf("way %d with %q leads to %q", n, to, where)
			}
		}
	}
}

// X-Forwarded-For was believed although no proxy had been named. The limit of posts
// goes by the connection; with a proxy, by the last address, which the proxy wrote.
func TestAsPretix2023_44463(t *testing.T) {
	post := func(site *testSite, from string) int {
		r := httptest.NewRequest(http.MethodPost, "https://concerto.example/lecce/parere", strings.NewReader("voto=9"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, h := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP"} {
			r.Header.Set(h, from)
		}
		r.RemoteAddr = "203.0.113.7:4000"
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		return w.Code
	}
	network := func(i int) string { return net.IPv4(10, byte(i), 1, 1).String() }
	direct, proxied := newTestSite(t, eve), newTestSite(t, eve, func(c *Config) { c.ProxyHeader = "X-Forwarded-For" })
	limited := 0
	for i := range burst + 40 {
		if post(direct, network(i)) == http.StatusTooManyRequests {
			limited++
		}
		if got := post(proxied, network(i)); got == http.StatusTooManyRequests {
			t.Fatalf("behind a proxy, network %d is counted with the others", i)
		}
	}
	if limited == 0 {
		t.Error("without a proxy a header of the client's own escapes the limit")
	}
	limited = 0
	for i := range burst + 40 {
		if post(proxied, network(i)+", 198.51.100.9") == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited == 0 {
		t.Error("behind a proxy the part of the header that the client wrote escapes the limit")
	}
}

// An address given for notices made the server ask whatever could be reached from it.
// The address of a listener is typed in every field and parameter: nobody comes.
func TestAsDecidim2026_45573(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var came atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			c.Close()
		}
	}()
	p := newPeopled(t)
	target := "http://" + l.Addr().String() + "/x"
	query := withAll(parameters(t), target)
	for _, r := range Routes() {
		if p.unknownWildcards(r.Pattern) {
			continue
		}
		for _, form := range p.forms(t, r) {
			for name := range form {
				form.Set(name, target)
			}
			p.ask(r.Method, p.address(r.Pattern, "lecce", 0, true)+query, app.Head, form)
		}
	}
	if _, err := p.App.DeliverDue(t.Context(), accepts{}); err != nil {
		t.Fatal(err)
	}
	if n := came.Load(); n != 0 {
		t.Errorf("%d connections came to an address that somebody typed", n)
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	for range 1000 {
		if came.Load() == 1 {
			return
		}
		if _, err := net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
	}
	if came.Load() == 0 {
		t.Error("the listener hears nobody: the test would see nothing")
	}
}
