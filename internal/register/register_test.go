package register

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "pdz.ambitolecce.it/registro"

// noon is the deadline of the Lecce notice: 18 October 2013, 12:00 in Italy.
var noon = time.Date(2013, 10, 18, 10, 0, 0, 0, time.UTC)

// random gives the same bytes to every run of a test.
func random(seed string) *rand.ChaCha8 {
	var b [32]byte
	copy(b[:], seed)
	return rand.NewChaCha8(b)
}

// memory is a store of hashes that a test can hold in its hand.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x >= int64(len(m)) {
			return nil, fmt.Errorf("hash %d was never stored", x)
		}
		out[i] = m[x]
	}
	return out, nil
}

// testLog is a log with its key, whose leaves and trees are all at hand.
type testLog struct {
	t        testing.TB
	origin   string
	signer   note.Signer
	key      string
	leaves   [][]byte
	openings []Opening
	hashes   memory
	random   *rand.ChaCha8
}

func newLog(t testing.TB, origin, seed string) *testLog {
	t.Helper()
	l := &testLog{t: t, origin: origin, random: random(seed)}
	private, key, err := GenerateKey(l.random, origin)
	must(t, err)
	l.signer, err = note.NewSigner(private)
	must(t, err)
	l.key = key
	return l
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// add appends an adhesion with that many attachments.
func (l *testLog) add(files int) {
	l.t.Helper()
	leaf, opening := l.adhesion(int64(len(l.leaves)), files)
	l.append(leaf, opening)
}

func (l *testLog) append(leaf Leaf, o Opening) {
	l.t.Helper()
	sealed, err := o.Seal(leaf)
	must(l.t, err)
	text, err := sealed.Marshal()
	must(l.t, err)
	batch := NewBatch(int64(len(l.leaves)), l.hashes)
	_, err = batch.Append(text)
	must(l.t, err)
	_, fresh := batch.Hashes()
	l.leaves, l.openings, l.hashes = append(l.leaves, text), append(l.openings, o), append(l.hashes, fresh...)
}

func (l *testLog) adhesion(n int64, files int) (Leaf, Opening) {
	l.t.Helper()
	matter, err := NewMatter(l.random)
	must(l.t, err)
	salts, err := NewSalts(l.random)
	must(l.t, err)
	o := Opening{Salts: salts}
	o.Body, err = Canonical(map[string]any{"ente": "Cooperativa L'Albero è verde", "tavoli": []string{"anziani", "disabili"}, "n": n})
	must(l.t, err)
	o.Author, err = Canonical(map[string]any{"persona": "Maria Greco", "ruolo": "legale rappresentante"})
	must(l.t, err)
	var list []File
	for i := range files {
		list = append(list, File{SHA256: [32]byte{byte(n), byte(i)}, Size: 1000 + int64(i), Type: "application/pdf", Name: fmt.Sprintf("Statuto è n. %d.pdf", i)})
	}
	o.Files, err = FileList(list)
	must(l.t, err)
	return Leaf{Log: l.origin, N: n, T: noon.Add(time.Duration(n)*time.Millisecond - time.Second), TR: noon.Add(time.Duration(n) * time.Millisecond),
		Via: "web", Proc: "2014-2016", Kind: "adesione", Matter: matter, Definition: [32]byte{1, 2, 3}}, o
}

// checkpoint is the state of the log when it had size leaves.
func (l *testLog) checkpoint(size int64) (Checkpoint, []byte) {
	l.t.Helper()
	root, err := Root(size, l.hashes)
	must(l.t, err)
	c := Checkpoint{l.origin, size, root}
	msg, err := c.Sign(l.signer)
	must(l.t, err)
	return c, msg
}

func (l *testLog) receipt(size, index int64) Receipt {
	l.t.Helper()
	path, err := Inclusion(size, index, l.hashes)
	must(l.t, err)
	_, msg := l.checkpoint(size)
	return Receipt{Proof: Proof{l.leaves[index], index, path, msg}, Key: l.key, Opening: l.openings[index]}
}

func (l *testLog) receiptFile(size, index int64) []byte {
	l.t.Helper()
	text, err := l.receipt(size, index).Marshal()
	must(l.t, err)
	return text
}

func (l *testLog) proofFile(size, index int64) []byte {
	l.t.Helper()
	text, err := l.receipt(size, index).Proof.Marshal()
	must(l.t, err)
	return text
}

// edited replaces old, which must be there exactly once.
func edited(t testing.TB, text []byte, old, new string) []byte {
	t.Helper()
	if n := strings.Count(string(text), old); n != 1 {
		t.Fatalf("%q is %d times in the text, want 1", old, n)
	}
	return []byte(strings.Replace(string(text), old, new, 1))
}
