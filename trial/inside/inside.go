// Package inside runs the use cases of the program in this process, on a real
// database of either kind, with the clock, the randomness, the guard file and the
// driver of the database given from outside: what a trial needs that must break one
// of them at a chosen moment. Everything above is the program's own code; what the
// built program does as a whole is tried by package instance.
//
// A Site is opened on a database as often as one likes; what holds it to its word is
// a Judge, which has a connection of its own and nothing broken.
package inside

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"golang.org/x/mod/sumdb/note"

	"concerto/examples"
	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/trial/faulty"
	"concerto/trial/visitor"
)

// What the notice of Lecce of 2013 is called.
const (
	Ambito  = "lecce"
	Process = "2014-2016"
	form    = "scheda-adesione"
	origin  = "concerto.example/registro"
)

var (
	// Published is when the notice comes out, Opening the first instant of a trial.
	Published = time.Date(2013, 10, 9, 7, 0, 0, 0, time.UTC)
	Opening   = time.Date(2013, 10, 10, 8, 0, 0, 0, time.UTC)
)

// Config is what a site stands on.
type Config struct {
	Database string // as in store.Config
	Guard    string // path of the guard file
	Now      func() time.Time
	Key      *Key

	// What goes wrong: in the driver of the database, in guard file and randomness, in the clock. Nil is nothing.
	Driver, Things, Clock *faulty.Plan
}

// Key is the key of the log, kept between openings.
type Key struct {
	signer note.Signer
	Public string
}

// NewKey makes one.
func NewKey() (*Key, error) {
	secret, public, err := register.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	s, err := note.NewSigner(secret)
	return &Key{s, public}, err
}

func (k *Key) get(name string) (note.Signer, error) {
	if name != k.signer.Name() {
		return nil, fmt.Errorf("no key for %s", name)
	}
	return k.signer, nil
}

// Site is an open site.
type Site struct {
	*app.App
	Config
	guard *register.Guard
}

// Open opens a site, with its guard.
func Open(ctx context.Context, c Config) (*Site, error) {
	now, random := c.Now, io.Reader(rand.Reader)
	if c.Clock != nil {
		now = faulty.Clock(c.Clock, now)
	}
	sc := store.Config{Database: c.Database, Signer: c.Key.get}
	guard, err := c.openGuard()
	if err != nil {
		return nil, err
	}
	if c.Things != nil {
		random = faulty.Rand{Reader: random, Plan: c.Things}
	}
	if c.Driver != nil {
		sc.Wrap = faulty.Driver(c.Driver)
	}
	sc.Guard, sc.Now, sc.Rand = guard, now, random
	words, err := i18n.New()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, sc)
	if err != nil {
		return nil, errors.Join(err, guard.Close())
	}
	base := &url.URL{Scheme: "http", Host: "concerto.example"}
	a := &app.App{Store: s, Now: now, Rand: random, Secret: []byte("a secret of the trial"), BaseURL: base, Words: words}
	return &Site{a, c, guard}, nil
}

func (c Config) openGuard() (*register.Guard, error) {
	file, err := openFile(c.Guard)
	if err != nil {
		return nil, err
	}
	var f register.GuardFile = file
	if c.Things != nil {
		f = faulty.Guard{GuardFile: f, Plan: c.Things}
	}
	g, err := register.NewGuard(f)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return g, nil
}

// Close closes the site.
func (s *Site) Close() error { return errors.Join(s.Store.Close(), s.guard.Close()) }

// noSelection is a line of that notice, and byOffice what stands in its place here:
// so the office has something to decide on.
var (
	noSelection = []byte("admission: {mode: none}")
	byOffice    = []byte("admission: {mode: byOffice, completion: 5 working days}")
)

// PublishNotice publishes the notice of Lecce, as its first act.
func (s *Site) PublishNotice(ctx context.Context) error {
	src, err := examples.Files.ReadFile("lecce-2013/process.yaml")
	if err != nil {
		return err
	}
	d, found := definition.Load("lecce-2013", bytes.Replace(src, noSelection, byOffice, 1))
	if found.Failed() {
		return found
	}
	return s.Publish(ctx, app.Actor{Role: app.System}, d, app.LogKey{Origin: origin, Verifier: s.Key.Public}, Published)
}

// Draft fills in the form for the n-th invented body, up to the last click.
func (s *Site) Draft(ctx context.Context, n int) (token string, err error) {
	d, err := s.StartDraft(ctx, Ambito, Process, form)
	if err != nil {
		return "", err
	}
	answers := pdz.Answers{"presa-visione-privacy": {"si"}}
	for _, step := range visitor.BodyOf(n).Answers {
		for field, values := range step {
			answers[field] = values
		}
	}
	_, err = s.SaveDraft(ctx, Ambito, d.Token, 5, answers)
	return d.Token, err
}

// Send makes the last click, received at an instant.
func (s *Site) Send(ctx context.Context, token string, at time.Time) (*app.AdhesionReceipt, error) {
	return s.SubmitDraft(ctx, app.Actor{Role: app.Anonymous}, Ambito, token, nil, app.Arrival{Channel: "web", ReceivedAt: at})
}
