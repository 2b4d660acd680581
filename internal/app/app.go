// Package app holds the use cases: one exported method is one permission check
// and one transaction. It speaks neither HTTP nor SQL.
//
// Every act takes the same way (architecture, section 3): the rules of package
// pdz are asked, the act is recorded, its leaf enters the register, and its rows
// are written by apply, the one function that also replays the register for the
// audit; all in one transaction. So rows and register cannot tell two stories.
package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"concerto/internal/clock"
	"concerto/internal/definition"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Errors that the edge turns into answers.
var (
	ErrNotFound  = errors.New("not found")
	ErrForbidden = errors.New("forbidden")
	ErrClosed    = errors.New("closed")    // the definition refuses it now
	ErrBusy      = store.ErrBusy           // try again in a moment
	ErrClock     = store.ErrClock          // the clock stands before the register: nothing is recorded
	ErrExists    = errors.New("published") // the process is there already

	// ErrUnavailable: the database cannot write now, because its disk is full or it does not answer.
	ErrUnavailable = store.ErrUnavailable
)

// App runs the use cases. Its fields are set before the first call and not
// changed after it.
type App struct {
	Store   *store.Store
	Now     clock.Now
	Rand    io.Reader
	Secret  []byte   // of the instance: links that nobody else can make come from it
	BaseURL *url.URL // what links in messages begin with
	Words   *i18n.Catalogue

	MailFrom string    // sender of messages; empty: the desk of the process
	Wall     clock.Now // of the machine, where Now is simulated: links and sessions end by it; nil: Now

	definitions sync.Map               // hash → *pdz.Process: a published definition never changes
	tallies     sync.Map               // ambito/slug → counted
	remains     sync.Map               // ambito/n → what an erasure left of an act: it never changes
	firstAccess atomic.Pointer[string] // hash of the secret that makes the first operator; see firstaccess.go
	verified    verifications
}

// Actor is who asks for something, and how that is known.
type Actor struct {
	Role   Role
	Email  string // address that signed in; empty for who did not
	Person string // id of the person in the Ambito of the request, when there is one
	Name   string // of that person, for the page
	Matter string // the matter that the presented link opens, for a LinkHolder
}

// Role is the capacity in which an actor asks. Somebody with several asks in one.
type Role string

const (
	Anonymous  Role = "anonymous"
	LinkHolder Role = "linkHolder" // presented the link of a receipt
	SignedIn   Role = "signedIn"   // an address that came back, whoever it is
	Delegate   Role = "delegate"   // acts for a body, or for oneself as a citizen, that has adhered
	System     Role = "system"     // the program itself

	// Roles that an appointment gives (see appointment.go).
	HelpDesk    Role = "helpDesk"
	Officer     Role = "officer"
	Head        Role = "headOfOffice"
	Facilitator Role = "facilitator"
	Governing   Role = "governing" // mayor or substitute
	Union       Role = "union"
	Auditor     Role = "auditor" // reads, changes nothing

	Operator Role = "operator" // of the instance, in no Ambito
)

// is reports whether the actor asks in one of the roles. The program itself may
// do what anybody may.
func (who Actor) is(roles ...Role) bool {
	return who.Role == System || slices.Contains(roles, who.Role)
}

// Arrival says when and how something reached the Ambito. What binds is arrival (R61).
type Arrival struct {
	Channel    string    // id of a channel of the definition
	ReceivedAt time.Time // web: last byte of the body read; others: when the office took it in
	SourceAt   time.Time // instant attested by the channel's own clock; zero for the web
	SentAt     time.Time // information only; zero when not known
}

// At is the instant that is judged: the source's where the channel has one.
func (a Arrival) At() time.Time {
	if !a.SourceAt.IsZero() {
		return a.SourceAt
	}
	return a.ReceivedAt
}

// process returns a published definition by its hash.
func (a *App) process(ctx context.Context, r *q.Queries, ambito, hash string) (*pdz.Process, error) {
	if p, ok := a.definitions.Load(ambito + "/" + hash); ok {
		return p.(*pdz.Process), nil
	}
	row, err := r.Definition(ctx, q.DefinitionParams{Ambito: ambito, Hash: hash})
	if err != nil {
		return nil, fmt.Errorf("definition %s: %w", hash, found(err))
	}
	p, err := definition.FromResolved([]byte(row.Resolved))
	if err != nil {
		return nil, fmt.Errorf("definition %s: %w", hash, err)
	}
	a.definitions.Store(ambito+"/"+hash, p)
	return p, nil
}

// link makes the secret half of a link. Nothing stores it: it is made again from
// the secret of the instance when it is presented.
func (a *App) link(purpose string, parts ...string) string {
	m := hmac.New(sha256.New, a.Secret)
	for _, p := range append([]string{purpose}, parts...) {
		fmt.Fprintf(m, "%d:%s,", len(p), p)
	}
	return linkEncoding.EncodeToString(m.Sum(nil)[:20])
}

// linkEncoding writes 160 bits in 32 lower-case characters that survive mail.
var linkEncoding = base32.NewEncoding(linkAlphabet).WithPadding(base32.NoPadding)

const linkAlphabet = "abcdefghijkmnpqrstuvwxyz23456789"

func sameLink(presented, want string) bool { return hmac.Equal([]byte(presented), []byte(want)) }

func hashOf(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }

// found turns the store's "no rows" into ErrNotFound.
func found(err error) error {
	if errors.Is(err, store.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant reads an instant of the store; 0 is none.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// address makes an absolute address from the configured base, never from a request (P13).
func (a *App) address(path string) string { return a.BaseURL.JoinPath(path).String() }

// canonical is JSON that hashes the same everywhere.
func canonical(v any) ([]byte, error) { return register.Canonical(v) }
