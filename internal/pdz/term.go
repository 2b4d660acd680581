package pdz

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Term is a length of time as a notice writes it ("1 year", "5 working days").
type Term struct {
	N    int
	Unit string // minutes, hours, days, workingDays, weeks, months, years
}

// units maps the words of a definition to units; the plural is the unit's own.
var units = map[string]string{
	"minute": "minutes", "hour": "hours", "day": "days", "working day": "workingDays",
	"week": "weeks", "month": "months", "year": "years",
}

// ParseTerm reads a term as the definition writes it: a number from 1 to 99999,
// one space, a unit in the singular or the plural.
func ParseTerm(s string) (Term, error) {
	number, word, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	unit, ok := units[strings.TrimSuffix(word, "s")]
	if err != nil || !ok || n < 1 || n > 99999 || strconv.Itoa(n) != number {
		return Term{}, fmt.Errorf("term %q: want a number and a unit, as \"5 working days\"", s)
	}
	return Term{n, unit}, nil
}

// String returns the term as the definition writes it, or "" for none.
func (t Term) String() string {
	if t.IsZero() {
		return ""
	}
	word := t.Unit
	if word == "workingDays" {
		word = "working days"
	}
	if t.N == 1 {
		word = strings.TrimSuffix(word, "s")
	}
	return strconv.Itoa(t.N) + " " + word
}

// IsZero reports whether no term is given.
func (t Term) IsZero() bool { return t == Term{} }

// OnClock reports whether the term runs on the time line, in minutes or hours,
// and not on the calendar.
func (t Term) OnClock() bool { return t.Unit == "minutes" || t.Unit == "hours" }

func (t Term) duration() time.Duration {
	if t.Unit == "hours" {
		return time.Duration(t.N) * time.Hour
	}
	return time.Duration(t.N) * time.Minute
}

// AddInstant runs a term of minutes or hours from an instant. An hour is sixty
// minutes also across the change of clocks (definition, section 2, rule 1).
// Longer terms run on the calendar: see Add.
func AddInstant(at time.Time, t Term) time.Time {
	if !t.OnClock() {
		return at
	}
	return at.Add(t.duration())
}

// SubInstant is the mirror of AddInstant.
func SubInstant(at time.Time, t Term) time.Time {
	if !t.OnClock() {
		return at
	}
	return at.Add(-t.duration())
}

// Add returns the day on which a term that starts on d ends. The first day does
// not count and the last does; months and years end on the same day number, or on
// the last day of a month that lacks it (art. 2963 c.c.). A term of minutes or
// hours does not move a day: see AddInstant.
func (c Calendar) Add(d Date, t Term) Date {
	switch t.Unit {
	case "days":
		return d.AddDays(t.N)
	case "weeks":
		return d.AddDays(7 * t.N)
	case "workingDays":
		return c.nthWorkingDay(d.AddDays(1), t.N, 1)
	case "months":
		return addMonths(d, t.N)
	case "years":
		return addMonths(d, 12*t.N)
	}
	return d
}

// Sub is the mirror of Add: the latest day from which the term has run by d. So
// "x is on or before d minus a year" and "x plus a year has run by d" say the same
// on every day. Plain subtraction would wrongly exclude a body constituted on 29
// February 2012 from "one year by 28 February 2013" (definition, section 2, rule 4).
func (c Calendar) Sub(d Date, t Term) Date {
	switch t.Unit {
	case "days":
		return d.AddDays(-t.N)
	case "weeks":
		return d.AddDays(-7 * t.N)
	case "workingDays":
		if t.N == 0 {
			return d
		}
		return c.nthWorkingDay(d, t.N, -1).AddDays(-1)
	case "months":
		return subMonths(d, t.N)
	case "years":
		return subMonths(d, 12*t.N)
	}
	return d
}

// nthWorkingDay returns the n-th working day met from d on, d included, walking
// forward or backward.
func (c Calendar) nthWorkingDay(d Date, n, step int) Date {
	for ; ; d = d.AddDays(step) {
		if c.WorkingDay(d) {
			n--
		}
		if n <= 0 {
			return d
		}
	}
}

func addMonths(d Date, n int) Date {
	y, m := monthAfter(d, n)
	return Date{y, m, min(d.Day, lastDay(y, m))}
}

// subMonths: every day of the month of departure that clamps to d's day or less
// qualifies. When d closes its month all of them do, so the last one is the answer.
func subMonths(d Date, n int) Date {
	y, m := monthAfter(d, -n)
	if d.Day == lastDay(d.Year, d.Month) {
		return Date{y, m, lastDay(y, m)}
	}
	return Date{y, m, min(d.Day, lastDay(y, m))}
}

func monthAfter(d Date, n int) (int, time.Month) {
	t := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return t.Year(), t.Month()
}
