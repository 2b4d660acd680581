package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
	entries map[string]*entry // by address and language
}

// entry is one built answer. It is never changed once stored.
type entry struct {
	version     string
	until       time.Time // see Content
	contentType string
	disposition string
	language    string
	plain, gz   []byte
	etag        string // without quotes; the compressed form has a suffix of its own
}

func newPageCache() *pageCache { return &pageCache{entries: map[string]*entry{}} }

// get returns the entry of an address if it is of this version and holds now.
func (c *pageCache) get(key, version string, now time.Time) *entry {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if e := c.entries[key]; e != nil && e.version == version && (e.until.IsZero() || now.Before(e.until)) {
		return e
	}
	return nil
}

func (c *pageCache) put(key string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxEntries {
		clear(c.entries)
	}
	c.entries[key] = e
}

// page makes a handler of a function that builds a public page. params are the
// query parameters the page understands; all others are dropped.
func page(build func(*Site, *http.Request) (*Content, error), params ...string) Handler {
	return func(s *Site, w http.ResponseWriter, r *http.Request) error {
		r.URL.RawQuery = knownQuery(r.URL.Query(), params)
		r = r.WithContext(context.WithValue(r.Context(), minuteKey{}, s.Now().Truncate(time.Minute).Add(time.Minute-time.Millisecond)))
		version, err := s.version(r)
		if err != nil {
			return err
		}
		lang := languageOf(r.Context())
		key := lang + " " + r.URL.Path + "?" + r.URL.RawQuery
		if e := s.cache.get(key, version, s.Now()); e != nil {
			return e.serve(w, r)
		}
		built, err, _ := s.cache.building.Do(key+"\x00"+version, func() (any, error) {
			// whoever asks first may go away; the others still want the page
			return s.build(r.WithContext(context.WithoutCancel(r.Context())), build, key, version)
		})
		if err != nil {
			return err
		}
		return built.(*entry).serve(w, r)
	}
}

// minuteKey keys the instant that a kept page is written for: the end of the
// minute it may be served in. So the page is the same whoever asks first, and a
// countdown never promises more time than is left.
type minuteKey struct{}

// nowFor returns the instant a page is written for.
func (s *Site) nowFor(r *http.Request) time.Time {
	if t, ok := r.Context().Value(minuteKey{}).(time.Time); ok {
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

// version names the state of everything a public page of this request shows.
func (s *Site) version(r *http.Request) (string, error) {
	var b strings.Builder
	b.WriteString(s.nowFor(r).UTC().Format("20060102T1504"))
	if s.Demo != nil {
		if bar := s.Demo(r.Context()); bar != nil {
			b.WriteString(" " + bar.Version)
		}
	}
	ambito := r.PathValue("ambito")
	if ambito == "" {
		return b.String(), nil
	}
	size, err := s.App.LogSize(r.Context(), ambito)
	if err != nil {
		return "", err
	}
	b.WriteString(" " + strconv.FormatInt(size, 10))
	return b.String(), nil
}

// processOf returns the process in the address.
func (s *Site) processOf(r *http.Request) (*app.ProcessView, error) {
	return s.App.Process(r.Context(), r.PathValue("ambito"), r.PathValue("percorso"))
}
