package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"concerto/trial/instance"
	"concerto/trial/oracle"
	"concerto/trial/visitor"
)

// rush is a crowd that adheres until it is told to stop, and the oracle that hears
// of every receipt. A visitor whose last click has no answer does what people do:
// half of them click again, perhaps on another instance, and half leave it; those
// are told to the oracle, which clicks again at the end.
type rush struct {
	*trial
	oracle *oracle.Oracle
	sites  []*visitor.Site
	next   atomic.Int64 // number of the last body

	mu       sync.Mutex
	acks     int
	refused  map[int]int // answers that acknowledge nothing, by status
	words    map[int]string
	lastAck  time.Time
	gap      time.Duration   // longest time without an acknowledgement
	took     []time.Duration // from last click to receipt
	newest   oracle.Entry    // last acknowledgement
	failure  error           // of the trial itself
	observed func(at time.Time)
}

// newRush starts the oracle of a rush on the given instances. Its journal is in the
// trial's folder, never on the disk that is being broken.
func (t *trial) newRush(listen ...string) (*rush, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r := &rush{trial: t, refused: map[int]int{}, words: map[int]string{}}
	if r.oracle, err = oracle.Start(exe, oracleCommand, filepath.Join(t.dir, "journal")); err != nil {
		return nil, err
	}
	for _, addr := range listen {
		site, err := visitor.Lecce(t.base())
		if err != nil {
			return nil, err
		}
		site.Patience = 20 * time.Second
		r.sites = append(r.sites, site.At(addr))
	}
	return r, nil
}

// during runs the crowd while fn runs, and waits until everyone has gone.
func (r *rush) during(crowd int, fn func() error) error {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	r.rest()
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() { r.visitors(ctx, i) })
	}
	wg.Go(func() { r.watch(ctx) })
	err := fn()
	cancel()
	wg.Wait()
	return errors.Join(err, r.failure, r.ctx.Err())
}

// rest begins the measure of the longest gap anew.
func (r *rush) rest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastAck = time.Time{}
}

// fileEvery is how many receipts go by before one is downloaded at once; the oracle
// downloads the others at the end.
const fileEvery = 8

// pause is how long a visitor waits before trying again, and patience after an answer
// that refuses: somebody who reads it does not click fifty times a second, and who does
// is told to slow down.
const (
	pause    = 20 * time.Millisecond
	patience = 10 * pause
)

func restAfter(err error) time.Duration {
	var refusal *visitor.Refusal
	if errors.As(err, &refusal) {
		return patience
	}
	return pause
}

// visitors is one place in the crowd, taken by one visitor after another.
func (r *rush) visitors(ctx context.Context, place int) {
	conns := make([]*visitor.Conn, len(r.sites))
	for i, s := range r.sites {
		conns[i] = s.Dial()
		defer conns[i].Close()
	}
	for turn := place; ctx.Err() == nil; turn++ {
		d, ready := r.prepare(ctx, conns, turn)
		if !ready {
			return
		}
		if err := r.click(ctx, conns, turn, d); err != nil {
			r.fail(err)
			return
		}
	}
}

// prepare fills in the form for the next body, however often it is interrupted.
func (r *rush) prepare(ctx context.Context, conns []*visitor.Conn, turn int) (d visitor.Draft, ready bool) {
	b := visitor.BodyOf(int(r.next.Add(1)))
	for try := turn; ctx.Err() == nil; try++ {
		var err error
		if d, err = conns[try%len(conns)].Continue(b, d); err == nil {
			return d, true
		}
		r.refusedBy(err)
		sleep(ctx, restAfter(err))
	}
	return d, false
}

// click makes the last click until there is a receipt or the visitor gives up.
func (r *rush) click(ctx context.Context, conns []*visitor.Conn, turn int, d visitor.Draft) error {
	for try := 0; ; try++ {
		conn := conns[(turn+try)%len(conns)]
		began := time.Now()
		receipt, err := conn.Send(d)
		if err == nil {
			return r.acknowledged(conn, d, receipt, began)
		}
		r.refusedBy(err)
		if ctx.Err() != nil || try == 0 && rand.IntN(2) == 0 {
			return r.oracle.Note(oracle.Entry{Kind: oracle.Unanswered, Draft: &d})
		}
		sleep(ctx, restAfter(err))
	}
}

