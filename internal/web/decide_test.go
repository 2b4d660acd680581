package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/pdz"

	"github.com/PuerkitoBio/goquery"
)

// roleSite is a site whose visitor has the capacity that *who holds.
func roleSite(t *testing.T, who *app.Actor) *testSite {
	t.Helper()
	return newTestSite(t, eve, func(c *Config) {
		c.Identify = func(*http.Request) []app.Actor {
			if who.Role == "" {
				return nil
			}
			return []app.Actor{*who}
		}
	})
}

// body sends a sheet of a body straight at the use case.
func (t *testSite) body(tb testing.TB, name, taxCode, mail string) app.AdhesionReceipt {
	tb.Helper()
	rc, err := t.App.Adhere(tb.Context(), app.Actor{Role: app.Anonymous}, app.AdhesionInput{Ambito: "lecce", Process: "2014-2016", Form: "scheda-adesione",
		Key: taxCode + mail, Arrival: app.Arrival{Channel: "web", ReceivedAt: t.clock()},
		Answers: pdz.Answers{"categoria": {"cooperativa-sociale"}, "denominazione": {name}, "codice-fiscale": {taxCode}, "comune-sede": {"lecce"},
			"recapito-email": {mail}, "nome-cognome": {"Canarina Segreti"}, "ruolo": {"legale-rappresentante"}, "recapito-telefono": {"0832 998877"},
			"tavoli-scelti": {"poverta"}, "presa-visione-privacy": {"si"}}})
	if err != nil {
		tb.Fatal(err)
	}
	return *rc
}

const office = "/ufficio/lecce/percorsi/2014-2016"

func TestTheOfficeAsksForADatumAndThePartySeesIt(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "officer-a"}
	s := roleSite(t, &who)
	rc := s.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	at := office + "/adesioni/" + rc.Adhesion.Code
	v := visit(t, s)
	v.open(at+"/decisione?esito=toComplete").want(200, "Decidi sulla scheda PDZ-2013-0001", "L’avviso non prevede una selezione", "Chiedi il dato")
	checkPage(t, at, v.page)
	if v.page.Find(`input[value=withReserve]`).Length() != 0 {
		t.Error("a reserve is offered where the notice has no selection")
	}
	v.fill("form:has(input[name=atto])", url.Values{"dato": {""}, "motivazione": {"per favore <b>"}}).want(422, "Scrivi quale dato serve")
	if got := v.page.Find("#motivazione").Text(); got != "per favore <b>" {
		t.Errorf("what was typed came back as %q", got)
	}
	if v.page.Find(`a[href="#dato"]`).Length() != 1 || v.page.Find("#dato[aria-invalid]").Length() != 1 {
		t.Error("the summary does not lead to the field")
	}
	v.fill("form:has(input[name=atto])", url.Values{"dato": {"la firma"}, "termine": {"31/02/2013"}}).want(422)
	v.fill("form:has(input[name=atto])", url.Values{"dato": {"la firma"}, "termine": {"25/10/2013"}}).
		want(200, "La scheda vale come adesione", "da completare", "la firma", "venerdì 25 ottobre 2013 alle 23:59")
	who = app.Actor{}
	own := "/lecce/gestione/" + rc.Adhesion.Code + "/" + rc.ManageKey
	v.open(own+"/perche").want(200, "Completa la scheda entro", "la firma", "Ufficio di Piano", "entro e non oltre le ore 12.00 del 18 ottobre 2013", "Se pensi che sia sbagliato")
	checkPage(t, own, v.page)
	v.open(own).want(200, "Perché questo esito")
	v.open(own + "x/perche").want(404)
}

func TestAStaleDecisionIsNotTaken(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "officer-a"}
	s := roleSite(t, &who)
	rc := s.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	at := office + "/adesioni/" + rc.Adhesion.Code + "/decisione"
	v := visit(t, s).open(at)
	form := held(v.page.Find("form:has(input[name=atto])"))
	form.Set("esito", "toComplete")
	form.Set("dato", "la firma")
	v.send(at, form).want(200)
	v.send(at, form).want(200) // a second click is the first one
	if all, err := s.App.Decisions(t.Context(), who, "lecce", rc.Adhesion.Code); err != nil || len(all) != 1 {
		t.Errorf("two clicks left %d decisions, %v", len(all), err)
	}
	who.Person = "officer-b"
	v.send(at, form).want(422, "Intanto sulla scheda è successo qualcosa")
	form.Set("atto", "pippo")
	v.send(at, form).want(400)
}

func TestManyAreDecidedAfterAPreview(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "officer-a"}
	s := roleSite(t, &who)
	a := s.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	b := s.body(t, "Ponte di Carta", "99900030752", "b@b.example")
	at := office + "/adesioni/decisioni"
	v := visit(t, s).open(at).want(200, "OdV La Lucerna", "Ponte di Carta")
	checkPage(t, at, v.page)
	v.fill("form:has(input[value=anteprima])", nil).want(422, "Scegli almeno una scheda", "Scegli la decisione")
	sheets := url.Values{"scheda": nil, "esito": {"toComplete"}, "dato": {"la delega"}}
	v.page.Find("input[name=scheda]").Each(func(_ int, x *goquery.Selection) { sheets["scheda"] = append(sheets["scheda"], x.AttrOr("value", "")) })
	if len(sheets["scheda"]) != 2 {
		t.Fatalf("sheets offered: %v", sheets["scheda"])
	}
	if err := s.App.Decide(t.Context(), app.Actor{Role: app.Officer, Person: "x"}, "lecce", b.Adhesion.Code, app.Decision{Verdict: app.AskedMore, Asked: "y"}, app.Arrival{ReceivedAt: s.clock()}); err != nil {
		t.Fatal(err)
	}
	v.fill("form:has(input[value=anteprima])", sheets).want(200, "Una scheda cambia", "una resta com’è", "Niente è ancora registrato", "intanto sulla scheda")
	v.fill("form:has(input[value=registra])", nil).want(200, "Decisioni registrate", "Trattate 1 schede su 1")
	for code, want := range map[string]int{a.Adhesion.Code: 1, b.Adhesion.Code: 1} {
		if all, err := s.App.Decisions(t.Context(), who, "lecce", code); err != nil || len(all) != want {
			t.Errorf("%s: %d decisions, %v", code, len(all), err)
		}
	}
}

