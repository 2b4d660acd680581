package register

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Batch grows the tree of a store by the leaves of one transaction.
//
// It reads what the store holds through r, keeps the new hashes in memory, and
// answers for both, so root and proofs of the grown tree can be made before
// anything is written. Hashes are numbered as tlog does it (a leaf, then the
// subtrees it completes), hence what a batch adds is one run of consecutive rows.
// A Batch belongs to the one goroutine that writes.
type Batch struct {
	r     tlog.HashReader
	first int64 // stored index of fresh[0]
	size  int64
	fresh []tlog.Hash
}

// NewBatch starts from the tree of size leaves that r can read.
func NewBatch(size int64, r tlog.HashReader) *Batch {
	return &Batch{r: r, first: tlog.StoredHashCount(size), size: size}
}

// Append adds a leaf and returns its index.
func (b *Batch) Append(leaf []byte) (int64, error) {
	hashes, err := tlog.StoredHashes(b.size, leaf, b)
	if err != nil {
		return 0, fmt.Errorf("append leaf %d: %w", b.size, err)
	}
	b.fresh = append(b.fresh, hashes...)
	b.size++
	return b.size - 1, nil
}

// Size is the number of leaves, those of the store included.
func (b *Batch) Size() int64 { return b.size }

// Undo takes back the leaves from index size on, those of this batch only: a use
// case of the batch failed and its savepoint was rolled back.
func (b *Batch) Undo(size int64) error {
	keep := tlog.StoredHashCount(size) - b.first
	if keep < 0 || size > b.size {
		return fmt.Errorf("undo to %d leaves: the batch cannot", size)
	}
	b.fresh, b.size = b.fresh[:keep], size
	return nil
}

// Hashes returns what the store has to write: the hash at position i goes under
// the stored index first+i. The caller must not change the slice.
func (b *Batch) Hashes() (first int64, hashes []tlog.Hash) { return b.first, b.fresh }

// ReadHashes makes a Batch a tlog.HashReader of the grown tree.
func (b *Batch) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	var old []int64
	var where []int
	for i, x := range indexes {
		switch at := x - b.first; {
		case at < 0:
			old, where = append(old, x), append(where, i)
		case at < int64(len(b.fresh)):
			out[i] = b.fresh[at]
		default:
			return nil, fmt.Errorf("hash %d is beyond the tree of %d leaves", x, b.size)
		}
	}
	if len(old) == 0 {
		return out, nil
	}
	stored, err := b.r.ReadHashes(old)
	if err != nil {
		return nil, err
	}
	if len(stored) != len(old) {
		return nil, fmt.Errorf("reader gave %d hashes for %d", len(stored), len(old))
	}
	for i, h := range stored {
		out[where[i]] = h
	}
	return out, nil
}

// Root is the root hash of the first size leaves.
func Root(size int64, r tlog.HashReader) (tlog.Hash, error) { return tlog.TreeHash(size, r) }

// Inclusion proves that the tree of size leaves holds the leaf at index.
func Inclusion(size, index int64, r tlog.HashReader) ([]tlog.Hash, error) {
	return tlog.ProveRecord(size, index, r)
}

// CheckInclusion verifies that the tree of c holds a leaf with that hash at index.
func CheckInclusion(path []tlog.Hash, c Checkpoint, index int64, leaf tlog.Hash) error {
	if err := c.validate(); err != nil {
		return err
	}
	return tlog.CheckRecord(path, c.Size, c.Root, index, leaf)
}

// Consistency proves that the tree of newer leaves begins with the tree of older
// leaves. From the empty tree there is nothing to prove.
func Consistency(older, newer int64, r tlog.HashReader) ([]tlog.Hash, error) {
	if older == 0 && newer >= 0 {
		return nil, nil
	}
	return tlog.ProveTree(newer, older, r)
}

// CheckConsistency verifies that newer extends older: same log, same past.
func CheckConsistency(path []tlog.Hash, older, newer Checkpoint) error {
	for _, c := range []Checkpoint{older, newer} {
		if err := c.validate(); err != nil {
			return err
		}
	}
	if older.Origin != newer.Origin {
		return fmt.Errorf("checkpoints of two logs, %s and %s", older.Origin, newer.Origin)
	}
	if older.Size == 0 && len(path) == 0 {
		return nil
	}
	return tlog.CheckTree(path, newer.Size, newer.Root, older.Size, older.Root)
}
