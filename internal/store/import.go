package store

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/register"
	"concerto/internal/store/q"
)

// Import appends an act that was recorded before, as it stands in a newer copy of
// the register or in a receipt: the same leaf, byte for byte, at the same index
// (register P22). It returns the row of the act; the rows that follow from it are
// the caller's. Whether the tree then is the one that was signed is asked by Extends.
func (tx *Tx) Import(ctx context.Context, text []byte, o register.Opening) (q.Act, error) {
	var none q.Act
	g := tx.b.trees[tx.Ambito]
	if g == nil {
		return none, fmt.Errorf("ambito %s: %w", tx.Ambito, errNoLog)
	}
	leaf, err := register.ParseLeaf(text)
	if err != nil {
		return none, err
	}
	switch {
	case leaf.Log != g.row.Origin:
		return none, fmt.Errorf("act %d is of the log %s, not of %s", leaf.N, leaf.Log, g.row.Origin)
	case leaf.N != g.leaves.Size():
		return none, fmt.Errorf("act %d cannot follow %d acts", leaf.N, g.leaves.Size())
	case leaf.TR.UnixMicro() < g.last:
		return none, fmt.Errorf("act %d was registered before the one that precedes it", leaf.N)
	}
	prev, err := tx.previous(ctx, leaf)
	if err != nil {
		return none, err
	}
	if _, err := g.leaves.Append(text); err != nil {
		return none, err
	}
	if _, err := tx.insertAct(ctx, leaf, prev, text, o); err != nil {
		return none, err
	}
	g.last = leaf.TR.UnixMicro()
	g.pending = append(g.pending, &Recorded{N: leaf.N, RegisteredAt: leaf.TR, Leaf: text,
		Receipt: &register.Receipt{Key: g.row.Key, Opening: o}})
	return tx.Act(ctx, q.ActParams{Ambito: tx.Ambito, N: leaf.N})
}

// previous returns the index of the act on the same matter before an imported one,
// or -1, and refuses a leaf that names another.
func (tx *Tx) previous(ctx context.Context, leaf register.Leaf) (int64, error) {
	before, err := tx.LastActOnMatter(ctx, q.LastActOnMatterParams{Ambito: tx.Ambito, Matter: leaf.Matter})
	if err == ErrNoRows {
		before.N = -1
	} else if err != nil {
		return 0, err
	}
	var want tlog.Hash
	if before.N >= 0 {
		want = register.LeafHash(before.Leaf)
	}
	if leaf.Prev != want {
		return 0, fmt.Errorf("act %d does not follow act %d on its matter", leaf.N, before.N)
	}
	return before.N, nil
}

// Size is how many acts the log has, those of this transaction included.
func (tx *Tx) Size() int64 {
	if g := tx.b.trees[tx.Ambito]; g != nil {
		return g.leaves.Size()
	}
	return 0
}

// Extends reports whether the log, as this transaction leaves it, begins with the
// tree of a checkpoint.
func (tx *Tx) Extends(cp register.Checkpoint) error {
	g := tx.b.trees[tx.Ambito]
	if g == nil || g.leaves.Size() < cp.Size {
		return fmt.Errorf("%s: %d leaves, %d were signed: %w", cp.Origin, tx.Size(), cp.Size, register.ErrRollback)
	}
	root, err := register.Root(cp.Size, g.leaves)
	if err != nil {
		return err
	}
	if root != cp.Root {
		return fmt.Errorf("%s at %d leaves: %w", cp.Origin, cp.Size, register.ErrFork)
	}
	return nil
}
