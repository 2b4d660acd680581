package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Appointable are the roles that an appointment gives, in the order in which a page
// lists them.
var Appointable = []Role{Head, Officer, HelpDesk, Facilitator, Governing, Union, Auditor}

// Problem codes of an appointment.
const (
	CodeRole      = "appointment.role"   // not a role that is given by appointment; what was sent
	CodeInterval  = "appointment.to"     // ends before it begins; no arguments
	CodeAppointed = "appointment.exists" // the person has the role in that time already; no arguments
	CodeEnded     = "appointment.ended"  // nothing to end; no arguments
	CodeLastHead  = "appointment.last"   // one's own appointment as the only head of the office; no arguments
)

// AppointmentCodes are all the codes above.
var AppointmentCodes = []string{CodeRole, CodeInterval, CodeAppointed, CodeEnded, CodeLastHead}

// AppointmentInput says who is to have which role in an Ambito.
type AppointmentInput struct {
	Person      string // id of a person of the Ambito; empty: known by name and address, or new
	Name, Email string
	Role        Role
	From        time.Time // zero: from the instant at which it is recorded
	To          time.Time // zero: until it is ended
}

// AppointmentView is an appointment as the head of the office sees it.
type AppointmentView struct {
	ID, Person  string
	Name, Email string
	Role        Role
	From, To    time.Time // To is zero until an end is known
}

// InForce reports whether the appointment gives its role at an instant.
func (v AppointmentView) InForce(t time.Time) bool {
	return !t.Before(v.From) && (v.To.IsZero() || t.Before(v.To))
}

// Over reports whether the appointment has ended by an instant.
func (v AppointmentView) Over(t time.Time) bool { return !v.To.IsZero() && !t.Before(v.To) }

// appointmentBody gives somebody a role, or ends that. Both are acts on the same
// matter, and each says the whole of it.
type appointmentBody struct {
	Ends   bool       `json:"ends"`
	Person personBody `json:"person"`
	Role   Role       `json:"role"`
	From   string     `json:"from"`
	To     string     `json:"to"` // empty: until it is ended
}

func (appointmentBody) kind() string { return actAppointment }

// mayAppoint are who gives roles: the head of the office in its Ambito, and the
// operator everywhere, because the first head has nobody above.
var mayAppoint = []Role{Head, Operator}

// Appoint gives a person a role from an instant on, and returns the appointment's id.
func (a *App) Appoint(ctx context.Context, who Actor, ambito string, in AppointmentInput, at time.Time) (id string, err error) {
	if !who.is(mayAppoint...) {
		return "", ErrForbidden
	}
	at = register.Instant(at)
	if in.From.IsZero() {
		in.From = at
	}
	if err := in.Check().Err(); err != nil {
		return "", err
	}
	if id, err = register.NewMatter(a.Rand); err != nil {
		return "", err
	}
	return id, a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		person, err := a.appointee(ctx, tx, who, in)
		if err != nil {
			return err
		}
		if err := notTwice(ctx, tx, person.ID, in); err != nil {
			return err
		}
		b := appointmentBody{Person: person, Role: in.Role, From: stamp(in.From), To: stamp(in.To)}
		return a.recordAppointment(ctx, tx, who, id, b, at)
	})
}

// Check says all that is wrong with what was typed, and cleans it.
func (in *AppointmentInput) Check() pdz.Problems {
	var problems pdz.Problems
	if !slices.Contains(Appointable, in.Role) {
		problems.Add("ruolo", CodeRole, string(in.Role))
	}
	if in.Person == "" || in.Name != "" || in.Email != "" {
		problems = append(problems, in.checkPerson()...)
	}
	if !in.To.IsZero() && !in.To.After(in.From) {
		problems.Add("al", CodeInterval)
	}
	return problems
}

func (in *AppointmentInput) checkPerson() (problems pdz.Problems) {
	var p *pdz.Problem
	if in.Name, p = pdz.Clean(in.Name, false); p != nil {
		problems.Add("nome", p.Code, p.Args...)
	} else if strings.TrimSpace(in.Name) == "" {
		problems.Add("nome", pdz.CodeRequired)
	}
	if in.Email == "" {
		problems.Add("email", pdz.CodeRequired)
	} else if in.Email, p = pdz.CheckEmail(in.Email); p != nil {
		problems.Add("email", p.Code, p.Args...)
	}
	return problems
}

// appointee is who gets the role: a person of the Ambito, or a new one. Only the
// program itself may say which id a new person has.
func (a *App) appointee(ctx context.Context, tx *store.Tx, who Actor, in AppointmentInput) (personBody, error) {
	if in.Person != "" {
		row, err := tx.Person(ctx, q.PersonParams{Ambito: tx.Ambito, ID: in.Person})
		if err == nil {
			return personBody{row.ID, row.Name, row.Email, row.Phone}, nil
		}
		if err = found(err); err != ErrNotFound || who.Role != System || in.Email == "" {
			return personBody{}, fmt.Errorf("person %s: %w", in.Person, err)
		}
		return personBody{ID: in.Person, Name: in.Name, Email: in.Email}, nil
	}
	known, err := tx.PersonsByEmail(ctx, q.PersonsByEmailParams{Ambito: tx.Ambito, Email: in.Email})
	if err != nil {
		return personBody{}, err
	}
	for _, k := range known {
		if sortKey(k.Name) == sortKey(in.Name) {
			return personBody{k.ID, k.Name, k.Email, k.Phone}, nil
		}
	}
	id, err := register.NewMatter(a.Rand)
	return personBody{ID: id, Name: in.Name, Email: in.Email}, err
}

