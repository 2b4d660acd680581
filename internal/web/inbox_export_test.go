package web

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"

	"github.com/xuri/excelize/v2"
)

// formula is a text that runs something where an export forgets what it is.
const formula = `=HYPERLINK("http://evil.example","clic")`

// formulas has people and the office type a formula into every field that takes text,
// each with a word of its own, and returns the words.
func formulas(t *testing.T, s *testSite, who *app.Actor) []string {
	t.Helper()
	role := who.Role
	who.Role = ""
	words := []string{"ente", "registro", "nome", "attese"}
	web := withValues(melograno, "chi", "denominazione", formula+"ente", "registri", formula+"registro", "recapito-email", "=1+1@ilmelograno.example")
	web = withValues(web, "referente", "nome-cognome", formula+"nome", "recapito-telefono", "+39 0832 000000")
	web = withValues(web, "tavoli", "attese", formula+"attese\n-2+3")
	visit(t, s).adhere(percorso, web).want(http.StatusCreated)
	who.Role = role
	s.set(rome("2013-10-18 12:20"))
	v := visit(t, s).open(adesioni + "/nuova?canale=fax")
	v.fill(keyScreen, fax("1158", url.Values{"denominazione": {"+1+1 faxente"}, "registri": {"@SUM(1) faxregistro"}, "nome-cognome": {"-2+3 faxnome"},
		"attese": {"＝1+1 faxattese"}, "recapito-telefono": {"+39 0832 111111"}, "annotazione": {"=1+1"}})).want(200, "Registrata la PDZ-2013-0002")
	at := v.page.Find(`a:contains("faxente")`).AttrOr("href", "")
	v.open(at + "/decisione?esito=toComplete").want(200)
	v.fill("form:has(input[name=atto])", url.Values{"dato": {formula + "dato"}, "motivazione": {formula + "motivo"}}).want(200)
	if form := v.page.Find("form:has(input[name=atto])"); form.Length() == 1 {
		v.fill("form:has(input[name=atto])", url.Values{"confermata": {"si"}})
	}
	return append(words, "faxente", "faxregistro", "faxnome", "faxattese", "dato", "motivo")
}

// byName reads a row of the CSV as its columns are named.
func byName(t *testing.T, file string) (rows []map[string]string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	r.Comma = ';'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		if len(row) != len(all[0]) {
			t.Fatalf("two columns have one name: %q", all[0])
		}
		rows = append(rows, row)
	}
	return rows
}

func TestFormulasInEveryFieldStayTextsInTheThreeFiles(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna", Name: "=Anna"}
	s := roleSite(t, &who)
	words := formulas(t, s, &who)
	files := map[string]string{}
	for _, f := range tableFormats {
		w := s.get(office + "/adesioni." + f.Ext)
		h := w.Result().Header
		if w.Code != 200 || h.Get("Content-Type") != f.Type || h.Get("Cache-Control") != "no-store" ||
			h.Get("Content-Disposition") != `attachment; filename="adesioni-lecce-2014-2016-2013-10-18-1220.`+f.Ext+`"` {
			t.Fatalf("%s: %d, %v", f.Name, w.Code, h)
		}
		files[f.Ext] = w.Body.String()
	}
	rows := byName(t, files["csv"])
	if len(rows) != 2 {
		t.Fatalf("%d rows, want 2", len(rows))
	}
	for name, want := range map[string]string{"Numero": "PDZ-2013-0001", "Soggetto": "'" + formula + "ente", "Chi la presenta": "'" + formula + "nome",
		"E-mail": "'=1+1@ilmelograno.example", "Telefono": "'+39 0832 000000", "Iscrizione a registri": "'" + formula + "registro",
		"Attese e primi contributi": "'" + formula + "attese\n-2+3", "Data di costituzione": "2011-03-20", "Comune della sede": "Lecce",
		"Codice fiscale": "01234567897", "Arrivata il": "2013-10-17T16:40:00+02:00", "Stato": "in vigore", "Termine": "in termini", "Foglia": "2"} {
		if got := rows[0][name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"Soggetto": "'+1+1 faxente", "Arrivata il": "2013-10-18T11:58:00+02:00", "Registrata il": "2013-10-18T12:20:00+02:00",
		"Canale": "Fax", "Addetto": "addetta-anna", "Motivo": "'" + formula + "motivo", "Che cosa si chiede": "'" + formula + "dato",
		"Attese e primi contributi": "'＝1+1 faxattese", "Estratto da": "'=Anna, 18/10/2013 12:20:00"} {
		if got := rows[1][name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, row := range rows {
		for name, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") || strings.HasPrefix(cell, "＝") {
				t.Errorf("%s begins like a formula: %q", name, cell)
			}
		}
	}
	isText(t, files, words)
	inLibreOffice(t, files, words)
}

// isText looks into the two typed formats.
func isText(t *testing.T, files map[string]string, words []string) {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(files["xlsx"]))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := f.GetRows("Adesioni")
	if err != nil || len(lines) != 3 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	content := odsContent(t, []byte(files["ods"]))
	for _, word := range words {
		holds := func(cell string) bool { return strings.Contains(cell, word) }
		if !slices.ContainsFunc(lines[1], holds) && !slices.ContainsFunc(lines[2], holds) {
			t.Errorf("%q is not in the XLSX", word)
		}
		if !strings.Contains(content, word) {
			t.Errorf("%q is not in the ODS", word)
		}
	}
	for i, line := range lines {
		for j := range line {
			at, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if x, _ := f.GetCellFormula("Adesioni", at); x != "" {
				t.Errorf("%s of the XLSX is the formula %q", at, x)
			}
		}
	}
	if strings.Contains(content, "formula=") {
		t.Error("a cell of the ODS is a formula")
	}
	if props, err := f.GetDocProps(); err != nil || props.Creator != "=Anna" || !strings.Contains(props.Description, "18/10/2013 12:20:00") {
		t.Errorf("the XLSX does not say who took it: %+v, %v", props, err)
	}
}

