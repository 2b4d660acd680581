package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Doubt is why a question from the web may be a program's. There is no riddle to
// solve, which would shut out people; a doubtful question waits, with the instant it
// came, for somebody of the desk to look at it, and is never lost (P18). It enters
// the register only then: what a flood brings would stay there for good.
type Doubt string

const (
	DoubtTrap  Doubt = "trap"  // a field that people do not see was filled in
	DoubtQuick Doubt = "quick" // sent sooner than it can be read
	DoubtStamp Doubt = "stamp" // the form was not ours
	DoubtMany  Doubt = "many"  // too many from one network
)

const (
	maxHeldFrom = 500    // questions that may wait from one network; beyond, the answer is "busy"
	maxHeld     = 20_000 // in an Ambito
	keepDropped = 30 * 24 * time.Hour
)

// HeldQuestion is a question that waits to be looked at.
type HeldQuestion struct {
	ID, Name, Contact, Words string
	Doubt                    Doubt
	Source                   string
	Alike                    int // how many wait from the same network
	ReceivedAt               time.Time
}

func (a *App) hold(ctx context.Context, tx *store.Tx, in QuestionInput) (*Asked, error) {
	all, err := tx.CountHeld(ctx, in.Ambito)
	if err != nil {
		return nil, err
	}
	from, err := tx.CountHeldFrom(ctx, q.CountHeldFromParams{Ambito: in.Ambito, Source: in.Source})
	if err != nil {
		return nil, err
	}
	if all >= maxHeld || from >= maxHeldFrom {
		return nil, ErrBusy
	}
	id, err := register.NewMatter(a.Rand)
	if err != nil {
		return nil, err
	}
	err = tx.HoldQuestion(ctx, q.HoldQuestionParams{Ambito: in.Ambito, ID: id, Process: in.Process, Name: in.Name, Contact: in.Contact,
		Words: in.Words, Idem: in.Key, Why: string(in.Doubt), Source: in.Source, ReceivedUs: in.ReceivedAt.UnixMicro()})
	if err != nil {
		return nil, err
	}
	err = tx.DeleteDroppedBefore(ctx, q.DeleteDroppedBeforeParams{Ambito: in.Ambito, DroppedUs: tx.Now.Add(-keepDropped).UnixMicro()})
	return &Asked{ID: id, Held: true, ReceivedAt: in.ReceivedAt}, err
}

// maxHeldShown is how many are listed at once, oldest first.
const maxHeldShown = 100

// HeldQuestions lists what waits, and how many there are in all.
func (a *App) HeldQuestions(ctx context.Context, who Actor, ambito string) ([]HeldQuestion, int, error) {
	if !who.is(HelpDesk, Officer, Head, Auditor) {
		return nil, 0, ErrForbidden
	}
	r := a.Store.Read()
	n, err := r.CountHeld(ctx, ambito)
	if err != nil {
		return nil, 0, err
	}
	rows, err := r.HeldQuestions(ctx, q.HeldQuestionsParams{Ambito: ambito, Limit: maxHeldShown})
	if err != nil {
		return nil, 0, err
	}
	zones := zoneOf{a, ambito, map[string]*time.Location{}}
	alike := map[string]int{}
	var out []HeldQuestion
	for _, x := range rows {
		if _, counted := alike[x.Source]; !counted {
			same, err := r.CountHeldFrom(ctx, q.CountHeldFromParams{Ambito: ambito, Source: x.Source})
			if err != nil {
				return nil, 0, err
			}
			alike[x.Source] = int(same)
		}
		at, err := zones.local(ctx, r, x.Process, x.ReceivedUs)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, HeldQuestion{x.ID, x.Name, x.Contact, x.Words, Doubt(x.Why), x.Source, alike[x.Source], at})
	}
	return out, int(n), nil
}

// TakeHeld records questions that were held: they came when they came. Those that
// somebody else has settled in the meantime are left.
func (a *App) TakeHeld(ctx context.Context, who Actor, ambito string, ids []string) error {
	return a.eachHeld(ctx, who, ambito, ids, func(tx *store.Tx, x q.QuestionHeld) error {
		if _, err := tx.DeleteHeld(ctx, q.DeleteHeldParams{Ambito: ambito, ID: x.ID}); err != nil {
			return err
		}
		_, err := a.recordQuestion(ctx, tx, who, x.ID, QuestionInput{Ambito: ambito, Process: x.Process, Name: x.Name, Contact: x.Contact,
			Words: x.Words, Key: x.Idem, Arrival: Arrival{Channel: AskedWeb, ReceivedAt: instant(x.ReceivedUs)}})
		return err
	})
}

// DropHeld puts questions aside as a program's; after thirty days they are gone.
func (a *App) DropHeld(ctx context.Context, who Actor, ambito string, ids []string) error {
	return a.eachHeld(ctx, who, ambito, ids, func(tx *store.Tx, x q.QuestionHeld) error {
		return tx.DropHeld(ctx, q.DropHeldParams{DroppedUs: tx.Now.UnixMicro(), Ambito: ambito, ID: x.ID})
	})
}

// DropHeldFrom puts aside all that waits from the network of one of them.
func (a *App) DropHeldFrom(ctx context.Context, who Actor, ambito, id string) error {
	return a.eachHeld(ctx, who, ambito, []string{id}, func(tx *store.Tx, x q.QuestionHeld) error {
		return tx.DropHeldFrom(ctx, q.DropHeldFromParams{DroppedUs: tx.Now.UnixMicro(), Ambito: ambito, Source: x.Source})
	})
}

func (a *App) eachHeld(ctx context.Context, who Actor, ambito string, ids []string, do func(*store.Tx, q.QuestionHeld) error) error {
	if !who.is(HelpDesk, Officer, Head) {
		return ErrForbidden
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > maxHeldShown {
		return ErrNotFound // no page lists so many
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		for _, id := range ids {
			x, err := tx.HeldQuestion(ctx, q.HeldQuestionParams{Ambito: ambito, ID: id})
			if found(err) == ErrNotFound || err == nil && x.DroppedUs != 0 {
				continue
			}
			if err != nil {
				return err
			}
			if err := do(tx, x); err != nil {
				return fmt.Errorf("held question %s: %w", id, err)
			}
		}
		return nil
	})
}

// FormStamp marks a form with the instant it was handed out, so that one that comes
// back sooner than people read is known, and one that we did not make.
func (a *App) FormStamp(ambito string, at time.Time) string {
	when := strconv.FormatInt(at.UnixMilli(), 36)
	return when + "." + a.link("form", ambito, when)
}

// FormAge returns how old a stamped form is; false when the stamp is not ours or is of
// a time to come.
func (a *App) FormAge(ambito, stamp string) (time.Duration, bool) {
	when, mac, _ := strings.Cut(stamp, ".")
	ms, err := strconv.ParseInt(when, 36, 64)
	if err != nil || !sameLink(mac, a.link("form", ambito, when)) {
		return 0, false
	}
	age := a.Now().Sub(time.UnixMilli(ms))
	return age, age >= 0
}

// NetworkHash names a network without telling which it is.
func (a *App) NetworkHash(network string) string { return a.link("network", network) }
