package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Measures of the timeline, in the units of the picture (pixels at full width).
const (
	ganttWidth  = 1092.0
	ganttLabels = 240.0 // room of the names, left
	ganttTop    = 44.0
	ganttRow    = 42.0
	ganttBar    = 30.0
	ganttRight  = 8.0
	termWidth   = 215.0 // of the words that name the term
	labelRunes  = 29    // of a name on one line
)

// gantt draws the phases of a process in time: a bar from the first to the last
// day of each, a dot for each session, today, and the term of adhesion. Everything
// is computed from the definition, so any process can be drawn. Without any date
// there is nothing to draw and the result is empty.
func gantt(p i18n.Printer, v *app.ProcessView, now time.Time) template.HTML {
	phases := phaseTimes(v.Process, now)
	whole := wholeSpan(v.Process, phases)
	if !whole.known {
		return ""
	}
	g := newScale(whole)
	height := ganttTop + ganttRow*float64(len(phases)) + 10
	d := newDrawing("gantt", ganttTitle(p, whole), ganttFinding(p, v, phases), ganttWidth, height)
	g.ticks(d, p, height)
	if closes, ok := adhesionCloses(v.Process); ok {
		g.term(d, p, closes, g.freeRow(phases, closes), height)
	}
	for i, ph := range phases {
		g.phase(d, p, v.Process, ph, ganttTop+ganttRow*float64(i))
	}
	if !now.Before(g.from) && now.Before(g.to) {
		g.today(d, p, now, height)
	}
	return d.html()
}

// wholeSpan holds all phases and the term of adhesion.
func wholeSpan(p *pdz.Process, phases []phaseTime) span {
	var whole span
	for _, ph := range phases {
		if ph.known {
			whole = whole.with(ph.from, ph.to)
		}
	}
	if closes, ok := adhesionCloses(p); ok && whole.known {
		whole = whole.with(closes, closes)
	}
	return whole
}

// scale turns instants into places.
type scale struct {
	from, to time.Time
	perHour  float64
	monthly  bool // one tick a month instead of one a week
}

// newScale rounds a span out to whole weeks, or to whole months when weeks would
// stand too close.
func newScale(whole span) scale {
	s := scale{monthly: whole.to.Sub(whole.from) > 80*24*time.Hour}
	if s.monthly {
		s.from = firstOfMonth(whole.from, 0)
		s.to = firstOfMonth(whole.to, 1)
	} else {
		s.from = startOfDay(whole.from).AddDate(0, 0, -(int(whole.from.Weekday())+6)%7)
		s.to = startOfDay(whole.to).AddDate(0, 0, 7-(int(whole.to.Weekday())+6)%7)
	}
	s.perHour = (ganttWidth - ganttLabels - ganttRight) / s.to.Sub(s.from).Hours()
	return s
}

func firstOfMonth(t time.Time, plus int) time.Time {
	return time.Date(t.Year(), t.Month()+time.Month(plus), 1, 0, 0, 0, 0, t.Location())
}

func (s scale) x(t time.Time) float64 { return ganttLabels + t.Sub(s.from).Hours()*s.perHour }

func (s scale) ticks(d *drawing, p i18n.Printer, height float64) {
	for t := s.from; t.Before(s.to); {
		d.line("ps-grid", s.x(t), 34, s.x(t), height-8)
		if s.monthly {
			d.text("ps-axis", "start", s.x(t)+4, 26, fmt.Sprintf("%s %d", p.MonthShort(t), t.Year()))
			t = t.AddDate(0, 1, 0)
			continue
		}
		d.text("ps-axis", "start", s.x(t)+4, 26, fmt.Sprintf("%s %d %s", p.WeekdayShort(t), t.Day(), p.MonthShort(t)))
		t = t.AddDate(0, 0, 7)
	}
}

// phase draws one row.
func (s scale) phase(d *drawing, p i18n.Printer, def *pdz.Process, ph phaseTime, y float64) {
	mark, name := "ps-milestone", "ps-label"
	if ph.Stage == current {
		mark, name = "ps-milestone-now", "ps-label ps-strong"
	}
	d.circle(mark, 14, y+15, 12)
	d.text("ps-inverse", "middle", 14, y+20, fmt.Sprint(ph.Number))
	lines := wrap(ph.Name(), labelRunes, 2)
	for i, line := range lines {
		d.textIn(def.Language, name, "start", 36, y+20+float64(2*i-len(lines)+1)*8, line)
	}
	if !ph.known {
		d.rect("ps-bar-undated", ganttWidth-130, y, 122, ganttBar, 4)
		d.text("ps-axis", "middle", ganttWidth-69, y+20, p.T("data da fissare"))
		return
	}
	bar := map[stage]string{past: "ps-bar ps-bar-past", current: "ps-bar ps-bar-now"}[ph.Stage]
	if bar == "" {
		bar = "ps-bar"
	}
	d.rect(bar, s.x(ph.from), y, math.Max(s.x(ph.to)-s.x(ph.from), 4), ganttBar, 4)
	for _, m := range ph.Sessions {
		if m.Start.Known {
			s.meeting(d, m, ph.Stage, y+15)
		}
	}
}

