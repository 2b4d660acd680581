package register

import (
	"bytes"
	"crypto/sha256"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCommitmentIsTheOneOfTheFormat(t *testing.T) {
	salt := [32]byte{7}
	inner := sha256.Sum256([]byte("ciao"))
	text := append([]byte("pdz-impegno/1\ncorpo\n"), salt[:]...)
	want := sha256.Sum256(append(text, inner[:]...))
	if got := Commit(FieldBody, salt, []byte("ciao")); got != want {
		t.Errorf("Commit = %v, want %x", got, want)
	}
	for name, other := range map[string][32]byte{
		"field": Commit(FieldAuthor, salt, []byte("ciao")),
		"salt":  Commit(FieldBody, [32]byte{8}, []byte("ciao")),
		"data":  Commit(FieldBody, salt, []byte("ciao ")),
	} {
		if other == want {
			t.Errorf("the commitment does not depend on its %s", name)
		}
	}
}

func TestFileListComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := rapid.Custom(func(t *rapid.T) File {
			return File{drawHash(t, "sha256"), rapid.Int64Range(0, maxCount).Draw(t, "size"),
				rapid.StringMatching(`[a-z]{1,9}/[!-~]{1,20}`).Draw(t, "type"), rapid.StringMatching(`[^\pC]{1,60}`).Draw(t, "name")}
		})
		files := rapid.SliceOfN(file, 0, 5).Draw(t, "files")
		text, err := FileList(files)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseFileList(text)
		if err != nil || len(got) != len(files) || len(files) > 0 && !cmp.Equal(got, files) {
			t.Fatalf("ParseFileList(%q) = %v, %v, want %v", text, got, err, files)
		}
	})
}

func TestFileListHasOneSpelling(t *testing.T) {
	good, err := FileList([]File{{[32]byte{0xab}, 10, "text/plain", "a b.txt"}})
	must(t, err)
	for _, tt := range []struct{ name, old, new string }{
		{"hexadecimal in capitals", "ab00", "AB00"},
		{"short hash", "ab00", "ab"},
		{"leading zero", " 10 ", " 010 "},
		{"negative size", " 10 ", " -10 "},
		{"no type", "text/plain a b.txt", "a.txt"},
		{"type with a tab", "text/plain", "text/\tplain"},
		{"no name", "a b.txt", ""},
		{"name with a control", "a b.txt", "a\u0085b"},
		{"name not UTF-8", "a b.txt", "a\xffb"},
		{"no line end", "txt\n", "txt"},
		{"blank line", "txt\n", "txt\n\n"},
	} {
		if got, err := ParseFileList(edited(t, good, tt.old, tt.new)); !isForm(err) {
			t.Errorf("%s: ParseFileList = %v, %v, want a FormError", tt.name, got, err)
		}
	}
	for _, f := range []File{{Type: "a b", Name: "x"}, {Type: "a", Name: "x\ny"}, {Type: "a", Name: ""}, {Size: -1, Type: "a", Name: "x"}} {
		if got, err := FileList([]File{f}); !isForm(err) {
			t.Errorf("FileList(%+v) = %q, %v, want a FormError", f, got, err)
		}
	}
}

func TestCanonicalSaysWhatWasSaid(t *testing.T) {
	got, err := Canonical(map[string]any{"é": 1, "b": "<&>\u2028", "a": []any{1.0, 1e21, true, nil}})
	want := "{\"a\":[1,1e+21,true,null],\"b\":\"<&>\u2028\",\"é\":1}"
	if err != nil || string(got) != want {
		t.Errorf("Canonical = %s, %v, want %s", got, err, want)
	}
	for _, n := range []any{int64(maxCount) + 1, -int64(maxCount) - 1, uint64(math.MaxUint64)} {
		if got, err := Canonical(map[string]any{"importo": n}); err == nil {
			t.Errorf("Canonical(%v) = %s, want an error: a double does not hold it", n, got)
		}
	}
	if got, err := Canonical(int64(maxCount)); err != nil || !bytes.Equal(got, []byte("9007199254740991")) {
		t.Errorf("Canonical(2^53-1) = %s, %v", got, err)
	}
}
