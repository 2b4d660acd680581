package architecture

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// doc/asvs.csv holds a row for each requirement of OWASP ASVS 5.0, level 2, that
// applies to Concerto. What a row says is worth as much as its proof, so a proof that
// is gone must not go unseen.
var asvsColumns = []string{"id", "requirement", "state", "proof", "note"}

// The states of a requirement, and what each owes.
const (
	proved     = "proved"         // a test or a browser check that would fail without it
	documented = "documented"     // a page; for what is asked of documents, or is for whoever runs the instance
	notYet     = "not yet"        // a note: why, and the step it belongs to
	notOurs    = "not applicable" // a note: why
)

// between stands between the proofs of a row.
const between = " | "

// requirementFaults says what is wrong with the rows, and counts them by state.
func requirementFaults(rows [][]string, ids []string, missing func(string) string) (faults []string, count map[string]int) {
	count = map[string]int{}
	seen := map[string]bool{}
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if len(rows) == 0 || !slices.Equal(rows[0], asvsColumns) {
		return []string{"the first line does not name the columns"}, count
	}
	for _, row := range rows[1:] {
		id, text, state, note := row[0], row[1], row[2], row[4]
		var proofs []string
		if row[3] != "" {
			proofs = strings.Split(row[3], between)
		}
		if seen[id] {
			fault("%s stands twice", id)
		}
		seen[id] = true
		count[state]++
		if !slices.Contains(ids, id) {
			fault("%s is no requirement that applies", id)
		}
		if text == "" {
			fault("%s does not say what it asks", id)
		}
		if owes := owed(state, proofs, note); owes != "" {
			fault("%s is %q and %s", id, state, owes)
		}
		for _, p := range proofs {
			if why := missing(p); why != "" {
				fault("%s: %s: %s", id, p, why)
			}
		}
	}
	for _, id := range ids {
		if !seen[id] {
			fault("%s has no row", id)
		}
	}
	return faults, count
}

var step = regexp.MustCompile(`\bstep [1-8]\b|\bdecision\b`)

// owed says what a row lacks for its state.
func owed(state string, proofs []string, note string) string {
	ran := slices.ContainsFunc(proofs, func(p string) bool { return strings.HasPrefix(p, "test:") || strings.HasPrefix(p, "e2e:") })
	switch state {
	case proved:
		if !ran {
			return "names nothing that runs"
		}
	case documented:
		if !slices.ContainsFunc(proofs, func(p string) bool { return strings.HasPrefix(p, "doc:") }) {
			return "names no page"
		}
	case notYet:
		if !step.MatchString(note) {
			return "does not say to which step it belongs, or whose decision it waits for"
		}
	case notOurs:
		if note == "" {
			return "does not say why"
		}
	default:
		return "that is no state"
	}
	return ""
}

