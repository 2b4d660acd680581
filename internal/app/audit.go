package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// AuditReport is the outcome of an audit. Without discrepancies Acts and Root say
// what was found good.
type AuditReport struct {
	Acts          int64
	Root          string // of the only log, or the hash of all roots when there are several
	Discrepancies []string
}

// maxDiscrepancies is how many are listed; the first one is enough to stop trusting.
const maxDiscrepancies = 20

// OK reports whether nothing was found wrong.
func (r *AuditReport) OK() bool { return len(r.Discrepancies) == 0 }

func (r *AuditReport) add(format string, args ...any) {
	if len(r.Discrepancies) < maxDiscrepancies {
		r.Discrepancies = append(r.Discrepancies, fmt.Sprintf(format, args...))
	}
}

// Audit recomputes everything that is claimed: each leaf from its row, the chain
// of each matter, each commitment from the content and its salt, each hash of the
// tree, each signed checkpoint, the database file itself; then it replays the register into an empty
// database, which takes every verdict again, and compares all rows.
func (a *App) Audit(ctx context.Context) (*AuditReport, error) { return a.audit(ctx, auditScope{}) }

// auditScope is how much is audited, and whom it tells how far it is.
type auditScope struct {
	ambito string    // empty: the whole database
	step   func(int) // acts that were checked and replayed; may be nil
}

func (s auditScope) has(ambito string) bool { return s.ambito == "" || s.ambito == ambito }

