package web

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// policy lets a page load what this site serves and nothing else; no script or
// style stands in a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// middleware wraps the dispatch in the layers every request passes.
func (s *Site) middleware(next http.Handler) http.Handler {
	h := withLanguage(next)
	h = s.sameOrigin(h)
	h = s.hostCheck(h)
	h = s.observe(h)
	return s.headers(h)
}

// headers sets what every answer carries, errors included.
func (s *Site) headers(next http.Handler) http.Handler {
	secure := s.BaseURL.Scheme == "https"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store") // a page that may be kept says so itself
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what another site makes a browser post here.
func (s *Site) sameOrigin(next http.Handler) http.Handler {
	var protection http.CrossOriginProtection
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, errCrossOrigin)
	}))
	return protection.Handler(next)
}

// hostCheck refuses a Host that is not the site's own: links in messages are
// made from BaseURL, and a cache in between must never learn another.
// Liveness is asked by machines that know the address alone.
func (s *Site) hostCheck(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.AnyHost && r.URL.Path != "/salute" && !strings.EqualFold(r.Host, s.BaseURL.Host) {
			s.fail(w, r, errHost)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noted is what the layers learn of a request while it passes.
type noted struct {
	pattern string // of the route; addresses may hold secrets and are never logged
	errorID string

	identity *identity // who signed in, once it was asked
}

type notedKey struct{}

func note(r *http.Request) *noted {
	if n, ok := r.Context().Value(notedKey{}).(*noted); ok {
		return n
	}
	return &noted{}
}

// observe logs each request with keys and no personal data, and turns a panic
// into an error page. The trace goes to the log only.
func (s *Site) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Now()
		n := &noted{}
		r = r.WithContext(context.WithValue(r.Context(), notedKey{}, n))
		cw := &countingWriter{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.Log.ErrorContext(r.Context(), "panic", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
				if cw.status == 0 {
					s.fail(cw, r, fmt.Errorf("panic: %v", p))
				}
			}
			took := s.Now().Sub(began)
			s.meter.count(n.pattern, r.Method, cw.status, took)
			s.logRequest(r, n, cw, took)
		}()
		next.ServeHTTP(cw, r)
	})
}

func (s *Site) logRequest(r *http.Request, n *noted, cw *countingWriter, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("route", n.pattern),
		slog.Int("status", cw.status),
		slog.Int64("bytes", cw.bytes),
		slog.Duration("took", took),
	}
	if n.errorID != "" {
		attrs = append(attrs, slog.String("error_id", n.errorID))
	}
	s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
}

// countingWriter remembers status and size.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *countingWriter) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *countingWriter) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (c *countingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// newErrorID returns a short name by which a visitor can report an error.
func (s *Site) newErrorID() string {
	var b [5]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "senza-nome"
	}
	return hex.EncodeToString(b[:])
}
