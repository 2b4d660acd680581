package proxy

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"
)

// post is a server that answers each message with "ok" and remembers it.
type post struct {
	net.Listener
	heard chan []byte
}

func newPost(t *testing.T) *post {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &post{l, make(chan []byte, 16)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.answer(c)
		}
	}()
	return p
}

func (p *post) answer(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for kind := 0; ; kind = 1 {
		m, err := message(in, kind)
		if err != nil {
			return
		}
		p.heard <- m
		if _, err := c.Write([]byte("ok")); err != nil {
			return
		}
	}
}

func packet(kind, text string) []byte {
	b := []byte(kind)
	b = binary.BigEndian.AppendUint32(b, uint32(4+len(text)))
	return append(b, text...)
}

// say sends a message and reports whether an answer came.
func say(t *testing.T, c net.Conn, m []byte) bool {
	t.Helper()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(m); err != nil {
		return false
	}
	_, err := io.ReadFull(c, make([]byte, 2))
	return err == nil
}

func TestTheArmedCommitIsCutAndReachesTheServer(t *testing.T) {
	for _, tt := range []struct {
		name   string
		moment Moment
		last   []byte
		answer bool
	}{
		{"not armed", Never, packet("Q", "commit\x00"), true},
		{"answer thrown away", AfterCommit, packet("Q", "commit\x00"), false},
		{"nobody knows", AtCommit, packet("Q", "COMMIT;\x00"), false},
		{"another query", AfterCommit, packet("Q", "rollback\x00"), true},
		{"a commit in a text", AfterCommit, packet("P", "commit\x00"), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := newPost(t)
			p, err := Listen("127.0.0.1:0", func() (net.Conn, error) { return net.Dial("tcp", server.Addr().String()) })
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			c, err := net.Dial("tcp", p.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if !say(t, c, packet("", "\x00\x03\x00\x00user\x00me\x00\x00")) {
				t.Fatal("the start-up packet has no answer")
			}
			<-server.heard
			p.Arm(tt.moment)
			if got := say(t, c, tt.last); got != tt.answer {
				t.Errorf("answered: %v, want %v", got, tt.answer)
			}
			if got := <-server.heard; !bytes.Equal(got, tt.last) {
				t.Errorf("the server heard %q", got)
			}
			if got, want := p.Cuts(), map[bool]int{true: 0, false: 1}[tt.answer]; got != want {
				t.Errorf("%d cuts, want %d", got, want)
			}
		})
	}
}
