// Package stat says what a handful of noisy rounds is worth.
//
// A machine that others use moves a wall-clock figure several times over between two
// rounds, so no single figure is believed. Each round gives one figure, most often a
// ratio of two contestants that took turns within it; the median of the rounds is what
// is told, and a bootstrap interval around it says how far it can be trusted. A goal is
// met or missed only when the whole interval is on one side of it.
package stat

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Interval is a median with the bounds between which it lies nine times out of ten.
type Interval struct {
	Median float64 `json:"median"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
}

// resamples is how often the rounds are drawn again; beyond some thousand the bounds
// of so few rounds do not move any more.
const resamples = 4000

// Bootstrap returns the median of the figures and its 90 % percentile interval: the
// rounds are drawn again with replacement, and the medians of the draws are ranked. The
// same figures and seed give the same interval, so that a verdict can be repeated.
func Bootstrap(figures []float64, seed uint64) Interval {
	if len(figures) == 0 {
		return Interval{}
	}
	draw := rand.New(rand.NewPCG(seed, uint64(len(figures))))
	medians := make([]float64, resamples)
	again := make([]float64, len(figures))
	for i := range medians {
		for j := range again {
			again[j] = figures[draw.IntN(len(figures))]
		}
		medians[i] = Median(again)
	}
	slices.Sort(medians)
	return Interval{Median: Median(figures), Lo: medians[resamples*5/100], Hi: medians[resamples*95/100-1]}
}

// Median returns the middle of the figures, the mean of the two middle ones of an even
// number, 0 of none. It does not change its argument.
func Median(figures []float64) float64 {
	if len(figures) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(figures))
	if len(s)%2 == 1 {
		return s[len(s)/2]
	}
	return (s[len(s)/2-1] + s[len(s)/2]) / 2
}

// Quantile returns the value below which the share p of sorted values lies, the nearest
// rank upwards; the zero value of none.
func Quantile[T any](sorted []T, p float64) T {
	var zero T
	if len(sorted) == 0 {
		return zero
	}
	rank := int(p*float64(len(sorted)) + 0.999999)
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// Goal is what a figure has to reach.
type Goal struct {
	Most  bool // the figure may be at most Bound; otherwise it must be at least that
	Bound float64
	Unit  string // after the figures: "" for a ratio
}

// AtLeast and AtMost are the two kinds of goal.
func AtLeast(bound float64) Goal { return Goal{Bound: bound} }

// AtMost is a goal that a figure must not exceed.
func AtMost(bound float64) Goal { return Goal{Most: true, Bound: bound} }

// In returns the goal with a unit.
func (g Goal) In(unit string) Goal { g.Unit = unit; return g }

// String writes the goal as the lines of the bench do: ≥0.70, ≤32MB.
func (g Goal) String() string {
	sign := "≥"
	if g.Most {
		sign = "≤"
	}
	return sign + Number(g.Bound) + g.Unit
}

// Verdict of a figure.
type Verdict string

const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive" // the goal lies inside the interval
	Unavailable  Verdict = "unavailable"  // there was nothing to compare with
)

// Judge says whether the interval meets the goal as a whole, misses it as a whole, or
// neither.
func (g Goal) Judge(v Interval) Verdict {
	worst, best := v.Lo, v.Hi
	if g.Most {
		worst, best = -v.Hi, -v.Lo
	}
	bound := g.Bound
	if g.Most {
		bound = -bound
	}
	switch {
	case worst >= bound:
		return Pass
	case best < bound:
		return Fail
	}
	return Inconclusive
}

// Number writes a figure with three significant digits and no exponent.
func Number(x float64) string {
	switch a := max(x, -x); {
	case a >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case a >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return fmt.Sprintf("%.2f", x)
}
