package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
)

// deskSite is a site at which whoever asks is the given actor; nil is nobody. The two
// of the desk are appointed.
func deskSite(t testing.TB, who *app.Actor) *testSite {
	t.Helper()
	site := newTestSite(t, eve, func(c *Config) {
		c.Identify = func(*http.Request) []app.Actor {
			if who == nil || who.Role == "" {
				return nil
			}
			return []app.Actor{*who}
		}
	})
	for id, role := range map[string]app.Role{"d-1": app.HelpDesk, "o-1": app.Officer} {
		in := app.AppointmentInput{Person: id, Name: "Persona " + strings.ToUpper(id), Email: id + "@ambito.example", Role: role}
		if _, err := site.App.Appoint(t.Context(), app.Actor{Role: app.System}, "lecce", in, site.clock()); err != nil {
			t.Fatal(err)
		}
	}
	return site
}

const (
	askForm  = `form[action$="/lecce/sportello"]`
	deskHome = "/ufficio/lecce/sportello"
)

// aQuestion is a good question.
func aQuestion(words string) url.Values {
	return url.Values{"domanda": {words}, "recapito": {"a.marangio@lucerna.example"}, "nome": {"Ada Marangio"}}
}

// asks opens the desk, reads for a while, and sends a question.
func asks(t testing.TB, site *testSite, q url.Values) *visitor {
	t.Helper()
	v := visit(t, site).open("/lecce/sportello").want(http.StatusOK, "Fai una domanda")
	site.set(site.clock().Add(10 * time.Second))
	return v.fill(askForm, q)
}

func TestAQuestionFromTheSiteIsThankedForWithItsNumber(t *testing.T) {
	site := deskSite(t, nil)
	v := asks(t, site, aQuestion("Posso firmare il Patto?")).want(http.StatusOK, "Domanda n. 1", "la domanda è arrivata")
	for _, datum := range []string{"Marangio", "lucerna", "Patto?"} {
		if strings.Contains(v.raw, datum) {
			t.Errorf("the page of thanks, which anybody can open, tells %q", datum)
		}
	}
	visit(t, site).open("/lecce/sportello/domande/0123456789").want(http.StatusNotFound)
}

func TestAQuestionThatIsNotGoodComesBackAsTyped(t *testing.T) {
	site := deskSite(t, nil)
	v := asks(t, site, url.Values{"domanda": {""}, "recapito": {"mia <zia>"}, "nome": {"Ada"}}).
		want(http.StatusUnprocessableEntity, "Ci sono 2 dati da correggere", "scrivi un indirizzo e-mail o un numero di telefono")
	if got := v.page.Find("#campo-recapito").AttrOr("value", ""); got != "mia <zia>" {
		t.Errorf("typed %q", got)
	}
	if v.page.Find(`.ps-errors a[href="#campo-domanda"]`).Length() != 1 {
		t.Error("the summary does not lead to the question")
	}
	v.fill(askForm, aQuestion("Ora va bene?")).want(http.StatusOK, "Domanda n. 1")
}

func TestWhatLooksLikeAProgramsIsHeldAndSettled(t *testing.T) {
	who := &app.Actor{}
	site := deskSite(t, who)
	visit(t, site).open("/lecce/sportello").fill(askForm, aQuestion("Troppo in fretta")).want(http.StatusOK, "Lo sportello la controlla")
	trap := aQuestion("Piena di trappole")
	trap.Set("sito-web", "http://spam.example")
	asks(t, site, trap).want(http.StatusOK, "Lo sportello la controlla")
	visit(t, site).send("/lecce/sportello", aQuestion("Senza modulo")).want(http.StatusOK, "Lo sportello la controlla")
	*who = app.Actor{Role: app.HelpDesk, Person: "d-1"}
	v := visit(t, site).open(deskHome+"/da-verificare").want(http.StatusOK, "Troppo in fretta", "meno di tre secondi", "non vedono", "non viene dal modulo")
	first := v.page.Find("#domanda-1").AttrOr("value", "")
	v.send(deskHome+"/da-verificare", url.Values{"domanda": {first}, "_azione": {"registra"}}).want(http.StatusOK, "2 domande")
	v.send(deskHome+"/da-verificare", url.Values{"rete": {v.page.Find("#domanda-1").AttrOr("value", "")}}).want(http.StatusOK, "Niente da verificare")
	visit(t, site).open(deskHome).want(http.StatusOK, "Troppo in fretta", "da assegnare")
}

