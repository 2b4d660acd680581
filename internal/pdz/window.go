package pdz

import "time"

// Timeliness is how an arrival stands to a window.
type Timeliness string

const (
	Early     Timeliness = "early"
	Timely    Timeliness = "timely"
	Late      Timeliness = "late"
	Undecided Timeliness = "undecided" // the closing is not known yet
)

// Verdict is the answer of a window to an arrival, with what it was decided on.
type Verdict struct {
	Timeliness Timeliness
	Window     string        // id
	Definition string        // hash of the definition that was applied
	At         time.Time     // the instant judged
	Closes     time.Time     // last instant included; zero when the window has no known closing
	Margin     time.Duration // from arrival to closing; negative when late
}

// Judge says how an arrival at an instant stands to the window: timely from the
// opening to the closing, both included ("entro e non oltre le ore 12.00": 12:00:00.000
// is in). What binds is the instant handed in, arrival or dispatch; the caller reads
// it off the channel (see ChannelInstant) and fills in the definition's hash.
//
// Instants are compared by the millisecond, cut and never rounded, because that is
// what the register and the receipt print: whoever reads them must be able to come
// to the same verdict (register, P1).
func (w Window) Judge(at time.Time) Verdict {
	at = at.Truncate(time.Millisecond)
	v := Verdict{Window: w.ID, At: at, Timeliness: w.timeliness(at)}
	if w.Closes.Known {
		v.Closes = w.Closes.Last()
		v.Margin = v.Closes.Sub(at)
	}
	return v
}

// timeliness says what a known edge decides even while the other is unknown.
func (w Window) timeliness(at time.Time) Timeliness {
	switch {
	case w.Closes.Known && at.After(w.Closes.Last()):
		return Late
	case w.Opens.Known && at.Before(w.Opens.First()):
		return Early
	case !w.Opens.Known, !w.Closes.Known && !w.Endless:
		return Undecided
	}
	return Timely
}

// WindowState is where a window stands at an instant.
type WindowState string

const (
	NotYetOpen WindowState = "notYetOpen" // it opens later, or nobody knows yet when
	Open       WindowState = "open"       // its closing may still have to be announced
	Closed     WindowState = "closed"
)

// State says whether the window is open at an instant. It is the instant alone that
// opens and closes it, never a job that ran (definition, section 4.3).
func (w Window) State(now time.Time) WindowState {
	switch t := w.timeliness(now.Truncate(time.Millisecond)); {
	case t == Late:
		return Closed
	case t == Early, !w.Opens.Known:
		return NotYetOpen
	}
	return Open
}

// Judge finds a window by its id and judges an arrival by it, with the hash of the
// definition applied. It reports false when there is no such window.
func (p *Process) Judge(window string, at time.Time) (Verdict, bool) {
	w, ok := p.Window(window)
	if !ok {
		return Verdict{}, false
	}
	v := w.Judge(at)
	v.Definition = p.Hash
	return v, true
}

// ChannelInstant returns the instant at which an arrival is judged, when its channel
// knows it only so precisely: at the start of the minute, or at the first instant of
// the day. The doubt goes to who sent it (definition, section 4.3). An instant known to
// the second is left as it is: a clock that also counts milliseconds keeps them, or
// 12:00:00.999 would be in. The day is that of t's own zone.
func ChannelInstant(precision string, t time.Time) time.Time {
	switch precision {
	case "minute":
		return t.Add(-time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	case "day":
		return StartOfDay(dateOf(t), t.Location())
	}
	return t
}
