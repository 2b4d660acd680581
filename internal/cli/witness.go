package cli

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"

	"concerto/internal/app"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// witnesses collect what is known of the logs of a backup outside it: in the guard
// files of the folder, in receipts, proofs and checkpoints that people kept, and in
// a newer copy of the database. Only what a key of the logs signed is taken.
type witnesses struct {
	t     *terminal
	keys  map[string]note.Verifier // by origin
	known app.Known
	files map[string]string // attachments that were found, by hash

	newer *store.Store
}

// gather makes the witnesses of the logs of a database.
func gather(t *terminal, logs []q.Log) (*witnesses, error) {
	w := &witnesses{t: t, keys: map[string]note.Verifier{}, files: map[string]string{}}
	w.known.Acts = map[string]map[int64]app.KnownAct{}
	w.known.File = w.file
	for _, l := range logs {
		v, err := note.NewVerifier(l.Key)
		if err != nil {
			return nil, fmt.Errorf("key of %s: %w", l.Origin, err)
		}
		w.keys[l.Origin] = v
		w.known.Acts[l.Origin] = map[int64]app.KnownAct{}
	}
	return w, nil
}

func (w *witnesses) close() error {
	if w.newer == nil {
		return nil
	}
	return w.newer.Close()
}

// guards reads the guard files of a data folder: what was signed there.
func (w *witnesses) guards(dir string) error {
	names, err := guardFiles(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		g, err := register.OpenGuard(name)
		if err != nil {
			return err
		}
		for _, origin := range g.Origins() {
			cp, _ := g.Newest(origin)
			w.known.Checkpoints = append(w.known.Checkpoints, cp)
		}
		if err := g.Close(); err != nil {
			return err
		}
	}
	return nil
}

// folder reads every file of a folder: receipts bring their act, proofs its leaf,
// and each the checkpoint in it. Any other file may be an attachment.
func (w *witnesses) folder(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.IsDir() {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := w.document(name, text); err != nil {
			fmt.Fprintf(w.t.out, "%s is left aside: %v\n", name, err)
		}
	}
	return nil
}

func (w *witnesses) document(name string, text []byte) error {
	if r, err := register.ParseReceipt(text); err == nil {
		return w.proof(name, r.Proof, &r.Opening)
	}
	if p, err := register.ParseProof(text); err == nil {
		return w.proof(name, p, nil)
	}
	if _, err := register.ParseCheckpoint(text); err == nil {
		_, err := w.checkpoint(text)
		return err
	}
	sum := sha256.Sum256(text)
	w.files[hex.EncodeToString(sum[:])] = name
	return nil
}

// checkpoint takes a checkpoint that a log of the backup signed.
func (w *witnesses) checkpoint(text []byte) (register.Checkpoint, error) {
	cp, err := register.ParseCheckpoint(text)
	if err != nil {
		return cp, err
	}
	v := w.keys[cp.Origin]
	if v == nil {
		return cp, fmt.Errorf("%s is no log of this backup", cp.Origin)
	}
	if cp, err = register.OpenCheckpoint(text, note.VerifierList(v)); err == nil {
		w.known.Checkpoints = append(w.known.Checkpoints, cp)
	}
	return cp, err
}

// proof takes the act that a proof shows, whole when its opening is there too.
func (w *witnesses) proof(name string, p register.Proof, o *register.Opening) error {
	cp, err := w.checkpoint(p.Checkpoint)
	if err != nil {
		return err
	}
	if err := register.CheckInclusion(p.Path, cp, p.Index, register.LeafHash(p.Leaf)); err != nil {
		return err
	}
	act := app.KnownAct{Leaf: p.Leaf, From: name}
	if o != nil {
		leaf, err := register.ParseLeaf(p.Leaf)
		if err != nil {
			return err
		}
		if sealed, err := o.Seal(leaf); err != nil || sealed != leaf {
			return errors.New("its content is not what the register committed to")
		}
		act.Opening, act.Whole = *o, true
	}
	if before := w.known.Acts[cp.Origin][p.Index]; !before.Whole {
		w.known.Acts[cp.Origin][p.Index] = act
	}
	return nil
}

// database reads a newer copy of the database, as far as it can be read: the acts
// beyond the backup, and the checkpoints that were signed over them.
func (w *witnesses) database(ctx context.Context, address string, logs []q.Log) (err error) {
	w.newer, err = store.Open(ctx, store.Config{Database: address, Now: time.Now, Rand: rand.Reader, Log: w.t.log, AsIs: true})
	if err != nil {
		return err
	}
	r := w.newer.Read()
	for _, l := range logs {
		cp, err := r.LastCheckpoint(ctx, l.Ambito)
		if errors.Is(err, store.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := w.checkpoint(cp.Note); err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
		if err := w.acts(ctx, r, l); err != nil {
			return err
		}
	}
	return nil
}

const actStep = 500 // acts read at a time

func (w *witnesses) acts(ctx context.Context, r *q.Queries, l q.Log) error {
	for next := l.Size; ; {
		acts, err := r.ActsFrom(ctx, q.ActsFromParams{Ambito: l.Ambito, N: next, Limit: actStep})
		if err != nil || len(acts) == 0 {
			return err
		}
		for _, a := range acts {
			w.known.Acts[l.Origin][a.N] = app.KnownAct{Leaf: a.Leaf, Opening: store.OpeningOf(a), Whole: true, From: "the newer database"}
		}
		next = acts[len(acts)-1].N + 1
	}
}

// file finds the bytes of an attachment of an imported act.
func (w *witnesses) file(ctx context.Context, ambito, sum string) ([]byte, error) {
	if name, ok := w.files[sum]; ok {
		return os.ReadFile(name)
	}
	if w.newer == nil {
		return nil, nil
	}
	b, err := w.newer.Read().Blob(ctx, q.BlobParams{Ambito: ambito, Sha256: sum})
	if errors.Is(err, store.ErrNoRows) {
		return nil, nil
	}
	return b.Bytes, err
}
