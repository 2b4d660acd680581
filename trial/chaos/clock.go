package main

import (
	"fmt"
	"path/filepath"
	"time"

	"concerto/trial/skew"
)

// clocks sets the clocks wrong in the middle of a rush: of one instance on either
// database, and of two on one PostgreSQL against each other.
func clocks(t *trial) (result, error) {
	var res result
	each := 2 * time.Second
	if t.short {
		each = 500 * time.Millisecond
	}
	server, err := t.volatilePostgres()
	if err != nil {
		return res, err
	}
	defer server.Stop()
	var all skew.Result
	for _, kind := range []string{"sqlite", "postgres", "pair"} {
		s, err := t.sub("clock-" + kind)
		if err != nil {
			return res, err
		}
		c := skew.Config{Database: filepath.Join(s.dir, "concerto.db"), Dir: s.dir, Each: each,
			Say: func(format string, args ...any) { t.say(kind+", "+format, args...) }}
		rush := skew.Alone
		if kind != "sqlite" {
			if c.Database, err = server.Create("clock_" + kind); err != nil {
				return res, err
			}
		}
		if kind == "pair" {
			rush = skew.Pair
		}
		r, err := rush(t.ctx, c)
		if err != nil {
			return res, fmt.Errorf("%s: %w", kind, err)
		}
		all.Add(r)
	}
	res.faults, res.acks, res.lost, res.findings = all.Jumps, all.Acked, all.Lost, all.Findings
	res.measured("%d clicks refused while a clock was wrong, all of them taken afterwards", all.Refused)
	return res, t.judgeMyself(&res, "clock")
}
