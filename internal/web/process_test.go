package web

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// view returns a process as a page gets it.
func view(t testing.TB) *app.ProcessView {
	t.Helper()
	return &app.ProcessView{Process: lecce(t).Process, AmbitoID: "lecce", Slug: "2014-2016"}
}

func printer(t testing.TB, lang string) i18n.Printer {
	t.Helper()
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return c.For(lang)
}

func TestTimelineOfLecce(t *testing.T) {
	const golden = "testdata/gantt-lecce.svg"
	got := strings.ReplaceAll(string(gantt(printer(t, "it"), view(t), eve)), "><", ">\n<")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the timeline changed (-want +got); look at it, then run with -update:\n%s", diff)
	}
}

// Any process can be drawn: none of its parts is taken for granted.
func TestTimelineOfOtherProcesses(t *testing.T) {
	zone := eve.Location()
	day := func(y int, m time.Month, d int) pdz.Moment {
		return pdz.DayMoment(pdz.Date{Year: y, Month: m, Day: d}, zone)
	}
	one := []pdz.Phase{{ID: "a", Number: 1, Title: "Prima"}}
	tests := []struct {
		name    string
		process pdz.Process
		want    []string // in the picture; none means no picture
	}{
		{"nothing", pdz.Process{Zone: zone}, nil},
		{"no dates", pdz.Process{Zone: zone, Phases: one, Sessions: []pdz.Session{{ID: "s", Phase: "a"}}}, nil},
		{"one day", pdz.Process{Zone: zone, Phases: one, Sessions: []pdz.Session{{ID: "s", Phase: "a", Start: day(2026, 3, 2)}}},
			[]string{"lun 2 mar", "Prima"}},
		{"a year", pdz.Process{Zone: zone, Phases: one, Windows: []pdz.Window{{ID: "w", Phase: "a", Opens: day(2026, 2, 1), Closes: day(2027, 1, 31)}}},
			[]string{"feb 2026", "gen 2027"}},
		{"hostile title", pdz.Process{Zone: zone, Phases: []pdz.Phase{{ID: "a", Number: 1, Title: `<script>alert("x")</script>`}},
			Sessions: []pdz.Session{{ID: "s", Phase: "a", Start: day(2026, 3, 2)}}}, []string{"&lt;script&gt;"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(gantt(printer(t, "it"), &app.ProcessView{Process: &tt.process}, eve))
			if len(tt.want) == 0 && got != "" {
				t.Errorf("picture of %d bytes, want none", len(got))
			}
			for _, w := range tt.want {
				if !strings.Contains(got, w) {
					t.Errorf("picture without %q", w)
				}
			}
			if strings.Contains(got, "<script") || strings.Contains(got, "NaN") {
				t.Error("the picture holds what it must not")
			}
		})
	}
}

func TestOnePhaseIsAlight(t *testing.T) {
	p := lecce(t).Process
	tests := []struct {
		at   string
		want []stage
	}{
		{"2013-10-10 09:00", []stage{next, future, future, future, future, undated}},
		{"2013-10-17 16:40", []stage{current, future, future, future, future, undated}},
		{"2013-10-22 00:00", []stage{past, current, future, future, future, undated}},
		{"2013-11-12 10:00", []stage{past, past, past, next, future, undated}},
		{"2014-02-01 10:00", []stage{past, past, past, past, past, undated}},
	}
	for _, tt := range tests {
		var got []stage
		for _, ph := range phaseTimes(p, rome(tt.at)) {
			got = append(got, ph.Stage)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", tt.at, diff)
		}
	}
}

