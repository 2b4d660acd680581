package web

import (
	"net/http"

	"concerto/internal/app"
)

// startPage lists the Ambiti of the instance.
type startPage struct {
	Layout
	Ambiti []app.AmbitoView
}

// start shows the Ambiti; an instance of one Ambito has nothing to choose.
func (s *Site) start(r *http.Request) (*Content, error) {
	ambiti, err := s.App.Ambiti(r.Context())
	if err != nil {
		return nil, err
	}
	p := &startPage{Layout: s.layout(r, nil), Ambiti: ambiti}
	if len(ambiti) == 1 {
		return &Content{Redirect: p.Href("/" + ambiti[0].ID + "/")}, nil
	}
	p.Title = p.T("Ambiti territoriali sociali")
	p.Description = p.T("I percorsi con cui gli Ambiti scrivono il Piano sociale di zona insieme al territorio.")
	return &Content{Page: "start", Data: p}, nil
}

// homePage is the home of an Ambito: where its newest process is.
type homePage struct {
	Layout
	Lead    string
	Box     deadlineBox
	Primary Link
	Coming  sessionList
	Others  []Link // other processes, newest first
}

// comingShown is how many sessions the home of an Ambito names.
const comingShown = 3

func (s *Site) home(r *http.Request) (*Content, error) {
	views, err := s.App.Processes(r.Context(), r.PathValue("ambito"))
	if err != nil {
		return nil, err
	}
	if len(views) == 0 {
		return nil, app.ErrNotFound
	}
	v := &views[0]
	tally, err := s.App.Tally(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	p := &homePage{Layout: s.layout(r, v)}
	p.Title = p.T("Pagina iniziale")
	p.Lead = leadOf(&p.Layout)
	p.Description = p.Lead
	p.Box, p.Primary = deadline(&p.Layout, tally)
	p.Coming = p.sessionList(comingSessions(v, p.Now), choice{}, p.ProcessHref("calendario"))
	p.Coming.Filters = nil
	p.Coming.firstOnly(comingShown, p.ProcessHref("calendario"))
	for _, other := range views[1:] {
		p.Others = append(p.Others, Link{other.Title, p.AmbitoHref("percorsi/" + other.Slug)})
	}
	return &Content{Page: "home", Data: p, Until: tally.Until}, nil
}
