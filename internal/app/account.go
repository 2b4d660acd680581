package app

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Who signs in proves an address and nothing else: a link goes there, opens once,
// within a quarter of an hour, in the browser that asked for it (P7). What the
// address may then do is asked anew at each request (capacity.go). Of links,
// browsers and sessions the database holds hashes alone.
const (
	linkLife     = 15 * time.Minute
	linksAllowed = 5 // to one address within the life of a link

	sessionIdle  = 30 * time.Minute // without a request (P28)
	sessionLife  = 8 * time.Hour
	seenEvery    = time.Minute // how exactly the last request is remembered
	secretLength = 20          // bytes
)

// Why a link does not open. Each is an ErrNotFound: who did not ask for the link
// learns nothing from it.
var (
	ErrLinkUnknown = fmt.Errorf("sign-in link unknown: %w", ErrNotFound)
	ErrLinkBrowser = fmt.Errorf("sign-in link asked for in another browser: %w", ErrNotFound)
	ErrLinkUsed    = fmt.Errorf("sign-in link used: %w", ErrNotFound)
	ErrLinkExpired = fmt.Errorf("sign-in link expired: %w", ErrNotFound)
	ErrLinkChanged = fmt.Errorf("sign-in link to an address that is no longer known: %w", ErrNotFound)
)

// Account is an address that signed in.
type Account struct {
	Email     string
	StartedAt time.Time
}

// Session is what a browser is given at sign-in. Nobody else has its secret.
type Session struct{ Secret, Email string }

// NewSecret draws 160 bits for a cookie.
func (a *App) NewSecret() (string, error) {
	b := make([]byte, secretLength)
	if _, err := io.ReadFull(a.Rand, b); err != nil {
		return "", fmt.Errorf("secret: %w", err)
	}
	return linkEncoding.EncodeToString(b), nil
}

// GoodSecret reports whether a text could come from NewSecret.
func GoodSecret(s string) bool {
	return len(s) == base32.StdEncoding.WithPadding(base32.NoPadding).EncodedLen(secretLength) && strings.Trim(s, linkAlphabet) == ""
}

// wall is the hour by which links and sessions end: people wait in real time even
// where a simulated clock jumps over days.
func (a *App) wall() time.Time {
	if a.Wall != nil {
		return a.Wall()
	}
	return a.Now()
}

// RequestLink mails a sign-in link to an address that some Ambito knows, or the
// instance as its operator. The answer never tells whether it does, and so the
// same is written either way. browser is the secret of the cookie of who asks;
// back the path they want to go on to.
func (a *App) RequestLink(ctx context.Context, email, browser, back string) error {
	email, problem := pdz.CheckEmail(email)
	if problem != nil {
		problem.Field = "email"
		return pdz.Problems{*problem}
	}
	known, err := a.lookUp(ctx, a.Store.Read(), email)
	if err != nil {
		return err
	}
	id, err := register.NewMatter(a.Rand)
	if err != nil {
		return err
	}
	now := a.wall()
	return a.Store.Update(ctx, known.ambito, func(tx *store.Tx) error {
		n, err := tx.CountLoginLinks(ctx, q.CountLoginLinksParams{Email: known.email, ExpiresUs: now.UnixMicro()})
		if err != nil || n >= linksAllowed {
			return err
		}
		err = tx.InsertLoginLink(ctx, q.InsertLoginLinkParams{Hash: hashOf(a.signInToken(id)), Email: known.email,
			Browser: hashOf(browser), Back: back, ExpiresUs: now.Add(linkLife).UnixMicro()})
		if err != nil || !known.ok {
			return err
		}
		return enqueue(ctx, tx, mailSignIn, id, 0, known.email)
	})
}

// signInToken is the secret in the mail. It is made from an id and the secret of
// the instance, so that the mail can be composed again from the id alone.
func (a *App) signInToken(id string) string { return id + a.link("signin", id) }

// ConsumeLink opens a session with a link. Of any number that try, on any number
// of instances, one succeeds.
func (a *App) ConsumeLink(ctx context.Context, secret, browser string) (s Session, back string, err error) {
	if len(secret) < draftIDLength || !sameLink(secret, a.signInToken(secret[:draftIDLength])) {
		return Session{}, "", ErrLinkUnknown
	}
	now := a.wall()
	err = a.Store.Update(ctx, "", func(tx *store.Tx) error {
		row, err := tx.UseLoginLink(ctx, q.UseLoginLinkParams{UsedUs: now.UnixMicro(), Hash: hashOf(secret), Browser: hashOf(browser),
			ExpiresUs: now.UnixMicro()})
		if found(err) == ErrNotFound {
			return a.whyNot(ctx, tx, hashOf(secret), hashOf(browser))
		}
		if err != nil {
			return err
		}
		if known, err := a.lookUp(ctx, tx.Queries, row.Email); err != nil {
			return err
		} else if !known.ok { // the address was changed after the link had left
			return ErrLinkChanged
		}
		back = row.Back
		s, err = a.openSession(ctx, tx, row.Email)
		return err
	})
	if err != nil {
		return Session{}, "", err
	}
	return s, back, nil
}

// whyNot says why no link could be used. Another browser learns that it is another
// one and nothing of the link.
func (a *App) whyNot(ctx context.Context, tx *store.Tx, hash, browser string) error {
	row, err := tx.LoginLink(ctx, hash)
	switch {
	case found(err) == ErrNotFound:
		return ErrLinkUnknown
	case err != nil:
		return err
	case row.Browser != browser:
		return ErrLinkBrowser
	case row.UsedUs != 0:
		return ErrLinkUsed
	}
	return ErrLinkExpired
}

func (a *App) openSession(ctx context.Context, tx *store.Tx, email string) (Session, error) {
	secret, err := a.NewSecret()
	if err != nil {
		return Session{}, err
	}
	now := a.wall().UnixMicro()
	err = tx.InsertSession(ctx, q.InsertSessionParams{Hash: hashOf(secret), Email: email, StartedUs: now, SeenUs: now})
	return Session{secret, email}, err
}

// OpenSession opens a session without a link. Only the program itself may: the
// demo, where one enters by a click.
func (a *App) OpenSession(ctx context.Context, who Actor, email string) (s Session, err error) {
	if who.Role != System {
		return Session{}, ErrForbidden
	}
	err = a.Store.Update(ctx, "", func(tx *store.Tx) error {
		s, err = a.openSession(ctx, tx, email)
		return err
	})
	return s, err
}

// Session returns who holds the secret of a session, and remembers that they were
// there. After half an hour without a request, or eight in all, nobody does.
func (a *App) Session(ctx context.Context, secret string) (*Account, error) {
	row, err := a.Store.Read().Session(ctx, hashOf(secret))
	if err != nil {
		return nil, fmt.Errorf("session: %w", found(err))
	}
	now := a.wall()
	seen := instant(row.SeenUs)
	if !now.Before(seen.Add(sessionIdle)) || !now.Before(instant(row.StartedUs).Add(sessionLife)) {
		return nil, fmt.Errorf("session over: %w", ErrNotFound)
	}
	if !now.Before(seen.Add(seenEvery)) {
		err = a.Store.Update(ctx, "", func(tx *store.Tx) error {
			return tx.SeeSession(ctx, q.SeeSessionParams{SeenUs: now.UnixMicro(), Hash: row.Hash, SeenUs_2: now.UnixMicro()})
		})
	}
	return &Account{Email: row.Email, StartedAt: instant(row.StartedUs)}, err
}

// EndSession forgets a session: whoever else has its secret has nothing.
func (a *App) EndSession(ctx context.Context, secret string) error {
	return a.Store.Update(ctx, "", func(tx *store.Tx) error { return tx.DeleteSession(ctx, hashOf(secret)) })
}

// ForgetSignIns erases the links and sessions whose time is over.
func (a *App) ForgetSignIns(ctx context.Context) error {
	now := a.wall()
	return a.Store.Update(ctx, "", func(tx *store.Tx) error {
		if _, err := tx.DeleteOldLoginLinks(ctx, now.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.DeleteOldSessions(ctx, q.DeleteOldSessionsParams{StartedUs: now.Add(-sessionLife).UnixMicro(),
			SeenUs: now.Add(-sessionIdle).UnixMicro()})
		return err
	})
}

// signIn writes the mail that carries a sign-in link. An operator may be known to
// no Ambito: then the site itself signs it.
func (w *writer) signIn(ctx context.Context, m *mail.Message) error {
	from, sign := w.app.BaseURL.Host, w.app.BaseURL.String()
	rows, err := w.app.Store.Read().Processes(ctx, w.row.Ambito)
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		if err := w.load(ctx, rows[0].Slug); err != nil {
			return err
		}
		from, sign = w.process.Ambito.Name, w.signature()
	}
	m.Subject = w.words.T("Il tuo accesso")
	m.Text = strings.Join([]string{w.words.T("Buongiorno,"),
		w.words.T("hai chiesto di accedere al sito di %s. Apri questo indirizzo nello stesso browser da cui l’hai chiesto e premi «Entra»:", from) +
			"\n" + w.app.address("/accedi/"+w.app.signInToken(w.row.Matter)),
		w.words.T("L’indirizzo vale per %d minuti e una volta sola.", int(linkLife.Minutes())),
		w.words.T("Se non l’hai chiesto tu non fare nulla: da un altro browser non si apre."), sign}, "\n\n") + "\n"
	return nil
}

// contacts are those of a process; a message of no process has none.
func contacts(p *pdz.Process) []pdz.Contact {
	if p == nil {
		return nil
	}
	return p.Contacts
}
