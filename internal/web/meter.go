package web

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"concerto/internal/metrics"
)

// meter counts requests by route. A route is a row of the table, so that no address
// and nothing that a visitor typed becomes a label.
type meter struct {
	mu     sync.Mutex
	counts map[counted]uint64
	times  map[string]*metrics.Histogram // by route
}

type counted struct {
	route, method string
	status        int
}

func newMeter() *meter {
	return &meter{counts: map[counted]uint64{}, times: map[string]*metrics.Histogram{}}
}

// methods are those that are told apart.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost}

// count takes note of one answer.
func (m *meter) count(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	if !slices.Contains(methods, method) {
		method = "other"
	}
	m.mu.Lock()
	m.counts[counted{route, method, status}]++
	h := m.times[route]
	if h == nil {
		h = metrics.NewHistogram(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
		m.times[route] = h
	}
	m.mu.Unlock()
	h.Observe(took.Seconds())
}

// WriteFigures adds to a page of measures what was asked of the site.
func (s *Site) WriteFigures(p *metrics.Page) {
	m := s.meter
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := slices.SortedFunc(maps.Keys(m.counts), func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.route, b.route), cmp.Compare(a.method, b.method), cmp.Compare(a.status, b.status))
	})
	for _, c := range rows {
		p.Counter("concerto_requests_total", "Requests answered.", float64(m.counts[c]),
			"route", c.route, "method", c.method, "status", strconv.Itoa(c.status))
	}
	for _, route := range slices.Sorted(maps.Keys(m.times)) {
		p.Histogram("concerto_request_seconds", "From the first byte of a request to the last of its answer.", m.times[route], "route", route)
	}
}
