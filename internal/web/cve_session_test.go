package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
)

// An invitation that was over could still be accepted by asking for a new password.
// Here the way in that is left, a link by mail, makes nobody a delegate.
func TestAsDecidim2023_48220(t *testing.T) {
	site := newTestSite(t, eve)
	_, party := sheetOf(t, site, "99900010754", "Cooperativa Il Melograno", rosaria)
	const guest = "vito@posta.example"
	in := app.Invitation{Name: "Vito Tarricone", Email: guest, Role: app.BodyDelegate}
	owner := app.Actor{Role: app.Delegate, Email: rosaria}
	if err := site.App.Invite(t.Context(), owner, "lecce", party, in, site.clock()); err != nil {
		t.Fatal(err)
	}
	body, err := site.App.Body(t.Context(), app.Actor{Role: app.Head}, "lecce", party)
	if err != nil {
		t.Fatal(err)
	}
	address := ""
	for _, m := range body.Mandates {
		if m.Email == guest {
			address = "/mio/lecce/inviti/" + m.ID
		}
	}
	b := newBrowser(t, site)
	b.enter(guest, address)
	if w := b.get(address); w.Code != http.StatusOK {
		t.Fatalf("while it lasts the invitation shows %d", w.Code)
	}
	site.set(site.clock().Add(14*24*time.Hour + time.Second))
	if link := b.link(guest, address); link != "" { // who is known to the Ambito may still enter
		b.post(link, nil)
	}
	b.post(address, url.Values{"risposta": {"si"}})
	body, err = site.App.Body(t.Context(), app.Actor{Role: app.Head}, "lecce", party)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range body.Mandates {
		if m.Email == guest && m.State(site.clock()) == "active" {
			t.Error("an invitation that was over made a delegate")
		}
	}
	if got := b.get("/mio/lecce/enti/" + party).Code; got == http.StatusOK {
		t.Error("who was invited too late reads the people of the body")
	}
}

// An authorisation was given from a session that had been left. A form that was open
// when its owner left changes nothing when it is sent.
func TestAsPretix2023_27891(t *testing.T) {
	site := newTestSite(t, eve)
	head := newBrowser(t, site)
	head.enter(appointed(t, site, "Lorenza Castriota", app.Head), "")
	form := url.Values{"nome": {"Mallory"}, "email": {"mallory@posta.example"}, "ruolo": {string(app.Head)}}
	kept := head.cookies["__Host-concerto-sessione"]
	head.post("/uscita", nil)
	head.cookies["__Host-concerto-sessione"] = kept
	for _, r := range Routes() {
		if _, asks := roles[r.Rule]; !asks {
			continue
		}
		if w := head.do(r.Method, example(strings.NewReplacer("{incarico}", "x", "{ente}", "x", "{invito}", "x", "{faq}", "x", "{domanda}", "x", "{versione}", "1").Replace(r.Pattern)), form); w.Code != http.StatusUnauthorized {
			t.Errorf("%s %s from a session that was left: %d, want 401", r.Method, r.Pattern, w.Code)
		}
	}
	if who, err := site.App.Capacities(t.Context(), "mallory@posta.example", "lecce"); err != nil || len(who) > 0 && who[0].Role == app.Head {
		t.Errorf("the form was obeyed: %v, %v", who, err)
	}
}

// A token of one organisation was good for another on the same instance. A session is
// of an address; what the address may do is asked of the Ambito of each page.
func TestAsDecidim2026_45414(t *testing.T) {
	site := newTestSite(t, rome("2026-10-20 10:00"))
	process := publish(t, site, "valle-serena")
	other := strings.Split(process, "/")[1]
	head := newBrowser(t, site)
	head.enter(appointed(t, site, "Lorenza Castriota", app.Head), "")
	if got := head.get(persone).Code; got != http.StatusOK {
		t.Fatalf("in the own Ambito: %d", got)
	}
	played := 0
	for _, r := range Routes() {
		if _, asks := roles[r.Rule]; !asks || !strings.HasPrefix(r.Pattern, "/ufficio/{ambito}") {
			continue
		}
		address := strings.NewReplacer("{ambito}", other, "{percorso}", strings.Split(process, "/")[3], "{incarico}", "x", "{ente}", "x", "{faq}", "x", "{domanda}", "x",
			"{codice}", "x", "{versione}", "1", "{posto}", "x").Replace(r.Pattern)
		played++
		if w := head.do(r.Method, address, url.Values{"nome": {"M"}}); w.Code != http.StatusForbidden {
			t.Errorf("%s %s by the head of another Ambito: %d, want 403", r.Method, address, w.Code)
		}
	}
	if played < 30 {
		t.Errorf("only %d routes were played", played)
	}
}

// Passwords lay under a hash that is quickly tried. Nothing that somebody chose to
// remember is stored here, under any hash.
func TestAsOpenSlides2024_22892(t *testing.T) {
	p := newPeopled(t)
	for _, r := range Routes() {
		if r.Method == http.MethodGet && !p.unknownWildcards(r.Pattern) && strings.Contains(p.open(r, "").Body.String(), `type="password"`) {
			t.Errorf("GET %s asks for a password", r.Pattern)
		}
	}
	for _, table := range []string{"person", "appointment", "operator", "session", "login_link"} {
		columns, _ := p.columns(t, table)
		if len(columns) == 0 {
			t.Errorf("no table %s: the test looks in the wrong place", table)
		}
		for _, c := range columns {
			for _, word := range []string{"password", "passphrase", "pin", "otp", "answer"} {
				if strings.Contains(c, word) {
					t.Errorf("%s.%s keeps what somebody chose", table, c)
				}
			}
		}
	}
}

// The preview of a form took posts from other sites. Every route that writes refuses
// them, and no route that reads writes.
func TestAsDecidim2023_47635(t *testing.T) {
	p := newPeopled(t)
	before := p.rowsOf(t, "lecce")
	for _, r := range Routes() {
		address := p.address(r.Pattern, "lecce", 0, true)
		if p.unknownWildcards(r.Pattern) {
			continue
		}
		if r.Method == http.MethodGet {
			if r.Personal == "" { // reading is noted, on purpose
				p.open(r, "?_azione=registra&conferma=si&risposta=si")
			}
			continue
		}
		for name, headers := range map[string][]string{
			"a browser of today":     {"Sec-Fetch-Site", "cross-site"},
			"the same, from a twin":  {"Sec-Fetch-Site", "same-site"},
			"an older browser":       {"Origin", "https://evil.example"},
			"the same, without name": {"Origin", "null"},
		} {
			w := p.do(r.Method, address, "risposta=si", append(headers, roleHeader, string(app.Head))...)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s %s from another site by %s: %d, want 403", r.Method, r.Pattern, name, w.Code)
			}
		}
	}
	if after := p.rowsOf(t, "lecce"); strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Error("reading, or a post from another site, changed rows")
	}
}
