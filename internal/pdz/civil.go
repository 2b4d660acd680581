package pdz

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a civil day, without hour or zone. The zero Date means "not given".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a day as the definition writes it, "2013-10-18", and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || len(s) != len(time.DateOnly) || t.Year() < 1 {
		return Date{}, fmt.Errorf("date %q: want a day that exists, as YYYY-MM-DD", s)
	}
	return dateOf(t), nil
}

// DateOf returns the day on which t falls in a zone.
func DateOf(t time.Time, zone *time.Location) Date { return dateOf(t.In(zone)) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// String returns "2013-10-18", or "" for a day not given.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes the day as String does, in stored verdicts and definitions.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d = Date{}
	if len(b) > 0 {
		*d, err = ParseDate(string(b))
	}
	return err
}

// IsZero reports whether the day is not given.
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns -1, 0 or +1 as d is before, the same as or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// AddDays returns the day n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return dateOf(d.utc().AddDate(0, 0, n)) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// utc is the day as an instant without changes of clocks, for counting days only.
func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// lastDay returns the number of days of a month.
func lastDay(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// ParseHour reads a local hour, "09:00" to "23:59", as minutes after midnight.
func ParseHour(s string) (minutes int, err error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, fmt.Errorf("hour %q: want HH:MM from 00:00 to 23:59", s)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// Instant puts a local hour, in minutes after midnight, on a day.
//
// An hour that the spring change skips means the first instant after the gap.
// One that the autumn change repeats means the first for an opening and the
// second for a closing: in both cases the reading that lets more people in
// (definition, section 2, rule 7). Go would choose silently (register, P21).
func Instant(d Date, minutes int, zone *time.Location, closing bool) time.Time {
	return instant(d, time.Duration(minutes)*time.Minute, zone, closing)
}

// instant is Instant for an hour with seconds and fractions: that of an arrival.
func instant(d Date, clock time.Duration, zone *time.Location, closing bool) time.Time {
	wall := d.utc().Add(clock) // the local time, read as if it were UTC
	guess := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	start, end := guess.ZoneBounds()
	var first, last time.Time
	for _, near := range []time.Time{start.Add(-1), guess, end} {
		t := wall.Add(-offset(near.In(zone))).In(zone)
		if offset(t) != offset(near.In(zone)) {
			continue // that clock was not in use at that hour
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	switch {
	case first.IsZero():
		return afterGap(wall, start, end).In(zone)
	case closing:
		return last
	}
	return first
}

// afterGap returns the change of clocks that skipped a local time.
func afterGap(wall, start, end time.Time) time.Time {
	if !start.IsZero() && !start.After(wall.Add(-offset(start.Add(-1)))) && start.After(wall.Add(-offset(start))) {
		return start
	}
	return end
}

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// StartOfDay returns the first instant of a day.
func StartOfDay(d Date, zone *time.Location) time.Time { return Instant(d, 0, zone, false) }

// EndOfDay returns the first instant of the day after: the end of d, excluded.
func EndOfDay(d Date, zone *time.Location) time.Time { return StartOfDay(d.AddDays(1), zone) }

// clockOf returns the local hour of an instant as time after midnight.
func clockOf(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}
