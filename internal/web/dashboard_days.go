package web

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// daysChart counts sheets day by day, added up.
type daysChart struct {
	Heading string
	Picture template.HTML
	Finding string // the sentence beside it
	After   string // what came after the term
	Lines   []dayLine
}

// dayLine is a line of the table: a day on which something came.
type dayLine struct {
	Day                 string
	Timely, Late, Total int // the last added up
}

func (p *dashboardPage) daysChart(d *app.Dashboard) daysChart {
	c := daysChart{Heading: p.T("Totale giorno per giorno"), Finding: p.finding(d)}
	if len(d.Days) == 0 {
		return c
	}
	late := d.Late()
	if late > 0 {
		c.After = p.TN("Una è arrivata dopo il termine.", "%d sono arrivate dopo il termine.", late)
	}
	total := 0
	for _, x := range d.Days {
		total += x.Timely + x.Late
		if x.Timely+x.Late > 0 {
			c.Lines = append(c.Lines, dayLine{p.WeekdayShort(x.Day) + " " + p.dayMark(x.Day), x.Timely, x.Late, total})
		}
	}
	c.Picture = p.daysPicture(d, c)
	return c
}

// Measures of the picture of the days, in its own units: about pixels on a phone.
const (
	daysWidth  = 330.0
	daysHeight = 190.0
	daysLeft   = 34.0
	daysRight  = 14.0
	daysTop    = 34.0
	daysBottom = 24.0
)

// daysScale turns instants and counts into places.
type daysScale struct {
	from, to time.Time
	top      int // of the axis of counts
}

func (s daysScale) x(t time.Time) float64 {
	return daysLeft + (daysWidth-daysLeft-daysRight)*t.Sub(s.from).Hours()/s.to.Sub(s.from).Hours()
}

func (s daysScale) y(n int) float64 {
	return daysHeight - daysBottom - (daysHeight-daysTop-daysBottom)*float64(n)/float64(s.top)
}

// daysPicture draws how the sheets added up: those in time in one colour up to the
// last of them, all of them in another after the term.
func (p *dashboardPage) daysPicture(d *app.Dashboard, c daysChart) template.HTML {
	s := p.daysScale(d)
	pic := newDrawing("giorni", c.Heading, strings.TrimSpace(c.Finding+" "+c.After+" "+p.T("Gli stessi dati sono nella tabella che segue.")), daysWidth, daysHeight)
	s.axes(pic, p)
	at := p.arrivals(d)
	closes, term := p.termIn(s)
	timely, all := addUp(s, at, func(a arrival) bool { return !a.late }), addUp(s, at, func(arrival) bool { return true })
	last := timely[len(timely)-1]
	pic.area("ps-day-area", timely, s.y(0))
	pic.path("ps-day-line", timely)
	if term {
		s.term(pic, p, closes)
	}
	if n := len(at) - last.n; n > 0 {
		tail := slices.DeleteFunc(slices.Clone(all), func(m daysPoint) bool { return m.x < last.x })
		pic.path("ps-day-late", append([]daysPoint{last}, tail...))
		end := all[len(all)-1]
		pic.circle("ps-day-late-dot", end.x, end.y, 4)
		pic.text("ps-strong ps-halo", "end", min(end.x+10, daysWidth-2), max(end.y-9, 12), strconv.Itoa(len(at)))
		pic.circle("ps-day-dot", last.x, last.y, 4)
		if last.n > 0 && end.x-last.x > 4 {
			pic.text("ps-strong ps-halo", "end", last.x-7, last.y+4, strconv.Itoa(last.n))
		}
		return pic.html()
	}
	pic.circle("ps-day-dot", last.x, last.y, 4)
	pic.text("ps-strong ps-halo", "end", max(last.x-8, daysLeft+12), max(last.y-7, 12), strconv.Itoa(last.n))
	return pic.html()
}

// arrival is when a sheet came.
type arrival struct {
	at   time.Time
	late bool
}

// arrivals are those of all sheets, the first first.
func (p *dashboardPage) arrivals(d *app.Dashboard) []arrival {
	var all []arrival
	for _, r := range d.Rows {
		all = append(all, arrival{d.ArrivedAt(r), r.Timeliness == pdz.Late})
	}
	slices.SortStableFunc(all, func(x, y arrival) int { return x.at.Compare(y.at) })
	return all
}

