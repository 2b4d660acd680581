package store_test

import (
	"errors"
	"strings"
	"testing"

	"concerto/internal/store"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

// Writes that wait are told to the act that wrote them, and undo it alone.
func TestAWriteThatFailsLateIsOfItsOwnAct(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, env storetest.Env) {
		const ambito = "lecce"
		open(t, s, ambito)
		ctx := t.Context()
		put := func(hash string) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				return tx.PutBlob(ctx, q.PutBlobParams{Ambito: ambito, Sha256: hash, Size: 1, Bytes: []byte("x")})
			}
		}
		if err := s.Update(ctx, ambito, put("first")); err != nil {
			t.Fatal(err)
		}
		for name, after := range map[string]func(*store.Tx) error{
			"nothing more is asked": func(*store.Tx) error { return nil },
			"a row is asked for":    func(tx *store.Tx) error { _, err := tx.Log(ctx, ambito); return err },
			"rows are asked for":    func(tx *store.Tx) error { _, err := tx.Ambiti(ctx); return err },
		} {
			err := s.Update(ctx, ambito, func(tx *store.Tx) error {
				if err := put("second")(tx); err != nil {
					return err
				}
				if err := tx.Queries.CreateLog(ctx, q.CreateLogParams{Ambito: ambito, Origin: "again", Root: []byte("r")}); err != nil {
					return err
				}
				return after(tx)
			})
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), "unique") {
				t.Errorf("%s: a second log of the same Ambito: %v, want the broken constraint", name, err)
			}
			if errors.Is(err, store.ErrUnavailable) {
				t.Errorf("%s: the database is blamed: %v", name, err)
			}
		}
		if err := s.Update(ctx, ambito, put("third")); err != nil {
			t.Errorf("the act after: %v", err)
		}
		for hash, want := range map[string]bool{"first": true, "second": false, "third": true} {
			_, err := s.Read().Blob(ctx, q.BlobParams{Ambito: ambito, Sha256: hash})
			if got := err == nil; got != want {
				t.Errorf("what the %s act wrote is there: %v, want %v (%v)", hash, got, want, err)
			}
		}
	})
}
