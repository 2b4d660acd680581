package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"concerto/internal/register"
	"concerto/internal/store/q"
)

const (
	queueSize = 4096 // writes that may wait; beyond that the answer is "busy" (P25)
	maxBatch  = 256  // closures in one transaction
)

// job is a closure that waits for the writer. result has room for one error, so
// that the writer never waits for whoever asked.
type job struct {
	ctx    context.Context
	ambito string
	fn     func(*Tx) error
	result chan error
}

// Update runs fn in a transaction on the log of one Ambito and returns when what
// it wrote is durable, or nothing of it is. fn may run on another goroutine and
// must not keep tx. Receipts that tx.Append returned are complete once Update has
// returned nil.
func (s *Store) Update(ctx context.Context, ambito string, fn func(*Tx) error) error {
	j := &job{ctx, ambito, fn, make(chan error, 1)}
	select {
	case <-s.quit:
		return ErrClosed
	default:
	}
	select {
	case s.queue <- j:
	case <-s.quit:
		return ErrClosed
	default:
		s.figures.refused.Add(1)
		return ErrBusy
	}
	select {
	case err := <-j.result: // no way out on ctx: the act may be in the register by now
		return err
	case <-s.done:
		select {
		case err := <-j.result:
			return err
		default:
			return ErrClosed
		}
	}
}

// run is the writer.
func (s *Store) run() {
	defer close(s.done)
	for {
		select {
		case j := <-s.queue:
			s.runBatch(s.collect(j))
		case <-s.quit:
			for {
				select {
				case j := <-s.queue:
					s.runBatch(s.collect(j))
				default:
					return
				}
			}
		}
	}
}

