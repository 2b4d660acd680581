package store_test

import (
	"errors"
	"testing"
	"time"

	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

// Whoever has an answer finds the act, on whatever connection: nobody is answered
// before the commit (P4). A build that answers earlier is found within a few rounds.
func TestWhatWasAcknowledgedIsThereForWhoAsksNext(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		open(t, s, "lecce")
		for i := range 100 {
			rec, err := append1(t.Context(), s, "lecce", act(i))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Read().Act(t.Context(), q.ActParams{Ambito: "lecce", N: rec.N}); err != nil {
				t.Fatalf("act %d was acknowledged and is not there: %v", rec.N, err)
			}
		}
	})
}

// Compare and swap: a log that is not where the writer left its place is not moved,
// and nothing of that transaction stays, however it came to move (P23).
func TestALogThatMovedUnderTheWriterSignsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		ctx := t.Context()
		open(t, s, "lecce")
		if _, err := append1(ctx, s, "lecce", act(0)); err != nil {
			t.Fatal(err)
		}
		for _, moved := range []struct {
			name string
			size int64
			root byte
		}{{"longer", 1, 0}, {"of another past", 0, 1}} {
			err := s.Update(ctx, "lecce", func(tx *store.Tx) error {
				row, err := tx.Log(ctx, "lecce")
				if err != nil {
					return err
				}
				root := append([]byte(nil), row.Root...)
				root[0] ^= moved.root
				if _, err := tx.MoveLog(ctx, q.MoveLogParams{Size: row.Size + moved.size, Root: root, LastUs: row.LastUs,
					Ambito: "lecce", Size_2: row.Size, Root_2: row.Root}); err != nil {
					return err
				}
				_, err = tx.Append(ctx, act(1))
				return err
			})
			if err == nil {
				t.Errorf("a log that had become %s was signed", moved.name)
			}
			checkTree(t, s, "lecce")
		}
		if _, err := append1(ctx, s, "lecce", act(2)); err != nil {
			t.Errorf("the next act: %v", err)
		}
	})
}

// An id is the Ambito's own: the same one elsewhere is another matter, whose past is
// none of this one's.
func TestOneMatterInTwoAmbitiHasTwoPasts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		for _, ambito := range []string{"altrove", "lecce"} {
			open(t, s, ambito)
			var before []byte
			for range 2 {
				rec, err := append1(t.Context(), s, ambito, act(7))
				if err != nil {
					t.Fatal(err)
				}
				leaf, err := register.ParseLeaf(rec.Leaf)
				if err != nil {
					t.Fatal(err)
				}
				var want register.Leaf
				if before != nil {
					want.Prev = register.LeafHash(before)
				}
				if leaf.Prev != want.Prev {
					t.Errorf("%s, act %d follows %v, want %v", ambito, rec.N, leaf.Prev, want.Prev)
				}
				before = rec.Leaf
			}
		}
	})
}

// Two acts that say the same share no salt: their commitments tell nobody that they
// are of one person, and the salt of one that was erased is nowhere else.
func TestNoTwoActsShareASalt(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), func() time.Time { return storetest.Epoch })
	open(t, s, "lecce")
	seen := map[[32]byte]bool{{}: true}
	for range 20 {
		a := act(1)
		a.Files = []register.File{{SHA256: [32]byte{1}, Size: 1, Type: "application/pdf", Name: "statuto.pdf"}}
		rec, err := append1(t.Context(), s, "lecce", a)
		if err != nil {
			t.Fatal(err)
		}
		o := rec.Receipt.Opening
		for _, salt := range [][32]byte{o.Salts.Body, o.Salts.Files, o.Salts.Author} {
			if seen[salt] {
				t.Errorf("act %d: salt %x was used before, or is none", rec.N, salt)
			}
			seen[salt] = true
		}
	}
}

// A commit of SQLite waits for the disk; what is made again from nothing need not
// (trial/chaos, line powercut, which cuts the power for real).
func TestCommitsOfSQLiteWaitForTheDisk(t *testing.T) {
	const full = 2
	for _, scratch := range []bool{false, true} {
		s, err := store.Open(t.Context(), store.Config{Database: storetest.SQLite(t), Now: func() time.Time { return storetest.Epoch }, Scratch: scratch})
		if err != nil {
			t.Fatal(err)
		}
		var got int
		err = errors.Join(s.WritingDB().QueryRow("PRAGMA synchronous").Scan(&got), s.Close())
		if err != nil {
			t.Fatal(err)
		}
		if (got == full) == scratch {
			t.Errorf("scratch %v: synchronous=%d", scratch, got)
		}
	}
}
