package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"concerto/trial/anomaly"
	"concerto/trial/instance"
	"concerto/trial/mutant"
)

// wantedPoints is how many failing calls there must be at least, or the sweep has
// grown blind.
const wantedPoints = 500

// anomalies has every call of the append path fail once, on both databases.
func anomalies(t *trial) (result, error) {
	var res result
	every := 1
	if t.short {
		every = 7
	}
	server, err := t.volatilePostgres()
	if err != nil {
		return res, err
	}
	defer server.Stop()
	made := 0
	databases := map[string]func(dir string) (string, error){
		"sqlite":   func(dir string) (string, error) { return filepath.Join(dir, "concerto.db"), nil },
		"postgres": func(string) (string, error) { return server.Create(fmt.Sprintf("anomaly%d", made)) },
	}
	for engine, create := range databases {
		fresh := func() (string, string, error) {
			made++
			s, err := t.sub(fmt.Sprintf("%s-%d", engine, made))
			if err != nil {
				return "", "", err
			}
			database, err := create(s.dir)
			return database, s.dir, err
		}
		r, err := anomaly.Sweep(t.ctx, anomaly.Config{New: fresh, Every: every,
			Say: func(format string, args ...any) { t.say(engine+", "+format, args...) }})
		if err != nil {
			return res, fmt.Errorf("%s: %w", engine, err)
		}
		res.faults, res.acks, res.lost = res.faults+r.Points, res.acks+r.Acked, res.lost+r.Lost
		res.findings = append(res.findings, r.Findings...)
		res.measured("%s: %d calls failed: acknowledged %d, absent %d, there without an answer and the same when asked again %d",
			engine, r.Points, r.Acked, r.Absent, r.Silent)
	}
	if !t.short && res.faults < wantedPoints {
		res.found("only %d calls were met, want %d", res.faults, wantedPoints)
	}
	return res, t.judgeMyself(&res, "anomaly")
}

// volatilePostgres is a server that need not survive a crash.
func (t *trial) volatilePostgres() (*instance.Postgres, error) {
	server, err := instance.StartPostgres(filepath.Join(t.dir, "postgres"), "fsync=off")
	if err != nil {
		return nil, &lackingError{err.Error()}
	}
	return server, nil
}

// judgeMyself runs the short form of a line, which has the use cases in its own
// process, in builds of this command that are broken by each patch that names the
// line. Each must fail.
func (t *trial) judgeMyself(res *result, line string) error {
	if t.short {
		return nil
	}
	names, err := patchesOf(line)
	if err != nil {
		return err
	}
	for _, name := range names {
		s, err := t.sub("mutant-" + name)
		if err != nil {
			return err
		}
		t.say("building mutant %s", name)
		binary, err := mutant.BuildPackage(t.ctx, ".", name, s.dir, "./trial/chaos")
		if err != nil {
			return err
		}
		res.mutants = append(res.mutants, s.runBroken(t.ctx, name, line, binary))
	}
	return nil
}

// patchesOf returns the names of the patches that a line must notice.
func patchesOf(line string) ([]string, error) {
	all, err := mutant.List(".")
	var names []string
	for _, p := range all {
		if p.Line == line {
			names = append(names, p.Name)
		}
	}
	return names, err
}

// finding is what a line prints of what it found.
var finding = regexp.MustCompile(`FOUND .*`)

// runBroken runs a broken build of this command. Its folder is not under this one's:
// the path of PostgreSQL's socket has to be short.
func (t *trial) runBroken(ctx context.Context, name, line, binary string) judged {
	dir, err := os.MkdirTemp("", "concerto-broken-")
	if err != nil {
		return judged{name: name, how: err.Error()}
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL runs as another user
		return judged{name: name, how: err.Error()}
	}
	c := exec.CommandContext(ctx, binary, "-line", line, "-short", "-binary", t.binary)
	c.Env = append(os.Environ(), "TMPDIR="+dir)
	out, err := c.CombinedOutput()
	how := finding.FindString(string(out))
	switch {
	case how != "":
		return judged{name: name, caught: true, how: how}
	case err == nil && bytes.Contains(out, []byte("lost=0 pass")):
		return judged{name: name, how: "it passed"}
	}
	return judged{name: name, how: fmt.Sprintf("it was not tried: %v: %s", err, out)}
}
