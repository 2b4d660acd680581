package store_test

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/storetest"
)

// A database that comes back older, or other, while the instance runs is not signed
// as if nothing had happened (P22). One that another instance has written to is.
func TestARunningInstanceSignsOnlyWhatGoesOnFromWhatItSigned(t *testing.T) {
	for _, tt := range []struct {
		name   string
		signed func(honest register.Checkpoint) register.Checkpoint
		want   error
	}{
		{"the same", func(c register.Checkpoint) register.Checkpoint { return c }, nil},
		{"more than there is", func(c register.Checkpoint) register.Checkpoint { c.Size += 2; return c }, register.ErrRollback},
		{"the same size of another past", func(c register.Checkpoint) register.Checkpoint { c.Root[0]++; return c }, register.ErrFork},
	} {
		t.Run(tt.name, func(t *testing.T) {
			database := storetest.SQLite(t)
			first := storetest.Open(t, database, func() time.Time { return storetest.Epoch })
			open(t, first, "lecce")
			rec, err := append1(t.Context(), first, "lecce", act(0))
			if err != nil {
				t.Fatal(err)
			}
			honest, err := register.ParseCheckpoint(rec.Receipt.Proof.Checkpoint)
			if err != nil {
				t.Fatal(err)
			}
			guard := guardOf(t, tt.signed(honest))
			s := reopen(t, first, database, guard)
			_, err = append1(t.Context(), s, "lecce", act(1))
			if !errors.Is(err, tt.want) {
				t.Fatalf("append: %v, want %v", err, tt.want)
			}
			if newest, _ := guard.Newest(honest.Origin); (err == nil) != (newest.Size == honest.Size+1) {
				t.Errorf("after %v the guard knows %d acts", err, newest.Size)
			}
		})
	}
}

// guardOf is a guard that remembers one checkpoint.
func guardOf(t *testing.T, c register.Checkpoint) *register.Guard {
	t.Helper()
	g, err := register.OpenGuard(filepath.Join(t.TempDir(), "guard-1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	if err := g.Remember(c); err != nil {
		t.Fatal(err)
	}
	return g
}

// reopen opens the database again, with a guard and the keys of the tests.
func reopen(t *testing.T, first *store.Store, database string, guard *register.Guard) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Database: database, Now: func() time.Time { return storetest.Epoch },
		Rand: rand.Reader, Guard: guard, Signer: first.Signer()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
