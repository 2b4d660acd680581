// Package instance runs the built program as an office would: a process of its
// own with a data folder, an SQLite file or a PostgreSQL server, and nothing of
// the program's inside this one. So it can be stopped, killed, frozen and started
// again on what is left, and what is measured is what is shipped.
//
// The notice it serves is that of Lecce, moved by whole weeks to now, because
// "concerto serve" has the machine's clock and no other.
package instance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Config says what to run.
type Config struct {
	Binary   string // path of concerto
	Data     string // data folder
	Database string // empty: SQLite in the data folder
	Notice   string // path of the process definition; see WriteNotice
	Listen   string // 127.0.0.1:PORT
	Base     string // empty: http://LISTEN; instances of one site share it
	Log      string // file to which the program's log is added; empty: thrown away
	Args     []string
}

// Server is a running instance.
type Server struct {
	Config
	process *exec.Cmd
	ended   chan struct{}
	err     error // of the process; read after ended is closed
}

// startTime is how long an instance may take to be ready: a first start migrates and publishes.
const startTime = 60 * time.Second

// Start runs an instance and returns when it is ready.
func Start(ctx context.Context, c Config) (*Server, error) {
	if c.Base == "" {
		c.Base = "http://" + c.Listen
	}
	s := &Server{Config: c, ended: make(chan struct{})}
	log, err := openLog(c.Log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s.process = exec.Command(c.Binary, s.arguments()...)
	s.process.Stderr = log
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.err = s.process.Wait()
		close(s.ended)
	}()
	if err := s.waitReady(ctx); err != nil {
		s.Kill()
		return nil, err
	}
	return s, nil
}

func (s *Server) arguments() []string {
	args := []string{"serve", "--data", s.Data, "--listen", s.Listen, "--base-url", s.Base, "--proxy-header", "X-Forwarded-For"}
	if s.Database != "" {
		args = append(args, "--database", s.Database)
	}
	if s.Notice != "" {
		args = append(args, "--process", s.Notice)
	}
	return append(args, s.Args...)
}

func openLog(path string) (*os.File, error) {
	if path == "" {
		path = os.DevNull
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

func (s *Server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		if h, err := s.Health(ctx); err == nil && h.State != Down {
			return nil
		}
		select {
		case <-s.ended:
			return &Ended{s.err, tail(s.Log)}
		case <-ctx.Done():
			return fmt.Errorf("instance on %s is not ready: %w\n%s", s.Listen, ctx.Err(), tail(s.Log))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Ended is the error of an instance that ended by itself, as one does that finds
// its database older than what it signed.
type Ended struct {
	Err error
	Log string // last lines
}

func (e *Ended) Error() string { return fmt.Sprintf("instance ended: %v\n%s", e.Err, e.Log) }

// Down is the state of an instance that is not ready.
const Down = "guasto"

// Health is what /salute says.
type Health struct {
	State    string `json:"stato"`
	Database string `json:"database"`
	Writer   string `json:"scrittura"`
	Clock    string `json:"orologio"`
	Disk     string `json:"disco"`
}

// Health asks the instance how it is.
func (s *Server) Health(ctx context.Context) (Health, error) {
	var h Health
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Listen+"/salute", nil)
	if err != nil {
		return h, err
	}
	answer, err := healthClient.Do(r)
	if err != nil {
		return h, err
	}
	defer answer.Body.Close()
	return h, json.NewDecoder(answer.Body).Decode(&h)
}

var healthClient = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// Pid is the process of the instance.
func (s *Server) Pid() int { return s.process.Process.Pid }

// Ended is closed when the process has ended, however.
func (s *Server) Ended() <-chan struct{} { return s.ended }

// Kill ends the process at once, as kill -9 does, and waits for it.
func (s *Server) Kill() {
	_ = s.process.Process.Kill() // fails only when it has ended already
	<-s.ended
}

// stopTime is how long an instance may take to let its requests finish.
const stopTime = 30 * time.Second

// Stop asks the instance to end and waits for it.
func (s *Server) Stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
		return s.err
	case <-time.After(stopTime):
		s.Kill()
		return fmt.Errorf("instance on %s did not stop in %v", s.Listen, stopTime)
	}
}

// Run runs another command of the program on the same data, such as audit.
func (c Config) Run(ctx context.Context, command string, args ...string) (string, error) {
	full := append([]string{command, "--data", c.Data}, args...)
	if c.Database != "" {
		full = append(full, "--database", c.Database)
	}
	out, err := exec.CommandContext(ctx, c.Binary, full...).CombinedOutput()
	text := string(bytes.TrimSpace(out))
	if err != nil {
		return text, fmt.Errorf("concerto %s: %w: %s", command, err, text)
	}
	return text, nil
}

// FreeAddress returns an address of this machine that nobody listens on, taken
// from a range of ports.
func FreeAddress(first, last int) (string, error) {
	for port := first; port <= last; port++ {
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		l, err := net.Listen("tcp", addr)
		if err == nil {
			return addr, l.Close()
		}
	}
	return "", fmt.Errorf("no free port between %d and %d", first, last)
}

// tail returns the last lines of a log.
func tail(path string) string {
	const most = 2000
	f, err := os.Open(path)
	if path == "" || err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > most {
		f.Seek(-most, io.SeekEnd)
	}
	b, _ := io.ReadAll(f)
	return string(b)
}
