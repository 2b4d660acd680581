package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"

	"github.com/PuerkitoBio/goquery"
)

func TestABodyAdheresAndGetsItsReceipt(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).begin(percorso)
	v.want(http.StatusOK, "Passo 2 di 5. Chi aderisce", "Il modulo chiude fra 19 ore e 20 minuti, venerdì 18 ottobre 2013 alle 12:00. Vale l’ora di arrivo al server.")
	v.steps(melograno).want(http.StatusOK, "Passo 5 di 5. Riepilogo", "Cooperativa sociale Il Melograno", "20/03/2011")
	site.set(time.Date(2013, 10, 17, 16, 52, 8, 412e6, eve.Location()))
	v.declareAndSend().want(http.StatusCreated, "Adesione registrata", "Ricevuta PDZ-2013-0001", "giovedì 17 ottobre 2013, ore 16:52:08,412 (UTC+2)",
		"nei termini, mancavano 19 ore, 7 minuti e 52 secondi", "foglia 2 di 2", "info@ilmelograno.example", "Che cosa succede adesso")
	if v.page.Find(".ps-qr svg path.ps-qr-ink").Length() != 1 {
		t.Error("no QR code on the receipt")
	}
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	for _, file := range []string{"ricevuta.json", "ricevuta.tlog-proof", "dati.json", "incontri.ics"} {
		if w := site.get(own + "/" + file); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("GET %s = %d %q, want 200 and an attachment", file, w.Code, w.Header().Get("Content-Disposition"))
		}
	}
}

func TestTheReceiptVerifiesHere(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	receipt, proof := site.get(own+"/ricevuta.json").Body.String(), site.get(own+"/ricevuta.tlog-proof").Body.String()
	tests := []struct {
		name, text, want string
	}{
		{"receipt", receipt, "La ricevuta è valida"},
		{"proof", proof, "La ricevuta è valida"},
		{"pasted with the line ends of a form", strings.ReplaceAll(strings.TrimSpace(proof), "\n", "\r\n"), "La ricevuta è valida"},
		{"another name in it", strings.Replace(receipt, "Il Melograno", "Il Melograna", 1), "La ricevuta non è valida"},
		{"cut", receipt[:len(receipt)-9], "La ricevuta non è leggibile"},
		{"not a receipt", "ciao", "La ricevuta non è leggibile"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := visit(t, site).send("/lecce/verifica", url.Values{"testo": {tt.text}})
			v.want(http.StatusOK, tt.want, "concerto verify")
		})
	}
	visit(t, site).send("/lecce/verifica", url.Values{"testo": {" "}}).want(http.StatusUnprocessableEntity, "Incolla il testo")
}

func TestWrongAnswersComeBackWithTheirWords(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).begin(percorso)
	v.fill(stepForm, url.Values{"categoria": {"cooperativa-sociale"}, "denominazione": {"Il Melograno"}, "codice-fiscale": {"0123456789"}, "recapito-email": {"info.ilmelograno.example"}})
	v.want(http.StatusUnprocessableEntity, "Ci sono 3 dati da correggere", "Codice fiscale: deve avere 11 cifre, ne hai scritte 10", "Comune della sede: scegli il Comune")
	links := v.page.Find(".ps-errors a")
	links.Each(func(_ int, a *goquery.Selection) {
		if id := a.AttrOr("href", ""); v.page.Find(strings.Replace(id, "#", "[id='", 1)+"']").Length() != 1 {
			t.Errorf("error %q links to %s, which is not on the page", a.Text(), id)
		}
	})
	for _, id := range []string{"campo-codice-fiscale", "campo-comune-sede", "campo-recapito-email"} {
		field := v.page.Find("[id='" + id + "']")
		described := field.AttrOr("aria-describedby", "")
		if field.AttrOr("aria-invalid", "") != "true" || !strings.Contains(described, id+"-errore") {
			t.Errorf("%s: aria-invalid %q, described by %q", id, field.AttrOr("aria-invalid", ""), described)
		}
	}
	if got := v.page.Find("#campo-codice-fiscale").AttrOr("value", ""); got != "0123456789" {
		t.Errorf("tax code shown = %q, want what was typed", got)
	}
	v.open(v.at).want(http.StatusOK)
	if got := v.page.Find("#campo-denominazione").AttrOr("value", ""); got != "Il Melograno" {
		t.Errorf("after an error the draft holds %q, want what was typed", got)
	}
}

