package main

import (
	"fmt"
	"strings"
	"sync"

	"concerto/trial/bench/load"
	"concerto/trial/visitor"
)

// wish makes the sheet of a body some 2 kB, as one that has something to say writes.
var wish = strings.Repeat("Un centro aperto anche il sabato, con il trasporto per chi abita fuori dal paese e una persona che accoglie. ", 12)

// prepare fills in the form of an Ambito as n bodies that were never there before, through
// the pages of the site, and returns their last clicks. keep, if given, sees each answer.
func (b *bench) prepare(addr, ambito string, n int, keep func(load.Answer)) ([]load.Request, error) {
	site, err := visitor.Lecce(base)
	if err != nil {
		return nil, err
	}
	site.Process = "/" + ambito + "/percorsi/2014-2016"
	first := b.body + 1
	b.body += n
	if b.body > visitor.MaxBodies {
		return nil, fmt.Errorf("more than %d bodies", visitor.MaxBodies)
	}
	clicks := make([]load.Request, n)
	failed := make([]error, b.clients)
	var all sync.WaitGroup
	for w := range failed {
		all.Go(func() {
			c := site.At(addr).Dial()
			defer c.Close()
			for i := w; i < n && failed[w] == nil && b.ctx.Err() == nil; i += len(failed) {
				body := visitor.BodyOf(first + i)
				body.Answers["tavoli"].Set("attese", wish)
				d, err := c.Prepare(body)
				clicks[i], failed[w] = load.Request{Bytes: click(d), Keep: keep}, err
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return clicks, b.ctx.Err()
}

// declared is what the last click of the form of Lecce carries.
const declared = "presa-visione-privacy=on"

// click is the request by which a browser sends a draft: same origin, from the network
// of its body.
func click(d visitor.Draft) []byte {
	return fmt.Appendf(nil, "POST %s/invio HTTP/1.1\r\nHost: %s\r\n%s: %s\r\nAccept: text/html\r\nAccept-Language: it\r\nUser-Agent: bench\r\n"+
		"Origin: %s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		d.Path, host, visitor.ProxyHeader, d.From, base, len(declared), declared)
}
