package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// A list of admitted and not admitted is published under the number and date of
// an act and does not change any more: what is decided later goes into the next
// one. It names bodies and never people (publication.participants of the
// definition; Garante 243/2014): a citizen is a line with a number.

// Problem codes of a list.
const (
	CodeListUndecided = "list.undecided" // sheets on which a decision is still due; their numbers
	CodeListTwins     = "list.twins"     // sheets that wait as duplicates; their numbers
	CodeListWaits     = "list.waits"     // sheets whose arrival a second officer has not confirmed; their numbers
	CodeListEmpty     = "list.empty"     // no sheet to list; no arguments
	CodeListDate      = "list.date"      // the act is dated after today; no arguments
)

// ListCodes are all the codes above.
var ListCodes = []string{CodeListUndecided, CodeListTwins, CodeListWaits, CodeListEmpty, CodeListDate}

// Fields of the form of a list, as problems name them.
const (
	FieldTitle     = "titolo"
	FieldActNumber = "numero"
	FieldActDate   = "data"
)

// ListInput is a list about to be published.
type ListInput struct {
	Title, ActNumber string
	ActDate          pdz.Date
}

// ListEntry is a line of a list, as it is published.
type ListEntry struct {
	Number   string `json:"number"`
	Name     string `json:"name"`     // of a body; empty for a person, and where the definition publishes no names
	Category string `json:"category"` // label
	Verdict  string `json:"verdict"`
	Ground   string `json:"ground"` // why it is not admitted, or with what reserve
	Withheld bool   `json:"withheld"`
}

type listBody struct {
	Title     string      `json:"title"`
	ActNumber string      `json:"actNumber"`
	ActDate   string      `json:"actDate"`
	Entries   []ListEntry `json:"entries"`
}

func (listBody) kind() string { return actList }

const actList = "elenco"

// ListView is a published list.
type ListView struct {
	ID, Process, Title, ActNumber string
	ActDate                       pdz.Date
	Entries                       []ListEntry
	Act                           int64
	PublishedAt                   time.Time
}

// Count is how many entries have one of the verdicts.
func (v *ListView) Count(verdicts ...string) (n int) {
	for _, e := range v.Entries {
		for _, want := range verdicts {
			if e.Verdict == want {
				n++
			}
		}
	}
	return n
}

// ListPreview returns the entries that a list published now would have, and what
// keeps it from being published.
func (a *App) ListPreview(ctx context.Context, who Actor, ambito, process string) ([]ListEntry, pdz.Problems, error) {
	if !who.is(Officer, Head) {
		return nil, nil, ErrForbidden
	}
	r := a.Store.Read()
	p, err := a.processInForce(ctx, r, ambito, process)
	if err != nil {
		return nil, nil, err
	}
	return listEntries(ctx, r, p, ambito, process)
}

// PublishList freezes the list as it stands and publishes it under an act of the
// Ambito. It is the head of the office who signs for it.
func (a *App) PublishList(ctx context.Context, who Actor, ambito, process string, in ListInput, at Arrival) (id string, err error) {
	if !who.is(Head) {
		return "", ErrForbidden
	}
	err = a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		p, err := a.processInForce(ctx, tx.Queries, ambito, process)
		if err != nil {
			return err
		}
		b, err := readList(p, in, tx.Now)
		if err != nil {
			return err
		}
		var problems pdz.Problems
		if b.Entries, problems, err = listEntries(ctx, tx.Queries, p, ambito, process); err != nil {
			return err
		}
		if err := problems.Err(); err != nil {
			return err
		}
		if id, err = register.NewMatter(a.Rand); err != nil {
			return err
		}
		_, err = a.record(ctx, tx, recording{who: who, matter: id, process: process, definition: p.Hash, via: "office",
			assurance: "operatorAttested", at: at, body: b})
		return err
	})
	return id, err
}

// readList checks title, number and date of the act.
func readList(p *pdz.Process, in ListInput, now time.Time) (listBody, error) {
	var problems pdz.Problems
	line := func(field, text string) string {
		text, problem := pdz.Clean(text, false)
		switch n := len([]rune(text)); {
		case problem != nil:
			problems.Add(field, problem.Code, problem.Args...)
		case text == "":
			problems.Add(field, pdz.CodeRequired)
		case n > maxTitle:
			problems.Add(field, pdz.CodeTextLong, n, maxTitle)
		}
		return text
	}
	b := listBody{Title: line(FieldTitle, in.Title), ActNumber: line(FieldActNumber, in.ActNumber)}
	switch {
	case in.ActDate.IsZero():
		problems.Add(FieldActDate, pdz.CodeRequired)
	case in.ActDate.Compare(pdz.DateOf(now, p.Zone)) > 0:
		problems.Add(FieldActDate, CodeListDate)
	default:
		b.ActDate = in.ActDate.String()
	}
	return b, problems.Err()
}

const maxTitle = 200

// listEntries makes the lines of a list from the sheets as they stand. Withdrawn
// and superseded ones are not of it; any on which something is still to be said
// keeps the list from being published, for a list with a gap is a wrong list.
func listEntries(ctx context.Context, r *q.Queries, p *pdz.Process, ambito, process string) ([]ListEntry, pdz.Problems, error) {
	sheets, err := r.SheetsOfProcess(ctx, q.SheetsOfProcessParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, nil, err
	}
	decided, err := r.AdmissionsOfProcess(ctx, q.AdmissionsOfProcessParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, nil, err
	}
	byCode := map[string][]q.Admission{}
	for _, d := range decided {
		byCode[d.Code] = append(byCode[d.Code], d)
	}
	out, waiting := []ListEntry{}, map[string][]string{}
	for _, x := range sheets {
		e, why := listEntry(p, x, latestVerdict(byCode[x.Code]))
		switch {
		case why != "":
			waiting[why] = append(waiting[why], x.Number)
			continue
		case e.Verdict == "":
			continue
		}
		if e.Ground != "" && tellsOnPeople(ctx, r, x, e.Ground) {
			e.Ground, e.Withheld = "", true
		}
		out = append(out, e)
	}
	return out, listProblems(out, waiting), nil
}

