package app

import (
	"context"
	"fmt"
	"time"

	"concerto/internal/definition"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// LogKey names the key with which the log of an Ambito is signed; the store has
// its secret half.
type LogKey struct {
	Origin   string // name of the log
	Verifier string // public half, as text: name, hash, key
}

// Slug is how a process is called in addresses and in the register: the years of
// its main plan.
func Slug(p *pdz.Process) string {
	for _, plan := range p.Plans {
		if plan.Kind == "main" || len(p.Plans) == 1 {
			if plan.From == plan.To {
				return fmt.Sprint(plan.From)
			}
			return fmt.Sprintf("%d-%d", plan.From, plan.To)
		}
	}
	return p.ID
}

// Publish records the notice: the first version of a definition becomes the law
// of its process. The first notice of an Ambito opens its log with the given key.
// Amendments come with their own act.
func (a *App) Publish(ctx context.Context, who Actor, d *definition.Definition, key LogKey, at time.Time) error {
	if !who.is(Officer, Head) {
		return ErrForbidden
	}
	p := d.Process
	ambito, slug := p.Ambito.ID, Slug(p)
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		if _, err := tx.Process(ctx, q.ProcessParams{Ambito: ambito, Slug: slug}); err == nil {
			return fmt.Errorf("process %s: %w", slug, ErrExists)
		}
		if _, err := tx.Log(ctx, ambito); found(err) == ErrNotFound {
			if err := tx.CreateLog(ctx, key.Origin, key.Verifier); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		matter, err := register.NewMatter(a.Rand)
		if err != nil {
			return err
		}
		_, err = a.record(ctx, tx, recording{who: who, matter: matter, process: slug, definition: d.Hash,
			assurance: "operatorAttested", at: Arrival{ReceivedAt: at},
			body: noticeBody{Ambito: named{ambito, p.Ambito.Name}, Slug: slug, Title: p.Title, Version: p.Version,
				Resolved: string(d.Resolved), Source: string(d.Source), Key: key.Verifier}})
		return err
	})
}
