package pdz

import (
	"slices"
	"time"
)

// Shift is the computation of a relative moment: plus, minus or next, then hour and roll.
type Shift struct {
	Plus, Minus Term
	Next        string // mon … sun
	At          string // "12:00" or empty
	Roll        string // none, next, previous; empty for the default of the shift
	ClearDays   bool   // both ends are left out (giorni liberi)
}

// weekdays are the names of the days in a definition, as time.Weekday counts them.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseWeekday reads "mon" … "sun".
func ParseWeekday(s string) (time.Weekday, bool) {
	i := slices.Index(weekdays, s)
	return time.Weekday(max(i, 0)), i >= 0
}

// Apply computes a relative moment (definition, section 2): the day first, then
// the roll, then the hour. The result has the hour of s.At, else that of from, else
// none: a day from a day is a whole day. Minutes and hours run on the time line,
// from the first instant of a day that has no hour. Inside rules the caller sets
// Roll to "none", the default there. What hangs on an unknown moment is unknown.
func (c Calendar) Apply(from Moment, s Shift, zone *time.Location, closing bool) Moment {
	if !from.Known {
		return Moment{}
	}
	from.At, from.Wording = from.At.In(zone), ""
	if s.Plus.OnClock() || s.Minus.OnClock() {
		from = InstantMoment(s.onClock(from.First()), zone)
	}
	day := from.Day()
	moved := c.Roll(c.shiftDay(day, s), s.roll())
	minutes, err := ParseHour(s.At)
	switch {
	case err == nil:
		return InstantMoment(Instant(moved, minutes, zone, closing), zone)
	case moved == day:
		return from // with its own hour, and which of two equal ones it was
	case from.DateOnly:
		return DayMoment(moved, zone)
	}
	return InstantMoment(instant(moved, clockOf(from.At), zone, closing), zone)
}

func (s Shift) onClock(t time.Time) time.Time {
	if s.Minus.OnClock() {
		return SubInstant(t, s.Minus)
	}
	return AddInstant(t, s.Plus)
}

// roll is the roll as written, or its default: a term of days or longer moves off a
// holiday in the direction it runs, and an hour set by the notice stays on its day.
func (s Shift) roll() string {
	switch {
	case s.Roll != "":
		return s.Roll
	case s.At != "":
		return "none"
	case s.Plus.N > 0 && !s.Plus.OnClock():
		return "next"
	case s.Minus.N > 0 && !s.Minus.OnClock():
		return "previous"
	}
	return "none"
}

// shiftDay moves a day. With clear days the last one is left out too, whatever the
// unit: n days lie whole between the two ends.
func (c Calendar) shiftDay(d Date, s Shift) Date {
	clear := 0
	if s.ClearDays {
		clear = 1
	}
	switch {
	case s.Plus.N > 0 && !s.Plus.OnClock():
		return c.Add(d, s.Plus).AddDays(clear)
	case s.Minus.N > 0 && !s.Minus.OnClock():
		return c.Sub(d.AddDays(-clear), s.Minus)
	case s.Next != "":
		if w, ok := ParseWeekday(s.Next); ok {
			return d.AddDays(1 + (int(w)-int(d.Weekday())+6)%7)
		}
	}
	return d
}
