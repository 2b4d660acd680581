package pdz

import (
	"fmt"
	"slices"
	"time"
)

// horizon is how far ahead a desk's next change is looked for: a year and a
// leap day hold every weekly and yearly closing.
const horizon = 366

// OpenAt reports whether the desk is open at now, and when that changes next; the
// zero time means never. Now is in the zone of the process, as hours are local.
// A holiday closes the desk when it is closed on holidays, and so does a patron day
// ("MM-DD") when the calendar counts them; neither moves any term (R70).
func (c Contact) OpenAt(now time.Time, cal Calendar, patrons []string) (open bool, nextChange time.Time) {
	today := dateOf(now)
	for i := range horizon {
		for _, s := range c.spans(today.AddDays(i), now.Location(), cal, patrons) {
			switch {
			case open && s.from.After(nextChange):
				return true, nextChange
			case open:
				nextChange = later(nextChange, s.to) // the next span begins where this one ends
			case now.Before(s.from):
				return false, s.from
			case now.Before(s.to):
				open, nextChange = true, s.to
			}
		}
		if open && nextChange.Before(StartOfDay(today.AddDays(i+1), now.Location())) {
			return true, nextChange
		}
	}
	return open, time.Time{}
}

// span is a stretch of opening, its end excluded.
type span struct{ from, to time.Time }

// spans returns the stretches of a day in order.
func (c Contact) spans(d Date, zone *time.Location, cal Calendar, patrons []string) []span {
	if c.ClosedOnHolidays && (cal.feast(d) || cal.Patrons && slices.Contains(patrons, monthDay(d))) {
		return nil
	}
	var all []span
	for _, h := range c.Hours {
		if slices.Contains(h.Days, d.Weekday()) && h.From < h.To {
			all = append(all, span{Instant(d, h.From, zone, false), Instant(d, h.To, zone, true)})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return a.from.Compare(b.from) })
	return all
}

func monthDay(d Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
