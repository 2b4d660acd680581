package main

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"concerto/trial/instance"
)

const (
	halfOpen = 800
	// maxWait is how long 99 of 100 visitors may wait for the receipt.
	maxWait = time.Second
)

// slow holds the server's doors half open: hundreds of connections whose header
// comes a byte at a time and never ends, each opened again when the server has had
// enough of it. The visitors among them must all have their receipts, and soon.
func slow(t *trial) (result, error) {
	lasts := 20 * time.Second
	if t.short {
		lasts = 8 * time.Second
	}
	var res result
	c, err := t.config(t.binary, filepath.Join(t.dir, "data"), 0)
	if err != nil {
		return res, err
	}
	r, err := t.newRush(c.Listen)
	if err != nil {
		return res, err
	}
	server, err := instance.Start(t.ctx, c)
	if err != nil {
		return res, err
	}
	defer server.Stop()
	if err := r.keep(); err != nil {
		return res, err
	}
	held := t.holdOpen(c.Listen)
	err = r.during(8, func() error {
		sleep(t.ctx, lasts)
		return nil
	})
	opened, open := held()
	if err != nil {
		return res, err
	}
	res.faults = opened
	if open < halfOpen/2 {
		res.found("only %d connections were half open: the trial was none", open)
	}
	if len(r.refused) > 0 {
		res.found("visitors were turned away: %v %v", r.refused, r.words)
	}
	if p99 := r.quantile(0.99); p99 > maxWait {
		res.found("99 of 100 visitors waited up to %v, more than %v", p99, maxWait)
	}
	res.measured("%d half-open connections at the end, %d in all", open, opened)
	if err := r.check(&res, c.Listen, c); err != nil {
		return res, err
	}
	return res, r.end(&res)
}

// holdOpen opens the connections; what it returns ends them and says how many were
// opened in all and how many were half open at the end.
func (t *trial) holdOpen(addr string) (end func() (opened, open int)) {
	ctx, cancel := context.WithCancel(t.ctx)
	var opened, open atomic.Int64
	var wg sync.WaitGroup
	for i := range halfOpen {
		wg.Go(func() {
			sleep(ctx, time.Duration(i)*time.Millisecond)
			for ctx.Err() == nil {
				opened.Add(1)
				open.Add(1)
				dribble(ctx, addr)
				open.Add(-1)
			}
		})
	}
	return func() (int, int) {
		left := int(open.Load())
		cancel()
		wg.Wait()
		return int(opened.Load()), left
	}
}

// byteEvery is the pace of a half-open connection.
const byteEvery = 100 * time.Millisecond

// dribble sends a header byte by byte until the server or ctx ends it.
func dribble(ctx context.Context, addr string) {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		sleep(ctx, byteEvery)
		return
	}
	defer c.Close()
	const header = "POST /lecce/percorsi/2014-2016/adesione HTTP/1.1\r\nX-Never-Ends: "
	for i := 0; ctx.Err() == nil; i++ {
		b := byte('a')
		if i < len(header) {
			b = header[i]
		}
		if _, err := c.Write([]byte{b}); err != nil {
			return
		}
		sleep(ctx, byteEvery)
	}
}
