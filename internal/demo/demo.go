// Package demo enacts invented content on a simulated clock, through the same use
// cases as a person's click, so that the register it leaves is a real one.
//
// At any position of the clock everything up to that instant has happened and
// nothing later has: moving the clock forward enacts, one after another, the
// events that lie between, each at its own instant. The clock goes on by itself
// at the pace of the real one. It never runs backwards; beginning again empties
// the database and opens another log under another key.
//
// Several instances may run on one PostgreSQL database: the position of the clock
// is a row, an event has an idempotency key, and so it happens once.
package demo

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"concerto/internal/app"
	"concerto/internal/clock"
	"concerto/internal/definition"
	"concerto/internal/mail"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Config is what a demo is made from.
type Config struct {
	App    *app.App
	Store  *store.Store
	Clock  *clock.Simulated
	Real   clock.Now // to tell how long the demo stood still
	Files  fs.FS     // <Dir>/process.yaml and <Dir>/content
	Dir    string
	Start  time.Time // where the clock stands when the demo begins
	Empty  bool      // the definition alone, without content
	NewKey func() (app.LogKey, error)
	Log    *slog.Logger
}

// Demo is a running demo. Its methods may be called from any goroutine.
type Demo struct {
	Config
	app        *app.App
	store      *store.Store
	clock      *clock.Simulated
	content    *content
	definition *definition.Definition
	slug       string
	wake       chan struct{}

	work sync.Mutex // held while events are enacted: one at a time

	mu        sync.Mutex // guards what follows
	plan      []event
	done      int // events of plan that have happened
	from      int // done when the current move began
	target    time.Time
	beginning bool
	rounds    int // how often the demo began again
}

// Progress is how far an enactment has come.
type Progress struct {
	Enacting    bool
	Done, Total int
	Now, Target time.Time
	Round       int // how often the demo has begun again
}

// New reads the content; Open starts from what the database holds.
func New(c Config) (*Demo, error) {
	d := &Demo{Config: c, app: c.App, store: c.Store, clock: c.Clock, wake: make(chan struct{}, 1), content: &content{}}
	src, err := fs.ReadFile(c.Files, c.Dir+"/process.yaml")
	if err != nil {
		return nil, err
	}
	var found definition.Findings
	if d.definition, found = definition.Load(c.Dir+"/process.yaml", src); d.definition == nil {
		return nil, found
	}
	if d.content, err = readContent(c.Files, c.Dir); err != nil {
		return nil, err
	}
	if c.Empty { // nobody has adhered, but one can be somebody
		d.content = &content{People: d.content.People}
	}
	d.slug = app.Slug(d.definition.Process)
	return d, nil
}

func (d *Demo) ambito() string { return d.definition.Process.Ambito.ID }

// dayBegins is the hour at which the demo publishes its notice.
const dayBegins = 9 * time.Hour

// published is the instant of the notice, on the day that it bears.
func (d *Demo) published() time.Time {
	n := d.definition.Process.Notice.Date
	return time.Date(n.Year, n.Month, n.Day, 0, 0, 0, 0, d.definition.Process.Zone).Add(dayBegins)
}

// Open resumes where the database stands, or begins. It returns when everything
// up to the position of the clock has happened.
func (d *Demo) Open(ctx context.Context) error {
	_, err := d.store.Read().Process(ctx, q.ProcessParams{Ambito: d.ambito(), Slug: d.slug})
	switch {
	case errors.Is(err, store.ErrNoRows):
		return d.begin(ctx, false)
	case err != nil:
		return err
	}
	if err := d.resume(ctx); err != nil {
		return err
	}
	return d.enact(ctx)
}

// begin publishes the notice and enacts up to the start.
func (d *Demo) begin(ctx context.Context, wipe bool) error {
	d.work.Lock()
	defer d.work.Unlock()
	if wipe {
		err := d.store.Update(ctx, d.ambito(), func(tx *store.Tx) error { return tx.Wipe(ctx) })
		if err != nil {
			return err
		}
	}
	d.clock.Restart(d.published())
	key, err := d.NewKey()
	if err != nil {
		return err
	}
	err = d.app.Publish(ctx, app.Actor{Role: app.System}, d.definition, key, d.clock.Now())
	if err != nil && !errors.Is(err, app.ErrExists) {
		return err
	}
	d.setPlan(d.Start)
	return d.enactPlan(ctx)
}

func (d *Demo) setPlan(target time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plan, d.done, d.from, d.target = d.events(d.definition.Process, d.slug), 0, 0, target
}