func TestFiftyPeopleAreHeardBesideTenThousandPosts(t *testing.T) {
	site := deskSite(t, nil)
	page := visit(t, site).open("/lecce/sportello").page
	stamp := page.Find("input[name=_modulo]").AttrOr("value", "")
	site.set(site.clock().Add(time.Minute))
	post := func(from, words string) int {
		q := aQuestion(words)
		q.Set("_modulo", stamp)
		r := httptest.NewRequest(http.MethodPost, "https://concerto.example/lecce/sportello", strings.NewReader(q.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		return w.Code
	}
	answers := map[int]int{}
	for i := range 10_000 {
		answers[post("203.0.113.7:4000", fmt.Sprint("Comprate! ", i))]++
		if i%200 == 0 {
			n := i/200 + 1
			if code := post(fmt.Sprintf("10.%d.1.1:4000", n), fmt.Sprintf("Persona %d: posso aderire?", n)); code != http.StatusSeeOther {
				t.Errorf("person %d: %d, want 303", n, code)
			}
		}
	}
	if answers[http.StatusSeeOther]+answers[http.StatusTooManyRequests] != 10_000 || answers[http.StatusTooManyRequests] == 0 {
		t.Errorf("the posts of the program were answered with %v", answers)
	}
	list, err := site.App.Questions(t.Context(), app.Actor{Role: app.System}, "lecce")
	if err != nil {
		t.Fatal(err)
	}
	people, spam := 0, 0
	for _, q := range list {
		if strings.HasPrefix(q.Words, "Persona ") {
			people++
		} else {
			spam++
		}
	}
	if people != 50 || spam > 20 {
		t.Errorf("recorded %d people and %d posts of the program, want 50 and at most 20", people, spam)
	}
}

func TestTheOfficeAnswersAndPublishes(t *testing.T) {
	who := &app.Actor{}
	site := deskSite(t, who)
	asks(t, site, aQuestion("Sono Ada Marangio: posso?")).want(http.StatusOK)
	*who = app.Actor{Role: app.Officer, Person: "o-1"}
	v := visit(t, site).open(deskHome).want(http.StatusOK, "Da assegnare", "Sono Ada Marangio: posso?", "Ada Marangio")
	question := v.page.Find(".ps-asked a").AttrOr("href", "")
	v.open(question).fill(`form:has(input[name=persona])`, nil).want(http.StatusOK, "Persona O-1")
	visit(t, site).open(deskHome+"?mie=1").want(http.StatusOK, "da rispondere")
	v.fill(`form[action$="/risposta"]`, url.Values{"risposta": {" "}}).want(http.StatusUnprocessableEntity, "Risposta: scrivi una risposta")
	v.fill(`form[action$="/risposta"]`, url.Values{"risposta": {"Sì, Ada."}}).want(http.StatusOK, "inviata per e-mail")
	publish := `form[action$="/pubblicazione"]`
	if got := v.page.Find(publish + " #campo-domanda-pubblica").Text(); got != "Sono Ada Marangio: posso?" {
		t.Errorf("the text to be reworded is %q", got)
	}
	v.fill(publish, nil).want(http.StatusUnprocessableEntity, "Togli: Ada, Marangio", "Togli: Ada")
	v.fill(publish, url.Values{"domanda-pubblica": {"Si può?"}, "risposta-pubblica": {"Sì."}}).want(http.StatusOK, "Pubblicata ")
	public := visit(t, site).open("/lecce/faq").want(http.StatusOK, "Si può?", "Domande arrivate allo sportello")
	for _, datum := range []string{"Marangio", "Ada", "lucerna"} {
		if strings.Contains(public.raw, datum) {
			t.Errorf("the public page tells %q", datum)
		}
	}
	v.open(deskHome+"/domande-frequenti").want(http.StatusOK, "Si può?")
	edit := v.page.Find(`a:contains("Cambia o ritira")`).AttrOr("href", "")
	v.open(edit).fill(`form[action$="/ritiro"]`, url.Values{"motivo": {"Superata."}}).want(http.StatusOK, "ritirata ")
	if visit(t, site).open("/lecce/faq").want(http.StatusOK, "Non sono ancora arrivate"); strings.Contains(v.raw, "Si può?</h3>") {
		t.Error("a withdrawn question is still public")
	}
}

func TestTheDeskWritesDownACallWithItsAnswer(t *testing.T) {
	who := &app.Actor{Role: app.HelpDesk, Person: "d-1"}
	site := deskSite(t, who)
	v := visit(t, site).open(deskHome+"/nuova").want(http.StatusOK, "Registra una domanda")
	call := url.Values{"canale": {"telefono"}, "domanda": {"Si può dettare?"}, "arrivo-giorno": {"17/10/2013"}, "arrivo-ora": {"16:41"}}
	v.fill("main form", call).want(http.StatusUnprocessableEntity, "devono ancora venire")
	v.fill("main form", url.Values{"arrivo-ora": {"25:00"}}).want(http.StatusUnprocessableEntity)
	v.fill("main form", url.Values{"arrivo-ora": {"09:42"}, "risposta": {"Sì, qui."}}).want(http.StatusOK, "Registrata: domanda n. 1")
	v.open(v.page.Find(".ps-note-ok a").AttrOr("href", "")).want(http.StatusOK, "Si può dettare?", "Sì, qui.", "17 ottobre 2013", "09:42", "Registrata da", "Persona D-1")
	if v.page.Find(`form[action$="/pubblicazione"]`).Length() != 0 {
		t.Error("the help desk is offered to publish, which takes an officer")
	}
	v.open(deskHome+"/nuova").fill("main form", url.Values{"canale": {"sportello"}, "domanda": {"E adesso?"}}).want(http.StatusOK, "domanda n. 2")
}

func TestTheDeskFillsInTheSheetWithSomebody(t *testing.T) {
	who := &app.Actor{Role: app.HelpDesk, Person: "d-1"}
	site := deskSite(t, who)
	v := visit(t, site).open(deskHome).fill(`form[action$="/assistita"]`, url.Values{"canale": {"telefono"}}).
		want(http.StatusOK, "Compilazione assistita", "Al telefono")
	draft := v.at
	chi := url.Values{}
	for k, x := range melograno["chi"] {
		chi[k] = x
	}
	chi.Set("recapito-email", "")
	v.fill(stepForm, chi).want(http.StatusOK)
	v.fill(stepForm, melograno["referente"]).want(http.StatusOK)
	v.fill(stepForm, melograno["tavoli"]).want(http.StatusOK, "Riepilogo", "Riletta all’interessato, che conferma")
	visit(t, site).open(deskHome).want(http.StatusOK, "Cominciate e non inviate", "Cooperativa sociale Il Melograno")
	*who = app.Actor{}
	visit(t, site).open(draft).want(http.StatusUnauthorized)
	*who = app.Actor{Role: app.HelpDesk, Person: "d-1"}
	send := `form[action$="/invio"]`
	tick := url.Values{"presa-visione-privacy": {"on"}}
	v.fill(send, tick).want(http.StatusUnprocessableEntity, "rileggi la scheda all’interessato")
	tick.Set("_riletta", "on")
	v.fill(send, tick).want(http.StatusCreated, "PDZ-2013-0001")
}

func TestTheAuditorReadsAndWritesNothing(t *testing.T) {
	who := &app.Actor{}
	site := deskSite(t, who)
	asks(t, site, aQuestion("Posso?")).want(http.StatusOK)
	*who = app.Actor{Role: app.Auditor, Person: "a-1"}
	v := visit(t, site).open(deskHome).want(http.StatusOK, "Posso?")
	v.open(v.page.Find(".ps-asked a").AttrOr("href", "")).want(http.StatusOK, "Posso?")
	if n := v.page.Find("main form").Length(); n != 0 {
		t.Errorf("%d forms are offered to the auditor", n)
	}
	v.send(v.at+"/risposta", url.Values{"risposta": {"Sì."}}).want(http.StatusForbidden)
}

func TestScriptInAQuestionIsText(t *testing.T) {
	const canary = `"><script>alert(1)</script><img src=x onerror=alert(2)>`
	who := &app.Actor{}
	site := deskSite(t, who)
	q := aQuestion("Domanda " + canary)
	q.Set("nome", canary)
	asks(t, site, q).want(http.StatusOK)
	visit(t, site).open("/lecce/sportello").fill(askForm, q).want(http.StatusOK)
	*who = app.Actor{Role: app.Head, Person: "o-1"}
	v := visit(t, site).open(deskHome).want(http.StatusOK, canary)
	pages := []*visitor{v, visit(t, site).open(deskHome + "/da-verificare")}
	one := visit(t, site).open(v.page.Find(".ps-asked a").AttrOr("href", ""))
	one.fill(`form[action$="/risposta"]`, url.Values{"risposta": {canary}}).want(http.StatusOK)
	one.fill(`form[action$="/pubblicazione"]`, url.Values{"domanda-pubblica": {canary}, "risposta-pubblica": {canary}}).want(http.StatusOK)
	pages = append(pages, one, visit(t, site).open("/lecce/faq"), visit(t, site).open(deskHome+"/domande-frequenti"))
	for _, p := range pages {
		if n := p.page.Find("main script, main img").Length(); n != 0 || !strings.Contains(p.raw, "&lt;script&gt;") {
			t.Errorf("%s: %d elements came out of a text", p.at, n)
		}
	}
}

func TestTheDesksPagesOweWhatAllPagesOwe(t *testing.T) {
	who := &app.Actor{}
	site := deskSite(t, who)
	asks(t, site, aQuestion("Posso?"))
	visit(t, site).open("/lecce/sportello").fill(askForm, aQuestion("Troppo in fretta"))
	*who = app.Actor{Role: app.Officer, Person: "o-1"}
	v := visit(t, site).open(deskHome)
	one := v.page.Find(".ps-asked a").AttrOr("href", "")
	for _, at := range []string{deskHome, deskHome + "?stato=risposte&canale=sito&mie=1", deskHome + "/nuova", deskHome + "/da-verificare",
		deskHome + "/domande-frequenti", deskHome + "/domande-frequenti/nuova", one, "/en" + one} {
		checkPage(t, at, site.document(t, at))
	}
}
