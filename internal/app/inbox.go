package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// The inbox is one list of every sheet of a process, whatever channel it came by.
// It is read whole and sifted here: an Ambito has some hundreds of sheets, and what
// a filter counts and what it shows then come from the same rows.

// InboxRow is a sheet as the list shows it.
type InboxRow struct {
	Code, Number                  string
	Seq, Version                  int
	PartyName, Category, TaxCode  string
	PersonName, Email             string
	Channel                       string
	State                         AdhesionState
	Confirmed                     bool
	Timeliness                    pdz.Timeliness // to the window of its form, of the latest version judged
	Tables                        []string       // ids, in the order chosen
	ArrivedAt, RecordedAt, SentAt time.Time      // as judged; as keyed in and as printed, zero for the web
	Officer, Second               string         // names; empty for the web
	Waits                         bool
	Missing                       []string // ids of what the latest version left out
	ToComplete                    []string // ids of rules that cannot decide yet
	Twins                         []string // numbers of others with the same tax code, one of which is a duplicate
	Act                           int64
}

// Gap is how long after its arrival the sheet was recorded.
func (r InboxRow) Gap() time.Duration {
	if r.RecordedAt.IsZero() {
		return 0
	}
	return r.RecordedAt.Sub(r.ArrivedAt)
}

// Check names what the office has to look at. Empty is nothing.
type Check string

const (
	CheckWaits      Check = "riscontro"  // a second officer has to confirm
	CheckDuplicate  Check = "doppioni"   // same tax code as another
	CheckIncomplete Check = "completare" // something is missing
	CheckChannel    Check = "canale"     // came by a channel that its category may not use
	CheckLate       Check = "tardive"    // out of time
)

// Checks are all of them, in the order of the page.
var Checks = []Check{CheckWaits, CheckDuplicate, CheckIncomplete, CheckChannel, CheckLate}

// Has reports whether a sheet asks for a look of that kind.
func (r InboxRow) Has(c Check) bool {
	switch c {
	case CheckWaits:
		return r.Waits
	case CheckDuplicate:
		return len(r.Twins) > 0
	case CheckIncomplete:
		return r.State != AdhesionWithdrawn && r.State != AdhesionSuperseded && len(r.Missing)+len(r.ToComplete) > 0
	case CheckChannel:
		return r.State == AdhesionNotAdmitted
	case CheckLate:
		return r.Timeliness == pdz.Late && r.State != AdhesionWithdrawn
	}
	return false
}

// InboxFilter is what of the list is wanted; empty fields want everything.
type InboxFilter struct {
	Channel, Category, Table string
	State                    AdhesionState
	Check                    Check
	Words                    string // of body, person, number or tax code
	Sort                     string // "", "vecchie", "nome", "registrazione"
}

// Inbox returns the sheets of a process that a filter wants, in its order; the newest
// first when it says nothing.
func (a *App) Inbox(ctx context.Context, who Actor, ambito, process string) ([]InboxRow, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	b := inboxBuilder{r: a.Store.Read(), ambito: ambito, process: process}
	p, err := a.processInForce(ctx, b.r, ambito, process)
	if err != nil {
		return nil, err
	}
	b.p = p
	return b.build(ctx)
}

// inboxBuilder joins what is known of each sheet.
type inboxBuilder struct {
	r               *q.Queries
	p               *pdz.Process
	ambito, process string

	rows     []InboxRow
	index    map[string]int // by code
	names    map[string]string
	from, to int64 // the sheets read have numbers after from, up to to
}

func (b *inboxBuilder) build(ctx context.Context) ([]InboxRow, error) {
	for _, step := range []func(context.Context) error{b.persons, b.sheets, b.intakes, b.tables, b.verdicts} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	b.twins()
	return b.rows, nil
}

func (b *inboxBuilder) persons(ctx context.Context) error {
	all, err := b.r.InboxPersons(ctx, b.ambito)
	b.names = map[string]string{}
	for _, x := range all {
		b.names[x.ID] = x.Name
	}
	return err
}

// name is how a person is called; somebody the Ambito does not know keeps the id.
func (b *inboxBuilder) name(id string) string {
	if n := b.names[id]; n != "" {
		return n
	}
	return id
}

func (b *inboxBuilder) sheets(ctx context.Context) error {
	all, err := b.r.InboxSheets(ctx, q.InboxSheetsParams{Ambito: b.ambito, Process: b.process})
	if err != nil {
		return err
	}
	b.add(all)
	return nil
}

// add begins the rows with what the sheets say themselves.
func (b *inboxBuilder) add(all []q.Adhesion) {
	b.index = map[string]int{}
	for _, x := range all {
		b.to = x.Seq
		b.index[x.Code] = len(b.rows)
		b.rows = append(b.rows, InboxRow{Code: x.Code, Number: x.Number, Seq: int(x.Seq), Version: int(x.Version), PartyName: x.PartyName,
			Category: x.Category, TaxCode: x.TaxCode, PersonName: b.names[x.Person], Email: x.Email, Channel: x.Channel,
			State: AdhesionState(x.State), Confirmed: x.Confirmed, Timeliness: pdz.Timely, ArrivedAt: instant(x.ReceivedUs).In(b.p.Zone), Act: x.Act})
	}
}

