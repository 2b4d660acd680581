package web

import (
	"cmp"
	"log/slog"
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
	log *slog.Logger

	mu    sync.Mutex
	rows  map[counted]*row
	times map[string]*metrics.Histogram // by route
}

type counted struct {
	route, method string
	status        int
}

// row is what is known of answers of one kind.
type row struct {
	requests uint64
	times    *metrics.Histogram // of the route
	log      *slog.Logger       // begins each line with the kind, which is so written only once
}

func newMeter(log *slog.Logger) *meter {
	return &meter{log: log, rows: map[counted]*row{}, times: map[string]*metrics.Histogram{}}
}

// methods are those that are told apart.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost}

// count takes note of one answer, and returns the log of its kind.
func (m *meter) count(c counted, took time.Duration) *slog.Logger {
	if !slices.Contains(methods, c.method) {
		c.method = "other"
	}
	x := m.row(c)
	x.times.Observe(took.Seconds())
	return x.log
}

func (m *meter) row(c counted) *row {
	m.mu.Lock()
	defer m.mu.Unlock()
	x := m.rows[c]
	if x == nil {
		route := cmp.Or(c.route, "none")
		if m.times[route] == nil {
			m.times[route] = metrics.NewHistogram(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
		}
		x = &row{times: m.times[route], log: m.log.With("method", c.method, "route", c.route, "status", c.status)}
		m.rows[c] = x
	}
	x.requests++
	return x
}

// WriteFigures adds to a page of measures what was asked of the site.
func (s *Site) WriteFigures(p *metrics.Page) {
	m := s.meter
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := slices.SortedFunc(maps.Keys(m.rows), func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.route, b.route), cmp.Compare(a.method, b.method), cmp.Compare(a.status, b.status))
	})
	for _, c := range rows {
		p.Counter("concerto_requests_total", "Requests answered.", float64(m.rows[c].requests),
			"route", cmp.Or(c.route, "none"), "method", c.method, "status", strconv.Itoa(c.status))
	}
	for _, route := range slices.Sorted(maps.Keys(m.times)) {
		p.Histogram("concerto_request_seconds", "From the first byte of a request to the last of its answer.", m.times[route], "route", route)
	}
}
