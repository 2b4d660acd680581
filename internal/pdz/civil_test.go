package pdz

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

var rome = zone("Europe/Rome")

// day reads a date that the test knows to exist.
func day(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// at reads an instant with its offset.
func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestParseDateTakesOnlyDaysThatExist(t *testing.T) {
	for _, s := range []string{"2013-10-18", "2012-02-29", "0001-01-01", "2000-02-29", "9999-12-31"} {
		d, err := ParseDate(s)
		if err != nil || d.String() != s {
			t.Errorf("ParseDate(%q) = %v, %v, want the same day", s, d, err)
		}
	}
	for _, s := range []string{"", "2013-2-1", "2013-02-29", "1900-02-29", "2013-13-01", "2013-00-10", "2013-01-32",
		"18/10/2013", "2013-10-18T12:00", " 2013-10-18", "2013-10-18 ", "0000-01-01", "+2013-10-18", "２０１３-10-18"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", s, d)
		}
	}
}

func TestDateIsTheDayOfItsZone(t *testing.T) {
	late := at("2013-10-18T22:30:00Z") // half past midnight in Rome
	if got := DateOf(late, rome); got != day("2013-10-19") {
		t.Errorf("DateOf in Rome = %v, want 2013-10-19", got)
	}
	if got := DateOf(late, time.UTC); got != day("2013-10-18") {
		t.Errorf("DateOf in UTC = %v, want 2013-10-18", got)
	}
	if got := day("2013-10-18").Weekday(); got != time.Friday {
		t.Errorf("Weekday = %v, want Friday", got)
	}
	if got := (Date{}).String(); got != "" {
		t.Errorf("zero day = %q, want nothing", got)
	}
}

func TestDaysAreCountedAcrossMonthsAndLeapDays(t *testing.T) {
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2013-10-31", 1, "2013-11-01"}, {"2012-02-28", 1, "2012-02-29"}, {"2013-02-28", 1, "2013-03-01"},
		{"2014-01-01", -1, "2013-12-31"}, {"2012-03-01", -1, "2012-02-29"}, {"2013-10-09", 15, "2013-10-24"},
	} {
		if got := day(tt.from).AddDays(tt.n); got != day(tt.want) {
			t.Errorf("%s.AddDays(%d) = %v, want %s", tt.from, tt.n, got, tt.want)
		}
	}
}

func TestCompareFollowsTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay(t)
		n := rapid.IntRange(-800, 800).Draw(t, "n")
		want := 0
		if n != 0 {
			want = n / max(n, -n)
		}
		if got := d.AddDays(n).Compare(d); got != want {
			t.Fatalf("%v %+d days compares %d, want %d", d, n, got, want)
		}
	})
}

// anyDay draws a day from 2000 to 2036.
func anyDay(t *rapid.T) Date {
	return Date{2000, time.January, 1}.AddDays(rapid.IntRange(0, 13513).Draw(t, "day"))
}

