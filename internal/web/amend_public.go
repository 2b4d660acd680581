package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// amendmentsPage lists what changed in the notice since it was published.
type amendmentsPage struct {
	Layout
	List []amendmentView // newest first
}

func (s *Site) amendments(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	p := &amendmentsPage{Layout: s.layout(r, v)}
	p.Current = p.ProcessHref("documenti")
	p.Title = p.T("Rettifiche dell’avviso")
	p.Description = p.T("Che cosa è cambiato nell’avviso dopo la pubblicazione: prima e adesso, con l’atto e il motivo.")
	p.Crumbs = []Link{{p.PlanTitle(), p.ProcessHref("")}, {p.T("Documenti"), p.Current}, {Text: p.Title}}
	p.List = p.amendmentViews()
	return &Content{Page: "amendments", Data: p}, nil
}

// amendmentViews are the amendments of the process, newest first.
func (l *Layout) amendmentViews() []amendmentView {
	var out []amendmentView
	for _, a := range slices.Backward(l.Proc.Amendments) {
		x := l.amendmentView(a)
		x.OldHref = l.ProcessHref("definizione/" + strconv.Itoa(a.Version-1))
		x.NewHref = l.ProcessHref("definizione/" + strconv.Itoa(a.Version))
		out = append(out, x)
	}
	return out
}

// Reworded returns the words that stand now in the place of those that a text of the
// notice still has: the text is what was signed, and stays as it was.
func (p *noticePage) Reworded(text string) []changeLine {
	var out []changeLine
	for _, a := range p.Amended {
		for _, c := range a.Changes {
			if c.Old != "" && c.New != "" && strings.Contains(text, c.Old) {
				out = append(out, c)
			}
		}
	}
	return out
}

// withOldTerms writes into each window that changed what it closed at before, for
// calendar programs: they keep the entry by its UID and take the newer SEQUENCE.
func (s *Site) withOldTerms(v *app.ProcessView, windows []pdz.Window) []pdz.Window {
	l := Layout{Printer: s.catalogue.For(v.Language), Proc: v}
	out := slices.Clone(windows)
	for i, w := range out {
		if was := l.was(w.ID); was != "" {
			out[i].Wording = strings.TrimPrefix(w.Wording+"\n"+capital(was), "\n")
		}
	}
	return out
}

// withOldHours writes into each session that was moved when it was to be held before,
// for calendar programs, which otherwise move the entry and say nothing.
func (s *Site) withOldHours(v *app.ProcessView, sessions []pdz.Session) []pdz.Session {
	l := Layout{Printer: s.catalogue.For(v.Language), Proc: v}
	out := slices.Clone(sessions)
	for i, x := range out {
		if was := l.wasHeld(x); was != "" {
			out[i].Purpose = strings.TrimPrefix(x.Purpose+"\n"+capital(was), "\n")
		}
	}
	return out
}

// definitionVersion shows a version of the definition, in force or not, as a page or
// as a file.
func (s *Site) definitionVersion(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	number, isFile := strings.CutSuffix(r.PathValue("versione"), ".yaml")
	n, err := strconv.Atoi(number)
	if err != nil || strconv.Itoa(n) != number {
		return nil, app.ErrNotFound
	}
	version, resolved, source, err := s.App.DefinitionVersion(r.Context(), v.AmbitoID, v.Slug, n)
	if err != nil {
		return nil, err
	}
	if isFile {
		return &Content{File: source, ContentType: "application/yaml; charset=utf-8", Name: v.ID + "-" + number + ".yaml"}, nil
	}
	p, err := s.definitionPage(r, v, *version, resolved)
	if err != nil {
		return nil, err
	}
	p.Crumbs = append(p.Crumbs[:2], Link{p.T("Regole del percorso"), p.ProcessHref("definizione")}, Link{Text: p.T("Versione %d", n)})
	return &Content{Page: "definition", Data: p}, nil
}

// VersionLinks lead to all versions of the definition, where there are several.
func (p *definitionPage) VersionLinks() []Link {
	if len(p.Proc.Amendments) == 0 {
		return nil
	}
	var out []Link
	for n := p.Proc.Amendments[0].Version - 1; n <= p.Proc.Version; n++ {
		x := Link{Text: p.T("Versione %d", n), Href: p.ProcessHref("definizione/" + strconv.Itoa(n))}
		if n == p.Version.Number {
			x.Href = ""
		}
		out = append(out, x)
	}
	return out
}
