package pdz

import (
	"testing"
	"time"
)

var weekdaysOnly = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// desk is the sportello of the notice: Monday to Friday, 09,00 to 13,00.
var desk = Contact{Hours: []Hours{{weekdaysOnly, 9 * 60, 13 * 60}}, ClosedOnHolidays: true}

func TestDeskHours(t *testing.T) {
	split := Contact{Hours: []Hours{{weekdaysOnly, 15 * 60, 17 * 60}, {weekdaysOnly, 9 * 60, 13 * 60}, {weekdaysOnly, 13 * 60, 14 * 60}}}
	round := Contact{Hours: []Hours{{[]time.Weekday{0, 1, 2, 3, 4, 5, 6}, 0, 24 * 60}}}
	roundButHolidays := round
	roundButHolidays.ClosedOnHolidays = true
	patrons := []string{"08-26"}
	for _, tt := range []struct {
		name string
		desk Contact
		now  string
		open bool
		next string
	}{
		{"before opening", desk, "2013-10-18T08:59:59+02:00", false, "2013-10-18T09:00:00+02:00"},
		{"on the hour", desk, "2013-10-18T09:00:00+02:00", true, "2013-10-18T13:00:00+02:00"},
		{"at the closing of the enrolment", desk, "2013-10-18T12:00:00+02:00", true, "2013-10-18T13:00:00+02:00"},
		{"closing is not included", desk, "2013-10-18T13:00:00+02:00", false, "2013-10-21T09:00:00+02:00"},
		{"over the change of clocks", desk, "2013-10-25T13:00:00+02:00", false, "2013-10-28T09:00:00+01:00"},
		{"All Saints", desk, "2013-11-01T10:00:00+01:00", false, "2013-11-04T09:00:00+01:00"},
		{"patron of Lecce", desk, "2013-08-26T10:00:00+02:00", false, "2013-08-27T09:00:00+02:00"},
		{"two stretches that touch are one", split, "2013-10-18T10:00:00+02:00", true, "2013-10-18T14:00:00+02:00"},
		{"between stretches", split, "2013-10-18T14:30:00+02:00", false, "2013-10-18T15:00:00+02:00"},
		{"open on All Saints", split, "2013-11-01T10:00:00+01:00", true, "2013-11-01T14:00:00+01:00"},
		{"round the clock", round, "2013-10-18T10:00:00+02:00", true, ""},
		{"round the clock but on holidays", roundButHolidays, "2013-10-18T10:00:00+02:00", true, "2013-11-01T00:00:00+01:00"},
		{"no hours", Contact{}, "2013-10-18T10:00:00+02:00", false, ""},
	} {
		open, next := tt.desk.OpenAt(at(tt.now).In(rome), italian, patrons)
		want := time.Time{}
		if tt.next != "" {
			want = at(tt.next)
		}
		if open != tt.open || !next.Equal(want) {
			t.Errorf("%s: OpenAt(%s) = %v, %v, want %v, %v", tt.name, tt.now, open, next, tt.open, want)
		}
	}
	withoutPatrons := italian
	withoutPatrons.Patrons = false
	if open, _ := desk.OpenAt(at("2013-08-26T10:00:00+02:00").In(rome), withoutPatrons, patrons); !open {
		t.Error("the patron closes the desk though the calendar does not count patrons")
	}
}
