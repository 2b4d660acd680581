// Command peer holds the programs that Concerto is measured against, in a module of its
// own: none of what they need ever enters the program.
//
//	peer pocketbase --dir DIR serve --http ADDR   PocketBase with a collection of adhesions
//	peer fill --dir DIR N                         N records in that collection
//	peer bleve --dir DIR --listen ADDR FILE       a full-text index over FILE, a document a line
//
// PocketBase runs as its own documentation says, with one change: its connections use
// synchronous=FULL, set through the hook it offers for this. As shipped it uses NORMAL,
// which loses the last acknowledged records when the power goes; Concerto may not, so
// only FULL is a fair comparison. Its log of requests stays on, as shipped.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("pocketbase, fill or bleve?")
	}
	switch args[0] {
	case "pocketbase":
		return pocket(args[1:])
	case "fill":
		return fill(args[1:])
	case "bleve":
		return index(args[1:])
	}
	return fmt.Errorf("%q is none of pocketbase, fill, bleve", args[0])
}
