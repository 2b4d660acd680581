// Command chaos breaks the built program from outside and looks whether anything
// that it acknowledged is gone. Each line of its table is a kind of fault, in a
// file of its own; what all share is the rush of visitors (rush.go), the oracle
// that remembers every receipt, and the broken builds by which each judge is judged.
// Two lines, anomaly and clock, need more than the outside can reach: they run the
// use cases in this process, on both databases (package inside).
//
//	go run ./trial/chaos [-line kill9] [-short]
//
// prints "mutant name caught" for each broken build and one line for each kind of
// fault, "LINE name faults=N acks=N lost=N verdict". The verdict is pass,
// fail, or unavailable where the machine lacks what the fault needs; all but pass
// end with status 1, save that with -short an unavailable line is only said.
// Progress goes to standard error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"concerto/trial/oracle"
)

// oracleCommand is the argument by which the command is its own oracle.
const oracleCommand = "oracle"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) == 3 && os.Args[1] == oracleCommand {
		signal.Ignore(os.Interrupt) // the trial tells it when to end
		if err := oracle.Serve(context.Background(), os.Args[2], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "oracle:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.SetOutput(errs)
	only := flags.String("line", "", "run these lines alone, separated by commas")
	short := flags.Bool("short", false, "run the short selection, without broken builds")
	binary := flags.String("binary", "bin/concerto", "the program")
	ports := flags.Int("ports", 18300, "first of the ports to listen on")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	chosen, err := choose(*only, *short)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	t, err := newTrial(ctx, *binary, *short, *ports, errs)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	status := 0
	for _, l := range chosen {
		r := t.runLine(l)
		r.print(out, errs, l.name)
		if !r.good(*short) {
			status = 1
		}
	}
	t.finish(status == 0)
	return status
}

// choose returns the lines named, or the selection.
func choose(only string, short bool) ([]line, error) {
	if only == "" {
		var all []line
		for _, l := range lines {
			if !short || l.short {
				all = append(all, l)
			}
		}
		return all, nil
	}
	var chosen []line
	for name := range strings.SplitSeq(only, ",") {
		l, ok := find(name)
		if !ok {
			return nil, fmt.Errorf("no line is called %q; there are %s", name, strings.Join(names(), ", "))
		}
		chosen = append(chosen, l)
	}
	return chosen, nil
}

// newTrial makes the folder in which everything happens.
func newTrial(ctx context.Context, binary string, short bool, ports int, errs io.Writer) (*trial, error) {
	abs, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(abs); err != nil {
		return nil, errors.Join(errors.New("build the program first: make build"), err)
	}
	dir, err := os.MkdirTemp("", "concerto-chaos-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL, which runs as another user, has its folder inside
		return nil, err
	}
	return &trial{ctx: ctx, dir: dir, binary: abs, short: short, port: ports, errs: errs}, nil
}

// finish removes the folder; after a failure it stays, to be looked at.
func (t *trial) finish(clean bool) {
	if clean {
		os.RemoveAll(t.dir)
		return
	}
	fmt.Fprintf(t.errs, "what was found is kept in %s\n", t.dir)
}
