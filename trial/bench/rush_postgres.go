package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"concerto/trial/bench/child"
	"concerto/trial/bench/duel"
	"concerto/trial/bench/floor"
	"concerto/trial/bench/load"
	"concerto/trial/bench/stat"
)

// rushPostgres is the rush on two instances that share a PostgreSQL server, against two
// processes that insert the bare rows of as many acts: see package floor for what that
// leaves out. The batches of the floor are as large as those of the instances can be at
// most, one for each client that waits. The processor time of the server of the database,
// which both use, is in no figure.
func (b *bench) rushPostgres() error {
	pg, err := b.postgres("pg")
	if err != nil {
		return err
	}
	dsn, err := pg.Create("concerto")
	if err != nil {
		return err
	}
	data, err := b.scratch("rush-postgres")
	if err != nil {
		return err
	}
	var instances, bare []*child.Process
	for i := range 2 {
		p, err := b.serve(fmt.Sprintf("concerto-%d", i+1), data, "--database", dsn)
		if err != nil {
			return err
		}
		instances = append(instances, p)
	}
	for i := range 2 {
		p, err := b.floorAs(fmt.Sprintf("insert-%d", i+1), "insert", "--database", dsn, "--first", strconv.Itoa(i<<40), "--batch", strconv.Itoa(max(b.clients/2, 1)))
		if err != nil {
			return err
		}
		bare = append(bare, p)
	}
	r := &rusher{b: b, p: instances[0], also: instances[1]}
	if err := r.warm(); err != nil {
		return err
	}
	return b.play(duel.Contestant{Name: "two instances", Slot: r.slot},
		duel.Contestant{Name: "bare inserts", Slot: func(ctx context.Context) (duel.Sample, error) { return b.insert(ctx, bare) }},
		duel.Figure{Name: "rush-postgres", Goal: stat.AtLeast(0.7), Of: duel.Rate})
}

// insert lets the floors insert for one slot, all at once.
func (b *bench) insert(ctx context.Context, floors []*child.Process) (duel.Sample, error) {
	each := make([]duel.Sample, len(floors))
	failed := make([]error, len(floors))
	var all sync.WaitGroup
	for i, p := range floors {
		all.Go(func() { each[i], failed[i] = b.insertOne(p) })
	}
	all.Wait()
	var sum duel.Sample
	for i, s := range each {
		if failed[i] != nil {
			return sum, failed[i]
		}
		sum.Done, sum.CPU, sum.Elapsed = sum.Done+s.Done, sum.CPU+s.CPU, max(sum.Elapsed, s.Elapsed)
	}
	return sum, ctx.Err()
}

func (b *bench) insertOne(p *child.Process) (duel.Sample, error) {
	before := p.CPU()
	a, err := ask(p.Addr, fmt.Appendf(nil, "GET /?for=%s HTTP/1.1\r\nHost: x\r\n\r\n", b.slot))
	if err != nil {
		return duel.Sample{}, err
	}
	var done floor.Inserted
	if err := json.Unmarshal(a.Body, &done); err != nil {
		return duel.Sample{}, fmt.Errorf("%w in %.200q", err, a.Body)
	}
	return duel.Sample{Done: done.Acts, Elapsed: done.Elapsed, CPU: p.CPU() - before}, nil
}

// driveBoth lets half of the clients ask each of two servers for one slot.
func (b *bench) driveBoth(ctx context.Context, one, other *child.Process, want int, next load.Source) duel.Sample {
	servers := []*child.Process{one, other}
	each := make([]load.Result, len(servers))
	before := one.CPU() + other.CPU()
	var all sync.WaitGroup
	for i, p := range servers {
		all.Go(func() { each[i] = load.Run(ctx, p.Addr, max(b.clients/2, 1), b.slot, want, next) })
	}
	all.Wait()
	var s duel.Sample
	for i, r := range each {
		s.Done, s.Wrong, s.Elapsed, s.Times = s.Done+r.Done, s.Wrong+r.Wrong, max(s.Elapsed, r.Elapsed), append(s.Times, r.Times...)
		if s.First == nil {
			s.First = r.First
		}
		servers[i].Forget()
	}
	slices.Sort(s.Times)
	s.CPU = one.CPU() + other.CPU() - before
	return s
}
