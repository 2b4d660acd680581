package pdz

import (
	"math/rand"
	"testing"
	"time"
)

// enrolment is the window of the notice: "entro e non oltre le ore 12.00 del 18 ottobre 2013".
var enrolment = Window{ID: "iscrizione", Opens: dayMoment("2013-10-09"), Closes: instantMoment("2013-10-18T12:00:00+02:00")}

// councils closes by the day, on a Saturday, which moves nothing.
var councils = Window{ID: "consigli", Opens: dayMoment("2013-11-18"), Closes: dayMoment("2013-11-30")}

func TestAnArrivalIsJudgedByTheMillisecond(t *testing.T) {
	for _, tt := range []struct {
		name   string
		window Window
		at     string
		want   Timeliness
		margin time.Duration
	}{
		{"before the opening", enrolment, "2013-10-08T23:59:59.999+02:00", Early, 228*time.Hour + time.Millisecond},
		{"on the opening", enrolment, "2013-10-09T00:00:00+02:00", Timely, 228 * time.Hour},
		{"a millisecond before", enrolment, "2013-10-18T11:59:59.999+02:00", Timely, time.Millisecond},
		{"on the stroke", enrolment, "2013-10-18T12:00:00+02:00", Timely, 0},
		{"on the stroke, elsewhere", enrolment, "2013-10-18T10:00:00Z", Timely, 0},
		{"within the millisecond of the stroke", enrolment, "2013-10-18T12:00:00.000999+02:00", Timely, 0},
		{"a millisecond late", enrolment, "2013-10-18T12:00:00.001+02:00", Late, -time.Millisecond},
		{"a second late", enrolment, "2013-10-18T12:00:01+02:00", Late, -time.Second},
		{"the last millisecond of the day", councils, "2013-11-30T23:59:59.999+01:00", Timely, 0},
		{"within that millisecond", councils, "2013-11-30T23:59:59.9999+01:00", Timely, 0},
		{"the midnight after", councils, "2013-12-01T00:00:00+01:00", Late, -time.Millisecond},
	} {
		got := tt.window.Judge(at(tt.at))
		if got.Timeliness != tt.want || got.Margin != tt.margin || got.Window != tt.window.ID {
			t.Errorf("%s: Judge(%s) = %v, margin %v, want %v, %v", tt.name, tt.at, got.Timeliness, got.Margin, tt.want, tt.margin)
		}
		if !got.Closes.Add(-got.Margin).Equal(got.At) {
			t.Errorf("%s: closes %v, at %v, margin %v do not agree", tt.name, got.Closes, got.At, got.Margin)
		}
	}
}

func TestAnUnknownEdgeDecidesNothing(t *testing.T) {
	announced := Window{Opens: dayMoment("2013-10-09")}
	forever := Window{Opens: dayMoment("2013-10-09"), Endless: true}
	undated := Window{Closes: dayMoment("2013-11-30")}
	for _, tt := range []struct {
		name   string
		window Window
		at     string
		want   Timeliness
		state  WindowState
	}{
		{"closing to be announced", announced, "2013-10-10T09:00:00+02:00", Undecided, Open},
		{"not open yet", announced, "2013-10-08T09:00:00+02:00", Early, NotYetOpen},
		{"no closing at all", forever, "2033-10-10T09:00:00+02:00", Timely, Open},
		{"no closing, not open yet", forever, "2013-10-08T09:00:00+02:00", Early, NotYetOpen},
		{"opening unknown", undated, "2013-11-10T09:00:00+01:00", Undecided, NotYetOpen},
		{"opening unknown, closed", undated, "2013-12-10T09:00:00+01:00", Late, Closed},
		{"nothing known", Window{}, "2013-12-10T09:00:00+01:00", Undecided, NotYetOpen},
		{"open", enrolment, "2013-10-18T12:00:00.0005+02:00", Timely, Open},
		{"closed", enrolment, "2013-10-18T12:00:00.001+02:00", Late, Closed},
	} {
		if got := tt.window.Judge(at(tt.at)).Timeliness; got != tt.want {
			t.Errorf("%s: Judge = %v, want %v", tt.name, got, tt.want)
		}
		if got := tt.window.State(at(tt.at)); got != tt.state {
			t.Errorf("%s: State = %v, want %v", tt.name, got, tt.state)
		}
	}
	if v := announced.Judge(at("2013-10-10T09:00:00+02:00")); !v.Closes.IsZero() || v.Margin != 0 {
		t.Errorf("closing to be announced: closes %v, margin %v, want neither", v.Closes, v.Margin)
	}
}

func TestTheProcessSignsItsVerdicts(t *testing.T) {
	p := &Process{Hash: "cafe", Windows: []Window{enrolment, councils}}
	v, ok := p.Judge("consigli", at("2013-11-20T09:00:00+01:00"))
	if !ok || v.Definition != "cafe" || v.Window != "consigli" || v.Timeliness != Timely {
		t.Errorf("Judge = %+v, %v", v, ok)
	}
	if _, ok := p.Judge("altra", at("2013-11-20T09:00:00+01:00")); ok {
		t.Error("a window that is not there has a verdict")
	}
}

// A hundred thousand deadlines in six zones, by the hour and by the day: a millisecond
// before and the stroke are in, a millisecond after is out.
func TestEveryDeadlineCutsAtItsMillisecond(t *testing.T) {
	zones := []*time.Location{rome, time.UTC, zone("America/New_York"), zone("Australia/Lord_Howe"), zone("Asia/Kathmandu"), zone("America/Sao_Paulo")}
	random := rand.New(rand.NewSource(20131018))
	for range 100_000 {
		z := zones[random.Intn(len(zones))]
		d := Date{2000, time.January, 1}.AddDays(random.Intn(13514))
		closes := InstantMoment(Instant(d, random.Intn(1440), z, true), z)
		last := closes.At
		if random.Intn(2) == 0 {
			closes = DayMoment(d, z)
			last = EndOfDay(d, z).Add(-time.Millisecond)
		}
		w := Window{Opens: DayMoment(d.AddDays(-30), z), Closes: closes}
		for ms, want := range map[int]Timeliness{-1: Timely, 0: Timely, 1: Late} {
			if got := w.Judge(last.Add(time.Duration(ms) * time.Millisecond)).Timeliness; got != want {
				t.Fatalf("%v %+d ms = %v, want %v", last, ms, got, want)
			}
		}
		opens := w.Opens.First()
		if w.Judge(opens).Timeliness != Timely || w.Judge(opens.Add(-time.Millisecond)).Timeliness != Early {
			t.Fatalf("opening %v does not cut at its millisecond", opens)
		}
	}
}

func TestEachChannelIsJudgedAtWhatItsClockKnows(t *testing.T) {
	arrived := at("2013-10-18T12:00:59.750+02:00").In(rome)
	for precision, want := range map[string]string{
		"second": "2013-10-18T12:00:59.750+02:00", // the server counts milliseconds and keeps them
		"minute": "2013-10-18T12:00:00+02:00",
		"day":    "2013-10-18T00:00:00+02:00",
		"":       "2013-10-18T12:00:59.750+02:00",
	} {
		if got := ChannelInstant(precision, arrived); !got.Equal(at(want)) {
			t.Errorf("ChannelInstant(%q) = %v, want %s", precision, got, want)
		}
	}
	fax := enrolment.Judge(ChannelInstant("minute", arrived)).Timeliness
	web := enrolment.Judge(ChannelInstant("second", arrived)).Timeliness
	if fax != Timely || web != Late {
		t.Errorf("a fax stamped 12:00 is %v, want timely; the web at 12:00:59 is %v, want late", fax, web)
	}
}
