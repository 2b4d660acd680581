package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"concerto/internal/app"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

// older is a backup of the world, restored, and what the world knows beyond it: two
// more adhesions, with their receipts.
type older struct {
	*world
	known app.Known
}

func newOlder(t *testing.T, w *world) *older {
	t.Helper()
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := w.send(t, t.Context(), cooperative(), w.clock()); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.BackupTo(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	o := &older{world: &world{now: w.clock(), env: storetest.Env{Database: backup, Engine: "sqlite"}}}
	o.App = &app.App{Store: storetest.Open(t, backup, o.clock), Now: o.clock, Rand: rand.Reader, Secret: w.Secret, BaseURL: w.BaseURL, Words: w.Words}
	o.known = app.Known{Acts: map[string]map[int64]app.KnownAct{}, File: func(context.Context, string, string) ([]byte, error) { return nil, nil }}
	for range 2 {
		rc, err := w.send(t, t.Context(), cooperative(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := rc.Proof.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		if o.known.Acts[leaf.Log] == nil {
			o.known.Acts[leaf.Log] = map[int64]app.KnownAct{}
		}
		r, err := w.Store.ReceiptOf(t.Context(), "lecce", leaf.N)
		if err != nil {
			t.Fatal(err)
		}
		o.known.Acts[leaf.Log][leaf.N] = app.KnownAct{Leaf: r.Proof.Leaf, Opening: r.Opening, Whole: true, From: "a receipt"}
		cp, err := register.ParseCheckpoint(r.Proof.Checkpoint)
		if err != nil {
			t.Fatal(err)
		}
		o.known.Checkpoints = append(o.known.Checkpoints, cp)
	}
	return o
}

// learn adds to what is known the acts of the world from n on, as a newer database
// shows them; or their leaves alone, as proofs do.
func (o *older) learn(t *testing.T, w *world, n int64, whole bool) {
	t.Helper()
	acts, err := w.Store.Read().ActsFrom(t.Context(), q.ActsFromParams{Ambito: "lecce", N: n, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range acts {
		k := app.KnownAct{Leaf: a.Leaf, From: "the newer database"}
		if whole {
			k.Whole, k.Opening = true, store.OpeningOf(a)
		}
		o.known.Acts["concerto.example/registro"][a.N] = k
	}
	cp, err := w.Store.Read().LastCheckpoint(t.Context(), "lecce")
	if err != nil {
		t.Fatal(err)
	}
	newest, err := register.ParseCheckpoint(cp.Note)
	if err != nil {
		t.Fatal(err)
	}
	o.known.Checkpoints = append(o.known.Checkpoints, newest)
}

// A person asks to be erased after the backup was made. Whether the acts since then
// are had from a newer database or only the leaf of the erasure is known, nobody finds
// the person in what was restored, file included.
func TestWhatWasErasedAfterTheBackupIsErasedAgain(t *testing.T) {
	for name, whole := range map[string]bool{"from a newer database": true, "from a proof alone": false} {
		t.Run(name, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				v, _ := everythingErasable(t, w)
				o := newOlder(t, w)
				if len(leaks(t, o.world)) == 0 {
					t.Fatal("the backup does not hold the person: the test would see nothing")
				}
				logs, err := o.Store.Read().Logs(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				w.erase(t, v.Code)
				o.learn(t, w, logs[0].Size, whole)
				got, err := o.Recover(t.Context(), o.known)
				if err != nil {
					t.Fatal(err)
				}
				if lost := len(got[0].Missing); whole != (lost == 0) {
					t.Fatalf("%d acts are missing: %+v", lost, got[0])
				} else if lost > 0 {
					if err := o.OpenEpoch(t.Context(), app.Actor{Role: app.Operator}, got[0], "guasto"); err != nil {
						t.Fatal(err)
					}
				}
				if err := o.ReapplyErasures(t.Context()); err != nil {
					t.Fatal(err)
				}
				have := audit(t, o.world)
				if want := audit(t, w); whole && have.Root != want.Root {
					t.Errorf("recovered register: root %s, want %s", have.Root, want.Root)
				}
				if found := leaks(t, o.world); len(found) > 0 {
					t.Errorf("the person is still in %v", found)
				}
				if err := errors.Join(o.Store.Compact(t.Context()), o.Store.Close()); err != nil {
					t.Fatal(err)
				}
				file, err := os.ReadFile(o.env.Database)
				if err != nil {
					t.Fatal(err)
				}
				if i := bytes.Index(file, []byte(canary)); i >= 0 {
					t.Errorf("the person is still in the file, at byte %d: %q", i, file[max(0, i-40):i+40])
				}
			})
		})
	}
}

func TestReceiptsBringBackTheActsAfterABackup(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		o := newOlder(t, w)
		got, err := o.Recover(t.Context(), o.known)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Imported != 2 || len(got[0].Missing) != 0 {
			t.Errorf("Recover = %+v, want two acts imported and none missing", got)
		}
		want, have := audit(t, w), audit(t, o.world)
		if have.Acts != want.Acts || have.Root != want.Root {
			t.Errorf("recovered register: %d acts and root %s, want %d and %s", have.Acts, have.Root, want.Acts, want.Root)
		}
	})
}

func TestAGapIsToldAndNothingBehindItIsImported(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		o := newOlder(t, w)
		first := o.known.Checkpoints[0].Size - 1
		for origin := range o.known.Acts {
			delete(o.known.Acts[origin], first)
		}
		got, err := o.Recover(t.Context(), o.known)
		if err != nil {
			t.Fatal(err)
		}
		r := got[0]
		if r.Imported != 0 || len(r.Missing) != 2 || r.Missing[0].Kind != "" || r.Missing[1].Kind != "adesione" {
			t.Fatalf("Recover = %+v, want two missing acts, the second shown by its receipt", r)
		}
		if err := o.OpenEpoch(t.Context(), app.Actor{Role: app.Head}, r, "guasto"); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("OpenEpoch by the office = %v, want ErrForbidden", err)
		}
		if err := o.OpenEpoch(t.Context(), app.Actor{Role: app.Operator}, r, "guasto"); err != nil {
			t.Fatal(err)
		}
		acts, err := o.Store.Read().ActsFrom(t.Context(), q.ActsFromParams{Ambito: "lecce", N: first, Limit: 9})
		if err != nil || len(acts) != 1 || acts[0].Kind != "epoca" {
			t.Errorf("after the loss the register holds %v, want the epoch alone (%v)", acts, err)
		}
		audit(t, o.world)
	})
}