// notTwice refuses a role that the person has already in some of the time.
func notTwice(ctx context.Context, tx *store.Tx, person string, in AppointmentInput) error {
	rows, err := tx.AppointmentsOfPerson(ctx, q.AppointmentsOfPersonParams{Ambito: tx.Ambito, Person: person})
	if err != nil {
		return err
	}
	for _, x := range rows {
		from, to := instant(x.FromUs), instant(x.ToUs)
		beginsBefore := in.To.IsZero() || from.Before(in.To)
		if Role(x.Role) == in.Role && beginsBefore && (to.IsZero() || to.After(in.From) && to.After(from)) {
			return pdz.Problems{{Field: "ruolo", Code: CodeAppointed}}
		}
	}
	return nil
}

// EndAppointment ends an appointment at an instant. The only head of an office
// cannot end that themselves: nobody could appoint another.
func (a *App) EndAppointment(ctx context.Context, who Actor, ambito, id string, at time.Time) error {
	if !who.is(mayAppoint...) {
		return ErrForbidden
	}
	at = register.Instant(at)
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		row, err := tx.Appointment(ctx, q.AppointmentParams{Ambito: ambito, ID: id})
		if err != nil {
			return fmt.Errorf("appointment %s: %w", id, found(err))
		}
		if to := instant(row.ToUs); !to.IsZero() && !to.After(at) {
			return pdz.Problems{{Code: CodeEnded}}
		}
		if err := otherHead(ctx, tx, who, row, at); err != nil {
			return err
		}
		person, err := tx.Person(ctx, q.PersonParams{Ambito: ambito, ID: row.Person})
		if err != nil {
			return err
		}
		b := appointmentBody{Ends: true, Person: personBody{person.ID, person.Name, person.Email, person.Phone}, Role: Role(row.Role),
			From: stamp(instant(row.FromUs)), To: stamp(at)}
		return a.recordAppointment(ctx, tx, who, id, b, at)
	})
}

// otherHead demands that a head of the office who ends such an appointment leaves
// another in force.
func otherHead(ctx context.Context, tx *store.Tx, who Actor, row q.Appointment, at time.Time) error {
	if who.Role != Head || Role(row.Role) != Head {
		return nil
	}
	all, err := appointments(ctx, tx.Queries, tx.Ambito)
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.ID != row.ID && v.Role == Head && v.InForce(at) {
			return nil
		}
	}
	return pdz.Problems{{Code: CodeLastHead}}
}

// recordAppointment records the act under the newest process of the Ambito: an
// appointment belongs to none, and every act names the definition in force.
func (a *App) recordAppointment(ctx context.Context, tx *store.Tx, who Actor, id string, b appointmentBody, at time.Time) error {
	processes, err := tx.Processes(ctx, tx.Ambito)
	if err != nil {
		return err
	}
	if len(processes) == 0 {
		return fmt.Errorf("ambito %s: %w", tx.Ambito, ErrNotFound)
	}
	via := "office"
	if who.Role == System {
		via = ""
	}
	_, err = a.record(ctx, tx, recording{who: who, matter: id, process: processes[0].Slug, definition: processes[0].Definition,
		via: via, assurance: "operatorAttested", at: Arrival{ReceivedAt: at}, body: b})
	return err
}

func (a *App) applyAppointment(ctx context.Context, r *q.Queries, act q.Act, b appointmentBody) error {
	from, to, err := readInterval(b)
	if err != nil {
		return err
	}
	if b.Ends {
		return r.EndAppointment(ctx, q.EndAppointmentParams{ToUs: micro(to), Act: act.N, Ambito: act.Ambito, ID: act.Matter})
	}
	err = r.PutPerson(ctx, q.PutPersonParams{Ambito: act.Ambito, ID: b.Person.ID, Name: b.Person.Name, Email: b.Person.Email, Phone: b.Person.Phone})
	if err != nil {
		return err
	}
	return r.InsertAppointment(ctx, q.InsertAppointmentParams{Ambito: act.Ambito, ID: act.Matter, Person: b.Person.ID, Role: string(b.Role),
		FromUs: micro(from), ToUs: micro(to), Act: act.N})
}

func readInterval(b appointmentBody) (from, to time.Time, err error) {
	if from, err = time.Parse(time.RFC3339Nano, b.From); err != nil || b.To == "" {
		return from, to, err
	}
	to, err = time.Parse(time.RFC3339Nano, b.To)
	return from, to, err
}

// stamp writes an instant for the body of an act, to the millisecond; none is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return register.Instant(t).UTC().Format(time.RFC3339Nano)
}

// Appointments lists those of an Ambito, with those that have ended, by role and name.
func (a *App) Appointments(ctx context.Context, who Actor, ambito string) ([]AppointmentView, error) {
	if !who.is(mayAppoint...) {
		return nil, ErrForbidden
	}
	all, err := appointments(ctx, a.Store.Read(), ambito)
	slices.SortStableFunc(all, func(x, y AppointmentView) int {
		if d := slices.Index(Appointable, x.Role) - slices.Index(Appointable, y.Role); d != 0 {
			return d
		}
		return strings.Compare(sortKey(x.Name), sortKey(y.Name))
	})
	return all, err
}

func appointments(ctx context.Context, r *q.Queries, ambito string) ([]AppointmentView, error) {
	rows, err := r.Appointments(ctx, ambito)
	if err != nil {
		return nil, err
	}
	out := make([]AppointmentView, len(rows))
	for i, x := range rows {
		out[i] = AppointmentView{ID: x.ID, Person: x.Person, Name: x.Name, Email: x.Email, Role: Role(x.Role),
			From: instant(x.FromUs), To: instant(x.ToUs)}
	}
	return out, nil
}
