package register

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProofComesBackAsItWas(t *testing.T) {
	log := newLog(t, origin, "proof")
	for range 20 {
		log.add(0)
		size := int64(len(log.leaves))
		for index := range size {
			want := log.receipt(size, index).Proof
			text, err := want.Marshal()
			must(t, err)
			if got, err := ParseProof(text); err != nil || !cmp.Equal(got, want, cmp.Comparer(sameEmpty)) {
				t.Errorf("leaf %d of %d: ParseProof = %+v, %v, want %+v", index, size, got, err, want)
			}
		}
	}
}

// sameEmpty takes nil and empty slices of hashes for the same.
func sameEmpty(a, b Proof) bool {
	return bytes.Equal(a.Leaf, b.Leaf) && a.Index == b.Index && bytes.Equal(a.Checkpoint, b.Checkpoint) &&
		len(a.Path) == len(b.Path) && (len(a.Path) == 0 || cmp.Equal(a.Path, b.Path))
}

func TestProofHasOneSpelling(t *testing.T) {
	log := newLog(t, origin, "proof")
	log.add(0)
	log.add(0)
	good := log.proofFile(2, 1)
	p, err := ParseProof(good)
	must(t, err)
	hash := formatBase64(p.Path[0][:])
	for _, tt := range []struct{ name, old, new string }{
		{"other version", "proof@v1", "proof@v2"},
		{"no leaf", "extra " + formatBase64(p.Leaf) + "\n", ""},
		{"empty leaf", formatBase64(p.Leaf), ""},
		{"leaf too long", formatBase64(p.Leaf), strings.Repeat("AAAA", 400)},
		{"index in hexadecimal", "index 1", "index 0x1"},
		{"index with leading zero", "index 1", "index 01"},
		{"no index", "index 1\n", ""},
		{"short hash", hash, hash[4:]},
		{"stray bits in a hash", hash, hash[:42] + string(hash[42]+1) + "="},
		{"path higher than any tree", hash, strings.Repeat(hash+"\n", 54) + hash},
		{"line end of another system", "index 1\n", "index 1\r\n"},
		{"no checkpoint", "\n\n" + origin, "\n" + origin},
		{"checkpoint cut", origin + "\n2\n", origin + "\n"},
	} {
		if got, err := ParseProof(edited(t, good, tt.old, tt.new)); !isForm(err) {
			t.Errorf("%s: ParseProof = %+v, %v, want a FormError", tt.name, got, err)
		}
	}
}

func TestProofThatCannotBeReadBackIsNotWritten(t *testing.T) {
	log := newLog(t, origin, "proof")
	log.add(0)
	for name, change := range map[string]func(*Proof){
		"no leaf":        func(p *Proof) { p.Leaf = nil },
		"negative index": func(p *Proof) { p.Index = -1 },
		"no checkpoint":  func(p *Proof) { p.Checkpoint = nil },
	} {
		p := log.receipt(1, 0).Proof
		change(&p)
		if text, err := p.Marshal(); !isForm(err) {
			t.Errorf("%s: Marshal = %q, %v, want a FormError", name, text, err)
		}
	}
}
