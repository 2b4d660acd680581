package web

import (
	"net/http"
	"strings"

	"concerto/internal/i18n"
)

// legalPage is one of the pages that the law or the design system asks for.
type legalPage struct {
	Layout
	Retention []retentionView
	Licence   string
}

// retentionView says how long something is kept and what becomes of it.
type retentionView struct{ What, Keep, Then string }

// legal begins such a page; title and description are messages.
func (s *Site) legal(r *http.Request, title, description string) (*legalPage, error) {
	v, err := s.newest(r)
	if err != nil {
		return nil, err
	}
	p := &legalPage{Layout: s.layout(r, v), Licence: v.Publication.Licence}
	p.Title, p.Description = p.T(title), p.T(description)
	p.Crumbs = []Link{{Text: p.Title}}
	return p, nil
}

func (s *Site) privacy(r *http.Request) (*Content, error) {
	p, err := s.legal(r, i18n.M("Informativa privacy"), i18n.M("Quali dati servono, a che cosa e per quanto tempo."))
	if err != nil {
		return nil, err
	}
	for _, x := range p.Proc.Retention {
		p.Retention = append(p.Retention, retentionView{p.kept(x.What), x.Keep, p.fate(x.Then)})
	}
	return &Content{Page: "privacy", Data: p}, nil
}

// kept names the kinds of data of a retention rule.
func (l *Layout) kept(kinds []string) string {
	names := map[string]string{
		"adhesions": l.T("adesioni"), "attendance": l.T("presenze"), "proposals": l.T("proposte"), "minutes": l.T("verbali"),
		"instruments": l.T("patti e protocolli"), "acts": l.T("atti"), "contacts": l.T("recapiti"),
		"identityCopies": l.T("copie dei documenti"), "questions": l.T("quesiti"), "accessLogs": l.T("registri di accesso"),
		"surveys": l.T("questionari"), "drafts": l.T("bozze"),
	}
	var words []string
	for _, k := range kinds {
		if name, ok := names[k]; ok {
			k = name
		}
		words = append(words, k)
	}
	return strings.Join(words, ", ")
}

// fate says what becomes of the data afterwards.
func (l *Layout) fate(then string) string {
	switch then {
	case "erase":
		return l.T("poi si cancellano")
	case "anonymise":
		return l.T("poi si rendono anonimi")
	}
	return then
}

func (s *Site) legalNotes(r *http.Request) (*Content, error) {
	p, err := s.legal(r, i18n.M("Note legali"), i18n.M("Valore degli atti, licenza dei contenuti, responsabilità."))
	if err != nil {
		return nil, err
	}
	return &Content{Page: "legalnotes", Data: p}, nil
}

func (s *Site) accessibility(r *http.Request) (*Content, error) {
	p, err := s.legal(r, i18n.M("Accessibilità"), i18n.M("Come è fatto il sito perché tutti possano usarlo, e come segnalare un ostacolo."))
	if err != nil {
		return nil, err
	}
	return &Content{Page: "accessibility", Data: p}, nil
}

func (s *Site) siteMap(r *http.Request) (*Content, error) {
	p, err := s.legal(r, i18n.M("Mappa del sito"), i18n.M("Tutte le pagine del sito."))
	if err != nil {
		return nil, err
	}
	return &Content{Page: "sitemap", Data: p}, nil
}