func TestEveryRequirementHasItsProof(t *testing.T) {
	f, err := os.Open(filepath.Join(root, "doc/asvs.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("testdata/asvs-5.0-l2.txt")
	if err != nil {
		t.Fatal(err)
	}
	faults, count := requirementFaults(rows, strings.Fields(string(list)), findTests(t).missing)
	for _, x := range faults {
		t.Errorf("doc/asvs.csv: %s", x)
	}
	t.Logf("%d proved, %d documented, %d not yet, %d not applicable", count[proved], count[documented], count[notYet], count[notOurs])
}

// pastWeakness finds the rows of doc/cve-classes.md: an identifier, a cell for the
// product, one for the class, one for what happened, one for what holds here.
var (
	pastWeakness = regexp.MustCompile(`(?m)^\| (CVE-\d{4}-\d+)[^|]*\|([^|]*)\|([^|]*)\|([^|]*)\|(.*)\|$`)
	namedTest    = regexp.MustCompile("`([a-z0-9]+\\.(?:Test|Fuzz)\\w+(?:/[^`]+)?)`")
	regression   = regexp.MustCompile(`^\w+\.TestAs[A-Z]`)
)

// weaknessFaults says what is wrong with the page of past weaknesses. tests are the
// names of all that there are.
func weaknessFaults(text string, tests []string, missing func(string) string) (faults []string, rows int) {
	seen, told := map[string]bool{}, map[string]bool{}
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, m := range pastWeakness.FindAllStringSubmatch(text, -1) {
		rows++
		if seen[m[1]] {
			fault("%s stands twice", m[1])
		}
		seen[m[1]] = true
		if strings.TrimSpace(m[4]) == "" {
			fault("%s does not say what happened", m[1])
		}
		if !namedTest.MatchString(m[5]) {
			fault("%s names no test", m[1])
		}
	}
	for _, m := range namedTest.FindAllStringSubmatch(text, -1) {
		told[m[1]] = true
		if why := missing("test:" + m[1]); why != "" {
			fault("%s: %s", m[1], why)
		}
	}
	for _, name := range tests {
		if regression.MatchString(name) && !told[name] {
			fault("%s is named after a weakness that the page does not tell", name)
		}
	}
	return faults, rows
}

func TestEveryPastWeaknessHasItsTest(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "doc/cve-classes.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := findTests(t)
	var tests []string
	for name := range n.tests {
		tests = append(tests, name)
	}
	faults, rows := weaknessFaults(string(text), tests, n.missing)
	for _, x := range faults {
		t.Errorf("doc/cve-classes.md: %s", x)
	}
	if lines := strings.Count(string(text), "\n| CVE-"); rows != lines || rows < 40 {
		t.Errorf("%d rows were read of %d, want all and at least 40", rows, lines)
	}
	t.Logf("%d past weaknesses", rows)
}

// The judges see rows that are wrong: each planted one is found, and nothing else.
func TestWrongRowsAreSeen(t *testing.T) {
	ids := []string{"V1.1.1", "V1.1.2"}
	missing := func(p string) string {
		if strings.Contains(p, "gone") {
			return "no such test"
		}
		return ""
	}
	good := [][]string{asvsColumns, {"V1.1.1", "Decoded once.", proved, "test:a.TestB | doc:c.md#d", ""}, {"V1.1.2", "Encoded last.", notYet, "", "step 4: no exports yet"}}
	if faults, count := requirementFaults(good, ids, missing); len(faults) > 0 || count[proved] != 1 || count[notYet] != 1 {
		t.Errorf("good rows: %q, %v", faults, count)
	}
	second := func(cells ...string) [][]string { return [][]string{good[0], good[1], cells} }
	for want, rows := range map[string][][]string{
		"V1.1.2 has no row":                    good[:2],
		"V1.1.1 stands twice":                  append(slices.Clone(good), good[1]),
		"V9.9.9 is no requirement":             append(slices.Clone(good), []string{"V9.9.9", "x", documented, "doc:c.md#d", ""}),
		"test:a.TestB: no such test":           second("V1.1.2", "x", proved, "test:a.TestB gone", ""),
		"doc:c.md#gone: no such test":          second("V1.1.2", "x", proved, "test:a.TestB | doc:c.md#gone", ""),
		"names nothing that runs":              second("V1.1.2", "x", proved, "doc:c.md#d", ""),
		"names no page":                        second("V1.1.2", "x", documented, "test:a.TestB", ""),
		"does not say to which step":           second("V1.1.2", "x", notYet, "", "some day"),
		"does not say why":                     second("V1.1.2", "x", notOurs, "", ""),
		"that is no state":                     second("V1.1.2", "x", "Proved", "test:a.TestB", ""),
		"does not say what it asks":            second("V1.1.2", "", proved, "test:a.TestB", ""),
		"the first line does not name the col": good[1:],
	} {
		faults, _ := requirementFaults(rows, ids, missing)
		want = strings.Replace(want, "TestB:", "TestB gone:", 1)
		if len(faults) != 1 || !strings.Contains(faults[0], want) {
			t.Errorf("want %q, found %q", want, faults)
		}
	}
	const row = "| CVE-2023-1 | Decidim | XSS | A name ran. | `web.TestAsDecidim2023_1` |\n"
	tests := []string{"web.TestAsDecidim2023_1", "web.TestOther"}
	if faults, rows := weaknessFaults(row, tests, missing); len(faults) > 0 || rows != 1 {
		t.Errorf("a good row: %q, %d rows", faults, rows)
	}
	for want, text := range map[string]string{
		"CVE-2023-1 stands twice":  row + row,
		"CVE-2023-2 names no test": row + "| CVE-2023-2 | Decidim | XSS | Another ran. | cannot occur |\n",
		"web.Test_gone: no such":   row + "| CVE-2023-2 | Decidim | XSS | Another ran. | `web.Test_gone` |\n",
		"does not say what":        row + "| CVE-2023-2 | Decidim | XSS | | `web.TestOther` |\n",
		"that the page does not":   strings.Replace(row, "TestAsDecidim2023_1", "TestOther", 1),
	} {
		if faults, _ := weaknessFaults(text, tests, missing); len(faults) != 1 || !strings.Contains(faults[0], want) {
			t.Errorf("want %q, found %q", want, faults)
		}
	}
}
