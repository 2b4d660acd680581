package web

import (
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/store"

	"golang.org/x/time/rate"
)

// marker stands in every text that somebody typed in Lecce.
const marker = "Marcalecce"

// peopled is a site with something in every table: two adhesions that came by the
// web, and rows made up after the schema where nothing of that kind has happened.
// Who asks is what the header X-Ruolo says.
type peopled struct {
	*testSite
	db         *sql.DB
	sheets     [2]sheetIDs
	definition string // hash of the one in force
}

// sheetIDs are what the first sheet and the second one are known by.
type sheetIDs struct {
	code, key, confirm, draft, email             string
	person, party, clerk                         string
	appointment, question, faq, invitation, list string
}

// asked are the capacities under test, in the order of the matrix. Two are not
// signed in: who has no link or a wrong one, and who holds the right one.
var asked = []struct {
	name string
	role app.Role // empty: not signed in
	link bool     // holds the right link
}{
	{"anonimo", "", false}, {"legame", "", true}, {"entrato", app.SignedIn, false}, {"delegato", app.Delegate, false}, {"sportello", app.HelpDesk, false},
	{"addetto", app.Officer, false}, {"responsabile", app.Head, false}, {"facilitatore", app.Facilitator, false}, {"governo", app.Governing, false},
	{"sindacato", app.Union, false}, {"revisore", app.Auditor, false}, {"gestore", app.Operator, false},
}

const roleHeader = "X-Ruolo"

// signedIn gives who asks the capacity of the header in Lecce; anywhere else they
// are an address that signed in. The delegate is whose the first sheet is; all the
// others are strangers to it.
func signedIn(first *sheetIDs) func(r *http.Request) []app.Actor {
	return func(r *http.Request) []app.Actor {
		role := app.Role(r.Header.Get(roleHeader))
		if role == "" {
			return nil
		}
		who := app.Actor{Role: role, Email: "chi@marcalecce.example", Person: first.clerk}
		if role == app.Delegate {
			who.Email, who.Person = first.email, first.person
		}
		if ambito := r.PathValue("ambito"); ambito != "lecce" && ambito != "" && role != app.Operator {
			return []app.Actor{{Role: app.SignedIn, Email: who.Email}}
		}
		return []app.Actor{who, {Role: app.SignedIn, Email: who.Email}}
	}
}

func newPeopled(t *testing.T) *peopled {
	t.Helper()
	p := &peopled{}
	p.testSite = newTestSite(t, eve, func(c *Config) {
		c.PostRate = rate.Inf
		c.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})) // why an answer was 500
		c.Identify = signedIn(&p.sheets[0])
	})
	var err error
	if p.db, err = sql.Open("sqlite", "file:"+p.database+"?_pragma=busy_timeout(5000)"); err != nil {
		t.Fatal(err)
	}
	p.db.SetMaxOpenConns(1)
	t.Cleanup(func() { p.db.Close() })
	p.sheets[0] = p.adhered(t, "01234567897", "prima")
	p.sheets[1] = p.adhered(t, "99900010754", "seconda")
	if err := p.db.QueryRow("SELECT definition FROM process").Scan(&p.definition); err != nil {
		t.Fatal(err)
	}
	for i := range p.sheets {
		p.live(t, i)
	}
	for _, table := range store.Tables() {
		p.fillTable(t, table)
	}
	return p
}

// adhered sends a sheet by the web and returns what it is known by. Beside it
// stands a draft that was begun and not sent.
func (p *peopled) adhered(t *testing.T, taxCode, word string) sheetIDs {
	t.Helper()
	answers := map[string]url.Values{
		"chi": {"categoria": {"cooperativa-sociale"}, "denominazione": {marker + " " + word}, "codice-fiscale": {taxCode},
			"comune-sede": {"lecce"}, "costituita-il": {"20/03/2011"}, "recapito-email": {word + "@marcalecce.example"}},
		"referente": {"nome-cognome": {"Ada " + marker}, "ruolo": {"legale-rappresentante"}, "recapito-telefono": {"0832 000000"}},
		"tavoli":    {"tavoli-scelti": {"poverta"}, "attese": {"Attese di " + marker}},
	}
	v := visit(t, p.testSite).adhere(percorso, answers).want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	parts := strings.Split(strings.Trim(own, "/"), "/")
	s := sheetIDs{code: parts[2], key: parts[3]}
	s.email = word + "@marcalecce.example"
	err := p.db.QueryRow("SELECT person, party FROM adhesion WHERE code = ?", s.code).Scan(&s.person, &s.party)
	if err != nil {
		t.Fatal(err)
	}
	s.confirm = p.App.ConfirmKey("lecce", s.code, s.email)
	s.draft = strings.Split(strings.TrimPrefix(visit(t, p.testSite).begin(percorso).at, percorso+"/adesione/"), "/")[0]
	return s
}

