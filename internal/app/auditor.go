package app

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// The auditor reads and changes nothing: the register act by act, what departed
// from the rule (exception.go), who read personal data (access.go), whether the
// register is whole (verification.go), and takes all of it away, signed
// (evidence.go). The head of the office sees the same.

// oversight are the roles that may.
var oversight = []Role{Auditor, Head}

// roster is how people and sheets of an Ambito are called.
type roster struct {
	zone    *time.Location
	persons map[string]string
	sheets  map[string]string // code → number
}

func (a *App) namesOf(ctx context.Context, ambito string) (*roster, error) {
	r := a.Store.Read()
	n := &roster{time.UTC, map[string]string{}, map[string]string{}}
	persons, err := r.InboxPersons(ctx, ambito)
	if err != nil {
		return nil, err
	}
	for _, p := range persons {
		n.persons[p.ID] = p.Name
	}
	processes, err := r.Processes(ctx, ambito)
	if err != nil {
		return nil, err
	}
	for _, row := range slices.Backward(processes) { // the newest one says in which zone the Ambito lives
		p, err := a.process(ctx, r, ambito, row.Definition)
		if err != nil {
			return nil, err
		}
		n.zone = p.Zone
		sheets, err := r.SheetsOfProcess(ctx, q.SheetsOfProcessParams{Ambito: ambito, Process: row.Slug})
		if err != nil {
			return nil, err
		}
		for _, x := range sheets {
			n.sheets[x.Code] = x.Number
		}
	}
	return n, nil
}

func (n *roster) person(id string) string { return cmp.Or(n.persons[id], id) }

// span are the instants of a day, in microseconds; of no day, all there are.
func span(d pdz.Date, zone *time.Location) (from, to int64) {
	if d.IsZero() {
		return 0, math.MaxInt64
	}
	return pdz.StartOfDay(d, zone).UnixMicro(), pdz.EndOfDay(d, zone).UnixMicro()
}

// ActKinds are the words of the leaf for the kinds of act that there are.
var ActKinds = []string{actNotice, actAmendment, actAdhesion, actCorrection, actWithdrawal, actConfirm, actCheck, actDecision, actList, actMerge,
	actMandate, actAppointment, actQuestion, actAnswer, actErasure, actEpoch}

// RegisterAct is an act as the auditor sees it: what it is, and not what it says.
type RegisterAct struct {
	Index                              int64
	Kind, Process, Matter, Number, Via string
	ReceivedAt, RegisteredAt, SourceAt time.Time // SourceAt is zero where the channel attests none
	Person, Name                       string    // who acted; empty where nobody of the Ambito did, and where it was erased
	Role                               Role      // empty where it was erased
}

// RegisterActs returns every act of the register of an Ambito, newest first. An
// Ambito has some thousands in a year: they are sifted where they are shown.
func (a *App) RegisterActs(ctx context.Context, who Actor, ambito string) ([]RegisterAct, error) {
	if !who.is(oversight...) {
		return nil, ErrForbidden
	}
	n, err := a.namesOf(ctx, ambito)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.Read().ActHeads(ctx, ambito)
	if err != nil {
		return nil, err
	}
	out := make([]RegisterAct, len(rows))
	for i, x := range rows {
		out[i] = RegisterAct{Index: x.N, Kind: x.Kind, Process: x.Process, Matter: x.Matter, Number: n.sheets[x.Matter], Via: x.Via,
			ReceivedAt: instant(x.ReceivedUs).In(n.zone), RegisteredAt: instant(x.RegisteredUs).In(n.zone), SourceAt: instant(x.SourceUs)}
		if err := out[i].by(x.Author.String, n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// by fills in who acted, as the act says it.
func (x *RegisterAct) by(author string, n *roster) error {
	if author == "" {
		return nil
	}
	var b authorBody
	if err := json.Unmarshal([]byte(author), &b); err != nil {
		return err
	}
	x.Role, x.Person = b.Role, b.Person
	if b.Role.staff() {
		x.Name = n.person(b.Person)
	}
	return nil
}

// staff reports whether the role is one that an appointment gives: what somebody
// does in it is done for the Ambito and under their name.
func (r Role) staff() bool { return slices.Contains(Appointable, r) }
