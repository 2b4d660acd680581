package web

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"concerto/internal/app"
)

// A link out of the site led to a page that took "javascript:" for an address.
// Nothing that is typed becomes an address here, and what leads on is a path.
func TestAsDecidim2023_32693(t *testing.T) {
	p := newPeopled(t)
	p.spoil(t, everywhere)
	names := parameters(t)
	for _, r := range Routes() {
		if r.Method != http.MethodGet || p.unknownWildcards(r.Pattern) {
			continue
		}
		for _, to := range []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "\tjavascript:alert(1)"} {
			w := p.open(r, withAll(names, to))
			if found := runs(t, w); found != "" {
				t.Errorf("GET %s with %q would run %s", r.Pattern, to, found)
			}
			if at := w.Header().Get("Location"); at != "" && !strings.HasPrefix(at, "/") {
				t.Errorf("GET %s with %q leads to %q", r.Pattern, to, at)
			}
		}
	}
}

// The filter of the processes wrote its parameter into the page. Every parameter that
// any page reads is tried on every page.
func TestAsDecidim2023_34089(t *testing.T) {
	p := newPeopled(t)
	names := parameters(t)
	echoed := 0
	for _, r := range Routes() {
		if r.Method != http.MethodGet || p.unknownWildcards(r.Pattern) {
			continue
		}
		for _, value := range []string{hostileMark, `' onmouseover=alert(1) x='`, "</script><script>alert(1)</script>"} {
			w := p.open(r, withAll(names, value))
			if strings.Contains(w.Body.String(), "alert(1)") {
				echoed++
			}
			if w.Code >= 500 {
				t.Errorf("GET %s with %q: %d", r.Pattern, value, w.Code)
			}
			if found := runs(t, w); found != "" {
				t.Errorf("GET %s with %q would run %s", r.Pattern, value, found)
			}
		}
	}
	if echoed == 0 {
		t.Error("no page shows what is searched for: the test looks in the wrong place")
	}
}

// The name of an uploaded file, which its sender chooses, was shown as markup.
func TestAsDecidim2023_51447(t *testing.T) {
	who := app.Actor{}
	site := roleSite(t, &who)
	for _, name := range []string{`"><svg onload=alert(1)>.pdf`, "<svg/onload=alert(1)>.pdf", "x\r\nSet-Cookie: a=b\r\n.pdf", `a".html;filename="b.pdf`, "'; onload='alert(1)"} {
		who = app.Actor{}
		v := visit(t, site).begin(percorso).steps(melograno)
		noElement(t, v.attach("atto-costitutivo", name, smallPDF(t)).want(http.StatusOK))
		v.declareAndSend().want(http.StatusCreated)
		own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
		code := strings.Split(own, "/")[3]
		who = app.Actor{Role: app.Head, Person: "p"}
		noElement(t, visit(t, site).open(office+"/adesioni/"+code).want(http.StatusOK))
		h := site.get(office + "/adesioni/" + code + "/allegati/1/atto-costitutivo").Header()
		kind, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || !strings.HasSuffix(params["filename"], ".pdf") || strings.ContainsAny(params["filename"], "<>\"\r\n") || h.Get("Set-Cookie") != "" {
			t.Errorf("%q is handed out with %q", name, h.Get("Content-Disposition"))
		}
		site.set(site.clock().Add(16 * 60e9))
	}
}

// Records that were changed on their way in ran in the panel of the administrators.
// Here everything in every table is hostile, and every page of the office is opened.
func TestAsDecidim2024_27095(t *testing.T) {
	p := newPeopled(t)
	p.spoil(t, everywhere)
	p.neverRuns(t, func(r Route) bool { return strings.HasPrefix(r.Pattern, "/ufficio/") }, 12)
}

// The log of what administrators did showed the names of things as markup.
func TestAsDecidim2024_32034(t *testing.T) {
	p := newPeopled(t)
	p.spoil(t, everywhere)
	p.ask(http.MethodGet, "/ufficio/lecce/percorsi/2014-2016/adesioni/"+p.sheets[0].code, app.Officer, nil)
	p.neverRuns(t, func(r Route) bool { return r.Rule == Oversight }, 1)
}

