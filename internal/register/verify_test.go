package register

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// verdict is what a test expects of one file.
type verdict struct {
	code   Code
	reason string
}

func TestVerdicts(t *testing.T) {
	log, twin, far := newLog(t, origin, "v"), newLog(t, origin, "twin"), newLog(t, "altro.it/registro", "far")
	for i := range 8 {
		log.add(i % 3)
		twin.add(0)
		far.add(0)
	}
	receipt, proof := log.receiptFile(8, 5), log.proofFile(8, 5)
	_, checkpoint := log.checkpoint(8)
	change := func(f func(*Receipt)) []byte {
		r := log.receipt(8, 5)
		f(&r)
		text, err := r.Marshal()
		must(t, err)
		return text
	}
	for _, tt := range []struct {
		name string
		file []byte
		keys []string
		want verdict
	}{
		{"receipt and its key", receipt, []string{log.key}, verdict{Valid, ReasonOK}},
		{"receipt and one of two keys", receipt, []string{twin.key, log.key, log.key}, verdict{Valid, ReasonOK}},
		{"receipt without a key", receipt, nil, verdict{NotAnchored, ReasonNotAnchored}},
		{"receipt and the key of another log", receipt, []string{far.key}, verdict{NotAnchored, ReasonNotAnchored}},
		{"receipt and another key of that name", receipt, []string{twin.key}, verdict{NotValid, ReasonUntrustedKey}},
		{"proof and its key", proof, []string{log.key}, verdict{Valid, ReasonOK}},
		{"proof without a key", proof, nil, verdict{NotValid, ReasonNoKey}},
		{"proof and another key of that name", proof, []string{twin.key}, verdict{NotValid, ReasonSignature}},
		{"checkpoint and its key", checkpoint, []string{log.key}, verdict{Valid, ReasonOK}},
		{"checkpoint without a key", checkpoint, nil, verdict{NotValid, ReasonNoKey}},
		{"empty file", nil, nil, verdict{Unreadable, ReasonFormat}},
		{"a photograph", []byte("\xff\xd8\xff\xe0"), nil, verdict{Unreadable, ReasonFormat}},
		{"key of another", change(func(r *Receipt) { r.Key = twin.key }), nil, verdict{NotValid, ReasonSignature}},
		{"key of another beside the trusted one", change(func(r *Receipt) { r.Key = twin.key }), []string{log.key}, verdict{NotValid, ReasonSignature}},
		{"checkpoint of another", change(func(r *Receipt) { _, r.Proof.Checkpoint = twin.checkpoint(8) }), nil, verdict{NotValid, ReasonSignature}},
		{"checkpoint of another, with its key", change(func(r *Receipt) { _, r.Proof.Checkpoint = twin.checkpoint(8); r.Key = twin.key }), nil,
			verdict{NotValid, ReasonInclusion}},
		{"checkpoint of another log, with its key", change(func(r *Receipt) { _, r.Proof.Checkpoint = far.checkpoint(8); r.Key = far.key }), nil,
			verdict{NotValid, ReasonOrigin}},
		{"checkpoint of another size", change(func(r *Receipt) { _, r.Proof.Checkpoint = log.checkpoint(7) }), nil, verdict{NotValid, ReasonInclusion}},
		{"another index", change(func(r *Receipt) { r.Proof.Index = 4 }), nil, verdict{NotValid, ReasonIndex}},
		{"another leaf at that index", change(func(r *Receipt) {
			r.Proof.Leaf = edited(t, r.Proof.Leaf, "via web", "via pec")
		}), nil, verdict{NotValid, ReasonInclusion}},
		{"path cut", change(func(r *Receipt) { r.Proof.Path = r.Proof.Path[1:] }), nil, verdict{NotValid, ReasonInclusion}},
		{"another body", change(func(r *Receipt) { r.Body = []byte("{}") }), nil, verdict{NotValid, ReasonBody}},
		{"no body", change(func(r *Receipt) { r.Body = nil }), nil, verdict{NotValid, ReasonBody}},
		{"another author", change(func(r *Receipt) { r.Author = []byte("{}") }), nil, verdict{NotValid, ReasonAuthor}},
		{"another salt of the body", change(func(r *Receipt) { r.Salts.Body[0] ^= 1 }), nil, verdict{NotValid, ReasonBody}},
		{"another salt of the files", change(func(r *Receipt) { r.Salts.Files[0] ^= 1 }), nil, verdict{NotValid, ReasonFiles}},
		{"another salt of the author", change(func(r *Receipt) { r.Salts.Author[0] ^= 1 }), nil, verdict{NotValid, ReasonAuthor}},
		{"a file less", change(func(r *Receipt) { r.Files = r.Files[bytes.IndexByte(r.Files, '\n')+1:] }), nil, verdict{NotValid, ReasonFileCount}},
		{"a file renamed", change(func(r *Receipt) { r.Files = bytes.Replace(r.Files, []byte("Statuto"), []byte("Verbale"), 1) }), nil,
			verdict{NotValid, ReasonFiles}},
	} {
		report := Verify([]NamedFile{{"f", tt.file}}, Options{Keys: tt.keys})
		f := report.Findings[0]
		if got := (verdict{f.Code, f.Reason}); got != tt.want || report.Code != tt.want.code {
			t.Errorf("%s: Verify = %v, overall %d, want %v\n%s", tt.name, got, report.Code, tt.want, report.Text())
		}
		if text := report.Text(); !strings.HasPrefix(text, "f: "+verdicts[tt.want.code]) || strings.Contains(text, "%!") {
			t.Errorf("%s: Text = %s", tt.name, text)
		}
		if bytes.HasPrefix(tt.file, []byte("{")) || bytes.HasPrefix(tt.file, []byte("c2sp")) {
			if got := secondOpinion(t, []NamedFile{{"f", tt.file}}, tt.keys...)[0]; got != tt.want.code {
				t.Errorf("%s: verifica.mjs says %d, want %d", tt.name, got, tt.want.code)
			}
		}
	}
}

