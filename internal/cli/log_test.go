package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// pieces counts the writes that reach it.
type pieces struct {
	mu    sync.Mutex
	text  strings.Builder
	count int
}

func (p *pieces) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	return p.text.Write(b)
}

func (p *pieces) seen() (text string, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String(), p.count
}

func TestLinesOfTheLogLeaveInFewPieces(t *testing.T) {
	var to pieces
	g := &gathered{w: &to}
	var want strings.Builder
	for i := range 2000 { // 40 kB
		fmt.Fprintf(io.MultiWriter(g, &want), "line %04d of the log\n", i)
	}
	g.flush()
	text, count := to.seen()
	if text != want.String() {
		t.Error("the lines are not those that were written, in their order")
	}
	if count > 20 {
		t.Errorf("2000 lines left in %d pieces, want few", count)
	}
}

// A line does not wait for others to come.
func TestALineOfTheLogLeavesByItself(t *testing.T) {
	var to pieces
	g := &gathered{w: &to}
	fmt.Fprintln(g, "alone")
	for range 100 {
		if text, _ := to.seen(); text == "alone\n" {
			return
		}
		time.Sleep(gatheredFor / 2)
	}
	t.Error("the line is still waiting")
}
