package pdz

// Rule is a rule of the definition: yes or no with When, or a table of Cases.
type Rule struct {
	ID, Decides, Label string
	When               *Predicate
	Reason             Reason
	Cases              []Case
	Otherwise          *Case
	Cites              []Cite
}

// Reason holds the text people read for each result; any may be empty.
type Reason struct{ Pass, Fail, ToComplete string }

type Case struct {
	When         *Predicate
	Then, Reason string
}

type Cite struct{ Law, At, Notice, Act string }

// Predicate is a condition tree. Exactly one of the groups is set:
// All, Any, Not, Always, Rule, a leaf (Fact and Op), or a count. A nil predicate is
// no condition at all, and holds.
type Predicate struct {
	All, Any []*Predicate
	Not      *Predicate
	Always   bool
	Rule     string

	Fact    string
	Op      string // is, in, notIn, contains, containsAny, containsAll, containsNone, size, before, onOrBefore, after, onOrAfter, atLeast, atMost, known
	Operand Operand

	Count   string // collection
	Where   *Predicate
	CountOp string // atLeast, atMost, is, all
	CountN  int

	Why string
}

// Operand is the right-hand side of a leaf, already read by the type of its fact.
type Operand struct {
	Text     string   // value, level
	List     []string // in, notIn, containsAny, containsAll, containsNone
	Bool     bool     // bool facts, known
	Number   int64    // number; money in cents
	AtLeast  *int64   // size
	AtMost   *int64   // size
	Moment   Moment   // time facts
	FromFact string   // time operand that starts from another fact; Shift is then applied
	Shift    Shift
}
