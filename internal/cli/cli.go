// Package cli is the command line: one file for each command, and the wiring that
// makes a running instance out of its configuration. The clock of the machine and
// its randomness enter the program here and nowhere else.
package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	_ "time/tzdata" // deadlines are in Europe/Rome whatever the machine has installed

	"github.com/alecthomas/kong"
)

// Set by the build.
var version, commit, date string

type commands struct {
	LogFormat string `help:"How the log is written, on standard error: text or json." enum:"text,json" default:"text"`

	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Demo    demoCommand    `cmd:"" help:"Run the demo: Lecce 2013 with invented people, on a simulated clock."`
	Check   checkCommand   `cmd:"" help:"Validate a process definition."`
	Verify  verifyCommand  `cmd:"" help:"Verify receipts offline."`
	Audit   auditCommand   `cmd:"" help:"Recompute every leaf, hash, commitment and verdict from the data."`
	Backup  backupCommand  `cmd:"" help:"Write a backup, beside a server that may be running."`
	Restore restoreCommand `cmd:"" help:"Put a backup into an empty folder or an empty database, erase again what was erased since, and audit."`
	Move    moveCommand    `cmd:"" help:"Copy the database into an empty one of either kind, and audit both."`
	Version versionCommand `cmd:"" help:"Print version, commit and build date."`
}

// terminal is where a command writes.
type terminal struct {
	out, err io.Writer
	log      *slog.Logger
}

// exit is an error that is only a status: what there was to say has been said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// Main runs one command and returns the status of the process.
func Main(args []string, out, errs io.Writer) int {
	t := &terminal{out: out, err: errs}
	var c commands
	parser, err := kong.New(&c, kong.Name("concerto"), kong.UsageOnError(), kong.Writers(out, errs),
		kong.Description("Participatory planning of the Piano Sociale di Zona."), kong.DefaultEnvars("CONCERTO"), kong.Bind(t))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errs, "concerto:", err)
		return 2
	}
	lines := &gathered{w: errs}
	t.log, t.err = newLog(lines, c.LogFormat), lines
	defer lines.flush()
	err = ctx.Run()
	var status exit
	switch {
	case errors.As(err, &status):
		return int(status)
	case err != nil:
		fmt.Fprintln(lines, "concerto:", err)
		return 1
	}
	return 0
}

type versionCommand struct{}

func (versionCommand) Run(t *terminal) error {
	fmt.Fprintf(t.out, "concerto %s commit %s built %s\n", or(version, "unversioned"), or(commit, "unknown"), or(date, "unknown"))
	return nil
}

// or returns a text, or what stands for it when it is empty.
func or(s, stand string) string {
	if s == "" {
		return stand
	}
	return s
}
