package register

import (
	"bytes"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// exhibit is a file under verification: the finding so far, and what was read.
type exhibit struct {
	Finding
	receipt *Receipt
	proof   *Proof
	signed  []byte   // the checkpoint, as a note
	signers []string // known keys that signed it
	nodes   []node   // hashes that a true proof ties to the signed root
}

// read finds out by its content what a file is.
func read(f NamedFile) *exhibit {
	e := &exhibit{Finding: Finding{Name: f.Name}}
	var err error
	switch {
	case bytes.HasPrefix(f.Data, []byte("{")):
		e.Kind = KindReceipt
		var r Receipt
		if r, err = ParseReceipt(f.Data); err == nil {
			e.receipt, e.proof, e.signed = &r, &r.Proof, r.Proof.Checkpoint
		}
	case bytes.HasPrefix(f.Data, []byte("c2sp.org/tlog-proof@")):
		e.Kind = KindProof
		var p Proof
		if p, err = ParseProof(f.Data); err == nil {
			e.proof, e.signed = &p, p.Checkpoint
			_, err = ParseLeaf(p.Leaf)
		}
	default:
		if _, err = ParseCheckpoint(f.Data); err == nil {
			e.Kind, e.signed = KindCheckpoint, f.Data
		}
	}
	if err != nil {
		e.set(Unreadable, ReasonFormat, err.Error())
		return e
	}
	c, _ := ParseCheckpoint(e.signed) // whole: each of the parsers above has read it
	e.Checkpoint = &c
	return e
}

func (e *exhibit) set(code Code, reason string, args ...string) {
	e.Code, e.Reason, e.Args = code, reason, args
}

// judge takes the questions from the outside in: is the checkpoint of a key we
// know, is the leaf in it, does the content belong to the leaf, is the key trusted.
func (e *exhibit) judge(trusted, known keyring) {
	if e.Code == Unreadable {
		return
	}
	if e.judgeSignature(known) && e.judgeProof() && e.judgeContent() {
		e.judgeTrust(trusted)
	}
}

// judgeSignature requires the signature of the receipt's own key, where there is
// one: a receipt that names another key than its checkpoint's was edited.
func (e *exhibit) judgeSignature(known keyring) bool {
	origin := e.Checkpoint.Origin
	e.signers = known.signers(e.signed)
	switch {
	case e.receipt != nil && !slices.Contains(e.signers, e.receipt.Key):
		e.set(NotValid, ReasonSignature, origin)
	case len(e.signers) > 0:
		return true
	case known.knows(origin):
		e.set(NotValid, ReasonSignature, origin)
	default:
		e.set(NotValid, ReasonNoKey, origin)
	}
	return false
}

// judgeProof requires that the leaf is of this log, at its place, and in the tree.
func (e *exhibit) judgeProof() bool {
	if e.proof == nil {
		return true
	}
	leaf, _ := ParseLeaf(e.proof.Leaf) // whole: read has parsed it
	hash := LeafHash(e.proof.Leaf)
	e.Leaf, e.CheckCode = &leaf, CheckCode(hash)
	index := strconv.FormatInt(e.proof.Index, 10)
	switch {
	case leaf.Log != e.Checkpoint.Origin:
		e.set(NotValid, ReasonOrigin, leaf.Log, e.Checkpoint.Origin)
	case leaf.N != e.proof.Index:
		e.set(NotValid, ReasonIndex, strconv.FormatInt(leaf.N, 10), index)
	case CheckInclusion(e.proof.Path, *e.Checkpoint, e.proof.Index, hash) != nil:
		e.set(NotValid, ReasonInclusion, index, strconv.FormatInt(e.Checkpoint.Size, 10))
	default:
		e.nodes = proofNodes(e.proof.Path, e.Checkpoint.Size, e.proof.Index, hash)
		return true
	}
	return false
}

// judgeContent requires that the content of a receipt opens the leaf's commitments.
func (e *exhibit) judgeContent() bool {
	if e.receipt == nil {
		return true
	}
	sealed, err := e.receipt.Seal(*e.Leaf)
	switch {
	case err != nil:
		e.set(Unreadable, ReasonFormat, err.Error())
	case sealed.Body != e.Leaf.Body:
		e.set(NotValid, ReasonBody)
	case sealed.FileCount != e.Leaf.FileCount:
		e.set(NotValid, ReasonFileCount, strconv.Itoa(sealed.FileCount), strconv.Itoa(e.Leaf.FileCount))
	case sealed.Files != e.Leaf.Files:
		e.set(NotValid, ReasonFiles)
	case sealed.Author != e.Leaf.Author:
		e.set(NotValid, ReasonAuthor)
	default:
		return true
	}
	return false
}

// judgeTrust tells a log that we trust from one that only agrees with itself.
// A key of the same name as a trusted one is worse than an unknown log: somebody
// signs in the place of the log we know.
func (e *exhibit) judgeTrust(trusted keyring) {
	origin := e.Checkpoint.Origin
	switch {
	case slices.ContainsFunc(e.signers, trusted.has):
		e.set(Valid, ReasonOK)
	case trusted.knows(origin):
		e.set(NotValid, ReasonUntrustedKey, origin)
	default:
		e.set(NotAnchored, ReasonNotAnchored, origin)
	}
}

// node is the hash of a complete subtree: 2^level leaves from n·2^level on.
// Such a hash never changes as the log grows.
type node struct {
	level int
	n     int64
	hash  tlog.Hash
}

// proofNodes lists the complete subtrees whose hashes a true inclusion proof
// shows: those of the path, and those computed on the way up. The walk is that
// of RFC 9162 §2.1.3.2; the caller has checked the proof.
func proofNodes(path []tlog.Hash, size, index int64, leaf tlog.Hash) []node {
	var nodes []node
	add := func(level int, n int64, h tlog.Hash) {
		if (n+1)<<level <= size {
			nodes = append(nodes, node{level, n, h})
		}
	}
	level, at, last, h := 0, index, size-1, leaf
	add(level, at, h)
	for _, sibling := range path {
		if at == last { // right border: go up to the level where there is a sibling
			for at&1 == 0 {
				level, at, last = level+1, at>>1, last>>1
			}
		}
		if at&1 == 1 {
			add(level, at-1, sibling)
			h = tlog.NodeHash(sibling, h)
		} else {
			add(level, at+1, sibling)
			h = tlog.NodeHash(h, sibling)
		}
		level, at, last = level+1, at>>1, last>>1
		add(level, at, h)
	}
	return nodes
}
