package web

import (
	"fmt"
	"net/http"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// documentsPage lists what can be read and printed, and what the process will produce.
type documentsPage struct {
	Layout
	Ready    []documentLink
	Expected []expectedDocument
}

// documentLink is a document that the site itself makes from the definition.
type documentLink struct{ Title, Text, Href string }

// expectedDocument is a document that the definition foresees.
type expectedDocument struct{ Title, When string }

func (s *Site) documents(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	p := &documentsPage{Layout: s.layout(r, v)}
	p.Current = p.ProcessHref("documenti")
	p.Title = p.T("Documenti")
	p.Description = p.T("Avviso, scheda di adesione, calendario e atti: %s.", p.PlanTitle())
	p.crumbs(Link{Text: p.Title})
	p.Ready = []documentLink{
		{p.T("Avviso"), p.T("Il testo che apre il percorso, con il calendario e le firme."), p.ProcessHref("documenti/avviso.html")},
		{p.T("Scheda di adesione"), p.T("Il foglio da stampare, compilare e inviare."), p.ProcessHref("documenti/scheda-adesione.html")},
		{p.T("Calendario"), p.T("Incontri e termini su un foglio."), p.ProcessHref("documenti/calendario.html")},
		{p.T("Regole del percorso"), p.T("La definizione completa: tutto ciò che l’avviso decide, come lo applica il sito."), p.ProcessHref("definizione")},
		{p.T("Risposte ai dubbi"), p.T("Come si leggono i punti che l’avviso lascia aperti."), p.ProcessHref("interpretazioni")},
	}
	if len(v.Amendments) > 0 {
		p.Ready = append(p.Ready, documentLink{p.T("Rettifiche dell’avviso"), p.T("Che cosa è cambiato dopo la pubblicazione, prima e adesso."), p.ProcessHref("rettifiche")})
	}
	for _, d := range v.Documents {
		if d.Visible == "public" && d.Kind != "form" {
			p.Expected = append(p.Expected, expectedDocument{d.Title, p.documentDate(d)})
		}
	}
	return &Content{Page: "documents", Data: p}, nil
}

// documentDate says from which session a document is to be expected.
func (l *Layout) documentDate(d pdz.Document) string {
	s, ok := l.Proc.Session(d.Session)
	switch {
	case !ok:
		return ""
	case s.Start.Known:
		return l.T("dall’incontro di %s", l.Date(s.Start.At))
	}
	return l.T("dall’incontro in data da fissare")
}

// document shows one document as a page. What exists as a page alone says so to
// those who ask for a file.
func (s *Site) document(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	makers := map[string]func(*http.Request, *app.ProcessView) *Content{
		"avviso": s.noticeDocument, "scheda-adesione": s.blankForm, "calendario": s.calendarSheet,
	}
	name, format, _ := strings.Cut(r.PathValue("file"), ".")
	build, ok := makers[name]
	if !ok {
		return nil, app.ErrNotFound
	}
	switch format {
	case "html":
		return build(r, v), nil
	case "pdf", "odt", "docx":
		return nil, formatPending{format, r.URL.Path[:strings.LastIndexByte(r.URL.Path, '.')] + ".html"}
	}
	return nil, app.ErrNotFound
}

// formatPending says that a document is there, in another format than the one asked for.
type formatPending struct{ format, page string }

func (e formatPending) Error() string {
	return fmt.Sprintf("%s is not made yet: see %s", e.format, e.page)
}

// explain tells it to people, with the way to what there is.
func (e formatPending) explain() failure {
	return failure{e, http.StatusNotFound, i18n.M("Questo formato non c’è ancora"),
		i18n.M("Il documento sarà disponibile anche in questo formato. Intanto puoi leggerlo e stamparlo dalla sua pagina.")}
}

// sheetLayout begins the page of a document that is made to be printed.
func (s *Site) sheetLayout(r *http.Request, v *app.ProcessView, title string) Layout {
	l := s.layout(r, v)
	l.Current = l.ProcessHref("documenti")
	l.Title = l.T(title)
	l.Description = l.Title + ", " + l.PlanTitle()
	l.Crumbs = []Link{{l.PlanTitle(), l.ProcessHref("")}, {l.T("Documenti"), l.Current}, {Text: l.Title}}
	return l
}
