package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// An erasure takes out of the database whom an act was of: its content, and the
// salts without which nobody can try what the leaf commits to (register, section
// 3.5). The leaves stay, so the tree stays whole and receipts that are out still
// verify. So do number, instants, verdict and state: counts do not change behind
// anybody's back. What they rest on is left in the act of erasure itself, as the
// bodies that the erased acts have from now on for whoever replays the register:
// category, tables and days, and no word that anybody typed.

const actErasure = "cancellazione"

// erasureBody says what was erased and what is left of it.
type erasureBody struct {
	Reason  string    `json:"reason"`
	Matters []string  `json:"matters"` // the first is the act's own
	Acts    []remains `json:"acts"`    // of those matters, in order
}

func (erasureBody) kind() string { return actErasure }

// remains is what an erased act still says.
type remains struct {
	N    int64  `json:"n"`
	Body string `json:"body"` // canonical JSON; empty: nothing that stays hangs on it
}

// Problem codes of an erasure.
const (
	CodeErased       = "erasure.done"    // it was erased already; no arguments
	CodeErasureKind  = "erasure.kind"    // the matter holds an act that law keeps for good; its leaf word
	CodeErasureAlive = "erasure.verdict" // what would be left does not give the verdict any more; the number of the act
)

// ErasureCodes are all the codes above.
var ErasureCodes = []string{CodeErased, CodeErasureKind, CodeErasureAlive}

// Erase takes the personal data of a matter out of the database: an adhesion, an
// invitation, a question. With the last adhesion of a body go the invitations of its
// people. The reason is the head's own words and stays; it must name nobody.
func (a *App) Erase(ctx context.Context, who Actor, ambito, matter, reason string, at Arrival) error {
	if !who.is(Head) {
		return ErrForbidden
	}
	reason, problems := cleanReason(reason)
	if reason == "" && len(problems) == 0 {
		problems.Add(FieldReason, pdz.CodeRequired)
	}
	if len(problems) > 0 {
		return problems
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		return a.erase(ctx, tx, who, matter, reason, at)
	})
}

// eraseAgain erases a matter that a lost act had erased (restore). One that the
// database does not know has nothing left to erase.
func (a *App) eraseAgain(ctx context.Context, tx *store.Tx, who Actor, matter string) error {
	acts, err := tx.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: tx.Ambito, Matter: matter})
	if err != nil || len(acts) == 0 {
		return err
	}
	if gone, err := isErased(ctx, tx.Queries, tx.Ambito, matter); err != nil || gone {
		return err
	}
	return a.erase(ctx, tx, who, matter, "ripetuta dopo un ripristino", Arrival{ReceivedAt: tx.Now})
}

func (a *App) erase(ctx context.Context, tx *store.Tx, who Actor, matter, reason string, at Arrival) error {
	matters, err := erasedWith(ctx, tx, matter)
	if err != nil {
		return err
	}
	b := erasureBody{Reason: reason, Matters: matters, Acts: []remains{}}
	var all []q.Act
	for _, m := range matters {
		if gone, err := isErased(ctx, tx.Queries, tx.Ambito, m); err != nil {
			return err
		} else if gone {
			return pdz.Problems{{Code: CodeErased}}
		}
		acts, err := tx.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: tx.Ambito, Matter: m})
		if err != nil {
			return err
		}
		all = append(all, acts...)
	}
	if len(all) == 0 {
		return fmt.Errorf("matter %s: %w", matter, ErrNotFound)
	}
	slices.SortFunc(all, func(x, y q.Act) int { return int(x.N - y.N) })
	addresses := map[string]string{}
	for _, act := range all {
		left, err := a.leaveOf(ctx, tx.Queries, act, addresses)
		if err != nil {
			return err
		}
		b.Acts = append(b.Acts, remains{act.N, left})
	}
	theirs := namedIn(all)
	process := all[len(all)-1]
	_, err = a.record(ctx, tx, recording{who: who, matter: matter, process: process.Process, definition: fmt.Sprintf("%x", process.Definition),
		via: "office", assurance: "operatorAttested", at: at, body: b})
	if err != nil {
		return err
	}
	return a.sweep(ctx, tx, matters, theirs)
}

