package web

import (
	"net/http"
	"slices"
	"strconv"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// tablesPage lists the tables of a process.
type tablesPage struct {
	Layout
	Lead   string
	Tables []tableView
	Open   bool // one can still adhere
}

func (s *Site) tables(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	tally, err := s.App.Tally(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	p := &tablesPage{Layout: s.layout(r, v)}
	p.Current = p.ProcessHref("tavoli")
	p.Title = p.T("Tavoli")
	p.crumbs(Link{Text: p.Title})
	p.Tables, p.Open = tableViews(&p.Layout, tally), adhesionOpen(&p.Layout)
	if len(p.Tables) > 0 {
		p.Lead = tablesLead(&p.Layout)
	}
	p.Description = p.T("I tavoli di lavoro: %s.", p.PlanTitle())
	return &Content{Page: "tables", Data: p, Until: tally.Until}, nil
}

// tablePage shows one table.
type tablePage struct {
	Layout
	Table    tableView
	Sessions sessionList
	Plans    []string
	Open     bool
	NoYet    string // why there is no proposal here
}

func (s *Site) table(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	i := slices.IndexFunc(v.Tables.List, func(t pdz.Table) bool { return t.Number == n })
	if err != nil || i < 0 {
		return nil, app.ErrNotFound
	}
	t := v.Tables.List[i]
	tally, err := s.App.Tally(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	p := &tablePage{Layout: s.layout(r, v)}
	p.Current = p.ProcessHref("tavoli")
	p.Title = p.T("Tavolo %d", n) + ": " + t.Title
	p.Description = p.Title
	p.Crumbs = []Link{{p.PlanTitle(), p.ProcessHref("")}, {p.T("Tavoli"), p.Current}, {Text: p.T("Tavolo %d", n)}}
	p.Table, p.Open = tableViews(&p.Layout, tally)[i], adhesionOpen(&p.Layout)
	var sessions []pdz.Session
	for _, x := range v.Sessions {
		if slices.Contains(t.Sessions, x.ID) || x.Table == t.ID {
			sessions = append(sessions, x)
		}
	}
	p.Sessions = p.sessionList(inOrder(sessions), choice{}, p.ProcessHref("calendario"))
	p.Sessions.Filters = nil
	p.Plans = sidePlans(v.Process, t)
	p.NoYet = noProposal(&p.Layout, sessions)
	return &Content{Page: "table", Data: p, Until: tally.Until}, nil
}

// noProposal says when proposals are to be expected, or that none was published.
func noProposal(l *Layout, sessions []pdz.Session) string {
	for _, s := range inOrder(sessions) {
		if s.Kind == "tables" && s.Start.Known && sessionStage(l.Proc.Process, s, l.Now) != past {
			return l.T("Le proposte compaiono qui dopo la seduta di %s.", l.Date(s.Start.At))
		}
	}
	return l.T("Ancora nessuna proposta pubblicata.")
}

// sidePlans returns the titles of the plans the table works on besides the main one.
func sidePlans(p *pdz.Process, t pdz.Table) []string {
	var titles []string
	for _, plan := range p.Plans {
		if slices.Contains(t.Plans, plan.ID) && plan.Kind != "main" {
			titles = append(titles, plan.Title)
		}
	}
	return titles
}
