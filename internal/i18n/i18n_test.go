package i18n_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"concerto/internal/i18n"

	"pgregory.net/rapid"
)

var rome = mustZone("Europe/Rome")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2013, month, day, hour, minute, 0, 0, rome)
}

func printers(t *testing.T) (it, en i18n.Printer) {
	t.Helper()
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return c.For("it"), c.For("en")
}

func TestUnknownLanguageReadsItalian(t *testing.T) {
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ ask, want string }{
		{"it", "it"}, {"en", "en"}, {"en-GB", "en"}, {"EN", "en"}, {"it-CH", "it"},
		{"", "it"}, {"de", "it"}, {"../en", "it"},
	} {
		if got := c.For(tt.ask).Lang(); got != tt.want {
			t.Errorf("For(%q).Lang() = %q, want %q", tt.ask, got, tt.want)
		}
	}
}

func TestFormsInBothLanguages(t *testing.T) {
	it, en := printers(t)
	closing := at(time.October, 18, 12, 0)
	arrival := time.Date(2013, time.October, 17, 16, 52, 8, 412_999_999, rome)
	type form = func(i18n.Printer) string
	for _, tt := range []struct {
		name, it, en string
		form         form
	}{
		{"date", "venerdì 18 ottobre 2013", "Friday 18 October 2013", func(p i18n.Printer) string { return p.Date(closing) }},
		{"first of the month", "venerdì 1º novembre 2013", "Friday 1 November 2013", func(p i18n.Printer) string { return p.Date(at(time.November, 1, 9, 0)) }},
		{"short date", "18 ottobre 2013", "18 October 2013", func(p i18n.Printer) string { return p.ShortDate(closing) }},
		{"day and month", "18 ottobre", "18 October", func(p i18n.Printer) string { return p.DayMonth(closing) }},
		{"hour", "09:00", "09:00", func(p i18n.Printer) string { return p.Hour(at(time.October, 17, 9, 0)) }},
		{"date and hour", "venerdì 18 ottobre 2013 alle 12:00", "Friday 18 October 2013 at 12:00", func(p i18n.Printer) string { return p.DateHour(closing) }},
		{"one o'clock", "venerdì 18 ottobre 2013 all’1:00", "Friday 18 October 2013 at 01:00", func(p i18n.Printer) string { return p.DateHour(at(time.October, 18, 1, 0)) }},
		{"past one", "venerdì 18 ottobre 2013 all’1:30", "Friday 18 October 2013 at 01:30", func(p i18n.Printer) string { return p.DateHour(at(time.October, 18, 1, 30)) }},
		{"in the afternoon", "venerdì 18 ottobre 2013 alle 13:00", "Friday 18 October 2013 at 13:00", func(p i18n.Printer) string { return p.DateHour(at(time.October, 18, 13, 0)) }},
		{"instant is cut, not rounded", "giovedì 17 ottobre 2013, ore 16:52:08,412 (UTC+2)", "Thursday 17 October 2013, 16:52:08.412 (UTC+2)", func(p i18n.Printer) string { return p.Instant(arrival) }},
		{"instant in the zone it carries", "giovedì 17 ottobre 2013, ore 14:52:08,412 (UTC)", "Thursday 17 October 2013, 14:52:08.412 (UTC)", func(p i18n.Printer) string { return p.Instant(arrival.UTC()) }},
		{"instant with a half hour", "giovedì 17 ottobre 2013, ore 20:22:08,412 (UTC+5:30)", "Thursday 17 October 2013, 20:22:08.412 (UTC+5:30)", func(p i18n.Printer) string { return p.Instant(arrival.In(time.FixedZone("", 19800))) }},
		{"instant west of Greenwich", "giovedì 17 ottobre 2013, ore 11:22:08,412 (UTC−3:30)", "Thursday 17 October 2013, 11:22:08.412 (UTC−3:30)", func(p i18n.Printer) string { return p.Instant(arrival.In(time.FixedZone("", -12600))) }},
		{"range in a month", "17–21 ottobre", "17–21 October", func(p i18n.Printer) string { return p.Range(at(time.October, 17, 9, 0), at(time.October, 21, 9, 0)) }},
		{"range over months", "29 ottobre – 11 novembre", "29 October – 11 November", func(p i18n.Printer) string { return p.Range(at(time.October, 29, 0, 0), at(time.November, 11, 9, 0)) }},
		{"range over years", "30 dicembre 2013 – 2 gennaio 2014", "30 December 2013 – 2 January 2014", func(p i18n.Printer) string { return p.Range(at(time.December, 30, 0, 0), at(time.December, 33, 0, 0)) }},
		{"range of one day", "22 ottobre", "22 October", func(p i18n.Printer) string { return p.Range(at(time.October, 22, 15, 0), at(time.October, 22, 20, 0)) }},
		{"short names", "gio ott", "Thu Oct", func(p i18n.Printer) string { return p.WeekdayShort(arrival) + " " + p.MonthShort(arrival) }},
		{"weekday", "giovedì", "Thursday", func(p i18n.Printer) string { return p.Weekday(arrival) }},
	} {
		if got := tt.form(it); got != tt.it {
			t.Errorf("%s in Italian = %q, want %q", tt.name, got, tt.it)
		}
		if got := tt.form(en); got != tt.en {
			t.Errorf("%s in English = %q, want %q", tt.name, got, tt.en)
		}
	}
}

