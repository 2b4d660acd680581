package store

import (
	"context"
	"fmt"

	"github.com/pressly/goose/v3"
)

// Integrity has the database look for damage in its own file, and lists what it
// finds. Only SQLite can be asked; a PostgreSQL server answers for its files itself
// (data checksums, pg_amcheck).
func (s *Store) Integrity(ctx context.Context) ([]string, error) {
	if s.dialect.goose != goose.DialectSQLite3 {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, "PRAGMA integrity_check")
	if err != nil {
		return nil, fmt.Errorf("integrity check: %w", err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("integrity check: %w", err)
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	return found, rows.Err()
}
