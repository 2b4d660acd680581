package store

import (
	"context"
	"database/sql"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/store/q"
)

// extends refuses a log that does not go on from what this instance has signed. It is
// asked before every signature and not at the start alone: a server that crashed
// without having flushed, or a standby that took over too early, comes back older
// while the instance runs (P22).
func (s *Store) extends(r tlog.HashReader, row q.Log) error {
	if s.cfg.Guard == nil {
		return nil
	}
	signed, ok := s.cfg.Guard.Newest(row.Origin)
	if !ok || signed.Size == row.Size && string(signed.Root[:]) == string(row.Root) {
		return nil // nobody else has written since: the common case costs nothing
	}
	return s.cfg.Guard.Check(row.Origin, row.Size, r)
}

// hashReader reads the hashes of one log from the database. The queries may be
// the writer's transaction or the reading pool.
type hashReader struct {
	ctx    context.Context
	q      *q.Queries
	ambito string
	cache  map[int64]tlog.Hash // may be nil
}

func (r hashReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, idx := range indexes {
		if h, ok := r.cache[idx]; ok {
			out[i] = h
			continue
		}
		b, err := r.q.Hash(r.ctx, q.HashParams{Ambito: r.ambito, Idx: idx})
		if err != nil {
			return nil, fmt.Errorf("hash %d of log %s: %w", idx, r.ambito, err)
		}
		if len(b) != tlog.HashSize {
			return nil, fmt.Errorf("hash %d of log %s: %d bytes", idx, r.ambito, len(b))
		}
		copy(out[i][:], b)
		if r.cache != nil {
			r.cache[idx] = out[i]
		}
	}
	return out, nil
}

// Hashes gives access to the hashes of a log as they are committed.
func (s *Store) Hashes(ctx context.Context, ambito string) tlog.HashReader {
	return hashReader{ctx: ctx, q: s.Read(), ambito: ambito}
}

// Size returns how many acts the log of an Ambito holds: what every kept page asks.
// SQLite has one writer, which is this store, so it is remembered; PostgreSQL, where
// another instance may have written, is asked each time. Whoever recorded an act and
// asks after sees it counted.
func (s *Store) Size(ctx context.Context, ambito string) (int64, error) {
	if s.dialect.oneProcess {
		if n, ok := s.sizes.Load(ambito); ok {
			return n.(int64), nil
		}
	}
	row, err := s.Read().Log(ctx, ambito)
	if err != nil || !s.dialect.oneProcess {
		return row.Size, err
	}
	n, _ := s.sizes.LoadOrStore(ambito, row.Size) // the writer may have been here meanwhile
	return n.(int64), nil
}

// tree is what the writer remembers of a log between batches: the hashes it
// used last, most of which the next leaf needs again. It is valid only while
// the log still has the size and root that the writer left.
type tree struct {
	row   q.Log
	cache map[int64]tlog.Hash
}

// maxCached bounds the memory of a tree; 8,192 hashes are half a megabyte.
const maxCached = 8192

// lockTree takes the row of the log and returns the tree at that size.
func (s *Store) lockTree(ctx context.Context, r *q.Queries, ambito string) (*tree, error) {
	row, err := r.LockLog(ctx, ambito)
	if err == sql.ErrNoRows {
		return nil, nil // a log that is still to be created
	}
	if err != nil {
		return nil, fmt.Errorf("lock log %s: %w", ambito, err)
	}
	t := s.trees[ambito]
	if t == nil || t.row.Size != row.Size || string(t.row.Root) != string(row.Root) || len(t.cache) > maxCached {
		t = &tree{cache: map[int64]tlog.Hash{}}
	}
	t.row = row
	return t, nil
}