// On 27 October 2013 the clocks of Italy showed the hour from 02:00 to 03:00 twice.
func TestDoubledHourShowsItsOffset(t *testing.T) {
	it, en := printers(t)
	midnight := time.Date(2013, time.October, 27, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		utc                      time.Duration
		dateHour, instant, spoke string
	}{
		{-1 * time.Minute, "domenica 27 ottobre 2013 all’1:59", "domenica 27 ottobre 2013, ore 01:59:00,000 (UTC+2)", "Sunday 27 October 2013 at 01:59"},
		{0, "domenica 27 ottobre 2013 alle 02:00 (UTC+2)", "domenica 27 ottobre 2013, ore 02:00:00,000 (UTC+2)", "Sunday 27 October 2013 at 02:00 (UTC+2)"},
		{30 * time.Minute, "domenica 27 ottobre 2013 alle 02:30 (UTC+2)", "domenica 27 ottobre 2013, ore 02:30:00,000 (UTC+2)", "Sunday 27 October 2013 at 02:30 (UTC+2)"},
		{90 * time.Minute, "domenica 27 ottobre 2013 alle 02:30 (UTC+1)", "domenica 27 ottobre 2013, ore 02:30:00,000 (UTC+1)", "Sunday 27 October 2013 at 02:30 (UTC+1)"},
		{2 * time.Hour, "domenica 27 ottobre 2013 alle 03:00", "domenica 27 ottobre 2013, ore 03:00:00,000 (UTC+1)", "Sunday 27 October 2013 at 03:00"},
	} {
		m := midnight.Add(tt.utc).In(rome)
		if got := it.DateHour(m); got != tt.dateHour {
			t.Errorf("DateHour(%v) = %q, want %q", m, got, tt.dateHour)
		}
		if got := it.Instant(m); got != tt.instant {
			t.Errorf("Instant(%v) = %q, want %q", m, got, tt.instant)
		}
		if got := en.DateHour(m); got != tt.spoke {
			t.Errorf("English DateHour(%v) = %q, want %q", m, got, tt.spoke)
		}
	}
}

func TestCountdownNeverPromisesMore(t *testing.T) {
	it, en := printers(t)
	for _, tt := range []struct {
		left   time.Duration
		it, en string
	}{
		{0, "meno di un minuto", "less than a minute"},
		{59 * time.Second, "meno di un minuto", "less than a minute"},
		{time.Minute, "1 minuto", "1 minute"},
		{time.Hour, "1 ora", "1 hour"},
		{time.Hour + time.Minute + 59*time.Second, "1 ora e 1 minuto", "1 hour and 1 minute"},
		{19*time.Hour + 20*time.Minute, "19 ore e 20 minuti", "19 hours and 20 minutes"},
		{24*time.Hour - 1, "23 ore e 59 minuti", "23 hours and 59 minutes"},
		{24 * time.Hour, "1 giorno", "1 day"},
		{51*time.Hour + 59*time.Minute, "2 giorni e 3 ore", "2 days and 3 hours"},
		{-51 * time.Hour, "2 giorni e 3 ore", "2 days and 3 hours"},
	} {
		if got := it.Countdown(tt.left); got != tt.it {
			t.Errorf("Countdown(%v) = %q, want %q", tt.left, got, tt.it)
		}
		if got := en.Countdown(tt.left); got != tt.en {
			t.Errorf("English Countdown(%v) = %q, want %q", tt.left, got, tt.en)
		}
	}
}

