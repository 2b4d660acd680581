package definition

import (
	"slices"
	"strings"

	"concerto/internal/pdz"
)

// momentKeys are the keys whose value is a moment, or holds one as `from`.
var momentKeys = map[string]bool{
	"on": true, "opens": true, "closes": true, "from": true, "effective": true, "before": true, "onOrBefore": true,
	"after": true, "onOrAfter": true, "changeUntil": true, "start": true, "end": true, "until": true, "closesAt": true,
	"due": true, "publishAt": true, "publicAt": true, "term": true, "at": true,
}

// checkDates finds days that the calendar lacks: whatever looks like a date is
// one, since no text of a notice consists of a date alone.
func (c *checker) checkDates() {
	c.root.walk(func(path []string, n *Node) {
		if n.Kind != Text || !looksLikeDate.MatchString(n.Scalar) && path[len(path)-1] != "patron" {
			return
		}
		day, _, _ := strings.Cut(n.Scalar, "T")
		if path[len(path)-1] == "patron" {
			day = "2024-" + day // a leap year: 29 February has its saint
		}
		if _, err := pdz.ParseDate(day); err != nil {
			c.add(n, "date-invalid", "there is no day %s", n.Scalar)
		}
	})
}

// checkAnchors finds anchors that lead nowhere and moments that hang on
// themselves.
func (c *checker) checkAnchors() {
	c.root.walk(func(path []string, n *Node) {
		if n.Kind != Text || !anchorPattern.MatchString(n.Scalar) {
			return
		}
		if id, name, ok := strings.Cut(n.Scalar, "."); ok && isMoment(path) {
			c.checkAnchor(n, id, name)
		}
	})
	for _, i := range c.all {
		for _, e := range edges[i.Block] {
			c.anchor(i.ID + "." + e)
		}
	}
	for _, i := range c.all {
		for _, e := range edges[i.Block] {
			if c.cycles[i.ID+"."+e] {
				c.add(c.source(i, e), "anchor-cycle", "%s.%s hangs on itself", i.ID, e)
			}
		}
	}
}

// isMoment looks past the "*" of lists, none of which holds moments.
func isMoment(path []string) bool { return momentKeys[path[len(path)-1]] }

func (c *checker) checkAnchor(n *Node, id, edgeName string) {
	i := c.byID[id]
	switch {
	case i == nil && (c.absent("sessions") || c.absent("phases") || c.absent("plans")):
	case i == nil:
		c.add(n, "anchor-unknown", "nothing has the id %q%s", id, suggest(id, c.anchored(edgeName)))
	case len(edges[i.Block]) == 0:
		c.add(n, "anchor-unknown", "%q is in %s, which have no moments", id, i.Block)
	case !slices.Contains(edges[i.Block], edgeName):
		c.add(n, "anchor-unknown", "%s are known by %s, not by %q", i.Block, strings.Join(edges[i.Block], " and "), edgeName)
	}
}

// anchored are the ids of what has such an edge.
func (c *checker) anchored(edgeName string) []string {
	var ids []string
	for _, i := range c.all {
		if slices.Contains(edges[i.Block], edgeName) {
			ids = append(ids, i.ID)
		}
	}
	return ids
}

// source is the place where the edge of a thing is written.
func (c *checker) source(i *item, edgeName string) *Node {
	n := i.Node
	for _, keys := range [][]string{{"when", edgeName}, {"when", "start"}, {edgeName}, {"publishAt"}, {"due"}, {"term"}, {"institutedAt"}, {"session"}} {
		if v := n.At(keys...); v != nil {
			return v
		}
	}
	return n
}

// checkSpans finds what ends before it starts.
func (c *checker) checkSpans() {
	for _, i := range c.all {
		switch i.Block {
		case "sessions":
			c.span(i.Node.Get("when"), "start", "end", "end-before-start")
		case "parts":
			c.span(i.Node, "start", "end", "end-before-start")
		case "windows":
			c.windowSpan(i.Node)
		case "forms":
			c.windowSpan(i.Node)
		case "plans":
			c.years(i.Node.Get("period"))
			c.years(i.Node.Get("predecessor"))
		}
	}
	c.span(c.root.At("proposals", "accept"), "from", "until", "window-inverted")
	c.checkHours()
}

func (c *checker) span(n *Node, from, to, code string) {
	start, end := c.opening(n.Get(from)), c.closing(n.Get(to))
	if start.Known && end.Known && end.Last().Before(start.First()) {
		c.add(n.Get(to), code, "%s: it ends (%s) before it starts (%s)", to, show(end), show(start))
	}
}

func (c *checker) windowSpan(n *Node) {
	opens, closes := c.window(n, "opens"), c.closing(n.Get("closes"))
	if opens.Known && closes.Known && !closes.Last().After(opens.First()) {
		c.add(n.Get("closes"), "window-inverted", "%s closes (%s) before it opens (%s)", n.Str("id"), show(closes), show(opens.Moment))
	}
}

func (c *checker) years(n *Node) {
	if n.Has("from") && n.Int("to") < n.Int("from") {
		c.add(n.Get("to"), "end-before-start", "the period ends in %d and starts in %d", n.Int("to"), n.Int("from"))
	}
}

// checkHours looks at hours of the day: of desks and of agenda items.
func (c *checker) checkHours() {
	for _, n := range c.root.List("contacts") {
		for _, h := range n.List("hours") {
			c.dayHours(h, "from", "to")
		}
	}
	for _, s := range c.root.List("sessions") {
		for _, a := range s.List("agenda") {
			c.dayHours(a, "start", "end")
		}
	}
}

// dayHours compares hours as texts: two digits each, so order is the same.
func (c *checker) dayHours(n *Node, from, to string) {
	if n.Has(from) && n.Has(to) && n.Str(to) < n.Str(from) {
		c.add(n.Get(to), "end-before-start", "%s comes before %s", n.Str(to), n.Str(from))
	}
}

// show prints a moment for an author.
func show(m pdz.Moment) string {
	if m.DateOnly {
		return m.At.Format("2006-01-02")
	}
	return m.At.Format("2006-01-02 15:04")
}
