package web

import (
	"net/http"
	"slices"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// interpretationsPage shows how the open points of the notice are read.
type interpretationsPage struct {
	Layout
	Answers []pdz.Interpretation
}

func (s *Site) interpretations(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	p := &interpretationsPage{Layout: s.layout(r, v)}
	p.Current = p.ProcessHref("documenti")
	p.Title = p.T("Risposte ai dubbi")
	p.Description = p.T("Come si leggono i punti che l’avviso lascia aperti.")
	p.Crumbs = []Link{{p.PlanTitle(), p.ProcessHref("")}, {p.T("Documenti"), p.Current}, {Text: p.Title}}
	for _, i := range v.Interpretations {
		if i.Visible == "public" {
			p.Answers = append(p.Answers, i)
		}
	}
	return &Content{Page: "interpretations", Data: p}, nil
}

// definitionPage shows the whole definition, nothing left out.
type definitionPage struct {
	Layout
	Version app.VersionView   // the one that is shown
	Facts   []definitionEntry // what the definition says of itself in a word
	Blocks  []definitionBlock
}

// definitionBlock is a first-level entry of the definition.
type definitionBlock struct {
	Key, Name string // Name says in words what the block holds; may be empty
	Value     definitionNode
	Open      bool   // shown whole; the others are links, so that no page holds five thousand elements
	Href      string // page on which it is open
}

// PublishedText writes when the definition was published.
func (p *definitionPage) PublishedText() string {
	return p.DateHour(p.Version.PublishedAt.In(p.Now.Location()))
}

func (s *Site) definition(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	resolved, _, err := s.App.Definition(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	p, err := s.definitionPage(r, v, app.VersionView{Number: v.Version, Hash: v.Hash, PublishedAt: v.Since(), InForce: true}, resolved)
	if err != nil {
		return nil, err
	}
	return &Content{Page: "definition", Data: p}, nil
}

// definitionPage shows one version of the definition.
func (s *Site) definitionPage(r *http.Request, v *app.ProcessView, version app.VersionView, resolved []byte) (*definitionPage, error) {
	root, err := readDefinition(resolved)
	if err != nil {
		return nil, err
	}
	p := &definitionPage{Layout: s.layout(r, v), Version: version}
	p.Current = p.ProcessHref("documenti")
	p.Title = p.T("Regole del percorso")
	p.Description = p.T("La definizione completa del percorso, versione %d.", version.Number)
	p.Crumbs = []Link{{p.PlanTitle(), p.ProcessHref("")}, {p.T("Documenti"), p.Current}, {Text: p.Title}}
	p.show(root)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		b.Open = b.Key == r.URL.Query().Get("blocco")
		b.Href = p.Href(r.URL.Path) + "?blocco=" + b.Key + "#" + b.Key
	}
	return p, nil
}

// show puts the blocks in the order in which a notice is read, and after them any
// that has no name here: nothing is left out.
func (p *definitionPage) show(root definitionNode) {
	names := blockNames(&p.Layout)
	for _, name := range names {
		if v, ok := root.entry(name.Key); ok && !v.Scalar {
			p.Blocks = append(p.Blocks, definitionBlock{Key: name.Key, Name: name.Name, Value: v})
		}
	}
	for _, e := range root.Entries {
		switch {
		case e.Value.Scalar:
			p.Facts = append(p.Facts, e)
		case !slices.ContainsFunc(names, func(n definitionBlock) bool { return n.Key == e.Key }):
			p.Blocks = append(p.Blocks, definitionBlock{Key: e.Key, Value: e.Value})
		}
	}
}

// definitionFile gives the definition as its author wrote it.
func (s *Site) definitionFile(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	_, source, err := s.App.Definition(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	if len(source) == 0 {
		return nil, app.ErrNotFound
	}
	return &Content{File: source, ContentType: "application/yaml; charset=utf-8", Name: v.ID + ".yaml"}, nil
}

// blockNames say in words what the blocks of a definition hold, in the order of
// the format.
func blockNames(l *Layout) []definitionBlock {
	return []definitionBlock{
		{Key: "ambito", Name: l.T("Ambito e Comuni")}, {Key: "plans", Name: l.T("Piani")}, {Key: "law", Name: l.T("Norme")},
		{Key: "opening", Name: l.T("Atto che apre il percorso")}, {Key: "notice", Name: l.T("Avviso")},
		{Key: "contacts", Name: l.T("Sportelli")}, {Key: "calendar", Name: l.T("Giorni e orari")}, {Key: "venues", Name: l.T("Luoghi")},
		{Key: "categories", Name: l.T("Tipi di soggetto")}, {Key: "parties", Name: l.T("Soggetti nominati")},
		{Key: "audiences", Name: l.T("Chi è chiamato")}, {Key: "roles", Name: l.T("Ruoli")}, {Key: "bodies", Name: l.T("Organi")},
		{Key: "channels", Name: l.T("Canali di invio")}, {Key: "windows", Name: l.T("Termini e periodi")},
		{Key: "forms", Name: l.T("Moduli")}, {Key: "participation", Name: l.T("Come si partecipa")},
		{Key: "phases", Name: l.T("Fasi")}, {Key: "sessions", Name: l.T("Incontri")}, {Key: "tables", Name: l.T("Tavoli")},
		{Key: "documents", Name: l.T("Documenti")}, {Key: "proposals", Name: l.T("Proposte")}, {Key: "outcomes", Name: l.T("Esiti")},
		{Key: "instruments", Name: l.T("Patti e protocolli")}, {Key: "approval", Name: l.T("Approvazione")},
		{Key: "finance", Name: l.T("Finanza")}, {Key: "monitoring", Name: l.T("Monitoraggio")},
		{Key: "rules", Name: l.T("Regole di decisione")}, {Key: "retention", Name: l.T("Conservazione dei dati")},
		{Key: "publication", Name: l.T("Pubblicazione")}, {Key: "amendments", Name: l.T("Modifiche")},
		{Key: "interpretations", Name: l.T("Risposte ai dubbi")},
	}
}