func (a *App) audit(ctx context.Context, scope auditScope) (*AuditReport, error) {
	rep := &AuditReport{}
	logs, err := a.Store.Read().Logs(ctx)
	if err != nil {
		return nil, err
	}
	logs = slices.DeleteFunc(logs, func(l q.Log) bool { return !scope.has(l.Ambito) })
	slices.SortFunc(logs, func(a, b q.Log) int { return strings.Compare(a.Ambito, b.Ambito) }) // not as a database sorts names
	dir, err := os.MkdirTemp("", "concerto-audit-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	replica, err := store.Open(ctx, store.Config{Database: filepath.Join(dir, "replica.db"), Now: a.Now, Rand: a.Rand, Scratch: true})
	if err != nil {
		return nil, err
	}
	defer replica.Close()
	damage, err := a.Store.Integrity(ctx)
	if err != nil {
		return nil, err
	}
	for _, line := range damage {
		rep.add("database file: %s", line)
	}
	var roots [][]byte
	for _, log := range logs {
		l := &logAudit{app: &App{Store: replica, Now: a.Now, Rand: a.Rand}, source: a.Store, replica: replica, log: log, rep: rep, step: scope.step, last: map[string]matterEnd{}}
		if err := l.run(ctx); err != nil {
			return nil, fmt.Errorf("log %s: %w", log.Ambito, err)
		}
		rep.Acts += log.Size
		roots = append(roots, log.Root)
	}
	orphans, err := a.Store.Read().CountOrphans(ctx)
	if err != nil {
		return nil, err
	}
	if orphans > 0 {
		rep.add("%d rows of the register belong to no log", orphans)
	}
	if err := compareRows(ctx, a.Store, replica, rep, scope); err != nil {
		return nil, err
	}
	rep.Root = RootOf(roots)
	return rep, nil
}

// RootOf makes one name of the roots of all logs, in the order of their Ambiti.
func RootOf(roots [][]byte) string {
	if len(roots) == 1 {
		return fmt.Sprintf("%x", roots[0])
	}
	h := sha256.New()
	for _, r := range roots {
		fmt.Fprintf(h, "%x\n", r)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// logAudit checks one log.
type logAudit struct {
	app     *App // on the replica: it replays
	source  *store.Store
	replica *store.Store
	log     q.Log
	rep     *AuditReport
	step    func(int)
	tree    *register.Batch
	last    map[string]matterEnd // by matter
	lastUs  int64
	erased  erasures
}

// matterEnd is the last act seen on a matter.
type matterEnd struct {
	n    int64
	hash tlog.Hash
}

const auditStep = 500 // acts read at a time

func (l *logAudit) run(ctx context.Context) error {
	l.tree = register.NewBatch(0, noHashes{})
	err := l.replica.Update(ctx, l.log.Ambito, func(tx *store.Tx) error {
		return tx.Queries.CreateLog(ctx, q.CreateLogParams{Ambito: l.log.Ambito, Origin: l.log.Origin, Key: l.log.Key, Root: l.log.Root})
	})
	if err != nil {
		return err
	}
	if l.erased, err = l.erasures(ctx); err != nil {
		return err
	}
	for next := int64(0); ; {
		acts, err := l.source.Read().ActsFrom(ctx, q.ActsFromParams{Ambito: l.log.Ambito, N: next, Limit: auditStep})
		if err != nil {
			return err
		}
		if len(acts) == 0 {
			break
		}
		for i, act := range acts {
			if act.N != next+int64(i) {
				l.rep.add("log %s: act %d is missing", l.log.Ambito, next+int64(i))
				return nil
			}
			l.act(act)
		}
		if err := l.replay(ctx, acts); err != nil {
			return err
		}
		if l.step != nil {
			l.step(len(acts))
		}
		next += int64(len(acts))
	}
	l.row()
	if err := l.hashes(ctx); err != nil {
		return err
	}
	return l.checkpoints(ctx)
}

// act checks one act against its leaf, and adds the leaf to the tree.
func (l *logAudit) act(act q.Act) {
	bad := func(format string, args ...any) {
		l.rep.add("log %s, act %d: %s", l.log.Ambito, act.N, fmt.Sprintf(format, args...))
	}
	if _, err := l.tree.Append(act.Leaf); err != nil {
		bad("%v", err)
	}
	leaf, err := register.ParseLeaf(act.Leaf)
	if err != nil {
		bad("%v", err)
		return
	}
	want := register.Leaf{Log: l.log.Origin, N: act.N, T: instant(act.ReceivedUs), TR: instant(act.RegisteredUs), TF: instant(act.SourceUs),
		Via: act.Via, Proc: act.Process, Kind: act.Kind, Matter: act.Matter}
	copy(want.Definition[:], act.Definition)
	end, chained := l.last[act.Matter]
	if !chained {
		end.n = -1
	}
	want.Prev = end.hash
	if act.Prev != end.n {
		bad("the previous act on the matter is %d, the row says %d", end.n, act.Prev)
	}
	l.content(act, leaf, &want, bad)
	if leaf != want {
		bad("the row does not say what the leaf says")
	}
	if len(act.Definition) != len(want.Definition) {
		bad("definition hash of %d bytes", len(act.Definition))
	}
	if act.RegisteredUs < l.lastUs {
		bad("registered before the act that precedes it")
	}
	l.lastUs = act.RegisteredUs
	l.last[act.Matter] = matterEnd{act.N, register.LeafHash(act.Leaf)}
}

// content checks that what the act says opens the commitments of its leaf, and
// that no salt stands without content.
func (l *logAudit) content(act q.Act, leaf register.Leaf, want *register.Leaf, bad func(string, ...any)) {
	want.Body, want.FileCount, want.Files, want.Author = leaf.Body, leaf.FileCount, leaf.Files, leaf.Author
	if l.erased.check(act, bad) {
		return
	}
	o := store.OpeningOf(act)
	sealed, err := o.Seal(*want)
	if err != nil {
		bad("content: %v", err)
		return
	}
	for _, c := range []struct {
		name      string
		got, want tlog.Hash
		salt      []byte
		present   bool
	}{
		{"body", sealed.Body, leaf.Body, act.BodySalt, act.Body.Valid},
		{"files", sealed.Files, leaf.Files, act.FilesSalt, act.Files.Valid},
		{"author", sealed.Author, leaf.Author, act.AuthorSalt, act.Author.Valid},
	} {
		if c.got != c.want || c.present != (len(c.salt) == 32) {
			bad("%s does not match its commitment", c.name)
		}
	}
	if sealed.FileCount != leaf.FileCount {
		bad("%d files, the leaf says %d", sealed.FileCount, leaf.FileCount)
	}
}

// replay writes into the replica what the acts make true.
func (l *logAudit) replay(ctx context.Context, acts []q.Act) error {
	return l.replica.Update(ctx, l.log.Ambito, func(tx *store.Tx) error {
		for _, act := range acts {
			if err := tx.InsertAct(ctx, q.InsertActParams(act)); err != nil {
				return err
			}
			if err := l.app.apply(ctx, tx.Queries, act); err != nil {
				l.rep.add("log %s, act %d: %v", l.log.Ambito, act.N, err)
				return nil
			}
		}
		return nil
	})
}

// row checks the row of the log against the acts.
func (l *logAudit) row() {
	root, err := register.Root(l.tree.Size(), l.tree)
	if err != nil {
		l.rep.add("log %s: %v", l.log.Ambito, err)
		return
	}
	if l.tree.Size() != l.log.Size || !bytes.Equal(root[:], l.log.Root) {
		l.rep.add("log %s: the row says %d acts and root %x, the acts give %d and %x", l.log.Ambito, l.log.Size, l.log.Root, l.tree.Size(), root)
	}
	if l.lastUs != l.log.LastUs {
		l.rep.add("log %s: the row says the last act was at %d, the acts say %d", l.log.Ambito, l.log.LastUs, l.lastUs)
	}
}

// hashes compares the stored tree with the one that the leaves give.
func (l *logAudit) hashes(ctx context.Context) error {
	_, want := l.tree.Hashes()
	n, err := l.source.Read().CountHashes(ctx, l.log.Ambito)
	if err != nil {
		return err
	}
	if n != int64(len(want)) {
		l.rep.add("log %s: %d hashes, %d expected", l.log.Ambito, n, len(want))
	}
	stored := l.source.Hashes(ctx, l.log.Ambito)
	for i := range want {
		got, err := stored.ReadHashes([]int64{int64(i)})
		if err != nil || got[0] != want[i] {
			l.rep.add("log %s: hash %d is not that of the leaves", l.log.Ambito, i)
		}
	}
	return nil
}

// checkpoints checks that each one ever signed is a prefix of the tree.
func (l *logAudit) checkpoints(ctx context.Context) error {
	verifier, err := note.NewVerifier(l.log.Key)
	if err != nil {
		l.rep.add("log %s: key: %v", l.log.Ambito, err)
		return nil
	}
	rows, err := l.source.Read().Checkpoints(ctx, l.log.Ambito)
	if err != nil {
		return err
	}
	var newest int64
	for _, row := range rows {
		cp, err := register.OpenCheckpoint(row.Note, note.VerifierList(verifier))
		if err != nil {
			l.rep.add("log %s, checkpoint %d: %v", l.log.Ambito, row.Size, err)
			continue
		}
		newest = max(newest, cp.Size)
		if cp.Size > l.tree.Size() {
			l.rep.add("log %s, checkpoint %d: beyond the %d acts there are", l.log.Ambito, cp.Size, l.tree.Size())
			continue
		}
		root, err := register.Root(cp.Size, l.tree)
		if err != nil {
			return err
		}
		if cp.Size != row.Size || cp.Origin != l.log.Origin || cp.Root != root {
			l.rep.add("log %s, checkpoint %d: not a prefix of the register", l.log.Ambito, row.Size)
		}
	}
	if newest != l.tree.Size() {
		l.rep.add("log %s: the newest checkpoint covers %d of %d acts", l.log.Ambito, newest, l.tree.Size())
	}
	return nil
}

// noHashes is the store of an empty tree.
type noHashes struct{}

func (noHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) > 0 {
		return nil, fmt.Errorf("hash %d of an empty tree", indexes[0])
	}
	return nil, nil
}
