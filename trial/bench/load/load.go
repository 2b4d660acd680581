// Package load drives a server over HTTP/1.1 as many clients at once do, and costs
// little itself: on a small machine the one who measures takes from what is measured.
//
// So it is no general client. A request is bytes that were prepared before the slot
// began; an answer is read as far as its status and its length, and its body is passed
// over unless somebody wants it. Each client has one connection, sends, reads the whole
// answer and sends again: a closed loop, like people who wait for the page.
package load

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Request is one prepared request.
type Request struct {
	Bytes []byte
	Keep  func(Answer) // sees the answer with its body; nil: the body is passed over
}

// Source gives the next request of a client, or false when there is none left. It is
// called from all clients at once.
type Source func() (Request, bool)

// Same is a source of one request without end.
func Same(r Request) Source { return func() (Request, bool) { return r, true } }

// Each is a source of the given requests, each once.
func Each(all []Request) Source {
	var next atomic.Int64
	return func() (Request, bool) {
		i := int(next.Add(1)) - 1
		if i >= len(all) {
			return Request{}, false
		}
		return all[i], true
	}
}

// Result is what the clients saw.
type Result struct {
	Done    int             // answers with the status that was wanted
	Wrong   int             // others, and requests without an answer
	First   error           // the first thing that was wrong
	Elapsed time.Duration   // from the first request to the last answer
	Times   []time.Duration // of the good answers, sorted
}

// Run lets clients ask the server at addr for as long as the slot lasts or until the
// source is dry. want is the status of a good answer.
func Run(ctx context.Context, addr string, clients int, slot time.Duration, want int, next Source) Result {
	begin := time.Now()
	deadline := begin.Add(slot)
	each := make([]Result, clients)
	var all sync.WaitGroup
	for i := range each {
		all.Go(func() { each[i] = client(ctx, addr, deadline, want, next) })
	}
	all.Wait()
	sum := Result{Elapsed: time.Since(begin)}
	for _, r := range each {
		sum.Done += r.Done
		sum.Wrong += r.Wrong
		sum.Times = append(sum.Times, r.Times...)
		if sum.First == nil {
			sum.First = r.First
		}
	}
	slices.Sort(sum.Times)
	return sum
}

// client is one connection, opened again when the server closes it.
func client(ctx context.Context, addr string, deadline time.Time, want int, next Source) (r Result) {
	var c *Conn
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	for ctx.Err() == nil && time.Now().Before(deadline) {
		request, ok := next()
		if !ok {
			return r
		}
		var err error
		if c == nil {
			if c, err = Dial(addr); err != nil {
				r.miss(err)
				return r
			}
		}
		sent := time.Now()
		answer, err := c.Do(request.Bytes, request.Keep != nil)
		if err != nil {
			r.miss(err)
			c.Close()
			c = nil
			continue
		}
		if answer.Close {
			c.Close()
			c = nil
		}
		if answer.Status != want {
			r.miss(fmt.Errorf("status %d, want %d: %.400s", answer.Status, want, answer.Body))
			continue
		}
		r.Done++
		r.Times = append(r.Times, time.Since(sent))
		if request.Keep != nil {
			request.Keep(answer)
		}
	}
	return r
}

func (r *Result) miss(err error) {
	r.Wrong++
	if r.First == nil {
		r.First = err
	}
}

// patience is how long a client waits for an answer.
const patience = 60 * time.Second

// Conn is a connection that asks one thing at a time.
type Conn struct {
	net.Conn
	in *bufio.Reader
}

// Dial opens a connection.
func Dial(addr string) (*Conn, error) {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &Conn{c, bufio.NewReaderSize(c, 64<<10)}, nil
}

// Do sends a request and reads its answer, with the body when it is kept.
func (c *Conn) Do(request []byte, keep bool) (Answer, error) {
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return Answer{}, err
	}
	if _, err := c.Write(request); err != nil {
		return Answer{}, err
	}
	return readAnswer(c.in, keep)
}