func odsContent(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// inLibreOffice opens the files in the program that most offices without Excel
// have, and looks at what it made of them.
func inLibreOffice(t *testing.T, files map[string]string, words []string) {
	t.Helper()
	if _, err := exec.LookPath("soffice"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("LibreOffice is not here: scripts/test-tools.sh installs it")
		}
		t.Skip("LibreOffice is not here: scripts/test-tools.sh installs it")
	}
	for ext, file := range files {
		dir := t.TempDir()
		path := filepath.Join(dir, "adesioni."+ext)
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "ods", "--outdir", filepath.Join(dir, "out")}
		if ext == "csv" { // semicolon, quotes, UTF-8; formulas are calculated where there are any
			args = append(args, "--infilter=CSV:59,34,76,1,,0,false,false,false,false,false,0,true")
		}
		if text, err := exec.Command("soffice", append(args, path)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		out, err := os.ReadFile(filepath.Join(dir, "out", "adesioni.ods"))
		if err != nil {
			t.Fatal(err)
		}
		content := odsContent(t, out)
		if strings.Contains(content, "formula=") {
			t.Errorf("%s: LibreOffice found a formula", ext)
		}
		begins := map[bool]string{true: "<text:p>&apos;=HYPERLINK(", false: "<text:p>=HYPERLINK("}[ext == "csv"]
		if !strings.Contains(content, begins) {
			t.Errorf("%s: no text begins with %q", ext, begins)
		}
		for _, word := range words {
			if !strings.Contains(content, word) {
				t.Errorf("%s: %q is lost", ext, word)
			}
		}
	}
}

func TestAFileHasWhatTheListShows(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.set(rome("2013-10-18 12:20"))
	v := visit(t, s)
	for hour, name := range map[string]string{"11:58": "OdV La Lucerna", "12:03": "OdV Nonni di Paese"} {
		v.open(adesioni + "/nuova?canale=fax")
		code := map[string]string{"11:58": "99900020753", "12:03": "99900030752"}[hour]
		v.fill(keyScreen, fax(hour, url.Values{"denominazione": {name}, "codice-fiscale": {code}})).want(200, "Registrata la")
	}
	v.open(adesioni+"?stato=late&ordine=nome").want(200, "Una scheda su 2", "Scarica questa scheda: ODS · XLSX · CSV")
	checkPage(t, v.at, v.page)
	href := v.page.Find(`a[download][href*=".csv"]`).AttrOr("href", "")
	rows := byName(t, s.get(href).Body.String())
	if len(rows) != 1 || rows[0]["Soggetto"] != "OdV Nonni di Paese" || rows[0]["Termine"] != "fuori termine" || !strings.HasPrefix(rows[0]["Tavoli tematici"], "2. Contrasto") {
		t.Errorf("%s holds %v", href, rows)
	}
	if got := len(byName(t, s.get(office+"/adesioni.csv?vedere=tardive").Body.String())); got != 1 {
		t.Errorf("%d rows that are late, want 1", got)
	}
	if got := len(byName(t, s.get(office+"/adesioni.csv?tavolo=poverta&cerca=lucerne").Body.String())); got != 1 {
		t.Errorf("%d rows of a table and a word, want 1", got)
	}
	if w := s.do(http.MethodHead, href, ""); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Disposition") == "" {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
	who = app.Actor{Role: app.Auditor, Person: "revisore"}
	read, _, err := s.App.Accesses(t.Context(), who, "lecce", app.AccessFilter{Limit: 100})
	if err != nil || !slices.ContainsFunc(read, func(x app.AccessView) bool {
		return x.What == "GET "+office+"/adesioni.csv" || x.What == office+"/adesioni.csv"
	}) {
		t.Errorf("who took the file is not noted: %+v, %v", read, err)
	}
}

// The demo's files say that their people are invented.
func TestAFileOfTheDemoSaysSo(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna", Name: "Anna"}
	s := demoSite(t, eve)
	s.Identify = func(*http.Request) []app.Actor { return []app.Actor{who} }
	s.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	w := s.get(office + "/adesioni.csv")
	if !strings.Contains(w.Header().Get("Content-Disposition"), `"prova-adesioni-`) || !strings.Contains(byName(t, w.Body.String())[0]["Estratto da"], "inventati") {
		t.Errorf("%v: %s", w.Header(), w.Body)
	}
}
