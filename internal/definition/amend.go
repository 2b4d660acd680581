package definition

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Standing is how a process stands when an amendment meets it: some things may no
// longer change once something else has happened (definition, section 8).
type Standing struct {
	Now       time.Time
	Source    []byte   // the file of the version in force, as written
	Proposals bool     // the first one has arrived: criteria are fixed
	InUse     []string // ids of forms and tables that something received names
	Past      [][]byte // resolved texts of the versions before: their ids are never used again
	Result    []byte   // the new version's file when the office gives one, to compare with
}

// Amended is what an amendment makes of a definition.
type Amended struct {
	*Definition // the new version; its Source keeps what was written where nothing changed
	Amendment   Amendment
}

// Amendment is an amendment file that was read.
type Amendment struct {
	ID, Type, Date, Reason string
	Version                int // that it makes
	Act                    AmendingAct
	Notify                 []string // adherents, audience, proposers, everyone
	Rejudge                string   // what the definition says of judging again: inFavour, both, none
	Changes                []Change
}

// AmendingAct is the act by which something is amended.
type AmendingAct struct{ Organ, Kind, Number, Date string }

// Change is one value that changes. Old and New are canonical JSON; an empty one
// is nothing: a value added or taken away.
type Change struct {
	Path, Old, New, Why string
	Rejudge             string // inFavour, both, none
}

// Amend applies an amendment file to the version in force, given as its resolved
// text. It refuses, with findings at the place in the file, what is not as the file
// says (amendment-stale) and what may not change, or not so (section 8). The result
// is checked like any definition.
func Amend(base []byte, name string, src []byte, s Standing) (*Amended, Findings) {
	file, found := Load(name, src)
	if file == nil {
		return nil, found
	}
	if file.Kind != "amendment" {
		k := file.Tree.Get("kind")
		return nil, Findings{{name, k.Line, k.Column, "amendment-kind", Error, "this is a " + file.Kind + ": an amendment has kind: amendment"}}
	}
	a, err := newAmending(base, file.Tree, s)
	if err != nil {
		return nil, Findings{{name, 1, 1, "internal", Error, err.Error()}}
	}
	a.found = found
	out, err := a.run()
	if err != nil {
		a.add(nil, "internal", "%v", err)
	}
	if found = a.found.sorted(); found.Failed() {
		return nil, found
	}
	return out, found
}

// Applied returns what the changes of an amendment file make of a version, as
// resolved text, and asks nothing: whoever published it asked. The audit compares
// it with the version that was published.
func Applied(base, src []byte) ([]byte, error) {
	file, found := parse("amendment", src)
	if found.Failed() {
		return nil, found
	}
	a, err := newAmending(base, file, Standing{})
	if err != nil {
		return nil, err
	}
	a.bare = true
	for _, c := range file.List("changes") {
		a.change(c)
	}
	if a.found.Failed() {
		return nil, a.found
	}
	a.after.Get("version").Scalar = strconv.Itoa(a.version())
	return canonical(a.after)
}

// amending is an amendment on its way.
type amending struct {
	Standing
	file    *Node // the amendment
	before  *Node // the version in force
	after   *Node // what becomes of it
	old     *checker
	bare    bool // apply and ask nothing
	changes []Change
	found   Findings
}

func newAmending(base []byte, file *Node, s Standing) (*amending, error) {
	before, err := TreeOf(base)
	if err != nil {
		return nil, err
	}
	x := newIndex(before)
	t, err := timelineOf(x)
	if err != nil {
		return nil, err
	}
	return &amending{Standing: s, file: file, before: before, after: clone(before), old: &checker{index: x, timeline: t}}, nil
}

func (a *amending) add(n *Node, code, format string, args ...any) {
	a.report(Error, n, code, format, args...)
}

func (a *amending) warn(n *Node, code, format string, args ...any) {
	a.report(Warning, n, code, format, args...)
}

func (a *amending) report(w Weight, n *Node, code, format string, args ...any) {
	if n == nil {
		n = a.file
	}
	c := checker{index: a.old.index}
	c.report(w, n, code, format, args...)
	a.found = append(a.found, c.found...)
}

