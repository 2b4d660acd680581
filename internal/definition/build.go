package definition

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"concerto/internal/pdz"
)

// builder fills a pdz.Process from a resolved tree that the checks have passed.
type builder struct {
	*index
	*timeline
}

// FromResolved rebuilds a process from the canonical JSON that Load made of a
// definition: the server does so at start, the audit when it judges again.
// Load itself builds its Process this way, so that the two cannot differ.
func FromResolved(resolved []byte) (*pdz.Process, error) {
	root, err := TreeOf(resolved)
	if err != nil {
		return nil, err
	}
	if k := root.Str("kind"); k != "process" {
		return nil, fmt.Errorf("resolved definition: kind is %q, not process", k)
	}
	x := newIndex(root)
	t, err := timelineOf(x)
	if err != nil {
		return nil, err
	}
	p := (&builder{x, t}).process()
	p.Hash = hash(resolved)
	return p, nil
}

// timelineOf reads the zone and the calendar of a definition.
func timelineOf(x *index) (*timeline, error) {
	name := cmp.Or(x.root.Str("zone"), "Europe/Rome")
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone %s: %w", name, err)
	}
	return newTimeline(x, zone, calendarOf(x.root.Get("calendar"))), nil
}

func calendarOf(n *Node) pdz.Calendar {
	c := pdz.Calendar{
		Holidays:        cmp.Or(n.Str("holidays"), "italy"),
		Patrons:         n.Bool("patrons", false),
		SaturdayHoliday: n.Str("saturday") == "holiday",
		DefaultDuration: term(cmp.Or(n.Str("defaultDuration"), "3 hours")),
		PrintedTime:     cmp.Or(n.Str("printedTime"), "HH:MM"),
		Warn:            map[string]pdz.Term{},
	}
	for _, d := range n.Strings("extra") {
		c.Extra = append(c.Extra, date(d))
	}
	for _, e := range n.Get("warn").entries() {
		c.Warn[e.Key] = term(e.Value.str())
	}
	return c
}

func (b *builder) process() *pdz.Process {
	n := b.root
	p := &pdz.Process{
		ID:       n.Str("id"),
		Title:    n.Str("title"),
		Profile:  n.Str("profile"),
		Version:  n.Int("version"),
		Language: cmp.Or(n.Str("language"), "it"),
		Zone:     b.zone,
		Calendar: b.calendar,
	}
	b.who(p)
	b.act(p)
	b.comingIn(p)
	b.path(p)
	p.Rules = each(n.List("rules"), b.rule)
	b.keeping(p)
	return p
}

// keeping reads what is published and kept.
func (b *builder) keeping(p *pdz.Process) {
	n := b.root.Get("publication")
	p.Publication = pdz.Publication{
		Participants: cmp.Or(n.Str("participants"), "never"),
		Persons:      cmp.Or(n.Str("persons"), "never"),
		Licence:      n.Str("licence"),
		NeverPublish: n.Strings("neverPublish"),
	}
	act := b.root.At("amendments", "act")
	p.Amending = pdz.AmendingAct{Kind: act.Str("kind"), Organ: b.printed(act.Str("body"), act.Str("organ"))}
	p.Interpretations = each(b.root.List("interpretations"), func(n *Node) pdz.Interpretation {
		return pdz.Interpretation{ID: n.Str("id"), Question: n.Str("question"), Answer: n.Str("answer"),
			Visible: cmp.Or(n.Str("visible"), "public"), About: n.Strings("about")}
	})
	p.Retention = each(b.root.List("retention"), func(n *Node) pdz.Retention {
		return pdz.Retention{ID: n.Str("id"), Keep: keep(n.Get("keep")), Then: n.Str("then"), What: n.Strings("what")}
	})
}

// keep writes how long something is kept: "permanent", a term, or a moment and
// a term after it ("piano.end + 5 years").
func keep(n *Node) string {
	if n.Kind == Text {
		return n.Scalar
	}
	parts := []string{momentText(n.Get("until"))}
	if plus := n.Str("plus"); plus != "" {
		parts = append(parts, plus)
	}
	return strings.Join(parts, " + ")
}

// momentText writes a moment as the definition does, on one line.
func momentText(n *Node) string {
	if n == nil || n.Kind == Text {
		return n.str()
	}
	s := momentText(n.Get("from"))
	for _, k := range []struct{ key, sign string }{{"plus", " + "}, {"minus", " - "}, {"next", ", next "}, {"at", ", "}} {
		if v := n.Str(k.key); v != "" {
			s += k.sign + v
		}
	}
	return s
}

// each reads every item of a list.
func each[T any](items []*Node, read func(*Node) T) []T {
	var out []T
	for _, i := range items {
		out = append(out, read(i))
	}
	return out
}

// cmpOr is the value, or the default when nothing is written.
// term and date read texts whose shape the checks have passed.
func term(s string) pdz.Term {
	t, _ := pdz.ParseTerm(s)
	return t
}

func date(s string) pdz.Date {
	d, _ := pdz.ParseDate(s)
	return d
}
