package mutant

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Patch is a break with what it says of itself: comments before the first file say
// in a sentence what it breaks and who must notice it, as
//
//	# What arrives at the very instant of the deadline is late.
//	# catches: internal/pdz TestAnArrivalIsJudgedByTheMillisecond
//
// A test may be narrowed to a subtest (Test/sqlite). What only a fault from outside
// shows names a line of trial/chaos instead, or as well: "# catches: line powercut".
type Patch struct {
	Name, Says    string
	Package, Test string // the test, or empty
	Line          string // of trial/chaos, or empty
}

// List reads all patches, in the order of their names.
func List(root string) ([]Patch, error) {
	paths, err := filepath.Glob(filepath.Join(root, Folder, "*.patch"))
	if err != nil {
		return nil, err
	}
	var all []Patch
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		p, err := parse(strings.TrimSuffix(filepath.Base(path), ".patch"), string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func parse(name, text string) (Patch, error) {
	p := Patch{Name: name}
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "# ")
		if !ok {
			break
		}
		by, ok := strings.CutPrefix(comment, "catches: ")
		if !ok {
			p.Says = strings.TrimSpace(p.Says + " " + comment)
			continue
		}
		where, what, ok := strings.Cut(by, " ")
		switch {
		case !ok:
			return p, fmt.Errorf("patch %s: %q names no test and no line", name, by)
		case where == "line":
			p.Line = what
		default:
			p.Package, p.Test = where, what
		}
	}
	if p.Says == "" || p.Test == "" && p.Line == "" {
		return p, fmt.Errorf("patch %s does not say what it breaks and who must notice it", name)
	}
	return p, nil
}

// Function is the name of the test without its subtest.
func (p Patch) Function() string {
	name, _, _ := strings.Cut(p.Test, "/")
	return name
}
