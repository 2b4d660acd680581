package pdz

import (
	"testing"
	"time"
)

func TestHolidaysOfTheLaw(t *testing.T) {
	c := Calendar{Holidays: "italy", Extra: []Date{day("2013-08-27")}, Patrons: true}
	for _, tt := range []struct {
		day  string
		want bool
		why  string
	}{
		{"2013-10-20", true, "Sunday"},
		{"2013-10-19", false, "Saturday"},
		{"2013-11-01", true, "All Saints, a Friday"},
		{"2013-04-01", true, "Easter Monday"}, {"2008-03-24", true, "Easter Monday"}, {"2011-04-25", true, "Easter Monday"}, {"2038-04-26", true, "Easter Monday, the latest"},
		{"2013-04-02", false, "the day after"},
		{"2025-10-04", false, "4 October before 2026, a Saturday"},
		{"2027-10-04", true, "4 October from 2026, a Monday"}, {"2028-10-04", true, "4 October, a Wednesday"},
		{"2000-06-02", false, "2 June before 2001"}, {"2014-06-02", true, "2 June"},
		{"1985-01-06", true, "Epiphany of 1985, a Sunday"}, {"1984-01-06", false, "Epiphany before 1986"}, {"2014-01-06", true, "Epiphany"},
		{"2011-03-17", true, "150 years"}, {"2014-03-17", false, "only that year"},
		{"2014-03-19", false, "abolished"}, {"2014-06-29", true, "a Sunday"}, {"2015-06-29", false, "abolished"}, {"2014-11-04", false, "abolished"},
		{"2013-08-26", false, "the patron of Lecce moves no term"},
		{"2013-08-27", true, "added by the calendar"}, {"2014-08-27", false, "that year only"},
		{"2013-12-24", false, "Christmas Eve"}, {"2013-12-26", true, "St Stephen"},
	} {
		if got := c.Holiday(day(tt.day)); got != tt.want {
			t.Errorf("Holiday(%s) = %v, want %v: %s", tt.day, got, tt.want, tt.why)
		}
	}
	if (Calendar{}).Holiday(day("2013-12-25")) {
		t.Error("a calendar without holidays has Christmas")
	}
}

func TestEasterIsRightOnKnownYears(t *testing.T) {
	for _, s := range []string{"1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2013-03-31", "2014-04-20", "2024-03-31", "2026-04-05", "2038-04-25"} {
		if got := easter(day(s).Year); got != day(s) {
			t.Errorf("easter(%d) = %v, want %s", day(s).Year, got, s)
		}
	}
	for y := 1900; y < 2200; y++ {
		if d := easter(y); d.Weekday() != time.Sunday || d.Compare(Date{y, 3, 22}) < 0 || d.Compare(Date{y, 4, 25}) > 0 {
			t.Errorf("easter(%d) = %v, %v", y, d, d.Weekday())
		}
	}
}

func TestRollMovesOffHolidays(t *testing.T) {
	free := Calendar{Holidays: "italy", SaturdayHoliday: true}
	for _, tt := range []struct {
		day, how, want string
		calendar       Calendar
	}{
		{"2013-10-20", "next", "2013-10-21", italian},
		{"2013-11-01", "next", "2013-11-02", italian},
		{"2013-11-01", "next", "2013-11-04", free}, // Friday, then a free Saturday and Sunday
		{"2013-11-30", "next", "2013-11-30", italian},
		{"2013-11-30", "next", "2013-12-02", free},
		{"2013-11-01", "previous", "2013-10-31", italian},
		{"2013-11-03", "previous", "2013-11-02", free}, // backwards a Saturday stays
		{"2013-12-26", "previous", "2013-12-24", italian},
		{"2013-10-20", "none", "2013-10-20", italian},
		{"2013-10-20", "", "2013-10-20", italian},
	} {
		if got := tt.calendar.Roll(day(tt.day), tt.how); got != day(tt.want) {
			t.Errorf("Roll(%s, %q) with Saturdays off %v = %v, want %s", tt.day, tt.how, tt.calendar.SaturdayHoliday, got, tt.want)
		}
	}
}
