package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The demo is the same site with a clock that visitors move. What lies between
// two hours is enacted through the same use cases as a click, so it may take a
// while: the page then shows how far it has come and leads back by itself.

// DemoControl moves the simulated clock.
type DemoControl interface {
	// Move takes the clock forward to an instant, enacting what lies between. It
	// may return before that is done; Progress then says so.
	Move(ctx context.Context, to time.Time) error
	// Restart takes everything back to the beginning.
	Restart(ctx context.Context) error
	Progress(ctx context.Context) DemoProgress
}

// DemoProgress is how far the enactment has come.
type DemoProgress struct {
	Enacting    bool
	Done, Total int
	Now, Target time.Time
}

func demoRoutes() []Route {
	return []Route{
		post("/demo/orologio", DemoVisitor, (*Site).moveClock),
		post("/demo/ricomincia", DemoVisitor, (*Site).restartDemo),
		get("/demo/avanzamento", DemoVisitor, (*Site).progress),
		get("/demo/ruolo", DemoVisitor, (*Site).demoRoles),
		post("/demo/ruolo", DemoVisitor, (*Site).enterDemoRole),
		get("/demo/posta", DemoVisitor, (*Site).postbox),
		get("/demo/posta/{chiave}", DemoVisitor, (*Site).mail),
		get("/demo/posta/{chiave}/{n}", DemoVisitor, (*Site).mailAttachment),
	}
}

func demoPages() []PageType {
	return []PageType{
		{"demo-progress", &progressPage{}},
		{"demo-postbox", &postboxPage{}},
		{"demo-mail", &mailPage{}},
		{"demo-role", &demoRolePage{}},
	}
}

const progressPath = "/demo/avanzamento"

// moveClock moves the clock to an event of the bar, or to an instant, and
// brings the visitor back.
func (s *Site) moveClock(w http.ResponseWriter, r *http.Request) error {
	to, ok := s.eventOf(r, r.PostFormValue("a"))
	if !ok || s.DemoControl == nil {
		return errMalformed
	}
	if err := s.DemoControl.Move(r.Context(), to); err != nil {
		return err
	}
	return s.afterMove(w, r)
}

func (s *Site) restartDemo(w http.ResponseWriter, r *http.Request) error {
	if s.DemoControl == nil {
		return errMalformed
	}
	if err := s.DemoControl.Restart(r.Context()); err != nil {
		return err
	}
	return s.afterMove(w, r)
}

func (s *Site) afterMove(w http.ResponseWriter, r *http.Request) error {
	back := safeReturn(r.PostFormValue("torna"))
	if s.DemoControl.Progress(r.Context()).Enacting {
		return seeOther(w, r, progressPath+"?torna="+url.QueryEscape(back))
	}
	return seeOther(w, r, back)
}

// eventOf reads where to move to: the token of an event, or an instant.
func (s *Site) eventOf(r *http.Request, a string) (time.Time, bool) {
	if bar := s.Demo(r.Context()); bar != nil {
		for _, e := range bar.Next {
			if e.Token == a {
				return e.At, true
			}
		}
	}
	at, err := time.Parse(time.RFC3339, a)
	return at, err == nil
}

// safeReturn accepts a path of this site and nothing else, so that nobody is led
// away from it: "//host" and "/\host" are other hosts to a browser.
func safeReturn(to string) string {
	const home = "/"
	u, err := url.Parse(to)
	if err != nil || len(to) > 1000 || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") ||
		u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, progressPath) {
		return home
	}
	return to
}

// progressPage tells how far the enactment has come.
type progressPage struct {
	Layout
	Progress DemoProgress
	Again    string // this page
	Back     string
	Until    string
}

// Refresh makes the page ask for itself again where there is no script.
func (p *progressPage) Refresh() bool { return p.Progress.Enacting }

func (s *Site) progress(w http.ResponseWriter, r *http.Request) error {
	back := safeReturn(r.URL.Query().Get("torna"))
	p := &progressPage{Layout: s.layout(r, nil), Back: back, Again: progressPath + "?torna=" + url.QueryEscape(back)}
	if s.DemoControl != nil {
		p.Progress = s.DemoControl.Progress(r.Context())
	}
	if !p.Progress.Enacting {
		if r.Header.Get("HX-Request") != "" {
			w.Header().Set("HX-Redirect", back)
			w.WriteHeader(http.StatusOK)
			return nil
		}
		return seeOther(w, r, back)
	}
	p.Private = true
	p.Title = p.T("L’orologio va avanti")
	p.Until = p.DateHour(p.Progress.Target)
	p.Demo = nil // it would offer to move a clock that is moving
	return s.show(w, r, http.StatusOK, "demo-progress", p)
}