func TestWhatContradictsTheBackupIsNeverImported(t *testing.T) {
	tests := []struct {
		name   string
		change func(k *app.Known)
		want   error // nil: any
	}{
		{"another past", func(k *app.Known) { k.Checkpoints[1].Root[0] ^= 1 }, register.ErrFork},
		{"another past within the backup", func(k *app.Known) { k.Checkpoints[0].Size = 1 }, register.ErrFork},
		{"a log that the backup lacks", func(k *app.Known) { k.Checkpoints[0].Origin = "altrove.example/registro" }, register.ErrRollback},
		{"an act in the wrong place", func(k *app.Known) {
			for _, acts := range k.Acts {
				n := k.Checkpoints[0].Size
				acts[n-1] = acts[n]
			}
		}, nil},
	}
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				o := newOlder(t, w)
				before := audit(t, o.world)
				tt.change(&o.known)
				_, err := o.Recover(t.Context(), o.known)
				if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("Recover = %v, want %v", err, tt.want)
				}
				if after := audit(t, o.world); after.Root != before.Root {
					t.Error("something was imported")
				}
			})
		}
	})
}

// Bodies adhere while the backup is made: what was acknowledged before it began is
// in it, with the same receipt, and it audits clean.
func TestABackupOfARushAuditsCleanWithEveryReceiptInIt(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		var mu sync.Mutex
		var acked []*app.AdhesionReceipt
		var wg sync.WaitGroup
		begun, done := make(chan struct{}), make(chan struct{})
		for range 6 {
			wg.Go(func() {
				for {
					rc, err := w.send(t, context.Background(), cooperative(), w.clock())
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					if acked = append(acked, rc); len(acked) == 20 {
						close(begun)
					}
					mu.Unlock()
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		<-begun
		mu.Lock()
		before := slices.Clone(acked)
		mu.Unlock()
		backup := filepath.Join(t.TempDir(), "backup.db")
		err := w.Store.BackupTo(t.Context(), backup)
		close(done)
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		b := &world{App: &app.App{Store: storetest.Open(t, backup, w.clock), Now: w.clock, Rand: rand.Reader}}
		if rep := audit(t, b); rep.Acts <= int64(len(before)) {
			t.Errorf("%d acts in the backup, %d sheets were acknowledged before it", rep.Acts, len(before))
		}
		for _, rc := range before {
			leaf, err := rc.Proof.Leaf()
			if err != nil {
				t.Fatal(err)
			}
			r, err := b.Store.ReceiptOf(t.Context(), "lecce", leaf.N)
			if err != nil {
				t.Fatal(err)
			}
			text, err := r.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			if got := register.Verify([]register.NamedFile{{Name: "r", Data: text}}, register.Options{Keys: []string{r.Key}}); got.Code != register.Valid {
				t.Errorf("receipt of act %d: %s", leaf.N, got.Text())
			}
			if string(r.Proof.Leaf) != string(rc.Proof.Proof.Leaf) {
				t.Errorf("act %d is another in the backup", leaf.N)
			}
		}
	})
}
