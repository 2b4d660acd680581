package web

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// countedListener counts the pieces in which its connections are written to.
type countedListener struct {
	net.Listener
	pieces *atomic.Int64
}

type countedConn struct {
	net.Conn
	pieces *atomic.Int64
}

func (l countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countedConn{c, l.pieces}, err
}

func (c countedConn) Write(p []byte) (int, error) {
	c.pieces.Add(1)
	return c.Conn.Write(p)
}

// serveWhole answers with so many bytes as the query says, which it announces if told to.
func serveWhole(t *testing.T) (url string, pieces *atomic.Int64) {
	pieces = new(atomic.Int64)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("n"))
		if r.FormValue("announced") != "" && r.Method != http.MethodHead {
			announce(r, n)
		}
		w.Header().Set("Content-Length", strconv.Itoa(n))
		_, _ = w.Write(bytes.Repeat([]byte("\r\n\r\nx"), n)[:n])
	}))
	srv.Listener = Whole(countedListener{srv.Listener, pieces})
	srv.Config.ConnContext = withConn
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL, pieces
}

func TestAnAnnouncedAnswerLeavesInOnePiece(t *testing.T) {
	url, pieces := serveWhole(t)
	tests := []struct {
		name, method, query string
		length              int
		want                int64
	}{
		{"small", "GET", "announced=1", 10, 1},
		{"larger than the room of net/http", "GET", "announced=1", 6700, 1},
		{"much larger", "GET", "announced=1", largestHeld, 1},
		{"not announced", "GET", "", 6700, 2},
		{"without a body", "HEAD", "announced=1", 6700, 1},
		{"announced after one that was not", "GET", "announced=1", 6700, 1},
	}
	for _, tt := range tests { // one after another on one connection, which is kept
		pieces.Store(0)
		r, err := http.NewRequestWithContext(context.Background(), tt.method, url+"?n="+strconv.Itoa(tt.length)+"&"+tt.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		body, err := io.ReadAll(a.Body)
		a.Body.Close()
		want := strings.Repeat("\r\n\r\nx", tt.length)[:tt.length]
		if tt.method == "HEAD" {
			want = ""
		}
		if err != nil || string(body) != want {
			t.Errorf("%s: %d bytes, %v, want %d", tt.name, len(body), err, len(want))
		}
		if got := pieces.Load(); got != tt.want {
			t.Errorf("%s: left in %d pieces, want %d", tt.name, got, tt.want)
		}
	}
}
