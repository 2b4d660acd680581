package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Due is something whose term of keeping the definition sets has passed. Only drafts
// go by themselves; of all else a person says that it goes.
type Due struct {
	Class   string // pdz.KeptAdhesions, pdz.KeptQuestions
	Matter  string
	Process string
	Number  string // of the adhesion, or of the question
	CameAt  time.Time
	pdz.Keeping
}

// Due lists what may go, the longest over first.
func (a *App) Due(ctx context.Context, who Actor, ambito string) ([]Due, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r, now := a.Store.Read(), a.Now()
	processes, err := r.Processes(ctx, ambito)
	if err != nil {
		return nil, err
	}
	var out []Due
	for _, row := range processes {
		p, err := a.process(ctx, r, ambito, row.Definition)
		if err != nil {
			return nil, err
		}
		due, err := dueOf(ctx, r, p, row, now)
		if err != nil {
			return nil, err
		}
		out = append(out, due...)
	}
	slices.SortStableFunc(out, func(x, y Due) int { return x.Until.Compare(y.Until) })
	return out, nil
}

func dueOf(ctx context.Context, r *q.Queries, p *pdz.Process, row q.Process, now time.Time) ([]Due, error) {
	var out []Due
	gone, err := erasedIn(ctx, r, row.Ambito)
	if err != nil {
		return nil, err
	}
	add := func(d Due) {
		if d.Keeping = p.Keeping(d.Class, d.CameAt); d.Over(now) && !gone[d.Matter] {
			out = append(out, d)
		}
	}
	sheets, err := r.SheetsOfProcess(ctx, q.SheetsOfProcessParams{Ambito: row.Ambito, Process: row.Slug})
	if err != nil {
		return nil, err
	}
	for _, x := range sheets {
		add(Due{Class: pdz.KeptAdhesions, Matter: x.Code, Process: row.Slug, Number: x.Number, CameAt: instant(x.ReceivedUs).In(p.Zone)})
	}
	questions, err := r.QuestionsOfProcess(ctx, q.QuestionsOfProcessParams{Ambito: row.Ambito, Process: row.Slug})
	if err != nil {
		return nil, err
	}
	for _, x := range questions {
		add(Due{Class: pdz.KeptQuestions, Matter: x.ID, Process: row.Slug, Number: strconv.FormatInt(x.Seq, 10), CameAt: instant(x.ReceivedUs).In(p.Zone)})
	}
	return out, nil
}

// KeepingOf says how long an adhesion is kept, and what becomes of it then.
func (a *App) KeepingOf(ctx context.Context, who Actor, ambito, code string) (pdz.Keeping, error) {
	if err := a.owns(ctx, who, ambito, code); err != nil {
		return pdz.Keeping{}, err
	}
	r := a.Store.Read()
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: code})
	if err != nil {
		return pdz.Keeping{}, err
	}
	v, err := a.Process(ctx, ambito, row.Process)
	if err != nil {
		return pdz.Keeping{}, err
	}
	return v.Keeping(pdz.KeptAdhesions, instant(row.ReceivedUs)), nil
}

// KeepingOfMatter says how long a matter that can be erased is kept, and its number.
func (a *App) KeepingOfMatter(ctx context.Context, who Actor, ambito, matter string) (k pdz.Keeping, number string, err error) {
	if !who.is(Officer, Head, Auditor) {
		return k, "", ErrForbidden
	}
	r := a.Store.Read()
	class, process, came := pdz.KeptAdhesions, "", int64(0)
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: matter})
	if err == nil {
		process, number, came = row.Process, row.Number, row.ReceivedUs
	} else if found(err) == ErrNotFound {
		asked, err := r.Question(ctx, q.QuestionParams{Ambito: ambito, ID: matter})
		if err != nil {
			return k, "", fmt.Errorf("matter %s: %w", matter, found(err))
		}
		class, process, number, came = pdz.KeptQuestions, asked.Process, strconv.FormatInt(asked.Seq, 10), asked.ReceivedUs
	} else {
		return k, "", err
	}
	v, err := a.Process(ctx, ambito, process)
	if err != nil {
		return k, "", err
	}
	return v.Keeping(class, instant(came)), number, nil
}

// ErasureView is a matter that was erased.
type ErasureView struct {
	Matter, Number, Reason string
	Act                    int64
	At                     time.Time
}

// Erasures returns what was erased and what people ask to have erased.
func (a *App) Erasures(ctx context.Context, who Actor, ambito string) (done []ErasureView, asked []ErasureAsked, err error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, nil, ErrForbidden
	}
	r := a.Store.Read()
	rows, err := r.Erasures(ctx, ambito)
	if err != nil {
		return nil, nil, err
	}
	number := func(matter string) string {
		if row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: matter}); err == nil {
			return row.Number
		}
		return ""
	}
	for _, x := range rows {
		done = append(done, ErasureView{x.Matter, number(x.Matter), x.Reason, x.Act, instant(x.ErasedUs)})
	}
	requests, err := r.ErasureRequests(ctx, ambito)
	for _, x := range requests {
		e := erasureAsked(x)
		e.Number = number(e.Matter)
		asked = append(asked, e)
	}
	return done, asked, err
}

// RefuseErasure answers a request that law or duty does not let the office follow.
// The reason goes to whoever asked.
func (a *App) RefuseErasure(ctx context.Context, who Actor, ambito, matter, reason string, at time.Time) error {
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
		e, err := tx.ErasureRequest(ctx, q.ErasureRequestParams{Ambito: ambito, Matter: matter})
		if err != nil {
			return found(err)
		}
		err = tx.AnswerErasure(ctx, q.AnswerErasureParams{Answer: reason, AnsweredUs: micro(at), Ambito: ambito, Matter: matter})
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, mailErasure, matter, micro(at), e.Email)
	})
}
