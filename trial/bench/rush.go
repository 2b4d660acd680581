package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"concerto/internal/register"
	"concerto/trial/bench/child"
	"concerto/trial/bench/duel"
	"concerto/trial/bench/load"
	"concerto/trial/bench/stat"
)

// rush is the minute before noon: bodies that have filled in their sheet make the last
// click, each answered with the receipt of a durable act. Drafts are filled in through
// the pages before each slot, and what is counted in the slot is receipts.
//
// The peer gets the same 2 kB in one request that creates a record. It has no draft, no
// page, no receipt, no register and no account of who sent what; the work that Concerto
// does beyond it is Concerto's own affair and part of the goal.
func (b *bench) rush() error {
	data, err := b.scratch("rush")
	if err != nil {
		return err
	}
	subject, err := b.serve("concerto", data)
	if err != nil {
		return err
	}
	r := &rusher{b: b, p: subject}
	if err := b.rushFloor(r); err != nil {
		return err
	}
	if err := b.rushPeer(r); err != nil {
		return err
	}
	return r.nothingLost()
}

func (b *bench) rushFloor(subject *rusher) error {
	program, err := buildRawFile(b.ctx, b.dir)
	if err != nil {
		return err
	}
	floor, err := b.start("floor-rawfile", program, "/salute", func(addr string) []string {
		return []string{"--listen", addr, "--base", base, "--process", b.notice, "--memory", b.memory, "--file", filepath.Join(b.dir, "acts")}
	})
	if err != nil {
		return err
	}
	other := &rusher{b: b, p: floor, floor: true}
	defer floor.Stop()
	if err := errors.Join(subject.warm(), other.warm()); err != nil {
		return err
	}
	return b.play(subject.contestant(), other.contestant(),
		duel.Figure{Name: "rush/floor", Goal: stat.AtLeast(0.7), Of: duel.Rate},
		duel.Figure{Name: "rush/cpu", Goal: stat.AtMost(1.5), Of: duel.Cost})
}

func (b *bench) rushPeer(subject *rusher) error {
	figures := []duel.Figure{{Name: "rush/pocketbase", Goal: stat.AtLeast(4), Of: duel.Rate}}
	if why, ok := b.hasPeer(); !ok {
		b.lacking(why, figures...)
		return nil
	}
	dir, err := b.scratch("pocketbase")
	if err != nil {
		return err
	}
	peer, err := b.pocketbase(dir)
	if err != nil {
		return err
	}
	defer peer.Stop()
	records := b.slotOf(peer, http.StatusOK, b.records(peer.Addr))
	if _, err := records.Slot(b.ctx); err != nil { // warm
		return err
	}
	return b.play(subject.contestant(), records, figures...)
}

func (b *bench) pocketbase(dir string) (*child.Process, error) {
	return b.start("pocketbase", b.peer, "/api/health", func(addr string) []string {
		return []string{"pocketbase", "--dir", dir, "serve", "--http", addr}
	})
}

// records are requests that create records of 2 kB, each of another body.
func (b *bench) records(host string) load.Source {
	var mu sync.Mutex
	n := 0
	return func() (load.Request, bool) {
		mu.Lock()
		n++
		i := n
		mu.Unlock()
		body, _ := json.Marshal(map[string]any{"tipo": "terzo-settore", "denominazione": "Associazione di prova n. " + strconv.Itoa(i),
			"codice_fiscale": fmt.Sprintf("%011d", i), "sede": "Lecce", "referente": "Persona di Prova", "ruolo": "legale-rappresentante",
			"email": fmt.Sprintf("segreteria%d@ente.example", i), "telefono": "0832 000000", "tavoli": []string{"poverta", "accoglienza"},
			"esperienza": wish, "informativa": true})
		return load.Request{Bytes: fmt.Appendf(nil, "POST /api/collections/adesioni/records HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n"+
			"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", host, len(body), body)}, true
	}
}

// rusher is a site under the rush, with the drafts that are ready.
type rusher struct {
	b     *bench
	p     *child.Process
	also  *child.Process // a second instance of the same site, or nil
	floor bool
	rate  float64 // receipts a second, as last seen
	ready []load.Request

	ambiti []string // where the bodies adhere, in turn; none: in the one there is

	mu       sync.Mutex
	receipts int      // answered 201
	own      []string // pages of the owners of some of them
}

// oneIn is of how many receipts one is verified.
const oneIn = 50

