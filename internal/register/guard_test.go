package register

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func openGuard(t *testing.T, path string) *Guard {
	t.Helper()
	g, err := OpenGuard(path)
	must(t, err)
	t.Cleanup(func() { g.Close() })
	return g
}

// chain is the checkpoints of a tree at every size up to n, with its reader.
func chain(t *testing.T, origin, word string, n int) ([]Checkpoint, *Batch) {
	t.Helper()
	b := NewBatch(0, memory{})
	var states []Checkpoint
	for i := range n + 1 {
		root, err := Root(int64(i), b)
		must(t, err)
		states = append(states, Checkpoint{origin, int64(i), root})
		_, err = b.Append(fmt.Appendf(nil, "%s %d", word, i))
		must(t, err)
	}
	return states, b
}

func TestGuardStopsARestoredDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guard")
	g := openGuard(t, path)
	states, tree := chain(t, origin, "act", 20)
	_, other := chain(t, origin, "other", 20)
	if err := g.Check(origin, 0, tree); err != nil {
		t.Errorf("a new log: %v", err)
	}
	for _, c := range states[3:11] {
		must(t, g.Remember(c))
	}
	g.Close()
	g = openGuard(t, path)
	for _, tt := range []struct {
		name string
		size int64
		r    *Batch
		want error
	}{
		{"as it was", 10, tree, nil},
		{"grown since, guard lost to a power cut", 20, tree, nil},
		{"backup of yesterday", 9, tree, ErrRollback},
		{"empty database", 0, tree, ErrRollback},
		{"another past, same size", 10, other, ErrFork},
		{"another past, larger", 20, other, ErrFork},
	} {
		if err := g.Check(origin, tt.size, tt.r); !errors.Is(err, tt.want) {
			t.Errorf("%s: Check = %v, want %v", tt.name, err, tt.want)
		}
	}
	if err := g.Check("altro.it/registro", 0, tree); err != nil {
		t.Errorf("a log the guard does not know: %v", err)
	}
}

func TestGuardNeverGoesBack(t *testing.T) {
	g := openGuard(t, filepath.Join(t.TempDir(), "guard"))
	states, _ := chain(t, origin, "act", 5)
	other, _ := chain(t, origin, "other", 5)
	must(t, g.Remember(states[4]))
	for _, tt := range []struct {
		name string
		c    Checkpoint
		want error
	}{
		{"the same again", states[4], nil},
		{"older", states[3], ErrRollback},
		{"same size, other root", other[4], ErrFork},
	} {
		if err := g.Remember(tt.c); !errors.Is(err, tt.want) {
			t.Errorf("%s: Remember = %v, want %v", tt.name, err, tt.want)
		}
	}
	if err := g.Remember(Checkpoint{Origin: "con spazio", Size: 1}); !isForm(err) {
		t.Errorf("origin with a space: %v, want a FormError", err)
	}
	if got, ok := g.Newest(origin); !ok || got != states[4] {
		t.Errorf("Newest = %v, %v, want %v", got, ok, states[4])
	}
}

func TestGuardKeepsManyLogsApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guard")
	g := openGuard(t, path)
	want := map[string]Checkpoint{}
	for size := range 6 {
		for log := range 4 {
			name := fmt.Sprintf("ats%d.it/registro", log)
			states, _ := chain(t, name, name, 6)
			must(t, g.Remember(states[size+1]))
			want[name] = states[size+1]
		}
	}
	g = openGuard(t, path)
	for name, c := range want {
		if got, _ := g.Newest(name); got != c {
			t.Errorf("%s: Newest = %v, want %v", name, got, c)
		}
	}
}

// TestGuardSurvivesATornWrite cuts the last write at every byte, as a power cut
// could, and expects the checkpoint before or the new one: never an error, never
// anything else.
func TestGuardSurvivesATornWrite(t *testing.T) {
	dir := t.TempDir()
	states, tree := chain(t, origin, "act", 10)
	for last := 1; last <= 4; last++ {
		path := filepath.Join(dir, fmt.Sprint(last))
		before := []byte{}
		for _, c := range states[1 : last+1] {
			g := openGuard(t, path) // a new start each time, so that the slot to write is found in the file
			before, _ = os.ReadFile(path)
			must(t, g.Remember(c))
			g.Close()
		}
		after, err := os.ReadFile(path)
		must(t, err)
		for cut := range len(after) + 1 {
			torn := append(bytes.Clone(after[:cut]), before[min(cut, len(before)):]...)
			must(t, os.WriteFile(path+".torn", torn, 0o600))
			g, err := OpenGuard(path + ".torn")
			if err != nil {
				t.Fatalf("write %d cut at byte %d: %v", last, cut, err)
			}
			got, ok := g.Newest(origin)
			if ok != (got.Size > 0) || got.Size != int64(last) && got.Size != int64(last-1) || ok && got != states[got.Size] {
				t.Errorf("write %d cut at byte %d: Newest = %v, %v", last, cut, got, ok)
			}
			if err := g.Check(origin, int64(last), tree); err != nil {
				t.Errorf("write %d cut at byte %d: Check = %v", last, cut, err)
			}
			if err := g.Remember(states[last+1]); err != nil {
				t.Errorf("write %d cut at byte %d: Remember = %v", last, cut, err)
			}
			g.Close()
		}
	}
}

func TestGuardThatSomebodyTouchedIsNotBelieved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guard")
	g := openGuard(t, path)
	for _, name := range []string{"a.it/registro", "b.it/registro"} {
		states, _ := chain(t, name, name, 3)
		for _, c := range states[1:] {
			must(t, g.Remember(c))
		}
	}
	whole, err := os.ReadFile(path)
	must(t, err)
	first := bytes.ReplaceAll(whole, []byte("a.it"), []byte("c.it"))
	last := bytes.ReplaceAll(whole, []byte("b.it"), []byte("c.it"))
	for name, text := range map[string][]byte{
		"first log edited":     first,
		"last log edited":      last,
		"log twice":            append(bytes.Clone(whole), whole[:2*slotSize]...),
		"another kind of file": bytes.Repeat([]byte("ciao\n"), 500),
	} {
		must(t, os.WriteFile(path, text, 0o600))
		if _, err := OpenGuard(path); !errors.Is(err, ErrGuardDamaged) {
			t.Errorf("%s: OpenGuard = %v, want ErrGuardDamaged", name, err)
		}
	}
	if _, err := OpenGuard(t.TempDir()); err == nil {
		t.Error("a directory opened as a guard")
	}
}

func BenchmarkRemember(b *testing.B) {
	g, err := OpenGuard(filepath.Join(b.TempDir(), "guard"))
	must(b, err)
	size := int64(0)
	for b.Loop() {
		size++
		must(b, g.Remember(Checkpoint{origin, size, LeafHash(nil)}))
	}
}
