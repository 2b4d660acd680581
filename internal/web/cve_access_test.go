package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"

	"github.com/google/go-cmp/cmp"
)

// refusedTo plays the matching routes as somebody, with every field that any form has,
// and fails where one answers otherwise than with a refusal, shows what somebody typed,
// or changes a row.
func (p *peopled) refusedTo(t *testing.T, who app.Role, sheet int, match func(Route) bool) {
	t.Helper()
	before, played := p.rowsOf(t, "lecce"), 0
	for _, r := range Routes() {
		if !match(r) || p.unknownWildcards(r.Pattern) {
			continue
		}
		for _, form := range p.forms(t, r) {
			status, answer := p.ask(r.Method, p.address(r.Pattern, "lecce", sheet, false), who, form)
			played++
			if c := classOf(status); c != classNo && c != classSignIn && c != classAbsent && status != http.StatusBadRequest {
				t.Errorf("%s %s as %q: %d, want a refusal", r.Method, r.Pattern, who, status)
			}
			if strings.Contains(answer, "Ada "+marker) {
				t.Errorf("%s %s as %q shows who somebody is", r.Method, r.Pattern, who)
			}
		}
	}
	if played == 0 {
		t.Error("no route was played")
	}
	if diff := cmp.Diff(before, p.rowsOf(t, "lecce")); diff != "" {
		t.Errorf("%q changed rows (-before +after):\n%s", who, diff)
	}
}

func under(prefix string) func(Route) bool {
	return func(r Route) bool { return strings.HasPrefix(r.Pattern, prefix) }
}

// Any who had signed in reached the templates of the administrators.
func TestAsDecidim2023_36465(t *testing.T) {
	p := newPeopled(t)
	for _, who := range []app.Role{app.SignedIn, app.Delegate} {
		p.refusedTo(t, who, 0, under("/ufficio/"))
	}
}

// A participant loaded the editor of the questions and changed them. What changes the
// law of a process is for the head of the office alone.
func TestAsDecidim2026_45086(t *testing.T) {
	p := newPeopled(t)
	editor := func(r Route) bool {
		return strings.Contains(r.Pattern, "/avviso") && strings.HasPrefix(r.Pattern, "/ufficio/")
	}
	for _, who := range asked {
		if who.role != app.Head {
			p.refusedTo(t, who.role, 0, editor)
		}
	}
	var now string
	if err := p.db.QueryRow("SELECT definition FROM process").Scan(&now); err != nil || now != p.definition {
		t.Errorf("the definition in force is %s, want %s (%v)", now, p.definition, err)
	}
}

// Who managed participants also wrote in the census. Each role below the office is
// held to what it is for.
func TestAsDecidim2026_45415(t *testing.T) {
	p := newPeopled(t)
	for _, who := range []app.Role{app.HelpDesk, app.Facilitator, app.Governing, app.Union} {
		p.refusedTo(t, who, 0, func(r Route) bool { return r.Rule == Office || r.Rule == HeadOnly || r.Rule == Appoints })
	}
	for _, who := range []app.Role{app.Officer, app.Operator} {
		p.refusedTo(t, who, 0, func(r Route) bool { return r.Rule == HeadOnly })
	}
}

// Amendments could be accepted by whoever was signed in. A delegate of one body plays
// everything that a delegate may, on the sheet and the people of another.
func TestAsDecidim2026_40869(t *testing.T) {
	p := newPeopled(t)
	p.refusedTo(t, app.Delegate, 1, func(r Route) bool { return strings.HasPrefix(r.Pattern, "/mio/{ambito}") })
}

// An address that took the kind and the id of anything gave the comments on it, public
// or not. Every id that there is goes into every place of every public address.
func TestAsDecidim2026_40870(t *testing.T) {
	p := newPeopled(t)
	played := 0
	for _, r := range Routes() {
		if r.Method != http.MethodGet || r.Rule != Public || p.unknownWildcards(r.Pattern) {
			continue
		}
		parts, real := strings.Split(r.Pattern, "/"), strings.Split(p.address(r.Pattern, "lecce", 0, false), "/")
		for i, part := range parts {
			if !strings.HasPrefix(part, "{") || part == "{$}" || part == "{ambito}" || i >= len(real) {
				continue
			}
			for _, s := range p.sheets {
				for _, id := range []string{s.code, s.draft, s.person, s.party, s.clerk, s.appointment, s.question, s.faq, s.invitation} {
					at := slices.Concat(real[:i], []string{id}, real[i+1:])
					_, answer := p.ask(http.MethodGet, strings.Join(at, "/"), "", nil)
					played++
					for _, never := range []string{"Ada " + marker, "Ida " + marker, "Vito " + marker, "Nora" + marker, "@marcalecce.example", "Chiede " + marker, "Attese di " + marker} {
						if strings.Contains(answer, never) {
							t.Errorf("GET %s shows %q", strings.Join(at, "/"), never)
						}
					}
				}
			}
		}
	}
	if played < 100 {
		t.Errorf("%d addresses were tried, want 100", played)
	}
}