// run takes the steps in order; what is stale makes all that follows noise.
func (a *amending) run() (*Amended, error) {
	if !a.meetsVersion() {
		return nil, nil
	}
	for _, c := range a.file.List("changes") {
		a.change(c)
	}
	if a.found.Failed() {
		return nil, nil
	}
	version := a.after.Get("version")
	version.Scalar = strconv.Itoa(a.version())
	a.checkIDs()
	a.checkAct()
	a.checkEffective()
	a.checkResult()
	if a.found.Failed() {
		return nil, nil
	}
	d, err := assemble(a.after, nil)
	if err != nil {
		return nil, err
	}
	a.checkTimes(d.Process)
	a.compare(d)
	if a.found.Failed() {
		return nil, nil
	}
	d.Source, d.Tree, err = a.rewritten(d)
	return &Amended{d, a.amendment()}, err
}

// meetsVersion checks that the version the file amends is the one in force.
func (a *amending) meetsVersion() bool {
	n := a.file.Get("amends")
	inForce := a.before.Str("id") + "@" + strconv.Itoa(a.before.Int("version"))
	if n.Scalar != inForce {
		a.add(n, "amendment-stale", "it amends %s; the version in force is %s", n.Scalar, inForce)
	} else if next := a.before.Int("version") + 1; a.version() != next {
		a.add(a.file.Get("becomes"), "amends-invalid", "versions grow by one: after this one comes %d", next)
	}
	return n.Scalar == inForce
}

// version is the number of the version that the amendment makes.
func (a *amending) version() int {
	return cmp.Or(a.file.Int("becomes"), a.before.Int("version")+1)
}

func (a *amending) amendment() Amendment {
	act := a.file.Get("act")
	return Amendment{
		ID: a.file.Str("id"), Type: a.kind(), Date: a.file.Str("date"), Reason: a.file.Str("reason"), Version: a.version(),
		Act: AmendingAct{Organ: cmp.Or(act.Str("organ"), a.bodyName(act.Str("body"))), Kind: act.Str("kind"),
			Number: act.Str("number"), Date: act.Str("date")},
		Notify:  a.notify(),
		Rejudge: a.rejudge(), Changes: a.changes,
	}
}

func (a *amending) bodyName(id string) string {
	if id == "" {
		return ""
	}
	return a.old.name(id)
}

// kind is the type of the amendment; one that names none is a change like another.
func (a *amending) kind() string { return cmp.Or(a.file.Str("type"), "change") }

// notify are those who are told: as the file says or, when it is silent, the notice.
func (a *amending) notify() []string {
	if a.file.Has("notify") {
		return a.file.Strings("notify")
	}
	return a.policy().Strings("notify")
}

func (a *amending) policy() *Node { return a.before.Get("amendments") }

func (a *amending) rejudge() string { return cmp.Or(a.policy().Str("rejudge"), "inFavour") }

// compare holds the result against the new version's own file, when the office
// gives one.
func (a *amending) compare(d *Definition) {
	if a.Result == nil {
		return
	}
	given, found := Load("result", a.Result)
	if given == nil {
		a.add(nil, "amendment-differs", "the new version's own file is refused: %v", found.Error())
		return
	}
	if given.Hash != d.Hash {
		a.add(nil, "amendment-differs", "the version in force with these changes is not the file given%s", firstDifference("", d.Tree, given.Tree))
	}
}

// firstDifference names the first place where two trees differ.
func firstDifference(path string, a, b *Node) string {
	if jsonOf(a) == jsonOf(b) {
		return ""
	}
	for _, e := range a.entries() {
		if d := firstDifference(join(path, e.Key), e.Value, b.Get(e.Key)); d != "" {
			return d
		}
	}
	if withIDs(listOr(a)) && withIDs(listOr(b)) {
		for _, i := range a.items() {
			if d := firstDifference(join(path, i.Str("id")), i, entryOf(b, i.Str("id"))); d != "" {
				return d
			}
		}
	}
	return ": they differ at " + path
}

// listOr is a list, or an empty one: withIDs wants a node.
func listOr(n *Node) *Node {
	if n == nil || n.Kind != List {
		return &Node{Kind: Mapping}
	}
	return n
}

// entryOf returns the entry of a list with that id, or nil.
func entryOf(list *Node, id string) *Node {
	i := slices.IndexFunc(list.items(), func(n *Node) bool { return n.Str("id") == id })
	if i < 0 || id == "" {
		return nil
	}
	return list.Items[i]
}

// jsonOf writes any value as canonical JSON; nil is empty.
func jsonOf(n *Node) string {
	if n == nil {
		return ""
	}
	text, err := canonical(&Node{Kind: Mapping, Entries: []Entry{{Key: "v", Value: n}}})
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(text), `{"v":`), "}")
}
