package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"concerto/internal/app"
)

// asWho makes a site on which the header X-Chi says which address signed in, and
// X-Ruolo in what capacity.
func asWho(t *testing.T, at string) *testSite {
	return newTestSite(t, rome(at), func(c *Config) {
		c.Identify = func(r *http.Request) []app.Actor {
			if r.Header.Get("X-Chi") == "" {
				return nil
			}
			role := app.SignedIn
			if x := r.Header.Get("X-Ruolo"); x != "" {
				role = app.Role(x)
			}
			return []app.Actor{{Role: role, Email: r.Header.Get("X-Chi"), Person: "chi"}}
		}
	})
}

const rosaria = "rosaria@ilmelograno.example"

// sheetOf sends a sheet by the web and returns its code and its body.
func sheetOf(t *testing.T, s *testSite, taxCode, name, email string) (code, party string) {
	t.Helper()
	answers := map[string]url.Values{
		"chi": {"categoria": {"cooperativa-sociale"}, "denominazione": {name}, "codice-fiscale": {taxCode},
			"comune-sede": {"lecce"}, "costituita-il": {"20/03/2011"}, "recapito-email": {email}},
		"referente": {"nome-cognome": {"Rosaria Tarantino"}, "ruolo": {"legale-rappresentante"}, "recapito-telefono": {"0832 000000"}},
		"tavoli":    {"tavoli-scelti": {"poverta"}, "attese": {"Una mensa diffusa."}},
	}
	v := visit(t, s).adhere(percorso, answers).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	code = strings.Split(strings.Trim(own, "/"), "/")[2]
	home, err := s.App.Home(t.Context(), app.Actor{Role: app.SignedIn, Email: email})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range home.Ambiti[0].Bodies {
		if b.Name == name {
			party = b.ID
		}
	}
	return code, party
}

func (t *testSite) as(email, method, address string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	return t.do(method, address, form.Encode(), append([]string{"X-Chi", email}, headers...)...)
}

// saysOf is what a page says, without tags, in one line.
func saysOf(w *httptest.ResponseRecorder) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(w.Body.String(), " ")), " ")
}

func TestTheHomeSaysOneThingToDo(t *testing.T) {
	s := asWho(t, "2013-10-17 16:40")
	code, _ := sheetOf(t, s, "99900010754", "Cooperativa Il Melograno", rosaria)
	own := "/mio/lecce/adesioni/" + code
	for _, tt := range []struct {
		at   string
		want []string
		not  string
	}{
		{"2013-10-17 16:40", []string{"Buongiorno Rosaria", "Conferma il tuo indirizzo", "Vai alla conferma"}, "Vieni a"},
		{"2013-10-22 11:20", []string{"Oggi alle 15:00 vieni a «Sessione plenaria", "Comincia fra 3 ore e 40 minuti.", "Mando un’altra persona", "Poi"}, "Conferma il tuo indirizzo"},
		{"2013-11-20 09:00", []string{"Niente da fare"}, "Vieni a"},
	} {
		s.set(rome(tt.at))
		if tt.at == "2013-10-22 11:20" {
			_, err := s.App.ConfirmAddress(t.Context(), "lecce", code, s.App.ConfirmKey("lecce", code, rosaria), app.Arrival{Channel: "web", ReceivedAt: s.clock()})
			if err != nil {
				t.Fatal(err)
			}
		}
		w := s.as(rosaria, http.MethodGet, "/mio", nil)
		got := saysOf(w)
		for _, x := range tt.want {
			if w.Code != 200 || !strings.Contains(got, x) {
				t.Errorf("at %s: %d, and the page does not say %q: %s", tt.at, w.Code, x, got)
			}
		}
		if strings.Contains(got, tt.not) {
			t.Errorf("at %s the page says %q", tt.at, tt.not)
		}
		if c := w.Header().Get("Cache-Control"); c != "no-store" {
			t.Errorf("Cache-Control: %q", c)
		}
	}
	s.set(rome("2013-10-23 10:00"))
	officer := app.Actor{Role: app.Officer, Person: "p"}
	if err := s.App.Decide(t.Context(), officer, "lecce", code, app.Decision{Verdict: app.AskedMore, Asked: "Manca lo statuto."}, app.Arrival{ReceivedAt: s.clock()}); err != nil {
		t.Fatal(err)
	}
	w := s.as(rosaria, http.MethodGet, "/mio", nil)
	for _, x := range []string{"Completa la scheda", "Manca lo statuto.", "Entro", "mancano"} {
		if !strings.Contains(saysOf(w), x) {
			t.Errorf("asked for more: the page does not say %q: %s", x, saysOf(w))
		}
	}
	if !strings.Contains(w.Body.String(), `action="`+own+`/correzione"`) {
		t.Error("nothing leads to the correction")
	}
}

