package definition

import (
	"cmp"
	"slices"

	"concerto/internal/pdz"
)

// comingIn reads the blocks of section 4.3.
func (b *builder) comingIn(p *pdz.Process) {
	n := b.root
	p.Channels = each(n.List("channels"), channel)
	p.Windows = each(n.List("windows"), b.window)
	for _, f := range n.List("forms") {
		form, own := b.form(f)
		p.Forms = append(p.Forms, form)
		if own != nil {
			p.Windows = append(p.Windows, *own)
		}
	}
	p.Participation = participation(n.Get("participation"))
}

// clocks are the clocks that judge an arrival, by kind of channel.
var clocks = map[string]string{"web": "server", "email": "mailServer", "pec": "pecDelivery", "fax": "device"}

// precisions are what those clocks are known to, where the notice does not say.
var precisions = map[string]string{"server": "second", "mailServer": "second", "pecDelivery": "second"}

func channel(n *Node) pdz.Channel {
	clock := cmp.Or(n.Str("clock"), clocks[n.Str("kind")], "operator")
	return pdz.Channel{
		ID: n.Str("id"), Kind: n.Str("kind"), Label: n.Str("label"), Address: n.Str("address"), Contact: n.Str("contact"),
		Clock: clock, Precision: cmp.Or(n.Str("precision"), precisions[clock], "minute"), Assurance: n.Str("assurance"),
		InNotice: n.Bool("inNotice", true), Confirm: n.Bool("confirm", false), Exclude: n.Strings("exclude"),
		ExcludeReason: n.Str("excludeReason"),
	}
}

func (b *builder) window(n *Node) pdz.Window {
	return pdz.Window{
		ID: n.Str("id"), Kind: n.Str("kind"), Title: n.Str("title"), Phase: n.Str("phase"),
		Opens: b.opensAt(n), Closes: b.closing(n.Get("closes")),
		Late: cmp.Or(n.Str("late"), "keep"), Early: cmp.Or(n.Str("early"), "refuse"), Binds: cmp.Or(n.Str("binds"), "arrival"),
		Wording: n.Str("wording"),
		Tasks: each(n.List("tasks"), func(n *Node) pdz.Task {
			return pdz.Task{ID: n.Str("id"), Title: n.Str("title")}
		}),
	}
}

// opensAt is when a window or a form opens: at publication, unless it says so.
func (b *builder) opensAt(n *Node) pdz.Moment {
	if n.Has("opens") {
		return b.timeline.opening(n.Get("opens"))
	}
	return b.anchor("publication").Moment
}

// form reads a form. One that has bounds of its own gets a window that carries
// its id, so that whoever judges an arrival always judges by a window.
func (b *builder) form(n *Node) (pdz.Form, *pdz.Window) {
	f := pdz.Form{
		ID: n.Str("id"), Purpose: n.Str("purpose"), Title: n.Str("title"), Window: n.Str("window"),
		Channels: n.Strings("channels"), Minimum: cmp.Or(n.Str("minimum"), "none"),
		Fields: each(n.List("fields"), func(field *Node) pdz.Field { return b.field(field, n.Str("audience")) }),
		Attachments: each(n.List("attachments"), func(n *Node) pdz.AttachmentSlot {
			return pdz.AttachmentSlot{ID: n.Str("id"), Label: n.Str("label"), Optional: n.Bool("optional", false),
				RequiredWhen: b.predicate(n.Get("requiredWhen")), Formats: n.Strings("formats")}
		}),
		Declarations: each(n.List("declarations"), func(n *Node) pdz.Declaration {
			return pdz.Declaration{ID: n.Str("id"), Text: n.Str("text"), Optional: n.Bool("optional", false)}
		}),
	}
	if f.Window != "" || !ownBounds(n) {
		return f, nil
	}
	f.Window = f.ID
	return f, &pdz.Window{ID: f.ID, Kind: windowKinds[f.Purpose], Title: f.Title, Opens: b.opensAt(n),
		Closes: b.closing(n.Get("closes")), Endless: !n.Has("closes"), Late: "keep", Early: "refuse", Binds: "arrival"}
}

