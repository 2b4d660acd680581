package store

import (
	"context"
	"database/sql"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // driver "sqlite"
)

// dialect holds the few things in which the two databases differ. SQL text is
// not one of them.
type dialect struct {
	goose      goose.Dialect
	open       func(dsn string, scratch bool) (write, read *sql.DB, err error)
	lockSchema func(ctx context.Context, db *sql.DB) (unlock func(), err error)
	snapshot   sql.IsolationLevel // in which a reading transaction sees one state
	oneProcess bool               // nobody else writes (register P23); and the driver leaves prepared statements to us
}

func dialectOf(dsn string) dialect {
	if IsPostgres(dsn) {
		return dialect{goose.DialectPostgres, openPostgres, lockPostgres, sql.LevelRepeatableRead, false}
	}
	return dialect{goose.DialectSQLite3, openSQLite, func(context.Context, *sql.DB) (func(), error) { return func() {}, nil }, sql.LevelDefault, true}
}

// IsPostgres reports whether a database is named by a PostgreSQL address or DSN
// rather than by a file.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") || strings.Contains(dsn, "dbname=")
}

// openSQLite opens a file twice: one connection that writes, and readers beside
// it. FULL, because a power cut takes what NORMAL had acknowledged (register, section 1);
// secure_delete, because what was erased must not stay in the file's free pages.
func openSQLite(path string, scratch bool) (write, read *sql.DB, err error) {
	v := url.Values{"_txlock": {"immediate"}}
	for _, p := range []string{"foreign_keys(1)", "journal_mode(WAL)", "busy_timeout(10000)", "temp_store(MEMORY)", "secure_delete(1)"} {
		v.Add("_pragma", p)
	}
	if scratch {
		v.Add("_pragma", "synchronous(OFF)")
	} else {
		v.Add("_pragma", "synchronous(FULL)")
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
	if write, err = sql.Open("sqlite", dsn); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)"); err != nil {
		write.Close()
		return nil, nil, err
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return write, read, nil
}

func openPostgres(dsn string, _ bool) (write, read *sql.DB, err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, nil, err
	}
	write = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(awaitDisk))
	write.SetMaxOpenConns(2)
	read = stdlib.OpenDB(*cfg)
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return write, read, nil
}

// awaitDisk has commits wait for the disk on a server that is set not to: with
// synchronous_commit=off a crash takes what was acknowledged (register, section 1).
// Any other setting waits for the disk here at least, and is left as it is.
func awaitDisk(ctx context.Context, c *pgx.Conn) error {
	var set string
	if err := c.QueryRow(ctx, "SHOW synchronous_commit").Scan(&set); err != nil || set != "off" {
		return err
	}
	_, err := c.Exec(ctx, "SET synchronous_commit = on")
	return err
}

// schemaLock is the advisory lock under which two instances that start together
// migrate one after the other.
const schemaLock = 0x636f6e63 // "conc"

func lockPostgres(ctx context.Context, db *sql.DB) (func(), error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", schemaLock); err != nil {
		conn.Close()
		return nil, err
	}
	return func() {
		conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", schemaLock)
		conn.Close()
	}, nil
}