func TestOnesOwnPagesAreNobodyElses(t *testing.T) {
	s := asWho(t, "2013-10-17 16:40")
	code, party := sheetOf(t, s, "99900010754", "Cooperativa Il Melograno", rosaria)
	sheetOf(t, s, "99900020753", "OdV La Lucerna", "lucerna@b.example")
	own, body := "/mio/lecce/adesioni/"+code, "/mio/lecce/enti/"+party
	for _, tt := range []struct{ method, address string }{
		{"GET", own}, {"GET", own + "/ricevuta.json"}, {"GET", own + "/ricevuta.tlog-proof"}, {"GET", own + "/dati.json"}, {"GET", own + "/incontri.ics"},
		{"POST", own + "/correzione"}, {"GET", own + "/ritiro"}, {"POST", own + "/ritiro"}, {"GET", own + "/cancellazione"},
		{"POST", own + "/cancellazione"}, {"GET", body}, {"POST", body + "/inviti"}, {"POST", body + "/fine"}, {"POST", body + "/conferma"},
	} {
		form := url.Values{"chiave": {strings.Repeat("a", 32)}}
		if w := s.do(tt.method, tt.address, form.Encode()); w.Code != http.StatusUnauthorized {
			t.Errorf("%s %s by nobody: %d", tt.method, tt.address, w.Code)
		}
		for _, who := range []string{"lucerna@b.example", "nessuno@b.example"} {
			for _, role := range []string{"", string(app.Delegate), string(app.Officer), string(app.Auditor)} {
				w := s.as(who, tt.method, tt.address, form, "X-Ruolo", role)
				if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "Melograno") {
					t.Errorf("%s %s by %s (%s): %d", tt.method, tt.address, who, role, w.Code)
				}
			}
		}
		if w := s.as(rosaria, tt.method, strings.Replace(tt.address, "/lecce/", "/altrove/", 1), form); w.Code != http.StatusNotFound {
			t.Errorf("%s %s in another Ambito: %d", tt.method, tt.address, w.Code)
		}
	}
	for _, address := range []string{"/mio", "/mio/dati", "/mio/dati.json"} {
		w := s.as("lucerna@b.example", http.MethodGet, address, nil)
		if w.Code != 200 || strings.Contains(w.Body.String(), "Melograno") || !strings.Contains(w.Body.String(), "Lucerna") && address != "/mio/dati" {
			t.Errorf("%s of the other body: %d", address, w.Code)
		}
	}
}

func TestABodyChangesItsPeopleFromItsOwnPage(t *testing.T) {
	s := asWho(t, "2013-10-17 16:40")
	code, party := sheetOf(t, s, "99900010754", "Cooperativa Il Melograno", rosaria)
	body := "/mio/lecce/enti/" + party
	typed := url.Values{"nome": {"Chiara <b>Renna"}, "email": {"chiara renna"}, "ruolo": {"delegate"}, "dal": {"31/02/2013"}}
	w := s.as(rosaria, http.MethodPost, body+"/inviti", typed)
	for _, x := range []string{`value="Chiara &lt;b&gt;Renna"`, `value="31/02/2013"`, `href="#campo-email"`, `href="#campo-dal"`, `value="delegate" selected`} {
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), x) {
			t.Errorf("a bad invitation: %d, without %s", w.Code, x)
		}
	}
	w = s.as(rosaria, http.MethodPost, body+"/inviti", url.Values{"nome": {"Chiara Renna"}, "email": {"chiara@b.example"}, "ruolo": {"delegate"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("the invitation: %d %s", w.Code, saysOf(w))
	}
	home := s.as("chiara@b.example", http.MethodGet, "/mio", nil)
	_, rest, _ := strings.Cut(home.Body.String(), `href="/mio/lecce/inviti/`)
	id, _, _ := strings.Cut(rest, `"`)
	invite := "/mio/lecce/inviti/" + id
	if w := s.as("chiara@b.example", http.MethodGet, invite, nil); w.Code != 200 || !strings.Contains(saysOf(w), "Cooperativa Il Melograno ti chiede di essere delegato.") {
		t.Fatalf("the invitation: %d %s", w.Code, saysOf(w))
	}
	if w := s.as("chiara@b.example", http.MethodGet, "/mio/lecce/adesioni/"+code, nil); w.Code != http.StatusNotFound {
		t.Errorf("looking at an invitation accepted it: %d", w.Code)
	}
	if w := s.as(rosaria, http.MethodPost, invite, url.Values{"risposta": {"si"}}); w.Code != http.StatusNotFound {
		t.Errorf("accepted by another address: %d", w.Code)
	}
	if w := s.as("chiara@b.example", http.MethodPost, invite, url.Values{"risposta": {"forse"}}); w.Code != http.StatusBadRequest {
		t.Errorf("an answer that is none: %d", w.Code)
	}
	if w := s.as("chiara@b.example", http.MethodPost, invite, url.Values{"risposta": {"si"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("accepted: %d", w.Code)
	}
	s.set(rome("2013-10-17 16:50"))
	if w := s.as("chiara@b.example", http.MethodGet, "/mio/lecce/adesioni/"+code, nil); w.Code != 200 || strings.Contains(w.Body.String(), "/gestione/") {
		t.Errorf("her page of the sheet: %d, or it gives the link away", w.Code)
	}
	people := s.as("chiara@b.example", http.MethodGet, body, nil)
	_, rest, _ = strings.Cut(people.Body.String(), `name="incarico" value="`)
	ref, _, _ := strings.Cut(rest, `"`)
	if w := s.as("chiara@b.example", http.MethodPost, body+"/fine", url.Values{"incarico": {ref}}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/mio" {
		t.Errorf("she leaves: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := s.as("chiara@b.example", http.MethodGet, "/mio/lecce/adesioni/"+code, nil); w.Code != http.StatusNotFound {
		t.Errorf("she left and still sees the sheet: %d", w.Code)
	}
}

func TestTheOfficeErasesWithAReasonAndTheCanaryIsNowhere(t *testing.T) {
	s := asWho(t, "2013-10-17 16:40")
	const mail = "canarino@canarinodue.example"
	code, party := sheetOf(t, s, "99900010754", "Cooperativa Canarinodue", mail)
	if w := s.as(mail, http.MethodPost, "/mio/lecce/adesioni/"+code+"/cancellazione", url.Values{"perche": {"Lo chiede Canarinodue"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("asked: %d", w.Code)
	}
	page := "/ufficio/lecce/dati"
	pages := []string{page, page + "/" + code, "/ufficio/lecce/enti", "/ufficio/lecce/enti/" + party, "/ufficio/lecce/percorsi/2014-2016/adesioni",
		"/ufficio/lecce/percorsi/2014-2016/adesioni/" + code, "/lecce/ricevuta/" + code, "/lecce/", percorso, "/lecce/registro/"}
	for _, role := range []string{string(app.Officer), string(app.Auditor), string(app.HelpDesk), string(app.Delegate)} {
		if w := s.as("u@b.example", http.MethodPost, page+"/"+code+"/cancellazione", url.Values{"motivazione": {"x"}}, "X-Ruolo", role); w.Code != http.StatusForbidden {
			t.Errorf("erased by %s: %d", role, w.Code)
		}
	}
	head := []string{"X-Ruolo", string(app.Head)}
	if w := s.as("u@b.example", http.MethodGet, page, nil, head...); !strings.Contains(saysOf(w), "Lo chiede Canarinodue") {
		t.Errorf("the office does not see the request: %s", saysOf(w))
	}
	if w := s.as("u@b.example", http.MethodPost, page+"/"+code+"/cancellazione", url.Values{"motivazione": {""}}, head...); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	if w := s.as("u@b.example", http.MethodPost, page+"/"+code+"/cancellazione", url.Values{"motivazione": {"dati raccolti per errore"}}, head...); w.Code != http.StatusSeeOther {
		t.Fatalf("erased: %d %s", w.Code, saysOf(w))
	}
	for _, address := range pages {
		w := s.as("u@b.example", http.MethodGet, address, nil, head...)
		if strings.Contains(strings.ToLower(w.Body.String()), "canarinodue") || w.Code >= 500 {
			t.Errorf("%s: %d, and the canary sings", address, w.Code)
		}
	}
	if w := s.as(mail, http.MethodGet, "/mio", nil); strings.Contains(w.Body.String(), "Cooperativa Canarinodue") || !strings.Contains(saysOf(w), "Qui non c’è ancora nulla") {
		t.Errorf("the home of who was erased: %s", saysOf(w))
	}
	if w := s.as("u@b.example", http.MethodGet, page, nil, head...); !strings.Contains(saysOf(w), "dati raccolti per errore") {
		t.Error("the reason does not stay")
	}
}
