// Package duel lets two contestants take turns and says how one stands to the other.
//
// A round is four slots, A B B A: whatever drifts steadily while it lasts weighs on
// both alike. Each round gives one figure for each thing that is asked; rounds go on
// until every figure is decided, at least as many as make an interval meaningful and at
// most as many as anybody would wait for.
package duel

import (
	"context"
	"fmt"
	"slices"
	"time"

	"concerto/trial/bench/stat"
)

// Sample is what was seen of a contestant in a slot, or in both of its slots of a round.
type Sample struct {
	Done    int             // operations that went well
	Wrong   int             // others
	First   error           // the first of those
	Elapsed time.Duration   // from the first to the last operation
	CPU     time.Duration   // of the contestant, client excluded
	Times   []time.Duration // of the operations, sorted
	Value   float64         // what the slot measured itself, where it is no rate
}

// Rate is operations a second.
func (s Sample) Rate() float64 { return float64(s.Done) / s.Elapsed.Seconds() }

// Cost is processor time for an operation.
func (s Sample) Cost() time.Duration { return s.CPU / time.Duration(max(s.Done, 1)) }

// P99 is the time within which 99 operations in 100 were answered.
func (s Sample) P99() time.Duration { return stat.Quantile(s.Times, 0.99) }

func (s Sample) String() string {
	return fmt.Sprintf("%s/s, %s CPU each, p50 %s, p99 %s", stat.Number(s.Rate()), brief(s.Cost()),
		brief(stat.Quantile(s.Times, 0.5)), brief(s.P99()))
}

func brief(d time.Duration) string {
	switch {
	case d >= 100*time.Millisecond:
		return d.Round(time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(100 * time.Nanosecond).String()
}

// plus joins two slots; the value of both is their mean.
func (s Sample) plus(o Sample) Sample {
	sum := Sample{Done: s.Done + o.Done, Wrong: s.Wrong + o.Wrong, First: s.First, Elapsed: s.Elapsed + o.Elapsed, CPU: s.CPU + o.CPU,
		Value: (s.Value + o.Value) / 2}
	if sum.First == nil {
		sum.First = o.First
	}
	sum.Times = append(slices.Clone(s.Times), o.Times...)
	slices.Sort(sum.Times)
	return sum
}

// Contestant runs one slot.
type Contestant struct {
	Name string
	Slot func(context.Context) (Sample, error)
}

// Figure is one thing asked of each round.
type Figure struct {
	Name string
	Goal stat.Goal
	Of   func(a, b Sample) float64
}

// Rate, Cost, Tail and Values are the usual figures: A's over B's.
func Rate(a, b Sample) float64 { return a.Rate() / b.Rate() }

// Cost is A's processor time for an operation over B's.
func Cost(a, b Sample) float64 { return float64(a.Cost()) / float64(max(b.Cost(), 1)) }

// Tail is A's p99 over B's.
func Tail(a, b Sample) float64 { return float64(a.P99()) / float64(max(b.P99(), 1)) }

// Values is what A's slots measured over what B's did.
func Values(a, b Sample) float64 { return a.Value / b.Value }

// Line is what a figure came to.
type Line struct {
	Name string `json:"name"`
	stat.Interval
	Goal    string       `json:"goal"`
	Verdict stat.Verdict `json:"verdict"`
	Rounds  []float64    `json:"rounds,omitempty"`
	Notes   []string     `json:"notes,omitempty"`
}

// String is the line as the bench prints it: LINE name median [lo, hi] goal verdict. One
// that came to no figure has dashes for it.
func (l Line) String() string {
	if len(l.Rounds) == 0 {
		return fmt.Sprintf("LINE %s - - %s %s", l.Name, l.Goal, l.Verdict)
	}
	return fmt.Sprintf("LINE %s %s [%s, %s] %s %s", l.Name, stat.Number(l.Median), stat.Number(l.Lo), stat.Number(l.Hi), l.Goal, l.Verdict)
}

// Duel is what takes place.
type Duel struct {
	A, B    Contestant
	Figures []Figure
	Least   int // rounds that are played in any case
	Most    int // rounds after which an undecided figure stays so
	Seed    uint64
}

// Run plays the rounds and returns a line for each figure. An operation that went wrong
// makes every line a failure: a contestant that does less of its work is no faster.
func (d Duel) Run(ctx context.Context) ([]Line, error) {
	figures := make([][]float64, len(d.Figures))
	var twins []float64
	var a, b Sample
	for n := 1; ; n++ {
		ra, rb, err := d.round(ctx)
		if err != nil {
			return nil, err
		}
		for i, f := range d.Figures {
			figures[i] = append(figures[i], f.Of(ra, rb))
		}
		if ra.CPU > 0 && rb.CPU > 0 {
			twins = append(twins, Cost(rb, ra))
		}
		a, b = a.plus(ra), b.plus(rb)
		if n >= d.Least && (n >= d.Most || d.decided(figures)) {
			break
		}
	}
	return d.lines(figures, twins, a, b), nil
}

func (d Duel) round(ctx context.Context) (a, b Sample, err error) {
	var slots [4]Sample
	for i, c := range []Contestant{d.A, d.B, d.B, d.A} {
		if err := ctx.Err(); err != nil {
			return a, b, err
		}
		if slots[i], err = c.Slot(ctx); err != nil {
			return a, b, fmt.Errorf("%s: %w", c.Name, err)
		}
		if slots[i].Done == 0 {
			return a, b, fmt.Errorf("%s did nothing in its slot: %w", c.Name, slots[i].First)
		}
	}
	return slots[0].plus(slots[3]), slots[1].plus(slots[2]), nil
}

func (d Duel) decided(figures [][]float64) bool {
	for i, f := range d.Figures {
		if f.Goal.Judge(stat.Bootstrap(figures[i], d.Seed)) == stat.Inconclusive {
			return false
		}
	}
	return true
}

func (d Duel) lines(figures [][]float64, twins []float64, a, b Sample) []Line {
	notes := []string{d.A.Name + ": " + a.String(), d.B.Name + ": " + b.String()}
	if len(twins) == len(figures[0]) { // others on the machine take time from both, and move this less
		v := stat.Bootstrap(twins, d.Seed)
		notes = append(notes, fmt.Sprintf("operations for the same processor time: %s [%s, %s]", stat.Number(v.Median), stat.Number(v.Lo), stat.Number(v.Hi)))
	}
	for _, x := range []struct {
		name string
		Sample
	}{{d.A.Name, a}, {d.B.Name, b}} {
		if x.Wrong > 0 {
			notes = append(notes, fmt.Sprintf("%s: %d operations went wrong, the first: %v", x.name, x.Wrong, x.First))
		}
	}
	var lines []Line
	for i, f := range d.Figures {
		l := Line{Name: f.Name, Interval: stat.Bootstrap(figures[i], d.Seed), Goal: f.Goal.String(), Rounds: figures[i]}
		if l.Verdict = f.Goal.Judge(l.Interval); a.Wrong+b.Wrong > 0 {
			l.Verdict = stat.Fail
		}
		if i == 0 {
			l.Notes = notes
		}
		lines = append(lines, l)
	}
	return lines
}