func TestWorstFileDecides(t *testing.T) {
	log := newLog(t, origin, "w")
	log.add(0)
	valid, junk := NamedFile{"valid", log.receiptFile(1, 0)}, NamedFile{"junk", []byte("x")}
	far := newLog(t, "altro.it/registro", "far")
	far.add(0)
	loose := NamedFile{"loose", far.receiptFile(1, 0)}
	wrong := NamedFile{"wrong", newLogWith(t, "z", 1).proofFile(1, 0)}
	for _, tt := range []struct {
		files []NamedFile
		want  Code
	}{
		{nil, Valid},
		{[]NamedFile{valid, valid}, Valid},
		{[]NamedFile{valid, loose}, NotAnchored},
		{[]NamedFile{junk, loose, valid}, Unreadable},
		{[]NamedFile{valid, wrong, junk}, NotValid},
	} {
		if got := Verify(tt.files, Options{Keys: []string{log.key}}).Code; got != tt.want {
			t.Errorf("Verify(%d files) = %d, want %d", len(tt.files), got, tt.want)
		}
	}
	report := Verify([]NamedFile{valid}, Options{Keys: []string{"not a key"}})
	if report.Code != Unreadable || report.Findings[0].Reason != ReasonKey {
		t.Errorf("a trusted key that is none: %d, %s", report.Code, report.Text())
	}
	// A key that came with a receipt is known, though not trusted, for the proofs beside it.
	report = Verify([]NamedFile{{"p", log.proofFile(1, 0)}, valid}, Options{})
	if report.Code != NotAnchored || report.Findings[0].Reason != ReasonNotAnchored {
		t.Errorf("a proof beside its receipt: %d, %s", report.Code, report.Text())
	}
}

func newLogWith(t *testing.T, seed string, acts int) *testLog {
	l := newLog(t, origin, seed)
	for range acts {
		l.add(0)
	}
	return l
}

// forked is a log that shares the first acts of another, and its key, and then
// tells another story.
func forked(t *testing.T, l *testLog, shared, acts int) *testLog {
	t.Helper()
	f := &testLog{t: t, origin: l.origin, signer: l.signer, key: l.key, random: random("fork")}
	f.leaves, f.openings = l.leaves[:shared:shared], l.openings[:shared:shared]
	f.hashes = l.hashes[:tlog.StoredHashCount(int64(shared)):tlog.StoredHashCount(int64(shared))]
	for len(f.leaves) < acts {
		f.add(0)
	}
	return f
}

