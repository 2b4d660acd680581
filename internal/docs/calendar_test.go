package docs

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"concerto/internal/pdz"

	"github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"
)

var italy = func() *time.Location {
	z, err := time.LoadLocation(rome)
	if err != nil {
		panic(err)
	}
	return z
}()

func local(month time.Month, day, hour, minute int) pdz.Moment {
	return pdz.Moment{At: time.Date(2013, month, day, hour, minute, 0, 0, italy), Known: true}
}

// lecce is the part of the notice of 9 October 2013 that tries a calendar most:
// both sides of the change of clocks, sessions with and without end, one undated.
func lecce() CalendarInput {
	p := &pdz.Process{
		ID: "lecce-2014-2016", Version: 1, Zone: italy,
		Calendar: pdz.Calendar{DefaultDuration: pdz.Term{N: 3, Unit: "hours"}},
		Venues: []pdz.Venue{
			{ID: "ufficio", Name: "Ufficio di Piano", Address: "Via San Massimiliano Kolbe", Town: "Lecce"},
			{ID: "sala", Name: "Sala Conferenze - San Massimiliano Kolbe", Address: "Via Terni", Town: "Lecce"},
		},
		Sessions: []pdz.Session{
			{ID: "indirizzi", Title: "Coordinamento Istituzionale di Ambito con la Provincia e la ASL", Purpose: "definizione di indirizzi programmatici per la concertazione",
				Start: local(time.October, 17, 9, 0), Venue: "ufficio", Admission: "reserved"},
			{ID: "plenaria", Title: "Prima sessione – Sessione Plenaria e apertura tavoli", Start: local(time.October, 22, 15, 0), End: local(time.October, 22, 20, 0),
				Venue: "sala", Admission: "open", Agenda: []pdz.AgendaItem{{Title: "Apertura tavoli"}}},
			{ID: "sindacati-protocollo", Title: "Sessione con le organizzazioni sindacali", Start: local(time.October, 28, 9, 0), Venue: "ufficio", Admission: "reserved"},
			{ID: "conferenza-servizi", Title: "Conferenza dei Servizi", Undated: "toBeConvened", Admission: "reserved"},
		},
		Windows: []pdz.Window{
			{ID: "iscrizione", Title: "Iscrizione ai lavori", Closes: local(time.October, 18, 12, 0), Wording: "entro e non oltre le ore 12.00 del 18 ottobre 2013"},
			{ID: "stesura", Title: "Stesura schema Piano", Closes: pdz.Moment{At: time.Date(2013, 11, 8, 0, 0, 0, 0, italy), Known: true, DateOnly: true}},
			{ID: "osservazioni", Title: "Osservazioni"},
		},
	}
	return CalendarInput{
		Name: "Piano Sociale di Zona, Lecce", URL: "https://concerto.example/lecce/2014-2016", Domain: "concerto.example", Process: p,
		Sessions: p.Sessions, Windows: p.Windows, Stamp: time.Date(2013, 10, 9, 10, 0, 0, 0, time.UTC),
	}
}

// read writes a calendar and reads it back.
func read(t *testing.T, in CalendarInput) *ical.Calendar {
	t.Helper()
	b, err := Calendar(in)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := ical.NewDecoder(bytes.NewReader(b)).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, b)
	}
	return cal
}

func event(t *testing.T, cal *ical.Calendar, uid string) *ical.Event {
	t.Helper()
	for _, e := range cal.Events() {
		if got, _ := e.Props.Text(ical.PropUID); got == uid {
			return &e
		}
	}
	t.Fatalf("no event %q", uid)
	return nil
}

func TestEveryInstantIsThatOfTheDefinition(t *testing.T) {
	cal := read(t, lecce())
	for _, tt := range []struct {
		id, start, end, location, category string
	}{
		{"indirizzi", "2013-10-17T07:00:00Z", "2013-10-17T10:00:00Z", "Ufficio di Piano, Via San Massimiliano Kolbe, Lecce", "riservata"},
		{"plenaria", "2013-10-22T13:00:00Z", "2013-10-22T18:00:00Z", "Sala Conferenze - San Massimiliano Kolbe, Via Terni, Lecce", "aperta"},
		{"sindacati-protocollo", "2013-10-28T08:00:00Z", "2013-10-28T11:00:00Z", "Ufficio di Piano, Via San Massimiliano Kolbe, Lecce", "riservata"},
		{"iscrizione.termine", "2013-10-18T10:00:00Z", "2013-10-18T10:00:00Z", "", "termine"},
	} {
		e := event(t, cal, tt.id+".lecce-2014-2016@concerto.example")
		start, err := e.DateTimeStart(nil)
		if err != nil {
			t.Errorf("%s: %v", tt.id, err)
		}
		end, err := e.DateTimeEnd(nil)
		if err != nil {
			t.Errorf("%s: %v", tt.id, err)
		}
		location, _ := e.Props.Text(ical.PropLocation)
		category, _ := e.Props.Text(ical.PropCategories)
		got := []string{start.UTC().Format(time.RFC3339), end.UTC().Format(time.RFC3339), location, category}
		if d := cmp.Diff([]string{tt.start, tt.end, tt.location, tt.category}, got); d != "" {
			t.Errorf("%s: -want +got\n%s", tt.id, d)
		}
		if tzid := e.Props.Get(ical.PropDateTimeStart).Params.Get(ical.ParamTimezoneID); tzid != rome {
			t.Errorf("%s: TZID = %q, want %q", tt.id, tzid, rome)
		}
	}
	if got, want := len(cal.Events()), 5; got != want {
		t.Errorf("%d events, want %d: what has no date is left out", got, want)
	}
}

