package stat

import (
	"testing"
)

func TestBootstrapRepeatsItselfForASeed(t *testing.T) {
	rounds := []float64{0.71, 0.74, 0.69, 0.8, 0.73, 0.75, 0.7}
	first, again := Bootstrap(rounds, 7), Bootstrap(rounds, 7)
	if first != again {
		t.Errorf("two intervals of one seed: %v and %v", first, again)
	}
	if first.Median != 0.73 {
		t.Errorf("median %v, want 0.73", first.Median)
	}
	if !(first.Lo >= 0.69 && first.Lo < first.Median && first.Median < first.Hi && first.Hi <= 0.8) {
		t.Errorf("interval %v does not lie within the rounds and around the median", first)
	}
}

func TestBootstrapNarrowsAsRoundsAgree(t *testing.T) {
	wide := Bootstrap([]float64{0.5, 1.5, 0.6, 1.4, 1, 0.7, 1.3}, 1)
	narrow := Bootstrap([]float64{0.98, 1.02, 0.99, 1.01, 1, 1, 1}, 1)
	if narrow.Hi-narrow.Lo >= wide.Hi-wide.Lo {
		t.Errorf("rounds that agree give %v, rounds that do not give %v", narrow, wide)
	}
	if one := Bootstrap([]float64{2}, 1); one != (Interval{2, 2, 2}) {
		t.Errorf("one round gives %v", one)
	}
	if none := Bootstrap(nil, 1); none != (Interval{}) {
		t.Errorf("no round gives %v", none)
	}
}

// Of many samples of a known median, nine in ten intervals hold it, more or less: so
// few rounds cannot do better, and an interval that is far too narrow would decide
// what it does not know.
func TestIntervalHoldsTheMedianAboutNineTimesInTen(t *testing.T) {
	held, state := 0, uint64(1)
	next := func() float64 { // a small generator of its own: the test repeats
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	const samples = 200
	for range samples {
		var rounds []float64
		for range 9 {
			rounds = append(rounds, 1+next()-0.5)
		}
		if v := Bootstrap(rounds, 3); v.Lo <= 1 && 1 <= v.Hi {
			held++
		}
	}
	if held < samples*80/100 || held == samples {
		t.Errorf("%d of %d intervals hold the median", held, samples)
	}
}

func TestMedianAndQuantile(t *testing.T) {
	given := []float64{4, 1, 3, 2}
	if got := Median(given); got != 2.5 {
		t.Errorf("median %v, want 2.5", got)
	}
	if given[0] != 4 {
		t.Error("Median sorted its argument")
	}
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = i + 1
	}
	for _, tt := range []struct {
		p    float64
		want int
	}{{0, 1}, {0.5, 50}, {0.99, 99}, {0.991, 100}, {1, 100}} {
		if got := Quantile(hundred, tt.p); got != tt.want {
			t.Errorf("quantile %v of 1…100 is %d, want %d", tt.p, got, tt.want)
		}
	}
	if got := Quantile([]int(nil), 0.5); got != 0 {
		t.Errorf("quantile of nothing is %d", got)
	}
}

func TestVerdictNeedsTheWholeInterval(t *testing.T) {
	for _, tt := range []struct {
		name string
		goal Goal
		v    Interval
		want Verdict
	}{
		{"all above", AtLeast(0.7), Interval{0.8, 0.7, 0.9}, Pass},
		{"all below", AtLeast(0.7), Interval{0.6, 0.5, 0.69}, Fail},
		{"around", AtLeast(0.7), Interval{0.8, 0.69, 0.9}, Inconclusive},
		{"small enough", AtMost(32), Interval{20, 10, 32}, Pass},
		{"too large", AtMost(32), Interval{40, 33, 50}, Fail},
		{"around from above", AtMost(32), Interval{30, 10, 33}, Inconclusive},
	} {
		if got := tt.goal.Judge(tt.v); got != tt.want {
			t.Errorf("%s: %v of %v is %s, want %s", tt.name, tt.goal, tt.v, got, tt.want)
		}
	}
}

func TestGoalsAndNumbersReadAsInThePlan(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{AtLeast(0.7).String(), "≥0.70"}, {AtMost(32).In("MB").String(), "≤32.0MB"}, {AtLeast(4).String(), "≥4.00"},
		{Number(0.0312), "0.03"}, {Number(1234.5), "1234"}, {Number(-12.34), "-12.3"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