// collect takes what is waiting already, and waits for nobody.
func (s *Store) collect(first *job) []*job {
	batch := []*job{first}
	for len(batch) < maxBatch {
		select {
		case j := <-s.queue:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

func (s *Store) runBatch(jobs []*job) {
	ctx := context.Background() // a client that hangs up takes nobody else's write with it
	b := &batch{s: s, ctx: ctx, trees: map[string]*growing{}}
	results, err := b.run(jobs)
	s.figures.sizes.Observe(float64(len(jobs)))
	if err != nil {
		s.figures.failures.Add(1)
		s.cfg.Log.Error("transaction failed", "writes", len(jobs), "err", err)
		err = unavailable(err)
	}
	for i, j := range jobs {
		switch {
		case err != nil:
			results[i] = err
		case OfDatabase(results[i]):
			s.cfg.Log.Error("write failed", "err", results[i])
			results[i] = unavailable(results[i])
		}
		j.result <- results[i]
	}
	if s.writes != nil {
		s.writes.catchUp(ctx)
	}
}

// batch is one transaction of the writer.
type batch struct {
	s     *Store
	ctx   context.Context
	sql   *sql.Tx
	db    q.DBTX // the same, with prepared statements where the driver has none
	q     *q.Queries
	trees map[string]*growing // by ambito
}

// growing is a log to which a batch appends.
type growing struct {
	*tree
	leaves  *register.Batch
	last    int64 // registration instant of the last act, microseconds
	pending []*Recorded
}

// run returns one result for each job; err is the fate of the whole transaction.
func (b *batch) run(jobs []*job) (results []error, err error) {
	results = make([]error, len(jobs))
	if b.sql, err = b.s.write.BeginTx(b.ctx, nil); err != nil {
		return results, fmt.Errorf("begin: %w", err)
	}
	defer b.sql.Rollback() // after a commit it does nothing
	b.db = b.sql
	if b.s.writes != nil {
		b.db = preparedTx{b.sql, b.s.writes}
	}
	b.q = q.New(b.db)
	if err := b.lock(jobs); err != nil {
		return results, err
	}
	for i, j := range jobs {
		if results[i], err = b.runJob(j); err != nil {
			return results, err
		}
	}
	var signed []register.Checkpoint
	for _, ambito := range b.ambiti() {
		cp, err := b.seal(ambito)
		if err != nil {
			return results, err
		}
		if cp != nil {
			signed = append(signed, *cp)
		}
	}
	if err := b.sql.Commit(); err != nil {
		b.s.trees = map[string]*tree{} // what the database holds now is not known
		return results, fmt.Errorf("commit: %w", err)
	}
	b.keep(signed)
	return results, nil
}

// lock takes the rows of the logs, in one order for all instances.
func (b *batch) lock(jobs []*job) error {
	for _, j := range jobs {
		b.trees[j.ambito] = nil
	}
	for _, ambito := range b.ambiti() {
		t, err := b.s.lockTree(b.ctx, b.q, ambito)
		if err != nil {
			return err
		}
		if t == nil {
			continue
		}
		b.trees[ambito] = b.grow(ambito, t)
		if err := b.s.extends(hashReader{b.ctx, b.q, ambito, t.cache}, t.row); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) grow(ambito string, t *tree) *growing {
	r := hashReader{b.ctx, b.q, ambito, t.cache}
	return &growing{tree: t, leaves: register.NewBatch(t.row.Size, r), last: t.row.LastUs}
}

func (b *batch) ambiti() []string {
	var out []string
	for a := range b.trees {
		out = append(out, a)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}

// runJob runs one closure under a savepoint. The second error ends the batch.
func (b *batch) runJob(j *job) (result, fatal error) {
	if err := j.ctx.Err(); err != nil {
		return err, nil
	}
	if _, err := b.db.ExecContext(b.ctx, "SAVEPOINT act"); err != nil {
		return nil, fmt.Errorf("savepoint: %w", err)
	}
	g := b.trees[j.ambito]
	before := mark(g)
	err := b.call(j)
	if err == nil {
		_, fatal = b.db.ExecContext(b.ctx, "RELEASE SAVEPOINT act")
		return nil, fatal
	}
	if _, fatal := b.db.ExecContext(b.ctx, "ROLLBACK TO SAVEPOINT act"); fatal != nil {
		return err, fmt.Errorf("rollback to savepoint: %w", fatal)
	}
	if g == nil {
		b.trees[j.ambito] = nil // a log that the closure had created is gone again
		return err, nil
	}
	return err, g.undo(before)
}

type marked struct {
	size, last int64
	pending    int
}

func mark(g *growing) marked {
	if g == nil {
		return marked{}
	}
	return marked{g.leaves.Size(), g.last, len(g.pending)}
}

func (g *growing) undo(m marked) error {
	g.last, g.pending = m.last, g.pending[:m.pending]
	return g.leaves.Undo(m.size)
}

// call runs the closure; a panic of it is its own error, not the writer's end.
func (b *batch) call(j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			b.s.cfg.Log.Error("write panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("write panicked: %v", p)
		}
	}()
	tx := &Tx{Queries: b.q, Ambito: j.ambito, Now: register.Instant(b.s.cfg.Now()), b: b}
	return j.fn(tx)
}

// seal writes the new hashes of a log, signs its checkpoint and completes the
// receipts. Everything is still inside the transaction.
func (b *batch) seal(ambito string) (*register.Checkpoint, error) {
	g := b.trees[ambito]
	if g == nil || len(g.pending) == 0 {
		return nil, nil
	}
	size := g.leaves.Size()
	root, err := register.Root(size, g.leaves)
	if err != nil {
		return nil, fmt.Errorf("root of log %s: %w", ambito, err)
	}
	cp := register.Checkpoint{Origin: g.row.Origin, Size: size, Root: root}
	if b.s.cfg.Signer == nil {
		return nil, fmt.Errorf("log %s: no key to sign with", cp.Origin)
	}
	signer, err := b.s.cfg.Signer(cp.Origin)
	if err != nil {
		return nil, fmt.Errorf("key of log %s: %w", cp.Origin, err)
	}
	signed, err := cp.Sign(signer)
	if err != nil {
		return nil, fmt.Errorf("sign log %s: %w", ambito, err)
	}
	for _, r := range g.pending {
		path, err := register.Inclusion(size, r.N, g.leaves)
		if err != nil {
			return nil, fmt.Errorf("proof of act %d: %w", r.N, err)
		}
		r.Receipt.Proof = register.Proof{Leaf: r.Leaf, Index: r.N, Path: path, Checkpoint: signed}
	}
	return &cp, b.writeLog(ambito, g, cp, signed)
}

func (b *batch) writeLog(ambito string, g *growing, cp register.Checkpoint, signed []byte) error {
	first, hashes := g.leaves.Hashes()
	for i, h := range hashes {
		if err := b.q.InsertHash(b.ctx, q.InsertHashParams{Ambito: ambito, Idx: first + int64(i), Hash: h[:]}); err != nil {
			return fmt.Errorf("hash %d: %w", first+int64(i), err)
		}
	}
	if err := b.q.InsertCheckpoint(b.ctx, q.InsertCheckpointParams{Ambito: ambito, Size: cp.Size, Note: signed}); err != nil {
		return fmt.Errorf("checkpoint %d: %w", cp.Size, err)
	}
	moved, err := b.q.MoveLog(b.ctx, q.MoveLogParams{Size: cp.Size, Root: cp.Root[:], LastUs: g.last,
		Ambito: ambito, Size_2: g.row.Size, Root_2: g.row.Root})
	if err != nil {
		return fmt.Errorf("move log %s: %w", ambito, err)
	}
	if moved != 1 {
		return fmt.Errorf("log %s moved under the writer", ambito)
	}
	return nil
}

// keep remembers, after the commit, what the next batch needs.
func (b *batch) keep(signed []register.Checkpoint) {
	for ambito, g := range b.trees {
		if g == nil {
			continue
		}
		first, hashes := g.leaves.Hashes()
		for i, h := range hashes {
			g.cache[first+int64(i)] = h
		}
		g.row.Size, g.row.LastUs = g.leaves.Size(), g.last
		b.s.sizes.Store(ambito, g.row.Size)
		b.s.trees[ambito] = g.tree
	}
	for _, cp := range signed {
		for _, g := range b.trees {
			if g != nil && g.row.Origin == cp.Origin {
				g.row.Root = slices.Clone(cp.Root[:])
			}
		}
		if b.s.cfg.Guard == nil {
			continue
		}
		if err := b.s.cfg.Guard.Remember(cp); err != nil {
			b.s.cfg.Log.Error("guard file", "err", err)
		}
	}
}

// errNoLog is returned when an act is appended for an Ambito without a log.
var errNoLog = errors.New("no log")
