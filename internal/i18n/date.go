package i18n

import (
	"fmt"
	"strconv"
	"time"
)

// Date writes a day in full: "venerdì 18 ottobre 2013". Like every form here it
// reads the clock of the zone the time value carries.
func (p Printer) Date(t time.Time) string {
	return p.loc.days[t.Weekday()] + " " + p.ShortDate(t)
}

// ShortDate writes a day without its name: "18 ottobre 2013".
func (p Printer) ShortDate(t time.Time) string {
	return p.DayMonth(t) + " " + strconv.Itoa(t.Year())
}

// DayMonth writes a day where the year is plain: "18 ottobre".
func (p Printer) DayMonth(t time.Time) string {
	return p.dayNumber(t) + " " + p.loc.months[t.Month()-1]
}

func (p Printer) dayNumber(t time.Time) string {
	if t.Day() == 1 {
		return p.loc.first
	}
	return strconv.Itoa(t.Day())
}

// Weekday writes the name of a day in full: "venerdì".
func (p Printer) Weekday(t time.Time) string { return p.loc.days[t.Weekday()] }

// WeekdayShort writes the name of a day in three letters: "ven".
func (p Printer) WeekdayShort(t time.Time) string { return p.loc.shortDays[t.Weekday()] }

// MonthShort writes the name of a month in three letters: "ott".
func (p Printer) MonthShort(t time.Time) string { return p.loc.shortMonths[t.Month()-1] }

// Hour writes the hour in the one printed form, HH:MM (A16).
func (p Printer) Hour(t time.Time) string { return t.Format("15:04") }

// DateHour writes a day with its hour: "venerdì 18 ottobre 2013 alle 12:00".
// An hour that the clocks show twice carries its offset, for without it nobody
// could say which of the two is meant.
func (p Printer) DateHour(t time.Time) string {
	s := p.Date(t) + " " + p.loc.at(p.Hour(t))
	if twice(t) {
		s += " (" + offset(t) + ")"
	}
	return s
}

// Instant writes a moment of a receipt, to the millisecond and with the offset:
// "giovedì 17 ottobre 2013, ore 16:52:08,412 (UTC+2)". What lies under the
// millisecond is cut, never rounded into the next one.
func (p Printer) Instant(t time.Time) string {
	clock := t.Format("15:04:05") + p.loc.decimal + fmt.Sprintf("%03d", t.Nanosecond()/int(time.Millisecond))
	return fmt.Sprintf(p.loc.instant, p.Date(t), clock, offset(t))
}

// Range writes the days from a to b, both included, without repeating what
// they share: "17–21 ottobre", "29 ottobre – 11 novembre".
func (p Printer) Range(a, b time.Time) string {
	switch {
	case a.Year() != b.Year():
		return p.ShortDate(a) + " – " + p.ShortDate(b)
	case a.Month() != b.Month():
		return p.DayMonth(a) + " – " + p.DayMonth(b)
	case a.Day() != b.Day():
		return p.dayNumber(a) + "–" + p.DayMonth(b)
	}
	return p.DayMonth(a)
}

// twice reports whether the clock on the wall shows the hour of t twice that
// day: whether the offset in force a day before or after, where it differs, makes
// the same hour of another instant.
func twice(t time.Time) bool {
	const wall = "2006-01-02T15:04:05.999999999"
	_, here := t.Zone()
	for _, day := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, there := t.Add(day).Zone()
		other := t.Add(time.Duration(here-there) * time.Second)
		if there != here && other.Format(wall) == t.Format(wall) {
			return true
		}
	}
	return false
}

// offset writes the distance from UTC: "UTC+2", "UTC+5:30", "UTC".
func offset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	s := "UTC" + sign + strconv.Itoa(seconds/3600)
	if m := seconds % 3600 / 60; m != 0 {
		s += fmt.Sprintf(":%02d", m)
	}
	return s
}
