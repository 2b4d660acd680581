package pdz

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var italian = Calendar{Holidays: "italy", Patrons: true}

// term reads a term that the test knows to be good.
func term(s string) Term {
	t, err := ParseTerm(s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestParseTerm(t *testing.T) {
	for s, want := range map[string]Term{
		"1 year": {1, "years"}, "5 working days": {5, "workingDays"}, "1 working day": {1, "workingDays"},
		"15 days": {15, "days"}, "3 hours": {3, "hours"}, "90 minutes": {90, "minutes"}, "2 weeks": {2, "weeks"}, "6 months": {6, "months"},
	} {
		got, err := ParseTerm(s)
		if err != nil || got != want || got.String() != s {
			t.Errorf("ParseTerm(%q) = %v (%q), %v, want %v", s, got, got.String(), err, want)
		}
	}
	for _, s := range []string{"", "year", "1", "0 days", "-1 days", "+1 days", "01 days", "1  day", "1 day ", " 1 day", "1 Day",
		"1 days days", "1 dayss", "1.5 days", "1 workingDays", "100000 days", "99999999999999999999 days", "1\tday"} {
		if got, err := ParseTerm(s); err == nil {
			t.Errorf("ParseTerm(%q) = %v, want an error", s, got)
		}
	}
}

func TestTermsRunByTheCivilCode(t *testing.T) {
	saturdays := italian
	saturdays.SaturdayHoliday = true
	for _, tt := range []struct {
		name, from, term, want string
		calendar               Calendar
	}{
		{"the first day does not count", "2013-10-09", "15 days", "2013-10-24", italian},
		{"weeks", "2013-10-09", "2 weeks", "2013-10-23", italian},
		{"same day of the month", "2013-10-09", "1 month", "2013-11-09", italian},
		{"art. 2963: no such day, so the last", "2013-01-31", "1 month", "2013-02-28", italian},
		{"art. 2963 in a leap year", "2012-01-31", "1 month", "2012-02-29", italian},
		{"not the last of March", "2013-02-28", "1 month", "2013-03-28", italian},
		{"a year from a leap day", "2012-02-29", "1 year", "2013-02-28", italian},
		{"four years from a leap day", "2012-02-29", "4 years", "2016-02-29", italian},
		{"over the year", "2013-11-30", "3 months", "2014-02-28", italian},
		{"a year", "2012-11-14", "1 year", "2013-11-14", italian},
		{"working days over a Sunday", "2013-10-18", "2 working days", "2013-10-21", italian},
		{"Saturdays off", "2013-10-18", "2 working days", "2013-10-22", saturdays},
		{"working days over All Saints", "2013-10-31", "1 working day", "2013-11-02", italian},
		{"over Easter and its Monday", "2013-03-30", "1 working day", "2013-04-02", italian},
		{"from a Sunday", "2013-10-20", "1 working day", "2013-10-21", italian},
		{"hours do not move a day", "2013-10-18", "30 hours", "2013-10-18", italian},
	} {
		if got := tt.calendar.Add(day(tt.from), term(tt.term)); got != day(tt.want) {
			t.Errorf("%s: %s plus %s = %v, want %s", tt.name, tt.from, tt.term, got, tt.want)
		}
	}
}

func TestMinusIsTheMirrorOfPlus(t *testing.T) {
	for _, tt := range []struct{ from, term, want string }{
		{"2013-11-14", "1 year", "2012-11-14"},
		{"2013-02-28", "1 year", "2012-02-29"}, // plain subtraction would say the 28th
		{"2012-02-29", "1 year", "2011-02-28"},
		{"2013-02-28", "1 month", "2013-01-31"},
		{"2013-04-30", "1 month", "2013-03-31"},
		{"2013-03-30", "1 month", "2013-02-28"},
		{"2013-03-31", "1 month", "2013-02-28"},
		{"2013-10-24", "15 days", "2013-10-09"},
		{"2013-10-23", "2 weeks", "2013-10-09"},
		{"2013-10-18", "1 working day", "2013-10-17"},
		{"2013-10-21", "1 working day", "2013-10-20"}, // from Sunday on, Monday is the first
		{"2013-10-20", "1 working day", "2013-10-18"}, // by Sunday, Saturday has passed
		{"2013-10-18", "30 hours", "2013-10-18"},
	} {
		if got := italian.Sub(day(tt.from), term(tt.term)); got != day(tt.want) {
			t.Errorf("%s minus %s = %v, want %s", tt.from, tt.term, got, tt.want)
		}
	}
}

// On every day from 2000 to 2036 and for every unit: c = D minus t is the latest day
// with c plus t on or before D (definition, section 2, rule 4).
func TestMirrorLawOnEveryDay(t *testing.T) {
	calendars := []Calendar{italian, {Holidays: "italy", SaturdayHoliday: true, Extra: []Date{day("2013-10-22"), day("2020-02-29")}}}
	terms := []Term{term("1 day"), term("30 days"), term("2 weeks"), term("1 working day"), term("5 working days"), term("17 working days"),
		term("1 month"), term("6 months"), term("13 months"), term("1 year"), term("4 years")}
	for d := day("2000-01-01"); d.Year < 2037; d = d.AddDays(1) {
		for i, c := range calendars {
			for _, x := range terms {
				s := c.Sub(d, x)
				if c.Add(s, x).Compare(d) > 0 || c.Add(s.AddDays(1), x).Compare(d) <= 0 {
					t.Fatalf("calendar %d: %v minus %v = %v, whose plus is %v and the next day's %v",
						i, d, x, s, c.Add(s, x), c.Add(s.AddDays(1), x))
				}
			}
		}
	}
}

func TestMirrorLawOnAnyTerm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x := anyDay(t), Term{rapid.IntRange(1, 400).Draw(t, "n"), rapid.SampledFrom([]string{"days", "workingDays", "weeks", "months", "years"}).Draw(t, "unit")}
		s := italian.Sub(d, x)
		if italian.Add(s, x).Compare(d) > 0 || italian.Add(s.AddDays(1), x).Compare(d) <= 0 {
			t.Fatalf("%v minus %v = %v", d, x, s)
		}
	})
}

