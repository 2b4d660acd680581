package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Known is what the world knows of the logs beyond a backup: checkpoints that were
// signed, whoever kept them, and acts in newer copies of the register or in
// receipts. Signatures and proofs have been checked by whoever collected it.
type Known struct {
	Checkpoints []register.Checkpoint
	Acts        map[string]map[int64]KnownAct // by origin of the log, by index
	// File returns the bytes of an attachment of an imported act, by hash, or nil.
	File func(ctx context.Context, ambito, sha256 string) ([]byte, error)
}

// KnownAct is an act as it is known outside the backup. The opening is empty when
// the leaf alone is known: it shows what is missing and cannot be brought back.
type KnownAct struct {
	Leaf    []byte
	Opening register.Opening
	Whole   bool   // the opening is what the register holds, erased or not
	From    string // where it was found
}

// Recovered says what became of one log.
type Recovered struct {
	Ambito, Origin string
	Backup         int64 // acts in the backup
	Imported       int64 // acts brought back after it, erasures among them
	Newest         register.Checkpoint
	Missing        []MissingAct // acts that were signed and are not to be had
}

// MissingAct is an act that was signed and is in no copy. Kind and instant are
// zero when not even its leaf is known.
type MissingAct struct {
	N          int64
	Kind       string
	Matter     string
	ReceivedAt time.Time
	From       string
}

// Recover brings a restored database up to what is known: it imports the acts after
// the backup as far as they are known without a gap, leaf by leaf as they were
// (register P22), so that what was erased since is erased again (§3.5). What is
// still missing then is reported; the database must not be served, unless
// OpenEpoch has declared it.
func (a *App) Recover(ctx context.Context, known Known) ([]Recovered, error) {
	logs, err := a.Store.Read().Logs(ctx)
	if err != nil {
		return nil, err
	}
	for _, cp := range known.Checkpoints {
		if !slices.ContainsFunc(logs, func(l q.Log) bool { return l.Origin == cp.Origin }) {
			return nil, fmt.Errorf("%s, signed up to %d acts, is not in the backup at all: %w", cp.Origin, cp.Size, register.ErrRollback)
		}
	}
	var out []Recovered
	for _, log := range logs {
		r, err := a.recoverLog(ctx, log, known)
		if err != nil {
			return nil, fmt.Errorf("log %s: %w", log.Ambito, err)
		}
		out = append(out, *r)
	}
	return out, nil
}

func (a *App) recoverLog(ctx context.Context, log q.Log, known Known) (*Recovered, error) {
	r := &Recovered{Ambito: log.Ambito, Origin: log.Origin, Backup: log.Size}
	var mine []register.Checkpoint
	for _, cp := range known.Checkpoints {
		if cp.Origin == log.Origin {
			mine = append(mine, cp)
		}
		if cp.Origin == log.Origin && cp.Size > r.Newest.Size {
			r.Newest = cp
		}
	}
	acts := known.Acts[log.Origin]
	for _, k := range acts {
		if err := a.recallKnown(log.Ambito, k); err != nil {
			return nil, err
		}
	}
	err := a.Store.Update(ctx, log.Ambito, func(tx *store.Tx) error {
		for n := log.Size; acts[n].Whole; n++ {
			if err := a.importAct(ctx, tx, acts[n], known); err != nil {
				return fmt.Errorf("act %d, from %s: %w", n, acts[n].From, err)
			}
			r.Imported++
		}
		return extendsAll(tx, mine)
	})
	if err != nil {
		return nil, err
	}
	for n := r.Backup + r.Imported; n < r.Newest.Size; n++ {
		r.Missing = append(r.Missing, missing(n, acts[n]))
	}
	return r, nil
}

func (a *App) importAct(ctx context.Context, tx *store.Tx, k KnownAct, known Known) error {
	row, err := tx.Import(ctx, k.Leaf, k.Opening)
	if err != nil {
		return err
	}
	files, err := register.ParseFileList(k.Opening.Files)
	if err != nil {
		return err
	}
	for _, f := range files {
		sum := fmt.Sprintf("%x", f.SHA256)
		content, err := known.File(ctx, tx.Ambito, sum)
		if err != nil {
			return err
		}
		if content == nil {
			continue // the audit says that it is missing
		}
		if err := tx.PutBlob(ctx, q.PutBlobParams{Ambito: tx.Ambito, Sha256: sum, Size: f.Size, Bytes: content}); err != nil {
			return err
		}
	}
	if row.Kind == actErasure {
		return a.importErasure(ctx, tx, row)
	}
	return a.apply(ctx, tx.Queries, row)
}

// extendsAll demands that the log has every known checkpoint in its past, as far as
// it reaches. One that contradicts it is a fork, and nothing helps.
func extendsAll(tx *store.Tx, known []register.Checkpoint) error {
	for _, cp := range known {
		if cp.Size > tx.Size() {
			continue
		}
		if err := tx.Extends(cp); err != nil {
			return err
		}
	}
	return nil
}

func missing(n int64, k KnownAct) MissingAct {
	m := MissingAct{N: n, From: k.From}
	if leaf, err := register.ParseLeaf(k.Leaf); err == nil {
		m.Kind, m.Matter, m.ReceivedAt = leaf.Kind, leaf.Matter, leaf.T
	}
	return m
}

// epochBody declares that the register goes on from an older state, because the
// acts in between are lost (register P22). It is public that it happened.
type epochBody struct {
	From   int64  `json:"from"`   // first act that is missing
	To     int64  `json:"to"`     // acts that were signed
	Root   string `json:"root"`   // over all that were signed, as the last checkpoint said
	Reason string `json:"reason"` // in the operator's words
}

func (epochBody) kind() string { return actEpoch }

// applyEpoch writes no row: the act is its own evidence.
func applyEpoch(context.Context, *q.Queries, q.Act, epochBody) error { return nil }

// OpenEpoch records that the acts a restore could not bring back are lost, as the
// first act after them, and erases again what is known to have been erased among
// them. Whoever holds a receipt of the lost span can prove it: this act is why.
func (a *App) OpenEpoch(ctx context.Context, who Actor, lost Recovered, reason string) error {
	if !who.is(Operator) {
		return ErrForbidden
	}
	return a.Store.Update(ctx, lost.Ambito, func(tx *store.Tx) error {
		processes, err := tx.Processes(ctx, lost.Ambito)
		if err != nil {
			return err
		}
		if len(processes) == 0 {
			return fmt.Errorf("ambito %s: %w", lost.Ambito, ErrNotFound)
		}
		p := processes[0]
		matter, err := register.NewMatter(a.Rand)
		if err != nil {
			return err
		}
		_, err = a.record(ctx, tx, recording{who: who, matter: matter, process: p.Slug, definition: p.Definition,
			assurance: "operatorAttested", at: Arrival{ReceivedAt: tx.Now},
			body: epochBody{lost.Backup + lost.Imported, lost.Newest.Size, fmt.Sprintf("%x", lost.Newest.Root), reason}})
		if err != nil {
			return err
		}
		for _, matter := range lost.erased() {
			if err := a.eraseAgain(ctx, tx, who, matter); err != nil {
				return fmt.Errorf("erase %s again: %w", matter, err)
			}
		}
		return nil
	})
}

// erased returns the matters whose erasure is among the lost acts.
func (r Recovered) erased() []string {
	var out []string
	for _, m := range r.Missing {
		if m.Kind == actErasure && !slices.Contains(out, m.Matter) {
			out = append(out, m.Matter)
		}
	}
	return out
}
