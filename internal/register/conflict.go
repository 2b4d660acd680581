package register

import "golang.org/x/mod/sumdb/tlog"

// Conflict is a proof of misbehaviour: one key signed two trees that cannot be
// states of one append-only log. The two notes say it to anybody, without us.
type Conflict struct {
	Key          string // verifier key that signed both
	Trusted      bool   // whether it was given as trusted
	SameSize     bool   // two roots for one size; else a leaf or subtree under both has two hashes
	Names        [2]string
	Checkpoints  [2][]byte // the signed notes, verbatim
	Level, Index int64     // when !SameSize: the subtree of 2^Level leaves that differs
}

// conflicts compares whatever was signed by the same key.
//
// Two checkpoints of different size are compared by what the proofs that came with
// them show of the tree: a complete subtree has one hash for ever, so two different
// ones are a rewritten past. To find nothing is no proof that the larger tree
// extends the smaller one; that takes a consistency proof from the log.
func conflicts(exhibits []*exhibit, trusted keyring) []Conflict {
	first := map[place]claim{}
	reported := map[[2]*exhibit]bool{}
	var found []Conflict
	for _, c := range claims(exhibits) {
		before, ok := first[c.place]
		if !ok {
			first[c.place] = c
			continue
		}
		pair := [2]*exhibit{before.by, c.by}
		if before.hash == c.hash || reported[pair] {
			continue
		}
		reported[pair] = true
		found = append(found, newConflict(trusted, before, c))
	}
	return found
}

// claim is one hash that a key signed for one place, and the exhibit that shows it.
type claim struct {
	place
	hash tlog.Hash
	by   *exhibit
}

func claims(exhibits []*exhibit) []claim {
	var all []claim
	for _, e := range exhibits {
		for _, key := range e.signers {
			for _, n := range e.facts() {
				all = append(all, claim{place{key, n.level, n.n}, n.hash, e})
			}
		}
	}
	return all
}

// place is a point of a key's log where only one hash can stand.
type place struct {
	key   string
	level int
	n     int64
}

// wholeTree is the level under which facts puts the root of a tree of n leaves.
const wholeTree = -1

// facts lists what the signature on an exhibit binds the log to: the root at that
// size, and the subtrees of its proof. A tree of 2^k leaves is a subtree as well.
func (e *exhibit) facts() []node {
	c := e.Checkpoint
	facts := []node{{wholeTree, c.Size, c.Root}}
	for level := 0; c.Size > 0 && int64(1)<<level <= c.Size; level++ {
		if int64(1)<<level == c.Size {
			facts = append(facts, node{level, 0, c.Root})
		}
	}
	return append(facts, e.nodes...)
}

func newConflict(trusted keyring, a, b claim) Conflict {
	c := Conflict{Key: a.key, Trusted: trusted.has(a.key), SameSize: a.level == wholeTree,
		Names: [2]string{a.by.Name, b.by.Name}, Checkpoints: [2][]byte{a.by.signed, b.by.signed}}
	if !c.SameSize {
		c.Level, c.Index = int64(a.level), a.n
	}
	return c
}
