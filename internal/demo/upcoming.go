package demo

import (
	"cmp"
	"slices"
	"time"

	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Upcoming is a moment of the calendar to which the clock can be moved.
type Upcoming struct {
	At    time.Time
	Label string
}

// Upcoming lists what the definition still has in store after now, soonest first.
func (d *Demo) Upcoming(words i18n.Printer) []Upcoming {
	p := d.definition.Process
	var out []Upcoming
	add := func(at time.Time, label string) {
		if at.After(d.clock.Now()) {
			out = append(out, Upcoming{at, label})
		}
	}
	for _, w := range p.Windows {
		if w.Opens.Known && !w.Opens.At.Equal(d.published()) {
			add(w.Opens.First(), words.T("Si apre: %s", w.Title))
		}
		if w.Closes.Known && w.Kind == "adhesion" {
			add(w.Closes.Last().Add(-time.Minute), words.T("Un minuto alla chiusura: %s", w.Title))
		}
		if w.Closes.Known {
			add(w.Closes.Last().Add(time.Millisecond), words.T("Chiusura: %s", w.Title))
		}
	}
	for _, s := range p.Sessions {
		if s.Start.Known {
			add(s.Start.At, s.Name())
		}
	}
	slices.SortStableFunc(out, func(a, b Upcoming) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return out
}

// Definition returns the definition that the demo enacts.
func (d *Demo) Definition() *pdz.Process { return d.definition.Process }
