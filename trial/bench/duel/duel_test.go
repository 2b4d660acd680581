package duel

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"concerto/trial/bench/stat"
)

// scripted is a contestant whose rate follows a list, over and over.
func scripted(name string, order *strings.Builder, rates ...int) Contestant {
	n := 0
	return Contestant{name, func(context.Context) (Sample, error) {
		order.WriteString(name)
		s := Sample{Done: rates[n%len(rates)], Elapsed: time.Second, CPU: time.Second, Times: []time.Duration{time.Millisecond}}
		n++
		return s, nil
	}}
}

func TestContestantsTakeTurnsUntilTheFigureIsDecided(t *testing.T) {
	var order strings.Builder
	d := Duel{A: scripted("A", &order, 90), B: scripted("B", &order, 100), Least: 3, Most: 9, Seed: 1,
		Figures: []Figure{{"x", stat.AtLeast(0.7), Rate}, {"x/cpu", stat.AtMost(1.2), Cost}}}
	lines, err := d.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if order.String() != "ABBAABBAABBA" {
		t.Errorf("order %s", &order)
	}
	if got := lines[0].String(); got != "LINE x 0.90 [0.90, 0.90] ≥0.70 pass" {
		t.Errorf("got %q", got)
	}
	if notes := strings.Join(lines[0].Notes, "\n"); !strings.Contains(notes, "the same processor time: 0.90 [0.90, 0.90]") {
		t.Errorf("no twin in processor time in %q", notes)
	}
	if got := lines[1].String(); got != "LINE x/cpu 1.11 [1.11, 1.11] ≤1.20 pass" {
		t.Errorf("got %q", got)
	}
}

func TestUndecidedFiguresGetMoreRoundsUpToABound(t *testing.T) {
	var order strings.Builder
	d := Duel{A: scripted("A", &order, 50, 50, 150, 150), B: scripted("B", &order, 100), Least: 2, Most: 6, Seed: 1,
		Figures: []Figure{{"x", stat.AtLeast(1), Rate}}}
	lines, err := d.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(lines[0].Rounds) != 6 || lines[0].Verdict != stat.Inconclusive {
		t.Errorf("%d rounds, %s", len(lines[0].Rounds), lines[0])
	}
}

func TestWhoDoesLessOfTheWorkHasFailed(t *testing.T) {
	var order strings.Builder
	hasty := Contestant{"A", func(context.Context) (Sample, error) {
		return Sample{Done: 1000, Wrong: 1, First: errors.New("503"), Elapsed: time.Second}, nil
	}}
	lines, err := Duel{A: hasty, B: scripted("B", &order, 100), Least: 1, Most: 1, Figures: []Figure{{"x", stat.AtLeast(0.7), Rate}}}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if lines[0].Verdict != stat.Fail || !strings.Contains(strings.Join(lines[0].Notes, "\n"), "503") {
		t.Errorf("%s, notes %q", lines[0], lines[0].Notes)
	}
	idle := Contestant{"A", func(context.Context) (Sample, error) {
		return Sample{First: errors.New("refused"), Elapsed: time.Second}, nil
	}}
	if _, err := (Duel{A: idle, B: idle, Least: 1, Most: 1}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("a slot in which nothing was done gives %v", err)
	}
}
