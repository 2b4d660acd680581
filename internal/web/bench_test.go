package web

import (
	"net/http/httptest"
	"testing"
)

// discard is a response that goes nowhere.
type discard struct{ probe }

// A kept page costs a look at its version and a write.
func BenchmarkKeptPage(b *testing.B) {
	s := newTestSite(b, eve)
	r := httptest.NewRequest("GET", "https://concerto.example"+percorso, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	s.ServeHTTP(httptest.NewRecorder(), r)
	for b.Loop() {
		s.ServeHTTP(&discard{}, r.Clone(b.Context()))
	}
}

// What the same page costs when something has changed.
func BenchmarkBuiltPage(b *testing.B) {
	s := newTestSite(b, eve)
	r := httptest.NewRequest("GET", "https://concerto.example"+percorso, nil)
	for b.Loop() {
		clear(s.cache.entries)
		s.ServeHTTP(&discard{}, r.Clone(b.Context()))
	}
}