// A parameter of the pages of a long list, of which a number was expected, was written
// into the links to the others.
func TestAsDecidim2024_32469(t *testing.T) {
	p := newPeopled(t)
	paged := []string{office + "/adesioni", "/ufficio/lecce/registro/atti", "/ufficio/lecce/registro/accessi", "/ufficio/lecce/enti", percorso + "/calendario"}
	for _, address := range paged {
		for _, n := range []string{`2"><svg/onload=alert(1)>`, "1;alert(1)", "-1", "0", "1e9", "99999999999999999999", "0x10", "2%00", "²"} {
			for _, name := range []string{"pagina", "fase", "giorno", "per_page"} {
				w := p.do(http.MethodGet, address+"?"+name+"="+url.QueryEscape(n), "", roleHeader, string(app.Head))
				if w.Code != http.StatusOK {
					t.Errorf("GET %s?%s=%s: %d", address, name, n, w.Code)
				}
				if found := runs(t, w); found != "" {
					t.Errorf("GET %s?%s=%s would run %s", address, name, n, found)
				}
			}
		}
	}
}

// The editor cleaned the text in the browser, and who sent it without the editor was
// not cleaned. There is no editor: what is sent is text wherever it is read.
func TestAsDecidim2024_39910(t *testing.T) {
	who := app.Actor{}
	s := roleSite(t, &who)
	rc := s.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	own := "/lecce/gestione/" + rc.Adhesion.Code + "/" + rc.ManageKey
	for i, html := range []string{`<img src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">qui</a>`, `<p style="position:fixed">testo</p>`, `<b onmouseover=alert(1)>x</b>`} {
		who = app.Actor{Role: app.Officer, Person: "officer-a"}
		v := visit(t, s).open(office + "/adesioni/" + rc.Adhesion.Code + "/decisione?esito=toComplete").want(http.StatusOK)
		v.fill("form:has(input[name=atto])", url.Values{"dato": {html}, "motivazione": {html}}).want(http.StatusOK)
		who = app.Actor{}
		w := s.get(own + "/perche")
		body := w.Body.String()
		if !strings.Contains(body, "&lt;") {
			t.Fatalf("%d: the party is not shown what was written", i)
		}
		if found := runs(t, w); found != "" || strings.Contains(body, html) {
			t.Errorf("%s would run %s", html, found)
		}
	}
	p := newPeopled(t)
	for _, r := range Routes() {
		if r.Method == http.MethodGet && !p.unknownWildcards(r.Pattern) && strings.Contains(p.open(r, "").Body.String(), "contenteditable") {
			t.Errorf("GET %s edits markup", r.Pattern)
		}
	}
}

// The page of the versions wrote a piece of its address into itself. Every place of
// every address is tried.
func TestAsDecidim2024_41673(t *testing.T) {
	p := newPeopled(t)
	played := 0
	for _, r := range Routes() {
		if r.Method != http.MethodGet || p.unknownWildcards(r.Pattern) {
			continue
		}
		parts := strings.Split(r.Pattern, "/")
		real := strings.Split(p.address(r.Pattern, "lecce", 0, true), "/")
		for i, part := range parts {
			if !strings.HasPrefix(part, "{") || part == "{$}" || i >= len(real) {
				continue
			}
			spoiled := append(append([]string{}, real[:i]...), url.PathEscape(hostileMark))
			if !strings.HasSuffix(part, "...}") {
				spoiled = append(spoiled, real[i+1:]...)
			}
			w := p.openAt(strings.Join(spoiled, "/"), r)
			played++
			if w.Code >= 500 {
				t.Errorf("GET %s, place %s: %d", r.Pattern, part, w.Code)
			}
			if found := runs(t, w); found != "" {
				t.Errorf("GET %s, place %s would run %s", r.Pattern, part, found)
			}
		}
	}
	if played < 100 {
		t.Errorf("%d places were tried, want 100", played)
	}
}

// A meeting was shown inside the page from an address that somebody gave. No page
// here holds another, and an address in a definition that is none of the web is no link.
func TestAsDecidim2024_45594(t *testing.T) {
	site := newTestSite(t, eve)
	text := lecceWith(t, "- {id: sala-conferenze, name: Sala Conferenze - San Massimiliano Kolbe, kind: room,",
		`- {id: sala-conferenze, name: Sala Conferenze - San Massimiliano Kolbe, kind: remote, link: "javascript:alert(1)//https://evil.example",`)
	process := publishText(t, site, text)
	for _, address := range append([]string{process, process + "/calendario", process + "/incontri/plenaria", process + "/documenti/avviso.html", process + "/calendario.ics"}, publicAddresses...) {
		w := site.get(address)
		if w.Code != http.StatusOK {
			t.Errorf("GET %s: %d", address, w.Code)
		}
		if strings.Contains(w.Body.String(), "URL:javascript") || strings.Contains(w.Body.String(), "URL;VALUE=URI:javascript") {
			t.Errorf("GET %s makes a link of what is none", address)
		}
		if found := runs(t, w); found != "" {
			t.Errorf("GET %s would run %s", address, found)
		}
	}
}

