package skew

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"concerto/internal/app"
	"concerto/internal/register"
	"concerto/trial/inside"
)

// instance is a site with its clock.
type instance struct {
	*inside.Site
	began          time.Time
	off            atomic.Int64
	taken, refused atomic.Int64 // clicks begun and ended under the setting that holds
}

func (i *instance) clock() time.Time {
	return inside.Opening.Add(time.Since(i.began) + time.Duration(i.off.Load()))
}

// rush is a crowd on the instances.
type rush struct {
	Result
	Config
	instances []*instance
	judge     *inside.Judge
	bodies    atomic.Int64
	turn      atomic.Int64 // of the settings; odd while the clocks are being set

	mu       sync.Mutex
	receipts []*register.Receipt
	left     []string // drafts whose last click was refused
}

func open(ctx context.Context, c Config, n int) (*rush, error) {
	r, began := &rush{Config: c}, time.Now()
	key, err := inside.NewKey()
	if err != nil {
		return nil, err
	}
	for i := range n {
		one := &instance{began: began}
		config := inside.Config{Database: c.Database, Guard: filepath.Join(c.Dir, fmt.Sprintf("guard-%d", i+1)), Now: one.clock, Key: key}
		if one.Site, err = inside.Open(ctx, config); err != nil {
			return nil, err
		}
		r.instances = append(r.instances, one)
		if i > 0 {
			continue
		}
		if err := one.PublishNotice(ctx); err != nil {
			return nil, err
		}
		if r.judge, err = inside.NewJudge(ctx, config); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *rush) close() {
	for _, i := range r.instances {
		i.Close()
	}
	r.judge.Close()
}

// crowd is how many people adhere at the same time on each instance.
const crowd = 4

// enter lets the crowd in; leave waits until everyone has gone.
func (r *rush) enter(ctx context.Context) (leave func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, i := range r.instances {
		for range crowd {
			wg.Go(func() {
				for ctx.Err() == nil {
					r.adhere(context.WithoutCancel(ctx), i)
				}
			})
		}
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

// adhere is one person's sheet, from the first step to the last click.
func (r *rush) adhere(ctx context.Context, i *instance) {
	token, err := i.Draft(ctx, int(r.bodies.Add(1)))
	if err != nil {
		r.say("a form cannot be filled in: %v", err)
		return
	}
	turn := r.turn.Load()
	rc, err := i.Send(ctx, token, i.clock())
	settled := turn%2 == 0 && turn == r.turn.Load()
	switch {
	case err == nil:
		r.keep(rc.Proof)
		if settled {
			i.taken.Add(1)
		}
	case errors.Is(err, app.ErrClock):
		r.leave(token)
		if settled {
			i.refused.Add(1)
		}
	default:
		r.say("a click is not refused for the clock: %v", err)
	}
}

func (r *rush) say(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found(format, args...)
}

func (r *rush) keep(receipt *register.Receipt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.receipts = append(r.receipts, receipt)
}

func (r *rush) leave(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = append(r.left, token)
	r.Refused++
}

// set sets the clocks while the crowd goes on.
func (r *rush) set(off []time.Duration) {
	r.turn.Add(1)
	for k, i := range r.instances {
		i.off.Store(int64(off[k]))
		i.taken.Store(0)
		i.refused.Store(0)
	}
	r.turn.Add(1)
	r.Jumps++
}

// patience is how long an instance may take to answer anybody. Instances that share a
// database do not take strict turns.
const patience = 20 * time.Second

// hear waits until each instance has answered somebody.
func (r *rush) hear(s setting) {
	for stop := time.Now().Add(patience); time.Now().Before(stop); time.Sleep(20 * time.Millisecond) {
		silent := false
		for k, i := range r.instances {
			taken, refused := i.taken.Load(), i.refused.Load()
			silent = silent || taken+refused == 0 || s.want[k] == either && refused == 0
		}
		if !silent {
			return
		}
	}
}

// look compares what the instances answered with what they should under a setting.
func (r *rush) look(s setting) {
	r.hear(s)
	for k, i := range r.instances {
		taken, refused := i.taken.Load(), i.refused.Load()
		wrong := s.want[k] == takes && (refused > 0 || taken == 0) || s.want[k] == refuses && (taken > 0 || refused == 0) ||
			s.want[k] == either && refused == 0
		if wrong {
			r.say("clocks off by %v: instance %d took %d sheets and refused %d, and it %s", s.off, k+1, taken, refused, s.want[k])
		}
		if r.Say != nil {
			r.Say("clocks off by %v: instance %d took %d sheets, refused %d", s.off, k+1, taken, refused)
		}
	}
}

// makeAgain makes every click again that was refused. The clocks are right by now.
func (r *rush) makeAgain(ctx context.Context) {
	for k, token := range r.left {
		i := r.instances[k%len(r.instances)]
		rc, err := i.Send(ctx, token, i.clock())
		if err != nil {
			r.found("with the clocks right again: %v", err)
			continue
		}
		r.receipts = append(r.receipts, rc.Proof)
	}
}

// between sets the clock back by a second between the reception of a sheet and its
// registration, with nobody else about whose act would hide it.
func (r *rush) between(ctx context.Context) {
	i := r.instances[0]
	token, err := i.Draft(ctx, int(r.bodies.Add(1)))
	if err != nil {
		r.found("a form cannot be filled in: %v", err)
		return
	}
	i.off.Add(int64(time.Minute)) // past whatever the register holds
	received := i.clock()
	i.off.Add(-int64(time.Second))
	rc, err := i.Send(ctx, token, received)
	if err != nil {
		r.found("received a second before the clock was set back: %v", err)
		return
	}
	r.Jumps++
	r.receipts = append(r.receipts, rc.Proof)
}

// check holds the register to every receipt, to its order, and to the audit.
func (r *rush) check(ctx context.Context) {
	r.Acked = len(r.receipts)
	places := map[int64]bool{}
	for _, receipt := range r.receipts {
		if err := r.judge.Receipt(ctx, receipt); err != nil {
			r.Lost++
			r.found("%v", err)
		}
		places[receipt.Proof.Index] = true
	}
	size, err := r.judge.Size(ctx)
	if err != nil || len(places) != r.Acked || size != int64(r.Acked)+1 {
		r.found("%d receipts of %d acts in a register of %d (%v)", r.Acked, len(places), size, err)
	}
	if err := errors.Join(r.judge.Register(ctx), r.judge.Audit(ctx)); err != nil {
		r.found("%v", err)
	}
}
