package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"concerto/trial/bench/child"
	"concerto/trial/bench/duel"
	"concerto/trial/bench/stat"
)

// flat is by how much a cost may grow: within a fifth.
var flat = stat.AtMost(1.2)

// growth asks whether an act and a page cost the same when there is much: a hundred or
// six hundred Ambiti on one instance, a million adhesions in one process. What is compared
// is processor time for each, against an instance with one Ambito and little in it; bodies
// adhere to all Ambiti in turn, and the pages are read while acts arrive, so that what it
// costs to make them anew is in the figure.
func (b *bench) growth() error {
	data, err := b.scratch("growth-1")
	if err != nil {
		return err
	}
	little, err := b.serve("one-ambito", data)
	if err != nil {
		return err
	}
	for _, n := range []int{100, 600} {
		if err := b.growAmbiti(little, n); err != nil {
			return err
		}
	}
	many := b.size(1_000_000)
	if data, err = b.filled(many); err != nil {
		return err
	}
	large, err := b.serve("many-acts", data)
	if err != nil {
		return err
	}
	return b.grown(fmt.Sprintf("%d-acts", many), &rusher{b: b, p: large}, &rusher{b: b, p: little})
}

func (b *bench) growAmbiti(little *child.Process, n int) error {
	data, err := b.scratch(fmt.Sprintf("growth-%d", n))
	if err != nil {
		return err
	}
	names, notices, err := b.notices(n)
	if err != nil {
		return err
	}
	large, err := b.serve(fmt.Sprintf("%d-ambiti", n), data, notices...)
	if err != nil {
		return err
	}
	defer large.Stop()
	return b.grown(fmt.Sprintf("%d-ambiti", n), &rusher{b: b, p: large, ambiti: append(names, ambito)}, &rusher{b: b, p: little})
}

// notices writes the notice for n-1 more Ambiti, as flags of the program.
func (b *bench) notices(n int) (names, flags []string, err error) {
	src, err := os.ReadFile(b.notice)
	if err != nil {
		return nil, nil, err
	}
	mine := []byte("ambito:\n  id: " + ambito + "\n")
	if !bytes.Contains(src, mine) {
		return nil, nil, errors.New("the notice does not name its Ambito where it did")
	}
	for i := 2; i <= n; i++ {
		name := fmt.Sprintf("ambito-%d", i)
		file := filepath.Join(b.dir, name+".yaml")
		text := bytes.Replace(src, mine, []byte("ambito:\n  id: "+name+"\n"), 1)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return nil, nil, err
		}
		names, flags = append(names, name), append(flags, "--process", file)
	}
	return names, flags, nil
}

// grown compares an instance with much and one with little, in acts and in pages.
func (b *bench) grown(name string, large, little *rusher) error {
	if err := errors.Join(large.warm(), little.warm()); err != nil {
		return err
	}
	err := b.play(large.contestant(), little.contestant(), duel.Figure{Name: "growth/act-" + name, Goal: flat, Of: duel.Cost})
	if err != nil {
		return err
	}
	return b.play(b.readingWhile(large.p), b.readingWhile(little.p), duel.Figure{Name: "growth/page-" + name, Goal: flat, Of: duel.Cost})
}

// readingWhile reads the page of the process while acts arrive in it.
func (b *bench) readingWhile(p *child.Process) duel.Contestant {
	return duel.Contestant{Name: p.Name, Slot: func(ctx context.Context) (duel.Sample, error) { return b.readWhileChanging(ctx, p) }}
}
