// Package skew sets the clocks of a site wrong while people adhere: forward, back,
// and, of two instances on one PostgreSQL, one against the other (register P20). Go
// takes no notice of faketime, so the use cases run in this process with clocks that
// can be set.
//
// What is asked of the site: no act is ever registered before the one it follows or
// before it was received; a clock that stands more than a little before the register
// records nothing and says so; small differences disturb nobody; and as soon as the
// clock is right again, every click that was refused goes through when it is made
// again, once.
package skew

import (
	"context"
	"fmt"
	"time"
)

// Result is what a rush through wrong clocks found.
type Result struct {
	Jumps, Acked, Refused, Lost int
	Findings                    []string
}

// Add adds what another rush found.
func (r *Result) Add(o Result) {
	r.Jumps, r.Acked, r.Refused, r.Lost = r.Jumps+o.Jumps, r.Acked+o.Acked, r.Refused+o.Refused, r.Lost+o.Lost
	r.Findings = append(r.Findings, o.Findings...)
}

func (r *Result) found(format string, args ...any) {
	const enough = 30
	if len(r.Findings) < enough {
		r.Findings = append(r.Findings, fmt.Sprintf(format, args...))
	}
}

// Config says on what, and for how long each setting of the clocks lasts.
type Config struct {
	Database string // new and empty, as in store.Config
	Dir      string // for the guard files
	Each     time.Duration
	Say      func(format string, args ...any) // may be nil
}

// answers is what an instance is to say while its clock is set so.
type answers string

const (
	takes   answers = "takes every sheet"
	refuses answers = "refuses every sheet"
	either  answers = "takes or refuses" // until somebody else has moved the register on
)

// setting is how the clocks stand, against the right time, and what comes of it.
type setting struct {
	off  []time.Duration // of each instance
	want []answers
}

// alone is what befalls one instance.
var alone = []setting{
	{[]time.Duration{0}, []answers{takes}},
	{[]time.Duration{-time.Second}, []answers{takes}},
	{[]time.Duration{0}, []answers{takes}},
	{[]time.Duration{-time.Hour}, []answers{refuses}},
	{[]time.Duration{0}, []answers{takes}},
	{[]time.Duration{time.Hour}, []answers{takes}},
	{[]time.Duration{0}, []answers{refuses}}, // right, and yet an hour before the register
	{[]time.Duration{time.Hour + time.Minute}, []answers{takes}},
}

// pair is what befalls two instances that share a database.
var pair = []setting{
	{[]time.Duration{0, 0}, []answers{takes, takes}},
	{[]time.Duration{0, time.Second}, []answers{takes, takes}},
	{[]time.Duration{time.Second, 0}, []answers{takes, takes}},
	{[]time.Duration{0, time.Minute}, []answers{either, takes}}, // the slower one refuses once the faster one has written
	{[]time.Duration{2 * time.Minute, 2 * time.Minute}, []answers{takes, takes}},
	{[]time.Duration{2 * time.Minute, -time.Hour}, []answers{takes, refuses}},
	{[]time.Duration{3 * time.Minute, 3*time.Minute + 1500*time.Millisecond}, []answers{takes, takes}},
}

// Alone runs a rush on one instance whose clock jumps.
func Alone(ctx context.Context, c Config) (Result, error) { return run(ctx, c, 1, alone) }

// Pair runs a rush on two instances of one PostgreSQL database whose clocks part.
func Pair(ctx context.Context, c Config) (Result, error) { return run(ctx, c, 2, pair) }

func run(ctx context.Context, c Config, instances int, settings []setting) (Result, error) {
	r, err := open(ctx, c, instances)
	if err != nil {
		return Result{}, err
	}
	defer r.close()
	leave := r.enter(ctx)
	for _, s := range settings {
		r.set(s.off)
		time.Sleep(c.Each)
		r.look(s)
	}
	leave()
	r.makeAgain(ctx)
	r.between(ctx)
	r.check(ctx)
	return r.Result, ctx.Err()
}