func TestParseHourIsStrict(t *testing.T) {
	for s, want := range map[string]int{"00:00": 0, "09:00": 540, "12:00": 720, "23:59": 1439} {
		if got, err := ParseHour(s); err != nil || got != want {
			t.Errorf("ParseHour(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "9:00", "24:00", "12:60", "12.00", "12:00:00", " 12:00", "1２:00"} {
		if got, err := ParseHour(s); err == nil {
			t.Errorf("ParseHour(%q) = %d, want an error", s, got)
		}
	}
}

// The clocks went back on 27 October 2013, inside the calendar of the notice: 02:30
// came twice. In spring 02:30 does not come at all.
func TestHoursAcrossTheChangeOfClocks(t *testing.T) {
	for _, tt := range []struct {
		name, zone, day, hour string
		closing               bool
		want                  string
	}{
		{"plain", "Europe/Rome", "2013-10-18", "12:00", true, "2013-10-18T12:00:00+02:00"},
		{"after the change", "Europe/Rome", "2013-10-29", "12:00", true, "2013-10-29T12:00:00+01:00"},
		{"twice, opening", "Europe/Rome", "2013-10-27", "02:30", false, "2013-10-27T02:30:00+02:00"},
		{"twice, closing", "Europe/Rome", "2013-10-27", "02:30", true, "2013-10-27T02:30:00+01:00"},
		{"first of the doubled", "Europe/Rome", "2013-10-27", "02:00", false, "2013-10-27T02:00:00+02:00"},
		{"first of the doubled, closing", "Europe/Rome", "2013-10-27", "02:00", true, "2013-10-27T02:00:00+01:00"},
		{"just after the doubled", "Europe/Rome", "2013-10-27", "03:00", false, "2013-10-27T03:00:00+01:00"},
		{"gap, opening", "Europe/Rome", "2014-03-30", "02:30", false, "2014-03-30T03:00:00+02:00"},
		{"gap, closing", "Europe/Rome", "2014-03-30", "02:30", true, "2014-03-30T03:00:00+02:00"},
		{"start of the gap", "Europe/Rome", "2014-03-30", "02:00", false, "2014-03-30T03:00:00+02:00"},
		{"end of the gap", "Europe/Rome", "2014-03-30", "03:00", false, "2014-03-30T03:00:00+02:00"},
		{"before the gap", "Europe/Rome", "2014-03-30", "01:59", true, "2014-03-30T01:59:00+01:00"},
		{"midnight in the gap", "America/Sao_Paulo", "2013-10-20", "00:00", false, "2013-10-20T01:00:00-02:00"},
		{"half an hour back", "Australia/Lord_Howe", "2014-04-06", "01:45", true, "2014-04-06T01:45:00+10:30"},
		{"half an hour back, opening", "Australia/Lord_Howe", "2014-04-06", "01:45", false, "2014-04-06T01:45:00+11:00"},
		{"back for good, opening", "Europe/Moscow", "2014-10-26", "01:30", false, "2014-10-26T01:30:00+04:00"},
		{"back for good, closing", "Europe/Moscow", "2014-10-26", "01:30", true, "2014-10-26T01:30:00+03:00"},
		{"two hours back, opening", "America/Iqaluit", "1999-10-31", "01:30", false, "1999-10-31T01:30:00-04:00"},
		{"two hours back, closing", "America/Iqaluit", "1999-10-31", "01:30", true, "1999-10-31T01:30:00-06:00"},
		{"gap in the west", "America/New_York", "2014-03-09", "02:30", true, "2014-03-09T03:00:00-04:00"},
		{"no changes at all", "UTC", "2013-10-27", "02:30", true, "2013-10-27T02:30:00Z"},
	} {
		minutes, err := ParseHour(tt.hour)
		if err != nil {
			t.Fatal(err)
		}
		got := Instant(day(tt.day), minutes, zone(tt.zone), tt.closing)
		if !got.Equal(at(tt.want)) {
			t.Errorf("%s: %s %s in %s = %v, want %s", tt.name, tt.day, tt.hour, tt.zone, got, tt.want)
		}
	}
}

func TestDaysOfTheChangeHave23And25Hours(t *testing.T) {
	for d, want := range map[string]time.Duration{"2013-10-27": 25 * time.Hour, "2014-03-30": 23 * time.Hour, "2013-10-18": 24 * time.Hour} {
		if got := EndOfDay(day(d), rome).Sub(StartOfDay(day(d), rome)); got != want {
			t.Errorf("%s lasts %v, want %v", d, got, want)
		}
	}
}

// An instant put on its own day at its own hour is itself again, or its double.
func TestInstantReadsBackItsOwnClock(t *testing.T) {
	zones := []*time.Location{rome, time.UTC, zone("America/New_York"), zone("Australia/Lord_Howe"), zone("Asia/Kathmandu"), zone("America/Sao_Paulo")}
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SampledFrom(zones).Draw(t, "zone")
		want := time.Unix(60*rapid.Int64Range(15778080, 34712640).Draw(t, "minute"), 0).In(z)
		minutes := want.Hour()*60 + want.Minute()
		first, last := Instant(DateOf(want, z), minutes, z, false), Instant(DateOf(want, z), minutes, z, true)
		if first.After(last) || !first.Equal(want) && !last.Equal(want) {
			t.Fatalf("%v reads back as %v or %v", want, first, last)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2013-10-18", "2012-02-29", "2013-02-29", "20/03/2009", "20.3.2009", "1-1-1", "0000-00-00", "31/04/2013"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil && d.String() != s {
			t.Errorf("ParseDate(%q) = %v", s, d)
		}
		d, problem := ParseItalianDate(s, day("2013-10-09"))
		if problem != nil {
			return
		}
		if again, problem := ParseItalianDate(d.String(), day("2013-10-09")); problem != nil || again != d {
			t.Errorf("ParseItalianDate(%q) = %v, then %v, %v", s, d, again, problem)
		}
	})
}