// ownBounds reports whether a form is its own window: it says when it opens or
// closes, or it takes adhesions, which are always judged, and says nothing, so
// that one may come in as long as the process lasts.
func ownBounds(n *Node) bool {
	return n.Has("opens") || n.Has("closes") || n.Str("purpose") == "adhesion" || n.Str("purpose") == "variation"
}

// windowKinds are the kinds of the windows that forms carry, by purpose.
var windowKinds = map[string]string{
	"adhesion": "adhesion", "variation": "variation", "proposal": "proposals", "projectSheet": "proposals",
	"observation": "observations", "question": "questions",
}

func (b *builder) field(n *Node, audience string) pdz.Field {
	return pdz.Field{
		ID: n.Str("id"), Label: n.Str("label"), Type: n.Str("type"), Help: n.Str("help"), Feeds: n.Str("feeds"),
		Personal: cmp.Or(n.Str("personal"), "none"), Visible: cmp.Or(n.Str("visible"), "office"),
		Required: n.Bool("required", false), Profile: n.Bool("profile", false), RequiredWhen: b.predicate(n.Get("requiredWhen")), ShowWhen: b.predicate(n.Get("showWhen")),
		Options: b.options(n, audience), MaxLength: n.Int("maxLength"),
	}
}

// options are those written, or, for the category, the categories that the
// form's audience calls (all of them when it has none): the list of subjects is
// kept in one place.
func (b *builder) options(n *Node, audience string) []pdz.Option {
	if n.Has("options") || n.Str("feeds") != "party.category" {
		return each(n.List("options"), func(n *Node) pdz.Option { return pdz.Option{ID: n.Str("id"), Label: n.Str("label")} })
	}
	called := b.categoriesOf(audience)
	var out []pdz.Option
	for _, c := range b.root.List("categories") {
		if audience == "" || slices.Contains(called, c.Str("id")) {
			out = append(out, pdz.Option{ID: c.Str("id"), Label: c.Str("label")})
		}
	}
	return out
}

func participation(n *Node) pdz.Participation {
	tables := n.Get("tables")
	return pdz.Participation{
		Grounds:       each(n.List("grounds"), ground),
		JoinsSessions: n.At("joins").Strings("sessions"),
		JoinsTables:   n.At("joins").Bool("tables", false),
		Admission:     cmp.Or(n.At("admission").Str("mode"), "none"),
		Completion:    term(n.At("admission").Str("completion")),
		TablesMin:     tables.Int("min"),
		TablesMax:     tables.Int("max"),
		Parallel:      cmp.Or(tables.Str("parallel"), "warn"), // A20: point it out, forbid nothing
		Duplicates:    cmp.Or(n.Str("duplicates"), "supersede"),
		SecondOfficer: secondOfficer(n.Get("secondOfficer")),
		Withdrawal:    n.Bool("withdrawal", true),
		Correction:    n.Bool("correction", true),
		CorrectionWhy: n.Bool("correctionReason", false),
		Substitution:  n.Bool("substitution", true),
		RolesRule:     n.Str("roles"),
		DefaultRole:   n.Str("defaultRole"),
	}
}

// secondOfficer is when a claimed arrival needs a second officer: after one working
// day where the notice does not say, because two people are asked for in any case (P3).
func secondOfficer(n *Node) pdz.Term {
	t, err := pdz.ParseTerm(n.Str("after"))
	if err != nil {
		return pdz.Term{N: 1, Unit: "workingDays"}
	}
	return t
}

func ground(n *Node) pdz.Ground {
	effective := "onReceipt"
	if v := n.Get("effective"); v != nil {
		effective = momentText(v)
	}
	return pdz.Ground{
		ID: n.Str("id"), Kind: n.Str("kind"), Label: n.Str("label"), Form: n.Str("form"), Window: n.Str("window"),
		Session: cmp.Or(n.Str("session"), n.Str("part")), Evidence: n.Str("evidence"),
		Effective: effective, Late: n.Str("late"), Rule: n.Str("rule"),
	}
}