// fillTable puts a row into a table that has none, so that whatever a page might
// show by mistake is there to be shown. Foreign keys are not asked.
func (p *peopled) fillTable(t *testing.T, table string) {
	t.Helper()
	var n int
	if err := p.db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n > 0 || table == "demo_clock" || table == "login_link" || table == "session" || table == "operator" {
		return
	}
	for i, sheet := range p.sheets {
		columns, types := p.columns(t, table)
		var places []string
		var values []any
		for j, c := range columns {
			places = append(places, "?")
			values = append(values, p.madeUp(table, c, types[j], i, sheet))
		}
		q := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), strings.Join(places, ", "))
		if _, err := p.db.Exec(q, values...); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
}

func (p *peopled) columns(t *testing.T, table string) (names, types []string) {
	t.Helper()
	rows, err := p.db.Query("SELECT name, type FROM pragma_table_info(?)", table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			t.Fatal(err)
		}
		names, types = append(names, name), append(types, kind)
	}
	return names, types
}

// madeUp is a value that the program could have written.
func (p *peopled) madeUp(table, column, kind string, i int, s sheetIDs) any {
	switch column {
	case "ambito":
		return "lecce"
	case "code", "matter", "id":
		if table == "erasure" { // what is erased is closed to everybody: it is another one
			return fmt.Sprintf("%026d", i+1)
		}
		return s.code
	case "process", "slug":
		return "2014-2016"
	case "person", "officer", "second":
		return s.person
	case "gone":
		return s.code
	case "party", "kept":
		return s.party
	case "entries", "missing":
		return "[]"
	case "sha256", "hash":
		return fmt.Sprintf("%064x", i+1)
	case "definition":
		return p.definition
	case "type":
		return "application/pdf"
	case "slot":
		return "documento"
	case "size":
		return len(marker)
	case "act_date", "constituted_on":
		return "2013-10-16"
	case "path":
		return "windows/iscrizione/closes"
	case "role":
		return string(app.Officer)
	case "verdict":
		return "admitted"
	case "version", "act", "seq", "position":
		return i + 1
	}
	switch {
	case strings.HasSuffix(column, "_us"):
		return eve.UnixMicro()
	case kind == "BIGINT", kind == "BOOLEAN":
		return 0
	case kind == "BYTEA":
		return []byte(marker)
	}
	return fmt.Sprintf("%s %s %s %d", marker, table, column, i)
}

// address fills a pattern in with what exists: sheet which of the two, link whether
// the links in it are right.
func (p *peopled) address(pattern, ambito string, sheet int, link bool) string {
	s := p.sheets[sheet]
	code := s.code
	if strings.Contains(pattern, "/domande/{codice}") {
		code = s.question
	}
	key, confirm, draft := s.key, s.confirm, s.draft
	if !link {
		key, confirm, draft = strings.Repeat("a", 32), strings.Repeat("a", 32), strings.Repeat("a", len(s.draft))
	}
	if strings.Contains(pattern, "/conferma/") {
		key = confirm
	}
	return strings.NewReplacer("{ambito}", ambito, "{percorso}", "2014-2016", "{$}", "", "{n}", "1", "{versione}", "1", "{path...}", "0/000.p/3",
		"/incontri/{file}", "/incontri/plenaria", "/documenti/{file}", "/documenti/avviso.html", "/elenchi/{file}", "/elenchi/"+s.list+".csv",
		"/static/{file}", "/static/"+p.assets.names["app.css"], "{codice}", code, "{chiave}", key, "{bozza}", draft, "{passo}", "chi", "{posto}", "documento",
		"{persona}", s.person, "{ente}", s.party, "{incarico}", s.appointment, "{faq}", s.faq, "{segreto}", strings.Repeat("b", 43), "{domanda}", s.question, "{invito}", s.invitation,
	).Replace(pattern)
}

// unknownWildcards are those of a pattern that address knows nothing of.
func (p *peopled) unknownWildcards(pattern string) bool {
	return strings.ContainsAny(p.address(pattern, "lecce", 0, true), "{}")
}

// ask plays a route as somebody.
func (p *peopled) ask(method, address string, role app.Role, form url.Values) (status int, answer string) {
	var headers []string
	if role != "" {
		headers = []string{roleHeader, string(role)}
	}
	body := ""
	if method != http.MethodGet {
		if body = form.Encode(); body == "" {
			body = "vuoto="
		}
	}
	w := p.do(method, address, body, headers...)
	return w.Code, fmt.Sprint(w.Header()) + "\n" + w.Body.String()
}

// rowsOf are all rows of an Ambito, as texts.
func (p *peopled) rowsOf(t *testing.T, ambito string) []string {
	t.Helper()
	var out []string
	for _, table := range store.Tables() {
		rows, err := p.App.Store.Rows(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		for row, n := range rows {
			if strings.Contains(row, fmt.Sprintf("ambito=%q", ambito)) {
				out = append(out, fmt.Sprintf("%s %d× %s", table, n, row))
			}
		}
	}
	slices.Sort(out)
	return out
}
