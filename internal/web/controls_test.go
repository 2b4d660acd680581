package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"

	"github.com/google/go-cmp/cmp"
)

// These tests show what OWASP ASVS asks for where no other does (doc/asvs.csv).

func TestEveryAnswerSaysWhatItIs(t *testing.T) {
	p := newPeopled(t)
	for _, r := range Routes() {
		if r.Method != http.MethodGet || p.unknownWildcards(r.Pattern) {
			continue
		}
		w := p.open(r, "")
		if w.Body.Len() == 0 {
			continue
		}
		kind, params, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
		if err != nil {
			t.Errorf("GET %s: Content-Type %q: %v", r.Pattern, w.Header().Get("Content-Type"), err)
		}
		if strings.HasPrefix(kind, "text/") && !strings.EqualFold(params["charset"], "utf-8") {
			t.Errorf("GET %s is %s without saying in which letters", r.Pattern, kind)
		}
		if found := http.DetectContentType(w.Body.Bytes()); strings.HasPrefix(found, "text/html") != (kind == "text/html") {
			t.Errorf("GET %s says %s and looks like %s", r.Pattern, kind, found)
		}
	}
}

func TestNoOtherSiteMayReadAnAnswer(t *testing.T) {
	p := newPeopled(t)
	for _, r := range Routes() {
		if p.unknownWildcards(r.Pattern) {
			continue
		}
		for _, method := range []string{r.Method, http.MethodOptions} {
			w := p.do(method, p.address(r.Pattern, "lecce", 0, true), "", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST", roleHeader, string(app.Head))
			for name := range w.Header() {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s %s: %s", method, r.Pattern, name)
				}
			}
			if method == http.MethodOptions && w.Code < 400 {
				t.Errorf("OPTIONS %s: %d", r.Pattern, w.Code)
			}
		}
	}
}

func TestMethodsThatNobodyNeedsAreNotSpoken(t *testing.T) {
	s := newTestSite(t, eve)
	for _, method := range []string{http.MethodTrace, "TRACK", "DEBUG", http.MethodConnect, http.MethodPut, http.MethodDelete, http.MethodPatch, "PROPFIND"} {
		w := s.do(method, "/lecce/", "", "X-Segreto", "letto-indietro")
		if !slices.Contains([]int{http.StatusMethodNotAllowed, http.StatusNotFound, http.StatusMisdirectedRequest}, w.Code) || strings.Contains(w.Body.String(), "letto-indietro") {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

// Nothing of the machine, of the sources or of the measures is at an address of the site.
func TestOnlyTheTableIsServed(t *testing.T) {
	s := newTestSite(t, eve)
	for _, address := range []string{"/.git/HEAD", "/.git/", "/.svn/entries", "/.env", "/go.mod", "/static", "/static/", "/static/manifest.json", "/static/../go.mod", "/metrics", "/debug/pprof/",
		"/debug/vars", "/server-status", "/lecce/.git/HEAD", "/concerto.db", "/keys/secret", "/backup/", "/api/", "/api/v1/", "/swagger.json", "/graphql", "/wp-admin/", "/phpinfo.php"} {
		w := s.get(address)
		if w.Code < 400 && (w.Code < 300 || s.get(w.Header().Get("Location")).Code < 400) {
			t.Errorf("GET %s: %d", address, w.Code)
		}
	}
}

// What a request leaves unclear about its own end is refused, or read as RFC 9112 says,
// and never leaves a second request behind.
func TestOneMessageIsOneRequest(t *testing.T) {
	site := newTestSite(t, eve, func(c *Config) { c.AnyHost = true })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := site.Server(l.Addr().String())
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	const hidden = "GET /static/nascosta HTTP/1.1\r\nHost: concerto.example\r\n\r\n"
	for name, head := range map[string]string{
		"two lengths":           "Content-Length: 0\r\nContent-Length: 60\r\n",
		"chunks, disguised":     "Transfer-Encoding: xchunked\r\n",
		"chunks, twice":         "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
		"a signed length":       "Content-Length: +5\r\n",
		"a space in the name":   "Content-Length : 5\r\n",
		"a name without host":   "X: y\r\n Content-Length: 5\r\nHost: other\r\n",
		"two hosts":             "Host: evil.example\r\n",
		"a control in a header": "X-Y: a\x00b\r\n",
	} {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(2 * time.Second))
		fmt.Fprintf(c, "POST /lecce/parere HTTP/1.1\r\nHost: concerto.example\r\n%s\r\n", head)
		fmt.Fprint(c, hidden)
		all, _ := io.ReadAll(c)
		c.Close()
		if n := bytes.Count(all, []byte("HTTP/1.1 ")); n != 1 || !bytes.HasPrefix(all, []byte("HTTP/1.1 400")) && !bytes.HasPrefix(all, []byte("HTTP/1.1 501")) {
			t.Errorf("%s: %d answers: %.60q", name, n, all)
		}
	}
}

// Where chunks and a length are both given, the chunks end the message (RFC 9112, section 6.3).
func TestChunksGoBeforeALength(t *testing.T) {
	s := newTestSite(t, eve, func(c *Config) { c.AnyHost = true })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := s.Server(l.Addr().String())
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(2 * time.Second))
	fmt.Fprint(c, "POST /lecce/parere HTTP/1.1\r\nHost: concerto.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 600\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nvoto=9\r\n0\r\n\r\n")
	w, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("the length was waited for: %v", err)
	}
	if w.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", w.StatusCode)
	}
}