func TestTheGuessedEndIsSaid(t *testing.T) {
	cal := read(t, lecce())
	for _, tt := range []struct {
		id, want string
	}{
		{"indirizzi", "definizione di indirizzi programmatici per la concertazione\nL’avviso non dice quando la sessione finisce: qui dura 3 ore solo per occupare il calendario."},
		{"plenaria", "– Apertura tavoli"},
		{"iscrizione.termine", "entro e non oltre le ore 12.00 del 18 ottobre 2013"},
	} {
		e := event(t, cal, tt.id+".lecce-2014-2016@concerto.example")
		if got, _ := e.Props.Text(ical.PropDescription); got != tt.want {
			t.Errorf("description of %s = %q, want %q", tt.id, got, tt.want)
		}
	}
}

func TestWithoutDefaultDurationASessionHasNoEnd(t *testing.T) {
	in := lecce()
	in.Process.Calendar.DefaultDuration = pdz.Term{}
	e := event(t, read(t, in), "indirizzi.lecce-2014-2016@concerto.example")
	if p := e.Props.Get(ical.PropDateTimeEnd); p != nil {
		t.Errorf("DTEND = %q, want none", p.Value)
	}
}

func TestAClosingWithoutHourFillsItsDay(t *testing.T) {
	p := event(t, read(t, lecce()), "stesura.termine.lecce-2014-2016@concerto.example").Props.Get(ical.PropDateTimeStart)
	if p.Value != "20131108" || p.ValueType() != ical.ValueDate {
		t.Errorf("DTSTART = %s %s, want DATE 20131108", p.ValueType(), p.Value)
	}
}

// The hour from 02:00 to 03:00 of 27 October 2013 came twice; both are told apart.
func TestTheDoubledHourIsExact(t *testing.T) {
	midnight := time.Date(2013, 10, 27, 0, 0, 0, 0, time.UTC)
	for _, after := range []time.Duration{-time.Second, 0, 30 * time.Minute, time.Hour, 90 * time.Minute, 2*time.Hour - time.Second, 2 * time.Hour} {
		want := midnight.Add(after)
		in := lecce()
		in.Sessions = nil
		in.Windows = []pdz.Window{{ID: "notte", Title: "Notte", Closes: pdz.Moment{At: want.In(italy), Known: true}}}
		got, err := event(t, read(t, in), "notte.termine.lecce-2014-2016@concerto.example").DateTimeStart(nil)
		if err != nil || !got.Equal(want) {
			t.Errorf("closing at %v is read as %v (%v)", want, got.UTC(), err)
		}
	}
}

// A reader that knows no zone by name reckons with the rules of the feed alone.
func TestZoneRulesAgreeWithTheClocksOfItaly(t *testing.T) {
	cal := read(t, lecce())
	var offsets = map[time.Time]int{}
	for _, rule := range cal.Children[0].Children {
		set, err := rule.RecurrenceSet(time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		from, to := seconds(t, rule, ical.PropTimezoneOffsetFrom), seconds(t, rule, ical.PropTimezoneOffsetTo)
		for _, wall := range set.Between(time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC), true) {
			offsets[wall.Add(-time.Duration(from)*time.Second)] = to
		}
	}
	want := map[time.Time]int{}
	for at := time.Date(1996, 1, 1, 0, 0, 0, 0, italy); ; {
		_, next := at.ZoneBounds()
		if next.Year() > 2036 {
			break
		}
		_, want[next.UTC()] = next.Zone()
		at = next
	}
	if d := cmp.Diff(want, offsets); d != "" {
		t.Errorf("changes of clock: -want +got\n%s", d)
	}
}

