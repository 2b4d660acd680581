package definition

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// amending2026 is the head of an amendment of the minimal definition.
const amending2026 = `concerto: 1
kind: amendment
id: rettifica-1
amends: prova@1
act: {kind: determination, organ: Dirigente, number: "12", date: "2026-09-20"}
date: "2026-09-20"
reason: Lo sportello è rimasto chiuso.
`

// extending moves the closing of the enrolment by a week.
const extending = amending2026 + `type: extension
changes:
  - {path: windows/iscrizione/closes, old: "2026-09-30T12:00", new: "2026-10-05T12:00", why: Una settimana in più.}
`

// rome reads an instant of Rome.
func rome(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAnExtensionMakesTheNextVersion(t *testing.T) {
	src, _ := edited(t)
	base := mustLoad(t, src)
	got, found := Amend(base.Resolved, "f", []byte(extending), Standing{Now: rome(t, "2026-09-20T10:00"), Source: src})
	if len(found) != 0 {
		t.Fatal(found)
	}
	want := Amendment{ID: "rettifica-1", Type: "extension", Date: "2026-09-20", Reason: "Lo sportello è rimasto chiuso.", Version: 2,
		Act: AmendingAct{"Dirigente", "determination", "12", "2026-09-20"}, Rejudge: "inFavour",
		Changes: []Change{{"windows/iscrizione/closes", `"2026-09-30T12:00"`, `"2026-10-05T12:00"`, "Una settimana in più.", "inFavour"}}}
	if d := cmp.Diff(want, got.Amendment); d != "" {
		t.Errorf("amendment (-want +got):\n%s", d)
	}
	w, _ := got.Process.Window("iscrizione")
	if !w.Closes.At.Equal(rome(t, "2026-10-05T12:00")) || got.Process.Version != 2 || got.Hash == base.Hash || got.Hash != got.Process.Hash {
		t.Errorf("closes %v, version %d, hash %s (before %s)", w.Closes.At, got.Process.Version, got.Hash, base.Hash)
	}
	if w, _ := base.Process.Window("iscrizione"); !w.Closes.At.Equal(rome(t, "2026-09-30T12:00")) {
		t.Errorf("the version in force was changed: it closes %v", w.Closes.At)
	}
}

// TestTheNewVersionIsAFileOfItsOwn loads what was written for people to download.
func TestTheNewVersionIsAFileOfItsOwn(t *testing.T) {
	src, _ := edited(t)
	base := mustLoad(t, src)
	for name, source := range map[string][]byte{"in its author's order": src, "without the author's file": nil} {
		got, found := Amend(base.Resolved, "f", []byte(extending), Standing{Now: rome(t, "2026-09-20T10:00"), Source: source})
		if found.Failed() {
			t.Fatal(found)
		}
		again, found := Load("again", got.Source)
		if again == nil || again.Hash != got.Hash {
			t.Fatalf("%s: %v\n%s", name, found, got.Source)
		}
		inOrder := strings.Index(string(got.Source), "phases:") < strings.Index(string(got.Source), "approval:")
		if inOrder != (source != nil) {
			t.Errorf("%s: phases before approval = %v", name, inOrder)
		}
	}
}

func TestEveryExampleCanBeWrittenAgain(t *testing.T) {
	for _, tt := range examples {
		d, _ := example(t, tt.name)
		a := &amending{before: d.Tree, Standing: Standing{Source: d.Source}}
		src, _, err := a.rewritten(d)
		if err != nil {
			t.Fatal(err)
		}
		if again := mustLoad(t, src); again.Hash != d.Hash {
			t.Errorf("%s: written again it has the hash %s, want %s", tt.name, again.Hash, d.Hash)
		}
	}
}

func TestEntriesAreAddedTakenAwayAndReplaced(t *testing.T) {
	src, _ := edited(t)
	base := mustLoad(t, src)
	text := amending2026 + `changes:
  - {path: tables/list, add: {id: secondo, title: Secondo}, why: Sono venuti in tanti.}
  - {path: tables/list/tavolo, old: {id: tavolo, title: Tavolo}, remove: true, why: Nessuno lo ha scelto.}
  - {path: channels/web/exclude, add: [cittadino], why: Solo enti.}
  - {path: interpretations, add: {id: a1, visible: public, about: [in-tempo], question: Quando?, answer: Prima.}, why: Ci è stato chiesto.}
  - {path: sessions/apertura/when, old: {start: "2026-10-06T15:00", end: "2026-10-06T18:00"}, new: {start: "2026-10-07T15:00", end: "2026-10-07T18:00"}, why: Sala occupata.}
`
	got, found := Amend(base.Resolved, "f", []byte(text), Standing{Now: rome(t, "2026-09-20T10:00")})
	if len(found) != 0 {
		t.Fatal(found)
	}
	p := got.Process
	if len(p.Tables.List) != 1 || p.Tables.List[0].ID != "secondo" || p.Channels[0].Exclude[0] != "cittadino" ||
		len(p.Interpretations) != 1 || !p.Sessions[0].Start.At.Equal(rome(t, "2026-10-07T15:00")) {
		t.Errorf("got %+v", p)
	}
	if w, _ := p.Window("proposte"); !w.Closes.At.Equal(rome(t, "2026-10-07T18:00")) {
		t.Errorf("the window that hangs on the session closes %v", w.Closes.At)
	}
	var paths []string
	for _, c := range got.Amendment.Changes {
		paths = append(paths, fmt.Sprintf("%s %t %t", c.Path, c.Old != "", c.New != ""))
	}
	want := []string{"tables/list/secondo false true", "tables/list/tavolo true false", "channels/web/exclude false true",
		"interpretations/a1 false true", "sessions/apertura/when true true"}
	if d := cmp.Diff(want, paths); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
}

func TestNewWordsGoWithANewMoment(t *testing.T) {
	src, _ := edited(t, `closes: "2026-09-30T12:00"}`, `closes: "2026-09-30T12:00", wording: entro il 30 settembre}`)
	base := mustLoad(t, src)
	text := strings.Replace(extending, "why: Una", "wording: entro il 5 ottobre, why: Una", 1)
	got, found := Amend(base.Resolved, "f", []byte(text), Standing{Now: rome(t, "2026-09-20T10:00")})
	if found.Failed() {
		t.Fatal(found)
	}
	if w, _ := got.Process.Window("iscrizione"); w.Wording != "entro il 5 ottobre" || len(got.Amendment.Changes) != 2 {
		t.Errorf("the window says %q; changes %+v", w.Wording, got.Amendment.Changes)
	}
}

const policy = "amendments: {needs: act, act: {organ: Dirigente, kind: determination}, notify: [adherents], rejudge: both}\nrules:\n"

// amendCases provoke one code each; edits are of the base, old and new texts of the
// extension, with the mark where the finding is expected.
var amendCases = []struct {
	name, code string
	base       []string
	old, new   string
	now        string
	standing   Standing
}{
	{name: "another version", code: "amendment-stale", old: "prova@1", new: "§prova@3"},
	{name: "a version that skips one", code: "amends-invalid", old: "type: extension\n", new: "type: extension\nbecomes: §4\n"},
	{name: "another old value", code: "amendment-stale", old: `old: "2026-09-30T12:00"`, new: `old: §"2026-09-30T13:00"`},
	{name: "a path to nowhere", code: "amendment-path", old: "windows/iscrizione/closes", new: "§windows/iscrizion/closes"},
	{name: "a path into a text", code: "amendment-path", old: "windows/iscrizione/closes", new: "§windows/iscrizione/closes/at"},
	{name: "a value already there", code: "amendment-path", old: `path: windows/iscrizione/closes, old: "2026-09-30T12:00", new: "2026-10-05T12:00"`, new: `path: §windows/iscrizione/closes, add: "2026-10-05T12:00"`},
	{name: "an entry already there", code: "amendment-path", old: `path: windows/iscrizione/closes, old: "2026-09-30T12:00", new: "2026-10-05T12:00"`, new: `path: phases, add: §{id: prima, number: 3, title: Terza}`},
	{name: "not an amendment", code: "amendment-kind", old: extending, new: ""},
	{name: "the zone", code: "amendment-fixed", base: []string{"version: 1\n", "version: 1\nzone: Europe/Rome\n"}, old: change, new: `path: §zone, old: Europe/Rome, new: Europe/Paris`},
	{name: "the profile", code: "amendment-fixed", old: change, new: `path: §profile, old: concertazione, new: mixed`},
	{name: "an id", code: "amendment-fixed", old: change, new: `path: §venues/sala/id, old: sala, new: aula`},
	{name: "an id within an entry", code: "amendment-fixed", old: change, new: `path: tables/list/tavolo, old: {id: tavolo, title: Tavolo}, new: §{id: altro, title: Tavolo}`},
	{name: "the id of the Ambito", code: "amendment-fixed", old: change, new: `path: §ambito/id, old: prova, new: altro`},
	{name: "the opening act", code: "amendment-fixed", old: change, new: `path: §opening/number, old: "1", new: "2"`},
	{name: "a session already held", code: "amendment-held", old: change, new: `path: §sessions/apertura/title, old: Apertura, new: Inizio`, now: "2026-10-06T15:00"},
	{name: "a session held that hangs on another", code: "amendment-held", base: []string{`when: {start: "2026-11-10T15:00"}`, `when: {start: {from: apertura.start, plus: 1 hour}}`, `start: "2026-10-06T15:00", end: "2026-10-06T18:00"`, `start: "2026-10-06T15:00", end: "2026-10-06T20:00"`},
		old: change, new: `path: §sessions/apertura/when, old: {start: "2026-10-06T15:00", end: "2026-10-06T20:00"}, new: {start: "2026-10-06T16:00", end: "2026-10-06T20:00"}`, now: "2026-10-06T15:30"},
	{name: "a closed window, earlier", code: "amendment-closed", old: `new: "2026-10-05T12:00", why: Una settimana in più.}`, new: `new: "2026-09-29T12:00", why: Prima.}`, now: "2026-10-01T09:00"},
	{name: "a closed window, without extension", code: "amendment-closed", old: "type: extension", new: "type: change", now: "2026-10-01T09:00"},
	{name: "a closed window, another key", code: "amendment-closed", base: []string{`closes: "2026-09-30T12:00"}`, `closes: "2026-09-30T12:00", late: keep}`}, old: change, new: `path: §windows/iscrizione/late, old: keep, new: refuse`, now: "2026-10-01T09:00"},
	{name: "a closed window that hangs on the notice", code: "amendment-closed", base: []string{"closes: apertura.end", "closes: {from: publication, plus: 10 days}", "opens: apertura.start", "opens: publication"},
		old: "changes:\n  - {" + change, new: "changes:\n  §- {path: notice/date, old: \"2026-09-01\", new: \"2026-08-20\"", now: "2026-09-25T10:00"},
	{name: "an extension that shortens", code: "amendment-extension", old: `new: "2026-10-05T12:00"`, new: `new: "2026-09-25T12:00"`},
	{name: "the scale after a proposal", code: "amendment-criteria", base: []string{"rules:\n", "outcomes: {scale: [{id: si, label: sì, polarity: accepted}, {id: no, label: no, polarity: rejected}], reasonRequired: true}\nrules:\n"},
		old: change, new: `path: §outcomes/scale, add: {id: forse, label: forse, polarity: partly}`, standing: Standing{Proposals: true}},
	{name: "a correction that decides", code: "amendment-correction", old: "type: extension\nchanges:\n  - {path: ", new: "type: correction\nchanges:\n  - {path: §"},
	{name: "an interpretation that changes", code: "amendment-correction", old: "type: extension\nchanges:\n  - {path: ", new: "type: interpretation\nchanges:\n  - {path: §"},
	{name: "words that still say the old", code: "amendment-wording", base: []string{`closes: "2026-09-30T12:00"}`, `closes: "2026-09-30T12:00", wording: entro settembre}`}, old: "path: windows", new: "path: §windows"},
	{name: "a foreseen blank", code: "amendment-blank", base: []string{"closes: apertura.end", "closes: toBeAnnounced"}, old: change, new: `path: §windows/proposte/closes, old: toBeAnnounced, new: "2026-10-10"`},
	{name: "something received names it", code: "amendment-in-use", old: change, new: `path: tables/list/tavolo, old: {id: tavolo, title: Tavolo}, remove: true`, standing: Standing{InUse: []string{"tavolo"}}},
	{name: "an id used before", code: "amendment-id-used", old: change, new: `path: tables/list, add: {id: antico, title: Antico}`},
	{name: "the act of another organ", code: "amendment-act", base: []string{"rules:\n", policy}, old: "act: {kind: determination, organ: Dirigente", new: "act: §{kind: determination, organ: Segretario"},
	{name: "an act of another kind", code: "amendment-act", base: []string{"rules:\n", policy}, old: "act: {kind: determination", new: "act: §{kind: decree"},
	{name: "the act of another body", code: "amendment-act", base: []string{"rules:\n", "amendments: {needs: act, act: {body: assemblea, kind: determination}}\nrules:\n"}, old: "act: {kind: d", new: "act: §{kind: d"},
	{name: "an act without number", code: "amendment-act", old: `act: {kind: determination, organ: Dirigente, number: "12"`, new: `act: §{kind: determination, organ: Dirigente`},
	{name: "an act to come", code: "amendment-act", old: `act: {kind: determination, organ: Dirigente, number: "12", date: "2026-09-20"}`, new: `act: §{kind: determination, organ: Dirigente, number: "12", date: "2027-09-20"}`},
	{name: "an effect to come", code: "amendment-effective", old: "type: extension\n", new: "type: extension\neffective: §\"2026-09-25\"\n"},
	{name: "a result that breaks", code: "reference-unknown", old: change, new: `path: windows/iscrizione/phase, add: §terza`},
	{name: "a result of another shape", code: "schema", old: `new: "2026-10-05T12:00"`, new: `new: §domani`},
	{name: "a result that no longer stands", code: "reference-unknown", old: "changes:\n  - {" + change, new: "changes:\n  §- {path: phases/seconda, old: {id: seconda, number: 2, title: Seconda, after: [prima]}, remove: true"},
	{name: "another file", code: "amendment-differs", standing: Standing{Result: []byte("concerto: 1\nkind: pack\nid: x\nversion: 1\n")}},
	{name: "a broken file", code: "amendment-differs", standing: Standing{Result: []byte("{")}},
}

// change is the one change of the extension.
const change = `path: windows/iscrizione/closes, old: "2026-09-30T12:00", new: "2026-10-05T12:00"`

func TestWhatMayNotChangeIsRefusedWithItsCode(t *testing.T) {
	for _, tt := range amendCases {
		t.Run(tt.name, func(t *testing.T) {
			src, _ := edited(t, tt.base...)
			base := mustLoad(t, src)
			text := extending
			if tt.old != "" {
				if strings.Count(text, tt.old) != 1 {
					t.Fatalf("the extension has %q %d times, want once", tt.old, strings.Count(text, tt.old))
				}
				text = strings.Replace(text, tt.old, tt.new, 1)
			}
			if strings.Contains(tt.new, "path: ") && !strings.Contains(tt.new, "correction") && !strings.Contains(tt.new, "interpretation") {
				text = strings.Replace(text, "type: extension\n", "", 1)
			}
			if tt.code == "amendment-kind" {
				text = string(src)
			}
			file, place := marked(text)
			tt.standing.Now = rome(t, "2026-09-20T10:00")
			if tt.now != "" {
				tt.standing.Now = rome(t, tt.now)
			}
			old, _ := edited(t, "list: [{id: tavolo, title: Tavolo}]", "list: [{id: antico, title: Antico}]")
			tt.standing.Past = [][]byte{mustLoad(t, old).Resolved}
			got, found := Amend(base.Resolved, "f", file, tt.standing)
			warning := tt.code == "amendment-blank"
			if (got == nil) == warning {
				t.Errorf("amended = %v, want %v", got != nil, warning)
			}
			if !slices.ContainsFunc(found, func(f Finding) bool {
				return f.Code == tt.code && (!strings.Contains(text, mark) || strings.HasPrefix(f.String(), "f:"+place+": "))
			}) {
				t.Errorf("want %s at %s, got:", tt.code, place)
			}
			if t.Failed() {
				for _, f := range found {
					t.Logf("%s (%v): %s", f.Code, f.Weight, f)
				}
			}
		})
	}
}

func TestACorrectionTouchesWordsWithoutTheAct(t *testing.T) {
	src, _ := edited(t, "rules:\n", policy)
	base := mustLoad(t, src)
	text := strings.Replace(amending2026, `act: {kind: determination, organ: Dirigente, number: "12", date: "2026-09-20"}`, `act: {kind: order, organ: Firmatari dell’avviso}`, 1) + `type: correction
changes:
  - {path: windows/iscrizione/title, add: Iscrizione, why: Mancava.}
  - {path: sessions/apertura/title, old: Apertura, new: Sessione di apertura, why: Refuso.}
`
	got, found := Amend(base.Resolved, "f", []byte(text), Standing{Now: rome(t, "2026-09-20T10:00")})
	if len(found) != 0 || got.Amendment.Rejudge != "both" || !slices.Equal(got.Amendment.Notify, []string{"adherents"}) {
		t.Fatalf("findings %v, amendment %+v", found, got)
	}
}

func TestAResultThatIsAsGivenIsAccepted(t *testing.T) {
	src, _ := edited(t)
	want := strings.NewReplacer("version: 1\n", "version: 2\n", `"2026-09-30T12:00"`, `"2026-10-05T12:00"`).Replace(string(src))
	_, found := Amend(mustLoad(t, src).Resolved, "f", []byte(extending), Standing{Now: rome(t, "2026-09-20T10:00"), Result: []byte(want)})
	if len(found) != 0 {
		t.Error(found)
	}
	other := strings.Replace(want, "title: Avviso", "title: Bando", 1)
	_, found = Amend(mustLoad(t, src).Resolved, "f", []byte(extending), Standing{Now: rome(t, "2026-09-20T10:00"), Result: []byte(other)})
	if len(found) != 1 || !strings.HasSuffix(found[0].Message, "they differ at notice/title") {
		t.Errorf("findings %v, want one that names notice/title", found)
	}
}

func FuzzAmend(f *testing.F) {
	src, err := os.ReadFile("testdata/minimal.yaml")
	if err != nil {
		f.Fatal(err)
	}
	base, found := Load("f", src)
	if base == nil {
		f.Fatal(found)
	}
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range amendCases {
		if tt.old != "" {
			text, _ := marked(strings.Replace(extending, tt.old, tt.new, 1))
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, found := Amend(base.Resolved, "f", text, Standing{Now: now, Source: src})
		if (got == nil) != found.Failed() {
			t.Fatalf("amended = %v, findings %v", got != nil, found)
		}
		for _, x := range found {
			if x.Line < 1 || x.Column < 1 || x.Code == "" || x.Message == "" {
				t.Fatalf("a finding without place or words: %#v", x)
			}
		}
		if got == nil {
			return
		}
		if again, found := Load("again", got.Source); again == nil || again.Hash != got.Hash {
			t.Fatalf("the new version's file: %v", found)
		}
	})
}

func TestTheFormOfAnExtensionWritesAFileThatIsAccepted(t *testing.T) {
	src, _ := edited(t, "rules:\n", policy, `closes: "2026-09-30T12:00"}`, `closes: "2026-09-30T12:00", wording: entro settembre}`)
	base := mustLoad(t, src)
	file, err := ExtensionFile(base.Resolved, Extension{Window: "iscrizione", Closes: rome(t, "2026-10-05T12:30"), Number: "12", Date: "2026-09-20",
		Published: "2026-09-20", Reason: "Lo sportello: «chiuso».", Wording: "entro il 5 ottobre"})
	if err != nil {
		t.Fatal(err)
	}
	got, found := Amend(base.Resolved, "f", file, Standing{Now: rome(t, "2026-09-20T10:00")})
	if len(found) != 0 {
		t.Fatalf("%v\n%s", found, file)
	}
	if w, _ := got.Process.Window("iscrizione"); !w.Closes.At.Equal(rome(t, "2026-10-05T12:30")) || got.Amendment.Act.Organ != "Dirigente" {
		t.Errorf("closes %v by %+v", w.Closes.At, got.Amendment.Act)
	}
	if again, err := Applied(base.Resolved, file); err != nil || string(again) != string(got.Resolved) {
		t.Errorf("applied again: %v", err)
	}
	if _, err := ExtensionFile(base.Resolved, Extension{Window: "nessuna"}); err == nil {
		t.Error("a window that is not there was extended")
	}
}