// meeting puts a dot in the middle of the day of a session; an open one is a ring.
func (s scale) meeting(d *drawing, m pdz.Session, in stage, y float64) {
	noon := startOfDay(m.Start.At).Add(12 * time.Hour)
	if m.Admission == "open" {
		d.circle("ps-meeting", s.x(noon), y, 7)
		d.circle("ps-meeting-hole", s.x(noon), y, 3)
		return
	}
	class := "ps-meeting"
	if in == current {
		class = "ps-meeting-on-now"
	}
	d.circle(class, s.x(noon), y, 4.5)
}

// term draws the last instant to adhere, with its words on the side that has room.
func (s scale) term(d *drawing, p i18n.Printer, closes time.Time, row int, height float64) {
	x, y := s.x(closes), ganttTop+ganttRow*float64(row)+20
	d.line("ps-term-line", x, 34, x, height-8)
	words := p.T("termine adesioni: %s, ore %s", fmt.Sprintf("%d %s", closes.Day(), p.MonthShort(closes)), p.Hour(closes))
	if x < ganttWidth-termWidth {
		d.text("ps-term ps-halo", "start", x+6, y, words)
		return
	}
	d.text("ps-term ps-halo", "end", x-6, y, words)
}

// freeRow returns the first row in which no bar runs under the words of the term.
func (s scale) freeRow(phases []phaseTime, closes time.Time) int {
	left := s.x(closes)
	if left >= ganttWidth-termWidth {
		left -= termWidth
	}
	for i, ph := range phases {
		free := !ph.known && left+termWidth < ganttWidth-130 ||
			ph.known && (s.x(ph.to) < left || s.x(ph.from) > left+termWidth)
		if free {
			return i
		}
	}
	return 0
}

func (s scale) today(d *drawing, p i18n.Printer, now time.Time, height float64) {
	x := s.x(now)
	d.line("ps-today-line", x, 34, x, height-18)
	d.rect("ps-today-flag", x-22, height-20, 44, 18, 3)
	d.text("ps-inverse", "middle", x, height-6, p.T("oggi"))
}

// adhesionCloses returns the last instant to adhere, when it is known.
func adhesionCloses(p *pdz.Process) (time.Time, bool) {
	if w, ok := adhesionWindow(p); ok && w.Closes.Known {
		return w.Closes.Last(), true
	}
	return time.Time{}, false
}

// adhesionWindow returns the first window in which one adheres.
func adhesionWindow(p *pdz.Process) (pdz.Window, bool) {
	for _, w := range p.Windows {
		if w.Kind == "adhesion" {
			return w, true
		}
	}
	return pdz.Window{}, false
}

func ganttTitle(p i18n.Printer, whole span) string {
	return p.T("Calendario delle fasi: %s", p.Range(whole.from, whole.to))
}

// ganttFinding says in words what the picture shows.
func ganttFinding(p i18n.Printer, v *app.ProcessView, phases []phaseTime) string {
	var parts []string
	for _, ph := range phases {
		when := p.T("data da fissare")
		if ph.known {
			when = p.Range(ph.from, ph.to)
		}
		if ph.Stage == current {
			when += ", " + p.T("in corso")
		}
		parts = append(parts, fmt.Sprintf("%d: %s", ph.Number, when))
	}
	text := p.T("Fasi: %s.", strings.Join(parts, "; "))
	if closes, ok := adhesionCloses(v.Process); ok {
		text += " " + p.T("Il termine per aderire è %s.", p.DateHour(closes))
	}
	return text + " " + p.T("Gli stessi dati sono nella tabella che segue.")
}

// wrap breaks words into lines of at most n characters; what does not fit in the
// lines allowed ends in an ellipsis, as the whole name is in the list of phases.
func wrap(text string, n, lines int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		joined := strings.TrimSpace(line + " " + word)
		if len([]rune(joined)) <= n || line == "" {
			line = joined
			continue
		}
		if len(out) == lines-1 {
			return append(out, line+"…")
		}
		out = append(out, line)
		line = word
	}
	return append(out, line)
}
