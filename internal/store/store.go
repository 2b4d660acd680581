// Package store keeps everything in one relational database, SQLite or
// PostgreSQL, from one SQL text (queries/, compiled by sqlc into package q).
//
// Reads use a pool of their own. Writes go through the writer: one goroutine
// that runs the waiting closures one after another in one transaction, a
// savepoint each, appends the leaves of their acts to the register, signs a
// checkpoint for each log that grew, commits once and only then answers. A
// closure therefore sees what those before it in the batch wrote, an error
// undoes that closure alone, and nobody is answered before the disk has it.
//
// Several instances may share a PostgreSQL database: the row of the log is
// taken first and moved by compare and swap, so there is one order.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"sync"

	"github.com/pressly/goose/v3"
	"golang.org/x/mod/sumdb/note"

	"concerto/internal/clock"
	"concerto/internal/register"
	"concerto/internal/store/q"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrClosed is returned to whoever writes to a store that is closing.
var ErrClosed = errors.New("store closed")

// ErrNoRows is returned by queries that look for one row and find none.
var ErrNoRows = sql.ErrNoRows

// ErrBusy means that too many writes are waiting: try again in a moment (P25).
var ErrBusy = errors.New("too many writes waiting")

// ErrClock means that the clock stands before the last act of the log, or before the
// reception of the act to be recorded: nothing is signed until it has been set right (P20).
var ErrClock = errors.New("clock stands before the last act of the register")

var (
	// ErrNewer means that a later version of the program has used the database.
	ErrNewer = errors.New("the database belongs to a later version of the program")
	// ErrOlder means that the database has still to be brought up to date, which
	// starting the server does.
	ErrOlder = errors.New("the database belongs to an earlier version of the program; start the server of this version once")
)

// Config says where the data is and what the writer needs.
type Config struct {
	Database string // file path for SQLite, postgres:// address or DSN for PostgreSQL
	Now      clock.Now
	Rand     io.Reader
	Guard    *register.Guard // may be nil: then nothing outside the database remembers
	Signer   Signer          // may be nil: then nothing can be recorded
	Log      *slog.Logger

	// Wrap stands between the store and the driver of its database: the trials of
	// what happens when a call fails (trial/faulty). The program leaves it nil.
	Wrap func(driver.Connector) driver.Connector

	// Scratch opens a database that need not survive: used to replay the register.
	Scratch bool
	// AsIs leaves the schema as it is, and refuses one that is not this program's:
	// for commands that look at a database which another program may be serving.
	AsIs bool
}

// Signer returns the key of the log called origin. A log whose key is not there
// can be read but not written.
type Signer func(origin string) (note.Signer, error)

// Store is a database with its writer. Its methods may be called from any goroutine.
type Store struct {
	cfg     Config
	dialect dialect
	write   *sql.DB // one connection on SQLite: the writer's
	read    *sql.DB
	writes  *statements // of the writing connection and of the reading pool; nil on PostgreSQL
	reads   *statements

	queue   chan *job
	done    chan struct{} // closed when the writer has stopped
	closing sync.Once
	quit    chan struct{}

	trees   map[string]*tree // the writer's own; see tree.go
	sizes   sync.Map         // ambito → int64, of the committed logs; of use where no other process writes
	figures figures
}

// Open opens the database, brings its schema up to date and starts the writer.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{
		cfg:     cfg,
		dialect: dialectOf(cfg.Database),
		queue:   make(chan *job, queueSize),
		done:    make(chan struct{}),
		quit:    make(chan struct{}),
		trees:   map[string]*tree{},
		figures: newFigures(),
	}
	var err error
	if s.write, s.read, err = s.dialect.open(cfg); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := s.migrate(ctx); err != nil {
		s.write.Close()
		s.read.Close()
		return nil, err
	}
	if s.dialect.oneProcess {
		s.writes, s.reads = newStatements(s.write), newStatements(s.read)
	}
	go s.run()
	return s, nil
}

func (s *Store) migrate(ctx context.Context) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	unlock, err := s.dialect.lockSchema(ctx, s.write)
	if err != nil {
		return fmt.Errorf("lock schema: %w", err)
	}
	defer unlock()
	p, err := goose.NewProvider(s.dialect.goose, s.write, dir)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the version of the schema: %w", err)
	case have > want:
		return fmt.Errorf("%w: its schema is at version %d, this program knows up to %d", ErrNewer, have, want)
	case s.cfg.AsIs && have < want:
		return fmt.Errorf("%w: its schema is at version %d, this program wants %d", ErrOlder, have, want)
	case s.cfg.AsIs:
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Close lets the writer finish what it holds and closes the database.
func (s *Store) Close() error {
	s.closing.Do(func() { close(s.quit) })
	<-s.done
	return errors.Join(s.write.Close(), s.read.Close())
}

// Read returns the queries on the reading pool: committed state only.
func (s *Store) Read() *q.Queries {
	if s.reads == nil {
		return q.New(s.read)
	}
	return q.New(prepared{s.read, s.reads})
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }
