package app

import (
	"context"

	"concerto/internal/pdz"
	"concerto/internal/store"
)

// The first operator of an instance cannot be named by anybody: whoever starts the
// program finds a link on its terminal. Its secret lives in the process alone, so
// it opens once and dies with it.

// OfferFirstAccess draws the secret of that link, or returns "" when the instance
// has an operator.
func (a *App) OfferFirstAccess(ctx context.Context) (secret string, err error) {
	n, err := a.Store.Read().CountOperators(ctx)
	if err != nil || n > 0 {
		return "", err
	}
	if secret, err = a.NewSecret(); err != nil {
		return "", err
	}
	hash := hashOf(secret)
	a.firstAccess.Store(&hash)
	return secret, nil
}

// CheckFirstAccess says whether the link still opens, and uses nothing up.
func (a *App) CheckFirstAccess(secret string) error {
	if hash := a.firstAccess.Load(); hash == nil || !sameLink(hashOf(secret), *hash) {
		return ErrNotFound
	}
	return nil
}

// TakeFirstAccess makes an address the operator of the instance and signs it in:
// there may be no mail server yet to prove it by.
func (a *App) TakeFirstAccess(ctx context.Context, secret, email string) (s Session, err error) {
	if err := a.CheckFirstAccess(secret); err != nil {
		return Session{}, err
	}
	email, problem := pdz.CheckEmail(email)
	if problem != nil {
		problem.Field = "email"
		return Session{}, pdz.Problems{*problem}
	}
	hash := a.firstAccess.Load()
	if hash == nil || !a.firstAccess.CompareAndSwap(hash, nil) {
		return Session{}, ErrNotFound
	}
	err = a.Store.Update(ctx, "", func(tx *store.Tx) error {
		if n, err := tx.CountOperators(ctx); err != nil {
			return err
		} else if n > 0 { // named through another instance
			return ErrNotFound
		}
		if err := tx.PutOperator(ctx, email); err != nil {
			return err
		}
		s, err = a.openSession(ctx, tx, email)
		return err
	})
	if err != nil && found(err) != ErrNotFound {
		a.firstAccess.CompareAndSwap(nil, hash) // nothing was written: it can be tried again
	}
	return s, err
}

// AddOperator names another operator of the instance.
func (a *App) AddOperator(ctx context.Context, who Actor, email string) error {
	if !who.is(Operator) {
		return ErrForbidden
	}
	email, problem := pdz.CheckEmail(email)
	if problem != nil {
		problem.Field = "email"
		return pdz.Problems{*problem}
	}
	return a.Store.Update(ctx, "", func(tx *store.Tx) error { return tx.PutOperator(ctx, email) })
}
