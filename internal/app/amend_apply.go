package app

import (
	"context"
	"encoding/json"
	"fmt"

	"concerto/internal/definition"
	"concerto/internal/store/q"
)

// applyAmendment makes the new version the law of the process and judges again what
// arrived before it. That the version is what the file makes of the one in force is
// worked out once more: the audit comes this way.
func (a *App) applyAmendment(ctx context.Context, r *q.Queries, act q.Act, b amendmentBody) error {
	base, err := definitionInForce(ctx, r, act.Ambito, act.Process)
	if err != nil {
		return err
	}
	resolved, err := definition.Applied([]byte(base.Resolved), []byte(b.File))
	if err != nil {
		return err
	}
	hash := fmt.Sprintf("%x", act.Definition)
	if base.Hash != b.Base || string(resolved) != b.Resolved || hashOf(b.Resolved) != hash {
		return fmt.Errorf("the amendment of %s does not make version %d", base.Hash, b.Version)
	}
	before, err := a.process(ctx, r, act.Ambito, base.Hash)
	if err != nil {
		return err
	}
	if err := putAmendment(ctx, r, act, hash, b); err != nil {
		return err
	}
	after, err := a.process(ctx, r, act.Ambito, hash)
	if err != nil {
		return err
	}
	again, err := a.underAmendment(ctx, r, act.Ambito, act.Process, before, after, &b)
	if err != nil {
		return err
	}
	for _, x := range again {
		if err := x.put(ctx, r, act); err != nil {
			return fmt.Errorf("adhesion %s: %w", x.row.Number, err)
		}
	}
	return nil
}

func putAmendment(ctx context.Context, r *q.Queries, act q.Act, hash string, b amendmentBody) error {
	err := r.InsertDefinition(ctx, q.InsertDefinitionParams{Ambito: act.Ambito, Hash: hash, Process: act.Process, Version: int64(b.Version),
		Resolved: b.Resolved, Source: b.Source, Act: act.N, PublishedUs: act.ReceivedUs})
	if err != nil {
		return err
	}
	err = r.AmendProcess(ctx, q.AmendProcessParams{Title: b.Title, Definition: hash, Ambito: act.Ambito, Slug: act.Process})
	if err != nil {
		return err
	}
	for i, c := range b.Changes {
		err := r.InsertAmendment(ctx, q.InsertAmendmentParams{Ambito: act.Ambito, Process: act.Process, Version: int64(b.Version), Position: int64(i),
			Path: c.Path, Old: c.Old, New: c.New, Why: c.Why, Kind: b.Type, Organ: b.Act.Organ, ActKind: b.Act.Kind, ActNumber: b.Act.Number,
			ActDate: b.Act.Date, Reason: b.Reason, Definition: hash, Act: act.N, PublishedUs: act.ReceivedUs})
		if err != nil {
			return err
		}
	}
	return nil
}

// put keeps the new verdicts beside the old, and where the sheet stands by them.
func (x *judgedAgain) put(ctx context.Context, r *q.Queries, act q.Act) error {
	for _, arrival := range x.arrivals {
		for _, row := range arrival.rows {
			if err := putVerdict(ctx, r, act, arrival.act, row.verdictRow, arrival.at, row.counts); err != nil {
				return err
			}
		}
	}
	if x.before == x.after {
		return nil
	}
	return r.SetAdhesionState(ctx, q.SetAdhesionStateParams{State: string(x.after), Ambito: x.row.Ambito, Code: x.row.Code})
}

// latestAmendment returns the body of the latest amendment of a process, or nil.
func latestAmendment(ctx context.Context, r *q.Queries, ambito, slug string) (*amendmentBody, error) {
	base, err := definitionInForce(ctx, r, ambito, slug)
	if err != nil {
		return nil, err
	}
	act, err := r.Act(ctx, q.ActParams{Ambito: ambito, N: base.Act})
	if err != nil || act.Kind != actAmendment || !act.Body.Valid {
		return nil, err
	}
	var b amendmentBody
	if err := json.Unmarshal([]byte(act.Body.String), &b); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return &b, nil
}
