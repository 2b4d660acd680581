package register

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReceiptHasNotChanged holds the file to the one that people have kept.
func TestReceiptHasNotChanged(t *testing.T) {
	want, err := os.ReadFile("testdata/ricevuta.json")
	must(t, err)
	r, err := ParseReceipt(want)
	must(t, err)
	key, err := os.ReadFile("testdata/key.txt")
	must(t, err)
	report := Verify([]NamedFile{{"ricevuta.json", want}}, Options{Keys: []string{strings.TrimSpace(string(key))}})
	if report.Code != Valid {
		t.Errorf("Verify = %v, %s", report.Code, report.Text())
	}
	if got, want := r.CheckCode(), "FXSH-HKEW-1RE4-9GC2"; got != want {
		t.Errorf("CheckCode = %s, want %s", got, want)
	}
	leaf, err := r.Leaf()
	if err != nil || leaf.Kind != "adesione" || leaf.FileCount != 2 {
		t.Errorf("Leaf = %+v, %v", leaf, err)
	}
}

func TestReceiptComesBackAsItWas(t *testing.T) {
	log := newLog(t, origin, "receipt")
	for files := range 4 {
		log.add(files)
		want := log.receipt(int64(files+1), int64(files))
		text, err := want.Marshal()
		must(t, err)
		if files == 0 {
			want.Salts.Files = [32]byte{} // nothing would check it, so it is not given
		}
		got, err := ParseReceipt(text)
		if err != nil || !cmp.Equal(got.Opening, want.Opening, cmp.Comparer(bytes.Equal)) || got.Key != want.Key || !sameEmpty(got.Proof, want.Proof) {
			t.Errorf("%d files: ParseReceipt = %+v, %v, want %+v", files, got, err, want)
		}
	}
}

func TestReceiptOfAnActWithoutContent(t *testing.T) {
	log := newLog(t, origin, "receipt")
	leaf, o := log.adhesion(0, 0)
	leaf.Kind, o.Body = "chiusura", nil
	log.append(leaf, o)
	text := log.receiptFile(1, 0)
	if report := Verify([]NamedFile{{"r", text}}, Options{Keys: []string{log.key}}); report.Code != Valid {
		t.Error(report.Text())
	}
}

// badReceipts are one edit away from a receipt with one file; both verifiers are held to them.
var badReceipts = []struct{ name, old, new string }{
	{"space after the brace", `{"author":"{`, `{ "author":"{`},
	{"unknown member", `,"files":"0`, `,"extra":1,"files":"0`},
	{"member in capitals", `{"author":"{`, `{"Author":"{`},
	{"member twice", `{"author":"{`, `{"author":"","author":"{`},
	{"other order", `"format":"concerto-ricevuta/1",`, ``},
	{"escape that is not needed", `"concerto-ricevuta/1"`, `"concerto-ricevuta\/1"`},
	{"letter as an escape", `"concerto-ricevuta/1"`, `"\u0063oncerto-ricevuta/1"`},
	{"other format", `concerto-ricevuta/1`, `concerto-ricevuta/2`},
	{"number for text", `"format":"concerto-ricevuta/1"`, `"format":1`},
	{"null", `"format":"concerto-ricevuta/1"`, `"format":null`},
	{"body not JSON", `"body":"{`, `"body":"{{`},
	{"body not canonical", `"body":"{`, `"body":"{ `},
	{"body with a lone surrogate", `"body":"{\"ente\":\"C`, `"body":"{\"ente\":\"\\ud800C`},
	{"author not canonical", `"author":"{`, `"author":" {`},
	{"file line cut", `.pdf\n"`, `.pdf"`},
	{"file name with a control", `Statuto`, `Sta\u0001tuto`},
	{"file name changed", `Statuto`, `Statuti`},
	{"a file more", `.pdf\n"`, `.pdf\n0000000000000000000000000000000000000000000000000000000000000000 1 a b\n"`},
	{"body changed", `anziani`, `anziane`},
	{"author changed", `Maria`, `Mario`},
}

func TestReceiptHasOneSpelling(t *testing.T) {
	log := newLog(t, origin, "one")
	log.add(1)
	good := log.receiptFile(1, 0)
	var files []NamedFile
	for _, tt := range badReceipts {
		files = append(files, NamedFile{tt.name, edited(t, good, tt.old, tt.new)})
	}
	hash := strings.Split(log.key, "+")[1]
	files = append(files, NamedFile{"key hash in capitals", edited(t, good, hash, strings.ToUpper(hash))},
		NamedFile{"line end", append(bytes.Clone(good), '\n')},
		NamedFile{"byte order mark", append([]byte("\ufeff"), good...)},
		NamedFile{"two receipts", append(bytes.Clone(good), good...)},
		NamedFile{"a megabyte of space", append(bytes.Clone(good), bytes.Repeat([]byte(" "), 1<<20)...)})
	refusedByBoth(t, files, log.key)
}

// TestEveryBadLeafIsRefusedByBoth signs leaves that are no leaves: all is right
// with them but their form.
func TestEveryBadLeafIsRefusedByBoth(t *testing.T) {
	good, err := os.ReadFile("testdata/leaf.txt")
	must(t, err)
	golden, err := os.ReadFile("testdata/ricevuta.json")
	must(t, err)
	r, err := ParseReceipt(golden)
	must(t, err)
	log := newLog(t, origin, "golden")
	wrap := func(leaf []byte) []byte {
		hash := LeafHash(leaf)
		msg, err := Checkpoint{origin, 1, hash}.Sign(log.signer)
		must(t, err)
		text, err := Proof{leaf, 0, nil, msg}.Marshal()
		must(t, err)
		f := receiptFile{string(r.Author), string(r.Body), string(r.Files), receiptFormat, log.key, string(text),
			saltsFile{formatBase64(r.Salts.Author[:]), formatBase64(r.Salts.Body[:]), formatBase64(r.Salts.Files[:])}}
		out, err := Canonical(f)
		must(t, err)
		return out
	}
	if report := Verify([]NamedFile{{"good", wrap(good)}}, Options{Keys: []string{log.key}}); report.Code != Valid {
		t.Fatal(report.Text())
	}
	var files []NamedFile
	for _, tt := range badLeaves {
		leaf := edited(t, good, tt.old, tt.new)
		files = append(files, NamedFile{tt.name, wrap(leaf)})
	}
	refusedByBoth(t, files, log.key)
}

func TestReceiptTakesOneSignatureOnly(t *testing.T) {
	log, next := newLog(t, origin, "old"), newLog(t, origin, "new")
	log.add(0)
	r := log.receipt(1, 0)
	c, _ := log.checkpoint(1)
	msg, err := c.Sign(log.signer, next.signer)
	must(t, err)
	r.Proof.Checkpoint = msg
	if text, err := r.Marshal(); !isForm(err) {
		t.Errorf("Marshal = %s, %v, want a FormError", text, err)
	}
}

// Salts of one act are drawn one by one, each from bytes of its own: what opens one
// commitment opens no other.
func TestEachSaltIsDrawnAnew(t *testing.T) {
	drawn := strings.Repeat("a", 32) + strings.Repeat("b", 32) + strings.Repeat("c", 32)
	got, err := NewSalts(strings.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(got.Body[:]) + string(got.Files[:]) + string(got.Author[:]); text != drawn {
		t.Errorf("salts are %q, want %q", text, drawn)
	}
}

func TestSaltsAreNeverShort(t *testing.T) {
	if s, err := NewSalts(strings.NewReader(strings.Repeat("x", 95))); err == nil {
		t.Errorf("NewSalts from 95 bytes = %v, want an error", s)
	}
}
