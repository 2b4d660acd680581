// Command bench measures how fast Concerto is, always against something else in the
// same run: the least that the same work could cost on this machine (a floor), or a
// program that somebody might use instead (a peer).
//
// Each line of doc/evidence.md and of the plan is one or more lines here:
//
//	LINE name median [lo, hi] goal verdict
//
// Contestants are programs of their own on loopback. They take turns in rounds (package
// duel), driven by clients that cost little (package load); a round gives one ratio, the
// rounds a median with a 90 % interval (package stat). A line passes when the whole
// interval meets its goal, fails when the whole interval misses it, and is inconclusive
// otherwise. So a figure is never a time of this machine, and a noisy machine gives no
// wrong verdict, only none.
//
// What the subject does is real: the built program, its pages over HTTP, with validation,
// CSRF protection and rate limit in force, answers checked, a sample of the receipts
// verified. Only what is there before a slot begins may be made by other means (package
// scratch), since a filled database is no evidence of anything.
//
// The floors are this program started again (package floor), but for the one of the rush,
// which is the real web layer before a plain file: see rawfile/overlay/rawfile.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"concerto/trial/bench/duel"
	"concerto/trial/bench/floor"
	"concerto/trial/bench/stat"
)

// line is one that can be asked for; it tells one line or more.
type line struct {
	name string
	run  func(*bench) error
}

// lines are all of them, in the order of the plan.
var lines = []line{
	{"rush", (*bench).rush},
	{"rush-postgres", (*bench).rushPostgres},
	{"pages", (*bench).pages},
	{"search", (*bench).search},
	{"export", (*bench).export},
	{"small", (*bench).small},
	{"growth", (*bench).growth},
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "floor" {
		exit(floor.Run(os.Args[2], os.Args[3:]))
	}
	var b bench
	flag.StringVar(&b.concerto, "concerto", "bin/concerto", "the built program")
	flag.StringVar(&b.peer, "peer", "bin/peer", "the built peers; a line that needs one it does not find is unavailable")
	flag.StringVar(&b.parent, "dir", "", "where scratch folders are made: a disk, or commits cost nothing; default: the system's")
	flag.IntVar(&b.least, "rounds", 7, "least rounds of a line")
	flag.IntVar(&b.most, "most", 25, "most rounds of a line that is undecided")
	flag.DurationVar(&b.slot, "slot", time.Second, "length of a slot; a round has four")
	flag.IntVar(&b.clients, "clients", 64, "clients at once")
	flag.IntVar(&b.rows, "rows", 0, "rows of the large databases; 0: as many as the plan says")
	flag.StringVar(&b.json, "json", "", "file to which the lines are added as JSON, one run a line")
	which := flag.String("line", "", "lines to run, separated by commas; default: all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b.ctx = ctx
	var err1, err2 error // children start in folders of their own
	b.concerto, err1 = filepath.Abs(b.concerto)
	b.peer, err2 = filepath.Abs(b.peer)
	if err := errors.Join(err1, err2); err != nil {
		exit(err)
	}
	exit(b.run(*which))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// errMissed is the error of a run in which some line did not pass.
var errMissed = errors.New("not every line passed")

// run runs the lines asked for. One that cannot be run does not keep the others from it.
func (b *bench) run(which string) error {
	wanted := strings.FieldsFunc(which, func(r rune) bool { return r == ',' || r == ' ' })
	for _, w := range wanted {
		if !slices.ContainsFunc(lines, func(l line) bool { return l.name == w }) {
			return fmt.Errorf("there is no line %q", w)
		}
	}
	if err := b.open(); err != nil {
		return err
	}
	defer b.close()
	var err error
	for _, l := range lines {
		if err == nil && (len(wanted) == 0 || slices.Contains(wanted, l.name)) {
			err = b.alone(l.name, l.run)
		}
	}
	if err := errors.Join(err, b.writeJSON()); err != nil {
		return err
	}
	if b.missed {
		return errMissed
	}
	return nil
}

// alone runs one line and ends what it started, whatever happens.
func (b *bench) alone(name string, run func(*bench) error) error {
	b.note("before " + name)
	err := run(b)
	b.stopAll()
	if b.ctx.Err() != nil {
		return b.ctx.Err()
	}
	if err != nil {
		b.tell(duel.Line{Name: name, Goal: "-", Verdict: stat.Fail, Notes: []string{err.Error()}})
	}
	b.note("after " + name)
	return nil
}

// play runs a duel with the rounds that were asked for, and tells its lines.
func (b *bench) play(subject, other duel.Contestant, figures ...duel.Figure) error {
	told, err := duel.Duel{A: subject, B: other, Figures: figures, Least: b.least, Most: max(b.most, b.least), Seed: seed}.Run(b.ctx)
	if err != nil {
		return err
	}
	for _, l := range told {
		b.tell(l)
	}
	return nil
}

// seed makes the intervals repeatable from the rounds in the JSON.
const seed = 2013