// The box and the button follow the term: adhere, then come, then follow, then read.
func TestTheOneActionFollowsTheTerm(t *testing.T) {
	s := newTestSite(t, eve)
	tests := []struct{ at, heading, countdown, action string }{
		{"2013-10-17 16:40", "Le adesioni sono aperte", "19 ore e 19 minuti", percorso + "/adesione"},
		{"2013-10-18 11:59", "Le adesioni sono aperte", "meno di un minuto", percorso + "/adesione"},
		{"2013-10-18 12:00", "Si può ancora aderire, di persona", "4 giorni e 2 ore", percorso + "/incontri/plenaria"},
		{"2013-10-22 16:00", "Si può ancora aderire, di persona", "È in corso ora", percorso + "/incontri/plenaria"},
		{"2013-10-22 20:00", "Le adesioni sono chiuse", "18 ore e 59 minuti", percorso + "/calendario"},
		{"2013-12-01 10:00", "Le adesioni sono chiuse", "", percorso + "/calendario"},
	}
	for _, tt := range tests {
		s.set(rome(tt.at))
		d := s.document(t, percorso)
		if got := strings.TrimSpace(d.Find(".ps-deadline h2").Text()); got != tt.heading {
			t.Errorf("at %s: heading %q, want %q", tt.at, got, tt.heading)
		}
		if got := strings.TrimSpace(d.Find(".ps-countdown").Text()); got != tt.countdown {
			t.Errorf("at %s: countdown %q, want %q", tt.at, got, tt.countdown)
		}
		if got := d.Find(".ps-hero .btn-primary").AttrOr("href", ""); got != tt.action {
			t.Errorf("at %s: action %q, want %q", tt.at, got, tt.action)
		}
	}
}

// A term is told as date, hour, time left and what counts.
func TestTheTermIsToldWhole(t *testing.T) {
	text := newTestSite(t, eve).document(t, percorso).Find(".ps-deadline").Text()
	for _, want := range []string{"venerdì 18 ottobre 2013 alle 12:00", "19 ore e 19 minuti", "Vale l’ora di arrivo al server", "martedì 22 ottobre 2013"} {
		if !strings.Contains(text, want) {
			t.Errorf("the box does not say %q: %s", want, strings.Join(strings.Fields(text), " "))
		}
	}
}

func TestFiltersOfTheCalendar(t *testing.T) {
	s := newTestSite(t, eve)
	tests := []struct {
		query string
		want  int
	}{
		{"", 13}, {"?chi=aperti", 3}, {"?chi=riservati", 10}, {"?fase=2", 5}, {"?chi=aperti&fase=2", 2}, {"?chi=aperti&fase=1", 0},
		{"?chi=boh", 13}, {"?fase=x", 13},
	}
	for _, tt := range tests {
		d := s.document(t, percorso+"/calendario"+tt.query)
		if got := d.Find(".ps-session").Length(); got != tt.want {
			t.Errorf("calendario%s: %d sessions, want %d", tt.query, got, tt.want)
		}
		if empty := d.Find(".ps-empty").Length() == 1; empty != (tt.want == 0) {
			t.Errorf("calendario%s: empty state shown %v", tt.query, empty)
		}
	}
}

// The table under the picture says all that the picture says.
func TestTheTableSaysWhatThePictureSays(t *testing.T) {
	d := newTestSite(t, eve).document(t, percorso)
	rows := d.Find("section table tbody tr")
	if got, want := rows.Length(), 13+2; got != want {
		t.Errorf("%d rows, want %d: 13 sessions and the two windows of a phase", got, want)
	}
	rows.Each(func(_ int, r *goquery.Selection) {
		if strings.TrimSpace(r.Find("td").First().Text()) == "" {
			t.Errorf("row without a date: %s", r.Text())
		}
	})
}

func TestCalendarFiles(t *testing.T) {
	s := newTestSite(t, eve)
	for address, want := range map[string]int{percorso + "/calendario.ics": 12, percorso + "/incontri/plenaria.ics": 1} {
		w := s.get(address)
		if got := w.Header().Get("Content-Type"); got != "text/calendar; charset=utf-8" {
			t.Errorf("%s: Content-Type %q", address, got)
		}
		if got := strings.Count(w.Body.String(), "BEGIN:VEVENT"); got < want {
			t.Errorf("%s: %d events, want at least %d", address, got, want)
		}
	}
}
