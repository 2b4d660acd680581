package definition

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"concerto/internal/pdz"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func example(t testing.TB, name string) (*Definition, Findings) {
	t.Helper()
	file := filepath.Join("..", "..", "examples", name, "process.yaml")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, found := Load(name, src)
	if d == nil {
		t.Fatalf("%s is refused:\n%s", name, found.Error())
	}
	return d, found
}

var examples = []struct{ name, summary string }{
	{"lecce-2013", "ok phases=6 sessions=13 windows=3 tables=6 audiences=13 channels=7 rules=13"},
	{"valle-serena", "ok phases=2 sessions=6 windows=2 tables=4 audiences=3 channels=3 rules=2"},
	{"riviera-coprogrammazione", "ok phases=2 sessions=2 windows=3 tables=1 audiences=5 channels=3 rules=3"},
}

func TestExamplesCanBePublished(t *testing.T) {
	for _, tt := range examples {
		d, found := example(t, tt.name)
		if got := Summary(d); got != tt.summary {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.summary)
		}
		if !found.Publishable() {
			t.Errorf("%s cannot be published: %v", tt.name, found)
		}
	}
}

// A11: the notice gives 9 days to enrol, 13 to the first open session, and 18
// hours between the outcomes and the adoption. The author is told, no more.
func TestLecceIsWarnedOfItsShortIntervals(t *testing.T) {
	_, found := example(t, "lecce-2013")
	var got []string
	for _, f := range found {
		got = append(got, f.Code+" "+f.Message)
	}
	want := []string{
		"interval-short noticeToClosing: from 2013-10-09 to 2013-10-18 12:00 less than 15 days",
		"interval-short noticeToFirstOpen: from 2013-10-09 to 2013-10-22 15:00 less than 15 days",
		"interval-short outcomeToAdoption: from 2013-11-14 15:00 to 2013-11-15 09:00 less than 5 days",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestResolvedTextRebuildsTheSameProcess(t *testing.T) {
	for _, tt := range examples {
		d, _ := example(t, tt.name)
		p, err := FromResolved(d.Resolved)
		if err != nil {
			t.Fatal(err)
		}
		zones := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
		if diff := cmp.Diff(d.Process, p, zones, cmpopts.EquateComparable()); diff != "" {
			t.Errorf("%s (-Load +FromResolved):\n%s", tt.name, diff)
		}
		if p.Hash != d.Hash {
			t.Errorf("%s: hash %s, want %s", tt.name, p.Hash, d.Hash)
		}
	}
}

func instantOf(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The clocks go back on 27 October 2013, inside the calendar of the notice.
func TestLecceInstants(t *testing.T) {
	d, _ := example(t, "lecce-2013")
	window := func(id string) pdz.Window {
		w, ok := d.Process.Window(id)
		if !ok {
			t.Fatalf("no window %s", id)
		}
		return w
	}
	session := func(id string) pdz.Session {
		s, ok := d.Process.Session(id)
		if !ok {
			t.Fatalf("no session %s", id)
		}
		return s
	}
	for _, tt := range []struct {
		what string
		got  pdz.Moment
		want string
		day  bool
	}{
		{"enrolment opens with the notice", window("iscrizione").Opens, "2013-10-08T22:00:00Z", true},
		{"enrolment closes", window("iscrizione").Closes, "2013-10-18T10:00:00Z", false},
		{"drafting closes on a day", window("stesura").Closes, "2013-11-07T23:00:00Z", true},
		{"councils close on a Saturday, not moved", window("consigli").Closes, "2013-11-29T23:00:00Z", true},
		{"observations open with the conference", window("scheda-osservazione").Opens, "2013-11-14T14:00:00Z", false},
		{"observations close with the adoption", window("scheda-osservazione").Closes, "2013-11-15T08:00:00Z", false},
		{"plenary", session("plenaria").Start, "2013-10-22T13:00:00Z", false},
		{"end of the plenary", session("plenaria").End, "2013-10-22T18:00:00Z", false},
		{"last Friday of summer time", session("tecnica-pac-anziani").Start, "2013-10-25T07:00:00Z", false},
		{"first Monday of winter time", session("sindacati-protocollo").Start, "2013-10-28T08:00:00Z", false},
	} {
		if !tt.got.Known || !tt.got.At.Equal(instantOf(t, tt.want)) || tt.got.DateOnly != tt.day {
			t.Errorf("%s: %v, want %s (a day: %v)", tt.what, tt.got, tt.want, tt.day)
		}
	}
	conference := session("conferenza-servizi")
	if conference.Start.Known || conference.Undated != "toBeConvened" || conference.FilledBy != "Coordinamento Istituzionale" {
		t.Errorf("services conference = %v %q by %q, want undated, to be convened by the Coordinamento", conference.Start, conference.Undated, conference.FilledBy)
	}
	if end := session("indirizzi").End; end.Known {
		t.Errorf("the end of a reserved session is %v, want none: the default duration is never printed (A17)", end)
	}
}

// "Costituite da almeno un anno alla data del 14 novembre 2013": the day one year
// before is inside (A5).
func TestLeccePactLooksAtTheDayOneYearBefore(t *testing.T) {
	d, _ := example(t, "lecce-2013")
	for _, r := range d.Process.Rules {
		if r.ID != "patto-ammissibilita" {
			continue
		}
		leaf := r.When.All[1]
		if got, want := leaf.Operand.Moment.Day(), (pdz.Date{Year: 2012, Month: time.November, Day: 14}); leaf.Op != "onOrBefore" || got != want {
			t.Errorf("%s %v, want onOrBefore %v", leaf.Op, got, want)
		}
		return
	}
	t.Error("the rule patto-ammissibilita is not there")
}

func TestLecceFormAsksInTheOrderOfThePage(t *testing.T) {
	d, _ := example(t, "lecce-2013")
	form, ok := d.Process.Form("scheda-adesione")
	if !ok {
		t.Fatal("no form scheda-adesione")
	}
	var got []string
	for _, f := range form.Fields {
		got = append(got, f.ID)
	}
	want := []string{"categoria", "denominazione", "codice-fiscale", "comune-sede", "costituita-il", "registri", "recapito-email",
		"nome-cognome", "ruolo", "recapito-telefono", "tavoli-scelti", "attese"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	for _, id := range []string{"denominazione", "comune-sede", "costituita-il", "registri", "ruolo"} {
		if f, _ := form.Field(id); f.ShowWhen == nil {
			t.Errorf("%s is shown to a citizen", id)
		}
	}
	category, _ := form.Field("categoria")
	if len(category.Options) != 17 || category.Options[0].ID != "odv" {
		t.Errorf("%d categories are offered, first %v; want the 17 of the audience, first odv", len(category.Options), category.Options[:1])
	}
}

func TestOnlyWhatTheNoticePrintsIsInTheNotice(t *testing.T) {
	d, _ := example(t, "lecce-2013")
	var printed []string
	for _, c := range d.Process.Channels {
		if c.InNotice {
			printed = append(printed, c.ID)
		}
	}
	if diff := cmp.Diff([]string{"fax", "email"}, printed); diff != "" {
		t.Errorf("channels in the notice (-want +got):\n%s", diff)
	}
}

// A day as a closing holds until the next midnight; a door that closes with the
// plan is open until the last day of it.
func TestOtherExamplesBendTheFormat(t *testing.T) {
	riviera, _ := example(t, "riviera-coprogrammazione")
	valle, _ := example(t, "valle-serena")
	for _, tt := range []struct {
		d      *Definition
		window string
		at     string
		want   pdz.Timeliness
	}{
		{riviera, "domande", "2026-10-26T22:59:59Z", pdz.Timely},
		{riviera, "domande", "2026-10-26T23:00:00Z", pdz.Late},
		{riviera, "quesiti", "2026-10-20T21:00:00Z", pdz.Timely},
		{riviera, "quesiti", "2026-10-20T22:00:00Z", pdz.Late},
		{valle, "adesioni", "2029-12-31T22:59:59Z", pdz.Timely},
		{valle, "adesioni", "2026-09-13T21:59:59Z", pdz.Early},
		{valle, "raccolta-proposte", "2028-01-01T00:00:00Z", pdz.Undecided},
	} {
		v, ok := tt.d.Process.Judge(tt.window, instantOf(t, tt.at))
		if !ok || v.Timeliness != tt.want {
			t.Errorf("%s at %s: %v, want %v", tt.window, tt.at, v.Timeliness, tt.want)
		}
	}
	if s, _ := valle.Process.Session("incontro-rivabianca"); !s.Start.At.Equal(instantOf(t, "2026-10-27T19:30:00Z")) {
		t.Errorf("three weeks after the opening at 20:30 is %v, want 27 October, winter time", s.Start.At)
	}
}
