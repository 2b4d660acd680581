package web

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"
)

// The authorisation matrix (register P10, section 4): one row for each route, one
// column for each capacity, reviewed by a person. The answers come in four classes.
const matrixFile = "testdata/matrice.tsv"

const (
	classOK     = "ok"      // let through: the page, a redirect, or what is wrong with the form
	classSignIn = "accesso" // 401: sign in first
	classNo     = "vietato" // 403
	classAbsent = "assente" // 404: not there, or not for who asks
)

func classOf(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return classSignIn
	case status == http.StatusForbidden:
		return classNo
	case status == http.StatusNotFound:
		return classAbsent
	case status >= 500:
		return fmt.Sprintf("errore %d", status)
	}
	return classOK
}

// matrixRow is a row of the file: method, pattern, rule, one class for each column.
type matrixRow struct {
	method, pattern, rule string
	classes               []string
}

func (r matrixRow) name() string { return r.method + " " + r.pattern }

func readMatrix(t *testing.T) map[string]matrixRow {
	t.Helper()
	text, err := os.ReadFile(matrixFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	rows := map[string]matrixRow{}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		cells := strings.Split(line, "\t")
		if i == 0 {
			continue
		}
		if len(cells) != 3+len(asked) {
			t.Fatalf("%s:%d: %d cells, want %d", matrixFile, i+1, len(cells), 3+len(asked))
		}
		r := matrixRow{cells[0], cells[1], cells[2], cells[3:]}
		if _, twice := rows[r.name()]; twice {
			t.Errorf("%s: %s stands in it twice", matrixFile, r.name())
		}
		rows[r.name()] = r
	}
	return rows
}

// TestMatrice plays every cell. A route without a row and a row without a route
// fail. With -update new routes get a row and rows of routes that are gone are
// dropped; a row that stands is never changed, because a person has read it: to
// review it anew, delete it first.
func TestMatrice(t *testing.T) {
	want := readMatrix(t)
	p := newPeopled(t)
	var rows []matrixRow
	for _, r := range readsFirst(Routes()) {
		if p.unknownWildcards(r.Pattern) {
			t.Errorf("%s %s: the test does not know what to put into its wildcards; teach peopled.address", r.Method, r.Pattern)
			continue
		}
		got := p.play(t, r)
		row, there := want[got.name()]
		switch {
		case !there && *update:
			t.Logf("new row, to be reviewed: %s", strings.Join(got.classes, " "))
			row = got
		case !there:
			t.Errorf("%s has no row in %s (go test -run Matrice -update, then review it): %s", got.name(), matrixFile, strings.Join(got.classes, " "))
			continue
		}
		delete(want, got.name())
		rows = append(rows, row)
		if row.rule != got.rule {
			t.Errorf("%s: rule %s, the matrix says %s", got.name(), got.rule, row.rule)
		}
		for i, who := range asked {
			if got.classes[i] != row.classes[i] {
				t.Errorf("%s as %s: %s, the matrix says %s", got.name(), who.name, got.classes[i], row.classes[i])
			}
		}
	}
	for name := range want {
		if !*update {
			t.Errorf("%s stands in %s and is no route", name, matrixFile)
		}
	}
	if *update {
		writeMatrix(t, rows)
	}
	t.Logf("%d cells played", len(rows)*len(asked))
}

// readsFirst plays what reads before what writes, so that each finds its data.
func readsFirst(routes []Route) []Route {
	slices.SortStableFunc(routes, func(a, b Route) int { return strings.Compare(a.Method, b.Method) })
	return routes
}

func (p *peopled) play(t *testing.T, r Route) matrixRow {
	row := matrixRow{method: r.Method, pattern: r.Pattern, rule: r.Rule.String()}
	for _, who := range asked {
		status, _ := p.ask(r.Method, p.address(r.Pattern, "lecce", 0, who.link), who.role, p.filled(t, r.Pattern))
		class := classOf(status)
		if strings.HasPrefix(class, "errore") {
			t.Errorf("%s %s as %s: status %d", r.Method, r.Pattern, who.name, status)
		}
		if problem := contradicts(r.Rule, who.role, class); problem != "" {
			t.Errorf("%s %s (%s) as %s: %s, %s", r.Method, r.Pattern, r.Rule, who.name, class, problem)
		}
		row.classes = append(row.classes, class)
	}
	return row
}

// contradicts says what is wrong with an answer whatever a reviewed row says: a rule
// that asks who signed in lets nobody else through.
func contradicts(rule Rule, role app.Role, class string) string {
	wanted, asks := roles[rule]
	switch {
	case !asks:
		return ""
	case role == "" && class != classSignIn:
		return "nobody signed in"
	case role != "" && len(wanted) > 0 && !slices.Contains(wanted, role) && class != classNo:
		return "the rule does not name the role"
	}
	return ""
}

func writeMatrix(t *testing.T, rows []matrixRow) {
	t.Helper()
	head := []string{"metodo", "indirizzo", "regola"}
	for _, who := range asked {
		head = append(head, who.name)
	}
	var b strings.Builder
	b.WriteString(strings.Join(head, "\t") + "\n")
	slices.SortFunc(rows, func(a, b matrixRow) int {
		return strings.Compare(a.pattern+" "+a.method, b.pattern+" "+b.method)
	})
	for _, r := range rows {
		b.WriteString(strings.Join(append([]string{r.method, r.pattern, r.rule}, r.classes...), "\t") + "\n")
	}
	if err := os.WriteFile(matrixFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What is refused before a term is refused after it too: a rule knows no calendar.
func TestMatriceAtEveryMoment(t *testing.T) {
	p := newPeopled(t)
	for _, at := range moments {
		if at.Before(eve) {
			continue // the sheets of the site came then, and a clock does not go back
		}
		p.set(at)
		for _, r := range readsFirst(Routes()) {
			if _, asks := roles[r.Rule]; asks && !p.unknownWildcards(r.Pattern) {
				p.play(t, r)
			}
		}
	}
}
