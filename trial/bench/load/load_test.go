package load

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestAnswersAreReadAsNetHTTPWritesThem(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		status     int
		body       string
	}{
		{"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"},
		{"chunks", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 201, "hello world"},
		{"not modified", "HTTP/1.1 304 Not Modified\r\nEtag: \"x\"\r\n\r\n", 304, ""},
		{"nothing in it", "HTTP/1.1 303 See Other\r\ncontent-length: 0\r\nLocation: /x\r\n\r\n", 303, ""},
	} {
		a, err := readAnswer(bufio.NewReader(strings.NewReader(tt.text)), true)
		if err != nil || a.Status != tt.status || string(a.Body) != tt.body || a.Length != len(tt.body) {
			t.Errorf("%s: %+v, %v", tt.name, a, err)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
	f.Add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
	f.Add("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")
	f.Add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := readAnswer(bufio.NewReader(io.LimitReader(strings.NewReader(text), 1<<16)), false)
		if err == nil && a.Length < 0 {
			t.Errorf("a body of %d bytes", a.Length)
		}
	})
}

func TestEachRequestIsSentOnceAndCounted(t *testing.T) {
	var seen atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen.Add(1)%10 == 0 {
			http.Error(w, "no", http.StatusTeapot)
			return
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 5000)) // in chunks
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()
	all := make([]Request, 200)
	for i := range all {
		all[i] = Request{Bytes: []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")}
	}
	r := Run(t.Context(), addr, 8, time.Minute, 200, Each(all))
	if r.Done != 180 || r.Wrong != 20 || seen.Load() != 200 || len(r.Times) != 180 {
		t.Errorf("done %d, wrong %d of %d, %d times", r.Done, r.Wrong, seen.Load(), len(r.Times))
	}
	if r.First == nil || !strings.Contains(r.First.Error(), "418") {
		t.Errorf("first error %v", r.First)
	}
}

func TestASlotEnds(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	r := Run(t.Context(), server.Listener.Addr().String(), 2, 30*time.Millisecond, 200, Same(Request{Bytes: []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")}))
	if r.Wrong != 0 || r.Done == 0 || r.Elapsed > 5*time.Second {
		t.Errorf("%+v", r)
	}
}
