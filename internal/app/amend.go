package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"concerto/internal/definition"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// A published definition changes only by an amendment (definition, section 8). The
// amendment is an act like any other: its body holds the file as it was written and
// the version it makes. With it everything that arrived is judged again; both
// verdicts stay, and by default the new one counts only if it is better. An
// extension makes late sheets timely, a shortening makes none late.

const actAmendment = "rettifica"

// amendmentBody is an amendment: the file, and what it makes of the version in force.
type amendmentBody struct {
	Base     string          `json:"base"` // hash of the version it amends
	File     string          `json:"file"` // as it was written
	Resolved string          `json:"resolved"`
	Source   string          `json:"source"` // the new version as a file
	Title    string          `json:"title"`
	Version  int             `json:"version"`
	Type     string          `json:"type"`
	Date     string          `json:"date"`
	Reason   string          `json:"reason"`
	Act      amendingActBody `json:"act"`
	Notify   []string        `json:"notify"`
	Rejudge  string          `json:"rejudge"` // where a change does not say
	Changes  []changeBody    `json:"changes"`
}

type amendingActBody struct {
	Organ  string `json:"organ"`
	Kind   string `json:"kind"`
	Number string `json:"number"`
	Date   string `json:"date"`
}

type changeBody struct {
	Path    string `json:"path"`
	Old     string `json:"old"` // canonical JSON; empty: there was nothing
	New     string `json:"new"` // canonical JSON; empty: taken away
	Why     string `json:"why"`
	Rejudge string `json:"rejudge"`
}

func (amendmentBody) kind() string { return actAmendment }

// AmendmentFinding is one thing that the reader has to say about an amendment file.
type AmendmentFinding struct {
	Line, Column  int
	Code, Message string // the message is the reader's, for who writes such files
	Blocks        bool   // false: a warning
}

// AmendmentFindings are all of them, in the order of the text. As an error they are
// why an amendment is refused.
type AmendmentFindings []AmendmentFinding

func (f AmendmentFindings) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = fmt.Sprintf("%d:%d: %s: %s", x.Line, x.Column, x.Code, x.Message)
	}
	return strings.Join(lines, "\n")
}

func findingsOf(found definition.Findings) AmendmentFindings {
	var out AmendmentFindings
	for _, f := range found {
		out = append(out, AmendmentFinding{f.Line, f.Column, f.Code, f.Message, f.Weight == definition.Error})
	}
	return out
}

// Amend publishes an amendment, given as the file it is written in. What stands in
// its way comes back as AmendmentFindings, at the places in the file. Publishing
// the same file a second time is having published it once.
func (a *App) Amend(ctx context.Context, who Actor, ambito, slug string, file []byte, at time.Time) (*AmendmentView, error) {
	if !who.is(Head) {
		return nil, ErrForbidden
	}
	err := a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		if done, err := alreadyAmended(ctx, tx.Queries, ambito, slug, file); err != nil || done {
			return err
		}
		base, b, _, err := a.readAmendment(ctx, tx.Queries, ambito, slug, file, at)
		if err != nil {
			return err
		}
		return a.recordAmendment(ctx, tx, who, slug, base, b, at)
	})
	if err != nil {
		return nil, err
	}
	v, err := a.Process(ctx, ambito, slug)
	if err != nil {
		return nil, err
	}
	return &v.Amendments[len(v.Amendments)-1], nil
}

// alreadyAmended reports whether the latest amendment is this very file: the second
// click of the same button.
func alreadyAmended(ctx context.Context, r *q.Queries, ambito, slug string, file []byte) (bool, error) {
	b, err := latestAmendment(ctx, r, ambito, slug)
	return b != nil && b.File == string(file), err
}