// Who could edit the home page stored a block of HTML that ran for all visitors. The
// texts of a definition are the nearest thing, and are text.
func TestAsDecidim2026_45572(t *testing.T) {
	site := newTestSite(t, eve)
	const block = `Percorso <script>alert(1)</script><svg/onload=alert(1)><a href="javascript:alert(1)">qui</a>`
	process := publishText(t, site, lecceWith(t, "title: Percorso di concertazione e programmazione partecipata per la stesura del Piano Sociale di Zona 2014-2016\n", "title: '"+block+"'\n"))
	seen := 0
	for _, address := range []string{"/altrove/", process, process + "/documenti", process + "/documenti/avviso.html", process + "/definizione", process + "/adesione", process + "/calendario"} {
		w := site.get(address)
		if strings.Contains(w.Body.String(), "&lt;script&gt;") {
			seen++
		}
		if found := runs(t, w); found != "" || w.Code != http.StatusOK {
			t.Errorf("GET %s: %d, would run %s", address, w.Code, found)
		}
	}
	if seen < 2 {
		t.Errorf("the block was seen on %d pages, want 2", seen)
	}
}

// The questions of a ballot, written by an editor, ran in the booth. The questions of
// a form come from a definition, and are text wherever the form is shown.
func TestAsDecidim2026_44282(t *testing.T) {
	site := newTestSite(t, eve)
	process := publishText(t, site, lecceWith(t, "label: Denominazione dell’ente,", `label: 'Denominazione "><svg/onload=alert(1)>', `))
	v := visit(t, site).begin(process)
	noElement(t, v)
	v.want(http.StatusOK, `"><svg/onload=alert(1)>`)
	noElement(t, v.fill(stepForm, url.Values{"denominazione": {""}}).want(http.StatusUnprocessableEntity))
	for _, file := range []string{"/documenti/scheda-adesione.html", "/definizione"} {
		if found := runs(t, site.get(process+file)); found != "" {
			t.Errorf("%s would run %s", file, found)
		}
	}
}

// The name of a person ran on every page that showed it.
func TestAsDecidim2026_23891(t *testing.T) {
	p := newPeopled(t)
	p.spoil(t, func(_, column string) bool { return strings.Contains(column, "name") })
	p.neverRuns(t, func(Route) bool { return true }, 12)
}

// The question whether something shall really be deleted showed its title as markup.
func TestAsIndico2023_37901(t *testing.T) {
	p := newPeopled(t)
	p.spoil(t, everywhere)
	p.neverRuns(t, func(r Route) bool {
		for _, end := range []string{"/ritiro", "/cancellazione", "/decisioni", "/anteprima", "/decisione", "/conferma/{codice}/{chiave}", "/dati/{codice}", "/persone"} {
			if strings.HasSuffix(r.Pattern, end) {
				return true
			}
		}
		return false
	}, 3)
}

// Rich text in a motion or a note was kept as HTML, script and all.
func TestAsOpenSlides2020_26280(t *testing.T) {
	who := app.Actor{}
	site := roleSite(t, &who)
	const rich = `<p onclick="alert(1)">Un centro <b>diurno</b></p><script>alert(1)</script>`
	v := visit(t, site).adhere(percorso, withValues(melograno, "tavoli", "attese", rich)).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	pages := []string{own, own + "/ritiro"}
	who = app.Actor{Role: app.Head, Person: "p"}
	pages = append(pages, office+"/adesioni/"+strings.Split(own, "/")[3])
	seen := 0
	for _, address := range pages {
		w := site.get(address)
		if strings.Contains(w.Body.String(), "&lt;p onclick") {
			seen++
		}
		if found := runs(t, w); found != "" {
			t.Errorf("GET %s would run %s", address, found)
		}
	}
	if seen == 0 {
		t.Error("nobody is shown what was written")
	}
}