func TestTheCategoryChangesWhatIsAsked(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).begin(percorso)
	v.fill(stepForm, url.Values{"categoria": {"libero-cittadino"}, "_azione": {"aggiorna"}}).want(http.StatusOK)
	if v.page.Find("#campo-denominazione").Length() != 0 {
		t.Error("a citizen is asked the name of a body")
	}
	v.fill(stepForm, url.Values{"categoria": {"odv"}, "costituita-il": {"20/03/2011"}, "_azione": {"aggiorna"}}).want(http.StatusOK)
	v.fill(stepForm, url.Values{"costituita-il": {"20/03/2011"}, "_azione": {"aggiorna"}})
	v.want(http.StatusOK, "Data di costituzione 20/03/2011: Il soggetto può sottoscrivere il Patto di partecipazione.")
	v.fill(stepForm, url.Values{"costituita-il": {"20/03/2013"}, "_azione": {"aggiorna"}})
	v.want(http.StatusOK, "Il soggetto non può sottoscrivere il Patto", "Puoi comunque aderire")
	if v.page.Find(".ps-errors").Length() != 0 {
		t.Error("asking the fields anew reported errors")
	}
}

func TestACitizenAdheres(t *testing.T) {
	citizen := map[string]url.Values{
		"chi":       {"categoria": {"libero-cittadino"}, "codice-fiscale": {"RSSMRA80A41E506K"}, "recapito-email": {"maria@example.org"}},
		"referente": {"nome-cognome": {"Maria Rossi"}},
	}
	site := newTestSite(t, eve)
	visit(t, site).adhere(percorso, citizen).want(http.StatusCreated, "Adesione registrata", "Maria Rossi")
}

func TestALateSheetIsKeptAndSaysWhatStillCounts(t *testing.T) {
	site := newTestSite(t, rome("2013-10-18 11:50"))
	v := visit(t, site).begin(percorso).steps(melograno)
	site.set(rome("2013-10-18 12:00").Add(123 * time.Second))
	v.open(v.at).want(http.StatusOK, "Il modulo resta aperto", "fuori termine", "Sessione plenaria e apertura dei sei tavoli", "martedì 22 ottobre 2013")
	v.declareAndSend().want(http.StatusCreated, "fuori termine", "in ritardo di 2 minuti e 3 secondi rispetto al termine", "la presenza vale come adesione", "martedì 22 ottobre 2013")
}

func TestTheSameClickTwiceIsOneAdhesion(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	number := v.page.Find("#ricevuta-titolo").Text()
	v.send(v.at, url.Values{}).want(http.StatusOK, "Questa scheda era già arrivata", number)
}

func TestASecondSheetOfOneBodyWaits(t *testing.T) {
	site := newTestSite(t, eve)
	visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	visit(t, site).adhere(percorso, melograno).want(http.StatusCreated, "Abbiamo già una scheda con questo codice fiscale", "prenderà subito il posto")
}

func TestTheOwnerCorrectsAndWithdraws(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	v.open(own).want(http.StatusOK, "Conferma il tuo indirizzo", "In vigore")
	v.fill(`form[action$="/correzione"]`, nil).want(http.StatusOK, "Stai correggendo")
	if got := v.page.Find("#campo-costituita-il").AttrOr("value", ""); got != "20/03/2011" {
		t.Errorf("date in the correction = %q, want 20/03/2011 as people type it", got)
	}
	v.steps(withValues(melograno, "referente", "nome-cognome", "Carla Greco"))
	v.want(http.StatusOK, "Motivo della correzione (facoltativo)").fill(`form[action$="/invio"]`, url.Values{"presa-visione-privacy": {"on"}, "_motivo": {"Nuova referente"}}).
		want(http.StatusCreated, "Correzione registrata", "MotivoNuova referente")
	v.open(own+"/perche").want(http.StatusOK, "Le correzioni", "Nuova referente")
	v.open(own).want(http.StatusOK, "Versione 2: Correzione", "Motivo: Nuova referente", "Versione 1: Adesione", "Anna Perrone", "Carla Greco", "cambiato")
	if got := v.page.Find("tr.ps-changed").Length(); got != 1 {
		t.Errorf("%d answers are marked as changed, want 1", got)
	}
	v.open(own + "/ritiro").want(http.StatusOK)
	v.fill(`form[action$="/ritiro"]`, url.Values{"motivo": {"Non possiamo più"}}).want(http.StatusCreated, "Ritiro registrato")
	v.open(own).want(http.StatusOK, "Ritirata", "Non possiamo più", "Versione 3: Ritiro")
}

func TestWithdrawalIsOverWithTheTerm(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	site.set(rome("2013-10-18 12:01"))
	v.open(own).want(http.StatusOK, "per ritirare l’adesione rivolgiti allo sportello")
	v.open(own+"/ritiro").want(http.StatusOK, "non si può ritirare")
}

func TestAWrongSecretOpensNothing(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	wrong := own[:len(own)-1] + "0"
	if strings.HasSuffix(own, "0") {
		wrong = own[:len(own)-1] + "1"
	}
	for _, address := range []string{wrong, wrong + "/dati.json", wrong + "/ricevuta.json", wrong + "/ritiro", strings.Replace(own, "/gestione/", "/conferma/", 1)} {
		if w := site.get(address); w.Code != http.StatusNotFound {
			t.Errorf("GET with a wrong secret = %d, want 404", w.Code)
		}
	}
}

