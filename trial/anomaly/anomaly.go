// Package anomaly has every call of the append path fail once: of the driver of the
// database, of the guard file, of the source of randomness, of the clock (register
// P29 and section 4, point 6). A deed is a use case as the page calls it. For each
// way of failing it is done again and again, with the first call failing, then the
// second, until there is no n-th call any more; so nobody has to know which calls
// there are.
//
// After each point a judge that shares nothing with the broken site looks. Either
// the deed was acknowledged, and its act is there, its receipt verifies; or it was
// not, and then it is either not there, or it is and the same click made again
// gives that one act. In no case may the fault be told as a fault of who asked, and
// the next click, with nothing broken, must go through at once.
package anomaly

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/trial/faulty"
	"concerto/trial/inside"
)

// Result is what a sweep found.
type Result struct {
	Points   int // calls that were made to fail
	Acked    int // deeds that were acknowledged all the same
	Absent   int // refused, and nothing of it was there
	Silent   int // refused, and there: the same click again gave that act
	Lost     int // acknowledged and not there, or not what was acknowledged
	Findings []string
}

func (r *Result) found(format string, args ...any) {
	const enough = 30
	if len(r.Findings) < enough {
		r.Findings = append(r.Findings, fmt.Sprintf(format, args...))
	}
}

// Add adds what another sweep found.
func (r *Result) Add(o Result) {
	r.Points, r.Acked, r.Absent, r.Silent, r.Lost = r.Points+o.Points, r.Acked+o.Acked, r.Absent+o.Absent, r.Silent+o.Silent, r.Lost+o.Lost
	r.Findings = append(r.Findings, o.Findings...)
}

// Config says on what to sweep, and how finely.
type Config struct {
	New   func() (database, dir string, err error) // an empty database, as in store.Config, and a folder for the guard file
	Every int                                      // meet each call (1), or each seventh only (7)
	Say   func(format string, args ...any)         // may be nil
}

// variant is a way in which one of the things fails.
type variant struct {
	what string
	plan func(*sweep) *faulty.Plan
	kind faulty.Kind
}

func ofDriver(s *sweep) *faulty.Plan { return s.config.Driver }
func ofThings(s *sweep) *faulty.Plan { return s.config.Things }
func ofClock(s *sweep) *faulty.Plan  { return s.config.Clock }

var variants = []variant{
	{"database", ofDriver, faulty.Before},
	{"database", ofDriver, faulty.After},
	{"database", ofDriver, faulty.Cut},
	{"database", ofDriver, faulty.Lost},
	{"guard and randomness", ofThings, faulty.Before},
	{"guard and randomness", ofThings, faulty.Short},
	{"guard and randomness", ofThings, faulty.After},
	{"clock", ofClock, faulty.Past},
	{"clock", ofClock, faulty.Future},
	{"clock", ofClock, faulty.Same},
}

// Sweep makes every call of every deed fail in every way, on databases of one kind.
// Each deed has one of its own, so that what one does is not read by the next.
func Sweep(ctx context.Context, c Config) (Result, error) {
	var all Result
	for _, d := range deeds {
		began := time.Now()
		r, err := c.deed(ctx, d)
		all.Add(r)
		if err != nil {
			return all, fmt.Errorf("%s: %w", d.name, err)
		}
		if c.Say != nil {
			c.Say("%s: %d points in %.1fs, acknowledged %d, absent %d, there without an answer %d", d.name, r.Points,
				time.Since(began).Seconds(), r.Acked, r.Absent, r.Silent)
		}
	}
	return all, nil
}

func (c Config) deed(ctx context.Context, d deed) (Result, error) {
	s, err := newSweep(ctx, c)
	if err != nil {
		return Result{}, err
	}
	defer s.close()
	for _, v := range variants {
		if d.cold && v.what == "clock" {
			continue // a start asks the clock nothing
		}
		if err := s.run(ctx, d, v); err != nil {
			return s.Result, fmt.Errorf("%s %s: %w", v.what, v.kind, err)
		}
	}
	if err := s.judge.Audit(ctx); err != nil {
		s.found("after all of %s: %v", d.name, err)
	}
	return s.Result, nil
}