// A form is what its body says: the address of a post fills in nothing.
func TestTheAddressOfAPostFillsInNothing(t *testing.T) {
	p := newPeopled(t)
	full := p.forms(t, Route{Method: http.MethodPost})[1]
	full.Set("email", "mallory@posta.example")
	full.Set("risposta", "si")
	acts := func() []string {
		return slices.DeleteFunc(p.rowsOf(t, "lecce"), func(row string) bool { return strings.HasPrefix(row, "access_log") }) // reading is noted
	}
	before := acts()
	for _, r := range Routes() {
		if r.Method != http.MethodPost || p.unknownWildcards(r.Pattern) || len(roles[r.Rule]) == 0 || strings.HasSuffix(r.Pattern, "/registro/verifica") ||
			strings.HasSuffix(r.Pattern, "/ritiro") || strings.HasSuffix(r.Pattern, "/fine") || strings.HasSuffix(r.Pattern, "/assegnazione") {
			continue // those take a form that may be empty
		}
		p.ask(r.Method, p.address(r.Pattern, "lecce", 0, true)+"?"+full.Encode(), app.Head, nil)
	}
	if diff := cmp.Diff(before, acts()); diff != "" {
		t.Errorf("a post with an empty body changed rows (-before +after):\n%s", diff)
	}
	w := p.do(http.MethodPost, "/accedi?email=mallory@posta.example", "email=")
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an address in the address of the form: %d, want 422", w.Code)
	}
}

