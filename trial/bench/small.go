package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"concerto/trial/bench/child"
	"concerto/trial/bench/duel"
	"concerto/trial/bench/stat"
)

// small starts the server on a database of 100,000 adhesions: how long until the first
// page, and what it holds in memory when nothing happens. The peer has as many records of
// the same fields and answers its first list of one.
func (b *bench) small() error {
	n := b.size(100_000)
	data, err := b.filled(n)
	if err != nil {
		return err
	}
	subject := b.starting("concerto", b.concerto, processPage, func(addr string) []string {
		return []string{"serve", "--data", data, "--listen", addr, "--base-url", base}
	})
	idle := duel.Figure{Name: "small/idle", Goal: stat.AtMost(40).In("MB"), Of: func(a, _ duel.Sample) float64 { return a.Value }}
	figures := []duel.Figure{
		{Name: "small/start", Goal: stat.AtMost(0.5), Of: func(a, b duel.Sample) float64 { return float64(a.Elapsed) / float64(b.Elapsed) }},
		{Name: "small/memory", Goal: stat.AtMost(0.6), Of: duel.Values},
	}
	why, ok := b.hasPeer()
	if !ok {
		b.lacking(why, figures...)
		return b.play(subject, subject, idle)
	}
	dir, err := b.scratch("pocketbase")
	if err != nil {
		return err
	}
	if err := child.Run(b.ctx, b.dir, b.peer, "fill", "--dir", dir, strconv.Itoa(n)); err != nil {
		return err
	}
	peer := b.starting("pocketbase", b.peer, "/api/collections/adesioni/records?perPage=1", func(addr string) []string {
		return []string{"pocketbase", "--dir", dir, "serve", "--http", addr}
	})
	return b.play(subject, peer, append(figures, idle)...)
}

// rest is how long a server is left alone before it is weighed.
const rest = 3 * time.Second

// starting is a contestant whose slot is a start, a first answer and a rest.
func (b *bench) starting(name, program, first string, args func(addr string) []string) duel.Contestant {
	return duel.Contestant{Name: name, Slot: func(ctx context.Context) (duel.Sample, error) {
		addr, err := b.address()
		if err != nil {
			return duel.Sample{}, err
		}
		begin := time.Now()
		p, err := child.Start(name, addr, filepath.Join(b.memory, name+".out"), program, args(addr)...)
		if err != nil {
			return duel.Sample{}, err
		}
		defer p.Stop()
		if err := p.AwaitAs(ctx, host, first, 2*time.Minute); err != nil {
			return duel.Sample{}, err
		}
		took := time.Since(begin)
		cpu := p.CPU()
		time.Sleep(rest)
		memory, _, err := p.Memory()
		if err != nil {
			return duel.Sample{}, fmt.Errorf("memory of %s: %w", name, err)
		}
		return duel.Sample{Done: 1, Elapsed: took, CPU: cpu, Times: []time.Duration{took}, Value: float64(memory) / (1 << 20)}, nil
	}}
}
