package definition

import (
	"cmp"

	"concerto/internal/pdz"
)

// path reads the blocks of section 4.4.
func (b *builder) path(p *pdz.Process) {
	n := b.root
	p.Phases = each(n.List("phases"), func(n *Node) pdz.Phase {
		return pdz.Phase{ID: n.Str("id"), Title: n.Str("title"), Label: n.Str("label"), Summary: n.Str("summary"), Wording: n.Str("wording"), Number: n.Int("number"),
			After: n.Strings("after"), Outputs: n.Strings("outputs")}
	})
	p.Sessions = each(n.List("sessions"), b.session)
	p.Tables = tables(n.Get("tables"))
	p.Documents = each(n.List("documents"), func(n *Node) pdz.Document {
		return pdz.Document{ID: n.Str("id"), Kind: n.Str("kind"), Title: n.Str("title"), By: b.printed(n.Str("by"), ""),
			Session: n.Str("session"), Visible: cmp.Or(n.Str("visible"), "office")}
	})
}

// session reads a session; who fills its date and the organ that sits are the
// names that are printed.
func (b *builder) session(n *Node) pdz.Session {
	when := n.Get("when")
	s := pdz.Session{
		ID: n.Str("id"), Phase: n.Str("phase"), Title: n.Str("title"), Label: n.Str("label"), Kind: n.Str("kind"), Purpose: n.Str("purpose"),
		Note: n.Str("note"), Table: n.Str("table"),
		Start: b.timeline.opening(when.Get("start")), End: b.closing(when.Get("end")),
		Undated: when.Str("undated"), FilledBy: b.printed(when.Str("filledBy"), ""),
		Venue: n.Str("venue"), Mode: cmp.Or(n.Str("mode"), "inPerson"), Link: n.Str("link"), Body: b.printed(n.Str("body"), ""),
		Admission:   n.Str("admission"),
		Constitutes: n.Strings("constitutes"), Identifies: n.Strings("identifies"), Signs: n.Strings("signs"), Outputs: n.Strings("outputs"),
		ReturnsOutcomes: n.Bool("returnsOutcomes", false),
	}
	s.Start.Wording = when.Str("wording")
	s.Audience = each(n.List("audience"), func(n *Node) pdz.Called {
		return pdz.Called{Of: n.Str("of"), As: cmp.Or(n.Str("as"), "member"), By: n.Str("by")}
	})
	s.Agenda = each(n.List("agenda"), func(n *Node) pdz.AgendaItem {
		return pdz.AgendaItem{ID: n.Str("id"), Title: n.Str("title"), Kind: cmp.Or(n.Str("kind"), "other"), Start: n.Str("start"), End: n.Str("end")}
	})
	s.Parts = each(n.List("parts"), func(n *Node) pdz.Part {
		return pdz.Part{ID: n.Str("id"), Title: n.Str("title"), Kind: n.Str("kind"), Parallel: n.Bool("parallel", false)}
	})
	return s
}

func tables(n *Node) pdz.Tables {
	return pdz.Tables{
		KeyedBy: n.Str("keyedBy"), Label: n.Str("label"), OpensAt: n.Str("opensAt"),
		List: each(n.List("list"), func(n *Node) pdz.Table {
			return pdz.Table{ID: n.Str("id"), Title: n.Str("title"), Municipality: n.Str("municipality"), Number: n.Int("number"),
				Plans: n.Strings("plans"), Sessions: n.Strings("sessions"), Capacity: n.At("capacity").Int("total")}
		}),
	}
}
