package web

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
)

// TestAnAuditorChangesNothing plays every route that writes and asks who signed in:
// but for the check of the register and for what is one's own, each answers 403, and
// no act is recorded.
func TestAnAuditorChangesNothing(t *testing.T) {
	p := newPeopled(t)
	before := p.count(t, "act")
	played := 0
	for _, r := range Routes() {
		_, asks := roles[r.Rule]
		if r.Method == http.MethodGet || !asks {
			continue
		}
		status, _ := p.ask(r.Method, p.address(r.Pattern, "lecce", 0, true), app.Auditor, nil)
		switch {
		case r.Pattern == auditorPath+"/verifica":
			if status != http.StatusSeeOther {
				t.Errorf("%s %s: %d, want 303", r.Method, r.Pattern, status)
			}
		case r.Rule == SignedIn: // one's own data, whatever else one is
		case status != http.StatusForbidden:
			t.Errorf("%s %s (%s): %d, want 403", r.Method, r.Pattern, r.Rule, status)
		}
		played++
	}
	if after := p.count(t, "act"); after != before || played < 20 {
		t.Errorf("%d acts before and %d after %d routes", before, after, played)
	}
	p.settled(t)
}

func (p *peopled) count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := p.db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// settled waits for a verification that is running.
func (p *peopled) settled(t *testing.T) app.VerificationView {
	t.Helper()
	for range 3000 {
		v, err := p.App.Verification(app.Actor{Role: app.Auditor}, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		if !v.Running {
			return v
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the verification does not end")
	return app.VerificationView{}
}

// TestEveryPageWithPersonalDataIsMarked opens each page of who works for the Ambito
// and looks for what only people's data hold: a page that shows it, and is not
// marked, would be read without a trace (P27).
func TestEveryPageWithPersonalDataIsMarked(t *testing.T) {
	p := newPeopled(t)
	marked := 0
	for _, r := range Routes() {
		wanted := roles[r.Rule]
		if r.Method != http.MethodGet || len(wanted) == 0 || r.Rule == Member || r.Rule == OperatorOnly {
			if r.Personal != "" && len(wanted) == 0 {
				t.Errorf("%s: marked, but its rule asks for no role", r.Pattern)
			}
			continue
		}
		before := p.count(t, "access_log")
		_, answer := p.ask(r.Method, p.address(r.Pattern, "lecce", 0, true), wanted[len(wanted)-1], nil)
		noted := p.count(t, "access_log") - before
		answer = strings.ReplaceAll(answer, ">chi@marcalecce.example<span", "") // who asks, in the header
		if r.Personal == "" && (strings.Contains(answer, "@marcalecce.example") || strings.Contains(answer, "Ada "+marker)) && r.Rule != Oversight {
			i := max(strings.Index(answer, "@marcalecce.example"), strings.Index(answer, "Ada "+marker))
			t.Errorf("%s shows personal data and is not marked: …%s…", r.Pattern, answer[max(0, i-60):min(len(answer), i+40)])
		}
		if want := min(1, len(r.Personal)); noted != want {
			t.Errorf("%s as %s: %d accesses noted, want %d", r.Pattern, wanted[len(wanted)-1], noted, want)
		}
		marked += min(1, len(r.Personal))
	}
	if marked < 12 {
		t.Errorf("only %d marked pages", marked)
	}
}

func TestTheAuditorSeesWhoReadWhat(t *testing.T) {
	p := newPeopled(t)
	sheet := "/ufficio/lecce/percorsi/2014-2016/adesioni/" + p.sheets[0].code
	if status, _ := p.ask(http.MethodGet, sheet+"?cerca=segreto", app.Officer, nil); status != http.StatusOK {
		t.Fatalf("GET %s: %d", sheet, status)
	}
	status, answer := p.ask(http.MethodGet, "/ufficio/lecce/registro/accessi", app.Auditor, nil)
	if status != http.StatusOK {
		t.Fatalf("accesses: %d", status)
	}
	for _, want := range []string{"scheda PDZ-2013-0001", "istruttoria delle adesioni"} {
		if !strings.Contains(answer, want) {
			t.Errorf("the page of accesses does not say %q", want)
		}
	}
	if strings.Contains(answer, "segreto") {
		t.Error("the access log holds what was searched for")
	}
	if status, _ := p.ask(http.MethodGet, "/ufficio/lecce/registro/accessi?giorno=2013-02-31&pagina=-4", app.Auditor, nil); status != http.StatusOK {
		t.Errorf("a day that does not exist: %d", status)
	}
}

func TestTheAuditorVerifiesAndComesBack(t *testing.T) {
	p := newPeopled(t)
	_, answer := p.ask(http.MethodGet, "/ufficio/lecce/registro", app.Auditor, nil)
	if !strings.Contains(answer, "Registro da verificare") {
		t.Error("before any verification the page does not say so")
	}
	if status, _ := p.ask(http.MethodPost, "/ufficio/lecce/registro/verifica", app.Auditor, nil); status != http.StatusSeeOther {
		t.Fatalf("POST verifica: %d", status)
	}
	if v := p.settled(t); v.Failed {
		t.Fatal("the verification failed")
	}
	if status, _ := p.ask(http.MethodGet, "/ufficio/lecce/registro/verifica", app.Auditor, nil); status != http.StatusSeeOther {
		t.Errorf("progress of an ended verification: %d, want 303", status)
	}
	// The rows that the test made up by hand are in no act: the page must say that.
	if _, answer = p.ask(http.MethodGet, "/ufficio/lecce/registro", app.Auditor, nil); !strings.Contains(answer, "Il registro non torna") {
		t.Error("rows that no act gives were not reported")
	}
}

func TestAGoodRegisterIsShownWhole(t *testing.T) {
	s := newTestSite(t, eve, func(c *Config) {
		c.Identify = func(*http.Request) []app.Actor {
			return []app.Actor{{Role: app.Auditor, Email: "a@b.example", Person: "p"}}
		}
	})
	s.do(http.MethodPost, "/ufficio/lecce/registro/verifica", "x=")
	p := &peopled{testSite: s}
	p.settled(t)
	if body := s.get("/ufficio/lecce/registro").Body.String(); !strings.Contains(body, "Il registro è intero") || !strings.Contains(body, "Verificato") {
		t.Error("the page does not say that the register is whole")
	}
}

func TestActsAreSifted(t *testing.T) {
	p := newPeopled(t)
	for query, want := range map[string]int{"": p.count(t, "act"), "?tipo=adesione": 2, "?tipo=avviso": 1, "?giorno=2013-10-09": 1, "?tipo=adesione&giorno=2013-10-09": 0, "?tipo=niente": 0} {
		_, answer := p.ask(http.MethodGet, "/ufficio/lecce/registro/atti"+query, app.Auditor, nil)
		if got := strings.Count(answer, `<th scope="row">`); got != want {
			t.Errorf("acts%s: %d, want %d", query, got, want)
		}
	}
}

func TestEveryKindOfActHasAWord(t *testing.T) {
	for _, kind := range app.ActKinds {
		if registerKinds[kind] == "" {
			t.Errorf("act %q has no word for the auditor", kind)
		}
	}
	for _, kind := range app.ExceptionKinds {
		if exceptionTexts[kind][0] == "" {
			t.Errorf("exception %q has no word", kind)
		}
	}
}

// TestTheExtractHoldsNoFormula puts what a spreadsheet would execute where officers
// and visitors can write (P15).
func TestTheExtractHoldsNoFormula(t *testing.T) {
	p := newPeopled(t)
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r", "＝"} {
		if _, err := p.db.Exec("INSERT INTO access_log VALUES (?, 'lecce', ?, 'officer', ?, ?, 1)", begin, begin+"1+1", begin+"cmd", begin+"2"); err != nil {
			t.Fatal(err)
		}
	}
	w := p.do(http.MethodGet, "/ufficio/lecce/registro/estratto.zip", "", roleHeader, string(app.Auditor))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("extract: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if !strings.HasSuffix(f.Name, ".csv") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
		c.Comma = ';'
		rows, err := c.ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %d rows, %v", f.Name, len(rows), err)
		}
		for _, cell := range slices.Concat(rows...) {
			if cell != "" && strings.ContainsRune("=+-@\t\r＝", []rune(cell)[0]) {
				t.Errorf("%s: cell %q is a formula", f.Name, cell)
			}
		}
	}
	for _, want := range []string{"checkpoint", "chiave", "LEGGIMI.txt", app.EvidenceManifest, "foglie/00000000.txt"} {
		if !slices.Contains(names, want) {
			t.Errorf("the archive lacks %s: %v", want, names)
		}
	}
}
