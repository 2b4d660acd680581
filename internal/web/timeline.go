package web

import (
	"time"

	"concerto/internal/pdz"
)

// stage is where a phase or a session stands in time.
type stage string

const (
	past    stage = "past"
	current stage = "now"
	next    stage = "next" // the first to come, when none is in course
	future  stage = "future"
	undated stage = "undated" // "data da fissare"
)

// span is a stretch of days. Known is false when nothing in it has a date.
type span struct {
	from, to time.Time
	known    bool
}

// with widens the span to hold two more instants.
func (s span) with(from, to time.Time) span {
	if !s.known {
		return span{from, to, true}
	}
	if from.Before(s.from) {
		s.from = from
	}
	if to.After(s.to) {
		s.to = to
	}
	return s
}

func (s span) stage(now time.Time) stage {
	switch {
	case !s.known:
		return undated
	case now.After(s.to):
		return past
	case now.Before(s.from):
		return future
	}
	return current
}

// phaseTime is a phase with what happens in it.
type phaseTime struct {
	pdz.Phase
	span
	Stage    stage
	Sessions []pdz.Session
	Windows  []pdz.Window
}

// phaseTimes lays the phases out in time. The dates of a phase are those of what
// happens in it, from the first day to the end of the last one: the notice gives
// phases no dates of their own. At most one phase is alight.
func phaseTimes(p *pdz.Process, now time.Time) []phaseTime {
	var all []phaseTime
	alight := false
	for _, ph := range p.Phases {
		t := phaseTime{Phase: ph}
		for _, s := range p.Sessions {
			if s.Phase == ph.ID {
				t.Sessions = append(t.Sessions, s)
				if s.Start.Known {
					t.span = t.span.with(startOfDay(s.Start.At), endOfDay(sessionEnd(p, s)))
				}
			}
		}
		for _, w := range p.Windows {
			if w.Phase == ph.ID {
				t.Windows = append(t.Windows, w)
				if w.Opens.Known && w.Closes.Known {
					t.span = t.span.with(startOfDay(w.Opens.First()), endOfDay(w.Closes.Last()))
				}
			}
		}
		t.Stage = t.span.stage(now)
		if t.Stage == current && alight {
			t.Stage = future // phases that overlap: the earlier one is alight
		}
		alight = alight || t.Stage == current
		all = append(all, t)
	}
	if !alight {
		markNext(all)
	}
	return all
}

// markNext lights the first phase that is still to come.
func markNext(all []phaseTime) {
	for i := range all {
		if all[i].Stage == future {
			all[i].Stage = next
			return
		}
	}
}

// sessionEnd returns when a session is taken to be over: at its written end, or
// after the default duration. The second is never printed (A17).
func sessionEnd(p *pdz.Process, s pdz.Session) time.Time {
	switch {
	case s.End.Known:
		return s.End.Last()
	case s.Start.DateOnly:
		return s.Start.Last()
	}
	return pdz.AddInstant(s.Start.At, p.Calendar.DefaultDuration)
}

// sessionStage tells whether a session is over, in course or to come.
func sessionStage(p *pdz.Process, s pdz.Session, now time.Time) stage {
	if !s.Start.Known {
		return undated
	}
	return span{s.Start.First(), sessionEnd(p, s), true}.stage(now)
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func endOfDay(t time.Time) time.Time { return startOfDay(t).AddDate(0, 0, 1).Add(-time.Nanosecond) }

func sameDay(a, b time.Time) bool { return startOfDay(a).Equal(startOfDay(b.In(a.Location()))) }
