package cli

import (
	"io"
	"log/slog"
	"sync"
	"time"
)

// newLog makes the log: keys and no personal data, one line for each entry.
func newLog(w io.Writer, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// Lines wait until there are so many bytes of them, and no longer than this.
const (
	gatheredBytes = 32 << 10
	gatheredFor   = 100 * time.Millisecond
)

// gathered writes what it is given in few large pieces: a line for each request would
// otherwise cost a system call, a tenth of what a kept page costs. What is gathered is
// lost only with a process that is killed; whoever ends in an orderly way flushes.
type gathered struct {
	w io.Writer

	mu    sync.Mutex
	lines []byte
}

// Write takes p for later. It fails never: a log has nobody to tell that it cannot be written.
func (g *gathered) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.lines) == 0 {
		time.AfterFunc(gatheredFor, g.flush)
	}
	g.lines = append(g.lines, p...)
	if len(g.lines) >= gatheredBytes {
		g.writeOut()
	}
	return len(p), nil
}

// flush writes what is there.
func (g *gathered) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.writeOut()
}

func (g *gathered) writeOut() {
	if len(g.lines) > 0 {
		_, _ = g.w.Write(g.lines)
		g.lines = g.lines[:0]
	}
}
