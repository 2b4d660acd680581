package web

import (
	"net/http"
	"slices"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// adhesionPage is the first step: what one should know before beginning, in the
// order of a service sheet (ui, C.SI.1.3).
type adhesionPage struct {
	Layout
	Steps    []stepLink
	Forms    []formInfo
	Channels []channelLine // the other ways in
	Sessions []sessionLine // what adherents join
	Tables   int
	Grounds  []string // how one comes to adhere, in the words of the definition
	Terms    conditions
	Unit     string // who answers for the service
}

// formInfo is a form one may begin here.
type formInfo struct {
	ID, Title    string
	Ribbon       ribbon
	Categories   []string
	Needed       []neededLine
	Declarations []pdz.Declaration
	NotFor       []string // categories that must use another channel
}

// neededLine is something to have at hand.
type neededLine struct {
	Label    string
	Optional bool
	File     bool
}

type channelLine struct {
	Label, Address string
	Added          bool // not in the notice
}

// sessionLine is a meeting in a list.
type sessionLine struct{ Title, When, Place, Href, File string }

// conditions are the terms of the service that the definition sets.
type conditions struct {
	Withdrawal, Correction bool
	Supersede              bool // of two sheets of one party the later counts
	Once                   bool // a second sheet is refused
	TablesMin, TablesMax   int
	ParallelWarn           bool
}

// adhesionInfo shows the sheet of information.
func (s *Site) adhesionInfo(r *http.Request) (*Content, error) {
	view, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	p := &adhesionPage{Layout: s.layout(r, view)}
	p.Title = p.T("Aderisci al percorso")
	p.Description = p.T("Chi può aderire, che cosa serve, entro quando e come si fa.")
	p.Current = p.ProcessHref("adesione")
	p.crumbs(Link{p.Title, ""})
	p.fill()
	return &Content{Page: "adhesion", Data: p}, nil
}

func (p *adhesionPage) fill() {
	proc := p.Proc.Process
	forms := adhesionForms(proc)
	for _, f := range forms {
		p.Forms = append(p.Forms, p.formInfo(f))
	}
	if len(forms) > 0 {
		p.Steps = p.stepBar(p.formSteps(forms[0]), 1)
	}
	for _, s := range joinedSessions(proc, nil) {
		p.Sessions = append(p.Sessions, p.sessionLine(s))
	}
	for _, g := range proc.Participation.Grounds {
		p.Grounds = append(p.Grounds, g.Label)
	}
	if proc.Participation.JoinsTables {
		p.Tables = len(proc.Tables.List)
	}
	p.Channels = otherChannels(proc)
	part := proc.Participation
	p.Terms = conditions{part.Withdrawal, part.Correction, part.Duplicates == "supersede", part.Duplicates == "refuse",
		part.TablesMin, part.TablesMax, part.Parallel == "warn"}
	p.Unit = proc.Ambito.LeadBody
}

// ribbonOf is a page that shows one ribbon, as partials/ribbon.html wants it.
type ribbonOf struct {
	*Layout
	Ribbon ribbon
}

// Takes reports whether some form can be begun now.
func (p *adhesionPage) Takes() bool {
	return slices.ContainsFunc(p.Forms, func(f formInfo) bool { return f.Ribbon.Takes() })
}

// Shown hands one of several ribbons to the partial.
func (p *adhesionPage) Shown(r ribbon) ribbonOf { return ribbonOf{&p.Layout, r} }

func (p *adhesionPage) formInfo(f pdz.Form) formInfo {
	proc := p.Proc.Process
	info := formInfo{ID: f.ID, Title: f.Title, Ribbon: p.ribbon(f), Declarations: f.Declarations}
	web, _ := webChannel(proc, f)
	info.Categories = categoriesOffered(f, web)
	for _, id := range web.Exclude {
		if c, ok := proc.Category(id); ok {
			info.NotFor = append(info.NotFor, c.Label)
		}
	}
	for _, x := range f.Fields {
		if x.Type != "confirm" {
			info.Needed = append(info.Needed, neededLine{Label: x.Label, Optional: !x.Required && x.RequiredWhen == nil && x.ID != receiptField(f)})
		}
	}
	for _, a := range f.Attachments {
		info.Needed = append(info.Needed, neededLine{Label: a.Label, Optional: a.Optional && a.RequiredWhen == nil, File: true})
	}
	return info
}

// categoriesOffered names who the form is for, but those who may not use this channel.
func categoriesOffered(f pdz.Form, web pdz.Channel) []string {
	var labels []string
	for _, x := range f.Fields {
		if x.Feeds != "party.category" {
			continue
		}
		for _, o := range x.Options {
			if !slices.Contains(web.Exclude, o.ID) {
				labels = append(labels, o.Label)
			}
		}
	}
	return labels
}

// otherChannels lists how else the forms come in.
func otherChannels(p *pdz.Process) []channelLine {
	var all []channelLine
	seen := map[string]bool{}
	for _, f := range p.Forms {
		if f.Purpose != "adhesion" {
			continue
		}
		for _, id := range f.Channels {
			c, ok := p.Channel(id)
			if !ok || c.Kind == "web" || seen[id] {
				continue
			}
			seen[id] = true
			all = append(all, channelLine{Label: c.Label, Address: channelAddress(p, c), Added: !c.InNotice})
		}
	}
	return all
}

// channelAddress is where a channel is reached: its own address, or that of its desk.
func channelAddress(p *pdz.Process, c pdz.Channel) string {
	if c.Address != "" {
		return c.Address
	}
	for _, d := range p.Contacts {
		if d.ID == c.Contact {
			return strings.Join(append([]string{d.Name}, d.Phone...), ", ")
		}
	}
	return ""
}

func (l *Layout) sessionLine(s pdz.Session) sessionLine {
	return sessionLine{Title: s.Name(), When: l.sessionWhen(s), Place: venueText(l.Proc.Process, s.Venue),
		Href: l.ProcessHref("incontri/" + s.ID), File: l.ProcessHref("incontri/" + s.ID + ".ics")}
}

// startDraft begins a form: its draft has a secret address of its own.
func (s *Site) startDraft(w http.ResponseWriter, r *http.Request) error {
	view, err := s.processOf(r)
	if err != nil {
		return err
	}
	l := s.layout(r, view)
	for _, f := range adhesionForms(view.Process) {
		if want := r.PostFormValue("modulo"); want != "" && want != f.ID {
			continue
		}
		if !l.ribbon(f).Takes() {
			return app.ErrClosed
		}
		d, err := s.App.StartDraft(r.Context(), view.AmbitoID, view.Slug, f.ID)
		if err != nil {
			return err
		}
		return seeOther(w, r, l.firstStepHref(d.Token, f))
	}
	return app.ErrNotFound
}

// firstStepHref is where a form begins to ask.
func (l *Layout) firstStepHref(token string, f pdz.Form) string {
	slug := slugSummary
	if steps := l.formSteps(f); len(steps) > 0 {
		slug = steps[0].Slug
	}
	return l.ProcessHref("adesione/" + token + "/" + slug)
}

// seeOther answers a post with the page to show next.
func seeOther(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
