package pdz

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func instantMoment(s string) Moment { return InstantMoment(at(s), rome) }
func dayMoment(s string) Moment     { return DayMoment(day(s), rome) }

func TestRelativeMoments(t *testing.T) {
	noon := "2013-10-18T12:00:00+02:00"
	for _, tt := range []struct {
		name    string
		from    Moment
		shift   Shift
		closing bool
		want    Moment
	}{
		{"nothing to do", instantMoment(noon), Shift{}, true, instantMoment(noon)},
		{"days keep the hour", instantMoment(noon), Shift{Plus: term("5 days")}, true, instantMoment("2013-10-23T12:00:00+02:00")},
		{"the hour is local", instantMoment(noon), Shift{Plus: term("10 days")}, true, instantMoment("2013-10-28T12:00:00+01:00")},
		{"a day from a day is a whole day", dayMoment("2013-10-09"), Shift{Plus: term("15 days")}, true, dayMoment("2013-10-24")},
		{"plus rolls to the next", dayMoment("2013-10-18"), Shift{Plus: term("2 days")}, true, dayMoment("2013-10-21")},
		{"minus rolls to the previous", dayMoment("2013-10-22"), Shift{Minus: term("2 days")}, true, dayMoment("2013-10-19")},
		{"roll none", dayMoment("2013-10-18"), Shift{Plus: term("2 days"), Roll: "none"}, true, dayMoment("2013-10-20")},
		{"with an hour nothing rolls", dayMoment("2013-10-18"), Shift{Plus: term("2 days"), At: "12:00"}, true, instantMoment("2013-10-20T12:00:00+02:00")},
		{"unless it says so", dayMoment("2013-10-18"), Shift{Plus: term("2 days"), At: "12:00", Roll: "next"}, true, instantMoment("2013-10-21T12:00:00+02:00")},
		{"the example of the format", dayMoment("2013-10-18"), Shift{Plus: term("5 working days"), At: "12:00", Roll: "next"}, true, instantMoment("2013-10-24T12:00:00+02:00")},
		{"an hour on the same day", dayMoment("2013-10-18"), Shift{At: "09:00"}, false, instantMoment("2013-10-18T09:00:00+02:00")},
		{"next is strictly after", dayMoment("2013-10-18"), Shift{Next: "fri"}, false, dayMoment("2013-10-25")},
		{"next Saturday", dayMoment("2013-10-18"), Shift{Next: "sat"}, false, dayMoment("2013-10-19")},
		{"next Thursday", instantMoment(noon), Shift{Next: "thu"}, false, instantMoment("2013-10-24T12:00:00+02:00")},
		{"next Sunday is left there", dayMoment("2013-10-18"), Shift{Next: "sun"}, false, dayMoment("2013-10-20")},
		{"clear days after", dayMoment("2013-10-09"), Shift{Plus: term("5 days"), ClearDays: true}, true, dayMoment("2013-10-15")},
		{"clear days before", dayMoment("2013-10-22"), Shift{Minus: term("5 days"), ClearDays: true}, true, dayMoment("2013-10-16")},
		{"minutes run on the time line", instantMoment("2013-10-27T02:30:00+02:00"), Shift{Plus: term("60 minutes")}, true, instantMoment("2013-10-27T02:30:00+01:00")},
		{"hours before, on a Sunday", instantMoment("2013-10-20T12:00:00+02:00"), Shift{Minus: term("3 hours")}, true, instantMoment("2013-10-20T09:00:00+02:00")},
		{"hours from a day count from its start", dayMoment("2013-10-18"), Shift{Plus: term("48 hours")}, true, instantMoment("2013-10-20T00:00:00+02:00")},
		{"hours, then the next working day", instantMoment(noon), Shift{Plus: term("48 hours"), Roll: "next"}, true, instantMoment("2013-10-21T12:00:00+02:00")},
		{"hours, then an hour", instantMoment(noon), Shift{Plus: term("48 hours"), At: "09:00"}, true, instantMoment("2013-10-20T09:00:00+02:00")},
		{"the doubled hour, opening", dayMoment("2013-10-26"), Shift{Plus: term("1 day"), At: "02:30"}, false, instantMoment("2013-10-27T02:30:00+02:00")},
		{"the doubled hour, closing", dayMoment("2013-10-26"), Shift{Plus: term("1 day"), At: "02:30"}, true, instantMoment("2013-10-27T02:30:00+01:00")},
		{"the hour that is not there", instantMoment("2014-03-29T02:30:00+01:00"), Shift{Plus: term("1 day"), Roll: "none"}, true, instantMoment("2014-03-30T03:00:00+02:00")},
		{"left alone, one of two equal hours stays itself", instantMoment("2013-10-27T02:30:00+02:00"), Shift{}, true, instantMoment("2013-10-27T02:30:00+02:00")},
		{"an arrival keeps its seconds", instantMoment("2013-10-18T11:59:59.123+02:00"), Shift{Plus: term("3 days")}, true, instantMoment("2013-10-21T11:59:59.123+02:00")},
		{"unknown stays unknown", Moment{}, Shift{Plus: term("1 day")}, true, Moment{}},
	} {
		got := italian.Apply(tt.from, tt.shift, rome, tt.closing)
		if !got.At.Equal(tt.want.At) || got.Known != tt.want.Known || got.DateOnly != tt.want.DateOnly {
			t.Errorf("%s: got %v (whole day %v), want %v (whole day %v)", tt.name, got.At, got.DateOnly, tt.want.At, tt.want.DateOnly)
		}
	}
}

