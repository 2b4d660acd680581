package web

import (
	"fmt"
	"net/http"
	"strings"
)

// muxes holds one ServeMux per literal first segment of the addresses, and one
// under "" for those that begin with the name of an Ambito. With a single mux
// "/ufficio/{ambito}/adesioni" and "/{ambito}/percorsi/{percorso}" would be in
// conflict. It follows that no Ambito may be called like a first segment.
type muxes map[string]*http.ServeMux

// Reserved reports whether no Ambito may have this name, because it is the
// first segment of other addresses.
func Reserved(name string) bool {
	if name == english {
		return true
	}
	for _, r := range Routes() {
		if firstSegment(r.Pattern) == name {
			return true
		}
	}
	return false
}

// buildMuxes checks the table and makes the muxes from it.
func buildMuxes(s *Site, table []Route) (m muxes, err error) {
	m = muxes{"": http.NewServeMux()}
	for _, r := range table {
		if err := r.check(); err != nil {
			return nil, err
		}
		first := firstSegment(r.Pattern)
		if m[first] == nil {
			m[first] = http.NewServeMux()
		}
		if err := addRoute(m[first], r, s.route(r)); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// check says what the row lacks.
func (r Route) check() error {
	switch {
	case r.Method == "":
		return fmt.Errorf("route %q: no method", r.Pattern)
	case !strings.HasPrefix(r.Pattern, "/"):
		return fmt.Errorf("route %q: pattern must begin with a slash", r.Pattern)
	case !r.Rule.valid():
		return fmt.Errorf("route %s %s: no rule", r.Method, r.Pattern)
	case r.Handler == nil:
		return fmt.Errorf("route %s %s: no handler", r.Method, r.Pattern)
	}
	return nil
}

// addRoute adds a route; ServeMux panics on a duplicate or a conflict, which
// is turned into an error so that the program can say it and stop.
func addRoute(mux *http.ServeMux, r Route, h http.Handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("route %s %s: %v", r.Method, r.Pattern, p)
		}
	}()
	mux.Handle(r.Method+" "+r.Pattern, h)
	return nil
}

// firstSegment returns the literal first segment of a path or pattern, or "".
func firstSegment(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if strings.HasPrefix(first, "{") {
		return ""
	}
	return first
}

// dispatch hands the request to its mux, and turns the mux's own plain answers
// into pages.
func (s *Site) dispatch(w http.ResponseWriter, r *http.Request) {
	if e := s.kept(r); e != nil {
		note(r).pattern = e.pattern
		e.serve(w, r)
		return
	}
	mux, ok := s.muxes[firstSegment(r.URL.Path)]
	if !ok {
		mux = s.muxes[""]
	}
	h, pattern := mux.Handler(r)
	if pattern != "" {
		mux.ServeHTTP(w, r)
		return
	}
	var probe probe
	h.ServeHTTP(&probe, r)
	if allow := probe.Header().Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		s.fail(w, r, errMethod)
		return
	}
	s.fail(w, r, errNoPage)
}

// probe takes an answer whose headers alone are wanted.
type probe struct{ header http.Header }

func (p *probe) Header() http.Header {
	if p.header == nil {
		p.header = http.Header{}
	}
	return p.header
}
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(int)             {}

// route wraps a handler in what its row says: rule, body, errors.
func (s *Site) route(row Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := note(r)
		n.pattern, n.open = row.Pattern, row.Rule == Public && row.Personal == ""
		who, err := s.allow(row.Rule, r)
		n.who = who
		if err == nil && r.Method != http.MethodGet && r.Method != http.MethodHead {
			r, err = s.receive(w, r, row)
		}
		if err == nil && row.Personal != "" {
			err = s.App.NoteAccess(r.Context(), who, r.PathValue("ambito"), r.URL.Path, row.Personal)
		}
		if err == nil {
			if row.Rule != Public {
				w.Header().Set("X-Robots-Tag", "noindex")
			}
			err = row.Handler(s, w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}
