package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Layout is what every page carries; page structs embed it. Its methods are
// what templates call: T and TN for text, the Href methods for addresses.
type Layout struct {
	i18n.Printer // {{.T "Prossimi incontri"}}, {{$.TN "%d incontro" "%d incontri" .N}}

	Lang        string
	Title       string // of the page, before the name of the Ambito
	Description string
	Now         time.Time // in the zone of the process
	Crumbs      []Link    // after "Home"; the last is the page itself and has no Href
	OwnWords    bool      // the last crumb is in the words of the definition or of a message, which stay Italian
	Nav         []Link
	Current     string // Nav entry that is lit, by Href
	Demo        *DemoBar
	Private     bool // no feedback form, not indexed, no other language
	Wide        bool // the container of tables and charts
	Office      bool // for who has a role: the stylesheet of the office

	AmbitoID, AmbitoName, Region string
	Proc                         *app.ProcessView // nil on pages that belong to no process
	Desk                         *pdz.Contact     // first contact of the process, or nil
	DeskHours                    string
	DeskPlace                    string

	Account *accountView // who signed in; nil for nobody, and on pages kept for everybody

	Links Links

	base *url.URL
	path string // of the page, without language prefix
}

// Link is an address with its words.
type Link struct{ Text, Href string }

// DemoBar is the strip with which a visitor of the demo moves the clock.
type DemoBar struct {
	Version  string // changes whenever the bar would look different
	Now      time.Time
	Next     []DemoEvent // what the clock can be moved to, soonest first
	Mails    int         // messages in the postbox
	Enacting bool        // an event is being carried out: the page says so and refreshes
}

// DemoEvent is one moment of the calendar the clock can be moved to.
type DemoEvent struct {
	At    time.Time
	Label string
	Token string // what the form posts
}

// Shell returns the layout itself, so that any page struct can be recognised as one.
func (l *Layout) Shell() *Layout { return l }

// Href returns an address of the site in the language of the page.
func (l *Layout) Href(path string) string { return prefix(l.Lang) + path }

// AmbitoHref returns an address inside the Ambito: AmbitoHref "sportello".
func (l *Layout) AmbitoHref(rest string) string { return l.Href("/" + l.AmbitoID + "/" + rest) }

// ProcessHref returns an address inside the process; "" is the process itself.
func (l *Layout) ProcessHref(rest string) string {
	if l.Proc == nil {
		return l.AmbitoHref("")
	}
	p := "/" + l.AmbitoID + "/percorsi/" + l.Proc.Slug
	if rest != "" {
		p += "/" + rest
	}
	return l.Href(p)
}

// Foreign reports whether the language of the page is not that of the
// definition, whose words then carry lang="it".
func (l *Layout) Foreign() bool { return l.Lang != italian }

// SiteName is what stands at the top of every page.
func (l *Layout) SiteName() string {
	if l.AmbitoName != "" {
		return l.AmbitoName
	}
	return l.T("Percorsi di programmazione sociale")
}

// Path returns the address of the page without language prefix.
func (l *Layout) Path() string { return l.path }

// Other returns the address of this page in another language.
func (l *Layout) Other(lang string) string { return prefix(lang) + l.path }

// Absolute returns the full address of this page in a language.
func (l *Layout) Absolute(lang string) string {
	return strings.TrimSuffix(l.base.String(), "/") + l.Other(lang)
}

// ISO writes an instant for machines.
func (l *Layout) ISO(t time.Time) string { return t.Format(time.RFC3339) }

// layout begins the layout of a page; v may be nil for a page of no process.
func (s *Site) layout(r *http.Request, v *app.ProcessView) Layout {
	lang := languageOf(r.Context())
	l := Layout{
		Printer: s.catalogue.For(lang),
		Lang:    lang,
		Now:     s.nowFor(r),
		Links:   s.Links,
		base:    s.BaseURL,
		path:    r.URL.Path,
	}
	if s.Demo != nil {
		l.Demo = s.Demo(r.Context())
	}
	l.Account = s.accountView(r, &l)
	if v != nil {
		l.ofProcess(v)
	}
	return l
}

// ofProcess fills in what the header and footer show of a process.
func (l *Layout) ofProcess(v *app.ProcessView) {
	l.Proc = v
	l.AmbitoID, l.AmbitoName, l.Region = v.AmbitoID, v.Ambito.Name, v.Ambito.Region
	if v.Zone != nil {
		l.Now = l.Now.In(v.Zone)
	}
	if len(v.Contacts) > 0 {
		l.Desk = &v.Contacts[0]
		l.DeskHours = capital(hoursText(l.Printer, l.Desk.Hours))
		l.DeskPlace = venueText(v.Process, l.Desk.Venue)
	}
	l.Nav = l.navigation()
}

// navigation returns the entries of the main menu.
func (l *Layout) navigation() []Link {
	return []Link{
		{l.T("Il percorso"), l.ProcessHref("")},
		{l.T("Calendario"), l.ProcessHref("calendario")},
		{l.T("Tavoli"), l.ProcessHref("tavoli")},
		{l.T("Aderisci"), l.ProcessHref("adesione")},
		{l.T("Documenti"), l.ProcessHref("documenti")},
		{l.T("Registro"), l.AmbitoHref("registro/")},
		{l.T("Verifica una ricevuta"), l.AmbitoHref("verifica")},
	}
}

// PlanTitle is the title of the main plan, the tagline under the name.
func (l *Layout) PlanTitle() string {
	if l.Proc == nil || len(l.Proc.Plans) == 0 {
		return ""
	}
	return l.Proc.Plans[0].Title
}

// TablesLabel is how the definition calls its tables.
func (l *Layout) TablesLabel() string {
	if l.Proc != nil && l.Proc.Tables.Label != "" {
		return l.Proc.Tables.Label
	}
	return l.T("Tavoli")
}

// crumbs sets the way to the page: the process, then the given links, then the page itself.
func (l *Layout) crumbs(links ...Link) {
	if l.Proc != nil && len(links) > 0 {
		l.Crumbs = append(l.Crumbs, Link{l.PlanTitle(), l.ProcessHref("")})
	}
	l.Crumbs = append(l.Crumbs, links...)
}
