package store_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"concerto/internal/store"
	"concerto/internal/store/storetest"
)

// With synchronous_commit=off a crash of PostgreSQL takes what was acknowledged, and
// a server may be set so for the sake of another program (trial/chaos, line postgres).
func TestCommitsWaitForTheDiskWhateverTheServerIsSetTo(t *testing.T) {
	for _, tt := range []struct{ set, want string }{
		{"off", "on"},
		{"on", "on"},
		{"remote_apply", "remote_apply"}, // more than we ask: left alone
	} {
		t.Run(tt.set, func(t *testing.T) {
			dsn := storetest.Postgres(t)
			s := storetest.Open(t, dsn+" options='-c synchronous_commit="+tt.set+"'", func() time.Time { return storetest.Epoch })
			var got string
			if err := s.WritingDB().QueryRow("SHOW synchronous_commit").Scan(&got); err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("synchronous_commit=%s, want %s", got, tt.want)
			}
		})
	}
}

// A database that has no room is no fault of who writes: they are told to try again,
// and can as soon as there is room.
func TestAFullDatabaseIsUnavailableAndThenWritesAgain(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), func() time.Time { return storetest.Epoch })
	open(t, s, "lecce")
	limit(t, s.WritingDB(), "PRAGMA max_page_count=1") // SQLite raises it to what is in use
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		_, err = append1(t.Context(), s, "lecce", act(i))
	}
	if !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("a full database answers %v, want %v", err, store.ErrUnavailable)
	}
	limit(t, s.WritingDB(), "PRAGMA max_page_count=1000000")
	if _, err := append1(t.Context(), s, "lecce", act(1000)); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func limit(t *testing.T, db *sql.DB, pragma string) {
	t.Helper()
	if _, err := db.Exec(pragma); err != nil {
		t.Fatal(err)
	}
}

// What an act is refused for by its own use case is not the database's doing.
func TestTheErrorOfAClosureStaysItsOwn(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), func() time.Time { return storetest.Epoch })
	open(t, s, "lecce")
	own := errors.New("not now")
	err := s.Update(t.Context(), "lecce", func(*store.Tx) error { return own })
	if !errors.Is(err, own) || errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v, want %v alone", err, own)
	}
}

// A connection that breaks in the middle of a transaction is nobody's mistake: found
// by the sweep of trial/anomaly, which had it answered as an error of the program.
func TestABrokenConnectionIsOfTheDatabase(t *testing.T) {
	for _, err := range []error{driver.ErrBadConn, io.ErrUnexpectedEOF, fmt.Errorf("act 3: %w", driver.ErrBadConn)} {
		if !store.OfDatabase(err) {
			t.Errorf("%v is not taken for the database's doing", err)
		}
	}
}

// A page that a failing disk gives back empty is found by asking the file itself:
// the acts may be elsewhere, and read as if nothing had happened.
func TestDamageOfTheFileIsFound(t *testing.T) {
	database := storetest.SQLite(t)
	s := storetest.Open(t, database, func() time.Time { return storetest.Epoch })
	open(t, s, "lecce")
	for i := range 50 {
		if _, err := append1(t.Context(), s, "lecce", act(i)); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := s.Integrity(t.Context()); err != nil || len(found) > 0 {
		t.Fatalf("a sound file: %q, %v", found, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	const page = 4096
	text, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	clear(text[len(text)-page:])
	if err := os.WriteFile(database, text, 0o600); err != nil {
		t.Fatal(err)
	}
	s = storetest.Open(t, database, func() time.Time { return storetest.Epoch })
	if found, err := s.Integrity(t.Context()); err == nil && len(found) == 0 {
		t.Error("a file with an empty page was found sound")
	}
}

func TestWhatTheDatabaseCannotIsToldFromWhatItRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"PostgreSQL shuts down", &pgconn.PgError{Code: "57P01"}, true},
		{"PostgreSQL starts up", &pgconn.PgError{Code: "57P03"}, true},
		{"its disk is full", &pgconn.PgError{Code: "53100"}, true},
		{"it cannot be reached", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true},
		{"it hung up", io.ErrUnexpectedEOF, true},
		{"a key is there already", &pgconn.PgError{Code: "23505"}, false},
		{"no row", sql.ErrNoRows, false},
		{"nothing", nil, false},
	} {
		if got := store.OfDatabase(tt.err); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
