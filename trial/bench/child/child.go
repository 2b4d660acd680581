// Package child runs the contestants of the bench: programs of their own on loopback,
// started, awaited, weighed and ended.
//
// What a contestant costs is read from /proc: the processor time of the process and of
// all that it started, because a database server works in children of its own.
package child

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Process is a program that the bench started.
type Process struct {
	Name string
	Addr string // where it answers, host and port; empty for one that answers nobody

	cmd  *exec.Cmd
	out  string        // path of what it said
	done chan struct{} // closed when it has ended
	err  error         // set before done is closed
}

// Start starts a program. What it says goes to the file out: a file in memory costs the
// contestants and the bench the least, and a server that logs each request says much.
func Start(name, addr, out, program string, args ...string) (*Process, error) {
	p := &Process{Name: name, Addr: addr, cmd: exec.Command(program, args...), out: out, done: make(chan struct{})}
	said, err := os.OpenFile(out, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer said.Close()
	p.cmd.Stdout, p.cmd.Stderr = said, said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// Await returns when the program answers a GET of path, with a status that is no error.
func (p *Process) Await(ctx context.Context, path string, patience time.Duration) error {
	return p.AwaitAs(ctx, p.Addr, path, patience)
}

// AwaitAs is Await for a site that answers under one name alone.
func (p *Process) AwaitAs(ctx context.Context, host, path string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Addr+path, nil)
		if err != nil {
			return err
		}
		r.Host = host
		if answer, err := client.Do(r); err == nil {
			answer.Body.Close()
			if answer.StatusCode < http.StatusBadRequest {
				return nil
			}
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended before it answered (%v):\n%s", p.Name, p.err, p.Output())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer:\n%s", p.Name, p.Output())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// Stop asks the program to end, and ends it if it does not within ten seconds.
func (p *Process) Stop() {
	if p == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// tailSize is how much of what a program said is worth telling.
const tailSize = 4 << 10

// Output is the end of what the program has said so far.
func (p *Process) Output() string {
	text, _ := os.ReadFile(p.out)
	return string(text[max(0, len(text)-tailSize):])
}

// Forget throws away what the program has said so far.
func (p *Process) Forget() { _ = os.Truncate(p.out, 0) }

// Run runs a program to its end.
func Run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return fmt.Errorf("%s: %w:\n%s", cmd, err, bytes.TrimSpace(out))
	}
	return err
}

// Self is the path of the running program: the floors are the bench itself, started
// again with another first argument.
func Self() (string, error) { return os.Executable() }
