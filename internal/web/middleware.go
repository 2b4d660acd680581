package web

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"concerto/internal/app"
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

// headers sets what every answer carries, errors included. The values are made once and
// shared: whoever wants another value sets it and changes none.
func (s *Site) headers(next http.Handler) http.Handler {
	fixed := http.Header{}
	fixed.Set("Content-Security-Policy", policy)
	fixed.Set("X-Content-Type-Options", "nosniff")
	fixed.Set("Referrer-Policy", "same-origin")
	fixed.Set("Cross-Origin-Opener-Policy", "same-origin")
	fixed.Set("Cross-Origin-Resource-Policy", "same-origin")
	fixed.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
	fixed.Set("Cache-Control", "no-store") // a page that may be kept says so itself
	if s.BaseURL.Scheme == "https" {
		fixed.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), fixed)
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

// noted is what the layers learn of a request while it passes. It is the context of the
// request, and its only value: each value more would cost a copy of the request.
type noted struct {
	context.Context

	pattern string // of the route; addresses may hold secrets and are never logged
	errorID string
	lang    string    // see languageOf
	minute  time.Time // see nowFor; zero on pages that are not kept
	open    bool      // the route is for everybody and shows nobody's data

	who      app.Actor // in what capacity the request was let through
	identity *identity // who signed in, once it was asked

	answer countingWriter
}

type notedKey struct{}

// Value gives itself, and what the server put into the context.
func (n *noted) Value(key any) any {
	if key == (notedKey{}) {
		return n
	}
	return n.Context.Value(key)
}

func notedIn(ctx context.Context) *noted {
	if n, ok := ctx.Value(notedKey{}).(*noted); ok {
		return n
	}
	return &noted{Context: ctx}
}

func note(r *http.Request) *noted { return notedIn(r.Context()) }

// observe logs each request with keys and no personal data, and turns a panic
// into an error page. The trace goes to the log only.
func (s *Site) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Now()
		n := &noted{Context: r.Context(), lang: italian, answer: countingWriter{ResponseWriter: w}}
		r = r.WithContext(n)
		cw := &n.answer
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
			s.tell(n, r.Method, s.Now().Sub(began))
		}()
		next.ServeHTTP(cw, r)
	})
}

// tell counts the answer and writes its line in the log.
func (s *Site) tell(n *noted, method string, took time.Duration) {
	log := s.meter.count(counted{n.pattern, method, n.answer.status}, took)
	bytes, duration := slog.Int64("bytes", n.answer.bytes), slog.Duration("took", took)
	if n.errorID == "" {
		log.LogAttrs(n, slog.LevelInfo, "request", bytes, duration)
		return
	}
	log.LogAttrs(n, slog.LevelInfo, "request", bytes, duration, slog.String("error_id", n.errorID))
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
