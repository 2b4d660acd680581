package faulty

import (
	"io"
	"sync/atomic"
	"time"

	"concerto/internal/register"
)

// Rand is a source of randomness whose n-th read fails, or gives half of what was
// asked and then fails.
type Rand struct {
	io.Reader
	Plan *Plan
}

func (r Rand) Read(b []byte) (int, error) {
	switch kind := r.Plan.reach("read of randomness"); kind {
	case "":
		return r.Reader.Read(b)
	case Short:
		n, err := r.Reader.Read(b[:len(b)/2])
		if err != nil {
			return n, err
		}
		return n, &Error{"read of randomness", kind}
	default:
		return 0, &Error{"read of randomness", kind}
	}
}

// Guard is a guard file whose n-th write or flush fails: before, after, or half way.
type Guard struct {
	register.GuardFile
	Plan *Plan
}

// WriteAt writes a sector.
func (g Guard) WriteAt(b []byte, off int64) (int, error) {
	const call = "write of the guard"
	switch kind := g.Plan.reach(call); kind {
	case "":
		return g.GuardFile.WriteAt(b, off)
	case Before:
		return 0, &Error{call, kind}
	case Short:
		n, err := g.GuardFile.WriteAt(b[:len(b)/2], off)
		if err != nil {
			return n, err
		}
		return n, &Error{call, kind}
	default:
		n, err := g.GuardFile.WriteAt(b, off)
		if err != nil {
			return n, err
		}
		return n, &Error{call, kind}
	}
}

// Sync flushes, or does not.
func (g Guard) Sync() error {
	if kind := g.Plan.reach("sync of the guard"); kind != "" {
		return &Error{"sync of the guard", kind}
	}
	return g.GuardFile.Sync()
}

// Clock returns a clock whose n-th answer is wrong.
func Clock(p *Plan, now func() time.Time) func() time.Time {
	var last atomic.Pointer[time.Time]
	return func() time.Time {
		t := now()
		switch p.reach("clock") {
		case Past:
			return t.Add(-time.Hour)
		case Future:
			return t.Add(10 * time.Minute)
		case Same:
			if before := last.Load(); before != nil {
				return *before
			}
		}
		last.Store(&t)
		return t
	}
}