// erasedWith returns the matters that go with one: with the last adhesion of a body
// go the invitations to act for it, which have no other purpose.
func erasedWith(ctx context.Context, tx *store.Tx, matter string) ([]string, error) {
	out := []string{matter}
	row, err := tx.Adhesion(ctx, q.AdhesionParams{Ambito: tx.Ambito, Code: matter})
	if found(err) == ErrNotFound {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	sheets, err := tx.AdhesionsOfParty(ctx, q.AdhesionsOfPartyParams{Ambito: tx.Ambito, Party: row.Party})
	if err != nil {
		return nil, err
	}
	for _, x := range sheets {
		if gone, err := isErased(ctx, tx.Queries, tx.Ambito, x.Code); err != nil {
			return nil, err
		} else if !gone && x.Code != matter {
			return out, nil
		}
	}
	all, err := mandatesOfParty(ctx, tx.Queries, tx.Ambito, row.Party)
	for _, m := range all {
		if !slices.Contains(out, m.ID) {
			out = append(out, m.ID)
		}
	}
	return out, err
}

func isErased(ctx context.Context, r *q.Queries, ambito, matter string) (bool, error) {
	_, err := r.Erasure(ctx, q.ErasureParams{Ambito: ambito, Matter: matter})
	if found(err) == ErrNotFound {
		return false, nil
	}
	return err == nil, err
}

// erasedIn returns the erased matters of an Ambito.
func erasedIn(ctx context.Context, r *q.Queries, ambito string) (map[string]bool, error) {
	rows, err := r.Erasures(ctx, ambito)
	out := make(map[string]bool, len(rows))
	for _, x := range rows {
		out[x.Matter] = true
	}
	return out, err
}

// applyErasure takes away content, salts and rows. What it leaves is what a replay of
// the erased acts by their remains leaves: the audit compares the two.
func (a *App) applyErasure(ctx context.Context, r *q.Queries, act q.Act, b erasureBody) error {
	a.recall(act.Ambito, b)
	var told []q.Act
	for _, m := range b.Matters {
		acts, err := r.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: act.Ambito, Matter: m})
		if err != nil {
			return err
		}
		told = append(told, acts...)
		if err := eraseRows(ctx, r, act, m); err != nil {
			return err
		}
		err = r.EraseActs(ctx, q.EraseActsParams{Ambito: act.Ambito, Matter: m, N: act.N})
		if err != nil {
			return err
		}
		err = r.InsertErasure(ctx, q.InsertErasureParams{Ambito: act.Ambito, Matter: m, Reason: b.Reason, Act: act.N, ErasedUs: act.ReceivedUs})
		if err != nil {
			return err
		}
	}
	return a.settleNames(ctx, r, act, namedIn(told))
}

// eraseRows takes what a matter said out of the rows that it made.
func eraseRows(ctx context.Context, r *q.Queries, act q.Act, matter string) error {
	// Whoever sent it is nobody now: a person without name who bears the sheet's own code.
	_, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: act.Ambito, Code: matter})
	if err == nil {
		err = putPerson(ctx, r, act.Ambito, personBody{ID: matter})
	} else if found(err) == ErrNotFound {
		err = nil
	}
	for _, step := range []func() error{
		func() error {
			return r.EraseAdhesion(ctx, q.EraseAdhesionParams{Person: matter, TaxCode: matter, Act: act.N, Ambito: act.Ambito, Code: matter})
		},
		func() error {
			return r.EraseVersions(ctx, q.EraseVersionsParams{Ambito: act.Ambito, Code: matter})
		},
		func() error {
			return r.EraseAttachments(ctx, q.EraseAttachmentsParams{Ambito: act.Ambito, Code: matter})
		},
		func() error {
			return r.EraseAdmissions(ctx, q.EraseAdmissionsParams{Ambito: act.Ambito, Code: matter})
		},
		func() error {
			return r.EraseIntakes(ctx, q.EraseIntakesParams{Ambito: act.Ambito, Code: matter})
		},
		func() error {
			return r.EraseQuestion(ctx, q.EraseQuestionParams{Act: act.N, Ambito: act.Ambito, ID: matter})
		},
		func() error { return r.DeleteMandates(ctx, q.DeleteMandatesParams{Ambito: act.Ambito, ID: matter}) },
	} {
		if err != nil {
			return err
		}
		err = step()
	}
	return err
}

// said returns an act with what it says: its body, or what its erasure left of it. A
// body that is not valid says nothing.
func (a *App) said(ctx context.Context, r *q.Queries, act q.Act) (q.Act, error) {
	if act.Body.Valid {
		return act, nil
	}
	key := act.Ambito + "/" + strconv.FormatInt(act.N, 10)
	left, known := a.remains.Load(key)
	if !known {
		acts, err := r.ActsOfKind(ctx, q.ActsOfKindParams{Ambito: act.Ambito, Kind: actErasure})
		if err != nil {
			return act, err
		}
		if err := a.recallAll(acts); err != nil {
			return act, err
		}
		if left, known = a.remains.Load(key); !known {
			return act, fmt.Errorf("no content, and no act says that it was erased")
		}
	}
	act.Body.String, act.Body.Valid = left.(string), left != ""
	return act, nil
}

// recall remembers what an erasure left. It never changes.
func (a *App) recall(ambito string, b erasureBody) {
	for _, x := range b.Acts {
		a.remains.Store(ambito+"/"+strconv.FormatInt(x.N, 10), x.Body)
	}
}

func (a *App) recallAll(acts []q.Act) error {
	for _, act := range acts {
		var b erasureBody
		if err := decodeBody(act, &b); err != nil {
			return err
		}
		a.recall(act.Ambito, b)
	}
	return nil
}
