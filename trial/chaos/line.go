package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"concerto/trial/instance"
	"concerto/trial/mutant"
)

// line is a kind of fault.
type line struct {
	name  string
	short bool // also in the short selection
	run   func(*trial) (result, error)
}

// lines is the table: the name is the word after LINE and the value of -line.
var lines = []line{
	{"kill9", true, kill9},
	{"powercut", false, powercut},
	{"postgres", false, postgres},
	{"diskfull", true, diskfull},
	{"slow", true, slow},
	{"anomaly", false, anomalies}, // its short form and that of clock are Go tests, which make test runs
	{"clock", false, clocks},
	{"restore", true, restore},
	{"mutants", true, mutants},
}

func find(name string) (line, bool) {
	i := slices.IndexFunc(lines, func(l line) bool { return l.name == name })
	if i < 0 {
		return line{}, false
	}
	return lines[i], true
}

func names() []string {
	var all []string
	for _, l := range lines {
		all = append(all, l.name)
	}
	return all
}

// result is what a line found.
type result struct {
	faults, acks, lost int
	findings           []string // what makes it fail, besides a loss
	figures            []string // what it measured, for standard error
	mutants            []judged
	unavailable        string // what the machine lacks
}

// judged is a broken build and whether it was caught.
type judged struct {
	name   string
	caught bool
	how    string
	word   string // printed instead of "missed"
}

func (r *result) found(format string, args ...any) {
	r.findings = append(r.findings, fmt.Sprintf(format, args...))
}

func (r *result) measured(format string, args ...any) {
	r.figures = append(r.figures, fmt.Sprintf(format, args...))
}

func (r *result) verdict() string {
	switch {
	case r.unavailable != "":
		return "unavailable"
	case r.lost > 0 || len(r.findings) > 0:
		return "fail"
	}
	return "pass"
}

// good reports whether the line leaves the status at 0.
func (r *result) good(short bool) bool {
	blind := slices.ContainsFunc(r.mutants, func(m judged) bool { return !m.caught })
	return !blind && (r.verdict() == "pass" || short && r.unavailable != "")
}

func (r *result) print(out, errs io.Writer, name string) {
	for _, f := range r.figures {
		fmt.Fprintf(errs, "%s: %s\n", name, f)
	}
	for _, f := range r.findings {
		fmt.Fprintf(errs, "%s: FOUND %s\n", name, f)
	}
	if r.unavailable != "" {
		fmt.Fprintf(errs, "\n%s: NOT TRIED, AND NOT PASSED: %s\n\n", name, r.unavailable)
	}
	for _, m := range r.mutants {
		word := "caught"
		if !m.caught {
			word = cmp.Or(m.word, "missed")
		}
		fmt.Fprintf(errs, "%s: mutant %s: %s\n", name, m.name, m.how)
		fmt.Fprintf(out, "mutant %s %s\n", m.name, word)
	}
	fmt.Fprintf(out, "LINE %s faults=%d acks=%d lost=%d %s\n", name, r.faults, r.acks, r.lost, r.verdict())
}

// trial is what the lines share.
type trial struct {
	ctx    context.Context
	dir    string
	binary string
	short  bool
	port   int
	errs   io.Writer
	began  time.Time
	line   string
}

// runLine runs a line in a folder of its own. An error is a fault of the trial, and
// a trial that could not be made is not passed.
func (t *trial) runLine(l line) result {
	sub := *t
	sub.line, sub.began, sub.dir = l.name, time.Now(), filepath.Join(t.dir, l.name)
	if err := os.Mkdir(sub.dir, 0o755); err != nil {
		return result{findings: []string{err.Error()}}
	}
	r, err := l.run(&sub)
	var lacking *lackingError
	switch {
	case errors.As(err, &lacking):
		r.unavailable = lacking.what
	case err != nil:
		r.found("%v", err)
	}
	sub.say("done")
	return r
}

// lackingError means that the machine lacks what a line needs.
type lackingError struct{ what string }

func (e *lackingError) Error() string { return e.what }

// say tells how far the trial is.
func (t *trial) say(format string, args ...any) {
	fmt.Fprintf(t.errs, "%s %5.1fs  %s\n", t.line, time.Since(t.began).Seconds(), fmt.Sprintf(format, args...))
}

// sub returns the same trial in a folder under its own.
func (t *trial) sub(name string) (*trial, error) {
	s := *t
	s.dir = filepath.Join(t.dir, name)
	return &s, os.Mkdir(s.dir, 0o755)
}

// config is an instance of the trial: its data in a folder, its address on the
// n-th port of the trial.
func (t *trial) config(binary, data string, n int) (instance.Config, error) {
	notice := filepath.Join(t.dir, "notice.yaml")
	if _, err := os.Stat(notice); err != nil {
		if notice, err = instance.WriteNotice(t.dir, time.Now()); err != nil {
			return instance.Config{}, err
		}
	}
	return instance.Config{Binary: binary, Data: data, Notice: notice, Base: t.base(), Listen: fmt.Sprintf("127.0.0.1:%d", t.port+n),
		Log: filepath.Join(t.dir, fmt.Sprintf("server-%d.log", n))}, nil
}

// base is the address of the site, whichever instance answers.
func (t *trial) base() string { return fmt.Sprintf("http://127.0.0.1:%d", t.port) }

// judge builds the program with a patch, and reports whether try found it out.
// try returns how it was found out, or nothing.
func (t *trial) judge(name string, try func(s *trial, binary string) (string, error)) judged {
	s, err := t.sub("mutant-" + name)
	if err != nil {
		return judged{name: name, how: err.Error()}
	}
	t.say("building mutant %s", name)
	binary, err := mutant.Build(t.ctx, ".", name, s.dir)
	if err != nil {
		return judged{name: name, how: err.Error()}
	}
	how, err := try(s, binary)
	if err != nil {
		return judged{name: name, how: err.Error()}
	}
	if how == "" {
		return judged{name: name, how: "nothing was lost: the trial is blind to it"}
	}
	return judged{name: name, caught: true, how: firstLine(how)}
}