func TestMarginIsToldInWords(t *testing.T) {
	it, en := printers(t)
	for _, tt := range []struct {
		margin time.Duration
		it, en string
	}{
		{19*time.Hour + 7*time.Minute + 51*time.Second + 588*time.Millisecond, "mancavano 19 ore, 7 minuti e 52 secondi", "19 hours, 7 minutes and 52 seconds left"},
		{50*time.Hour + time.Second, "mancavano 2 giorni, 2 ore e 1 secondo", "2 days, 2 hours and 1 second left"},
		{1588 * time.Millisecond, "mancavano 1,588 secondi", "1.588 seconds left"},
		{59*time.Second + 999_999_999, "mancavano 59,999 secondi", "59.999 seconds left"},
		{time.Minute, "mancava 1 minuto", "1 minute left"},
		{time.Hour + time.Minute, "mancavano 1 ora e 1 minuto", "1 hour and 1 minute left"},
		{time.Second, "mancava 1 secondo", "1 second left"},
		{time.Second + 5*time.Millisecond, "mancavano 1,005 secondi", "1.005 seconds left"},
		{5 * time.Second, "mancavano 5 secondi", "5 seconds left"},
		{time.Microsecond, "mancava meno di un millesimo di secondo", "less than a thousandth of a second left"},
		{0, "allo scoccare del termine", "on the stroke of the deadline"},
		{-time.Millisecond, "in ritardo di 0,001 secondi", "0.001 seconds late"},
		{-2 * time.Minute, "in ritardo di 2 minuti", "2 minutes late"},
	} {
		if got := it.Margin(tt.margin); got != tt.it {
			t.Errorf("Margin(%v) = %q, want %q", tt.margin, got, tt.it)
		}
		if got := en.Margin(tt.margin); got != tt.en {
			t.Errorf("English Margin(%v) = %q, want %q", tt.margin, got, tt.en)
		}
	}
}

func TestNumbersHaveTheirThousandsApart(t *testing.T) {
	it, en := printers(t)
	for _, tt := range []struct {
		n      any
		it, en string
	}{
		{0, "0", "0"}, {999, "999", "999"}, {1480, "1.480", "1,480"}, {int64(1234567), "1.234.567", "1,234,567"},
		{uint8(7), "7", "7"}, {-1480, "−1.480", "−1,480"}, {"n.d.", "n.d.", "n.d."},
	} {
		if got := it.Number(tt.n); got != tt.it {
			t.Errorf("Number(%v) = %q, want %q", tt.n, got, tt.it)
		}
		if got := en.Number(tt.n); got != tt.en {
			t.Errorf("English Number(%v) = %q, want %q", tt.n, got, tt.en)
		}
	}
}

func TestNumberKeepsItsDigits(t *testing.T) {
	it, _ := printers(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		digits := strings.NewReplacer(".", "", "−", "-").Replace(it.Number(n))
		if got, err := strconv.ParseInt(digits, 10, 64); err != nil || got != n {
			t.Fatalf("Number(%d) reads back as %d (%v)", n, got, err)
		}
	})
}

func TestPluralFollowsTheCount(t *testing.T) {
	it, _ := printers(t)
	for _, tt := range []struct {
		n    int
		want string
	}{
		{0, "0 sessioni a Lecce"}, {1, "una sessione a Lecce"}, {2, "2 sessioni a Lecce"}, {21, "21 sessioni a Lecce"},
	} {
		if got := it.TN("una sessione a %[2]s", "%d sessioni a %s", tt.n, "Lecce"); got != tt.want {
			t.Errorf("TN(%d) = %q, want %q", tt.n, got, tt.want)
		}
	}
	if got, want := it.TN("nessuna scelta", "più scelte", 3), "più scelte"; got != want {
		t.Errorf("TN without verbs = %q, want %q", got, want)
	}
}

func TestTextWithoutArgumentsIsLeftAlone(t *testing.T) {
	it, en := printers(t)
	for _, p := range []i18n.Printer{it, en} {
		if got, want := p.T("al 100% dei posti"), "al 100% dei posti"; got != want {
			t.Errorf("T in %s = %q, want %q", p.Lang(), got, want)
		}
		if got, want := p.T("Scheda %[2]d di %[1]s", "Lecce", 41), "Scheda 41 di Lecce"; got != want {
			t.Errorf("T in %s = %q, want %q", p.Lang(), got, want)
		}
	}
}