// resume takes the clock from the database, which kept it while nothing ran.
func (d *Demo) resume(ctx context.Context) error {
	row, err := d.store.Read().DemoClock(ctx)
	if errors.Is(err, store.ErrNoRows) {
		d.clock.Restart(d.Start)
		d.setPlan(d.Start)
		return nil
	}
	if err != nil {
		return err
	}
	at := time.UnixMicro(row.AtUs)
	if away := d.Real().Sub(time.UnixMicro(row.RealUs)); away < stoodStill {
		at = at.Add(away) // another instance is running
	}
	d.clock.Restart(at)
	d.setPlan(time.UnixMicro(row.TargetUs))
	return nil
}

// stoodStill is the silence after which nobody was running the demo.
const stoodStill = 15 * time.Second

// Run enacts what falls due, and keeps the clock in step with other instances,
// until ctx is done.
func (d *Demo) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-d.wake:
		}
		if err := d.follow(ctx); err != nil && ctx.Err() == nil {
			d.Log.Error("demo clock", "err", err)
		}
		if err := d.enact(ctx); err != nil && ctx.Err() == nil {
			d.Log.Error("demo", "err", err)
		}
	}
}

// follow moves the clock up to where another instance has taken it, and notices
// that another began again.
func (d *Demo) follow(ctx context.Context) error {
	row, err := d.store.Read().DemoClock(ctx)
	if err != nil {
		return nil // none yet, or between two beginnings
	}
	at := time.UnixMicro(row.AtUs).Add(d.Real().Sub(time.UnixMicro(row.RealUs)))
	if at.Before(d.clock.Now().Add(-time.Minute)) && d.work.TryLock() {
		d.clock.Restart(at)
		d.work.Unlock()
		d.setPlan(time.UnixMicro(row.TargetUs))
		return nil
	}
	d.clock.Advance(at)
	return nil
}

// Move takes the clock to an instant. The events between are enacted by Run; it
// returns at once.
func (d *Demo) Move(ctx context.Context, to time.Time) error {
	d.mu.Lock()
	if to.After(d.target) {
		d.target, d.from = to, d.done
	}
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
	return nil
}

// Begin starts again with an empty database.
func (d *Demo) Begin(ctx context.Context) error {
	d.mu.Lock()
	d.beginning = true
	d.rounds++
	d.mu.Unlock()
	defer func() { d.mu.Lock(); d.beginning = false; d.mu.Unlock() }()
	return d.begin(context.WithoutCancel(ctx), true)
}

// Progress tells how far the current move has come.
func (d *Demo) Progress() Progress {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.clock.Now()
	total := d.done
	for total < len(d.plan) && !d.plan[total].at.After(d.target) {
		total++
	}
	return Progress{Enacting: d.beginning || d.target.After(now), Done: d.done - d.from, Total: total - d.from, Now: now, Target: d.target, Round: d.rounds}
}

// enact carries out what is due.
func (d *Demo) enact(ctx context.Context) error {
	d.work.Lock()
	defer d.work.Unlock()
	return d.enactPlan(ctx)
}

func (d *Demo) enactPlan(ctx context.Context) error {
	for {
		e, ok := d.nextDue()
		if !ok {
			break
		}
		d.clock.Advance(e.at)
		if err := e.do(ctx); err != nil && !d.happened(ctx, e) {
			d.Log.Error("demo event", "key", e.key, "err", err)
		}
		if _, err := d.app.DeliverDue(ctx, postbox{}); err != nil {
			return err
		}
		d.mu.Lock()
		d.done++
		d.mu.Unlock()
	}
	d.mu.Lock()
	target := d.target
	d.mu.Unlock()
	d.clock.Advance(target)
	if _, err := d.app.DeliverDue(ctx, postbox{}); err != nil {
		return err
	}
	return d.keepClock(ctx, target)
}

// nextDue returns the next event up to the clock or the target, whichever is later.
func (d *Demo) nextDue() (event, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	until := d.clock.Now()
	if d.target.After(until) {
		until = d.target
	}
	if d.done >= len(d.plan) || d.plan[d.done].at.After(until) {
		return event{}, false
	}
	return d.plan[d.done], true
}

// happened reports whether another instance, or an earlier run, enacted it.
func (d *Demo) happened(ctx context.Context, e event) bool {
	_, err := d.store.Read().VersionByIdem(ctx, q.VersionByIdemParams{Ambito: d.ambito(), Idem: e.key})
	return err == nil
}

func (d *Demo) keepClock(ctx context.Context, target time.Time) error {
	return d.store.Update(ctx, d.ambito(), func(tx *store.Tx) error {
		return tx.SetDemoClock(ctx, q.SetDemoClockParams{AtUs: d.clock.Now().UnixMicro(), RealUs: d.Real().UnixMicro(), TargetUs: target.UnixMicro()})
	})
}

// postbox takes every message: in the demo the outbox itself is the postbox.
type postbox struct{}

func (postbox) Send(_ context.Context, m mail.Message) error { return m.Check() }
