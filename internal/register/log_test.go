package register

import (
	"crypto/sha256"
	"fmt"
	"math/bits"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// mth is the Merkle tree hash as RFC 6962 §2.1 defines it, in its own words.
func mth(d [][]byte) tlog.Hash {
	switch len(d) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, d[0]...))
	}
	k := 1 << (bits.Len(uint(len(d)-1)) - 1)
	left, right := mth(d[:k]), mth(d[k:])
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// grow makes a tree by batches of random sizes, with a use case undone here and there.
func grow(t *rapid.T, size int) (leaves [][]byte, hashes memory) {
	for len(leaves) < size {
		b := NewBatch(int64(len(leaves)), hashes)
		for range rapid.IntRange(1, 9).Draw(t, "batch") {
			leaf := fmt.Appendf(nil, "leaf %d", len(leaves))
			if rapid.IntRange(0, 3).Draw(t, "undo") == 0 {
				before := b.Size()
				b.Append([]byte("rolled back"))
				b.Append([]byte("rolled back too"))
				if err := b.Undo(before); err != nil {
					t.Fatal(err)
				}
			}
			n, err := b.Append(leaf)
			if err != nil || n != int64(len(leaves)) {
				t.Fatalf("Append = %d, %v, want %d", n, err, len(leaves))
			}
			leaves = append(leaves, leaf)
		}
		first, fresh := b.Hashes()
		if first != int64(len(hashes)) {
			t.Fatalf("batch begins at hash %d, the store has %d", first, len(hashes))
		}
		hashes = append(hashes, fresh...)
	}
	return leaves, hashes
}

func rootAt(t *rapid.T, size int, leaves [][]byte, r tlog.HashReader) Checkpoint {
	root, err := Root(int64(size), r)
	if err != nil {
		t.Fatal(err)
	}
	if want := mth(leaves[:size]); root != want {
		t.Fatalf("Root(%d) = %v, want %v", size, root, want)
	}
	return Checkpoint{origin, int64(size), root}
}

func TestEveryLeafIsProvedAndNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves, hashes := grow(t, rapid.IntRange(1, 70).Draw(t, "size"))
		size := rapid.IntRange(1, len(leaves)).Draw(t, "at")
		c := rootAt(t, size, leaves, hashes)
		index := rapid.Int64Range(0, c.Size-1).Draw(t, "index")
		path, err := Inclusion(c.Size, index, hashes)
		if err != nil {
			t.Fatal(err)
		}
		leaf := LeafHash(leaves[index])
		if err := CheckInclusion(path, c, index, leaf); err != nil {
			t.Fatalf("leaf %d of %d: %v", index, size, err)
		}
		wrong := c
		wrong.Root[0] ^= 1
		for name, err := range map[string]error{
			"another leaf":  CheckInclusion(path, c, index, LeafHash([]byte("x"))),
			"another index": CheckInclusion(path, c, index+1, leaf),
			"another root":  CheckInclusion(path, wrong, index, leaf),
			"longer path":   CheckInclusion(append(path, leaf), c, index, leaf),
			"beyond 2^62":   CheckInclusion(path, Checkpoint{origin, 1<<62 + 1, c.Root}, index, leaf),
		} {
			if err == nil {
				t.Fatalf("leaf %d of %d: the proof holds for %s", index, size, name)
			}
		}
	})
}

func TestLaterTreeExtendsEarlierOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves, hashes := grow(t, rapid.IntRange(1, 70).Draw(t, "size"))
		newer := rapid.IntRange(1, len(leaves)).Draw(t, "newer")
		older := rapid.IntRange(0, newer).Draw(t, "older")
		a, b := rootAt(t, older, leaves, hashes), rootAt(t, newer, leaves, hashes)
		path, err := Consistency(a.Size, b.Size, hashes)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(path, a, b); err != nil {
			t.Fatalf("%d to %d: %v", older, newer, err)
		}
		forked, foreign := b, b
		forked.Root[0] ^= 1
		foreign.Origin = "altro.it/registro"
		if older > 0 && CheckConsistency(path, a, forked) == nil {
			t.Fatalf("%d to %d: a fork passes", older, newer)
		}
		if CheckConsistency(path, a, foreign) == nil {
			t.Fatal("the tree of another log passes")
		}
		if older < newer && CheckConsistency(path, b, a) == nil {
			t.Fatalf("%d to %d: a tree that shrinks passes", newer, older)
		}
	})
}

func TestBatchUndoesOnlyItsOwn(t *testing.T) {
	b := NewBatch(0, memory{})
	for range 3 {
		_, err := b.Append([]byte("x"))
		must(t, err)
	}
	_, fresh := b.Hashes()
	next := NewBatch(3, memory(fresh))
	if err := next.Undo(2); err == nil {
		t.Error("a batch undid a leaf of the store")
	}
	if err := next.Undo(4); err == nil {
		t.Error("a batch undid a leaf that does not exist")
	}
	if _, err := b.ReadHashes([]int64{99}); err == nil {
		t.Error("a hash beyond the tree was read")
	}
}
