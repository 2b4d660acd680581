package web

import (
	"time"

	"concerto/internal/pdz"
)

// Where the window of a form stands, as the ribbon above it tells.
const (
	ribbonOpen     = "open"     // closes at a known instant
	ribbonUndated  = "undated"  // open, the closing is still to be announced
	ribbonEndless  = "endless"  // open for good
	ribbonNotYet   = "notYet"   // not open yet
	ribbonLate     = "late"     // closed, and sheets are kept as late
	ribbonRefusing = "refusing" // closed, and sheets are refused
)

// ribbon tells the term of a form: date, hour, how long is left, and what counts.
type ribbon struct {
	State     string
	At        time.Time // what the countdown runs to, or the closing that has passed
	Known     bool      // At is known
	Countdown string    // to At, or since
	Date      string
	Wording   string // of the notice
	Session   *ribbonSession
}

// ribbonSession is the meeting by attending which one adheres all the same (A1).
type ribbonSession struct {
	Title, When, Place, Href string
	Past                     bool
}

// Open reports whether the form takes sheets in time now.
func (r ribbon) Open() bool {
	return r.State == ribbonOpen || r.State == ribbonUndated || r.State == ribbonEndless
}

// Takes reports whether a sheet sent now would be received, in time or late.
func (r ribbon) Takes() bool { return r.Open() || r.State == ribbonLate }

// ribbon says where the form stands now.
func (l *Layout) ribbon(f pdz.Form) ribbon {
	w, ok := l.Proc.Window(f.Window)
	if !ok {
		return ribbon{State: ribbonEndless}
	}
	b := ribbon{Wording: w.Wording}
	switch w.State(l.Now) {
	case pdz.NotYetOpen:
		b.State = ribbonNotYet
		if w.Opens.Known {
			b.until(l, w.Opens.First())
		}
	case pdz.Open:
		b.State = ribbonUndated
		if w.Endless {
			b.State = ribbonEndless
		}
		if w.Closes.Known {
			b.State = ribbonOpen
			b.until(l, w.Closes.Last())
			b.Date = l.withWas(b.Date, w.ID)
		}
	default:
		b.State = ribbonLate
		if w.Late == "refuse" {
			b.State = ribbonRefusing
		}
		b.until(l, w.Closes.Last())
		b.Date = l.withWas(b.Date, w.ID)
		b.Session = l.ribbonSession()
	}
	return b
}

func (b *ribbon) until(l *Layout, at time.Time) {
	b.At, b.Known = at.In(l.Proc.Zone), true
	b.Countdown, b.Date = l.Countdown(at.Sub(l.Now)), l.DateHour(b.At)
}

func (l *Layout) ribbonSession() *ribbonSession {
	s, ok := constitutive(l.Proc.Process)
	if !ok {
		return nil
	}
	return &ribbonSession{
		Title: s.Name(), When: l.sessionWhen(s), Place: venueText(l.Proc.Process, s.Venue), Href: l.ProcessHref("incontri/" + s.ID),
		Past: sessionStage(l.Proc.Process, s, l.Now) == past,
	}
}

// sessionWhen writes day and hours of a session in one phrase.
func (l *Layout) sessionWhen(s pdz.Session) string {
	switch {
	case !s.Start.Known:
		return l.T("data da fissare")
	case s.Start.DateOnly:
		return l.Date(s.Start.At)
	}
	return l.Date(s.Start.At) + ", " + l.hoursOf(s)
}
