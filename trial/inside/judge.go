package inside

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"concerto/internal/app"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

func openFile(path string) (*os.File, error) { return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) }

// Judge looks at the database of a site through a connection of its own. It knows
// the checkpoint it saw last, of which every later one must be a continuation.
type Judge struct {
	app  *app.App
	key  string
	last register.Checkpoint
	tr   time.Time // registration of the last act it looked at
	seen int64     // acts it looked at
}

// NewJudge opens the database of a site that has published its notice.
func NewJudge(ctx context.Context, c Config) (*Judge, error) {
	s, err := store.Open(ctx, store.Config{Database: c.Database, Now: c.Now, Rand: rand.Reader, AsIs: true})
	if err != nil {
		return nil, err
	}
	return &Judge{app: &app.App{Store: s, Now: c.Now, Rand: rand.Reader}, key: c.Key.Public}, nil
}

// Close closes its connection.
func (j *Judge) Close() error { return j.app.Store.Close() }

// Size is how many acts the register holds.
func (j *Judge) Size(ctx context.Context) (int64, error) {
	row, err := j.app.Store.Read().Log(ctx, Ambito)
	return row.Size, err
}

// Receipt says what is wrong with a receipt: it must verify by itself, and its leaf
// must be the one that the register holds in that place.
func (j *Judge) Receipt(ctx context.Context, r *register.Receipt) error {
	text, err := r.Marshal()
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	report := register.Verify([]register.NamedFile{{Name: "receipt", Data: text}}, register.Options{Keys: []string{j.key}})
	if report.Code != register.Valid {
		return fmt.Errorf("receipt does not verify: %v", report.Findings)
	}
	act, err := j.app.Store.Read().Act(ctx, q.ActParams{Ambito: Ambito, N: r.Proof.Index})
	if err != nil {
		return fmt.Errorf("the act of a receipt, %d: %w", r.Proof.Index, err)
	}
	if !bytes.Equal(act.Leaf, r.Proof.Leaf) {
		return fmt.Errorf("act %d has another leaf than the receipt", r.Proof.Index)
	}
	return nil
}

// Register says what is wrong with the register since the judge looked last: its
// newest checkpoint must be signed, agree with the hashes, and extend the last one;
// and no act may be registered before the one it follows (register P20).
func (j *Judge) Register(ctx context.Context) error {
	row, err := j.app.Store.Read().Log(ctx, Ambito)
	if err != nil {
		return err
	}
	hashes := j.app.Store.Hashes(ctx, Ambito)
	root, err := register.Root(row.Size, hashes)
	if err != nil {
		return err
	}
	now := register.Checkpoint{Origin: row.Origin, Size: row.Size, Root: root}
	if !bytes.Equal(root[:], row.Root) {
		return fmt.Errorf("the row of the log has another root than its %d hashes", row.Size)
	}
	if j.last.Size > row.Size {
		return fmt.Errorf("the register had %d acts and has %d", j.last.Size, row.Size)
	}
	if j.last.Size > 0 {
		path, err := register.Consistency(j.last.Size, now.Size, hashes)
		if err := errors.Join(err, register.CheckConsistency(path, j.last, now)); err != nil {
			return fmt.Errorf("%d acts do not extend %d: %w", now.Size, j.last.Size, err)
		}
	}
	j.last = now
	return errors.Join(j.signed(ctx, now), j.order(ctx, now.Size))
}

func (j *Judge) signed(ctx context.Context, want register.Checkpoint) error {
	cp, err := j.app.Store.Read().CheckpointCovering(ctx, q.CheckpointCoveringParams{Ambito: Ambito, Size: want.Size - 1})
	if err != nil {
		return fmt.Errorf("checkpoint of %d acts: %w", want.Size, err)
	}
	got, err := register.ParseCheckpoint(cp.Note)
	if err == nil && got != want {
		err = fmt.Errorf("it says %v, want %v", got, want)
	}
	return err
}

// order reads the instants of the acts that are new to the judge.
func (j *Judge) order(ctx context.Context, size int64) error {
	for ; j.seen < size; j.seen++ {
		act, err := j.app.Store.Read().Act(ctx, q.ActParams{Ambito: Ambito, N: j.seen})
		if err != nil {
			return fmt.Errorf("act %d: %w", j.seen, err)
		}
		leaf, err := register.ParseLeaf(act.Leaf)
		if err != nil {
			return fmt.Errorf("act %d: %w", j.seen, err)
		}
		if leaf.TR.Before(j.tr) {
			return fmt.Errorf("act %d is registered at %v, the one before it at %v", j.seen, leaf.TR, j.tr)
		}
		if leaf.Via == "web" && leaf.TR.Before(leaf.T) {
			return fmt.Errorf("act %d is registered at %v, before it was received at %v", j.seen, leaf.TR, leaf.T)
		}
		j.tr = leaf.TR
	}
	return nil
}

// Audit has the program recompute everything, and returns what it finds wrong.
func (j *Judge) Audit(ctx context.Context) error {
	rep, err := j.app.Audit(ctx)
	if err != nil {
		return err
	}
	if !rep.OK() {
		return fmt.Errorf("audit: %v", rep.Discrepancies)
	}
	return nil
}

// Guard says what is wrong with a guard file: it must be whole, and the register
// must extend what it remembers.
func (j *Judge) Guard(ctx context.Context, path string) error {
	g, err := register.OpenGuard(path)
	if err != nil {
		return err
	}
	defer g.Close()
	row, err := j.app.Store.Read().Log(ctx, Ambito)
	if err != nil {
		return err
	}
	return g.Check(row.Origin, row.Size, j.app.Store.Hashes(ctx, Ambito))
}

// Last is when the last act that the judge looked at was registered.
func (j *Judge) Last() time.Time { return j.tr }

// Sheet returns an adhesion as the database holds it.
func (j *Judge) Sheet(ctx context.Context, code string) (*app.AdhesionView, error) {
	return j.app.Adhesion(ctx, app.Actor{Role: app.Officer}, Ambito, code)
}
