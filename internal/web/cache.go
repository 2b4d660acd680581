package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"concerto/internal/app"

	"golang.org/x/sync/singleflight"
)

// A public page is built once for each version of what it shows and kept as
// compressed bytes (architecture, section 4). The version is the number of acts
// in the log of the Ambito, the minute (countdowns are written in minutes) and the
// state of the demo bar; a write changes it, so nothing is ever stale and nothing
// expires.

// maxEntries bounds the pages kept. Queries are reduced to the parameters and
// values a page knows, so that only real pages compete for room.
const maxEntries = 4000

type pageCache struct {
	building singleflight.Group

	mu      sync.RWMutex
	entries map[address]*entry
}

// address is what a page is kept under.
type address struct{ language, path, query string }

// version names the state of what a page shows.
type version struct {
	minute int64 // since 1970
	size   int64 // acts in the log of the Ambito
	demo   string
}

// entry is one built answer. It is never changed once stored.
type entry struct {
	version         version
	until           time.Time // see Content
	pattern, ambito string    // of its route
	plain, packed   form
	redirect        string // instead of both; not stored
}

func newPageCache() *pageCache { return &pageCache{entries: map[address]*entry{}} }

// get returns the entry of an address, which may be of another version.
func (c *pageCache) get(a address) *entry {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries[a]
}

// holds reports whether the entry, which may be nil, is of this version and holds now.
func (e *entry) holds(v version, now time.Time) bool {
	return e != nil && e.version == v && (e.until.IsZero() || now.Before(e.until))
}

func (c *pageCache) put(a address, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxEntries {
		clear(c.entries)
	}
	c.entries[a] = e
}

// kept returns the answer to a request for a page that is kept and holds, or nil: its
// route is not even looked for. Who asks with a query or in escapes goes the long way,
// on which such addresses are reduced to those under which pages are kept.
func (s *Site) kept(r *http.Request) *entry {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.RawQuery != "" || r.URL.RawPath != "" {
		return nil
	}
	e := s.cache.get(address{language: languageOf(r.Context()), path: r.URL.Path})
	if e == nil {
		return nil
	}
	now := s.Now()
	if v, err := s.version(r.Context(), now, e.ambito); err != nil || !e.holds(v, now) {
		return nil
	}
	return e
}

// page makes a handler of a function that builds a public page. params are the
// query parameters the page understands; all others are dropped.
func page(build func(*Site, *http.Request) (*Content, error), params ...string) Handler {
	return func(s *Site, w http.ResponseWriter, r *http.Request) error {
		n, now := note(r), s.Now()
		if !n.open {
			return fmt.Errorf("%s is kept for everybody, but its row is not for everybody", n.pattern)
		}
		r.URL.RawQuery = knownQuery(r.URL.Query(), params)
		n.minute = now.Truncate(time.Minute).Add(time.Minute - time.Millisecond)
		v, err := s.version(r.Context(), now, r.PathValue("ambito"))
		if err != nil {
			return err
		}
		a := address{n.lang, r.URL.Path, r.URL.RawQuery}
		if e := s.cache.get(a); e.holds(v, now) {
			e.serve(w, r)
			return nil
		}
		built, err, _ := s.cache.building.Do(fmt.Sprintf("%q %v", a, v), func() (any, error) {
			// whoever asks first may go away; the others still want the page
			return s.build(r.WithContext(context.WithoutCancel(r.Context())), build, a, v)
		})
		if err != nil {
			return err
		}
		built.(*entry).serve(w, r)
		return nil
	}
}

// nowFor returns the instant a page is written for. Of a kept page it is the end of the
// minute in which it may be served: so the page is the same whoever asks first, and a
// countdown never promises more time than is left.
func (s *Site) nowFor(r *http.Request) time.Time {
	if t := note(r).minute; !t.IsZero() {
		return t
	}
	return s.Now()
}

// knownQuery keeps the parameters that a page knows, one value each, in order.
func knownQuery(q url.Values, params []string) string {
	kept := url.Values{}
	for _, p := range params {
		if v := q.Get(p); v != "" && len(v) <= 40 {
			kept.Set(p, v)
		}
	}
	return kept.Encode()
}

// version tells the state of everything a public page shows, be it of an Ambito or of none.
func (s *Site) version(ctx context.Context, now time.Time, ambito string) (v version, err error) {
	v.minute = now.Unix() / 60
	if s.Demo != nil {
		if bar := s.Demo(ctx); bar != nil {
			v.demo = bar.Version
		}
	}
	if ambito != "" {
		v.size, err = s.App.LogSize(ctx, ambito)
	}
	return v, err
}

// processOf returns the process in the address.
func (s *Site) processOf(r *http.Request) (*app.ProcessView, error) {
	return s.App.Process(r.Context(), r.PathValue("ambito"), r.PathValue("percorso"))
}
