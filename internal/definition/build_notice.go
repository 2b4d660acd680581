package definition

import (
	"cmp"
	"slices"

	"concerto/internal/pdz"
)

// who reads the blocks of section 4.1.
func (b *builder) who(p *pdz.Process) {
	n := b.root
	p.Ambito = ambito(n.Get("ambito"))
	p.Categories = each(n.List("categories"), func(n *Node) pdz.Category {
		return pdz.Category{ID: n.Str("id"), Label: n.Str("label"), Nature: n.Str("nature"), Groups: n.Strings("groups"),
			Example: n.Bool("example", false), Other: n.Bool("other", false)}
	})
	p.Parties = each(n.List("parties"), func(n *Node) pdz.NamedParty {
		return pdz.NamedParty{ID: n.Str("id"), Name: n.Str("name"), Category: n.Str("category"), PartOf: n.Str("partOf")}
	})
	p.Audiences = each(n.List("audiences"), func(n *Node) pdz.Audience {
		return pdz.Audience{ID: n.Str("id"), Label: n.Str("label"), OpenEnded: n.Bool("openEnded", false), Territory: cmp.Or(n.Str("territory"), "none")}
	})
	p.Roles = each(n.List("roles"), func(n *Node) pdz.Role {
		return pdz.Role{ID: n.Str("id"), Label: n.Str("label"), May: n.Strings("may")}
	})
}

func ambito(n *Node) pdz.Ambito {
	return pdz.Ambito{
		ID: n.Str("id"), Name: n.Str("name"), Province: n.Str("province"), Region: n.Str("region"),
		LeadBody: n.At("leadBody").Str("name"),
		Municipalities: each(n.List("municipalities"), func(n *Node) pdz.Municipality {
			return pdz.Municipality{ID: n.Str("id"), Name: n.Str("name"), Patron: n.Str("patron")}
		}),
	}
}

// act reads the blocks of section 4.2: what the administration decided.
func (b *builder) act(p *pdz.Process) {
	n := b.root
	p.Plans = each(n.List("plans"), func(n *Node) pdz.Plan {
		return pdz.Plan{ID: n.Str("id"), Title: n.Str("title"), Kind: n.Str("kind"), Ordinal: n.Str("ordinal"),
			From: n.At("period").Int("from"), To: n.At("period").Int("to"), Aliases: n.Strings("aliases")}
	})
	p.Law = each(n.List("law"), func(n *Node) pdz.Law {
		return pdz.Law{ID: n.Str("id"), Kind: n.Str("kind"), Text: n.Str("text"), InNotice: n.Bool("inNotice", true)}
	})
	p.Opening = b.opens(n.Get("opening"))
	p.Notice = noticeOf(n.Get("notice"))
	p.Contacts = each(n.List("contacts"), contact)
	p.Venues = each(n.List("venues"), func(n *Node) pdz.Venue {
		return pdz.Venue{ID: n.Str("id"), Name: n.Str("name"), Kind: n.Str("kind"), Address: n.Str("address"),
			Town: n.Str("town"), Municipality: n.Str("municipality")}
	})
}

// opens reads the opening act; its body is the name that is printed.
func (b *builder) opens(n *Node) pdz.OpeningAct {
	return pdz.OpeningAct{
		Body: b.printed(n.Str("body"), n.Str("organ")),
		Kind: n.Str("kind"), Number: n.Str("number"), Title: n.Str("title"),
		Date: date(n.Str("date")), Unknown: n.Str("unknown"),
	}
}

// printed is the name of a body or party, or the words given instead of one.
func (b *builder) printed(id, words string) string {
	if id == "" {
		return words
	}
	return b.name(id)
}

func noticeOf(n *Node) pdz.Notice {
	signatories := slices.Clone(n.List("signatories"))
	slices.SortStableFunc(signatories, func(a, b *Node) int { return a.Int("order") - b.Int("order") })
	return pdz.Notice{
		Title: n.Str("title"), Object: n.Str("object"), Issuer: n.Str("issuer"), Place: n.Str("place"),
		Date: date(n.Str("date")), Purposes: n.Strings("purposes"), Original: n.Str("original"),
		Blocks: each(n.List("blocks"), func(n *Node) pdz.NoticeBlock {
			return pdz.NoticeBlock{ID: n.Str("id"), Phase: n.Str("phase"), Text: n.Str("text")}
		}),
		Omissions: each(n.List("omissions"), func(n *Node) pdz.Omission {
			return pdz.Omission{Block: n.Str("block"), Why: n.Str("why")}
		}),
		Signatories: each(signatories, func(n *Node) pdz.Signatory {
			return pdz.Signatory{Mark: n.Str("mark"), Role: n.Str("role"), Title: n.Str("title"), Person: n.Str("person")}
		}),
	}
}

func contact(n *Node) pdz.Contact {
	return pdz.Contact{
		ID: n.Str("id"), Name: n.Str("name"), Purpose: n.Str("purpose"), Venue: n.Str("venue"),
		Email: n.Str("email"), PEC: n.Str("pec"), Web: n.Str("web"), Phone: n.Strings("phone"),
		Hours: each(n.List("hours"), hours), ClosedOnHolidays: n.Bool("closedOnHolidays", false),
	}
}

func hours(n *Node) pdz.Hours {
	var h pdz.Hours
	for _, d := range n.Strings("days") {
		if w, ok := pdz.ParseWeekday(d); ok {
			h.Days = append(h.Days, w)
		}
	}
	h.From, _ = pdz.ParseHour(n.Str("from"))
	h.To, _ = pdz.ParseHour(n.Str("to"))
	return h
}
