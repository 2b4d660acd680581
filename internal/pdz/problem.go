package pdz

import "strings"

// Problem says what is wrong with one field: a code and its arguments, never a
// sentence. The page turns it into words in the reader's language.
type Problem struct {
	Field string // id of the form field, attachment or declaration, or empty for the whole form
	Code  string
	Args  []any
}

// Problems are all the problems found at once, in the order of the form.
type Problems []Problem

func (p Problems) Error() string {
	var b strings.Builder
	for i, x := range p {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(x.Field + ": " + x.Code)
	}
	return b.String()
}

// Add appends a problem.
func (p *Problems) Add(field, code string, args ...any) {
	*p = append(*p, Problem{field, code, args})
}

// Err returns the problems as an error, or nil when there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// problem is a Problem whose field the caller fills in. Readers of one value return a
// pointer to it: nil when nothing is wrong.
func problem(code string, args ...any) *Problem { return &Problem{Code: code, Args: args} }
