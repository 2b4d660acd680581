package oracle

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/register"
	"concerto/trial/visitor"
)

// ledger is a register with its key, from which honest receipts are made.
type ledger struct {
	t      *testing.T
	signer note.Signer
	key    string
	leaves [][]byte
	tree   tree
}

const origin = "example.org/lecce/registro"

func newLedger(t *testing.T) *ledger {
	secret, public, err := register.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return &ledger{t: t, signer: signer, key: public}
}

// add appends an act of a matter and returns its receipt with the page that acknowledged it.
func (l *ledger) add(place string) (visitor.Receipt, string) {
	l.t.Helper()
	n := int64(len(l.leaves))
	matter, err := register.NewMatter(rand.Reader)
	if err != nil {
		l.t.Fatal(err)
	}
	salts, err := register.NewSalts(rand.Reader)
	if err != nil {
		l.t.Fatal(err)
	}
	at := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	open := register.Opening{Body: []byte(fmt.Sprintf(`{"place":%q}`, place)), Author: []byte(`{"who":"anonymous"}`), Salts: salts}
	leaf, err := open.Seal(register.Leaf{Log: origin, N: n, T: at, TR: at, Via: "web", Proc: "2014-2016", Kind: "adesione",
		Matter: matter, Definition: [32]byte{1}})
	if err != nil {
		l.t.Fatal(err)
	}
	text, err := leaf.Marshal()
	if err != nil {
		l.t.Fatal(err)
	}
	l.leaves = append(l.leaves, text)
	hash := tlog.RecordHash(text)
	if err := l.tree.grow(hash); err != nil {
		l.t.Fatal(err)
	}
	signed := l.checkpoint()
	path, err := register.Inclusion(n+1, n, &l.tree)
	if err != nil {
		l.t.Fatal(err)
	}
	file, err := register.Receipt{Key: l.key, Opening: open, Proof: register.Proof{Leaf: text, Index: n, Path: path, Checkpoint: signed}}.Marshal()
	if err != nil {
		l.t.Fatal(err)
	}
	return visitor.Receipt{Code: matter, Own: "/lecce/gestione/" + matter + "/k", Index: n, Size: n + 1, LeafHash: hex.EncodeToString(hash[:])}, string(file)
}

// checkpoint signs the tree as it stands.
func (l *ledger) checkpoint() []byte {
	l.t.Helper()
	size := int64(len(l.leaves))
	root, err := register.Root(size, &l.tree)
	if err != nil {
		l.t.Fatal(err)
	}
	l.tree.newest = register.Checkpoint{Origin: origin, Size: size, Root: root}
	signed, err := l.tree.newest.Sign(l.signer)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed
}

// promised is the journal of a rush of ten, and the ledger behind it.
func promised(t *testing.T) (*ledger, *past) {
	l, p := newLedger(t), &past{files: map[string]string{}}
	p.key = l.key
	for i := range 10 {
		r, file := l.add(fmt.Sprint(i))
		p.add(Entry{Kind: Acknowledged, Draft: &visitor.Draft{Body: i, Path: fmt.Sprintf("/draft/%d", i)}, Receipt: &r})
		p.add(Entry{Kind: File, Code: r.Code, Text: file})
		p.add(Entry{Kind: Checkpoint, Text: string(l.checkpoint())})
	}
	return l, p
}

// without returns the ledger as it would be had the n-th act never been there.
func (l *ledger) without(n int) *ledger {
	other := &ledger{t: l.t, signer: l.signer, key: l.key}
	for i, leaf := range l.leaves {
		if i == n {
			continue
		}
		other.leaves = append(other.leaves, leaf)
		if err := other.tree.grow(tlog.RecordHash(leaf)); err != nil {
			l.t.Fatal(err)
		}
	}
	other.checkpoint()
	return other
}

// The judge is judged: each planted fault must be found, and an honest register must pass.
func TestPlantedFaultsAreFound(t *testing.T) {
	for _, tt := range []struct {
		name  string
		plant func(*ledger, *past) *ledger
		lost  int    // at least
		says  string // in some finding; empty: nothing is found
	}{
		{"honest", func(l *ledger, p *past) *ledger { return l }, 0, ""},
		{"honest, grown since", func(l *ledger, p *past) *ledger { l.add("later"); return l }, 0, ""},
		{"the last receipt is lost", func(l *ledger, p *past) *ledger { return l.without(9) }, 1, "lost: receipt"},
		{"a receipt in the middle is lost", func(l *ledger, p *past) *ledger { return l.without(4) }, 1, "is another"},
		{"an index is two receipts'", func(l *ledger, p *past) *ledger {
			p.acks[7].Receipt.Index = p.acks[6].Receipt.Index
			return l
		}, 1, "index 6 is in receipt"},
		{"one draft became two acts", func(l *ledger, p *past) *ledger {
			p.acks[7].Draft.Path = p.acks[6].Draft.Path
			return l
		}, 0, "one draft became"},
		{"two drafts became one act", func(l *ledger, p *past) *ledger {
			p.acks[7].Receipt = p.acks[6].Receipt
			return l
		}, 0, "two drafts became"},
		{"a checkpoint of another past", func(l *ledger, p *past) *ledger {
			p.add(Entry{Kind: Checkpoint, Text: string(l.without(3).checkpoint())})
			return l
		}, 0, "does not extend the checkpoint of 9"},
		{"a checkpoint of more than there is", func(l *ledger, p *past) *ledger {
			other := l.without(10)
			other.add("never committed")
			p.add(Entry{Kind: Checkpoint, Text: string(other.checkpoint())})
			return l
		}, 0, "does not extend the checkpoint of 11"},
		{"a checkpoint that another key signed", func(l *ledger, p *past) *ledger {
			p.add(Entry{Kind: Checkpoint, Text: string((&ledger{t: l.t, signer: newLedger(l.t).signer, leaves: l.leaves, tree: l.tree}).checkpoint())})
			return l
		}, 0, "checkpoint in the register's page"},
		{"a receipt that was altered", func(l *ledger, p *past) *ledger {
			code := p.acks[5].Receipt.Code
			p.files[code] = strings.Replace(p.files[code], `{\"place\":\"5\"}`, `{\"place\":\"6\"}`, 1)
			return l
		}, 1, "does not verify"},
		{"the receipt of another", func(l *ledger, p *past) *ledger {
			p.files[p.acks[5].Receipt.Code] = p.files[p.acks[4].Receipt.Code]
			return l
		}, 1, "proves another leaf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, p := promised(t)
			l = tt.plant(l, p)
			c := &checking{past: p, tree: &l.tree, lost: map[string]bool{}}
			c.judge()
			c.checkDrafts()
			found := strings.Join(c.Findings, "\n")
			if len(c.lost) < tt.lost || tt.lost == 0 && len(c.lost) > 0 {
				t.Errorf("lost %d, want %d\n%s", len(c.lost), tt.lost, found)
			}
			if tt.says == "" && found != "" || !strings.Contains(found, tt.says) {
				t.Errorf("found %q, want %q", found, tt.says)
			}
		})
	}
}

// What was counted is read again after the trial itself has ended.
func TestTheJournalOutlivesItsProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j, err := openJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	_, p := promised(t)
	for _, e := range p.acks {
		if err := j.write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.sync(); err != nil { // and no Close: the process is killed here
		t.Fatal(err)
	}
	again, err := readPast(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.acks) != len(p.acks) || *again.acks[9].Receipt != *p.acks[9].Receipt {
		t.Errorf("read %d receipts, want %d", len(again.acks), len(p.acks))
	}
}
