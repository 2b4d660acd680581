package docs

import (
	"time"

	"concerto/internal/pdz"

	"github.com/emersion/go-ical"
)

// rome is the one zone that a feed describes in full. A process elsewhere is
// written in UTC, which is as exact and needs no description.
const rome = "Europe/Rome"

const (
	wallClock = "20060102T150405"
	utcClock  = "20060102T150405Z"
)

// italianZone returns the VTIMEZONE of Italy: since 1996 clocks change at 01:00
// UTC on the last Sundays of March and October (directive 2000/84/EC makes it
// permanent). A process of concertation is never older than law 328 of 2000.
func italianZone() *ical.Component {
	z := ical.NewComponent(ical.CompTimezone)
	text(z.Props, ical.PropTimezoneID, rome)
	z.Children = []*ical.Component{
		clockChange(ical.CompTimezoneDaylight, "CEST", "19960331T020000", "3", "+0100", "+0200"),
		clockChange(ical.CompTimezoneStandard, "CET", "19961027T030000", "10", "+0200", "+0100"),
	}
	return z
}

func clockChange(kind, name, first, month, from, to string) *ical.Component {
	c := ical.NewComponent(kind)
	for k, v := range map[string]string{
		ical.PropTimezoneName: name, ical.PropDateTimeStart: first,
		ical.PropRecurrenceRule:     "FREQ=YEARLY;BYMONTH=" + month + ";BYDAY=-1SU",
		ical.PropTimezoneOffsetFrom: from, ical.PropTimezoneOffsetTo: to,
	} {
		c.Props.Set(&ical.Prop{Name: k, Value: v})
	}
	return c
}

func (f feed) zone() *time.Location {
	if f.Process.Zone == nil {
		return time.UTC
	}
	return f.Process.Zone
}

// moment writes a moment of the definition: an instant, or a whole day.
func (f feed) moment(name string, m pdz.Moment) *ical.Prop {
	if m.DateOnly {
		return property(name, ical.ValueDate, m.At.In(f.zone()).Format("20060102"))
	}
	return instant(name, m.At.In(f.zone()))
}

// instant writes an instant on the wall clock of Rome with its TZID. An hour that
// the clocks show twice is written in UTC: RFC 5545, section 3.3.5, reads it as
// the first of the two, and a window that closes in such an hour closes with the
// second.
func instant(name string, t time.Time) *ical.Prop {
	p := property(name, ical.ValueDateTime, t.UTC().Format(utcClock))
	if t.Location().String() == rome && !shownTwice(t) {
		p.Value = t.Format(wallClock)
		p.Params.Set(ical.ParamTimezoneID, rome)
	}
	return p
}

func shownTwice(t time.Time) bool {
	now := t.Format(wallClock)
	return t.Add(time.Hour).Format(wallClock) == now || t.Add(-time.Hour).Format(wallClock) == now
}

// property makes a property of a value that is in its final form already.
func property(name string, kind ical.ValueType, value string) *ical.Prop {
	p := ical.NewProp(name)
	if kind == ical.ValueDate || name == ical.PropRefreshInterval {
		p.Params.Set(ical.ParamValue, string(kind))
	}
	p.Value = value
	return p
}
