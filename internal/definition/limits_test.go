package definition

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// Hostile files are refused at once and in little memory.
func TestHostileFilesAreRefusedFast(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 20; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	for _, tt := range []struct {
		name, src, code string
		place           string
	}{
		{"5 MB", "title: " + strings.Repeat("a", 5<<20), "too-large", "f:1:1: "},
		{"200 levels of lists", "a: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "too-large", "f:1:"},
		{"200 levels of blocks", blocks(200), "too-large", "f:"},
		{"200 levels of dashes", strings.Repeat("- ", 200) + "a", "too-large", "f:1:"},
		{"a million brackets", strings.Repeat("[", 1_000_000), "too-large", "f:1:"},
		{"anchors that explode", bomb, "yaml-subset", "f:1:5: "},
		{"more values than any notice", "a: [" + strings.Repeat("1,", 200_000) + "1]", "too-large", "f:1:"},
		{"two documents", "a: b\n---\nc: d\n", "yaml-subset", "f:"},
		{"Latin-1", "title: citt\xe0\n", "yaml-subset", "f:1:12: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			d, found := loadSoon(t, tt.src)
			runtime.ReadMemStats(&after)
			if d != nil || len(found) == 0 || found[0].Code != tt.code || !strings.HasPrefix(found[0].String(), tt.place) {
				t.Errorf("got %v, want %s at %s", found, tt.code, tt.place)
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 512 {
				t.Errorf("it took %d MiB", used)
			}
			if len(found) > 100 {
				t.Errorf("%d findings for one mistake", len(found))
			}
		})
	}
}

// loadSoon gives up on a file that takes more than a few seconds.
func loadSoon(t *testing.T, src string) (*Definition, Findings) {
	t.Helper()
	type answer struct {
		d     *Definition
		found Findings
	}
	done := make(chan answer, 1)
	go func() {
		d, found := Load("f", []byte(src))
		done <- answer{d, found}
	}()
	select {
	case a := <-done:
		return a.d, a.found
	case <-time.After(5 * time.Second):
		t.Fatal("still reading after 5 seconds")
		return nil, nil
	}
}

func blocks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestDepthIsCountedExactly(t *testing.T) {
	for _, tt := range []struct {
		depth int
		code  string
	}{{maxDepth, "unknown-key"}, {maxDepth + 1, "too-large"}} {
		lists := tt.depth - 2 // the root and the innermost value are levels too
		_, found := Load("f", []byte("kind: process\na: "+strings.Repeat("[", lists)+"b"+strings.Repeat("]", lists)))
		var codes []string
		for _, f := range found {
			codes = append(codes, f.Code)
		}
		if !slices.Contains(codes, tt.code) {
			t.Errorf("%d levels: %v, want %s", tt.depth, codes, tt.code)
		}
	}
}
