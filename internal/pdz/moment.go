package pdz

import "time"

// Moment is an instant of the definition after computation. An unknown moment
// hangs on a date that is still to be given (definition, section 2).
//
// A moment written as a date is the whole day: At is its first instant and DateOnly
// is set. As an opening it means First, as a closing it means Last.
type Moment struct {
	At       time.Time // in the zone of the process
	Known    bool
	DateOnly bool   // written as a date: the whole day is meant
	Wording  string // the notice's own words, printed instead of the computed text; may be empty
}

// DayMoment is a whole day in a zone.
func DayMoment(d Date, zone *time.Location) Moment {
	return Moment{At: StartOfDay(d, zone), Known: true, DateOnly: true}
}

// InstantMoment is an instant in a zone.
func InstantMoment(t time.Time, zone *time.Location) Moment {
	return Moment{At: t.In(zone), Known: true}
}

// Day returns the civil day of a moment, in its own zone.
func (m Moment) Day() Date {
	if !m.Known {
		return Date{}
	}
	return dateOf(m.At)
}

// First returns the first instant that belongs to the moment: the instant itself,
// or the first midnight of a day.
func (m Moment) First() time.Time {
	if m.DateOnly {
		return StartOfDay(m.Day(), m.At.Location())
	}
	return m.At
}

// Last returns the last instant that belongs to the moment: the instant itself, or
// the last millisecond of a day. Instants are judged by the millisecond, so that
// 23:59:59.999 is in and the midnight after it is out, with nothing between.
func (m Moment) Last() time.Time {
	if m.DateOnly {
		return EndOfDay(m.Day(), m.At.Location()).Add(-time.Millisecond)
	}
	return m.At
}
