package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What stands escaped in a name must not become the address of another site when
// the site adds a slash (gosec G710; CWE-601).
func TestAddingASlashLeadsNowhereElse(t *testing.T) {
	s := newTestSite(t, eve)
	for _, path := range []string{"/lecce", "/en/lecce", "/%2Fevil.example", "/%5Cevil.example", "/%2F%2Fevil.example", "/%09%2Fevil.example",
		"/en/%2Fevil.example", "/%2Fevil.example/registro", "/lecce%0d%0aX-Mine:y"} {
		w := s.get(path)
		to := w.Header().Get("Location")
		if w.Code != http.StatusMovedPermanently && w.Code != http.StatusTemporaryRedirect {
			t.Errorf("GET %s: status %d, want a redirect", path, w.Code)
			continue
		}
		u, err := url.Parse(to)
		if err != nil || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
			t.Errorf("GET %s leads to %q, which is no path of this site", path, to)
		}
	}
}
