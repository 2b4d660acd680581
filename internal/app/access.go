package app

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Who works for an Ambito may read personal data and leaves a trace of it: who,
// when, what, and for which purpose (register P27). The trace is no act: it is not
// in the public register, where it would tell the world whose sheet was looked at.

// maxAccess is how much of an address the log keeps, in bytes.
const maxAccess = 300

// NoteAccess notes that somebody is about to read personal data. It is called
// before they are shown: what cannot be noted is not shown. An address is given
// without its query, which may hold words that were searched for.
func (a *App) NoteAccess(ctx context.Context, who Actor, ambito, what, why string) error {
	if who.Person == "" && who.Email == "" && who.Role != System {
		return ErrForbidden
	}
	if _, err := a.Store.Read().Log(ctx, ambito); err != nil {
		return fmt.Errorf("log of %s: %w", ambito, found(err))
	}
	id, err := register.NewMatter(a.Rand)
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		return tx.InsertAccess(ctx, q.InsertAccessParams{ID: id, Ambito: ambito, Person: cmp.Or(who.Person, who.Email), Role: string(who.Role),
			What: whole(what, maxAccess), Why: why, ReadUs: tx.Now.UnixMicro()})
	})
}

// whole cuts a text to a number of bytes, and drops the half of a character that
// PostgreSQL would refuse.
func whole(s string, n int) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s[:min(len(s), n)], "\x00", ""), "")
}

// AccessView is one reading of personal data.
type AccessView struct {
	At        time.Time
	Person    string // id
	Name      string // id or address where there is no name
	Role      Role
	What      string // address that was opened
	Number    string // of the sheet it is about, or empty
	Why       string
	ByOneself bool // whoever asks
}

// AccessFilter is what of the log is wanted; zero fields want everything.
type AccessFilter struct {
	Person        string
	Day           pdz.Date
	Limit, Offset int
}

// Accesses returns who read personal data, newest first, and how many there are.
func (a *App) Accesses(ctx context.Context, who Actor, ambito string, f AccessFilter) ([]AccessView, int, error) {
	if !who.is(oversight...) {
		return nil, 0, ErrForbidden
	}
	names, err := a.namesOf(ctx, ambito)
	if err != nil {
		return nil, 0, err
	}
	from, to := span(f.Day, names.zone)
	r := a.Store.Read()
	n, err := r.CountAccesses(ctx, q.CountAccessesParams{Ambito: ambito, Column2: f.Person, Person: f.Person, ReadUs: from, ReadUs_2: to})
	if err != nil {
		return nil, 0, err
	}
	rows, err := r.Accesses(ctx, q.AccessesParams{Ambito: ambito, Column2: f.Person, Person: f.Person, ReadUs: from, ReadUs_2: to,
		Limit: int32(f.Limit), Offset: int32(f.Offset)})
	if err != nil {
		return nil, 0, err
	}
	out := make([]AccessView, len(rows))
	for i, x := range rows {
		v := AccessView{At: instant(x.ReadUs).In(names.zone), Person: x.Person, Name: names.person(x.Person), Role: Role(x.Role), What: x.What,
			Why: x.Why, ByOneself: x.Person == cmp.Or(who.Person, who.Email)}
		v.Number = names.sheets[matterIn.FindString(x.What)]
		out[i] = v
	}
	return out, int(n), nil
}

// matterIn finds the name of a matter in an address.
var matterIn = regexp.MustCompile(`\b[0-9A-Z]{26}\b`)

// AccessPersons returns who is in the access log, by id, with the name.
func (a *App) AccessPersons(ctx context.Context, who Actor, ambito string) ([]PersonName, error) {
	if !who.is(oversight...) {
		return nil, ErrForbidden
	}
	names, err := a.namesOf(ctx, ambito)
	if err != nil {
		return nil, err
	}
	ids, err := a.Store.Read().AccessPersons(ctx, ambito)
	if err != nil {
		return nil, err
	}
	out := make([]PersonName, len(ids))
	for i, id := range ids {
		out[i] = PersonName{id, names.person(id)}
	}
	return out, nil
}

// PersonName is somebody to choose from.
type PersonName struct{ ID, Name string }