func (r *rush) acknowledged(conn *visitor.Conn, d visitor.Draft, receipt visitor.Receipt, began time.Time) error {
	now := time.Now()
	e := oracle.Entry{Kind: oracle.Acknowledged, Draft: &d, Receipt: &receipt}
	if err := r.oracle.Note(e); err != nil {
		return err
	}
	r.count(e, began, now)
	if receipt.Index%fileEvery != 0 {
		return nil
	}
	text, err := conn.File(receipt, "ricevuta.json")
	if err != nil {
		r.refusedBy(err) // the server was broken meanwhile: the oracle asks again
		return nil
	}
	return r.oracle.Note(oracle.Entry{Kind: oracle.File, Code: receipt.Code, Text: string(text)})
}

func (r *rush) count(e oracle.Entry, began, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acks++
	r.newest = e
	r.took = append(r.took, now.Sub(began))
	if !r.lastAck.IsZero() {
		r.gap = max(r.gap, now.Sub(r.lastAck))
	}
	if now.After(r.lastAck) {
		r.lastAck = now
	}
	if r.observed != nil {
		r.observed(now)
	}
}

// refusedBy counts an answer that acknowledges nothing; a broken connection is 0.
func (r *rush) refusedBy(err error) {
	var refusal *visitor.Refusal
	r.mu.Lock()
	defer r.mu.Unlock()
	if !errors.As(err, &refusal) {
		r.refused[0]++
		return
	}
	r.refused[refusal.Status]++
	if r.words[refusal.Status] == "" {
		r.words[refusal.Status] = refusal.Words
	}
}

func (r *rush) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure == nil {
		r.failure = err
	}
}

// acked is how many receipts were counted so far.
func (r *rush) acked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.acks
}

// watch asks for the newest checkpoint now and then, as those do who keep an eye on
// a register, and tells the oracle.
func (r *rush) watch(ctx context.Context) {
	conn := r.sites[0].Dial()
	defer conn.Close()
	for ctx.Err() == nil {
		if a, err := conn.Get("/lecce/registro/checkpoint"); err == nil && a.Status == 200 {
			if err := r.oracle.Note(oracle.Entry{Kind: oracle.Checkpoint, Text: string(a.Body)}); err != nil {
				r.fail(err)
				return
			}
		}
		sleep(ctx, 5*pause)
	}
}

// keep tells the oracle the key of the register, once an instance runs.
func (r *rush) keep() error {
	conn := r.sites[0].Dial()
	defer conn.Close()
	a, err := conn.Get("/lecce/registro/chiave")
	if err != nil {
		return err
	}
	return r.oracle.Note(oracle.Entry{Kind: oracle.Key, Text: strings.TrimSpace(string(a.Body))})
}

// check asks the oracle, and adds what it says to the result. With an audit the
// program also recomputes the database of c.
func (r *rush) check(res *result, addr string, audit instance.Config) error {
	v, err := r.oracle.Check(oracle.Question{Base: r.base(), Addr: addr, Audit: audit})
	if err != nil {
		return fmt.Errorf("the server cannot be held to its receipts: %w", err)
	}
	res.acks, res.lost = v.Acks, res.lost+v.Lost
	res.findings = append(res.findings, v.Findings...)
	r.say("%d receipts in a register of %d acts, lost %d; verified alone %d, checkpoints extended %d, clicks made again %d",
		v.Acks, v.Size, v.Lost, v.Files, v.Checkpoints, v.Retried)
	return nil
}

// end measures the rush and ends its oracle.
func (r *rush) end(res *result) error {
	res.measured("p50 %v, p99 %v, longest gap %v, answers without receipt %v", r.quantile(0.5), r.quantile(0.99), r.gap.Round(time.Millisecond), r.refused)
	for status, words := range r.words {
		res.measured("%d said: %s", status, words)
	}
	return r.oracle.Close()
}

// quantile of the time from the last click to the receipt.
func (r *rush) quantile(q float64) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.took))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Round(time.Millisecond)
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