func listProblems(entries []ListEntry, waiting map[string][]string) (problems pdz.Problems) {
	for _, code := range []string{CodeListWaits, CodeListTwins, CodeListUndecided} {
		if numbers := waiting[code]; len(numbers) > 0 {
			problems.Add("", code, strings.Join(numbers, ", "))
		}
	}
	if len(entries) == 0 && len(problems) == 0 {
		problems.Add("", CodeListEmpty)
	}
	return problems
}

// listEntry makes the line of a sheet: none for one that counts no more, and the
// code of what is still due where something is.
func listEntry(p *pdz.Process, x q.Adhesion, d *q.Admission) (e ListEntry, due string) {
	c, _ := p.Category(x.Category)
	e = ListEntry{Number: x.Number, Category: c.Label, Name: publicName(p, c, x)}
	switch AdhesionState(x.State) {
	case AdhesionWithdrawn, AdhesionSuperseded:
		return ListEntry{}, ""
	case AdhesionWaiting:
		return e, CodeListWaits
	case AdhesionDuplicate:
		return e, CodeListTwins
	case AdhesionNotAdmitted:
		e.Verdict = NotAdmitted
		if d != nil {
			e.Ground = d.Reason
		} else if channel, ok := p.Channel(x.Channel); ok {
			e.Ground = channel.ExcludeReason
		}
	case AdhesionLate:
		e.Verdict, e.Ground = NotAdmitted, lateGround(p, x)
	default:
		e.Verdict = Admitted
		switch mode := p.Participation.Admission; {
		case d != nil && d.Verdict == AskedMore && mode != admissionNone, d != nil && d.Verdict == WithReserve:
			e.Verdict = d.Verdict
			if d.Verdict == WithReserve {
				e.Ground = d.Reason
			}
		case d == nil && (mode == "byOffice" || mode == "byAct"):
			return e, CodeListUndecided
		}
	}
	return e, ""
}

// publicName is the name under which an adherent is published: that of a body
// where the definition publishes bodies, and never that of a person.
func publicName(p *pdz.Process, c pdz.Category, x q.Adhesion) string {
	if p.Publication.Participants == "never" || c.Nature == "person" || c.ID == "" {
		return ""
	}
	return x.PartyName
}

// lateGround is the rule's own word on a sheet that came late.
func lateGround(p *pdz.Process, x q.Adhesion) string {
	for _, g := range p.Participation.Grounds {
		if g.Kind == "form" && g.Form == x.Form {
			if r := p.RuleIndex()[g.Rule]; r != nil {
				return r.Reason.Fail
			}
		}
	}
	return ""
}

// tellsOnPeople reports whether a reason names the person of a sheet, or how to
// reach them: such words were for the party, not for everybody.
func tellsOnPeople(ctx context.Context, r *q.Queries, x q.Adhesion, reason string) bool {
	text := sortKey(reason)
	person, err := r.Person(ctx, q.PersonParams{Ambito: x.Ambito, ID: x.Person})
	if err != nil {
		return true // not known, not published
	}
	for _, w := range strings.FieldsFunc(sortKey(person.Name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) > 2 && containsWord(text, w) {
			return true
		}
	}
	for _, w := range []string{x.Email, person.Email, x.TaxCode, person.Phone} {
		if w != "" && strings.Contains(text, sortKey(w)) {
			return true
		}
	}
	return strings.ContainsRune(reason, '@')
}

func containsWord(text, word string) bool {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if w == word {
			return true
		}
	}
	return false
}

// applyList keeps a list as it was published.
func (a *App) applyList(ctx context.Context, r *q.Queries, act q.Act, b listBody) error {
	entries, err := canonical(b.Entries)
	if err != nil {
		return err
	}
	return r.InsertList(ctx, q.InsertListParams{Ambito: act.Ambito, ID: act.Matter, Process: act.Process, Title: b.Title, ActNumber: b.ActNumber,
		ActDate: b.ActDate, Entries: string(entries), Act: act.N, PublishedUs: act.ReceivedUs})
}

// List returns a published list; anyone may read it.
func (a *App) List(ctx context.Context, ambito, process, id string) (*ListView, error) {
	r := a.Store.Read()
	row, err := r.PublishedList(ctx, q.PublishedListParams{Ambito: ambito, Process: process, ID: id})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", id, found(err))
	}
	p, err := a.processInForce(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	return listView(row, p)
}

// Lists returns the published lists of a process, the latest first.
func (a *App) Lists(ctx context.Context, ambito, process string) ([]ListView, error) {
	r := a.Store.Read()
	p, err := a.processInForce(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	rows, err := r.PublishedLists(ctx, q.PublishedListsParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, err
	}
	out := make([]ListView, 0, len(rows))
	for _, row := range rows {
		v, err := listView(row, p)
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, nil
}

func listView(row q.PublishedList, p *pdz.Process) (*ListView, error) {
	v := &ListView{ID: row.ID, Process: row.Process, Title: row.Title, ActNumber: row.ActNumber, Act: row.Act, PublishedAt: instant(row.PublishedUs).In(p.Zone)}
	var err error
	if v.ActDate, err = pdz.ParseDate(row.ActDate); err != nil {
		return nil, err
	}
	return v, json.Unmarshal([]byte(row.Entries), &v.Entries)
}
