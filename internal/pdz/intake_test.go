package pdz

import (
	"testing"
	"time"
)

func TestParseTypedHour(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"11:58", 11*time.Hour + 58*time.Minute, true}, {"11.58", 11*time.Hour + 58*time.Minute, true}, {"1158", 11*time.Hour + 58*time.Minute, true},
		{" 9:05 ", 9*time.Hour + 5*time.Minute, true}, {"905", 9*time.Hour + 5*time.Minute, true}, {"11h58", 11*time.Hour + 58*time.Minute, true},
		{"11:58:40", 11*time.Hour + 58*time.Minute + 40*time.Second, true}, {"00:00", 0, true}, {"23:59:59", 24*time.Hour - time.Second, true},
		{"24:00", 0, false}, {"11:60", 0, false}, {"11:58:60", 0, false}, {"", 0, false}, {"11", 0, false}, {"-1:30", 0, false}, {"11:5", 0, false}, {"mezzogiorno", 0, false},
	} {
		got, problem := ParseTypedHour(tt.in)
		if got != tt.want || (problem == nil) != tt.ok {
			t.Errorf("ParseTypedHour(%q) = %v, %v, want %v, ok %v", tt.in, got, problem, tt.want, tt.ok)
		}
	}
}

func FuzzParseTypedHour(f *testing.F) {
	for _, s := range []string{"11:58", "1158", "24:00", "11:58:40", "", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, problem := ParseTypedHour(s); problem == nil && (d < 0 || d >= 24*time.Hour) {
			t.Errorf("ParseTypedHour(%q) = %v, beyond a day", s, d)
		}
	})
}

func TestTheClocksOfRomeShowAnHourOnceTwiceOrNever(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		day  Date
		hour string
		want []string // UTC
	}{
		{Date{2013, time.October, 18}, "11:58", []string{"2013-10-18 09:58"}},
		{Date{2013, time.October, 27}, "01:59", []string{"2013-10-26 23:59"}},
		{Date{2013, time.October, 27}, "02:00", []string{"2013-10-27 00:00", "2013-10-27 01:00"}},
		{Date{2013, time.October, 27}, "02:59", []string{"2013-10-27 00:59", "2013-10-27 01:59"}},
		{Date{2013, time.October, 27}, "03:00", []string{"2013-10-27 02:00"}},
		{Date{2013, time.March, 31}, "02:30", nil},
		{Date{2013, time.March, 31}, "03:00", []string{"2013-03-31 01:00"}},
	} {
		clock, _ := ParseTypedHour(tt.hour)
		var got []string
		for _, x := range LocalInstants(tt.day, clock, rome) {
			got = append(got, x.UTC().Format("2006-01-02 15:04"))
		}
		if len(got) != len(tt.want) || len(got) > 0 && (got[0] != tt.want[0] || got[len(got)-1] != tt.want[len(tt.want)-1]) {
			t.Errorf("%s %s: %v, want %v", tt.day, tt.hour, got, tt.want)
		}
	}
}

func TestAClaimNeedsASecondOfficerBeyondTheTermOfTheDefinition(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04:05", s, rome)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	hour, day := Term{1, "hours"}, Term{1, "workingDays"}
	for _, tt := range []struct {
		clock             string
		term              Term
		arrived, recorded string
		want              bool
	}{
		{"device", hour, "2013-10-18 11:58:00", "2013-10-18 12:58:00", false},
		{"device", hour, "2013-10-18 11:58:00", "2013-10-18 12:58:01", true},
		{"operator", hour, "2013-10-18 11:58:00", "2013-10-18 15:24:00", true},
		{"mailServer", hour, "2013-10-18 11:58:00", "2013-10-21 09:00:00", false},
		{"pecDelivery", hour, "2013-10-18 11:58:00", "2013-10-21 09:00:00", false},
		{"server", hour, "2013-10-18 11:58:00", "2013-10-21 09:00:00", false},
		{"device", hour, "2013-10-27 01:59:00", "2013-10-27 03:00:00", true}, // two hours, that night
		{"device", day, "2013-10-18 15:10:00", "2013-10-19 23:59:59", false}, // Saturday counts
		{"device", day, "2013-10-18 15:10:00", "2013-10-21 09:16:44", true},
		{"device", day, "2013-10-19 15:10:00", "2013-10-21 23:59:59", false}, // Sunday does not
	} {
		p := &Process{Zone: rome, Calendar: Calendar{Holidays: "italy"}, Participation: Participation{SecondOfficer: tt.term}}
		if got := p.NeedsSecondOfficer(Channel{Clock: tt.clock}, at(tt.arrived), at(tt.recorded)); got != tt.want {
			t.Errorf("by %s after %s, arrived %s, recorded %s: %v, want %v", tt.clock, tt.term, tt.arrived, tt.recorded, got, tt.want)
		}
	}
}
