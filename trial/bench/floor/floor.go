// Package floor holds the least that the same work could cost: programs that do the part
// of it nobody can leave out, and nothing else. The bench starts itself again as one of
// them, so that a floor too is a process on loopback whose cost can be weighed.
package floor

import (
	"flag"
	"fmt"
)

// Run runs a floor until the process is told to stop.
func Run(name string, args []string) error {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	listen := flags.String("listen", "", "address to listen on")
	var run func(listen string) error
	switch name {
	case "static":
		run = static(flags)
	case "insert":
		run = insert(flags)
	default:
		return fmt.Errorf("there is no floor %q", name)
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	return run(*listen)
}
