package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"concerto/internal/app"
)

// post sends the form of the page in parts, as a browser does, with a file.
func (v *visitor) post(selector string, values url.Values, slot, name string, content []byte) *visitor {
	v.t.Helper()
	form := v.page.Find(selector)
	if form.Length() != 1 {
		v.t.Fatalf("%s: %d forms match %q", v.at, form.Length(), selector)
	}
	posted := held(form)
	for k, list := range values {
		posted[k] = list
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, list := range posted {
		for _, x := range list {
			_ = w.WriteField(k, x)
		}
	}
	if name != "" {
		part, _ := w.CreateFormFile(slot, name)
		_, _ = part.Write(content)
	}
	_ = w.Close()
	address := form.AttrOr("action", v.at)
	r := httptest.NewRequest(http.MethodPost, "https://concerto.example"+address, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	answer := httptest.NewRecorder()
	v.site.ServeHTTP(answer, r)
	return v.answer(address, answer)
}

const (
	adesioni  = office + "/adesioni"
	keyScreen = "form.ps-intake"
	onePage   = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

// fax are the fields of a sheet that came by fax.
func fax(hour string, more url.Values) url.Values {
	form := url.Values{"canale": {"fax"}, "arrivo-ora": {hour}, "categoria": {"odv"}, "denominazione": {"OdV La Lucerna"}, "codice-fiscale": {"99900020753"},
		"tavoli-scelti": {"poverta", "violenza"}}
	for k, v := range more {
		form[k] = v
	}
	return form
}

// TestAFaxOf1158AndOneOf1203 is what a newcomer does first: both verdicts, and why.
func TestAFaxOf1158AndOneOf1203(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-18 12:20"))
	v := visit(t, s).open(adesioni + "/nuova?canale=fax")
	v.want(200, "Registra un foglio", "L’ora stampata dal fax")
	checkPage(t, v.at, v.page)
	if got := v.page.Find("#campo-arrivo-giorno").AttrOr("value", ""); got != "18/10/2013" {
		t.Errorf("the day is %q, want today's", got)
	}
	if _, ok := v.page.Find("#campo-arrivo-ora").Attr("autofocus"); !ok {
		t.Error("the typing does not begin at the hour")
	}
	v.fill(keyScreen, fax("1158", nil)).want(200, "Registrata la PDZ-2013-0001", "in termini", "Stato: in vigore", "Da completare:")
	if _, ok := v.page.Find(`a.btn-primary:contains("Nuova scheda")`).Attr("autofocus"); !ok {
		t.Error("the hand is not on the next sheet")
	}
	v.open(v.page.Find(`a:contains("Nuova scheda")`).AttrOr("href", ""))
	v.fill(keyScreen, fax("12:03", url.Values{"denominazione": {"OdV Nonni di Paese"}, "codice-fiscale": {"99900030752"}})).
		want(200, "Registrata la PDZ-2013-0002", "fuori termine")
	v.open(v.page.Find(`a:contains("Nonni di Paese")`).AttrOr("href", ""))
	v.want(200, "La scheda è pervenuta dopo le ore 12:00 del 18 ottobre 2013", "entro e non oltre le ore 12.00 del 18 ottobre 2013",
		"Che cosa prova questo canale", "Non prova chi l’ha spedito", "addetta-anna", "17 minuti dopo l’arrivo")
	checkPage(t, v.at, v.page)
	v.open(adesioni).want(200, "2 schede", "OdV La Lucerna", "OdV Nonni di Paese", "in termini", "fuori termine")
	checkPage(t, adesioni, v.page)
	v.open(adesioni+"?stato=late").want(200, "Una scheda su 2", "OdV Nonni di Paese")
	if strings.Contains(v.raw, "La Lucerna") {
		t.Error("the filter lets through what it should not")
	}
	v.open(adesioni+"?cerca=lucerne").want(200, "La Lucerna")
	v.open(adesioni+"?cerca=%25%22%3E%3Cscript%3E").want(200, "Nessuna scheda con questi filtri")
}

func TestWhatIsWrongIsToldAndNothingTypedIsLost(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-18 12:20"))
	v := visit(t, s).open(adesioni + "/nuova")
	v.post(keyScreen, fax("12:40", url.Values{"codice-fiscale": {"99900020754"}, "annotazione": {"per <b>ora</b>"}}), "scansione", "fax.pdf", []byte(onePage)).
		want(422, "l’arrivo non può essere nel futuro", "il carattere di controllo non torna", "C’è già: fax.pdf")
	checkPage(t, v.at, v.page)
	for _, field := range []string{"#campo-arrivo-ora", "#campo-codice-fiscale"} {
		if v.page.Find(field+"[aria-invalid]").Length() != 1 || v.page.Find(`.ps-errors a[href="`+field+`"]`).Length() != 1 {
			t.Errorf("%s is not marked and led to", field)
		}
	}
	if got := v.page.Find("#campo-annotazione").AttrOr("value", ""); got != "per <b>ora</b>" {
		t.Errorf("the note came back as %q", got)
	}
	if n := v.page.Find(`input[name=tavoli-scelti][checked]`).Length(); n != 2 {
		t.Errorf("%d tables still chosen, want 2", n)
	}
	v.fill(keyScreen, url.Values{"arrivo-ora": {"11:58"}, "codice-fiscale": {"99900020753"}}).want(200, "Registrata la PDZ-2013-0001")
	v.open(v.page.Find(`a:contains("La Lucerna")`).AttrOr("href", "")).want(200, "Scansione del foglio", "per <b>ora</b>"[:4])
	file := v.page.Find(`a[download]:contains("Scansione")`).AttrOr("href", "")
	w := s.get(file)
	h := w.Result().Header
	if w.Code != 200 || w.Body.String() != onePage || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
		h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("the scan: %d, %v", w.Code, h)
	}
	who = app.Actor{Role: app.HelpDesk, Person: "sportello"}
	if w := s.get(file); w.Code != http.StatusForbidden {
		t.Errorf("the scan, to the help desk: %d, want 403", w.Code)
	}
}

func TestTheHourThatWasTwiceIsAsked(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-27 09:00"))
	v := visit(t, s).open(adesioni + "/nuova?canale=fax")
	v.fill(keyScreen, fax("2:30", nil)).want(422, "sono venute due volte", "la prima (ora legale)", "la seconda (ora solare)")
	v.fill(keyScreen, url.Values{"arrivo-quale": {"second"}}).want(200, "Registrata la")
}

func TestATaxCodeThatIsKnownFillsInItsBody(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.body(t, "Cooperativa sociale Il Melograno", "99900010754", "info@ilmelograno.example")
	v := visit(t, s).open(adesioni + "/nuova?canale=fax")
	v.fill(keyScreen, url.Values{"_azione": {"cerca"}, "codice-fiscale": {"999 000 10754"}, "arrivo-ora": {"15:10"}}).
		want(200, "Compilato dalla scheda PDZ-2013-0001", "Nell’anagrafe c’è già", "stesso codice fiscale", "Con questo arrivo:", "Serve un secondo addetto.")
	if got := v.page.Find("#campo-denominazione").AttrOr("value", ""); got != "Cooperativa sociale Il Melograno" {
		t.Errorf("the name is %q", got)
	}
	if n := v.page.Find(`input[name=tavoli-scelti][checked]`).Length(); n != 0 {
		t.Errorf("%d tables were filled in: the sheet must say them", n)
	}
	v.fill(keyScreen, url.Values{"_azione": {"cerca"}, "codice-fiscale": {""}, "denominazione": {"COOP. SOC. IL MELOGRANO"}}).want(200, "nome simile")
	v.fill(keyScreen, url.Values{"_azione": {"cerca"}, "categoria": {"scuola"}}).want(200, "La scheda si registra ma non vale.", "art. 47 c. 2 lett. c")
}

func TestTheSecondOfficerSeesTheSheetAndConfirms(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-18 15:24"))
	v := visit(t, s).open(adesioni + "/nuova?canale=fax")
	v.fill(keyScreen, fax("11:58", nil)).want(200, "in attesa di un secondo addetto", "in termini")
	at := v.page.Find(`a:contains("La Lucerna")`).AttrOr("href", "")
	v.open(at).want(200, "Il foglio l’hai registrato tu", "3 ore e 26 minuti prima")
	if v.page.Find(`form[action$="/riscontro"]`).Length() != 0 {
		t.Error("who keyed it in is offered to confirm it")
	}
	if w := s.do(http.MethodPost, at+"/riscontro", "annotazione=x"); w.Code != 422 && w.Code != 400 {
		t.Errorf("who keyed it in confirms: %d", w.Code)
	}
	who = app.Actor{Role: app.Head, Person: "capo"}
	v.open(adesioni+"?vedere=riscontro").want(200, "da riscontrare", "serve il riscontro di un secondo addetto")
	v.open(at)
	v.post(`form[action$="/riscontro"]`, nil, "", "", nil).want(422, "Serve la scansione del foglio")
	v.post(`form[action$="/riscontro"]`, url.Values{"annotazione": {"visto"}}, app.SecondScanSlot, "fax.pdf", []byte(onePage)).
		want(200, "in vigore", "Riscontro del secondo addetto", "Arrivo riscontrato da", "capo", "visto")
	checkPage(t, at, v.page)
	who = app.Actor{Role: app.Auditor, Person: "revisore"}
	v.open(at).want(200, "Riscontro del secondo addetto")
	v.open(adesioni+"/nuova").want(403, "Non puoi aprire questa pagina")
}

// The menu holds what there is a page for and what the actor may open.
func TestTheOfficeMenuShowsOnlyWhatOpens(t *testing.T) {
	who := app.Actor{Role: app.Head, Person: "capo"}
	s := roleSite(t, &who)
	for _, role := range []app.Role{app.Head, app.Officer, app.Auditor} {
		who.Role = role
		v := visit(t, s).open(adesioni)
		entries := v.page.Find("#menu li a")
		if entries.Length() < 2 {
			t.Errorf("%s: %d entries", role, entries.Length())
		}
		for i := range entries.Length() {
			href := entries.Eq(i).AttrOr("href", "")
			if w := s.get(href); w.Code != 200 {
				t.Errorf("%s: the entry %s answers %d", role, href, w.Code)
			}
		}
		if got := v.page.Find("#menu [aria-current]").Text(); got != "Adesioni" {
			t.Errorf("%s: the lit entry is %q", role, got)
		}
	}
}

// The officer who corrects says why, and the party, the office and the auditor read it.
func TestTheOfficeSaysWhyItCorrects(t *testing.T) {
	const why = "Al tavolo 4 va un <b>altro</b> ente."
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-18 11:59"))
	v := visit(t, s).open(adesioni + "/nuova?canale=fax")
	v.fill(keyScreen, fax("11:58", nil)).want(200, "Registrata la")
	sheet := v.page.Find(`a:contains("La Lucerna")`).AttrOr("href", "")
	v.open(sheet)
	v.open(v.page.Find(`a:contains("Completa o correggi")`).AttrOr("href", "")).want(200, "Completa la scheda PDZ-2013-0001", "Motivo della correzione")
	v.fill(keyScreen, url.Values{"arrivo-ora": {"11:58"}, "tavoli-scelti": {"poverta"}, "annotazione": {"ha telefonato"}}).want(422, "Motivo della correzione: ")
	checkPage(t, v.at, v.page)
	if v.page.Find("#campo-_motivo[aria-invalid]").Length() != 1 || v.page.Find(`.ps-errors a[href="#campo-_motivo"]`).Length() != 1 {
		t.Error("the missing reason is not marked and led to")
	}
	v.fill(keyScreen, url.Values{"_motivo": {why}}).want(200, "Registrata la PDZ-2013-0001")
	v.open(sheet).want(200, "Versione 2: Correzione", "altro", "ha telefonato")
	if got := v.page.Find(`details[open] p:contains("Motivo:")`).Text(); got != "Motivo: "+why {
		t.Errorf("the history says %q", got)
	}
	v.open(sheet+"/perche").want(200, "Le correzioni", why)
	checkPage(t, v.at, v.page)
	who.Role = app.Auditor
	v.open("/ufficio/lecce/registro/eccezioni").want(200, why)
}

// The help desk finds again what it took in, prints its receipt, and sees no more.
func TestTheHelpDeskSeesTheSheetsItRecordedAndNoOther(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-18 11:00"))
	v := visit(t, s).open(adesioni + "/nuova?canale=fax")
	v.fill(keyScreen, fax("10:58", nil)).want(200, "Registrata la PDZ-2013-0001")
	theirs := v.page.Find(`a:contains("Ricevuta da stampare")`).AttrOr("href", "")
	who = app.Actor{Role: app.HelpDesk, Person: "sportello"}
	v.open(office+"/registrate").want(200, "Non ne hai ancora registrata nessuna.")
	v.open(theirs).want(404)
	v.open(adesioni + "/nuova?canale=banco")
	v.fill(keyScreen, fax("10:59", url.Values{"canale": {"banco"}, "denominazione": {"OdV Il Banco"}, "codice-fiscale": {"99900010754"}})).
		want(200, "Registrata la PDZ-2013-0002", "Le schede che hai registrato")
	if href := v.page.Find(`.breadcrumb a:contains("Adesioni")`).AttrOr("href", ""); href != office+"/registrate" {
		t.Errorf("the way back leads to %q", href)
	}
	v.open(v.page.Find(`a:contains("Ricevuta da stampare")`).AttrOr("href", "")).want(200, "Ricevuta PDZ-2013-0002", "OdV Il Banco", "Codice di controllo")
	checkPage(t, v.at, v.page)
	if strings.Contains(v.page.Text(), "/gestione/") || v.page.Find(`a[href*="/gestione/"]`).Length() > 0 {
		t.Error("the receipt gives the link of the party to the help desk")
	}
	v.open(office+"/registrate").want(200, "PDZ-2013-0002", "OdV Il Banco")
	checkPage(t, v.at, v.page)
	if strings.Contains(v.page.Find("main").Text(), "La Lucerna") {
		t.Error("the help desk sees what an officer recorded")
	}
	if got := v.page.Find("#menu [aria-current]").Text(); got != "Adesioni" {
		t.Errorf("the lit entry is %q", got)
	}
	v.open(adesioni).want(403)
	who.Role = app.Auditor
	v.open(office + "/registrate").want(403)
}