// What a form does not ask for is not taken: state, number, owner, role.
func TestFieldsThatNobodyAskedForAreIgnored(t *testing.T) {
	site := newTestSite(t, eve)
	answers := melograno
	for _, pair := range [][2]string{{"stato", "active"}, {"state", "active"}, {"confirmed", "true"}, {"number", "PDZ-2013-0999"}, {"seq", "999"}, {"code", strings.Repeat("a", 26)},
		{"process", "altro"}, {"received_us", "1"}, {"role", string(app.Head)}, {"party.nature", "institution"}, {"ambito", "gemella"}} {
		answers = withValues(answers, "chi", pair[0], pair[1])
	}
	v := visit(t, site).adhere(percorso, answers).want(http.StatusCreated, "PDZ-2013-0001")
	code := strings.Split(v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", ""), "/")[3]
	a, err := site.App.Adhesion(t.Context(), app.Actor{Role: app.System}, "lecce", code)
	if err != nil {
		t.Fatal(err)
	}
	if a.Confirmed || a.Seq != 1 || a.Process != "2014-2016" || !a.ReceivedAt.Equal(eve) {
		t.Errorf("the sheet is %+v", a)
	}
}

// Whoever posts the last step of a form without the others is asked for them.
func TestAStepThatWasSkippedIsAskedFor(t *testing.T) {
	v := visit(t, newTestSite(t, eve)).begin(percorso)
	draft := strings.TrimSuffix(v.at, "/chi")
	v.send(draft+"/invio", url.Values{"presa-visione-privacy": {"on"}}).want(http.StatusUnprocessableEntity, "Denominazione")
}

func TestLeavingClearsTheBrowser(t *testing.T) {
	site := newTestSite(t, eve)
	b := newBrowser(t, site)
	b.enter(appointed(t, site, "Ruben Ciullino", app.Officer), "")
	w := b.post("/uscita", nil)
	if got := w.Header().Get("Clear-Site-Data"); !strings.Contains(got, `"cache"`) || !strings.Contains(got, `"storage"`) {
		t.Errorf("Clear-Site-Data: %q", got)
	}
	if len(b.cookies) != 1 {
		t.Errorf("cookies after leaving: %v, want that of the browser alone", b.cookies)
	}
}

// The way out is on every page of who signed in.
func TestTheWayOutIsOnEveryPage(t *testing.T) {
	p := newPeopled(t)
	for _, r := range Routes() {
		if _, asks := roles[r.Rule]; !asks || r.Method != http.MethodGet || p.unknownWildcards(r.Pattern) {
			continue
		}
		w := p.open(r, "")
		if w.Code == http.StatusOK && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && !strings.Contains(w.Body.String(), `action="/uscita"`) {
			t.Errorf("GET %s shows no way out", r.Pattern)
		}
	}
}

// Whoever loses a role is out with the next request, whatever session is open.
func TestALostRoleClosesTheDoorAtOnce(t *testing.T) {
	site := newTestSite(t, eve)
	appointed(t, site, "Lorenza Castriota", app.Head)
	b := newBrowser(t, site)
	email := appointed(t, site, "Ruben Ciullino", app.Officer)
	b.enter(email, "")
	if got := b.get(office + "/adesioni").Code; got != http.StatusOK {
		t.Fatalf("while the role lasts: %d", got)
	}
	all, err := site.App.Appointments(t.Context(), app.Actor{Role: app.Head, Person: "x"}, "lecce")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Email == email {
			if err := site.App.EndAppointment(t.Context(), app.Actor{Role: app.System}, "lecce", x.ID, site.clock()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := b.get(office + "/adesioni").Code; got != http.StatusForbidden && got != http.StatusUnauthorized {
		t.Errorf("after it ended: %d", got)
	}
}

// What went wrong at a door is in the log: route, status and instant, and nobody's name.
func TestSignInsAndRefusalsLeaveALine(t *testing.T) {
	var log bytes.Buffer
	site := newTestSite(t, eve, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	b := newBrowser(t, site)
	link := b.link(appointed(t, site, "Ruben Ciullino", app.Officer), "")
	b.post(link, nil)
	b.post(link, nil)
	b.get(persone)
	newBrowser(t, site).get(persone)
	site.do(http.MethodPost, "/lecce/parere", "voto=5", "Sec-Fetch-Site", "cross-site")
	site.do(http.MethodPost, "/lecce/parere", "voto=9")
	site.get("/lecce/gestione/x/y")
	type line struct {
		Time   time.Time `json:"time"`
		Method string    `json:"method"`
		Route  string    `json:"route"`
		Status int       `json:"status"`
	}
	seen := map[string]bool{}
	for text := range strings.Lines(log.String()) {
		var x line
		if err := json.Unmarshal([]byte(text), &x); err != nil || x.Time.IsZero() {
			t.Errorf("%v: %s", err, text)
		}
		seen[fmt.Sprint(x.Method, " ", x.Route, " ", x.Status)] = true
	}
	for _, want := range []string{"POST /accedi 200", "POST /accedi/{segreto} 303", "POST /accedi/{segreto} 410", "GET /ufficio/{ambito}/persone 403", "GET /ufficio/{ambito}/persone 401",
		"POST  403", "POST /{ambito}/parere 422", "GET /{ambito}/gestione/{codice}/{chiave} 404"} {
		if !seen[want] {
			t.Errorf("no line says %q: %v", want, seen)
		}
	}
}

// Nothing that a visitor sends begins a line of the log, in either form.
func TestNoLineOfTheLogIsAVisitors(t *testing.T) {
	for form, handler := range map[string]func(io.Writer) slog.Handler{
		"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
	} {
		var log bytes.Buffer
		s := newTestSite(t, eve, func(c *Config) { c.Log = slog.New(handler(&log)) })
		const forged = "x\nlevel=INFO msg=forged route=/lecce/\n{\"msg\":\"forged\"}\r\n"
		s.get("/"+url.PathEscape(forged)+"/", "User-Agent", "a", "Referer", "https://x.example/")
		s.do(http.MethodPost, "/lecce/parere?pagina="+url.QueryEscape(forged), url.Values{"voto": {forged}, "dettagli": {forged}}.Encode())
		s.do("GET", "/lecce/ricevuta/"+url.PathEscape(forged), "")
		s.App.Store.Close()
		s.get("/lecce/ricevuta/" + url.PathEscape(forged)) // an error of ours that may hold it
		for line := range strings.Lines(log.String()) {
			if ok := strings.HasPrefix(line, "time=") || json.Valid([]byte(line)) && strings.HasPrefix(line, `{"time"`); !ok {
				t.Errorf("%s: a line of the log is %q", form, line)
			}
		}
		if strings.Count(log.String(), "\n") < 4 {
			t.Errorf("%s: nothing was logged: the test would see nothing", form)
		}
	}
}

// What somebody sent is handed out as a file in a box of its own, never as a page.
func TestWhatWasSentIsNeverAPage(t *testing.T) {
	who := app.Actor{}
	site := roleSite(t, &who)
	v := visit(t, site).begin(percorso).steps(melograno)
	v.attach("atto-costitutivo", "statuto.pdf", smallPDF(t)).declareAndSend().want(http.StatusCreated)
	code := strings.Split(v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", ""), "/")[3]
	who = app.Actor{Role: app.Officer, Person: "p"}
	h := site.get(office + "/adesioni/" + code + "/allegati/1/atto-costitutivo").Header()
	for name, want := range map[string]string{"Content-Type": "application/pdf", "Content-Disposition": "attachment; filename=statuto.pdf", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
