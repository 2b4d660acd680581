package scratch

import (
	"context"
	"database/sql"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// hashes are those of a log, all in memory: 64 bytes a leaf.
type hashes struct {
	all    []tlog.Hash
	leaves int64
	ambito string
	insert *sql.Stmt
}

func (h *hashes) size() int64 { return h.leaves }

func (h *hashes) load(ctx context.Context, tx *sql.Tx, ambito string) (err error) {
	h.ambito = ambito
	if err := tx.QueryRowContext(ctx, "SELECT size FROM log WHERE ambito = $1", ambito).Scan(&h.leaves); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT hash FROM hash WHERE ambito = $1 ORDER BY idx", ambito)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return err
		}
		h.all = append(h.all, tlog.Hash(b))
	}
	if want := tlog.StoredHashCount(h.leaves); int64(len(h.all)) != want {
		return fmt.Errorf("log %s has %d hashes, want %d", ambito, len(h.all), want)
	}
	h.insert, err = tx.PrepareContext(ctx, "INSERT INTO hash (ambito, idx, hash) VALUES ($1, $2, $3)")
	return err
}

// reader gives tlog what it asks for.
func (h *hashes) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = h.all[x]
		}
		return out, nil
	})
}

// add appends a leaf.
func (h *hashes) add(ctx context.Context, leaf []byte) error {
	more, err := tlog.StoredHashes(h.leaves, leaf, h.reader())
	if err != nil {
		return err
	}
	for _, x := range more {
		if _, err := h.insert.ExecContext(ctx, h.ambito, int64(len(h.all)), x[:]); err != nil {
			return err
		}
		h.all = append(h.all, x)
	}
	h.leaves++
	return nil
}
