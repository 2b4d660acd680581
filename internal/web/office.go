package web

import (
	"net/http"
	"slices"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
)

// Where the pages of the office stand.
const (
	officeAmbito  = "/ufficio/{ambito}"
	officeProcess = officeAmbito + "/percorsi/{percorso}"
)

// officeEntry is an entry of the office's menu. It leads to the first of its
// patterns that the table of routes holds.
type officeEntry struct {
	word     string // what a page says to have it lit
	text     string
	patterns []string
}

// officeMenu is the office's menu, in the order of a working day.
var officeMenu = []officeEntry{
	{"cruscotto", i18n.M("Cruscotto"), []string{officeProcess}},
	{"adesioni", i18n.M("Adesioni"), []string{officeProcess + "/adesioni", officeProcess + "/registrate"}},
	{"enti", i18n.M("Enti"), []string{officeAmbito + "/enti"}},
	{"sportello", i18n.M("Sportello"), []string{officeProcess + "/sportello", officeAmbito + "/sportello"}},
	{"elenchi", i18n.M("Elenchi"), []string{officeProcess + "/elenchi"}},
	{"rettifiche", i18n.M("Avviso e rettifiche"), []string{amendPath}},
	{"dati", i18n.M("Dati personali"), []string{officeAmbito + "/dati"}},
	{"registro", i18n.M("Registro e controlli"), []string{auditorPath}},
	{"persone", i18n.M("Persone"), []string{officeAmbito + "/persone", officeProcess + "/persone"}},
}

// officeLayout begins the layout of a page for who works on a process: private,
// wide, with the stylesheet of the office, and a menu that holds the entries there
// is a page for and that this actor may open. The lit one is named by its word.
func (s *Site) officeLayout(r *http.Request, v *app.ProcessView, current string) Layout {
	l := s.layout(r, v)
	l.Private, l.Wide, l.Office = true, true, true
	l.Nav = nil
	for _, e := range officeMenu {
		pattern := e.route(Who(r.Context()))
		if pattern == "" {
			continue
		}
		href := l.Href(l.fill(pattern))
		l.Nav = append(l.Nav, Link{l.T(e.text), href})
		if e.word == current {
			l.Current = href
		}
	}
	return l
}

// route returns the first pattern of the entry that is in the table and open to
// the actor, or "".
func (e officeEntry) route(who app.Actor) string {
	rows := Routes()
	for _, pattern := range e.patterns {
		if slices.ContainsFunc(rows, func(row Route) bool {
			return row.Method == http.MethodGet && row.Pattern == pattern && row.Rule.takes(who)
		}) {
			return pattern
		}
	}
	return ""
}

// takes reports whether a rule that asks who signed in lets the actor through.
func (r Rule) takes(who app.Actor) bool {
	wanted, asks := roles[r]
	return asks && (len(wanted) == 0 || slices.Contains(wanted, who.Role))
}

// fill puts Ambito and process into the pattern of a route of the office.
func (l *Layout) fill(pattern string) string {
	slug := ""
	if l.Proc != nil {
		slug = l.Proc.Slug
	}
	return strings.NewReplacer("{ambito}", l.AmbitoID, "{percorso}", slug, "{$}", "").Replace(pattern)
}

// OfficeHref returns an address of the office inside the process: OfficeHref
// "adesioni"; "" is the process itself.
func (l *Layout) OfficeHref(rest string) string {
	path := l.fill(officeProcess)
	if rest != "" {
		path += "/" + rest
	}
	return l.Href(path)
}
