package app

import (
	"context"
	"fmt"
	"time"

	"concerto/internal/definition"
	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// AmendmentView is an amendment as anyone may read it.
type AmendmentView struct {
	Version                   int // that it made
	Type                      string
	Organ, ActKind, ActNumber string
	ActDate                   pdz.Date // zero: none
	Reason                    string
	Index                     int64 // of the act in the register
	PublishedAt               time.Time
	Hash                      string // of the version it made
	Changes                   []ChangeView
	Closings                  []ClosingView // windows that close at another instant by it
}

// ChangeView is a value that changed; Old and New are JSON, an empty one is nothing.
type ChangeView struct{ Path, Old, New, Why string }

// ClosingView is a window before and after an amendment.
type ClosingView struct {
	Window   pdz.Window // as it became
	Old, New pdz.Moment
}

// VersionView is a version of a definition, with the act that published it.
type VersionView struct {
	Number      int
	Hash        string
	PublishedAt time.Time
	Index       int64
	InForce     bool
}

// Since is when the version in force was published.
func (v *ProcessView) Since() time.Time {
	if n := len(v.Amendments); n > 0 {
		return v.Amendments[n-1].PublishedAt
	}
	return v.Published
}

// addAmendments fills in what changed since the notice: amendments, oldest first,
// and for each window the closings it had before.
func (a *App) addAmendments(ctx context.Context, r *q.Queries, v *ProcessView) error {
	if v.Version == 1 {
		return nil
	}
	rows, err := r.Amendments(ctx, q.AmendmentsParams{Ambito: v.AmbitoID, Process: v.Slug})
	if err != nil || len(rows) == 0 {
		return err
	}
	v.Was, v.Held = map[string][]pdz.Moment{}, map[string][]pdz.Session{}
	for _, x := range rows {
		n := len(v.Amendments)
		if n == 0 || v.Amendments[n-1].Version != int(x.Version) {
			v.Amendments = append(v.Amendments, amendmentView(x, v.Zone))
			n++
		}
		last := &v.Amendments[n-1]
		last.Changes = append(last.Changes, ChangeView{x.Path, x.Old, x.New, x.Why})
	}
	versions, err := r.DefinitionVersions(ctx, q.DefinitionVersionsParams{Ambito: v.AmbitoID, Process: v.Slug})
	if err != nil {
		return err
	}
	before, err := a.process(ctx, r, v.AmbitoID, versions[0].Hash)
	if err != nil {
		return err
	}
	for i := range v.Amendments {
		after, err := a.process(ctx, r, v.AmbitoID, v.Amendments[i].Hash)
		if err != nil {
			return err
		}
		v.Amendments[i].Closings = closings(before, after)
		for _, c := range v.Amendments[i].Closings {
			v.Was[c.Window.ID] = append(v.Was[c.Window.ID], c.Old)
		}
		for _, s := range moved(before, after) {
			v.Held[s.ID] = append(v.Held[s.ID], s)
		}
		before = after
	}
	return nil
}

func amendmentView(x q.Amendment, zone *time.Location) AmendmentView {
	date, _ := pdz.ParseDate(x.ActDate)
	return AmendmentView{Version: int(x.Version), Type: x.Kind, Organ: x.Organ, ActKind: x.ActKind, ActNumber: x.ActNumber, ActDate: date,
		Reason: x.Reason, Index: x.Act, PublishedAt: instant(x.PublishedUs).In(zone), Hash: x.Definition}
}

// closings are the windows whose closing differs between two versions.
func closings(before, after *pdz.Process) []ClosingView {
	var out []ClosingView
	for _, w := range after.Windows {
		old, ok := before.Window(w.ID)
		if ok && old.Closes.Known && (!w.Closes.Known || !old.Closes.Last().Equal(w.Closes.Last())) {
			out = append(out, ClosingView{w, old.Closes, w.Closes})
		}
	}
	return out
}

// moved are the sessions, as they were, whose hour or place differs between two versions.
func moved(before, after *pdz.Process) []pdz.Session {
	differ := func(x, y pdz.Moment) bool {
		return x.Known != y.Known || x.DateOnly != y.DateOnly || x.Known && !x.At.Equal(y.At)
	}
	var out []pdz.Session
	for _, s := range after.Sessions {
		old, ok := before.Session(s.ID)
		if ok && old.Start.Known && (differ(old.Start, s.Start) || differ(old.End, s.End) || old.Venue != s.Venue) {
			out = append(out, old)
		}
	}
	return out
}

// Versions lists the versions of a definition, newest first.
func (a *App) Versions(ctx context.Context, ambito, slug string) ([]VersionView, error) {
	v, err := a.Process(ctx, ambito, slug)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.Read().DefinitionVersions(ctx, q.DefinitionVersionsParams{Ambito: ambito, Process: slug})
	if err != nil {
		return nil, err
	}
	out := make([]VersionView, len(rows))
	for i, x := range rows {
		out[len(rows)-1-i] = VersionView{Number: int(x.Version), Hash: x.Hash, PublishedAt: instant(x.PublishedUs).In(v.Zone), Index: x.Act,
			InForce: x.Hash == v.Hash}
	}
	return out, nil
}

// DefinitionVersion returns a version of a definition, in force or not: its resolved
// text and the file it can be read in.
func (a *App) DefinitionVersion(ctx context.Context, ambito, slug string, version int) (v *VersionView, resolved, source []byte, err error) {
	all, err := a.Versions(ctx, ambito, slug)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, x := range all {
		if x.Number == version {
			d, err := a.Store.Read().Definition(ctx, q.DefinitionParams{Ambito: ambito, Hash: x.Hash})
			return &x, []byte(d.Resolved), []byte(d.Source), err
		}
	}
	return nil, nil, nil, fmt.Errorf("version %d of %s/%s: %w", version, ambito, slug, ErrNotFound)
}

// AmendmentPreview says what an amendment would do, before anything is published.
type AmendmentPreview struct {
	Amendment AmendmentView
	Told      int // messages that would leave
	Moves     []MoveView
	Verdicts  int // given again, whether they count or not
	Warnings  AmendmentFindings
}

// MoveView is an adhesion that would stand otherwise than it does.
type MoveView struct {
	Code, Number, PartyName string
	Before, After           AdhesionState
	From, To                pdz.Timeliness // verdict of the window; equal when it stays
}

// PreviewAmendment applies an amendment without publishing it.
func (a *App) PreviewAmendment(ctx context.Context, who Actor, ambito, slug string, file []byte, at time.Time) (*AmendmentPreview, error) {
	if !who.is(Head) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	base, b, warnings, err := a.readAmendment(ctx, r, ambito, slug, file, at)
	if err != nil {
		return nil, err
	}
	after, err := definition.FromResolved([]byte(b.Resolved))
	if err != nil {
		return nil, err
	}
	again, err := a.underAmendment(ctx, r, ambito, slug, base, after, b)
	if err != nil {
		return nil, err
	}
	date, _ := pdz.ParseDate(b.Act.Date)
	p := &AmendmentPreview{Warnings: warnings, Amendment: AmendmentView{Version: b.Version, Type: b.Type, Organ: b.Act.Organ, ActKind: b.Act.Kind,
		ActNumber: b.Act.Number, ActDate: date, Reason: b.Reason, PublishedAt: at.In(after.Zone), Hash: after.Hash, Closings: closings(base, after)}}
	for _, c := range b.Changes {
		p.Amendment.Changes = append(p.Amendment.Changes, ChangeView{c.Path, c.Old, c.New, c.Why})
	}
	for _, x := range again {
		p.add(x, b.Notify)
	}
	return p, nil
}

func (p *AmendmentPreview) add(x *judgedAgain, notify []string) {
	for _, arrival := range x.arrivals {
		p.Verdicts += len(arrival.rows)
	}
	if x.told(notify) && x.row.Email != "" {
		p.Told++
	}
	if x.changed || x.before != x.after {
		p.Moves = append(p.Moves, MoveView{x.row.Code, x.row.Number, x.row.PartyName, x.before, x.after, pdz.Timeliness(x.from), pdz.Timeliness(x.to)})
	}
}