// warm sends a first short wave, from which it is known how many drafts a slot needs.
func (r *rusher) warm() error {
	r.rate = 2000
	s, err := r.slot(r.b.ctx)
	if err == nil && s.Wrong > 0 {
		err = s.First
	}
	return err
}

func (r *rusher) contestant() duel.Contestant { return duel.Contestant{Name: r.p.Name, Slot: r.slot} }

// slot makes drafts ready, sends them, and verifies some of the receipts.
func (r *rusher) slot(ctx context.Context) (duel.Sample, error) {
	need := int(1.3*r.rate*r.b.slot.Seconds()) + r.b.clients
	if need > len(r.ready) {
		if err := r.prepare(need - len(r.ready)); err != nil {
			return duel.Sample{}, err
		}
	}
	used := 0
	var mu sync.Mutex
	next := func() (load.Request, bool) {
		mu.Lock()
		defer mu.Unlock()
		if used == len(r.ready) {
			return load.Request{}, false
		}
		used++
		return r.ready[used-1], true
	}
	var s duel.Sample
	if r.also != nil {
		s = r.b.driveBoth(ctx, r.p, r.also, http.StatusCreated, next)
	} else {
		s = r.b.drive(ctx, r.p, http.StatusCreated, next)
	}
	r.ready = r.ready[used:]
	r.rate = s.Rate()
	return s, r.verify()
}

// prepare makes n more drafts ready, as many in each Ambito, which then take turns.
func (r *rusher) prepare(n int) error {
	ambiti := r.ambiti
	if len(ambiti) == 0 {
		ambiti = []string{ambito}
	}
	each := (n + len(ambiti) - 1) / len(ambiti)
	var more [][]load.Request
	for _, a := range ambiti {
		drafts, err := r.b.prepare(r.p.Addr, a, each, r.keep)
		if err != nil {
			return err
		}
		more = append(more, drafts)
	}
	for i := range each {
		for _, drafts := range more {
			r.ready = append(r.ready, drafts[i])
		}
	}
	return nil
}

// keep counts a receipt and remembers where some of them can be had.
func (r *rusher) keep(a load.Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.receipts++
	if r.receipts%oneIn == 1 {
		r.own = append(r.own, a.Location)
	}
}

// verify downloads the receipts of the sample and checks each under the key of the log.
// The floor keeps no register, so there is nothing to verify; and with many Ambiti each
// has a key of its own, so the receipts of the one are enough.
func (r *rusher) verify() error {
	r.mu.Lock()
	own := r.own
	r.own = nil
	r.mu.Unlock()
	if r.floor || len(own) == 0 || len(r.ambiti) > 0 {
		return nil
	}
	key, err := r.page("/lecce/registro/chiave")
	if err != nil {
		return err
	}
	for _, path := range own {
		text, err := r.page(path + "/ricevuta.json")
		if err != nil {
			return err
		}
		report := register.Verify([]register.NamedFile{{Name: path, Data: text}}, register.Options{Keys: []string{strings.TrimSpace(string(key))}})
		if report.Code != register.Valid {
			return fmt.Errorf("receipt %s is not valid: %+v", path, report.Findings)
		}
	}
	return nil
}

func (r *rusher) page(path string) ([]byte, error) {
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, host)
	a, err := ask(r.p.Addr, request)
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("%s: status %d: %.300s", path, a.Status, a.Body)
	}
	return a.Body, err
}

// nothingLost compares how many receipts were handed out with how many acts the register
// holds: the notice is one, each receipt another.
func (r *rusher) nothingLost() error {
	time.Sleep(100 * time.Millisecond) // answers that were on their way when the last slot ended
	checkpoint, err := r.page("/lecce/registro/checkpoint")
	if err != nil {
		return err
	}
	lines := strings.Split(string(checkpoint), "\n")
	if len(lines) < 2 {
		return fmt.Errorf("no checkpoint: %q", checkpoint)
	}
	acts, err := strconv.Atoi(lines[1])
	if err != nil {
		return err
	}
	lost := float64(max(r.receipts+1-acts, 0))
	goal := stat.AtMost(0)
	v := stat.Interval{Median: lost, Lo: lost, Hi: lost}
	r.b.tell(duel.Line{Name: "rush/lost", Interval: v, Goal: goal.String(), Verdict: goal.Judge(v), Rounds: []float64{lost},
		Notes: []string{fmt.Sprintf("%d receipts, %d acts with the notice", r.receipts, acts)}})
	return nil
}