// A later start never ends earlier, and a longer term never ends sooner.
func TestTermsAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, later := anyDay(t), rapid.IntRange(0, 70).Draw(t, "later")
		x := Term{rapid.IntRange(1, 60).Draw(t, "n"), rapid.SampledFrom([]string{"days", "workingDays", "weeks", "months", "years"}).Draw(t, "unit")}
		longer := Term{x.N + rapid.IntRange(0, 9).Draw(t, "longer"), x.Unit}
		if italian.Add(d, x).Compare(italian.Add(d.AddDays(later), x)) > 0 {
			t.Fatalf("%v and %d days later, plus %v, change places", d, later, x)
		}
		if italian.Add(d, x).Compare(italian.Add(d, longer)) > 0 || italian.Sub(d, x).Compare(italian.Sub(d, longer)) < 0 {
			t.Fatalf("from %v, %v reaches farther than %v", d, x, longer)
		}
	})
}

func TestHoursRunOnTheTimeLine(t *testing.T) {
	before := at("2013-10-26T12:00:00+02:00") // the clocks go back that night
	got := AddInstant(before, term("24 hours")).In(rome)
	if !got.Equal(at("2013-10-27T11:00:00+01:00")) {
		t.Errorf("24 hours later = %v, want 11:00", got)
	}
	if got := SubInstant(got, term("24 hours")); !got.Equal(before) {
		t.Errorf("and back = %v, want %v", got, before)
	}
	if got := AddInstant(before, term("90 minutes")); got.Sub(before) != 90*time.Minute {
		t.Errorf("90 minutes later = %v", got)
	}
	if got := AddInstant(before, term("1 day")); !got.Equal(before) {
		t.Errorf("a day is no term of the clock: %v, want %v", got, before)
	}
}

func FuzzTerm(f *testing.F) {
	for _, s := range []string{"1 year", "5 working days", "99999 minutes", "0 days", "1 workingDays", "1 days"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := ParseTerm(s)
		if err != nil {
			return
		}
		if again, err := ParseTerm(x.String()); err != nil || again != x {
			t.Errorf("ParseTerm(%q) = %v, then %v, %v", s, x, again, err)
		}
	})
}
