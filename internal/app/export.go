package app

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// exportPage is how many sheets are read at a time for an export: what is held in
// memory, and what one reading of the database costs. Tests turn smaller pages.
var exportPage int32 = 500

// ExportedSheet is a sheet with everything that the office takes away of it.
type ExportedSheet struct {
	InboxRow
	Form      string
	Phone     string
	Answers   pdz.Answers // of the latest version; empty for one that was withdrawn or erased
	OwnReason string      // why it was corrected or withdrawn
	Decision  string      // verdict of the office that counts, or empty
	Reason    string      // of the decision
	Asked     string      // what it asks for
	Due       time.Time   // until when; zero: no term
}

// ExportAdhesions runs over the sheets of a process that a filter wants, in the
// order of their numbers whatever order the filter names: a page goes on from the last number, so that
// what arrives meanwhile moves nothing. It reads page by page, and holds one.
func (a *App) ExportAdhesions(ctx context.Context, who Actor, ambito, process string, f InboxFilter) (iter.Seq2[*ExportedSheet, error], error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	e := exporter{r: a.Store.Read(), ambito: ambito, process: process}
	var err error
	if e.p, err = a.processInForce(ctx, e.r, ambito, process); err != nil {
		return nil, err
	}
	if err := e.doubtful(ctx); err != nil {
		return nil, err
	}
	words := strings.Fields(sortKey(f.Words))
	return func(yield func(*ExportedSheet, error) bool) {
		for {
			sheets, err := e.page(ctx)
			if err != nil {
				yield(nil, fmt.Errorf("sheets after %d: %w", e.last, err))
				return
			}
			if len(sheets) == 0 {
				return
			}
			for i := range sheets {
				if f.wants(sheets[i].InboxRow, words) && !yield(&sheets[i], nil) {
					return
				}
			}
		}
	}, nil
}

// exporter reads the sheets of a process page by page.
type exporter struct {
	r               *q.Queries
	p               *pdz.Process
	ambito, process string
	last            int64 // number of the last sheet read
	same            map[string][]q.ExportDoubtfulRow
}

// doubtful notes, by tax code, the sheets that share one with a duplicate: they are
// few, and may stand on different pages.
func (e *exporter) doubtful(ctx context.Context) error {
	all, err := e.r.ExportDoubtful(ctx, q.ExportDoubtfulParams{Ambito: e.ambito, Process: e.process})
	e.same = map[string][]q.ExportDoubtfulRow{}
	for _, x := range all {
		e.same[x.TaxCode] = append(e.same[x.TaxCode], x)
	}
	return err
}

// page reads the next sheets; none are left when it returns none. The list and the
// export make their rows by the same steps, so that a filter means the same in both.
func (e *exporter) page(ctx context.Context) ([]ExportedSheet, error) {
	all, err := e.r.ExportSheets(ctx, q.ExportSheetsParams{Ambito: e.ambito, Process: e.process, Seq: e.last, Limit: exportPage})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	b := inboxBuilder{r: e.r, p: e.p, ambito: e.ambito, process: e.process, names: map[string]string{}, from: e.last}
	e.last = all[len(all)-1].Seq
	persons, err := e.r.ExportPersons(ctx, q.ExportPersonsParams{Ambito: e.ambito, Process: e.process, Seq: b.from, Seq_2: e.last})
	if err != nil {
		return nil, err
	}
	phones := map[string]string{}
	for _, x := range persons {
		b.names[x.ID], phones[x.ID] = x.Name, x.Phone
	}
	b.add(all)
	for _, step := range []func(context.Context) error{b.intakes, b.tables, b.verdicts} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	out := make([]ExportedSheet, len(b.rows))
	for i, row := range b.rows {
		row.Twins = e.twinsOf(row)
		out[i] = ExportedSheet{InboxRow: row, Form: all[i].Form, Phone: phones[all[i].Person]}
	}
	return out, e.contents(ctx, &b, out)
}

// twinsOf are the numbers of the other sheets with the same tax code, of one that is
// in doubt itself.
func (e *exporter) twinsOf(row InboxRow) (numbers []string) {
	doubted := false
	for _, x := range e.same[row.TaxCode] {
		if x.Code == row.Code {
			doubted = true
		} else {
			numbers = append(numbers, x.Number)
		}
	}
	if !doubted {
		return nil
	}
	return numbers
}

// contents adds what the latest version of each sheet says and what was decided on it.
func (e *exporter) contents(ctx context.Context, b *inboxBuilder, out []ExportedSheet) error {
	versions, err := e.r.ExportVersions(ctx, q.ExportVersionsParams{Ambito: e.ambito, Process: e.process, Seq: b.from, Seq_2: b.to})
	if err != nil {
		return err
	}
	for _, v := range versions {
		x := &out[b.index[v.Code]]
		x.OwnReason = v.Reason
		if err := json.Unmarshal([]byte(v.Answers), &x.Answers); err != nil {
			return fmt.Errorf("answers of %s: %w", v.Code, err)
		}
	}
	decided, err := e.r.ExportAdmissions(ctx, q.ExportAdmissionsParams{Ambito: e.ambito, Process: e.process, Seq: b.from, Seq_2: b.to})
	if err != nil {
		return err
	}
	for _, d := range decided { // of one sheet the latest is last
		if d.Verdict == Distinct {
			continue
		}
		x := &out[b.index[d.Code]]
		x.Decision, x.Reason, x.Asked, x.Due = d.Verdict, d.Reason, d.Asked, time.Time{}
		if d.DueUs != 0 {
			x.Due = instant(d.DueUs).In(e.p.Zone)
		}
	}
	return nil
}