// TestContradictionIsProved is register P26: with the key stolen or the server
// taken over, a second story can be signed but not hidden.
func TestContradictionIsProved(t *testing.T) {
	log := newLogWith(t, "m", 13)
	fork := forked(t, log, 5, 13)
	_, ours := log.checkpoint(13)
	_, theirs := fork.checkpoint(13)
	_, eight := fork.checkpoint(8)
	for _, tt := range []struct {
		name      string
		files     []NamedFile
		witnessed [][]byte
		sameSize  bool
	}{
		{"two checkpoints", []NamedFile{{"a", ours}, {"b", theirs}}, nil, true},
		{"receipt and a checkpoint seen elsewhere", []NamedFile{{"a", log.receiptFile(13, 2)}}, [][]byte{theirs}, true},
		{"two acts with one number", []NamedFile{{"a", log.receiptFile(10, 6)}, {"b", fork.receiptFile(12, 6)}}, nil, false},
		{"neighbours under one subtree", []NamedFile{{"a", log.proofFile(10, 6)}, {"b", fork.proofFile(12, 7)}}, nil, false},
		{"receipt and a smaller tree of a power of two", []NamedFile{{"a", log.receiptFile(13, 12)}}, [][]byte{eight}, false},
	} {
		report := Verify(tt.files, Options{Keys: []string{log.key}, Witnessed: tt.witnessed})
		if report.Code != Misbehaviour || len(report.Conflicts) != 1 {
			t.Errorf("%s: Verify = %d, %d conflicts, want 4 and 1", tt.name, report.Code, len(report.Conflicts))
			continue
		}
		c := report.Conflicts[0]
		if c.Key != log.key || !c.Trusted || c.SameSize != tt.sameSize {
			t.Errorf("%s: conflict = %+v", tt.name, c)
		}
		for _, msg := range c.Checkpoints {
			if _, err := OpenCheckpoint(msg, verifiers(t, log.key)); err != nil || !strings.Contains(report.Text(), string(msg)) {
				t.Errorf("%s: the report does not print both signed checkpoints: %v\n%s", tt.name, err, report.Text())
			}
		}
	}
}

func TestNobodyIsAccusedWithoutProof(t *testing.T) {
	log := newLogWith(t, "m", 70)
	var files []NamedFile
	for i := range int64(70) { // every act with the tree of some later moment
		size := i + 1 + (i*i)%(70-i)
		files = append(files, NamedFile{fmt.Sprint("receipt ", i), log.receiptFile(size, i)})
	}
	var seen [][]byte
	for size := range int64(71) {
		_, msg := log.checkpoint(size)
		seen = append(seen, msg)
	}
	report := Verify(files, Options{Keys: []string{log.key}, Witnessed: seen})
	if report.Code != Valid || len(report.Conflicts) > 0 || len(report.Unused) > 0 {
		t.Errorf("an honest log: code %d\n%s", report.Code, report.Text())
	}
	// Two logs of one name with two keys, and a forged signature, prove nothing.
	twin := newLogWith(t, "twin", 70)
	_, theirs := twin.checkpoint(70)
	c, _ := twin.checkpoint(69)
	forgery, err := c.Sign(log.signer)
	must(t, err)
	forgery = bytes.Replace(forgery, []byte("\n69\n"), []byte("\n68\n"), 1)
	report = Verify(files[:1], Options{Keys: []string{log.key}, Witnessed: [][]byte{theirs, forgery, []byte("x")}})
	if report.Code != Valid || len(report.Conflicts) > 0 || len(report.Unused) != 3 {
		t.Errorf("checkpoints of others: code %d, %d conflicts, %d unused, want 0, 0, 3", report.Code, len(report.Conflicts), len(report.Unused))
	}
}

