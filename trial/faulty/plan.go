// Package faulty makes the things that the register stands on fail at a chosen
// call: the driver of the database, the guard file, the source of randomness, the
// clock. Each is wrapped once, around the real one, and counts its calls in a Plan;
// at the n-th it does what the plan says and otherwise nothing at all. So a sweep
// from n = 1 until the plan is not reached any more meets every call there is,
// also those that nobody remembered (register, section 4, point 6).
package faulty

import (
	"fmt"
	"sync"
	"syscall"
)

// Kind is what happens at the chosen call.
type Kind string

// The ways in which a call fails.
const (
	Before Kind = "before" // refused: it had no effect
	After  Kind = "after"  // it took effect, and says that it failed
	Cut    Kind = "cut"    // the connection is gone before the call
	Lost   Kind = "lost"   // it took effect, and its answer is lost with the connection
	Short  Kind = "short"  // half of it took effect: of bytes read or written
	Past   Kind = "past"   // the clock says an hour ago
	Future Kind = "future" // the clock says ten minutes from now
	Same   Kind = "same"   // the clock says what it said before
)

// Error is what an injected fault says. It is a full disk to whoever asks, which is
// how the program knows that the database is at fault and not the one who asked.
type Error struct {
	Call string
	Kind Kind
}

func (e *Error) Error() string { return fmt.Sprintf("injected: %s, %s", e.Call, e.Kind) }
func (e *Error) Unwrap() error { return syscall.ENOSPC }

// Plan counts the calls of what is wrapped with it and says which one fails. Its
// methods may be called from any goroutine.
type Plan struct {
	mu    sync.Mutex
	armed bool
	kind  Kind
	at    int    // call at which it fires
	seen  int    // calls since it was armed
	fired string // name of the call that failed
}

// Arm has the n-th call from now fail; n = 0 counts and fails nothing.
func (p *Plan) Arm(kind Kind, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.kind, p.at, p.seen, p.fired = true, kind, n, 0, ""
}

// Disarm returns the call that failed, or "" when there were fewer than n, and how
// many there were.
func (p *Plan) Disarm() (fired string, seen int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = false
	return p.fired, p.seen
}

// Armed reports whether calls are being counted.
func (p *Plan) Armed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.armed
}

// reach counts a call, and returns what is to happen to it; "" is nothing.
func (p *Plan) reach(call string) Kind {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.armed {
		return ""
	}
	if p.seen++; p.seen != p.at {
		return ""
	}
	p.fired = call
	return p.kind
}
