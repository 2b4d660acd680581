package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// appointed turns a mandate of the content into the role that an appointment gives.
// The two who signed the notice are real people, and their mandates are not here:
// in the demo they do nothing.
var appointed = map[string]app.Role{
	"vice_responsabile_ufficio_di_piano": app.Head, "istruttore_ufficio_di_piano": app.Officer,
	"operatore_segretariato_sociale": app.HelpDesk, "facilitatore_tavolo": app.Facilitator, "sindaco": app.Governing,
	"delegato_sindacale": app.Union, "revisore_in_sola_lettura": app.Auditor, "gestore_del_sistema": app.Operator,
}

// promoted have another role than their mandate says: somebody at the counter
// records withdrawals, which takes an officer.
var promoted = map[string]app.Role{"p-150": app.Officer}

// appointment is a role that the content gives a person.
type appointment struct {
	person
	role     app.Role
	body     string // id
	from, to string // days; empty: from the beginning, until ended
}

// staff lists the roles of the content, in its order.
func (c *content) staff() []appointment {
	var out []appointment
	for _, p := range c.People {
		for _, m := range p.Mandates {
			role, ok := appointed[m.Role]
			if ok && promoted[p.ID] != "" {
				role = promoted[p.ID]
			}
			if ok && p.Email != "" {
				out = append(out, appointment{p, role, m.Body, m.From, m.To})
			}
		}
	}
	return out
}

func (p person) name() string { return p.FirstName + " " + p.LastName }

// roleOf is the role in which a person of the staff records what arrives.
func (c *content) roleOf(id string) app.Role {
	for _, s := range c.staff() {
		if s.ID == id {
			return s.role
		}
	}
	return app.Officer
}

// staffEvents appoint the staff when the notice is published.
func (d *Demo) staffEvents() []event {
	var out []event
	if d.Empty {
		return nil
	}
	for _, s := range d.content.staff() {
		out = append(out, event{d.published(), "demo-nomina-" + s.ID, func(ctx context.Context) error { return d.enactAppointment(ctx, s) }})
	}
	return out
}

// enactAppointment gives a role once. One that a visitor has ended stays ended,
// also when the demo goes on where it stood.
func (d *Demo) enactAppointment(ctx context.Context, s appointment) error {
	if s.role != app.Operator {
		all, err := d.app.Appointments(ctx, app.Actor{Role: app.System}, d.ambito())
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(v app.AppointmentView) bool { return v.Person == s.ID && v.Role == s.role }) {
			return nil
		}
	}
	return d.appoint(ctx, s, d.published())
}

// appoint gives a role through the same use case as the head of the office. That
// somebody has it already is no problem.
func (d *Demo) appoint(ctx context.Context, s appointment, at time.Time) error {
	if s.role == app.Operator {
		return d.app.AddOperator(ctx, app.Actor{Role: app.System}, s.Email)
	}
	zone := d.definition.Process.Zone
	in := app.AppointmentInput{Person: s.ID, Name: s.name(), Email: s.Email, Role: s.role}
	if day, err := pdz.ParseDate(s.from); err == nil {
		in.From = pdz.StartOfDay(day, zone)
	}
	if day, err := pdz.ParseDate(s.to); err == nil {
		in.To = pdz.EndOfDay(day, zone)
	}
	_, err := d.app.Appoint(ctx, app.Actor{Role: app.System}, d.ambito(), in, at)
	var problems pdz.Problems
	if errors.As(err, &problems) && problems[0].Code == app.CodeAppointed {
		return nil
	}
	return err
}

// Character is an invented person whom a visitor can be.
type Character struct {
	Name, Body string // empty for who has none
	Email      string
	Role       app.Role
	staff      *appointment
}

// shownRoles are the roles that a visitor can have, in the order of the page.
var shownRoles = []app.Role{app.Head, app.Officer, app.HelpDesk, app.Delegate, app.Facilitator, app.Governing, app.Union, app.Auditor,
	app.Operator, app.SignedIn}

// Characters lists one for each role there is somebody for.
func (d *Demo) Characters() []Character {
	var out []Character
	for _, role := range shownRoles {
		if c, ok := d.character(role); ok {
			out = append(out, c)
		}
	}
	return out
}

func (d *Demo) character(role app.Role) (Character, bool) {
	switch role {
	case app.SignedIn:
		return Character{Email: "passante@posta.example", Role: role}, true
	case app.Delegate:
		return d.delegate()
	}
	var found *appointment
	for _, s := range d.content.staff() {
		if s.role == role && (found == nil || promoted[s.ID] != "") {
			found = &s
		}
	}
	if found == nil {
		return Character{}, false
	}
	return Character{Name: found.name(), Body: d.content.bodyName(found.body), Email: found.Email, Role: role, staff: found}, true
}

func (c *content) bodyName(id string) string {
	for _, b := range c.Bodies {
		if b.ID == id {
			return b.Name
		}
	}
	return ""
}

// delegate is who sent the first sheet of a body by the web that nothing refers to
// any more; nobody before it has arrived.
func (d *Demo) delegate() (Character, bool) {
	for _, e := range d.content.Adhesions {
		changed := slices.ContainsFunc(d.content.Adhesions, func(x entry) bool { return x.RefersTo == e.ID })
		if e.Channel != "sito" || e.Kind != "scheda" || changed || strings.HasPrefix(e.Subject, "cit-") || e.RecordedAt.After(d.clock.Now()) {
			continue
		}
		for _, b := range d.content.Bodies {
			if i := slices.IndexFunc(d.content.People, func(p person) bool { return p.ID == e.Person }); i >= 0 && b.ID == e.Subject && b.Email != "" {
				return Character{Name: d.content.People[i].name(), Body: b.Name, Email: b.Email, Role: app.Delegate}, true
			}
		}
	}
	return Character{}, false
}

// Enter opens a session as the character of a role. Whoever does not have the role,
// because the demo began empty or a visitor took it away, gets it.
func (d *Demo) Enter(ctx context.Context, role app.Role) (app.Session, error) {
	c, ok := d.character(role)
	if !ok {
		return app.Session{}, app.ErrNotFound
	}
	capacities, err := d.app.Capacities(ctx, c.Email, d.ambito())
	if err != nil {
		return app.Session{}, err
	}
	if c.staff != nil && !slices.ContainsFunc(capacities, func(who app.Actor) bool { return who.Role == role }) {
		again := *c.staff
		again.from, again.to = "", ""
		if err := d.appoint(ctx, again, d.clock.Now()); err != nil {
			return app.Session{}, err
		}
	}
	return d.app.OpenSession(ctx, app.Actor{Role: app.System}, c.Email)
}
