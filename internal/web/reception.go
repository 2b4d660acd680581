package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

// defaultBody is how many bytes the body of a form without files may have.
const defaultBody = 256 << 10

type receivedKey struct{}

// ReceivedAt returns the instant of reception of the request: when the last
// byte of its body had been read (architecture, section 3). It is the instant
// that a deadline judges, so nothing that may wait comes before it.
func ReceivedAt(ctx context.Context) time.Time {
	t, _ := ctx.Value(receivedKey{}).(time.Time)
	return t
}

// WithReceivedAt is for a route that streams its body: it calls this with the
// current instant as soon as the last byte is in.
func WithReceivedAt(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, receivedKey{}, t)
}

// receive bounds the body, reads it whole and fixes the instant of reception.
func (s *Site) receive(w http.ResponseWriter, r *http.Request, row Route) (*http.Request, error) {
	limit := row.Body
	if limit == 0 {
		limit = defaultBody
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if row.Stream {
		return r, s.limits.take(s.client(r))
	}
	body, err := io.ReadAll(r.Body)
	if err != nil { // too large, or the client hung up half-way
		return r, bodyError(err)
	}
	r = r.WithContext(WithReceivedAt(r.Context(), s.Now()))
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r, s.limits.take(s.client(r))
}
