package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// slowBody lets the clock run while the body arrives.
type slowBody struct {
	*strings.Reader
	arrives func()
}

func (b slowBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		b.arrives()
	}
	return n, err
}

// What binds is the last byte: a body that begins before the term and ends after
// it is received after it.
func TestReceivedAtIsTheLastByte(t *testing.T) {
	s := newTestSite(t, eve)
	after := eve.Add(time.Minute)
	r := httptest.NewRequest(http.MethodPost, "https://concerto.example/", slowBody{strings.NewReader("a=1"), func() { s.set(after) }})
	got, err := s.receive(httptest.NewRecorder(), r, Route{})
	if err != nil {
		t.Fatal(err)
	}
	if at := ReceivedAt(got.Context()); !at.Equal(after) {
		t.Errorf("ReceivedAt = %v, want %v", at, after)
	}
	if body, _ := io.ReadAll(got.Body); string(body) != "a=1" {
		t.Errorf("body = %q, want a=1", body)
	}
}

func TestAStreamedBodyFixesItsOwnInstant(t *testing.T) {
	s := newTestSite(t, eve)
	r := httptest.NewRequest(http.MethodPost, "https://concerto.example/", strings.NewReader("a=1"))
	got, err := s.receive(httptest.NewRecorder(), r, Route{Stream: true})
	if err != nil {
		t.Fatal(err)
	}
	if at := ReceivedAt(got.Context()); !at.IsZero() {
		t.Errorf("ReceivedAt before the body is read = %v, want none", at)
	}
	if at := ReceivedAt(WithReceivedAt(got.Context(), eve)); !at.Equal(eve) {
		t.Errorf("ReceivedAt = %v, want %v", at, eve)
	}
}
