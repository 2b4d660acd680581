package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/register"
	"concerto/internal/store/q"
)

// Tx is a transaction of one closure: the queries, and the register of one Ambito.
type Tx struct {
	*q.Queries
	Ambito string
	Now    time.Time // one clock for the whole transaction, whole milliseconds

	b *batch
}

// Act is what is to be recorded: the facts of the leaf, and what the leaf only
// commits to.
type Act struct {
	Kind, Matter, Process, Via string
	ReceivedAt                 time.Time // reception
	SourceAt                   time.Time // zero: the channel attests no instant of its own
	Definition                 [32]byte
	Body                       []byte // canonical JSON
	Files                      []register.File
	Author                     []byte // canonical JSON
}

// Recorded is an act in the register. Its receipt has no proof until the
// transaction has been committed.
type Recorded struct {
	N            int64
	RegisteredAt time.Time
	Leaf         []byte
	Row          q.Act // as it was written
	Receipt      *register.Receipt
}

// CreateLog creates the log of the transaction's Ambito, under an origin whose
// key the store can get.
func (tx *Tx) CreateLog(ctx context.Context, origin, key string) error {
	if tx.b.trees[tx.Ambito] != nil {
		return fmt.Errorf("log %s exists", tx.Ambito)
	}
	root, err := tlog.TreeHash(0, nil)
	if err != nil {
		return err
	}
	err = tx.Queries.CreateLog(ctx, q.CreateLogParams{Ambito: tx.Ambito, Origin: origin, Key: key, Root: root[:]})
	if err != nil {
		return fmt.Errorf("create log %s: %w", tx.Ambito, err)
	}
	row, err := tx.Log(ctx, tx.Ambito)
	if err != nil {
		return err
	}
	tx.b.trees[tx.Ambito] = tx.b.grow(tx.Ambito, &tree{row: row, cache: map[int64]tlog.Hash{}})
	return nil
}

// clockSlack is how far the clock may stand before the last act, and before the
// instant at which the act to be recorded was received: two instances never agree to
// the millisecond, and a clock is set right by small steps.
const clockSlack = 2 * time.Second

// Append records an act: the row and its leaf. The rows that the act changes are
// the caller's.
func (tx *Tx) Append(ctx context.Context, a Act) (*Recorded, error) {
	g := tx.b.trees[tx.Ambito]
	if g == nil {
		return nil, fmt.Errorf("ambito %s: %w", tx.Ambito, errNoLog)
	}
	last := time.UnixMicro(g.last).UTC()
	if at := register.Instant(a.ReceivedAt); at.After(last) {
		last = at // the clock may have been set back since: nothing is registered before it was received either
	}
	if tx.Now.Add(clockSlack).Before(last) {
		return nil, ErrClock
	}
	registered := tx.Now
	if registered.Before(last) {
		registered = last // the log's own order never goes back
	}
	leaf, prev, opening, err := tx.leaf(ctx, g, a, registered)
	if err != nil {
		return nil, err
	}
	text, err := leaf.Marshal()
	if err != nil {
		return nil, fmt.Errorf("leaf: %w", err)
	}
	if _, err := g.leaves.Append(text); err != nil {
		return nil, err
	}
	row, err := tx.insertAct(ctx, leaf, prev, text, opening)
	if err != nil {
		return nil, err
	}
	g.last = registered.UnixMicro()
	r := &Recorded{N: leaf.N, RegisteredAt: registered, Leaf: text, Row: row,
		Receipt: &register.Receipt{Key: g.row.Key, Opening: opening}}
	g.pending = append(g.pending, r)
	return r, nil
}

