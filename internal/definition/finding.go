package definition

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Weight says what a finding forbids.
type Weight int

const (
	Warning     Weight = iota // never blocks
	Publication               // check passes, publishing is refused
	Error                     // the file is refused
)

func (w Weight) String() string {
	return [...]string{"warning", "publication", "error"}[w]
}

// Finding is one thing the reader has to say about a file, at the place where
// the author can mend it.
type Finding struct {
	File         string
	Line, Column int    // from 1; columns count characters, not bytes
	Code         string // a code of the definition format, stable for scripts
	Weight       Weight
	Message      string
}

// String is the line printed on a terminal, which editors know how to follow.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// Findings are all the findings of a file, sorted by place.
type Findings []Finding

// Failed reports whether the file is refused.
func (f Findings) Failed() bool {
	return slices.ContainsFunc(f, func(x Finding) bool { return x.Weight == Error })
}

// Publishable reports whether nothing stands in the way of publication.
func (f Findings) Publishable() bool {
	return !slices.ContainsFunc(f, func(x Finding) bool { return x.Weight != Warning })
}

// Error joins the findings that block, one a line.
func (f Findings) Error() string {
	var lines []string
	for _, x := range f {
		if x.Weight == Error {
			lines = append(lines, x.String())
		}
	}
	return strings.Join(lines, "\n")
}

// sorted puts the findings in the order of the text and drops repetitions: two
// checks may meet the same slip by different ways.
func (f Findings) sorted() Findings {
	slices.SortStableFunc(f, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(b.Weight, a.Weight),
			cmp.Compare(a.Code, b.Code),
		)
	})
	return slices.Compact(f)
}
