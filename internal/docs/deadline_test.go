package docs_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "time/tzdata"

	"concerto/internal/docs"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
	"concerto/internal/register"
)

// TestPageCalendarReceiptAndDecisionAgree draws deadlines on every kind of day,
// the two changes of the clocks among them, and holds four tellings of each one
// against another: the words on the page, the event in the feed, the instant in
// the leaf of a receipt, and the decision a millisecond before, on and after it.
func TestPageCalendarReceiptAndDecisionAgree(t *testing.T) {
	words := printer(t)
	cases := 0
	for _, zone := range zones(t) {
		for batch := range 36 {
			r := rand.New(rand.NewPCG(uint64(batch), uint64(len(zone.String()))))
			windows := make([]pdz.Window, 500)
			for i := range windows {
				windows[i] = pdz.Window{ID: fmt.Sprintf("w%d", i), Title: "Termine", Opens: pdz.InstantMoment(time.Unix(0, 0), zone), Closes: pdz.InstantMoment(deadline(r, zone), zone)}
				agree(t, words, windows[i])
			}
			inFeed(t, zone, windows)
			cases += len(windows)
		}
	}
	if cases < 100_000 {
		t.Errorf("%d cases, want at least 100,000", cases)
	}
}

func printer(t *testing.T) i18n.Printer {
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return c.For("it")
}

func zones(t *testing.T) []*time.Location {
	var out []*time.Location
	for _, name := range []string{"Europe/Rome", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"} {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, z)
	}
	return out
}

// deadline draws a closing hour; one in four falls near a change of the clocks.
func deadline(r *rand.Rand, zone *time.Location) time.Time {
	d := pdz.Date{Year: 2013 + r.IntN(23), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)}
	minutes := r.IntN(24 * 60)
	if r.IntN(4) == 0 {
		last := pdz.Date{Year: d.Year, Month: []time.Month{time.March, time.October}[r.IntN(2)], Day: 31}
		for last.Weekday() != time.Sunday {
			last = last.AddDays(-1)
		}
		d, minutes = last, 30+r.IntN(240)
	}
	return pdz.Instant(d, minutes, zone, true)
}

func agree(t *testing.T, words i18n.Printer, w pdz.Window) {
	t.Helper()
	at := w.Closes.At
	for _, tt := range []struct {
		after time.Duration
		want  pdz.Timeliness
	}{{-time.Millisecond, pdz.Timely}, {0, pdz.Timely}, {time.Millisecond, pdz.Late}} {
		if got := w.Judge(at.Add(tt.after)).Timeliness; got != tt.want {
			t.Fatalf("%v after %v: %s, want %s", tt.after, at, got, tt.want)
		}
	}
	if got := read(t, words.DateHour(at), at.Location()); !got.Equal(at) {
		t.Fatalf("the page says %q, which is %v, want %v", words.DateHour(at), got, at)
	}
	leaf := register.Leaf{Log: "example.org/registro", T: register.Instant(at), TR: register.Instant(at), Via: "web", Proc: "p", Kind: "adesione",
		Matter: "0123456789ABCDEFGHJKMNPQRS", Definition: [32]byte{1}, Author: [32]byte{1}}
	text, err := leaf.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	back, err := register.ParseLeaf(text)
	if err != nil || !back.T.Equal(at) {
		t.Fatalf("the receipt says %v (%v), want %v", back.T, err, at)
	}
}

var written = regexp.MustCompile(`^\S+ (\d+)º? (\S+) (\d{4}) all[e’]\s?(\d+):(\d+)(?: \(UTC([+−-][\d:]+)?\))?$`)

var months = strings.Fields("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre")

// read turns the words of the page back into an instant, as a reader would.
func read(t *testing.T, s string, zone *time.Location) time.Time {
	t.Helper()
	m := written.FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("%q cannot be read back", s)
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	month := time.Month(0)
	for i, name := range months {
		if name == m[2] {
			month = time.Month(i + 1)
		}
	}
	first := pdz.Instant(pdz.Date{Year: n(3), Month: month, Day: n(1)}, n(4)*60+n(5), zone, false)
	second := pdz.Instant(pdz.Date{Year: n(3), Month: month, Day: n(1)}, n(4)*60+n(5), zone, true)
	if !first.Equal(second) && m[6] == "" && !strings.HasSuffix(s, "(UTC)") {
		t.Fatalf("%q is written as if that hour came once", s)
	}
	return second
}

var (
	eventStart = regexp.MustCompile(`DTSTART(?:;TZID=([^:]+))?:(\d{8}T\d{6})(Z?)`)
	eventID    = regexp.MustCompile(`UID:(w\d+)\.termine`)
)

// inFeed reads the closings back from the calendar feed.
func inFeed(t *testing.T, zone *time.Location, windows []pdz.Window) {
	t.Helper()
	p := &pdz.Process{ID: "p", Title: "Prova", Zone: zone, Calendar: pdz.Calendar{DefaultDuration: pdz.Term{N: 3, Unit: "hours"}}}
	feed, err := docs.Calendar(docs.CalendarInput{Name: "Prova", Domain: "example.org", Process: p, Windows: windows, Stamp: time.Date(2013, 10, 9, 7, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]time.Time{}
	for _, event := range strings.Split(strings.ReplaceAll(string(feed), "\r\n ", ""), "BEGIN:VEVENT")[1:] {
		id, start := eventID.FindStringSubmatch(event), eventStart.FindStringSubmatch(event)
		if id == nil || start == nil {
			t.Fatalf("an event without identity or start:\n%s", event)
		}
		in := time.UTC
		if start[3] == "" {
			in = zone
		}
		at, err := time.ParseInLocation("20060102T150405", start[2], in)
		if err != nil {
			t.Fatal(err)
		}
		found[id[1]] = at
	}
	for _, w := range windows {
		if at := found[w.ID]; !at.Equal(w.Closes.At) {
			t.Fatalf("the feed says %v, want %v", at, w.Closes.At)
		}
	}
}
