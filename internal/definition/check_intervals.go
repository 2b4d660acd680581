package definition

import (
	"slices"
	"strings"

	"concerto/internal/pdz"
)

// checkIntervals warns of what is lawful and yet likely a mistake: short
// intervals (A11), holidays, closings that hang on a guessed end.
func (c *checker) checkIntervals() {
	c.shortIntervals()
	for _, s := range c.root.List("sessions") {
		when := s.Get("when")
		start := c.opening(when.Get("start"))
		if start.Known && c.calendar.Holiday(start.Day()) {
			c.warn(when.Get("start"), "session-on-holiday", "%s is held on a holiday (%s)", s.Str("id"), show(start))
		}
		c.weekday(when.Get("wording"), start)
	}
	for _, w := range slices.Concat(c.root.List("windows"), c.root.List("forms")) {
		c.checkClosing(w.Get("closes"))
		c.weekday(w.Get("wording"), c.closing(w.Get("closes")))
	}
	for _, n := range []*Node{c.root.At("tables", "closesAt"), c.root.At("proposals", "accept", "until"), c.root.At("outcomes", "embargo", "until")} {
		c.checkClosing(n)
	}
}

func (c *checker) checkClosing(n *Node) {
	e := c.moment(n, true, "")
	switch {
	case e.guessed:
		c.warn(n, "closes-on-guess", "it closes with a session that has no end: %s is only its default duration", show(e.Moment))
	case n.kindOf() == Text && e.Known && e.DateOnly && c.calendar.Holiday(e.Day()):
		c.warn(n, "closes-on-holiday", "it closes on a holiday (%s) and will not be moved", show(e.Moment))
	}
}

var weekdayWords = map[string]int{
	"domenica": 0, "lunedì": 1, "lunedi": 1, "lunedi'": 1, "martedì": 2, "martedi": 2, "martedi'": 2, "mercoledì": 3, "mercoledi": 3,
	"mercoledi'": 3, "giovedì": 4, "giovedi": 4, "giovedi'": 4, "venerdì": 5, "venerdi": 5, "venerdi'": 5, "sabato": 6,
}

// weekday compares the day of the week that a wording names with the computed
// one. A wording that names several ("dal lunedì al venerdì") says no one day.
func (c *checker) weekday(wording *Node, m pdz.Moment) {
	named := -1
	for _, w := range strings.FieldsFunc(strings.ToLower(wording.str()), func(r rune) bool { return strings.ContainsRune(" ,.;:()–-’", r) }) {
		if d, ok := weekdayWords[w]; ok {
			if named >= 0 {
				return
			}
			named = d
		}
	}
	if named >= 0 && m.Known && int(m.Day().Weekday()) != named {
		c.warn(wording, "weekday-differs", "the wording names another weekday: %s is a %s", show(m), m.Day().Weekday())
	}
}

// shortIntervals warns under the terms of calendar.warn.
func (c *checker) shortIntervals() {
	published := c.anchor("publication").Moment
	if !published.Known {
		return
	}
	for _, w := range c.root.List("windows") {
		if w.Str("kind") == "adhesion" {
			c.interval("noticeToClosing", w.Get("closes"), published, c.closing(w.Get("closes")))
		}
	}
	var first *Node
	for _, s := range c.root.List("sessions") {
		start := s.At("when", "start")
		c.interval("convocationNotice", start, published, c.opening(start))
		if s.Str("admission") == "open" && c.opening(start).Known && (first == nil || c.opening(start).At.Before(c.opening(first).At)) {
			first = start
		}
	}
	c.interval("noticeToFirstOpen", first, published, c.opening(first))
	c.outcomesToAdoption()
}

func (c *checker) outcomesToAdoption() {
	outcomes := c.opening(c.root.At("outcomes", "embargo", "until"))
	for _, s := range c.root.List("approval") {
		adopts := slices.ContainsFunc(s.List("does"), func(d *Node) bool { return d.Str("effect") == "adoption" })
		if adopts && s.Has("session") {
			c.interval("outcomeToAdoption", s.Get("session"), outcomes, c.step(s).Moment)
		}
	}
}

// interval warns at n when less than the term of that name runs between two
// moments.
func (c *checker) interval(name string, n *Node, from, to pdz.Moment) {
	t, ok := c.calendar.Warn[name]
	if !ok || n == nil || !from.Known || !to.Known {
		return
	}
	least := c.calendar.Apply(from, pdz.Shift{Plus: t, Roll: "none"}, c.zone, false)
	if to.Last().Before(least.First()) {
		c.warn(n, "interval-short", "%s: from %s to %s less than %s", name, show(from), show(to), t)
	}
}
