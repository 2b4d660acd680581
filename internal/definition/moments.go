package definition

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"concerto/internal/pdz"
)

var (
	datePattern   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	localPattern  = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})(:([0-9]{2}))?$`)
	anchorPattern = regexp.MustCompile(`^(publication|[a-z0-9]+(-[a-z0-9]+)*\.(start|end|opens|closes|date|published))$`)
)

// edges are the edges an anchor may name, by block (definition, section 2).
var edges = map[string][]string{
	"sessions":  {"start", "end"},
	"parts":     {"start", "end"},
	"phases":    {"start", "end"},
	"plans":     {"start", "end"},
	"bodies":    {"start", "end"},
	"windows":   {"opens", "closes"},
	"approval":  {"date"},
	"documents": {"published"},
}

// timeline computes the moments of a definition, each anchor once. What hangs
// on something undated is unknown, and so is what hangs on itself: the cycle is
// told by the checks.
type timeline struct {
	x        *index
	zone     *time.Location
	calendar pdz.Calendar
	known    map[string]edge
	busy     map[string]bool
	cycles   map[string]bool // anchors found to hang on themselves
}

// edge is a computed anchor. Guessed says that it comes from the default
// duration of a session without end (A17): good enough for a calendar entry,
// and to be warned of when a closing hangs on it.
type edge struct {
	pdz.Moment
	guessed bool
}

func newTimeline(x *index, zone *time.Location, c pdz.Calendar) *timeline {
	return &timeline{x: x, zone: zone, calendar: c,
		known: map[string]edge{}, busy: map[string]bool{}, cycles: map[string]bool{}}
}

// opening and closing compute a moment in the sense its place gives it: an hour
// that exists twice means the first for an opening, the second for a closing.
func (t *timeline) opening(n *Node) pdz.Moment { return t.moment(n, false, "").Moment }
func (t *timeline) closing(n *Node) pdz.Moment { return t.moment(n, true, "").Moment }

// moment computes a date, a local time, an anchor or a relative moment; roll is
// "none" inside rules, where nothing moves unless it says so.
func (t *timeline) moment(n *Node, closing bool, roll string) edge {
	switch {
	case n == nil:
		return edge{}
	case n.Kind == Mapping:
		return t.relative(n, closing, roll)
	}
	return t.written(n.str(), closing)
}

func (t *timeline) written(s string, closing bool) edge {
	if m, ok := t.instant(s, closing); ok {
		return edge{Moment: m}
	}
	if anchorPattern.MatchString(s) {
		return t.anchor(s)
	}
	return edge{}
}

// instant reads a date or a local time.
func (t *timeline) instant(s string, closing bool) (pdz.Moment, bool) {
	if datePattern.MatchString(s) {
		d, err := pdz.ParseDate(s)
		return pdz.DayMoment(d, t.zone), err == nil
	}
	p := localPattern.FindStringSubmatch(s)
	if p == nil {
		return pdz.Moment{}, false
	}
	d, err := pdz.ParseDate(p[1])
	if err != nil {
		return pdz.Moment{}, false
	}
	minutes, err := pdz.ParseHour(p[2])
	if err != nil {
		return pdz.Moment{}, false
	}
	at := pdz.Instant(d, minutes, t.zone, closing)
	if p[4] != "" {
		at = at.Add(time.Duration(10*(p[4][0]-'0')+p[4][1]-'0') * time.Second)
	}
	return pdz.InstantMoment(at, t.zone), true
}

func (t *timeline) relative(n *Node, closing bool, roll string) edge {
	from := t.moment(n.Get("from"), closing, roll)
	if !from.Known {
		return edge{}
	}
	return edge{t.calendar.Apply(from.Moment, shiftOf(n, roll), t.zone, closing), from.guessed}
}

// shiftOf reads the computation of a relative moment. Roll is what it takes when
// it names none; empty leaves it to the kind of shift.
func shiftOf(n *Node, roll string) pdz.Shift {
	s := pdz.Shift{Next: n.Str("next"), At: n.Str("at"), Roll: n.Str("roll"), ClearDays: n.Bool("clearDays", false)}
	s.Plus, _ = pdz.ParseTerm(n.Str("plus"))
	s.Minus, _ = pdz.ParseTerm(n.Str("minus"))
	if s.Roll == "" {
		s.Roll = roll
	}
	return s
}

// anchor computes the edge of a thing. An anchor met while it is being computed
// is a cycle.
func (t *timeline) anchor(name string) edge {
	if e, ok := t.known[name]; ok {
		return e
	}
	if t.busy[name] {
		t.cycles[name] = true
		return edge{}
	}
	t.busy[name] = true
	e := t.edge(name)
	delete(t.busy, name)
	t.known[name] = e
	return e
}

func (t *timeline) edge(name string) edge {
	if name == "publication" {
		return t.written(t.x.root.At("notice").Str("date"), false)
	}
	id, edgeName, _ := strings.Cut(name, ".")
	i := t.x.byID[id]
	if i == nil || !slices.Contains(edges[i.Block], edgeName) {
		return edge{}
	}
	switch i.Block {
	case "sessions":
		return t.session(i.Node, edgeName)
	case "windows":
		return t.window(i.Node, edgeName)
	case "phases":
		return t.phase(id, edgeName)
	case "plans":
		return t.plan(i.Node, edgeName)
	case "bodies":
		return t.body(i.Node, edgeName)
	case "documents":
		return t.moment(i.Node.Get("publishAt"), false, "")
	case "approval":
		return t.step(i.Node)
	default: // parts, whose hours the office fills in
		return t.moment(i.Node.Get(edgeName), edgeName == "end", "")
	}
}

func (t *timeline) session(n *Node, edgeName string) edge {
	when := n.Get("when")
	start := t.moment(when.Get("start"), false, "")
	if edgeName == "start" {
		return start
	}
	if when.Has("end") {
		return t.moment(when.Get("end"), true, "")
	}
	if !start.Known || start.DateOnly {
		return start
	}
	s := pdz.Shift{Plus: t.calendar.DefaultDuration, Roll: "none"}
	return edge{t.calendar.Apply(start.Moment, s, t.zone, true), true}
}

func (t *timeline) window(n *Node, edgeName string) edge {
	v := n.Get(edgeName)
	if v == nil && edgeName == "opens" {
		return t.anchor("publication")
	}
	return t.moment(v, edgeName == "closes", "")
}

// phase runs from the first to the last of what it holds. Its end is unknown
// while anything it holds is undated.
func (t *timeline) phase(id, edgeName string) edge {
	var all []edge
	for _, s := range t.x.root.List("sessions") {
		if s.Str("phase") == id {
			all = append(all, t.anchor(s.Str("id")+"."+edgeName))
		}
	}
	windowEdge := map[string]string{"start": "opens", "end": "closes"}[edgeName]
	for _, w := range t.x.root.List("windows") {
		if w.Str("phase") == id {
			all = append(all, t.anchor(w.Str("id")+"."+windowEdge))
		}
	}
	if edgeName == "start" {
		return earliest(all)
	}
	return latest(all)
}

func earliest(all []edge) edge {
	var first edge
	for _, e := range all {
		if e.Known && (!first.Known || e.At.Before(first.At)) {
			first = e
		}
	}
	return first
}

func latest(all []edge) edge {
	var last edge
	for _, e := range all {
		if !e.Known {
			return edge{}
		}
		if !last.Known || e.At.After(last.At) {
			last = e
		}
	}
	return last
}

// plan runs over whole years, both included.
func (t *timeline) plan(n *Node, edgeName string) edge {
	d := pdz.Date{Year: n.At("period").Int("from"), Month: time.January, Day: 1}
	if edgeName == "end" {
		d = pdz.Date{Year: n.At("period").Int("to"), Month: time.December, Day: 31}
	}
	return edge{Moment: pdz.DayMoment(d, t.zone)}
}

// body exists from the end of the session that institutes it to its term.
func (t *timeline) body(n *Node, edgeName string) edge {
	start := edge{}
	if s := n.Str("institutedAt"); s != "" {
		start = t.anchor(s + ".end")
	}
	if edgeName == "start" {
		return start
	}
	term, err := pdz.ParseTerm(n.Str("term"))
	if err != nil {
		return t.moment(n.Get("term"), true, "")
	}
	if !start.Known {
		return edge{}
	}
	return edge{t.calendar.Apply(start.Moment, pdz.Shift{Plus: term, Roll: "none"}, t.zone, true), start.guessed}
}

// step has the date of the session that takes it, or else the day it is due.
func (t *timeline) step(n *Node) edge {
	if s := n.Str("session"); s != "" {
		return t.anchor(s + ".start")
	}
	return t.moment(n.Get("due"), true, "")
}