// sweep is a site whose things can be made to fail.
type sweep struct {
	Result
	Config
	config inside.Config
	site   *inside.Site
	judge  *inside.Judge
	now    atomic.Int64 // the right time, Unix nanoseconds
	bodies int          // invented bodies used so far
	spread int          // where the next run of a coarse sweep begins
}

func newSweep(ctx context.Context, c Config) (*sweep, error) {
	key, err := inside.NewKey()
	if err != nil {
		return nil, err
	}
	database, dir, err := c.New()
	if err != nil {
		return nil, err
	}
	s := &sweep{Config: c}
	s.now.Store(inside.Published.UnixNano())
	s.config = inside.Config{Database: database, Guard: filepath.Join(dir, "guard"), Now: s.clock, Key: key,
		Driver: &faulty.Plan{}, Things: &faulty.Plan{}, Clock: &faulty.Plan{}}
	if s.site, err = inside.Open(ctx, s.config); err != nil {
		return nil, err
	}
	err = s.site.PublishNotice(ctx)
	if err == nil {
		s.judge, err = inside.NewJudge(ctx, s.config)
	}
	if err != nil {
		return nil, errors.Join(err, s.site.Close())
	}
	s.now.Store(inside.Opening.UnixNano())
	return s, nil
}

func (s *sweep) clock() time.Time { return time.Unix(0, s.now.Load()).UTC() }

func (s *sweep) close() {
	s.site.Close()
	s.judge.Close()
}

// run sweeps one deed with one way of failing.
func (s *sweep) run(ctx context.Context, d deed, v variant) error {
	s.spread++
	for n := 1 + s.spread%s.Every; ; n += s.Every {
		met, err := s.point(ctx, d, v, n)
		if err != nil || !met {
			return err
		}
	}
}

// reopen closes the site and opens it again, as a start does.
func (s *sweep) reopen(ctx context.Context) (err error) {
	if err := s.site.Close(); err != nil {
		return err
	}
	s.site, err = inside.Open(ctx, s.config)
	return err
}

// ready prepares a deed, and counts the acts before it.
func (s *sweep) ready(ctx context.Context, d deed) (do do, before int64, err error) {
	s.now.Add(int64(time.Second))
	if do, err = d.prepare(ctx, s); err != nil {
		return nil, 0, fmt.Errorf("preparing: %w", err)
	}
	if d.cold {
		if err := s.reopen(ctx); err != nil {
			return nil, 0, err
		}
	}
	before, err = s.judge.Size(ctx)
	return do, before, err
}

// point does a deed with the n-th call failing. It reports whether there was one.
func (s *sweep) point(ctx context.Context, d deed, v variant, n int) (met bool, err error) {
	do, before, err := s.ready(ctx, d)
	if err != nil {
		return false, err
	}
	plan := v.plan(s)
	plan.Arm(v.kind, n)
	receipt, refusal := do(ctx)
	call, _ := plan.Disarm()
	if call == "" {
		if refusal != nil {
			return false, fmt.Errorf("with nothing broken: %w", refusal)
		}
		return false, nil
	}
	s.Points++
	if v.kind == faulty.Future {
		s.now.Add(int64(11 * time.Minute)) // until the right clock has caught up nothing is recorded, on purpose
	}
	c := checking{s, fmt.Sprintf("%s, call %d (%s) %s", d.name, n, call, v.kind), before}
	c.refusal(v, refusal)
	c.outcome(ctx, d, do, receipt, refusal)
	return true, nil
}

// blames reports whether an error says that who asked did something wrong.
func blames(err error) bool {
	var problems pdz.Problems
	return errors.As(err, &problems) || errors.Is(err, app.ErrNotFound) || errors.Is(err, app.ErrForbidden) ||
		errors.Is(err, app.ErrClosed) || errors.Is(err, app.ErrExists)
}
