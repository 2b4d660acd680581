package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"concerto/internal/store/q"
)

// ErrNotEmpty means that a database which was to be filled holds rows already.
var ErrNotEmpty = errors.New("the database is not empty")

// CopyTo writes every row of this database into an empty one, of either kind: all
// of it or nothing. What is read is one state of the source, whoever writes to it
// meanwhile; one row at a time is in memory. Nothing else may write to the target.
func (s *Store) CopyTo(ctx context.Context, target *Store) error {
	from, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return fmt.Errorf("begin at the source: %w", err)
	}
	defer from.Rollback()
	to, err := target.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin at the target: %w", err)
	}
	defer to.Rollback()
	for _, table := range wiped {
		if err := mustBeEmpty(ctx, to, table); err != nil {
			return err
		}
	}
	for _, table := range slices.Backward(wiped) {
		if err := copyTable(ctx, from, to, table); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return to.Commit()
}

// Empty refuses a database that holds anything.
func (s *Store) Empty(ctx context.Context) error {
	for _, table := range wiped {
		if err := mustBeEmpty(ctx, s.read, table); err != nil {
			return err
		}
	}
	return nil
}

// Compact writes an SQLite file anew from its rows. What was erased may linger where
// rows were moved about, although freed space is zeroed (dialect.go); in a file that
// is written anew it does not. PostgreSQL does the like by itself.
func (s *Store) Compact(ctx context.Context) error {
	if IsPostgres(s.cfg.Database) {
		return nil
	}
	_, err := s.write.ExecContext(ctx, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// ForgetSessions ends every session and voids every sign-in link: a database that
// was restored must not open doors that have been shut since.
func (s *Store) ForgetSessions(ctx context.Context) error {
	r := q.New(s.write)
	return errors.Join(r.ForgetSessions(ctx), r.ForgetLoginLinks(ctx))
}

func mustBeEmpty(ctx context.Context, tx q.DBTX, table string) error {
	var n int64
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%w: table %s has %d rows", ErrNotEmpty, table, n)
	}
	return nil
}

func copyTable(ctx context.Context, from, to *sql.Tx, table string) error {
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	insert, err := to.PrepareContext(ctx, insertInto(table, columns))
	if err != nil {
		return err
	}
	defer insert.Close()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range columns {
			values[i] = portable(values[i], c.DatabaseTypeName())
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

func insertInto(table string, columns []*sql.ColumnType) string {
	names, places := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], places[i] = c.Name(), fmt.Sprintf("$%d", i+1)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(places, ", "))
}

// portable turns what one driver returns into what the other takes: SQLite keeps
// truth as 0 and 1, and its driver gives no bytes as a nil slice, which PostgreSQL
// would take for NULL.
func portable(v any, column string) any {
	switch x := v.(type) {
	case int64:
		if strings.HasPrefix(strings.ToUpper(column), "BOOL") {
			return x != 0
		}
	case []byte:
		if x == nil {
			return []byte{}
		}
	}
	return v
}

// BackupTo writes one state of the database into a new SQLite file, while others
// go on reading and writing. The caller makes the file durable.
func (s *Store) BackupTo(ctx context.Context, path string) error {
	if !IsPostgres(s.cfg.Database) {
		if _, err := s.write.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
			return fmt.Errorf("copy of the database: %w", err)
		}
		return nil
	}
	file, err := Open(ctx, Config{Database: path, Now: s.cfg.Now, Rand: s.cfg.Rand, Log: s.cfg.Log})
	if err != nil {
		return err
	}
	return errors.Join(s.CopyTo(ctx, file), file.Close())
}
