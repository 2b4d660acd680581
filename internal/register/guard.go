package register

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

var (
	// ErrRollback means that the database holds less than this instance has signed:
	// it was restored from a backup, or somebody cut it.
	ErrRollback = errors.New("the database is older than the last signed checkpoint")
	// ErrFork means that the database holds another past than the one signed.
	ErrFork = errors.New("the database does not extend the last signed checkpoint")
	// ErrGuardDamaged means that the guard file cannot say what was signed.
	ErrGuardDamaged = errors.New("guard file damaged")
)

const (
	slotSize  = 512 // one sector: a power cut leaves the old one or the new one
	guardHead = "concerto-guardia/1"
)

// Guard remembers, outside the database, the newest checkpoint that this instance
// signed for each log. Signing a tree that does not extend it would fork the
// register (register P22), so a restored database must not start to sign as if
// nothing had happened.
//
// The file has two slots of one sector for each log, written in turn, each a line
// of text with its checksum: whatever moment the power goes, one of the two is
// whole. It can be read with cat, belongs to one process, and must not be put in
// the backup of the database. Removing it means accepting the database as it is.
type Guard struct {
	mu   sync.Mutex
	file GuardFile
	logs map[string]*guarded
	next int64 // offset at which the slots of a new log go
}

// GuardFile is the file of a guard: an *os.File, save in trials of what happens when
// a write of it fails.
type GuardFile interface {
	io.ReadCloser
	io.WriterAt
	Sync() error
}

// guarded is what the guard knows of one log.
type guarded struct {
	newest Checkpoint
	offset int64 // of its first slot
	turn   int64 // slot to overwrite next, 0 or 1: the one that does not hold newest
}

// OpenGuard opens the guard file at path, or creates an empty one.
func OpenGuard(path string) (*Guard, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("guard: %w", err)
	}
	g, err := NewGuard(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("guard %s: %w", path, err)
	}
	return g, nil
}

// NewGuard reads what a guard file remembers.
func NewGuard(file GuardFile) (*Guard, error) {
	g := &Guard{file: file, logs: map[string]*guarded{}}
	return g, g.load()
}

func (g *Guard) load() error {
	text, err := io.ReadAll(g.file)
	if err != nil {
		return err
	}
	for len(text) > 0 {
		pair := text[:min(len(text), 2*slotSize)]
		text = text[len(pair):]
		if err := g.loadPair(pair, len(text) == 0); err != nil {
			return err
		}
	}
	return nil
}

// loadPair takes the newer of two slots. One damaged slot is a write that a power
// cut tore: the other holds the checkpoint before, and a guard that is a little old
// is harmless. With none whole, the last pair of the file is a first write that was
// torn, and its place is used again; anywhere else somebody touched the file.
func (g *Guard) loadPair(pair []byte, last bool) error {
	l := &guarded{offset: g.next, turn: -1}
	for slot := range int64(2) {
		c, ok := readSlot(pair, slot)
		if !ok || l.turn >= 0 && c.Size <= l.newest.Size {
			continue
		}
		l.newest, l.turn = c, 1-slot
	}
	if l.turn < 0 && last && torn(pair) {
		return nil
	}
	if l.turn < 0 {
		return fmt.Errorf("%w: no whole slot at byte %d", ErrGuardDamaged, g.next)
	}
	if g.logs[l.newest.Origin] != nil {
		return fmt.Errorf("%w: %s stands in it twice", ErrGuardDamaged, l.newest.Origin)
	}
	g.logs[l.newest.Origin] = l
	g.next += 2 * slotSize
	return nil
}

// torn reports whether a pair can be the first write of a log, cut short: nothing
// but zeros after the first slot, or not even that long.
func torn(pair []byte) bool {
	return len(pair) <= slotSize || len(bytes.Trim(pair[slotSize:], "\x00")) == 0
}

