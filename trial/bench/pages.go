package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"concerto/trial/bench/child"
	"concerto/trial/bench/duel"
	"concerto/trial/bench/load"
	"concerto/trial/bench/stat"
)

// processPage is the page that most people open: the process with its calendar.
const processPage = "/lecce/percorsi/2014-2016"

// get is the request of a browser for a page.
func get(path, more string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/html\r\nAccept-Language: it\r\nAccept-Encoding: gzip, deflate, br\r\n"+
		"User-Agent: bench\r\n%s\r\n", path, host, more)
}

// changesPerSecond is how often an act arrives while people read.
const changesPerSecond = 20

// pages compares a kept public page with the same compressed bytes sent by a server that
// does nothing else; once while nothing happens, once while adhesions arrive, once for
// those who have the page already.
func (b *bench) pages() error {
	data, err := b.scratch("pages")
	if err != nil {
		return err
	}
	subject, err := b.serve("concerto", data)
	if err != nil {
		return err
	}
	page, err := ask(subject.Addr, get(processPage, ""))
	if err != nil {
		return err
	}
	if page.Status != 200 || page.ETag == "" || len(page.Body) < 2 || page.Body[0] != 0x1f {
		return fmt.Errorf("%s answers %d, tag %q, which is no compressed page", processPage, page.Status, page.ETag)
	}
	file := filepath.Join(b.dir, "page.gz")
	if err := os.WriteFile(file, page.Body, 0o644); err != nil {
		return err
	}
	static, err := b.floor("static", "--file", file, "--etag", page.ETag)
	if err != nil {
		return err
	}
	fmt.Printf("  %s is %d bytes compressed\n", processPage, len(page.Body))
	if err := b.readQuietly(subject, static); err != nil {
		return err
	}
	if err := b.readAgain(subject, static); err != nil {
		return err
	}
	return b.readWhileActsArrive(subject, static)
}

func (b *bench) readQuietly(subject, static *child.Process) error {
	return b.play(b.reading(subject, ""), b.reading(static, ""),
		duel.Figure{Name: "pages/cached", Goal: stat.AtLeast(0.8), Of: duel.Rate},
		duel.Figure{Name: "pages/p99", Goal: stat.AtMost(5), Of: duel.Tail})
}

func (b *bench) reading(p *child.Process, more string) duel.Contestant {
	return b.slotOf(p, 200, load.Same(load.Request{Bytes: get(processPage, more)}))
}

// readAgain asks for a page that the reader has. Its tag changes when something of the
// page does, a countdown for instance, so it is asked for before each slot; and a slot
// across the turn of a minute may still meet a new one, which is passed over.
func (b *bench) readAgain(subject, static *child.Process) error {
	again := func(p *child.Process) duel.Contestant {
		return duel.Contestant{Name: p.Name, Slot: func(ctx context.Context) (duel.Sample, error) {
			if left := time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)); left < b.slot+100*time.Millisecond {
				time.Sleep(left + 50*time.Millisecond)
			}
			page, err := ask(p.Addr, get(processPage, ""))
			if err != nil {
				return duel.Sample{}, err
			}
			return b.drive(ctx, p, 304, load.Same(load.Request{Bytes: get(processPage, "If-None-Match: "+page.ETag+"\r\n")})), nil
		}}
	}
	return b.play(again(subject), again(static), duel.Figure{Name: "pages/not-modified", Goal: stat.AtLeast(0.9), Of: duel.Rate})
}

// readWhileActsArrive reads the same page while adhesions arrive at the subject; at the
// floor nothing arrives, for it has nothing that could change.
func (b *bench) readWhileActsArrive(subject, static *child.Process) error {
	changing := duel.Contestant{Name: subject.Name, Slot: func(ctx context.Context) (duel.Sample, error) { return b.readWhileChanging(ctx, subject) }}
	return b.play(changing, b.reading(static, ""),
		duel.Figure{Name: "pages/changing", Goal: stat.AtLeast(0.65), Of: duel.Rate},
		duel.Figure{Name: "pages/changing-p99", Goal: stat.AtMost(5), Of: duel.Tail})
}

// readWhileChanging is a slot of reading while acts arrive.
func (b *bench) readWhileChanging(ctx context.Context, p *child.Process) (duel.Sample, error) {
	drafts, err := b.prepare(p.Addr, ambito, int(b.slot.Seconds()*changesPerSecond)+1, nil)
	if err != nil {
		return duel.Sample{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	acts := make(chan error, 1)
	go func() { acts <- trickle(ctx, p.Addr, drafts) }()
	s := b.drive(ctx, p, 200, load.Same(load.Request{Bytes: get(processPage, "")}))
	stop()
	return s, <-acts
}

// trickle sends one draft after another at a steady pace until it is told to stop.
func trickle(ctx context.Context, addr string, drafts []load.Request) error {
	c, err := load.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	pace := time.NewTicker(time.Second / changesPerSecond)
	defer pace.Stop()
	for _, d := range drafts {
		select {
		case <-ctx.Done():
			return nil
		case <-pace.C:
		}
		a, err := c.Do(d.Bytes, false)
		if err != nil {
			return err
		}
		if a.Status != 201 {
			return fmt.Errorf("an adhesion was answered %d: %.300s", a.Status, a.Body)
		}
	}
	return nil
}
