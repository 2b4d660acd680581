package pdz

import (
	"slices"
	"time"
)

// Calendar says which days count (definition, section 4.2).
type Calendar struct {
	Holidays        string // italy
	Extra           []Date
	Patrons         bool
	SaturdayHoliday bool
	DefaultDuration Term   // of a session without end: anchors and iCalendar, never print (A17)
	PrintedTime     string // HH:MM or HH.MM
	Warn            map[string]Term
}

// holiday is a day of the year that is a statutory holiday from one year to
// another, both included; to is 0 while it is in force.
type holiday struct {
	month    time.Month
	day      int
	from, to int
}

// italy lists the statutory holidays beside Sundays and Easter Monday. The years
// matter because a term may start long ago and end long from now. L. 260/1949 as
// amended: L. 54/1977 and D.P.R. 792/1985 (6 January), L. 336/2000 (2 June),
// D.L. 5/2011 (17 March 2011 alone), L. 151/2025 (4 October).
var italy = []holiday{
	{time.January, 1, 1949, 0}, {time.January, 6, 1986, 0},
	{time.March, 17, 2011, 2011},
	{time.April, 25, 1949, 0}, {time.May, 1, 1949, 0}, {time.June, 2, 2001, 0},
	{time.August, 15, 1949, 0}, {time.October, 4, 2026, 0}, {time.November, 1, 1949, 0},
	{time.December, 8, 1949, 0}, {time.December, 25, 1949, 0}, {time.December, 26, 1949, 0},
}

// Holiday reports whether the law makes d a holiday: a Sunday, a national holiday
// in force that year, Easter Monday, or a day the calendar adds. Patron-saint days
// never: they close the desk and move no term (D.P.R. 792/1985; law, section 2).
func (c Calendar) Holiday(d Date) bool { return d.Weekday() == time.Sunday || c.feast(d) }

// feast is Holiday without plain Sundays, which a desk may list among its days.
func (c Calendar) feast(d Date) bool {
	if slices.Contains(c.Extra, d) {
		return true
	}
	if c.Holidays != "italy" {
		return false
	}
	return d == easter(d.Year).AddDays(1) || slices.ContainsFunc(italy, func(h holiday) bool {
		return h.month == d.Month && h.day == d.Day && h.from <= d.Year && (h.to == 0 || d.Year <= h.to)
	})
}

// WorkingDay reports whether d counts in a term of working days: Saturdays do,
// unless the notice says otherwise.
func (c Calendar) WorkingDay(d Date) bool {
	return !c.Holiday(d) && !(c.SaturdayHoliday && d.Weekday() == time.Saturday)
}

// Roll moves a day off a holiday: to the next day that is none, or to the previous.
// Backwards a Saturday stays where it is, whatever the calendar says of Saturdays
// (TAR Napoli 6425/2018; law, section 2). Any other word leaves the day alone.
func (c Calendar) Roll(d Date, how string) Date {
	switch how {
	case "next":
		for !c.WorkingDay(d) {
			d = d.AddDays(1)
		}
	case "previous":
		for c.Holiday(d) {
			d = d.AddDays(-1)
		}
	}
	return d
}

// easter returns Easter Sunday of a Gregorian year (anonymous algorithm, as
// printed in Nature, 1876).
func easter(year int) Date {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Date{year, time.Month(n / 31), n%31 + 1}
}