func readSlot(pair []byte, slot int64) (Checkpoint, bool) {
	if int64(len(pair)) < (slot+1)*slotSize {
		return Checkpoint{}, false
	}
	text := pair[slot*slotSize : (slot+1)*slotSize]
	parts := strings.Fields(string(text))
	if len(parts) != 5 {
		return Checkpoint{}, false
	}
	size, err1 := strconv.ParseInt(parts[2], 10, 64)
	root, err2 := parse32(parts[3])
	c := Checkpoint{parts[1], size, root}
	if err1 != nil || err2 != nil || c.validate() != nil {
		return Checkpoint{}, false
	}
	return c, bytes.Equal(formatSlot(c), text)
}

// formatSlot pads the line with spaces to the size of a slot.
func formatSlot(c Checkpoint) []byte {
	line := fmt.Sprintf("%s %s %d %s", guardHead, c.Origin, c.Size, formatBase64(c.Root[:]))
	line = fmt.Sprintf("%s %x", line, sha256.Sum256([]byte(line)))
	return fmt.Appendf(nil, "%-*s\n", slotSize-1, line)
}

// Newest returns the newest checkpoint remembered for a log.
func (g *Guard) Newest(origin string) (Checkpoint, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.logs[origin]
	if l == nil {
		return Checkpoint{}, false
	}
	return l.newest, true
}

// Origins returns the logs that the guard knows, in order.
func (g *Guard) Origins() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Sorted(maps.Keys(g.logs))
}

// Check compares the tree of size leaves that r can read with what was signed for
// that log. It is asked before the first signature of a start. A log that the guard
// does not know passes: there is nothing to compare it with.
func (g *Guard) Check(origin string, size int64, r tlog.HashReader) error {
	signed, ok := g.Newest(origin)
	if !ok {
		return nil
	}
	if size < signed.Size {
		return fmt.Errorf("%s: %d leaves, %d were signed: %w", origin, size, signed.Size, ErrRollback)
	}
	root, err := Root(signed.Size, r)
	if err != nil {
		return fmt.Errorf("%s: root at %d: %w", origin, signed.Size, err)
	}
	if root != signed.Root {
		return fmt.Errorf("%s at %d leaves: %w", origin, signed.Size, ErrFork)
	}
	return nil
}

// Remember writes down a checkpoint, after the transaction that holds its tree was
// committed. It is one write of a sector without fsync, so it can follow every
// commit: if the power takes it, the guard is older than the database, and that is
// harmless, because a database that extends an older checkpoint passes Check. The
// order matters: remembered before the commit, a crash would look like a rollback.
func (g *Guard) Remember(c Checkpoint) error {
	if err := c.validate(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.logs[c.Origin]
	switch {
	case l == nil:
		return g.add(c)
	case c == l.newest:
		return nil
	case c.Size < l.newest.Size:
		return fmt.Errorf("%s: %d leaves, %d were signed: %w", c.Origin, c.Size, l.newest.Size, ErrRollback)
	case c.Size == l.newest.Size:
		return fmt.Errorf("%s at %d leaves: %w", c.Origin, c.Size, ErrFork)
	}
	if _, err := g.file.WriteAt(formatSlot(c), l.offset+l.turn*slotSize); err != nil {
		return fmt.Errorf("guard: %w", err)
	}
	l.newest, l.turn = c, 1-l.turn
	return nil
}

// add gives a new log its two slots, the second one blank. This happens once in
// the life of a log, so it can afford the fsync that keeps the file whole pairs.
func (g *Guard) add(c Checkpoint) error {
	pair := append(formatSlot(c), make([]byte, slotSize)...)
	if _, err := g.file.WriteAt(pair, g.next); err != nil {
		return fmt.Errorf("guard: %w", err)
	}
	if err := g.file.Sync(); err != nil {
		return fmt.Errorf("guard: %w", err)
	}
	g.logs[c.Origin] = &guarded{newest: c, offset: g.next, turn: 1}
	g.next += 2 * slotSize
	return nil
}

// Close closes the file. Nothing is lost if it is never called.
func (g *Guard) Close() error { return g.file.Close() }