// The embedded form of a page showed what the page itself kept back. No other form of
// a private page answers.
func TestAsDecidim2024_27090(t *testing.T) {
	p := newPeopled(t)
	for _, r := range Routes() {
		if r.Method != http.MethodGet || r.Rule == Public || r.Rule == LinkHolder || p.unknownWildcards(r.Pattern) {
			continue
		}
		address := strings.TrimSuffix(p.address(r.Pattern, "lecce", 0, false), "/")
		for _, end := range []string{"", "/", "/embed.html", "/embed", ".html", ".json", ".csv", ".xml", "?format=json", "/.", "//", ";.css", "%2f", "/static/app.css", "?_method=GET"} {
			for _, headers := range [][]string{nil, {"Accept", "application/json"}, {"HX-Request", "true"}, {"X-HTTP-Method-Override", "POST"}, {"X-Original-URL", "/lecce/"}} {
				w := p.do(http.MethodGet, address+end, "", headers...)
				if w.Code == http.StatusOK && !strings.HasSuffix(end, "app.css") || strings.Contains(w.Body.String(), marker) {
					t.Errorf("GET %s%s %v: %d to who is not signed in", address, end, headers, w.Code)
				}
			}
		}
	}
}

// Identifiers of private exports were read as numbers, so that another one opened. A
// key opens its own sheet, whole and as it was written.
func TestAsDecidim2025_65017(t *testing.T) {
	p := newPeopled(t)
	a, b := p.sheets[0], p.sheets[1]
	file := func(code, key string) int {
		return p.get("/lecce/gestione/" + url.PathEscape(code) + "/" + url.PathEscape(key) + "/dati.json").Code
	}
	if file(a.code, a.key) != http.StatusOK || file(b.code, b.key) != http.StatusOK {
		t.Fatal("the export does not open with its own key")
	}
	other := map[byte]byte{'a': 'b'}
	flip := func(s string, i int) string {
		with, ok := other[s[i]]
		if !ok {
			with = 'a'
		}
		return s[:i] + string(with) + s[i+1:]
	}
	for name, pair := range map[string][2]string{
		"the key of another": {a.code, b.key}, "the sheet of another": {b.code, a.key}, "no key": {a.code, ""}, "a zero": {a.code, "0"},
		"half a key": {a.code, a.key[:len(a.key)/2]}, "a key and more": {a.code, a.key + "0"}, "its first letter changed": {a.code, flip(a.key, 0)},
		"its last letter changed": {a.code, flip(a.key, len(a.key)-1)}, "capitals": {a.code, strings.ToUpper(a.key)},
		"the code cut": {a.code[:len(a.code)-1], a.key}, "the confirmation link's": {a.code, a.confirm}, "twice": {a.code, a.key + a.key},
	} {
		if pair[1] == a.key && pair[0] == a.code {
			continue // a key of digits has no capitals
		}
		if got := file(pair[0], pair[1]); got == http.StatusOK {
			t.Errorf("%s opens the export", name)
		}
	}
}

// A link to a private export could be used again by whoever came to have it: from a
// log, a history, a picture of a screen. The export of who signed in has an address
// that opens nothing by itself, before and after leaving.
func TestAsDecidim2026_45377(t *testing.T) {
	site := newTestSite(t, eve)
	code, _ := sheetOf(t, site, "99900010754", "Cooperativa Il Melograno", rosaria)
	own := "/mio/lecce/adesioni/" + code
	owner, finder := newBrowser(t, site), newBrowser(t, site)
	owner.enter(rosaria, "")
	for _, address := range []string{"/mio/dati.json", own + "/dati.json", own + "/ricevuta.json", own + "/ricevuta.tlog-proof", own + "/incontri.ics"} {
		w := owner.get(address)
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("GET %s by its owner: %d, Cache-Control %q", address, w.Code, w.Header().Get("Cache-Control"))
		}
		if got := finder.get(address).Code; got != http.StatusUnauthorized {
			t.Errorf("GET %s by who found the address: %d, want 401", address, got)
		}
	}
	copied := newBrowser(t, site)
	copied.cookies["__Host-concerto-sessione"] = owner.cookies["__Host-concerto-sessione"]
	owner.post("/uscita", nil)
	if got := copied.get(own + "/dati.json").Code; got != http.StatusUnauthorized {
		t.Errorf("after leaving: %d, want 401", got)
	}
}