func TestAComputedMomentHasNoWordingOfItsOwn(t *testing.T) {
	from := dayMoment("2013-10-18")
	from.Wording = "domani"
	if got := italian.Apply(from, Shift{Plus: term("3 days")}, rome, true); got.Wording != "" {
		t.Errorf("wording = %q, want none", got.Wording)
	}
}

// The mirror law holds with clear days too: the latest day whose clear term ends in time.
func TestClearDaysMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay(t)
		x := Term{rapid.IntRange(1, 30).Draw(t, "n"), rapid.SampledFrom([]string{"days", "workingDays", "weeks", "months"}).Draw(t, "unit")}
		plus := func(d Date) Date {
			return italian.Apply(DayMoment(d, rome), Shift{Plus: x, ClearDays: true, Roll: "none"}, rome, true).Day()
		}
		c := italian.Apply(DayMoment(d, rome), Shift{Minus: x, ClearDays: true, Roll: "none"}, rome, true).Day()
		if plus(c).Compare(d) > 0 || plus(c.AddDays(1)).Compare(d) <= 0 {
			t.Fatalf("%v minus %v clear = %v", d, x, c)
		}
	})
}

func TestAWholeDayIsInToTheLastMillisecond(t *testing.T) {
	m := dayMoment("2013-10-27") // 25 hours long
	if got := m.First(); !got.Equal(at("2013-10-27T00:00:00+02:00")) {
		t.Errorf("First = %v", got)
	}
	if got := m.Last(); !got.Equal(at("2013-10-27T23:59:59.999+01:00")) {
		t.Errorf("Last = %v", got)
	}
	if got := m.Day(); got != day("2013-10-27") {
		t.Errorf("Day = %v", got)
	}
	if got := (Moment{}).Day(); !got.IsZero() {
		t.Errorf("Day of an unknown moment = %v, want none", got)
	}
	noon := instantMoment("2013-10-18T12:00:00+02:00")
	if !noon.First().Equal(noon.At) || !noon.Last().Equal(noon.At) {
		t.Errorf("an instant has edges %v and %v", noon.First(), noon.Last())
	}
}

func TestWeekdaysOfTheFormat(t *testing.T) {
	for s, want := range map[string]time.Weekday{"mon": time.Monday, "sat": time.Saturday, "sun": time.Sunday} {
		if got, ok := ParseWeekday(s); !ok || got != want {
			t.Errorf("ParseWeekday(%q) = %v, %v, want %v", s, got, ok, want)
		}
	}
	if got, ok := ParseWeekday("lun"); ok {
		t.Errorf("ParseWeekday(lun) = %v, want none", got)
	}
}