// TestChangeOfKey is the rotation of register P26: the checkpoint with the act
// chiave is signed by both keys, so whoever trusts either can go on.
func TestChangeOfKey(t *testing.T) {
	log := newLogWith(t, "old", 3)
	next := newLog(t, origin, "next")
	leaf, o := log.adhesion(3, 0)
	leaf.Kind, leaf.Via = "chiave", "sistema"
	log.append(leaf, o)
	c, _ := log.checkpoint(4)
	both, err := c.Sign(log.signer, next.signer)
	must(t, err)
	for name, key := range map[string]string{"old": log.key, "new": next.key} {
		if got := Verify([]NamedFile{{"c", both}}, Options{Keys: []string{key}}); got.Code != Valid {
			t.Errorf("trusting the %s key: %s", name, got.Text())
		}
	}
	before := NamedFile{"before", log.receiptFile(3, 1)}
	r := log.receipt(4, 3)
	r.Key = next.key
	r.Proof.Checkpoint, err = c.Sign(next.signer)
	must(t, err)
	after, err := r.Marshal()
	must(t, err)
	report := Verify([]NamedFile{before, {"after", after}, {"c", both}}, Options{Keys: []string{log.key, next.key}})
	if report.Code != Valid {
		t.Errorf("receipts before and after: %s", report.Text())
	}
}

// TestKeysWithOneShortHash: the hash that a signature line carries has 32 bits, so
// anyone can make a key that shares it. Such a key must not make ours unusable.
func TestKeysWithOneShortHash(t *testing.T) {
	log := newLogWith(t, "h", 1)
	_, msg := log.checkpoint(1)
	impostor := logKey{"impostor", impostor{log.signer}}
	v, err := parseKey(log.key)
	must(t, err)
	ring := keyring{impostor, {log.key, v}}
	if got := ring.signers(msg); len(got) != 1 || got[0] != log.key {
		t.Errorf("signers = %v, want our key alone", got)
	}
}

// impostor has the name and hash of a signer, and verifies nothing.
type impostor struct{ note.Signer }

func (impostor) Verify(msg, sig []byte) bool { return false }

func TestReportSpeaksItalianTime(t *testing.T) {
	log := newLogWith(t, "i", 1)
	text := Verify([]NamedFile{{"ricevuta.json", log.receiptFile(1, 0)}}, Options{Keys: []string{log.key}}).Text()
	for _, want := range []string{"ricevuta.json: VALIDA: ", "atto n. 0 (adesione)", "ricevuto il 18/10/2013 alle 11:59:59,000 (ora italiana, UTC+2) via web",
		"registrato il 18/10/2013 alle 12:00:00,000", "registro " + origin + " di 1 atti"} {
		if !strings.Contains(text, want) {
			t.Errorf("Text lacks %q:\n%s", want, text)
		}
	}
}

func TestReportTellsWhatLooksWrong(t *testing.T) {
	log := newLog(t, origin, "odd")
	leaf, o := log.adhesion(0, 0)
	leaf.TR, leaf.TF = leaf.T.Add(2*time.Minute), time.Date(2013, 12, 1, 8, 0, 0, 0, time.UTC)
	log.append(leaf, o)
	fork := newLog(t, origin, "odd")
	fork.add(0)
	_, theirs := fork.checkpoint(1)
	text := Verify([]NamedFile{{"r", log.receiptFile(1, 0)}}, Options{Witnessed: [][]byte{theirs, []byte("x")}}).Text()
	for _, want := range []string{"r: COERENTE MA NON ANCORATA", "attestato dalla fonte il 01/12/2013 alle 09:00:00,000 (ora italiana, UTC+1)", "attenzione:",
		"Non usato per il confronto. checkpoint osservato 2: NON LEGGIBILE", "PROVA DI COMPORTAMENTO SCORRETTO", "La chiave non è fra quelle fidate"} {
		if !strings.Contains(text, want) {
			t.Errorf("Text lacks %q:\n%s", want, text)
		}
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	for _, reason := range []string{ReasonOK, ReasonNotAnchored, ReasonFormat, ReasonKey, ReasonIndex, ReasonOrigin, ReasonInclusion, ReasonSignature,
		ReasonNoKey, ReasonUntrustedKey, ReasonBody, ReasonFiles, ReasonFileCount, ReasonAuthor} {
		if reasons[reason] == "" {
			t.Errorf("reason %q has no sentence", reason)
		}
	}
}
