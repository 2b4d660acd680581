package pdz

import "time"

// Mandate is the time in which a person acts for a body. A mandate begins when the
// person accepts it, or when the office confirms it; until then it gives nothing.
type Mandate struct {
	From  time.Time // zero: not begun
	To    time.Time // first instant after it; zero: no end is known
	Until time.Time // until when an invitation can be accepted; zero: nothing is to be accepted
}

// MandateState is where a mandate stands at an instant.
type MandateState string

const (
	MandateInvited MandateState = "invited" // the person has not answered
	MandateExpired MandateState = "expired" // the invitation ran out unanswered
	MandateWaiting MandateState = "waiting" // accepted, or declared: the office has still to confirm it
	MandateComing  MandateState = "coming"  // agreed, and begins later
	MandateInForce MandateState = "inForce"
	MandateEnded   MandateState = "ended"
	MandateRefused MandateState = "refused" // ended before it began
)

// InForce reports whether the person acts for the body at an instant: from From,
// up to and without To.
func (m Mandate) InForce(at time.Time) bool { return m.State(at) == MandateInForce }

// State says where the mandate stands at an instant.
func (m Mandate) State(at time.Time) MandateState {
	over := !m.To.IsZero() && !at.Before(m.To)
	switch {
	case m.From.IsZero() && over:
		return MandateRefused
	case m.From.IsZero() && m.Until.IsZero():
		return MandateWaiting
	case m.From.IsZero() && at.After(m.Until):
		return MandateExpired
	case m.From.IsZero():
		return MandateInvited
	case over:
		return MandateEnded
	case at.Before(m.From):
		return MandateComing
	}
	return MandateInForce
}
