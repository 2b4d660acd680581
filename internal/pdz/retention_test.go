package pdz

import (
	"testing"
	"time"
)

func TestWhatIsKeptIsKeptAsLongAsTheDefinitionSaysAndNotADayMore(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	p := &Process{Zone: rome, Plans: []Plan{{ID: "piano", From: 2014, To: 2016}}, Retention: []Retention{
		{ID: "a", What: []string{KeptAdhesions}, Keep: "piano.end + 5 years", Then: "anonymise"},
		{ID: "b", What: []string{"acts"}, Keep: "permanent"},
		{ID: "c", What: []string{KeptQuestions}, Keep: "1 year", Then: "erase"},
		{ID: "d", What: []string{"surveys"}, Keep: "giornata.end + 1 year", Then: "erase"},
		{ID: "e", What: []string{"proposals"}, Keep: "piano.end", Then: "archive"},
	}}
	came := time.Date(2013, 10, 17, 16, 52, 8, 0, rome)
	for _, tt := range []struct {
		class, until, then string
		forever            bool
	}{
		{KeptAdhesions, "2022-01-01T00:00:00+01:00", "anonymise", false},
		{"acts", "", "", true},
		{KeptQuestions, "2014-10-18T00:00:00+02:00", "erase", false},
		{"surveys", "", "erase", false}, // hangs on a date that is not known
		{"proposals", "2017-01-01T00:00:00+01:00", "archive", false},
		{"minutes", "", "", true}, // not named
	} {
		k := p.Keeping(tt.class, came)
		got := ""
		if !k.Until.IsZero() {
			got = k.Until.Format(time.RFC3339)
		}
		if got != tt.until || k.Then != tt.then || k.Forever != tt.forever {
			t.Errorf("Keeping(%s) = %s %s forever %v, want %s %s forever %v", tt.class, got, k.Then, k.Forever, tt.until, tt.then, tt.forever)
		}
		if tt.until != "" && (k.Over(k.Until.Add(-time.Millisecond)) || !k.Over(k.Until)) {
			t.Errorf("%s is not over exactly at %s", tt.class, got)
		}
	}
}
