package app

import (
	"context"
	"fmt"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Withdraw records that a party takes its adhesion back; everything it said is
// kept (R68). A link that came by mail is not enough for that once the window
// has closed: from then on only the office can (P7), and the answer is ErrClosed.
func (a *App) Withdraw(ctx context.Context, who Actor, ambito, code, key, reason string, at Arrival) (*AdhesionReceipt, error) {
	if err := a.owns(ctx, who, ambito, code); err != nil {
		return nil, err
	}
	reason, problem := pdz.Clean(reason, true)
	if problem != nil {
		return nil, pdz.Problems{{Field: "motivo", Code: problem.Code, Args: problem.Args}}
	}
	err := a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		if _, err := tx.VersionByIdem(ctx, q.VersionByIdemParams{Ambito: ambito, Idem: key}); err == nil {
			return nil
		}
		row, p, err := a.standing(ctx, tx, code)
		if err != nil {
			return err
		}
		switch AdhesionState(row.State) {
		case AdhesionWithdrawn, AdhesionSuperseded:
			return pdz.Problems{{Code: CodeNotCorrectable, Args: []any{row.State}}}
		}
		form, _ := p.Form(row.Form)
		if !p.Participation.Withdrawal || !who.is(Officer, Head) && judgeForm(p, form, at.At()).Timeliness == pdz.Late {
			return ErrClosed
		}
		channel, _ := p.Channel(at.Channel)
		b := withdrawalBody{Channel: channel.ID, Key: key, Version: int(row.Version) + 1, Reason: reason}
		rec, err := a.record(ctx, tx, recording{who: who, matter: code, process: row.Process, definition: p.Hash, via: channel.Kind,
			assurance: assurance(who, channel), at: at, body: b})
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, mailReceipt, code, rec.N, row.Email)
	})
	if err != nil {
		return nil, err
	}
	return a.receiptOf(ctx, ambito, code)
}

// standing returns an adhesion with the definition in force for its process.
func (a *App) standing(ctx context.Context, tx *store.Tx, code string) (q.Adhesion, *pdz.Process, error) {
	row, err := tx.Adhesion(ctx, q.AdhesionParams{Ambito: tx.Ambito, Code: code})
	if err != nil {
		return row, nil, fmt.Errorf("adhesion %s: %w", code, found(err))
	}
	proc, err := tx.Process(ctx, q.ProcessParams{Ambito: tx.Ambito, Slug: row.Process})
	if err != nil {
		return row, nil, err
	}
	p, err := a.process(ctx, tx.Queries, tx.Ambito, proc.Definition)
	return row, p, err
}

// takenOver returns the adhesion in force whose place a sheet takes when its address
// is confirmed: one of the same body, from the same address, that came before.
func takenOver(ctx context.Context, tx *store.Tx, row q.Adhesion, p *pdz.Process) (string, error) {
	if AdhesionState(row.State) != AdhesionDuplicate || p.Participation.Duplicates != "supersede" {
		return "", nil
	}
	other, err := tx.AdhesionInForce(ctx, q.AdhesionInForceParams{Ambito: row.Ambito, Process: row.Process, Party: row.Party})
	if found(err) == ErrNotFound {
		return "", nil
	}
	if err != nil || other.Email != row.Email || other.ReceivedUs > row.ReceivedUs {
		return "", err
	}
	return other.Code, nil
}

// ConfirmKey is the secret half of the link that confirms an address.
func (a *App) ConfirmKey(ambito, code, email string) string {
	return a.link("confirm", ambito, code, email)
}

// CanConfirm checks a confirmation link and changes nothing: mail scanners follow
// links, people press buttons (P7).
func (a *App) CanConfirm(ctx context.Context, ambito, code, key string) (*AdhesionView, error) {
	v, err := a.adhesionView(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	if !sameLink(key, a.ConfirmKey(ambito, code, v.Email)) {
		return nil, ErrNotFound
	}
	return v, nil
}

// ConfirmAddress records that the link sent to the address of an adhesion came
// back. Doing it twice is doing it once.
func (a *App) ConfirmAddress(ctx context.Context, ambito, code, key string, at Arrival) (*AdhesionView, error) {
	v, err := a.CanConfirm(ctx, ambito, code, key)
	if err != nil {
		return nil, err
	}
	err = a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		row, p, err := a.standing(ctx, tx, code)
		if err != nil || row.Confirmed && row.Email == v.Email {
			return err
		}
		if row.Email != v.Email {
			return ErrNotFound
		}
		takes, err := takenOver(ctx, tx, row, p)
		if err != nil {
			return err
		}
		who := Actor{Role: LinkHolder, Matter: code}
		_, err = a.record(ctx, tx, recording{who: who, matter: code, process: row.Process, definition: p.Hash, via: "web",
			assurance: "emailVerified", at: at, body: confirmBody{row.Email, takes}})
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.adhesionView(ctx, ambito, code)
}