// leaf makes the leaf of an act, and says which act on the same matter came
// before it: its index, or -1.
func (tx *Tx) leaf(ctx context.Context, g *growing, a Act, registered time.Time) (l register.Leaf, prev int64, o register.Opening, err error) {
	l = register.Leaf{Log: g.row.Origin, N: g.leaves.Size(), T: register.Instant(a.ReceivedAt), TR: registered,
		Via: a.Via, Proc: a.Process, Kind: a.Kind, Matter: a.Matter, Definition: a.Definition}
	if !a.SourceAt.IsZero() {
		l.TF = register.Instant(a.SourceAt)
	}
	before, err := tx.LastActOnMatter(ctx, q.LastActOnMatterParams{Ambito: tx.Ambito, Matter: a.Matter})
	switch {
	case err == nil:
		l.Prev, prev = register.LeafHash(before.Leaf), before.N
	case errors.Is(err, sql.ErrNoRows):
		prev = -1
	default:
		return l, 0, o, err
	}
	if o.Files, err = register.FileList(a.Files); err != nil {
		return l, 0, o, err
	}
	if o.Salts, err = register.NewSalts(tx.b.s.cfg.Rand); err != nil {
		return l, 0, o, err
	}
	o.Body, o.Author = a.Body, a.Author
	l, err = o.Seal(l)
	return l, prev, o, err
}

func (tx *Tx) insertAct(ctx context.Context, l register.Leaf, prev int64, text []byte, o register.Opening) (q.Act, error) {
	p := q.InsertActParams{Ambito: tx.Ambito, N: l.N, Kind: l.Kind, Matter: l.Matter, Process: l.Proc, Via: l.Via,
		ReceivedUs: l.T.UnixMicro(), RegisteredUs: l.TR.UnixMicro(), Definition: l.Definition[:], Prev: prev, Leaf: text,
		Body: some(o.Body), Files: some(o.Files), Author: some(o.Author)}
	if !l.TF.IsZero() {
		p.SourceUs = l.TF.UnixMicro()
	}
	if len(o.Body) > 0 {
		p.BodySalt = o.Salts.Body[:]
	}
	if len(o.Files) > 0 {
		p.FilesSalt = o.Salts.Files[:]
	}
	if len(o.Author) > 0 {
		p.AuthorSalt = o.Salts.Author[:]
	}
	if err := tx.InsertAct(ctx, p); err != nil {
		return q.Act{}, fmt.Errorf("act %d: %w", l.N, err)
	}
	return q.Act(p), nil
}

func some(b []byte) sql.NullString { return sql.NullString{String: string(b), Valid: len(b) > 0} }

// ReceiptOf makes the receipt of a committed act again: the same proof against
// the same checkpoint that the first answer carried.
func (s *Store) ReceiptOf(ctx context.Context, ambito string, n int64) (*register.Receipt, error) {
	r := s.Read()
	act, err := r.Act(ctx, q.ActParams{Ambito: ambito, N: n})
	if err != nil {
		return nil, fmt.Errorf("act %d: %w", n, err)
	}
	log, err := r.Log(ctx, ambito)
	if err != nil {
		return nil, err
	}
	cp, err := r.CheckpointCovering(ctx, q.CheckpointCoveringParams{Ambito: ambito, Size: n})
	if err != nil {
		return nil, fmt.Errorf("checkpoint over act %d: %w", n, err)
	}
	path, err := register.Inclusion(cp.Size, n, s.Hashes(ctx, ambito))
	if err != nil {
		return nil, fmt.Errorf("proof of act %d: %w", n, err)
	}
	return &register.Receipt{Key: log.Key, Opening: OpeningOf(act),
		Proof: register.Proof{Leaf: act.Leaf, Index: n, Path: path, Checkpoint: cp.Note}}, nil
}

// OpeningOf returns what opens the commitments of an act's leaf.
func OpeningOf(a q.Act) register.Opening {
	o := register.Opening{Body: bytesOf(a.Body), Files: bytesOf(a.Files), Author: bytesOf(a.Author)}
	copy(o.Salts.Body[:], a.BodySalt)
	copy(o.Salts.Files[:], a.FilesSalt)
	copy(o.Salts.Author[:], a.AuthorSalt)
	return o
}

func bytesOf(s sql.NullString) []byte {
	if !s.Valid {
		return nil
	}
	return []byte(s.String)
}