func (b *inboxBuilder) intakes(ctx context.Context) error {
	all, err := b.r.InboxIntakes(ctx, q.InboxIntakesParams{Ambito: b.ambito, Process: b.process, Seq: b.from, Seq_2: b.to})
	if err != nil {
		return err
	}
	for _, x := range all { // of one sheet the latest version is last
		row := &b.rows[b.index[x.Code]]
		if int(x.Version) == row.Version {
			row.RecordedAt = instant(x.RecordedUs).In(b.p.Zone)
			row.Officer, row.Second = b.name(x.Officer), b.name(x.Second)
			if sent := instant(x.SenderUs); !sent.IsZero() {
				row.SentAt = sent.In(b.p.Zone)
			}
			if err := json.Unmarshal([]byte(x.Missing), &row.Missing); err != nil {
				return err
			}
		}
		row.Waits = row.Waits || x.Waits
	}
	return nil
}

func (b *inboxBuilder) tables(ctx context.Context) error {
	all, err := b.r.InboxTables(ctx, q.InboxTablesParams{Ambito: b.ambito, Process: b.process, Seq: b.from, Seq_2: b.to})
	for _, x := range all {
		row := &b.rows[b.index[x.Code]]
		row.Tables = append(row.Tables, x.TableID)
	}
	return err
}

// verdicts takes of each sheet the newest judgement on each rule.
func (b *inboxBuilder) verdicts(ctx context.Context) error {
	all, err := b.r.InboxVerdicts(ctx, q.InboxVerdictsParams{Ambito: b.ambito, Process: b.process, Seq: b.from, Seq_2: b.to})
	if err != nil {
		return err
	}
	seen := map[[2]string]bool{}
	for _, x := range all {
		key := [2]string{x.Matter, x.Rule}
		if seen[key] {
			continue
		}
		seen[key] = true
		row := &b.rows[b.index[x.Matter]]
		switch _, window := b.p.Window(x.Rule); {
		case window:
			row.Timeliness = pdz.Timeliness(x.Result)
		case x.Result == pdz.ToComplete:
			row.ToComplete = append(row.ToComplete, x.Rule)
		}
	}
	return nil
}

// twins notes which sheets share a tax code with one that is held as a duplicate.
func (b *inboxBuilder) twins() {
	by := map[string][]int{}
	doubtful := map[string]bool{}
	for i, r := range b.rows {
		if r.TaxCode == "" || r.State == AdhesionSuperseded || r.State == AdhesionWithdrawn || r.State == AdhesionNotAdmitted {
			continue
		}
		by[r.TaxCode] = append(by[r.TaxCode], i)
		doubtful[r.TaxCode] = doubtful[r.TaxCode] || r.State == AdhesionDuplicate
	}
	for code, all := range by {
		if !doubtful[code] {
			continue
		}
		for _, i := range all {
			for _, j := range all {
				if i != j {
					b.rows[i].Twins = append(b.rows[i].Twins, b.rows[j].Number)
				}
			}
		}
	}
}

// Sift keeps the rows that a filter wants, in its order.
func (f InboxFilter) Sift(rows []InboxRow) []InboxRow {
	words := strings.Fields(sortKey(f.Words))
	out := slices.DeleteFunc(slices.Clone(rows), func(r InboxRow) bool { return !f.wants(r, words) })
	slices.SortStableFunc(out, f.order)
	return out
}

func (f InboxFilter) wants(r InboxRow, words []string) bool {
	switch {
	case f.Channel != "" && r.Channel != f.Channel,
		f.Category != "" && r.Category != f.Category,
		f.State != "" && r.State != f.State,
		f.Table != "" && !slices.Contains(r.Tables, f.Table),
		f.Check != "" && !r.Has(f.Check):
		return false
	}
	if len(words) == 0 {
		return true
	}
	text := sortKey(strings.Join([]string{r.PartyName, r.PersonName, r.Number, r.TaxCode, r.Email}, " "))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, stem(w)) })
}

// stem takes the ending off an Italian word, so that singular and plural, masculine
// and feminine find one another. Short words and numbers are left whole.
func stem(word string) string {
	if len(word) < 5 || strings.ContainsAny(word, "0123456789@") {
		return word
	}
	return strings.TrimRight(word, "aeio")
}

func (f InboxFilter) order(x, y InboxRow) int {
	switch f.Sort {
	case "vecchie":
		return x.ArrivedAt.Compare(y.ArrivedAt)
	case "nome":
		return strings.Compare(sortKey(x.PartyName), sortKey(y.PartyName))
	case "registrazione":
		return y.Seq - x.Seq
	}
	return y.ArrivedAt.Compare(x.ArrivedAt)
}

// Count is how many rows the filter wants.
func (f InboxFilter) Count(rows []InboxRow) (n int) {
	words := strings.Fields(sortKey(f.Words))
	for _, r := range rows {
		if f.wants(r, words) {
			n++
		}
	}
	return n
}
