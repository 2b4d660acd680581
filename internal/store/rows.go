package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
)

// Rows reads a whole table as texts that are the same on both databases, each
// with how often it occurs. Long values are shown by their beginning and their
// hash. The name of the table is the program's own, never input.
func (s *Store) Rows(ctx context.Context, table string) (map[string]int, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	out := map[string]int{}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		parts := make([]string, len(columns))
		for i, v := range values {
			parts[i] = columns[i] + "=" + short(v)
		}
		out[strings.Join(parts, " ")]++
	}
	return out, rows.Err()
}

func short(v any) string {
	s := fmt.Sprint(v)
	switch x := v.(type) {
	case []byte:
		s = fmt.Sprintf("%x", x)
	case bool: // SQLite has none: it keeps 0 and 1
		s = "0"
		if x {
			s = "1"
		}
	}
	if len(s) > 80 {
		return fmt.Sprintf("%.40q…(sha256 %x)", s, sha256.Sum256([]byte(s)))
	}
	return fmt.Sprintf("%q", s)
}

// CheckBlobs calls bad for each attachment whose bytes are missing, and for bytes
// that are not what their hash and size say. Bytes that only a draft has are let be.
func (s *Store) CheckBlobs(ctx context.Context, bad func(string)) error {
	rows, err := s.read.QueryContext(ctx, "SELECT ambito, sha256, size, bytes FROM blob")
	if err != nil {
		return err
	}
	defer rows.Close()
	there := map[string]bool{}
	for rows.Next() {
		var ambito, sum string
		var size int64
		var content []byte
		if err := rows.Scan(&ambito, &sum, &size, &content); err != nil {
			return err
		}
		if fmt.Sprintf("%x", sha256.Sum256(content)) != sum || int64(len(content)) != size {
			bad(fmt.Sprintf("%s/%s is not what its hash and size say", ambito, sum))
		}
		there[ambito+"/"+sum] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return s.missingBlobs(ctx, there, bad)
}

func (s *Store) missingBlobs(ctx context.Context, there map[string]bool, bad func(string)) error {
	rows, err := s.read.QueryContext(ctx, "SELECT ambito, sha256 FROM attachment")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var ambito, sum string
		if err := rows.Scan(&ambito, &sum); err != nil {
			return err
		}
		if !there[ambito+"/"+sum] {
			bad(fmt.Sprintf("the bytes of %s/%s are missing", ambito, sum))
		}
	}
	return rows.Err()
}
