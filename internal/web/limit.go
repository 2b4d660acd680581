package web

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

// Posting is limited by address prefix, and softly: many bodies sit behind one
// office network and the minutes before a deadline are when they all send. The
// limit stops a program, not a queue of people.
const (
	defaultRate = rate.Limit(10) // posts a second
	burst       = 120
	maxPrefixes = 20_000
)

type limiter struct {
	every rate.Limit
	burst int

	mu      sync.Mutex
	buckets map[netip.Prefix]*rate.Limiter
}

func newLimiter(every rate.Limit) *limiter {
	if every == 0 {
		every = defaultRate
	}
	return &limiter{every: every, burst: burst, buckets: map[netip.Prefix]*rate.Limiter{}}
}

// newQuestionLimiter counts questions to the desk. Beyond it nothing is refused: a
// question is looked at before it is recorded (P18).
func newQuestionLimiter() *limiter {
	return &limiter{every: rate.Limit(1.0 / 60), burst: 20, buckets: map[netip.Prefix]*rate.Limiter{}}
}

// take counts one post from an address and returns errTooMany beyond the limit.
// The bucket runs on the machine's clock and not on the site's: a simulated
// clock that jumps must not open or shut it.
func (l *limiter) take(from netip.Addr) error {
	bits := 24
	if from.Is6() {
		bits = 56
	}
	prefix, err := from.Prefix(bits)
	if err != nil {
		return nil // no address, as in a test: nothing to limit by
	}
	if !l.bucket(prefix).Allow() {
		return errTooMany
	}
	return nil
}

// bucket returns the bucket of a prefix. When there are too many, all are
// forgotten: that forgives, which is the safe side of a soft limit.
func (l *limiter) bucket(p netip.Prefix) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[p]
	if b == nil {
		if len(l.buckets) >= maxPrefixes {
			clear(l.buckets)
		}
		b = rate.NewLimiter(l.every, l.burst)
		l.buckets[p] = b
	}
	return b
}

// client returns the address of the client: the last one in the trusted
// proxy's header where there is one, else that of the connection.
func (s *Site) client(r *http.Request) netip.Addr {
	if s.ProxyHeader != "" {
		list := strings.Split(r.Header.Get(s.ProxyHeader), ",")
		if a, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1])); err == nil {
			return a.Unmap()
		}
	}
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}