func TestADraftIsSavedForLater(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).begin(percorso)
	v.fill(stepForm, url.Values{"denominazione": {"Il Melograno"}, "_azione": {"bozza"}}).want(http.StatusOK, "Bozza salvata", "copia questo collegamento")
	link, err := url.Parse(v.page.Find("#collegamento").AttrOr("value", ""))
	if err != nil {
		t.Fatal(err)
	}
	v.open(link.Path).want(http.StatusOK, "Passo 2 di 5")
	if got := v.page.Find("#campo-denominazione").AttrOr("value", ""); got != "Il Melograno" {
		t.Errorf("the draft taken up again holds %q", got)
	}
	v.fill(stepForm, url.Values{"recapito-email": {"info@ilmelograno.example"}, "_azione": {"bozza"}})
	v.want(http.StatusOK, "è partito per info@ilmelograno.example")
}

// smallPDF is the least that is a PDF.
func smallPDF(t testing.TB) []byte {
	t.Helper()
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n" +
		"0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n161\n%%EOF\n")
}

func TestAFileIsAttachedAndTakenOff(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).begin(percorso).steps(melograno)
	v.attach("atto-costitutivo", "statuto.pdf", smallPDF(t)).want(http.StatusOK, "statuto.pdf")
	v.fill(`form[action$="/atto-costitutivo/rimozione"]`, nil).want(http.StatusOK)
	if strings.Contains(v.page.Text(), "statuto.pdf") {
		t.Error("the file is still there after it was taken off")
	}
	v.attach("atto-costitutivo", "statuto.pdf", []byte("<html>")).want(http.StatusUnprocessableEntity, "C’è un dato da correggere", "Conta ciò che contiene")
	v.attach("atto-costitutivo", "x.pdf", nil).want(http.StatusUnprocessableEntity, "Serve questo allegato")
	v.attach("atto-costitutivo", "x.pdf", make([]byte, app.MaxFile+1)).want(http.StatusUnprocessableEntity, "Il file è di 8 MB")
	v.attach("atto-costitutivo", "x.pdf", make([]byte, maxUpload)).want(http.StatusRequestEntityTooLarge)
}

// The stroke of noon is in, the millisecond after is out, and the receipt says so.
func TestTheReceiptTellsTheVerdictToTheMillisecond(t *testing.T) {
	noon := rome("2013-10-18 12:00")
	tests := []struct {
		at   time.Time
		want string
	}{
		{noon.Add(-time.Millisecond), "nei termini, mancavano 0,001 secondi"},
		{noon, "nei termini, allo scoccare del termine"},
		{noon.Add(time.Millisecond), "fuori termine, in ritardo di 0,001 secondi rispetto al termine"},
	}
	for _, tt := range tests {
		site := newTestSite(t, noon.Add(-time.Hour))
		v := visit(t, site).begin(percorso).steps(melograno)
		site.set(tt.at)
		v.declareAndSend().want(http.StatusCreated, tt.want, tt.at.Format("15:04:05")+","+tt.at.Format(".000")[1:])
	}
}

func TestThePublicReceiptNamesNobody(t *testing.T) {
	site := newTestSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	public, code, _ := strings.Cut(v.page.Find(".ps-qr a").AttrOr("href", ""), "#")
	v.open(public).want(http.StatusOK, "PDZ-2013-0001", "nei termini", "in vigore", code)
	proof := site.get(public + "/prova")
	if proof.Code != http.StatusOK || !strings.HasPrefix(proof.Body.String(), "c2sp.org/tlog-proof@v1") {
		t.Errorf("the public proof is %d %.40q", proof.Code, proof.Body)
	}
	for _, datum := range []string{"Il Melograno", "Perrone", "01234567897", "ilmelograno.example", "0832 000000"} {
		if strings.Contains(v.raw, datum) || strings.Contains(proof.Body.String(), datum) {
			t.Errorf("the public receipt tells %q", datum)
		}
	}
}

func TestTheConfirmedSheetTakesThePlaceOfTheEarlier(t *testing.T) {
	site := demoSite(t, eve)
	v := visit(t, site).adhere(percorso, melograno).want(http.StatusCreated)
	first := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	deliver(t, site)
	site.set(eve.Add(time.Hour))
	visit(t, site).adhere(percorso, melograno).want(http.StatusCreated, "in attesa")
	v.open(confirmLink(t, site)).fill("main form", nil).want(http.StatusOK, "è in vigore")
	v.open(first).want(http.StatusOK, "Sostituita dalla scheda PDZ-2013-0002")
}

func TestALostDraftIsExplained(t *testing.T) {
	site := newTestSite(t, eve)
	visit(t, site).open(percorso+"/adesione/nessuna/chi").want(http.StatusNotFound, "Questa bozza non c’è più")
	v := visit(t, site).begin(percorso)
	site.set(eve.AddDate(0, 0, 31))
	v.open(v.at).want(http.StatusNotFound, "Questa bozza non c’è più")
}