// readAmendment applies the file to the version in force and makes the act's body;
// warnings come with it.
func (a *App) readAmendment(ctx context.Context, r *q.Queries, ambito, slug string, file []byte, at time.Time) (*pdz.Process, *amendmentBody, AmendmentFindings, error) {
	base, err := definitionInForce(ctx, r, ambito, slug)
	if err != nil {
		return nil, nil, nil, err
	}
	standing, err := standingOf(ctx, r, base, at)
	if err != nil {
		return nil, nil, nil, err
	}
	amended, found := definition.Amend([]byte(base.Resolved), "rettifica", file, standing)
	if found.Failed() {
		return nil, nil, nil, findingsOf(found)
	}
	p, err := a.process(ctx, r, ambito, base.Hash)
	if err != nil {
		return nil, nil, nil, err
	}
	return p, bodyOf(base.Hash, file, amended), findingsOf(found), nil
}

func bodyOf(base string, file []byte, d *definition.Amended) *amendmentBody {
	m := d.Amendment
	b := &amendmentBody{Base: base, File: string(file), Resolved: string(d.Resolved), Source: string(d.Source), Title: d.Process.Title,
		Version: m.Version, Type: m.Type, Date: m.Date, Reason: m.Reason, Notify: append([]string{}, m.Notify...), Rejudge: m.Rejudge,
		Act: amendingActBody(m.Act)}
	for _, c := range m.Changes {
		b.Changes = append(b.Changes, changeBody{c.Path, c.Old, c.New, c.Why, c.Rejudge})
	}
	return b
}

func definitionInForce(ctx context.Context, r *q.Queries, ambito, slug string) (q.Definition, error) {
	row, err := r.Process(ctx, q.ProcessParams{Ambito: ambito, Slug: slug})
	if err != nil {
		return q.Definition{}, fmt.Errorf("process %s/%s: %w", ambito, slug, found(err))
	}
	return r.Definition(ctx, q.DefinitionParams{Ambito: ambito, Hash: row.Definition})
}

// standingOf gathers what has happened by now that some changes may not touch.
func standingOf(ctx context.Context, r *q.Queries, base q.Definition, at time.Time) (definition.Standing, error) {
	s := definition.Standing{Now: at, Source: []byte(base.Source)}
	forms, err := r.FormsInUse(ctx, q.FormsInUseParams{Ambito: base.Ambito, Process: base.Process})
	if err != nil {
		return s, err
	}
	tables, err := r.TablesInUse(ctx, q.TablesInUseParams{Ambito: base.Ambito, Process: base.Process})
	if err != nil {
		return s, err
	}
	s.InUse = append(forms, tables...)
	versions, err := r.DefinitionVersions(ctx, q.DefinitionVersionsParams{Ambito: base.Ambito, Process: base.Process})
	if err != nil {
		return s, err
	}
	for _, v := range versions {
		d, err := r.Definition(ctx, q.DefinitionParams{Ambito: base.Ambito, Hash: v.Hash})
		if err != nil {
			return s, err
		}
		s.Past = append(s.Past, []byte(d.Resolved))
	}
	return s, nil
}

func (a *App) recordAmendment(ctx context.Context, tx *store.Tx, who Actor, slug string, base *pdz.Process, b *amendmentBody, at time.Time) error {
	after, err := definition.FromResolved([]byte(b.Resolved))
	if err != nil {
		return err
	}
	again, err := a.underAmendment(ctx, tx.Queries, tx.Ambito, slug, base, after, b)
	if err != nil {
		return err
	}
	matter, err := register.NewMatter(a.Rand)
	if err != nil {
		return err
	}
	rec, err := a.record(ctx, tx, recording{who: who, matter: matter, process: slug, definition: after.Hash, via: "office",
		assurance: "operatorAttested", at: Arrival{ReceivedAt: at}, body: *b})
	if err != nil {
		return err
	}
	for _, x := range again {
		if x.told(b.Notify) {
			if err := enqueue(ctx, tx, mailAmended, x.row.Code, rec.N, x.row.Email); err != nil {
				return err
			}
		}
	}
	return nil
}
