package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

const matter = "0123456789ABCDEFGHJKMNPQRS"

func act(i int) store.Act {
	return store.Act{Kind: "adesione", Matter: fmt.Sprintf("%s%04d", matter[:22], i), Process: "2014-2016", Via: "web", Definition: [32]byte{1},
		ReceivedAt: storetest.Epoch, Body: []byte(fmt.Sprintf(`{"i":%d}`, i)), Author: []byte(`{"who":"anonymous"}`)}
}

// open creates a log in s.
func open(t *testing.T, s *store.Store, ambito string) string {
	t.Helper()
	origin := "example.org/" + ambito + "/registro"
	key := storetest.Key(t, origin)
	err := s.Update(t.Context(), ambito, func(tx *store.Tx) error { return tx.CreateLog(t.Context(), origin, key) })
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func append1(ctx context.Context, s *store.Store, ambito string, a store.Act) (rec *store.Recorded, err error) {
	err = s.Update(ctx, ambito, func(tx *store.Tx) error {
		rec, err = tx.Append(ctx, a)
		return err
	})
	return rec, err
}

func TestEveryWriterGetsItsOwnVerifiableReceipt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		key := open(t, s, "lecce")
		const n = 200
		receipts := make([]*store.Recorded, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				rec, err := append1(t.Context(), s, "lecce", act(i))
				if err != nil {
					t.Error(err)
				}
				receipts[i] = rec
			})
		}
		wg.Wait()
		seen := map[int64]bool{}
		for i, r := range receipts {
			if seen[r.N] {
				t.Errorf("index %d given twice", r.N)
			}
			seen[r.N] = true
			verify(t, r, key)
			again, err := s.ReceiptOf(t.Context(), "lecce", r.N)
			if err != nil {
				t.Fatal(err)
			}
			first, _ := r.Receipt.Marshal()
			second, _ := again.Marshal()
			if string(first) != string(second) {
				t.Errorf("receipt %d made again differs from the one answered", i)
			}
		}
	})
}

func verify(t *testing.T, r *store.Recorded, key string) {
	t.Helper()
	text, err := r.Receipt.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	rep := register.Verify([]register.NamedFile{{Name: "ricevuta.json", Data: text}}, register.Options{Keys: []string{key}})
	if rep.Code != register.Valid {
		t.Errorf("receipt of act %d: %v", r.N, rep)
	}
}

func TestAFailedClosureLeavesNothingAndHurtsNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		open(t, s, "lecce")
		broken := errors.New("broken")
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				err := s.Update(t.Context(), "lecce", func(tx *store.Tx) error {
					if _, err := tx.Append(t.Context(), act(i)); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return broken
					case 2:
						panic("a bug")
					}
					return nil
				})
				if ok := err == nil; ok != (i%3 == 0) {
					t.Errorf("closure %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		acts, err := s.Read().ActsFrom(t.Context(), q.ActsFromParams{Ambito: "lecce", Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if len(acts) != 20 {
			t.Errorf("%d acts, want 20", len(acts))
		}
		checkTree(t, s, "lecce")
	})
}

// checkTree recomputes the root from the leaves and compares it with the log's row.
func checkTree(t *testing.T, s *store.Store, ambito string) {
	t.Helper()
	log, err := s.Read().Log(t.Context(), ambito)
	if err != nil {
		t.Fatal(err)
	}
	acts, err := s.Read().ActsFrom(t.Context(), q.ActsFromParams{Ambito: ambito, Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	b := register.NewBatch(0, s.Hashes(t.Context(), ambito))
	for i, a := range acts {
		if a.N != int64(i) {
			t.Fatalf("act %d stands at place %d", a.N, i)
		}
		if _, err := b.Append(a.Leaf); err != nil {
			t.Fatal(err)
		}
	}
	root, err := register.Root(b.Size(), b)
	if err != nil {
		t.Fatal(err)
	}
	if b.Size() != log.Size || string(root[:]) != string(log.Root) {
		t.Errorf("log says %d leaves and root %x, the acts give %d and %x", log.Size, log.Root, b.Size(), root)
	}
}

func TestTwoInstancesKeepOneOrder(t *testing.T) {
	dsn := storetest.Postgres(t)
	now := func() time.Time { return storetest.Epoch }
	one, two := storetest.Open(t, dsn, now), storetest.Open(t, dsn, now)
	key := open(t, one, "lecce")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			rec, err := append1(t.Context(), []*store.Store{one, two}[i%2], "lecce", act(i))
			if err != nil {
				t.Error(err)
				return
			}
			verify(t, rec, key)
		})
	}
	wg.Wait()
	checkTree(t, one, "lecce")
}

func TestLogsOfTwoAmbitiDoNotTouch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		open(t, s, "lecce")
		open(t, s, "altrove")
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				if _, err := append1(t.Context(), s, []string{"lecce", "altrove"}[i%2], act(i)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, a := range []string{"lecce", "altrove"} {
			checkTree(t, s, a)
			log, _ := s.Read().Log(t.Context(), a)
			if log.Size != 20 {
				t.Errorf("log %s has %d acts, want 20", a, log.Size)
			}
		}
	})
}

func TestAClockThatStandsBeforeTheLastActSignsNothing(t *testing.T) {
	now := storetest.Epoch
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	set := func(t time.Time) { mu.Lock(); defer mu.Unlock(); now = t }
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store, _ storetest.Env) {
		set(storetest.Epoch)
		open(t, s, "lecce")
		first, err := append1(t.Context(), s, "lecce", act(1))
		if err != nil {
			t.Fatal(err)
		}
		set(storetest.Epoch.Add(-time.Second))
		second, err := append1(t.Context(), s, "lecce", act(2))
		if err != nil {
			t.Fatal(err)
		}
		if second.RegisteredAt.Before(first.RegisteredAt) {
			t.Errorf("registration went back from %v to %v", first.RegisteredAt, second.RegisteredAt)
		}
		set(storetest.Epoch.Add(-time.Hour))
		if _, err := append1(t.Context(), s, "lecce", act(3)); !errors.Is(err, store.ErrClock) {
			t.Errorf("an hour back: %v, want %v", err, store.ErrClock)
		}
	})
}

// Between the last byte and the writer the clock may be set back: by a little, and the
// act is registered at the instant of its reception; by more, and it is not recorded.
func TestNoActIsRegisteredBeforeItWasReceived(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		open(t, s, "lecce")
		a := act(1)
		a.ReceivedAt = storetest.Epoch.Add(time.Second)
		rec, err := append1(t.Context(), s, "lecce", a)
		if err != nil {
			t.Fatal(err)
		}
		if !rec.RegisteredAt.Equal(a.ReceivedAt) {
			t.Errorf("received at %v, registered at %v", a.ReceivedAt, rec.RegisteredAt)
		}
		a = act(2)
		a.ReceivedAt = storetest.Epoch.Add(time.Hour)
		if _, err := append1(t.Context(), s, "lecce", a); !errors.Is(err, store.ErrClock) {
			t.Errorf("received an hour from now: %v, want %v", err, store.ErrClock)
		}
	})
}

func TestALogWithoutItsKeyCannotGrow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, env storetest.Env) {
		open(t, s, "lecce")
		other, err := store.Open(t.Context(), store.Config{Database: env.Database, Now: func() time.Time { return storetest.Epoch }, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		if _, err := append1(t.Context(), other, "lecce", act(1)); err == nil {
			t.Error("an instance without the key recorded an act")
		}
	})
}
