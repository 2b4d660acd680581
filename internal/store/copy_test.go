package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concerto/internal/store"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

// tables reads from the database itself which tables it has.
func tables(t *testing.T, dsn string) []string {
	t.Helper()
	driver, query := "sqlite", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if store.IsPostgres(dsn) {
		driver, query = "pgx", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if name != "goose_db_version" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func content(t *testing.T, s *store.Store, names []string) map[string]map[string]int {
	t.Helper()
	out := map[string]map[string]int{}
	for _, table := range names {
		rows, err := s.Rows(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		out[table] = rows
	}
	return out
}

// A table that the copy forgets would be lost by a move and by a backup.
func TestEveryTableIsCopied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, env storetest.Env) {
		want := tables(t, env.Database)
		if got := slices.Sorted(slices.Values(store.Tables())); !slices.Equal(got, want) {
			t.Errorf("tables copied and wiped: %v\nthe schema has: %v", got, want)
		}
	})
}

// fill writes what the two databases keep differently: truth, no bytes, NULL, signs
// beyond ASCII.
func fill(t *testing.T, s *store.Store) {
	t.Helper()
	open(t, s, "lecce")
	for i := range 20 {
		a := act(i)
		if i%2 == 1 {
			a.Body = nil
		}
		if _, err := append1(t.Context(), s, "lecce", a); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Update(t.Context(), "lecce", func(tx *store.Tx) error {
		for _, b := range [][]byte{{}, {0, 255, '\n'}} {
			if err := tx.PutBlob(t.Context(), q.PutBlobParams{Ambito: "lecce", Sha256: string(rune('a' + len(b))), Size: int64(len(b)), Bytes: b}); err != nil {
				return err
			}
		}
		if err := tx.InsertAmbito(t.Context(), q.InsertAmbitoParams{ID: "lecce", Name: "Città di Lecce «è» 🜁"}); err != nil {
			return err
		}
		return tx.Enqueue(t.Context(), q.EnqueueParams{Key: "k", Ambito: "lecce", Kind: "receipt", Matter: matter, Recipient: "a@b.example", DueUs: 1 << 60})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestACopyHoldsEveryRowOfEitherKind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, env storetest.Env) {
		fill(t, s)
		names := tables(t, env.Database)
		for kind, dsn := range map[string]string{"to sqlite": storetest.SQLite(t), "to postgres": storetest.Postgres(t)} {
			t.Run(kind, func(t *testing.T) {
				target := storetest.Open(t, dsn, func() time.Time { return storetest.Epoch })
				if err := s.CopyTo(t.Context(), target); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(content(t, s, names), content(t, target, names)); diff != "" {
					t.Errorf("copy (-source +copy):\n%s", diff)
				}
				if _, err := append1(t.Context(), target, "lecce", act(99)); err != nil {
					t.Errorf("the copy takes no act: %v", err)
				}
				if err := s.CopyTo(t.Context(), target); !errors.Is(err, store.ErrNotEmpty) {
					t.Errorf("copy onto a database with rows: %v, want ErrNotEmpty", err)
				}
			})
		}
	})
}

// A backup is one state of the database: whatever was acknowledged before it began
// is in it, and what it holds is whole.
func TestABackupDuringARushIsWholeAndHasWhatWasAcknowledged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, _ storetest.Env) {
		open(t, s, "lecce")
		ctx, stop := context.WithCancel(t.Context())
		var mu sync.Mutex
		var acked []*store.Recorded
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := w; ctx.Err() == nil; i += 8 {
					rec, err := append1(context.WithoutCancel(ctx), s, "lecce", act(i))
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					acked = append(acked, rec)
					mu.Unlock()
				}
			})
		}
		for {
			mu.Lock()
			n := len(acked)
			mu.Unlock()
			if n > 100 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		mu.Lock()
		before := slices.Clone(acked)
		mu.Unlock()
		path := filepath.Join(t.TempDir(), "backup.db")
		err := s.BackupTo(t.Context(), path)
		stop()
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		b := storetest.Open(t, path, func() time.Time { return storetest.Epoch })
		log, err := b.Read().Log(t.Context(), "lecce")
		if err != nil {
			t.Fatal(err)
		}
		acts, err := b.Read().ActsFrom(t.Context(), q.ActsFromParams{Ambito: "lecce", Limit: 1 << 30})
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(acts)) != log.Size {
			t.Errorf("the backup holds %d acts, its log says %d", len(acts), log.Size)
		}
		for _, r := range before {
			again, err := b.ReceiptOf(t.Context(), "lecce", r.N)
			if err != nil {
				t.Fatalf("act %d was acknowledged before the backup and is not in it: %v", r.N, err)
			}
			first, _ := r.Receipt.Marshal()
			second, _ := again.Marshal()
			if string(first) != string(second) {
				t.Errorf("the backup makes another receipt of act %d", r.N)
			}
		}
	})
}

func TestADatabaseOfALaterVersionIsRefused(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		now := func() time.Time { return storetest.Epoch }
		s, err := store.Open(t.Context(), store.Config{Database: env.Database, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		driver := "pgx"
		if env.Engine == "sqlite" {
			driver = "sqlite"
		}
		db, err := sql.Open(driver, env.Database)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		change := func(query string) {
			t.Helper()
			if _, err := db.Exec(query); err != nil {
				t.Fatal(err)
			}
		}
		change("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
		if _, err := store.Open(t.Context(), store.Config{Database: env.Database, Now: now}); !errors.Is(err, store.ErrNewer) {
			t.Errorf("schema of a later version: %v, want ErrNewer", err)
		}
		change("DELETE FROM goose_db_version WHERE version_id > 1")
		_, err = store.Open(t.Context(), store.Config{Database: env.Database, Now: now, AsIs: true})
		if !errors.Is(err, store.ErrOlder) || !strings.Contains(err.Error(), "version 1") {
			t.Errorf("schema of an earlier version, looked at: %v, want ErrOlder", err)
		}
	})
}

func TestTheWriterAnswersAProbeWhileItLives(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		s, err := store.Open(t.Context(), store.Config{Database: env.Database, Now: func() time.Time { return storetest.Epoch }})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Probe(t.Context()); err != nil {
			t.Errorf("Probe = %v", err)
		}
		held, release := make(chan struct{}), make(chan struct{})
		go s.Update(t.Context(), "", func(*store.Tx) error { close(held); <-release; return nil })
		<-held
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := s.Probe(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Probe of a writer that hangs = %v, want the deadline", err)
		}
		close(release)
		s.Close()
		if err := s.Probe(t.Context()); !errors.Is(err, store.ErrClosed) {
			t.Errorf("Probe of a closed store = %v, want ErrClosed", err)
		}
	})
}