// daysScale spans the days from the first sheet, or the opening if it is near, to the
// last of: now, the last sheet, the term if it is near.
func (p *dashboardPage) daysScale(d *app.Dashboard) daysScale {
	first, last := d.Days[0].Day, d.Days[len(d.Days)-1].Day
	near := max(14*24*time.Hour, last.Sub(first))
	if w, ok := adhesionWindow(p.Proc.Process); ok {
		if opens := w.Opens.First(); w.Opens.Known && opens.Before(first) && first.Sub(opens) <= near {
			first = startOfDay(opens.In(p.Proc.Zone))
		}
		if closes := w.Closes.Last(); w.Closes.Known && closes.After(last) && closes.Sub(last) <= near {
			last = startOfDay(closes.In(p.Proc.Zone))
		}
	}
	if p.Now.After(last) && p.Now.Sub(last) <= near {
		last = startOfDay(p.Now)
	}
	return daysScale{from: first, to: startOfDay(last).AddDate(0, 0, 1), top: roundUp(len(d.Rows))}
}

// roundUp is the top of an axis whose thirds are whole and round.
func roundUp(n int) int {
	step := 1
	for _, s := range []int{1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10000} {
		step = s
		if 3*s >= n {
			break
		}
	}
	return 3 * step
}

// axes draws the lines of the counts and names about five days.
func (s daysScale) axes(d *drawing, p *dashboardPage) {
	for i := range 4 {
		n := s.top * i / 3
		d.line("ps-grid", daysLeft, s.y(n), daysWidth-daysRight, s.y(n))
		d.text("ps-axis", "end", daysLeft-6, s.y(n)+4, strconv.Itoa(n))
	}
	days := daysBetween(s.from, s.to)
	every := max(1, (days+4)/5)
	month := s.from.AddDate(0, 0, -1).Month()
	for i := 0; i < days; i += every {
		day := s.from.AddDate(0, 0, i)
		words := strconv.Itoa(day.Day())
		if i == 0 || day.Month() != month {
			words += " " + p.MonthShort(day)
		}
		month = day.Month()
		d.text("ps-axis", "middle", max(s.x(day.Add(12*time.Hour)), daysLeft+12), daysHeight-6, words)
	}
}

// termIn is the term of adhesion, when it falls on a day of the picture.
func (p *dashboardPage) termIn(s daysScale) (time.Time, bool) {
	closes, ok := adhesionCloses(p.Proc.Process)
	return closes.In(p.Proc.Zone), ok && !closes.Before(s.from) && closes.Before(s.to)
}

func (s daysScale) term(d *drawing, p *dashboardPage, closes time.Time) {
	x := s.x(closes)
	d.line("ps-term-line", x, daysTop-14, x, s.y(0))
	words := p.T("termine %s, ore %s", strconv.Itoa(closes.Day())+" "+p.MonthShort(closes), p.Hour(closes))
	anchor := "end"
	if x < daysWidth/2 {
		anchor = "start"
	}
	d.text("ps-term", anchor, x, daysTop-19, words)
}

// daysPoint is a corner of a line, with the count it stands for.
type daysPoint struct {
	x, y float64
	n    int
}

// addUp makes the line of the arrivals that are counted: a corner at most every two
// units, for hundreds come in the last hour.
func addUp(s daysScale, all []arrival, counts func(arrival) bool) []daysPoint {
	line := []daysPoint{{s.x(s.from), s.y(0), 0}}
	n := 0
	for _, a := range all {
		if !counts(a) {
			continue
		}
		n++
		at := daysPoint{s.x(a.at), s.y(n), n}
		if last := len(line) - 1; last > 0 && at.x-line[last].x < 2 {
			at.x = line[last].x
			line[last] = at
			continue
		}
		line = append(line, at)
	}
	return line
}

// path draws a line through points.
func (d *drawing) path(class string, points []daysPoint) {
	fmt.Fprintf(&d.b, `<path class="%s" d="%s"/>`, escape(class), corners(points))
}

// area fills what lies under a line, down to a height.
func (d *drawing) area(class string, points []daysPoint, floor float64) {
	fmt.Fprintf(&d.b, `<path class="%s" d="%sL%s %sL%s %sZ"/>`, escape(class), corners(points),
		number(points[len(points)-1].x), number(floor), number(points[0].x), number(floor))
}

func corners(points []daysPoint) string {
	var b strings.Builder
	for i, m := range points {
		b.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + number(m.x) + " " + number(m.y))
	}
	return b.String()
}
