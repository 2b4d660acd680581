package definition

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	_ "time/tzdata"
)

// mark stands in an edit where the finding is expected; it is taken out before
// the file is read.
const mark = "§"

// edited applies edits (old, new, old, new, …) to the minimal definition and
// returns the text with the place of the mark.
func edited(t *testing.T, edits ...string) (src []byte, place string) {
	t.Helper()
	b, err := os.ReadFile("testdata/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := string(b)
	for i := 0; i+1 < len(edits); i += 2 {
		if strings.Count(s, edits[i]) != 1 {
			t.Fatalf("the minimal definition has %q %d times, want once", edits[i], strings.Count(s, edits[i]))
		}
		s = strings.Replace(s, edits[i], edits[i+1], 1)
	}
	return marked(s)
}

func marked(s string) (src []byte, place string) {
	before, after, ok := strings.Cut(s, mark)
	if !ok {
		return []byte(s), "1:1"
	}
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
	return []byte(before + after), fmt.Sprintf("%d:%d", line, column)
}

func TestMinimalDefinitionHasNoFindings(t *testing.T) {
	src, _ := edited(t)
	d, found := Load("f", src)
	for _, f := range found {
		t.Errorf("%s: %s", f.Code, f)
	}
	if want := "ok phases=2 sessions=2 windows=2 tables=1 audiences=2 channels=1 rules=2"; d == nil || Summary(d) != want {
		t.Errorf("Summary = %v, want %q", d, want)
	}
}

// each case provokes one code and says where it must be found.
var codeCases = []struct {
	code   string
	weight Weight
	edits  []string
}{
	// YAML subset
	{"yaml-syntax", Error, []string{"title: Prova\n", "title: Prova§: oggi\n"}},
	{"yaml-subset", Error, []string{"title: Prova\n", "title: §&a Prova\n"}},
	{"yaml-subset", Error, []string{"id: prova\nversion", "id: §!!str prova\nversion"}},
	{"yaml-subset", Error, []string{"calendar: {holidays: italy}", "calendar: {§<<: {holidays: italy}}"}},
	{"yaml-subset", Error, []string{"version: 1\n", "version: §0x1\n"}},
	{"yaml-subset", Error, []string{"date: \"2026-09-01\"}", "date: §2026-09-01}"}},
	{"yaml-subset", Error, []string{"title: Prova\n", "title:§\n"}},
	{"yaml-subset", Error, []string{"version: 1\n", "version: §1.5\n"}},
	{"key-twice", Error, []string{"title: Prova\n", "title: Prova\n§title: Ancora\n"}},

	// shape
	{"format-unknown", Error, []string{"concerto: 1", "concerto: §2"}},
	{"unknown-key", Error, []string{"venues:", "§venus:"}},
	{"unknown-key", Error, []string{"{id: legge, kind: state, text: Legge}", "{id: legge, kind: state, text: Legge, §textt: x}"}},
	{"key-missing", Error, []string{"{id: legge, kind: state, text: Legge}", "§{id: legge, kind: state}"}},
	{"schema", Error, []string{"kind: plenary", "kind: §plenar"}},
	{"schema", Error, []string{"version: 1", "version: §uno"}},
	{"schema", Error, []string{"closes: apertura.end", "closes: §domani"}},
	{"schema", Error, []string{"minus: 1 year", "minus: §one year"}},
	{"date-invalid", Error, []string{"closes: \"2026-09-30T12:00\"", "closes: §\"2026-13-30T12:00\""}},
	{"block-missing", Error, []string{"publication: {participants: never}\n", "", "concerto: 1", "§concerto: 1"}},
	{"fact-unknown", Error, []string{"fact: adhesion.timeliness", "fact: §adhesion.timelines"}},
	{"unknown-key", Error, []string{"is: timely", "§atLeast: 3"}},

	{"yaml-subset", Error, []string{"\"2026-09-30T12:00\"", "§2026-09-30T12:00"}},
	{"schema", Error, []string{"minus: 1 year", "minus: 1 year, plus: 1 day", "{from: \"2026-09-01\"", "§{from: \"2026-09-01\""}},
	{"schema", Error, []string{"when: {start: \"2026-11-10T15:00\"}", "when: §{start: \"2026-11-10T15:00\", undated: toBeConvened}"}},
	{"unknown-key", Error, []string{"{fact: adhesion.timeliness", "{§fatc: adhesion.timeliness"}},
	{"unknown-key", Error, []string{"cites: [{notice: Avviso}]", "cites: [{notice: È così, §quando: ieri}]"}},
	{"key-missing", Error, []string{"{fact: adhesion.timeliness, is: timely}", "§{fact: adhesion.timeliness}"}},

	// ids and references
	{"id-twice", Error, []string{"{id: seconda", "{id: §prima", "phase: seconda", "phase: prima", ", after: [prima]", ""}},
	{"id-reserved", Error, []string{"{id: tavolo,", "{id: §everyone,"}},
	{"group-is-id", Error, []string{"groups: [enti]", "groups: [§sala]", "{group: enti}", "{group: sala}"}},
	{"reference-unknown", Error, []string{"phase: prima", "phase: §primo"}},
	{"reference-unknown", Error, []string{"{group: enti}", "{group: §ente}"}},
	{"reference-kind", Error, []string{"phase: prima", "phase: §sala"}},
	{"drop-unknown", Error, []string{"concerto: 1", "extends: regions/prova@3\ndrop: [retention/tieni-atti, §law/nessuna]\nconcerto: 1"}},
	{"pack-unknown", Error, []string{"concerto: 1", "extends: §regions/altra@3\nconcerto: 1"}},
	{"pack-version", Error, []string{"concerto: 1", "extends: §regions/prova@2\nconcerto: 1"}},

	// time
	{"zone-unknown", Error, []string{"version: 1", "version: 1\nzone: §Europe/Lecce"}},
	{"date-invalid", Error, []string{"\"2026-09-30T12:00\"", "§\"2026-09-31T12:00\""}},
	{"date-invalid", Error, []string{"patron: \"08-26\"", "patron: §\"02-30\""}},
	{"end-before-start", Error, []string{"end: \"2026-10-06T18:00\"", "end: §\"2026-10-06T14:00\"", "closes: apertura.end", "closes: toBeAnnounced"}},
	{"end-before-start", Error, []string{"to: 2029", "to: §2026"}},
	{"window-inverted", Error, []string{"\"2026-09-30T12:00\"", "§\"2026-08-30T12:00\""}},
	{"anchor-unknown", Error, []string{"closes: apertura.end", "closes: §aperture.end"}},
	{"anchor-unknown", Error, []string{"closes: apertura.end", "closes: §apertura.closes"}},
	{"anchor-unknown", Error, []string{"closes: apertura.end", "closes: §sala.end"}},
	{"anchor-cycle", Error, []string{
		"start: \"2026-10-06T15:00\", end: \"2026-10-06T18:00\"", "start: §chiusura.start",
		"start: \"2026-11-10T15:00\"", "start: apertura.start"}},

	// who
	{"audience-cycle", Error, []string{"  - {id: soli-enti, label: Enti, members: [{group: enti}]}", "  - §{id: soli-enti, label: Enti, members: [{audience: soli-enti}]}"}},
	{"reserved-without-audience", Error, []string{"admission: reserved\n    audience: [{of: soli-enti}]", "admission: §reserved"}},
	{"majority-missing", Error, []string{"  - {id: assemblea, name: Assemblea, kind: assembly, rulesKnown: false}", "  - §{id: assemblea, name: Assemblea, kind: assembly}"}},
	{"plan-main", Error, []string{"plans:\n  - {id: piano, title: Piano, kind: main", "plans:\n  §- {id: piano, title: Piano, kind: side"}},
	{"municipality-missing", Error, []string{"keyedBy: none\n  list: [{", "keyedBy: municipality\n  list: [§{"}},

	// rules
	{"fact-unavailable", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{fact: §table.id, is: tavolo}"}},
	{"fact-unavailable", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{fact: §item.valid, is: true}"}},
	{"fact-unavailable", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{count: signatures, where: {fact: §party.id, is: ufficio}, atLeast: 1}"}},
	{"count-nested", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{count: signatures, where: {count: §signatures, atLeast: 1}, atLeast: 1}"}},
	{"value-unknown", Error, []string{"is: timely", "is: §timley"}},
	{"reference-unknown", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{fact: attendance.sessions, contains: §sessione-zero}"}},
	{"reference-kind", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{fact: attendance.sessions, containsAny: [apertura, §sala]}"}},
	{"reference-unknown", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{fact: party.groups, contains: §nessuno}"}},
	{"reference-unknown", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{fact: party.profile, contains: §\"categoria:enti\"}", "type: choice,", "type: choice, profile: true,"}},
	{"rule-misplaced", Error, []string{"rule: in-tempo", "rule: §ruolo"}},
	{"rule-misplaced", Error, []string{"{fact: adhesion.timeliness, is: timely}", "{rule: §ruolo}"}},
	{"rule-misplaced", Error, []string{"type: date,", "type: date, showWhen: {rule: §in-tempo},"}},
	{"rule-cycle", Error, []string{"  - id: in-tempo", "  - §id: in-tempo", "{fact: adhesion.timeliness, is: timely}", "{not: {rule: in-tempo}}"}},
	{"rule-shape", Error, []string{"  - id: in-tempo\n    decides: ground", "  - §id: in-tempo\n    decides: admission", "rule: in-tempo}", "rule: altra}", "rules:\n", "rules:\n  - {id: altra, decides: ground, when: {always: true}, reason: {fail: No.}, cites: [{notice: Avviso}]}\n"}},
	{"rule-unused", Warning, []string{"  roles: ruolo\n", "", "  - id: ruolo", "  - §id: ruolo"}},

	// forms
	{"feeds-type", Error, []string{"type: date, feeds: party.constitutedOn", "type: text, feeds: §party.constitutedOn"}},
	{"options-missing", Error, []string{"      - {id: categoria, label: Categoria, type: choice, feeds: party.category}", "      - §{id: categoria, label: Categoria, type: choice}"}},
	{"reference-unknown", Error, []string{"type: choice, feeds: party.category", "type: choice, feeds: party.category, options: [{id: §nessuna, label: Nessuna}]"}},
	{"fact-unfed", Warning, []string{"type: date, feeds: party.constitutedOn", "type: date", "fact: party.constitutedOn", "fact: §party.constitutedOn"}},

	// notice
	{"opening-unknown", Publication, []string{"opening: {kind: decree, number: \"1\", date: \"2026-09-01\"}", "opening: {unknown: §non si trova}"}},
	{"notice-incomplete", Publication, []string{"  privacy: Informativa\n", "", "  title: Avviso", "  §title: Avviso"}},
	{"notice-incomplete", Publication, []string{", access: senza gradini", "", "  title: Avviso", "  §title: Avviso"}},
	{"responsible-missing", Publication, []string{
		"profile: concertazione", "profile: coprogrammazione", "  responsible: {office: ufficio}\n",
		"  omissions: [{block: responsible, why: manca}, {block: requirements, why: manca}]\n", "  title: Avviso", "  §title: Avviso"}},
	{"translation-unknown", Error, []string{"publication: {participants: never}", "translations: {de: {\"sessions/apertura/title\": Auftakt, §\"sessions/apertura/titolo\": Auftakt}}\npublication: {participants: never}"}},

	// path, outcomes
	{"step-cycle", Error, []string{"  - {id: adozione, title: Adozione,", "  - {id: adozione, after: §[presa-atto], title: Adozione,"}},
	{"phase-cycle", Error, []string{"{id: prima, number: 1,", "{id: prima, after: §[seconda], number: 1,"}},
	{"backto-missing", Error, []string{"after: [adozione],", "after: [adozione], onNegative: §backTo,"}},
	{"reasons-off", Warning, []string{"rules:\n", "outcomes: {scale: [{id: si, label: sì, polarity: accepted}, {id: no, label: no, polarity: rejected}], reasonRequired: §false}\nrules:\n"}},
	{"ranking-refused", Error, []string{"profile: concertazione", "profile: mixed", "  title: Avviso", "  title: Avviso\n  omissions: [{block: requirements, why: manca}]", "rules:\n", "proposals: {forms: [scheda], ranking: §true}\nrules:\n"}},

	// money and keeping
	{"finance-scope", Error, []string{"rules:\n", "finance: {years: [2027], sources: [{id: fondo, label: Fondo}], allotments: [{source: fondo, year: §2028, amount: \"1.00\"}]}\nrules:\n"}},
	{"finance-scope", Error, []string{"rules:\n", "finance: {plans: [altro-piano], sources: [{id: fondo, label: Fondo}], allotments: [{source: fondo, plan: §piano, amount: \"1.00\"}]}\nrules:\n",
		"plans:\n", "plans:\n  - {id: altro-piano, title: Altro, kind: side, period: {from: 2027, to: 2029}}\n"}},
	{"retention-twice", Error, []string{"surveys], keep: permanent}", "surveys], keep: permanent}\n  - {id: ancora, what: [§surveys], keep: 1 year}"}},
	{"retention-missing", Warning, []string{", surveys]", "]", "retention:\n  - {", "retention:\n  §- {"}},

	// warnings on time
	{"closes-on-guess", Warning, []string{"closes: apertura.end", "closes: §chiusura.end"}},
	{"closes-on-holiday", Warning, []string{"\"2026-09-30T12:00\"", "§\"2026-10-04\""}},
	{"session-on-holiday", Warning, []string{"start: \"2026-11-10T15:00\"", "start: §\"2026-11-01T15:00\""}},
	{"weekday-differs", Warning, []string{"end: \"2026-10-06T18:00\"", "end: \"2026-10-06T18:00\", wording: §mercoledì 6 ottobre"}},
	{"interval-short", Warning, []string{"{holidays: italy}", "{holidays: italy, warn: {noticeToClosing: 30 days}}", "\"2026-09-30T12:00\"", "§\"2026-09-30T12:00\""}},
	{"interval-short", Warning, []string{"{holidays: italy}", "{holidays: italy, warn: {noticeToFirstOpen: 2 months}}", "start: \"2026-10-06T15:00\"", "start: §\"2026-10-06T15:00\""}},
}

func TestEachSlipIsFoundWhereItIs(t *testing.T) {
	for i, tt := range codeCases {
		t.Run(fmt.Sprintf("%s/%d", tt.code, i), func(t *testing.T) {
			src, place := edited(t, tt.edits...)
			d, found := Load("f", src, WithPacks(os.DirFS("testdata/packs")))
			if n := heavier(found, tt.weight); n != 1 {
				t.Errorf("%d findings, want 1", n)
			}
			if !hasFinding(found, tt.code, tt.weight, place) {
				t.Errorf("want %s (%v) at %s, got:", tt.code, tt.weight, place)
			}
			if refused := d == nil; refused != (tt.weight == Error) {
				t.Errorf("definition refused = %v, want %v", refused, tt.weight == Error)
			}
			if t.Failed() {
				for _, f := range found {
					t.Logf("%s (%v): %s", f.Code, f.Weight, f)
				}
			}
		})
	}
}

// heavier counts the findings of a weight and above: a slip may well draw a
// warning besides.
func heavier(found Findings, w Weight) (n int) {
	for _, f := range found {
		if f.Weight >= w {
			n++
		}
	}
	return n
}

func hasFinding(found Findings, code string, w Weight, place string) bool {
	for _, f := range found {
		if f.Code == code && f.Weight == w && strings.HasPrefix(f.String(), "f:"+place+": ") {
			return true
		}
	}
	return false
}

// Every code that the program can report is provoked above, or by a test of
// files that are too big, of packs, of amendments.
func TestEveryCodeIsProvoked(t *testing.T) {
	provoked := map[string]bool{"too-large": true, "pack-cycle": true, "amends-invalid": true, "internal": true}
	for _, tt := range codeCases {
		provoked[tt.code] = true
	}
	for _, tt := range amendCases {
		provoked[tt.code] = true
	}
	for code := range codesInSource(t) {
		if !provoked[code] {
			t.Errorf("no test provokes %s", code)
		}
	}
}

func TestAllFindingsComeAtOnceAndSorted(t *testing.T) {
	src, _ := edited(t, "phase: prima", "phase: primo", "is: timely", "is: timley", "\"2026-09-30T12:00\"", "\"2026-09-31T12:00\"", "text: Legge}", "text: Legge, testo: x}")
	_, found := Load("f", src)
	var codes []string
	for _, f := range found {
		codes = append(codes, f.Code)
	}
	if got, want := strings.Join(codes, " "), "unknown-key date-invalid reference-unknown value-unknown"; got != want {
		t.Errorf("findings = %s, want %s", got, want)
	}
}

func TestFindingNamesTheNearestWord(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"venues:", "venus:", `f:28:1: unknown key "venus", did you mean "venues"?`},
		{"phase: prima", "phase: primo", `f:59:12: nothing has the id "primo", did you mean "prima"?`},
		{"kind: plenary", "kind: plenery", `f:61:11: "plenery" is not known here, did you mean "plenary"?`},
		{"is: timely", "atLeast: 3", `f:84:39: adhesion.timeliness does not take "atLeast": it takes in, is, known, notIn`},
	} {
		src, _ := edited(t, tt.old, tt.new)
		if _, found := Load("f", src); len(found) == 0 || found[0].String() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.new, found, tt.want)
		}
	}
}

func TestMissingBlocksAreNamedTogether(t *testing.T) {
	_, found := Load("f", []byte("concerto: 1\nkind: process\nid: vuoto\nversion: 1\n"))
	if len(found) != len(required) {
		t.Errorf("%d findings, want one for each of %d blocks", len(found), len(required))
	}
	for _, f := range found {
		if f.Code != "block-missing" {
			t.Errorf("got %s: %s", f.Code, f)
		}
	}
	if bytes.Contains([]byte(found.Error()), []byte("did you mean")) {
		t.Error("a missing block is told apart from a mistyped one")
	}
}
