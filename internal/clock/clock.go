// Package clock says what time it is. Time comes into the program as a value of
// type Now; only package cli reads the machine's clock. The demo runs on a
// simulated clock that goes at the pace of the real one from a chosen instant
// and is only ever moved forward.
package clock

import (
	"sync"
	"time"
)

// Now tells the current instant.
type Now func() time.Time

// Simulated is a clock that was set to an instant at some real instant and runs
// on from there. Its methods may be called from any goroutine.
type Simulated struct {
	real Now

	mu    sync.Mutex
	at    time.Time // simulated instant …
	since time.Time // … at this real instant
}

// NewSimulated returns a simulated clock that shows at now.
func NewSimulated(real Now, at time.Time) *Simulated {
	return &Simulated{real: real, at: at, since: real()}
}

// Now tells the simulated instant.
func (s *Simulated) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at.Add(s.real().Sub(s.since))
}

// Advance moves the clock forward to t. A clock never runs backwards: an
// earlier t changes nothing.
func (s *Simulated) Advance(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.real()
	if shown := s.at.Add(now.Sub(s.since)); t.After(shown) {
		s.at, s.since = t, now
	}
}

// Restart sets the clock to at, wherever it stands: the one way back, for a demo
// that begins again with nothing recorded.
func (s *Simulated) Restart(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.since = at, s.real()
}