// Scans of identity documents lay behind addresses that were good for a week, for
// anybody. An attachment asks at each request who wants it.
func TestAsDecidim2026_45378(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).begin(percorso).steps(melograno)
	v.attach("atto-costitutivo", "statuto.pdf", smallPDF(t)).declareAndSend().want(http.StatusCreated)
	code := strings.Split(v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", ""), "/")[3]
	file := office + "/adesioni/" + code + "/allegati/1/atto-costitutivo"
	officer, finder := newBrowser(t, site), newBrowser(t, site)
	officer.enter(appointed(t, site, "Ruben Ciullino", app.Officer), "")
	w := officer.get(file)
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || w.Body.Len() != len(smallPDF(t)) {
		t.Fatalf("to the office: %d, %d bytes, Cache-Control %q", w.Code, w.Body.Len(), w.Header().Get("Cache-Control"))
	}
	desk := newBrowser(t, site)
	desk.enter(appointed(t, site, "Ilaria Sportello", app.HelpDesk), "")
	copied := newBrowser(t, site)
	copied.cookies["__Host-concerto-sessione"] = officer.cookies["__Host-concerto-sessione"]
	officer.post("/uscita", nil)
	for name, tt := range map[string]struct {
		who  *browser
		want int
	}{"who found the address": {finder, 401}, "the help desk": {desk, 403}, "with a session that was left": {copied, 401}} {
		if got := tt.who.get(file); got.Code != tt.want || strings.Contains(got.Body.String(), "%PDF") {
			t.Errorf("%s: %d, want %d", name, got.Code, tt.want)
		}
	}
}

// A handler for the series of events had been forgotten by the checks that the others
// inherited. Here each row of the table is played by nobody.
func TestAsIndico2026_28352(t *testing.T) {
	p := newPeopled(t)
	p.refusedTo(t, "", 0, func(r Route) bool {
		inside := strings.HasPrefix(r.Pattern, "/ufficio/") || strings.HasPrefix(r.Pattern, "/mio") // whatever its row says
		return inside || r.Rule != Public && !strings.HasPrefix(r.Pattern, "/accedi/") && !strings.Contains(r.Pattern, "/adesione/{bozza}")
	})
	table := Routes()
	table[len(table)/2].Rule = 0
	if _, err := buildMuxes(p.Site, table); err == nil {
		t.Error("a table with a row that has no rule starts")
	}
}

// A file was handed out to whoever signed in and knew its identifier. Others who
// signed in, with every role, ask for what is one body's own.
func TestAsPretix2026_9712(t *testing.T) {
	p := newPeopled(t)
	for _, who := range asked {
		if who.role != app.Delegate {
			p.refusedTo(t, who.role, 0, under("/mio/{ambito}/adesioni"))
		}
	}
}

// An address under one event gave the records of all events of its organiser. What is
// under a process is of that process, in an Ambito that has two.
func TestAsPretix2026_5600(t *testing.T) {
	who := app.Actor{Role: app.Head, Person: "p"}
	site := roleSite(t, &who)
	rc := site.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	text := strings.NewReplacer("\nid: lecce-2014-2016\n", "\nid: lecce-2018-2020\n", "period: {from: 2014, to: 2016}", "period: {from: 2018, to: 2020}").Replace(readLecce(t))
	second := strings.Replace(publishAgain(t, site, text), "/lecce/", "/ufficio/lecce/", 1)
	if second == office {
		t.Fatal("the two processes have one address")
	}
	for _, end := range []string{"/adesioni", "/elenchi", "/doppioni"} {
		if w := site.get(second + end); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Lucerna") {
			t.Errorf("GET %s%s: %d, or it shows what is of the other process", second, end, w.Code)
		}
	}
	if w := site.get(office + "/adesioni"); !strings.Contains(w.Body.String(), "Lucerna") {
		t.Error("the own process does not show it")
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, end := range []string{"", "/perche", "/decisione", "/riscontro", "/allegati/1/atto-costitutivo"} {
			form := url.Values{"esito": {app.AskedMore}, "dato": {"la firma"}, "atto": {"1"}}
			got := site.do(method, second+"/adesioni/"+rc.Adhesion.Code+end, form.Encode()).Code
			if got != http.StatusNotFound && got != http.StatusMethodNotAllowed {
				t.Errorf("%s %s of the other process: %d, want 404", method, end, got)
			}
		}
	}
}

// A list could be filtered by any column of what it lists, and so told, by how many
// were left, what nobody was shown. A filter is one that the page knows, or none.
func TestAsDecidim2023_34090(t *testing.T) {
	p := newPeopled(t)
	columns := map[string]bool{}
	for _, table := range []string{"person", "party", "adhesion", "appointment", "question"} {
		names, _ := p.columns(t, table)
		for _, c := range names {
			columns[c] = true
		}
	}
	for _, address := range publicAddresses {
		if strings.Contains(address, "?") {
			continue
		}
		plain := p.get(address).Body.String()
		query := url.Values{}
		for c := range columns {
			query.Set(c, "a")
			query.Set("q["+c+"_start]", "a")
			query.Set("filter["+c+"]", "a")
		}
		if got := p.get(address + "?" + query.Encode()).Body.String(); got != plain {
			t.Errorf("GET %s is another page when it is filtered by columns", address)
		}
	}
}
