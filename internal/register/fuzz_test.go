package register

import (
	"bytes"
	"os"
	"testing"
)

// Each parser accepts only what its writer writes: whatever goes in either is
// refused or comes out again byte for byte.

func seed(f *testing.F, names ...string) {
	f.Helper()
	for _, name := range names {
		text, err := os.ReadFile("testdata/" + name)
		must(f, err)
		f.Add(text)
	}
}

func FuzzLeaf(f *testing.F) {
	seed(f, "leaf.txt", "ricevuta.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ParseLeaf(text)
		if err != nil {
			return
		}
		if again, err := l.Marshal(); err != nil || !bytes.Equal(again, text) {
			t.Errorf("Marshal = %q, %v, want %q", again, err, text)
		}
	})
}

func FuzzProof(f *testing.F) {
	seed(f, "ricevuta.tlog-proof", "leaf.txt")
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProof(text)
		if err != nil {
			return
		}
		if again, err := p.Marshal(); err != nil || !bytes.Equal(again, text) {
			t.Errorf("Marshal = %q, %v, want %q", again, err, text)
		}
		Verify([]NamedFile{{"f", text}}, Options{})
	})
}

func FuzzCheckpoint(f *testing.F) {
	proof, err := os.ReadFile("testdata/ricevuta.tlog-proof")
	must(f, err)
	p, err := ParseProof(proof)
	must(f, err)
	f.Add(p.Checkpoint)
	key, err := os.ReadFile("testdata/key.txt")
	must(f, err)
	known := verifiers(f, string(bytes.TrimSpace(key)))
	f.Fuzz(func(t *testing.T, msg []byte) {
		c, err := ParseCheckpoint(msg)
		if err == nil && !bytes.HasPrefix(msg, []byte(c.Text()+"\n")) {
			t.Errorf("ParseCheckpoint(%q) = %v", msg, c)
		}
		// Nobody but the key's owner can make another checkpoint that opens.
		if c, err := OpenCheckpoint(msg, known); err == nil && c.Size != 7 {
			t.Errorf("a checkpoint nobody signed opened: %q", msg)
		}
	})
}

func FuzzReceipt(f *testing.F) {
	seed(f, "ricevuta.json", "ricevuta.tlog-proof", "leaf.txt")
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseReceipt(text)
		if err == nil {
			if again, err := r.Marshal(); err != nil || !bytes.Equal(again, text) {
				t.Errorf("Marshal = %q, %v, want %q", again, err, text)
			}
		}
		_ = Verify([]NamedFile{{"f", text}}, Options{}).Text()
	})
}

func FuzzFileList(f *testing.F) {
	f.Add([]byte("0001000000000000000000000000000000000000000000000000000000000000 10 a/b c d\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		files, err := ParseFileList(text)
		if err != nil {
			return
		}
		if again, err := FileList(files); err != nil || !bytes.Equal(again, text) {
			t.Errorf("FileList = %q, %v, want %q", again, err, text)
		}
	})
}

func FuzzCodes(f *testing.F) {
	f.Add("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	f.Add("fxsh hkew 1re4 9gc2")
	f.Fuzz(func(t *testing.T, s string) {
		for _, parse := range []func(string) (string, error){ParseMatter, ParseCheckCode} {
			code, err := parse(s)
			if err != nil {
				continue
			}
			if again, err := parse(code); err != nil || again != code {
				t.Errorf("%q is read as %q, which is read as %q, %v", s, code, again, err)
			}
		}
	})
}

func FuzzTilePath(f *testing.F) {
	f.Add("tile/1/x001/234.p/17")
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := ParseTilePath(path)
		if err != nil {
			return
		}
		if got := TilePath(tile); got != path {
			t.Errorf("TilePath = %q, want %q", got, path)
		}
		if _, err := TileData(tile, 0, memory{}); err == nil {
			t.Errorf("the empty tree has a tile %s", path)
		}
	})
}

func FuzzGuard(f *testing.F) {
	f.Add(append(formatSlot(Checkpoint{origin, 3, LeafHash(nil)}), formatSlot(Checkpoint{origin, 4, LeafHash(nil)})...))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := t.TempDir() + "/guard"
		must(t, os.WriteFile(path, text, 0o600))
		g, err := OpenGuard(path)
		if err != nil {
			return
		}
		defer g.Close()
		c := Checkpoint{"nuovo.it/registro", 1, LeafHash(nil)}
		must(t, g.Remember(c))
		again, err := OpenGuard(path)
		if err != nil {
			t.Fatalf("a guard that opened does not open again: %v", err)
		}
		defer again.Close()
		if got, ok := again.Newest(c.Origin); !ok || got != c {
			t.Errorf("Newest = %v, %v, want %v", got, ok, c)
		}
	})
}