func TestADuplicateIsSettledOnThePageAndTheListPublished(t *testing.T) {
	who := app.Actor{Role: app.Head, Person: "head"}
	s := roleSite(t, &who)
	s.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	second := s.body(t, "=HYPERLINK(\"http://x\")", "99900020753", "b@b.example")
	v := visit(t, s).open(office+"/elenchi").want(200, "Ci sono doppioni su cui decidere: PDZ-2013-0002", "Le adesioni sono ancora aperte")
	checkPage(t, office+"/elenchi", v.page)
	v.open(office+"/doppioni").want(200, "stesso codice fiscale", "a@b.example", "b@b.example")
	checkPage(t, office+"/doppioni", v.page)
	v.fill("form:has(input[name=vale])", nil).want(422, "Scegli quale scheda vale")
	v.fill("form:has(input[name=vale])", url.Values{"vale": {second.Adhesion.Code}}).want(422, "Scrivi il motivo")
	v.fill("form:has(input[name=vale])", url.Values{"vale": {second.Adhesion.Code}, "motivazione": {"sentita la Segreti"}}).want(200, "Non ci sono doppioni")
	v.open(office + "/elenchi")
	v.fill("form:has(#titolo)", url.Values{"titolo": {""}, "numero": {""}, "data": {"domani"}}).want(422, "Scrivi il titolo dell’elenco")
	v.fill("form:has(#titolo)", url.Values{"titolo": {"Elenco degli ammessi"}, "numero": {"112"}, "data": {"17/10/2013"}}).
		want(200, "Elenco degli ammessi", "Atto n. 112 del 17 ottobre 2013", "motivo comunicato al soggetto", "Una ammessa, una non ammessa")
	address := v.at
	who = app.Actor{}
	for _, lang := range []string{"", "/en"} {
		checkPage(t, lang+address, s.document(t, lang+address))
	}
	file := s.get(address + ".csv").Body.String()
	for _, text := range []string{v.raw, file} {
		for _, secret := range []string{"Canarina", "Segreti", "998877", "a@b", "b@b", "99900020753"} {
			if strings.Contains(text, secret) {
				t.Errorf("the list tells %q", secret)
			}
		}
	}
	if !strings.Contains(file, "'=HYPERLINK") || regexp.MustCompile(`(^|;|\n)"?=`).MatchString(file) {
		t.Errorf("a formula goes out as one:\n%s", file)
	}
	v.open(percorso).want(200, "Elenchi degli ammessi", "atto n. 112 del 17 ottobre 2013")
	v.open(strings.Replace(address, "2014-2016", "2099", 1)).want(404)
}

func TestPeopleTryAnotherHour(t *testing.T) {
	who := app.Actor{Role: app.Auditor, Person: "auditor"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-18 12:03"))
	rc := s.body(t, "Ponte di Carta", "99900030752", "b@b.example")
	at := office + "/adesioni/" + rc.Adhesion.Code
	v := visit(t, s).open(at+"/perche").want(200, "La scheda da sola non vale come adesione", "in ritardo di 3 minuti", "Chi manda la scheda in ritardo è escluso?", "dopo il termine")
	checkPage(t, at, v.page)
	if v.page.Find(`a[href*="decisione"]`).Length() != 0 {
		t.Error("an auditor is offered a decision")
	}
	v.open(at+"/perche?giorno=18/10/2013&ora=11.58").want(200, "Arrivata venerdì 18 ottobre 2013 alle 11:58 sarebbe stata nei termini")
	v.open(at+"/perche?giorno=18/10/2013&ora=12:00:01").want(200, "fuori termine")
	v.open(at+"/perche?giorno=ieri&ora=25").want(200, "Scrivi un giorno")
	v.open(at + "/decisione").want(403)
	who = app.Actor{}
	v.open(at + "/perche").want(401)
}

// Every code that a use case of this step gives has a sentence of its own.
func TestEveryProblemOfTheOfficeHasASentence(t *testing.T) {
	s := newTestSite(t, eve)
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	p, err := s.App.Process(t.Context(), "lecce", "2014-2016")
	if err != nil {
		t.Fatal(err)
	}
	l := s.layout(r, p)
	for _, list := range [][]string{app.DecisionCodes, app.DuplicateCodes, app.ListCodes} {
		for _, code := range list {
			text := l.officeProblem(pdz.Problem{Code: code, Args: []any{"X"}})
			if decisionTexts[code] == "" || strings.Contains(text, "%!") {
				t.Errorf("code %s is told as %q", code, text)
			}
		}
	}
}
