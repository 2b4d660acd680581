package app

import (
	"context"
	"slices"
	"strings"

	"concerto/internal/store/q"
)

// ranks are the roles of who signed in, the most powerful first: the first one that
// a rule takes is the one in which a request is answered.
var ranks = []Role{Head, Officer, HelpDesk, Auditor, Governing, Facilitator, Union, Delegate, Operator, SignedIn}

// Capacities returns in what capacities an address may act in an Ambito at this
// instant, the most powerful first; the last is always SignedIn. Without an Ambito
// it may act as operator of the instance, or in no capacity but that.
func (a *App) Capacities(ctx context.Context, email, ambito string) ([]Actor, error) {
	var out []Actor
	add := func(role Role, person, name string) {
		who := Actor{Role: role, Email: email, Person: person, Name: name}
		if !slices.Contains(out, who) {
			out = append(out, who)
		}
	}
	r := a.Store.Read()
	held, err := a.heldBy(ctx, r, email, ambito)
	if err != nil {
		return nil, err
	}
	now, name, person := a.Now().UnixMicro(), "", ""
	for _, h := range held {
		if h.waits || h.from > now {
			continue
		}
		add(h.role, h.person, h.name)
	}
	if len(held) > 0 {
		name, person = held[0].name, held[0].person
	}
	if _, err := r.OperatorByEmail(ctx, email); err == nil {
		add(Operator, person, name)
	} else if found(err) != ErrNotFound {
		return nil, err
	}
	add(SignedIn, person, name)
	slices.SortStableFunc(out, func(x, y Actor) int { return slices.Index(ranks, x.Role) - slices.Index(ranks, y.Role) })
	return out, nil
}

// holding is what an address holds in an Ambito: an appointment, a mandate, or an
// adhesion of which it is the address.
type holding struct {
	role         Role
	person, name string
	from         int64
	waits        bool // a mandate that has not been accepted
}

// heldBy lists what has not ended, with what has not begun.
func (a *App) heldBy(ctx context.Context, r *q.Queries, email, ambito string) ([]holding, error) {
	now := a.Now().UnixMicro()
	appointments, err := r.AppointmentsOfAddress(ctx, q.AppointmentsOfAddressParams{Ambito: ambito, Email: email, ToUs: now})
	if err != nil {
		return nil, err
	}
	mandates, err := r.MandatesOfAddress(ctx, q.MandatesOfAddressParams{Ambito: ambito, Email: email, ToUs: now})
	if err != nil {
		return nil, err
	}
	adhesions, err := r.AdhesionsOfAddress(ctx, q.AdhesionsOfAddressParams{Ambito: ambito, Email: email})
	if err != nil {
		return nil, err
	}
	var out []holding
	for _, x := range appointments {
		out = append(out, holding{Role(x.Role), x.Person, x.Name, x.FromUs, false})
	}
	for _, x := range mandates {
		out = append(out, holding{Delegate, x.Person, x.Name, x.FromUs, x.FromUs == 0})
	}
	for _, x := range adhesions {
		out = append(out, holding{role: Delegate, person: x.Person, name: x.Name})
	}
	return out, nil
}

// knownAddress is an address as somebody wrote it down, and where.
type knownAddress struct {
	email, ambito string
	ok            bool
}

// lookUp finds who knows an address: the first Ambito that does, or the instance as
// its operator. A telephone writes the first letter large, so what is known in
// small letters is known that way too.
func (a *App) lookUp(ctx context.Context, r *q.Queries, typed string) (knownAddress, error) {
	ambiti, err := r.Ambiti(ctx)
	if err != nil {
		return knownAddress{}, err
	}
	none := knownAddress{email: typed}
	if len(ambiti) > 0 {
		none.ambito = ambiti[0].ID
	}
	for _, email := range slices.Compact([]string{typed, strings.ToLower(typed)}) {
		for _, x := range ambiti {
			held, err := a.heldBy(ctx, r, email, x.ID)
			if err != nil {
				return none, err
			}
			if len(held) > 0 {
				return knownAddress{email, x.ID, true}, nil
			}
		}
		if _, err := r.OperatorByEmail(ctx, email); err == nil {
			return knownAddress{email, none.ambito, true}, nil
		} else if found(err) != ErrNotFound {
			return none, err
		}
	}
	return none, nil
}
