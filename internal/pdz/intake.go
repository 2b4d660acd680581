package pdz

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// NeedsSecondOfficer reports whether the instant at which something arrived is an
// officer's claim that a second one must confirm: the channel's clock is a device or a
// person, and between the arrival and its recording lies more than the definition lets
// pass (P3). An arrival that a mail server or a delivery receipt attests is no claim.
func (p *Process) NeedsSecondOfficer(c Channel, arrived, recorded time.Time) bool {
	if c.Clock != "device" && c.Clock != "operator" {
		return false
	}
	t := p.Participation.SecondOfficer
	if t.OnClock() {
		return recorded.After(AddInstant(arrived, t))
	}
	last := p.Calendar.Add(DateOf(arrived, p.Zone), t)
	return !recorded.Before(EndOfDay(last, p.Zone))
}

// LocalInstants returns the instants at which the clocks of a zone show an hour of a
// day, given as time after midnight: one as a rule, two for an hour that the autumn
// change repeats, none for one that the spring change skips.
func LocalInstants(d Date, clock time.Duration, zone *time.Location) []time.Time {
	first, last := instant(d, clock, zone, false), instant(d, clock, zone, true)
	switch {
	case clockOf(first) != clock:
		return nil
	case first.Equal(last):
		return []time.Time{first}
	}
	return []time.Time{first, last}
}

var typedHour = regexp.MustCompile(`^(\d{1,2})[:.,h ]?(\d{2})(?:[:.,m ]?(\d{2}))?$`)

// ParseTypedHour reads an hour as people type it off a sheet, as time after midnight:
// "11:58", "11.58", "1158", "9:05", "11:58:40".
func ParseTypedHour(s string) (time.Duration, *Problem) {
	m := typedHour.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, problem(CodeHourForm)
	}
	number := func(s string) time.Duration { n, _ := strconv.Atoi(s); return time.Duration(n) }
	h, min, sec := number(m[1]), number(m[2]), number(m[3])
	if h > 23 || min > 59 || sec > 59 {
		return 0, problem(CodeHourForm)
	}
	return h*time.Hour + min*time.Minute + sec*time.Second, nil
}
