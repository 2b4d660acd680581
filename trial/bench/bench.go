package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"concerto/trial/bench/child"
	"concerto/trial/bench/duel"
	"concerto/trial/bench/load"
	"concerto/trial/bench/stat"
	"concerto/trial/instance"
)

// bench is one run: what was asked for, and what it holds while it lasts.
type bench struct {
	concerto, peer, parent, json string
	least, most, clients, rows   int
	slot                         time.Duration

	ctx     context.Context
	dir     string // scratch, on a disk
	memory  string // scratch in memory: what programs say, databases of floors
	notice  string // the definition that is served
	started []*child.Process
	ends    []func()
	port    int
	made    map[int]bool // folders with so many adhesions
	body    int          // number of the last invented body

	told     []duel.Line
	machines []string
	missed   bool
}

func (b *bench) open() (err error) {
	if _, err := os.Stat(b.concerto); err != nil {
		return fmt.Errorf("%w: `make build` makes it", err)
	}
	if b.dir, err = os.MkdirTemp(b.parent, "concerto-bench-"); err != nil {
		return err
	}
	if inRAM(b.dir) {
		return fmt.Errorf("%s lies in memory, where commits cost nothing: -dir names a folder on a disk", b.dir)
	}
	inMemory := "/dev/shm"
	if _, err := os.Stat(inMemory); errors.Is(err, fs.ErrNotExist) {
		inMemory = b.dir
	}
	if b.memory, err = os.MkdirTemp(inMemory, "concerto-bench-"); err != nil {
		return err
	}
	b.notice, err = instance.WriteNotice(b.dir, time.Now())
	return err
}

func (b *bench) close() {
	b.stopAll()
	os.RemoveAll(b.dir)
	os.RemoveAll(b.memory)
}

func (b *bench) stopAll() {
	for _, p := range b.started {
		p.Stop()
	}
	for _, end := range b.ends {
		end()
	}
	b.started, b.ends = nil, nil
}

// scratch makes a folder on the disk for one contestant.
func (b *bench) scratch(name string) (string, error) {
	dir := filepath.Join(b.dir, name)
	return dir, errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755))
}

// Ports that contestants listen on.
const firstPort, lastPort = 18300, 18360

// address is one that nobody listens on.
func (b *bench) address() (string, error) {
	from := firstPort + b.port%(lastPort-firstPort)
	b.port++
	if addr, err := instance.FreeAddress(from, lastPort); err == nil {
		return addr, nil
	}
	return instance.FreeAddress(firstPort, from)
}

// start starts a program that will answer at an address, and waits until it does. args
// is told the address.
func (b *bench) start(name, program, ready string, args func(addr string) []string) (*child.Process, error) {
	addr, err := b.address()
	if err != nil {
		return nil, err
	}
	p, err := child.Start(name, addr, filepath.Join(b.memory, name+".out"), program, args(addr)...)
	if err != nil {
		return nil, err
	}
	b.started = append(b.started, p)
	return p, p.Await(b.ctx, ready, 2*time.Minute)
}

// serve starts the subject on a data folder, which may hold a database already.
func (b *bench) serve(name, data string, more ...string) (*child.Process, error) {
	return b.start(name, b.concerto, "/salute", func(addr string) []string {
		return append([]string{"serve", "--data", data, "--listen", addr, "--base-url", base,
			"--proxy-header", "X-Forwarded-For", "--process", b.notice}, more...)
	})
}

// floor starts this program again as one of the floors.
func (b *bench) floor(name string, args ...string) (*child.Process, error) {
	return b.floorAs(name, name, args...)
}

// floorAs is floor for one of several of a kind.
func (b *bench) floorAs(called, name string, args ...string) (*child.Process, error) {
	self, err := child.Self()
	if err != nil {
		return nil, err
	}
	return b.start("floor-"+called, self, "/", func(addr string) []string {
		return append([]string{"floor", name, "--listen", addr}, args...)
	})
}

// slotOf is a contestant whose slots are requests of a source to a server.
func (b *bench) slotOf(p *child.Process, want int, next load.Source) duel.Contestant {
	return duel.Contestant{Name: p.Name, Slot: func(ctx context.Context) (duel.Sample, error) {
		return b.drive(ctx, p, want, next), nil
	}}
}

// drive lets the clients ask for one slot and weighs what it cost the server.
func (b *bench) drive(ctx context.Context, p *child.Process, want int, next load.Source) duel.Sample {
	before := p.CPU()
	r := load.Run(ctx, p.Addr, b.clients, b.slot, want, next)
	s := duel.Sample{Done: r.Done, Wrong: r.Wrong, First: r.First, Elapsed: r.Elapsed, CPU: p.CPU() - before, Times: r.Times}
	p.Forget()
	return s
}

// ask asks for one page and returns its answer with its body.
func ask(addr string, request []byte) (load.Answer, error) {
	c, err := load.Dial(addr)
	if err != nil {
		return load.Answer{}, err
	}
	defer c.Close()
	return c.Do(request, true)
}

// tell prints a line and keeps it.
func (b *bench) tell(l duel.Line) {
	fmt.Println(l)
	for _, n := range l.Notes {
		fmt.Println("  " + n)
	}
	b.told = append(b.told, l)
	b.missed = b.missed || l.Verdict != stat.Pass && l.Verdict != stat.Unavailable
}

// lacking tells the lines that cannot be run for want of something.
func (b *bench) lacking(why string, figures ...duel.Figure) {
	for _, f := range figures {
		b.tell(duel.Line{Name: f.Name, Goal: f.Goal.String(), Verdict: stat.Unavailable, Notes: []string{why}})
	}
}

// hasPeer says whether the peers were built, and why not.
func (b *bench) hasPeer() (why string, ok bool) {
	if _, err := os.Stat(b.peer); err != nil {
		return "no peer at " + b.peer + ": its modules could not be had", false
	}
	return "", true
}

// note tells how the machine is, and keeps it.
func (b *bench) note(when string) {
	text := when + ": " + b.machine()
	fmt.Println("# " + text)
	b.machines = append(b.machines, text)
}

// machine says how the machine is just now: what others do on it, and what a flush of
// the disk costs, which is what durable work waits for.
func (b *bench) machine() string {
	p50, p99, err := flushes(b.dir)
	if err != nil {
		return fmt.Sprintf("load %.2f, no flush could be timed: %v", child.Load(), err)
	}
	return fmt.Sprintf("load %.2f, fdatasync p50 %s, p99 %s", child.Load(), p50.Round(time.Microsecond), p99.Round(time.Microsecond))
}

// run is what one run adds to the JSON file.
type run struct {
	At      time.Time   `json:"at"`
	Slot    string      `json:"slot"`
	Machine []string    `json:"machine"` // before and after each line
	Lines   []duel.Line `json:"lines"`
}

func (b *bench) writeJSON() error {
	if b.json == "" {
		return nil
	}
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(run{time.Now().UTC(), b.slot.String(), b.machines, b.told}); err != nil {
		return err
	}
	f, err := os.OpenFile(b.json, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	_, err = w.Write(text.Bytes())
	return errors.Join(err, w.Flush(), f.Close())
}
