// Package proxy stands between the program and PostgreSQL and cuts their
// connection at the worst moment: when the commit has been sent and its answer has
// not come. Whoever asked for the commit then cannot know whether it happened, and
// must find out rather than guess.
//
// It reads as much of the frontend protocol as that takes (PostgreSQL manual,
// "Message Formats"): a start-up packet without a type byte, then messages of one
// type byte and a length. Connections must be without TLS.
package proxy

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
)

// Moment is when a connection is cut.
type Moment int32

const (
	Never       Moment = iota
	AfterCommit        // the server has committed and answered, and the answer is thrown away
	AtCommit           // the commit is on its way; nobody knows
)

// Proxy passes connections on.
type Proxy struct {
	listener net.Listener
	dial     func() (net.Conn, error)
	armed    atomic.Int32 // Moment of the next cut
	cuts     atomic.Int64

	mu   sync.Mutex
	open map[net.Conn]bool
}

// Listen passes connections to addr on to where dial leads.
func Listen(addr string, dial func() (net.Conn, error)) (*Proxy, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, dial: dial, open: map[net.Conn]bool{}}
	go p.accept()
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() net.Addr { return p.listener.Addr() }

// Arm has the next commit that passes cut at that moment.
func (p *Proxy) Arm(m Moment) { p.armed.Store(int32(m)) }

// Cuts is how many commits were cut.
func (p *Proxy) Cuts() int { return int(p.cuts.Load()) }

// Close ends the proxy and every connection through it.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		c.Close()
	}
	return err
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.pass(client)
	}
}

// pass carries one connection until either side ends it.
func (p *Proxy) pass(client net.Conn) {
	server, err := p.dial()
	if err != nil {
		client.Close()
		return
	}
	l := &link{proxy: p, client: client, server: server}
	p.hold(client, server)
	defer p.release(client, server)
	answers := make(chan struct{})
	go func() {
		l.answers()
		close(answers)
	}()
	l.requests() // its error is that the connection has ended
	l.cut()
	<-answers
}

func (p *Proxy) hold(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.open[c] = true
	}
}

func (p *Proxy) release(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(p.open, c)
	}
}

// link is one connection.
type link struct {
	proxy          *Proxy
	client, server net.Conn
	doomed         atomic.Bool // the next answer is thrown away and the connection with it
}

func (l *link) cut() {
	l.client.Close()
	l.server.Close()
}

// answers carries what the server says.
func (l *link) answers() {
	defer l.cut()
	buffer := make([]byte, 32<<10)
	for {
		n, err := l.server.Read(buffer)
		if err != nil || l.doomed.Load() {
			return
		}
		if _, err := l.client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// requests carries what the client says, message by message.
func (l *link) requests() error {
	in := bufio.NewReaderSize(l.client, 32<<10)
	first, err := message(in, 0)
	if err != nil {
		return err
	}
	for m := first; ; {
		if isCommit(m) && l.commit(m) {
			return nil
		}
		if _, err := l.server.Write(m); err != nil {
			return err
		}
		if m, err = message(in, 1); err != nil {
			return err
		}
	}
}

// commit sends a commit on; if a cut is armed it is this one's, and true is returned
// once the connection is to end.
func (l *link) commit(m []byte) bool {
	moment := Moment(l.proxy.armed.Swap(int32(Never)))
	if moment == Never {
		return false
	}
	l.proxy.cuts.Add(1)
	if moment == AfterCommit {
		l.doomed.Store(true) // answers ends the connection when the answer has come
	}
	if _, err := l.server.Write(m); err != nil || moment == AtCommit {
		return true
	}
	io.Copy(io.Discard, l.client) // until answers has cut it
	return true
}

// maxMessage bounds what is held in memory.
const maxMessage = 64 << 20

// message reads one message; its type takes so many bytes, none in the start-up packet.
func message(in *bufio.Reader, kind int) ([]byte, error) {
	head, err := in.Peek(kind + 4)
	if err != nil {
		return nil, err
	}
	size := int64(binary.BigEndian.Uint32(head[kind:])) + int64(kind)
	if size < int64(kind)+4 || size > maxMessage {
		return nil, fmt.Errorf("message of %d bytes", size)
	}
	m := make([]byte, size)
	_, err = io.ReadFull(in, m)
	return m, err
}

// isCommit reports whether a message is the simple query "commit".
func isCommit(m []byte) bool {
	return len(m) > 5 && m[0] == 'Q' && strings.EqualFold(strings.TrimRight(string(m[5:]), "\x00; "), "commit")
}