func seconds(t *testing.T, c *ical.Component, name string) int {
	t.Helper()
	at, err := time.Parse("-0700", c.Props.Get(name).Value)
	if err != nil {
		t.Fatal(err)
	}
	_, s := at.Zone()
	return s
}

func TestAnotherZoneIsWrittenInUTC(t *testing.T) {
	in := lecce()
	in.Process.Zone = time.FixedZone("", 5400)
	p := event(t, read(t, in), "indirizzi.lecce-2014-2016@concerto.example").Props.Get(ical.PropDateTimeStart)
	if p.Value != "20131017T070000Z" || p.Params.Get(ical.ParamTimezoneID) != "" {
		t.Errorf("DTSTART = %v %s, want 20131017T070000Z", p.Params, p.Value)
	}
}

func TestTheSameProcessMakesTheSameBytes(t *testing.T) {
	first, err := Calendar(lecce())
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := Calendar(lecce())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(first), string(again)); d != "" {
			t.Fatalf("-first +again\n%s", d)
		}
	}
}

func TestANewVersionKeepsTheUIDAndRaisesTheSequence(t *testing.T) {
	in := lecce()
	in.Process.Version = 2
	in.Sessions[0].Start = local(time.October, 18, 10, 0)
	in.Sessions[0].Title = "Rinviata"
	e := event(t, read(t, in), "indirizzi.lecce-2014-2016@concerto.example")
	if got := e.Props.Get(ical.PropSequence).Value; got != "2" {
		t.Errorf("SEQUENCE = %s, want 2", got)
	}
}

func TestOnlyAWebAddressIsALink(t *testing.T) {
	for _, tt := range []struct{ url, want string }{
		{"https://concerto.example/lecce", "https://concerto.example/lecce"}, {"https://concerto.example/a b;c", "https://concerto.example/a%20b;c"},
		{"", ""}, {"javascript:alert(1)", ""}, {"/lecce", ""}, {"https://concerto.example/\r\nX:1", ""},
	} {
		if got := cleanURL(tt.url); got != tt.want {
			t.Errorf("cleanURL(%q) = %q, want %q", tt.url, got, tt.want)
		}
	}
}

func FuzzCalendar(f *testing.F) {
	f.Add("Sessione; plenaria, e apertura \\ tavoli", "scopo", "concerto.example", int64(1382446800))
	f.Add("a\r\nEND:VEVENT\r\nBEGIN:VEVENT", "b\rX-EVIL:1\u2028c\x00\u0085", "x\r\nATTENDEE:mailto:a@b", int64(1382835600))
	f.Add(strings.Repeat("è", 200), strings.Repeat("👩‍👩‍👧 ", 60), "\xff\xfe", int64(1382832000))
	f.Add("", " ", "\t", int64(0))
	f.Fuzz(func(t *testing.T, title, purpose, domain string, at int64) {
		in := lecce()
		start := time.Unix(at%7_000_000_000, 0).In(italy)
		if start.Year() < 1996 {
			return
		}
		in.Name, in.Domain = title, domain
		in.Sessions = []pdz.Session{{ID: "s", Title: title, Purpose: purpose, Venue: "ufficio", Admission: "open", Start: pdz.Moment{At: start, Known: true}}}
		in.Windows = []pdz.Window{{ID: "w", Title: purpose, Wording: title, Closes: pdz.Moment{At: start, Known: true}}}
		in.Process.Venues = []pdz.Venue{{ID: "ufficio", Name: title, Town: purpose}}
		b, err := Calendar(in)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, b)
		cal, err := ical.NewDecoder(bytes.NewReader(b)).Decode()
		if err != nil {
			t.Fatalf("%v in\n%s", err, b)
		}
		events := cal.Events()
		if len(events) != 2 {
			t.Fatalf("%d events, want 2", len(events))
		}
		for _, e := range events {
			if got, err := e.DateTimeStart(nil); err != nil || !got.Equal(start) {
				t.Fatalf("start %v is read as %v (%v)", start.UTC(), got.UTC(), err)
			}
		}
		if got, _ := events[0].Props.Text(ical.PropSummary); got != clean(title) {
			t.Fatalf("summary = %q, want %q", got, clean(title))
		}
	})
}

// wellFormed fails on a line that RFC 5545, section 3.1, forbids.
func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	text, ok := strings.CutSuffix(string(b), "\r\n")
	if !ok {
		t.Fatal("the last line has no end")
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00\u0085\u2028\u2029") {
			t.Fatalf("bad line %q of %d octets", line, len(line))
		}
		if name, _, _ := strings.Cut(line, ":"); line == "" || line[0] != ' ' && strings.ToUpper(name[:min(3, len(name))]) != name[:min(3, len(name))] {
			t.Fatalf("line %q begins no property", line)
		}
	}
}
