package web

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync"
)

// Whole returns a listener whose connections send a kept page in one piece. net/http has
// room for 4 KiB of an answer and sends the rest after it; the second system call, and the
// segment that the client is woken for, cost a fifth of what a page costs.
func Whole(l net.Listener) net.Listener { return wholeListener{l} }

type wholeListener struct{ net.Listener }

func (l wholeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &wholeConn{Conn: c}, nil
}

// wholeConn gathers what is written until the answer that was announced is complete.
// The goroutine that serves the connection announces and writes; no other does.
type wholeConn struct {
	net.Conn
	body int           // bytes that come after the head of the answer under way; 0: not announced
	held *bytes.Buffer // nil between answers
}

// largestHeld is the size from which an answer is not worth the copy.
const largestHeld = 64 << 10

var heldBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

type wholeKey struct{}

// withConn lets handlers reach the connection.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, wholeKey{}, c)
}

// announce says that a head and a body of so many bytes will be written, and nothing else.
func announce(r *http.Request, body int) {
	if c, ok := r.Context().Value(wholeKey{}).(*wholeConn); ok && body <= largestHeld {
		c.body = body
	}
}

// Write takes a part of an answer for later, or sends what is complete.
func (c *wholeConn) Write(p []byte) (int, error) {
	if c.body == 0 {
		return c.Conn.Write(p)
	}
	if c.held == nil {
		c.held = heldBuffers.Get().(*bytes.Buffer)
	}
	c.held.Write(p)
	head := bytes.Index(c.held.Bytes(), []byte("\r\n\r\n"))
	if head < 0 || c.held.Len() < head+4+c.body {
		return len(p), nil
	}
	_, err := c.Conn.Write(c.held.Bytes())
	c.held.Reset()
	heldBuffers.Put(c.held)
	c.body, c.held = 0, nil
	if err != nil {
		return 0, err
	}
	return len(p), nil
}
