package web

import (
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store/storetest"
)

// publish adds one of the example definitions to a site, changed or not, and
// returns the address of its process.
func publish(t testing.TB, site *testSite, name string) string {
	t.Helper()
	src, err := os.ReadFile("../../examples/" + name + "/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return publishText(t, site, string(src))
}

func publishText(t testing.TB, site *testSite, text string) string {
	t.Helper()
	d, found := definition.Load("process.yaml", []byte(text))
	if d == nil {
		t.Fatal(found)
	}
	origin := "concerto.example/" + d.Process.Ambito.ID
	key := app.LogKey{Origin: origin, Verifier: storetest.Key(t, origin)}
	if err := site.App.Publish(t.Context(), app.Actor{Role: app.System}, d, key, site.clock()); err != nil {
		t.Fatal(err)
	}
	return "/" + d.Process.Ambito.ID + "/percorsi/" + app.Slug(d.Process)
}

// Three definitions that bend the procedure differently are served by one
// program: the deadline of 2013 with tables by theme, a door that stays open
// with tables by town, a co-programming where citizens only observe.
func TestOneProgramServesEveryDefinition(t *testing.T) {
	tests := []struct {
		name, at string
		info     []string
		answers  map[string]url.Values
		receipt  []string
	}{
		{"lecce-2013", "2013-10-17 16:40", []string{"Compila la scheda", "entro e non oltre le ore 12.00 del 18 ottobre 2013"}, melograno, []string{"nei termini"}},
		{"valle-serena", "2026-10-20 10:00", []string{"Si scelgono al massimo 2 tavoli", "in ogni momento, per tutta la durata del Piano"}, map[string]url.Values{
			"chi":       {"chi": {"gruppo"}, "nome-ente": {"Gruppo Nonni al parco"}},
			"referente": {"nome": {"Ugo Serra"}, "posta": {"ugo@example.org"}, "dove": {"borgoalto", pdz.Elsewhere}},
			"tavoli":    {"tavolo": {"tavolo-borgoalto"}},
		}, []string{"1. Borgoalto di Valle"}},
		{"riviera-coprogrammazione", "2026-10-20 10:00", []string{"Compila la scheda", "Per inviare dichiari:"}, map[string]url.Values{
			"chi":       {"tipo": {"cittadino"}, "cf": {"RSSMRA80A41E506K"}},
			"referente": {"firmatario": {"Maria Rossi"}, "email": {"maria@example.org"}},
		}, []string{"26 ottobre 2026, compreso tutto il giorno", "nei termini"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site, process := newTestSite(t, eve), percorso
			if tt.name != "lecce-2013" {
				site.set(rome(tt.at))
				process = publish(t, site, tt.name)
			}
			visit(t, site).open(process+"/adesione").want(http.StatusOK, tt.info...)
			v := visit(t, site).begin(process).steps(tt.answers).want(http.StatusOK, "Riepilogo")
			if v.page.Find(`form[action$="/allegati/documento"]`).Length() > 0 {
				v.attach("documento", "documento.pdf", smallPDF(t)).want(http.StatusOK)
			}
			v.declareAndSend().want(http.StatusCreated, tt.receipt...)
		})
	}
}

// The window of Lecce, with its words changed.
func lecceWith(t testing.TB, old, new string) string {
	t.Helper()
	src, err := os.ReadFile("../../examples/lecce-2013/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), old, new, 1)
	if text == string(src) {
		t.Fatalf("the definition does not say %q", old)
	}
	return strings.Replace(text, "\nambito:\n  id: lecce\n", "\nambito:\n  id: altrove\n", 1)
}

func TestTheRibbonTellsWhereTheWindowStands(t *testing.T) {
	const closes = `closes: "2013-10-18T12:00"`
	tests := []struct {
		name, old, new, at string
		want               string
		takes              bool
	}{
		{"announced later", closes, `closes: toBeAnnounced`, "2013-10-17 16:40", "La data di chiusura non è ancora fissata", true},
		{"not open yet", "opens: publication", `opens: "2013-10-12T09:00"`, "2013-10-10 09:00", "Il modulo non è ancora aperto: apre fra 1 giorno e 23 ore, sabato 12 ottobre 2013 alle 09:00", false},
		{"late and refused", "late: keep", "late: refuse", "2013-10-18 12:01", "L’avviso non accoglie le schede che arrivano dopo", false},
		{"late and kept", "late: keep", "late: keep ", "2013-10-18 12:01", "registrata come «fuori termine»", true},
		{"after the session that counted", "late: keep", "late: keep ", "2013-10-25 12:01", "si è già svolto", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			site := newTestSite(t, rome("2013-10-09 09:30"))
			process := publishText(t, site, lecceWith(t, tt.old, tt.new))
			site.set(rome(tt.at))
			v := visit(t, site).open(process+"/adesione").want(http.StatusOK, tt.want)
			if got := v.page.Find("form:has(input[name=modulo])").Length() > 0; got != tt.takes {
				t.Errorf("the form can be begun: %v, want %v", got, tt.takes)
			}
		})
	}
}

func TestWhatArrivesLateIsRefusedWhereTheNoticeSaysSo(t *testing.T) {
	site := newTestSite(t, eve)
	process := publishText(t, site, lecceWith(t, "late: keep", "late: refuse"))
	v := visit(t, site).begin(process).steps(melograno).want(http.StatusOK, "Riepilogo")
	site.set(rome("2013-10-18 12:00").Add(time.Millisecond))
	v.declareAndSend().want(http.StatusForbidden, "Ora non è possibile")
	v.open(strings.TrimSuffix(v.at, "/invio")+"/riepilogo").want(http.StatusOK, "La scheda ora non si può inviare", "Il Melograno")
}

func TestEveryProblemHasWords(t *testing.T) {
	for _, code := range slices.Concat(pdz.Codes, app.AdhesionCodes, app.AttachmentCodes, app.IntakeCodes, []string{app.CodeAnswersLarge}) {
		if problemTexts[code] == "" && code != pdz.CodeTaxCodeLength {
			t.Errorf("no words for problem %q", code)
		}
	}
	for _, length := range []int{0, 11, 16} { // what CheckTaxCodeOf may ask for
		if taxCodeLengths[length] == "" {
			t.Errorf("no words for a tax code that is not %d long", length)
		}
	}
}

// The arguments of a problem fill the verbs of its sentence.
func TestProblemsAreToldWithTheirArguments(t *testing.T) {
	site := newTestSite(t, eve)
	view, err := site.App.Process(t.Context(), "lecce", "2014-2016")
	if err != nil {
		t.Fatal(err)
	}
	l := &Layout{Printer: site.catalogue.For(italian), Proc: view}
	form, _ := view.Form("scheda-adesione")
	q := l.asking(form, nil, nil)
	args := map[string][]any{
		pdz.CodeTextControl: {"U+0000"}, pdz.CodeTextMarks: {4}, pdz.CodeTextLong: {3000, 2000}, pdz.CodeEmailDomain: {"ente"}, pdz.CodeEmailLong: {300, 254},
		pdz.CodePhoneForm: {"x"}, pdz.CodePhoneLength: {3, 6, 15}, pdz.CodeTaxCodeLength: {10, 11}, pdz.CodeTaxCodeForm: {3, "è"},
		pdz.CodeDateImpossible: {31, 4}, pdz.CodeDateLeap: {2013}, pdz.CodeDateOld: {1850}, pdz.CodeDateFuture: {pdz.Date{Year: 2013, Month: 10, Day: 17}},
		pdz.CodeChoice: {"re"}, pdz.CodeTable: {"x"}, pdz.CodeTablesFew: {0, 1}, pdz.CodeTablesMany: {3, 2}, pdz.CodeMunicipality: {"roma"},
		app.CodeChannel: {"fax"}, app.CodeOtherTaxCode: {"01234567897"}, app.CodeNotCorrectable: {"withdrawn"},
		app.CodeFileLarge: {9 << 20, 8 << 20}, app.CodeFileKind: {[]string{"pdf", "odt"}}, app.CodeFileActive: {"script"}, app.CodeFileArchive: {"nested"},
		app.CodeArrivalFuture: {"12:20"}, app.CodeArrivalAfter: {"12:20"}, app.CodeHourTwice: {"2:30"}, app.CodeHourSkipped: {"2:30"}, app.CodePersonal: {"un nome"}, app.CodeErasureKind: {"nomina"}, app.CodeErasureAlive: {34},
	}
	for code := range problemTexts {
		text := q.problemText(pdz.Problem{Field: "codice-fiscale", Code: code, Args: args[code]})
		if strings.Contains(text, "%!") && code != app.CodeNotCorrectable {
			t.Errorf("%s: %q", code, text)
		}
		if !strings.HasPrefix(text, "Codice fiscale: ") {
			t.Errorf("%s: %q does not begin with the name of the field", code, text)
		}
	}
}

func TestEveryVerdictOfTheVerifierHasWords(t *testing.T) {
	for _, r := range []string{register.ReasonOK, register.ReasonNotAnchored, register.ReasonFormat, register.ReasonKey, register.ReasonIndex,
		register.ReasonOrigin, register.ReasonInclusion, register.ReasonSignature, register.ReasonNoKey, register.ReasonUntrustedKey,
		register.ReasonBody, register.ReasonFiles, register.ReasonFileCount, register.ReasonAuthor} {
		if verdictReasons[r] == "" {
			t.Errorf("no words for reason %q", r)
		}
	}
	for c := register.Valid; c <= register.Misbehaviour; c++ {
		if verdictHeadings[c] == "" {
			t.Errorf("no words for code %d", c)
		}
	}
	for _, via := range register.Vias() {
		if viaTexts[via] == "" {
			t.Errorf("no words for channel %q", via)
		}
	}
}
