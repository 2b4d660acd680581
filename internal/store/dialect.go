package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// dialect holds the few things in which the two databases differ. SQL text is
// not one of them.
type dialect struct {
	goose      goose.Dialect
	open       func(Config) (write, read *sql.DB, err error)
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
func openSQLite(cfg Config) (write, read *sql.DB, err error) {
	v := url.Values{"_txlock": {"immediate"}}
	for _, p := range []string{"foreign_keys(1)", "journal_mode(WAL)", "busy_timeout(10000)", "temp_store(MEMORY)", "secure_delete(1)"} {
		v.Add("_pragma", p)
	}
	if cfg.Scratch {
		v.Add("_pragma", "synchronous(OFF)")
	} else {
		v.Add("_pragma", "synchronous(FULL)")
	}
	dsn := "file:" + (&url.URL{Path: cfg.Database}).EscapedPath() + "?" + v.Encode()
	writer, err1 := sqlite.NewConnector(dsn)
	reader, err2 := sqlite.NewConnector(dsn + "&_pragma=query_only(1)")
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, err
	}
	write, read = sql.OpenDB(cfg.wrap(writer)), sql.OpenDB(cfg.wrap(reader))
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return write, read, nil
}

func openPostgres(cfg Config) (write, read *sql.DB, err error) {
	pg, err := pgx.ParseConfig(cfg.Database)
	if err != nil {
		return nil, nil, err
	}
	write = sql.OpenDB(cfg.wrap(stdlib.GetConnector(*pg, stdlib.OptionAfterConnect(awaitDisk))))
	write.SetMaxOpenConns(2)
	read = sql.OpenDB(cfg.wrap(stdlib.GetConnector(*pg)))
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return write, read, nil
}

// wrap puts what a trial wants between us and the driver.
func (cfg Config) wrap(c driver.Connector) driver.Connector {
	if cfg.Wrap == nil {
		return c
	}
	return cfg.Wrap(c)
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
