// Package storetest runs a test on both databases: an SQLite file and a
// PostgreSQL server of its own, started once for the test binary on a private
// socket. Neither is ever skipped: a missing PostgreSQL fails the test.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"concerto/internal/clock"
	"concerto/internal/register"
	"concerto/internal/store"

	"golang.org/x/mod/sumdb/note"
)

// Epoch is the instant at which the clock of a test store stands.
var Epoch = time.Date(2013, 10, 17, 14, 40, 0, 0, time.UTC)

// Env is a database made for one test.
type Env struct {
	Database string // to open it again, as a second instance would
	Engine   string // sqlite or postgres
}

// Each runs fn on a new, empty store of each database.
func Each(t *testing.T, fn func(t *testing.T, s *store.Store, env Env)) {
	t.Helper()
	EachAt(t, func() time.Time { return Epoch }, fn)
}

// EachAt is Each with a clock.
func EachAt(t *testing.T, now clock.Now, fn func(t *testing.T, s *store.Store, env Env)) {
	t.Helper()
	Databases(t, func(t *testing.T, env Env) { fn(t, Open(t, env.Database, now), env) })
}

// Databases runs fn on a new, empty database of each kind, for tests that open it
// in their own way.
func Databases(t *testing.T, fn func(t *testing.T, env Env)) {
	t.Helper()
	for _, e := range []struct {
		engine string
		make   func(testing.TB) string
	}{{"sqlite", SQLite}, {"postgres", Postgres}} {
		t.Run(e.engine, func(t *testing.T) { fn(t, Env{e.make(t), e.engine}) })
	}
}

// Open opens a store on a database and closes it when the test ends.
func Open(t testing.TB, dsn string, now clock.Now) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Database: dsn, Now: now, Rand: rand.Reader, Signer: signer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
			t.Error(err)
		}
	})
	return s
}

// keys holds the keys made by Key, by origin: all stores of a test binary have them.
var keys sync.Map

func signer(origin string) (note.Signer, error) {
	if k, ok := keys.Load(origin); ok {
		return k.(note.Signer), nil
	}
	return nil, fmt.Errorf("no key for %s", origin)
}

// Key makes the key of a log and returns its public half.
func Key(t testing.TB, origin string) (public string) {
	t.Helper()
	secret, public, err := register.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	k, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	keys.Store(origin, k)
	return public
}

// SQLite returns the path of a new database file.
func SQLite(t testing.TB) string { return filepath.Join(t.TempDir(), "concerto.db") }

// Postgres returns the address of a new, empty database.
func Postgres(t testing.TB) string {
	t.Helper()
	admin, err := server()
	if err != nil {
		t.Fatalf("PostgreSQL is needed and could not be started: %v\n"+
			"Install it (Debian: apt-get install postgresql) or set CONCERTO_TEST_POSTGRES to the DSN of a server where databases may be created.", err)
	}
	db, err := sql.Open("pgx", admin)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("t%d_%d", os.Getpid(), databases.Add(1))
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return admin + " dbname=" + name
}

var databases atomic.Int64

// server starts PostgreSQL once; it ends by itself when the test process does.
var server = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("CONCERTO_TEST_POSTGRES"); dsn != "" {
		return dsn, nil
	}
	return start()
})

func start() (string, error) {
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "concerto-pg-")
	if err != nil {
		return "", err
	}
	cred, err := unprivileged(dir)
	if err != nil {
		return "", err
	}
	run := func(name string, args ...string) error {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir, c.SysProcAttr = dir, &syscall.SysProcAttr{Credential: cred}
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, out)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	if err := run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8"); err != nil {
		return "", err
	}
	return "host=" + dir + " user=postgres", serve(filepath.Join(bin, "postgres"), data, dir, cred)
}

// serve runs the server behind a shell that waits for our end of a pipe to
// close, which happens however the test process ends.
func serve(postgres, data, dir string, cred *syscall.Credential) error {
	const script = `"$0" -D "$1" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=200 >"$2/log" 2>&1 & p=$!
cat >/dev/null; kill -INT $p; wait $p; rm -rf "$2"`
	c := exec.Command("sh", "-c", script, postgres, data, dir)
	c.Dir, c.SysProcAttr = dir, &syscall.SysProcAttr{Credential: cred, Setpgid: true}
	alive, err := c.StdinPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	keptOpen = append(keptOpen, alive)
	return ready("host="+dir+" user=postgres", filepath.Join(dir, "log"))
}

// keptOpen holds the pipe whose closing ends the server.
var keptOpen []io.Closer

func ready(dsn, log string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	for range 300 {
		if err = db.Ping(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	out, _ := os.ReadFile(log)
	return fmt.Errorf("server does not answer: %w\n%s", err, out)
}

// binaries finds the newest server on the machine.
func binaries() (string, error) {
	if dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin"); len(dirs) > 0 {
		return dirs[len(dirs)-1], nil
	}
	p, err := exec.LookPath("initdb")
	if err != nil {
		return "", err
	}
	return filepath.Dir(p), nil
}

// unprivileged gives the directory to a user that PostgreSQL accepts: it refuses root.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	out, err := exec.Command("id", "-u", "postgres").Output()
	if err != nil {
		if out, err = exec.Command("id", "-u", "nobody").Output(); err != nil {
			return nil, err
		}
	}
	id, err := strconv.Atoi(string(out[:len(out)-1]))
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, id, -1); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(id), Gid: uint32(id)}, nil
}
