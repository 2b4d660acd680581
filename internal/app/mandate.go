package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Who acts for a body, from when and until when (R68, R69). A sheet names the first
// person; from then on the body's own people invite others, who accept in their own
// name. An address is proved by a link and by nothing more, so what a link cannot do
// alone is kept from it (P7): a second sheet with a public tax code makes nobody a
// delegate of a body that has one, and who the legal representative is changes only
// when the office has looked.

// Roles of a mandate, as rules know them.
const (
	LegalRepresentative = "legalRepresentative"
	BodyDelegate        = "delegate"
	BodyContact         = "contact"
)

// MandateRoles are the roles above, in the order in which a page lists them.
var MandateRoles = []string{LegalRepresentative, BodyDelegate, BodyContact}

// Problem codes of mandates.
const (
	CodeMandateRole     = "mandate.role"     // none of the roles; no arguments
	CodeMandateInterval = "mandate.to"       // ends before it begins; no arguments
	CodeMandateExists   = "mandate.exists"   // the person has the role already, or is invited to it; no arguments
	CodeMandateOver     = "mandate.over"     // the invitation has run out, or was answered; no arguments
	CodeMandateEnded    = "mandate.ended"    // it has ended already; no arguments
	CodeMandateReplaces = "mandate.replaces" // who is to be replaced does not act for the body; no arguments
)

// MandateCodes are all the codes above.
var MandateCodes = []string{CodeMandateRole, CodeMandateInterval, CodeMandateExists, CodeMandateOver, CodeMandateEnded, CodeMandateReplaces}

// Fields of the form of an invitation, as problems name them.
const (
	FieldMandateName = "nome"
	FieldMandateMail = "email"
	FieldMandateRole = "ruolo"
	FieldMandateFrom = "dal"
	FieldMandateTo   = "al"
)

// invitationLife is how long an invitation waits for its answer.
const invitationLife = 14 * 24 * time.Hour

const actMandate = "mandato"

// Steps of a mandate, as its acts say them.
const (
	stepInvite  = "invite"
	stepAccept  = "accept"
	stepRefuse  = "refuse"
	stepConfirm = "confirm" // by the office
	stepEnd     = "end"
)

// mandateBody is one step of a mandate.
type mandateBody struct {
	Step     string       `json:"step"`
	Party    string       `json:"party"`
	Person   personBody   `json:"person"` // whole when invited, then the id alone
	Role     string       `json:"role"`
	Starts   string       `json:"starts"`   // invited: from when; empty: from acceptance
	Until    string       `json:"until"`    // invited: until when it can be accepted
	From     string       `json:"from"`     // accepted or confirmed: since when it holds; empty: the office has to confirm it
	To       string       `json:"to"`       // first instant after it; empty: no end is known
	Replaces []mandateRef `json:"replaces"` // those that end when this one begins, or with it
	Reason   string       `json:"reason"`
}

func (mandateBody) kind() string { return actMandate }

// mandateRef names a mandate of the same body.
type mandateRef struct {
	ID     string `json:"id"`
	Person string `json:"person"`
	Role   string `json:"role"`
}

// MandateView is a mandate as the people of the body and the office see it.
type MandateView struct {
	ID, Person, Party string
	PartyName         string // where mandates of several bodies stand together
	Name, Email, Role string
	StartsAt          time.Time // as the invitation has it; zero: from acceptance
	pdz.Mandate
	Act int64
}

// Ref names the mandate in addresses and forms: one matter may have given several.
func (v MandateView) Ref() string { return v.ID + "-" + v.Person + "-" + v.Role }

// Invitation is who is asked to act for a body.
type Invitation struct {
	Name, Email, Role string
	From, To          string // days as they are typed, To included; may be empty
	Replaces          string // Ref of the mandate that ends when this one begins; may be empty
}

// Invite asks a person to act for a body, by a mail with a link to the answer. The
// link alone opens nothing: whoever follows it signs in with that address.
func (a *App) Invite(ctx context.Context, who Actor, ambito, party string, in Invitation, at time.Time) error {
	at = register.Instant(at)
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		all, err := a.mayMandate(ctx, tx, who, party)
		if err != nil {
			return err
		}
		proc, p, err := a.newestProcess(ctx, tx.Queries, ambito)
		if err != nil {
			return err
		}
		b, err := in.read(p, party, all, at)
		if err != nil {
			return err
		}
		if b.Person.ID, err = a.personID(ctx, tx, b.Person); err != nil {
			return err
		}
		id, err := register.NewMatter(a.Rand)
		if err != nil {
			return err
		}
		rec, err := a.recordMandate(ctx, tx, who, proc, id, b, at)
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, mailInvitation, id, rec.N, b.Person.Email)
	})
}

// read checks what was typed.
func (in Invitation) read(p *pdz.Process, party string, all []MandateView, at time.Time) (mandateBody, error) {
	b := mandateBody{Step: stepInvite, Party: party, Role: in.Role, Until: stamp(at.Add(invitationLife)), Replaces: []mandateRef{}}
	var problems pdz.Problems
	b.Person.Name = cleanLine(&problems, FieldMandateName, in.Name)
	email, bad := pdz.CheckEmail(in.Email)
	if b.Person.Email = email; in.Email == "" {
		problems.Add(FieldMandateMail, pdz.CodeRequired)
	} else if bad != nil {
		problems.Add(FieldMandateMail, bad.Code, bad.Args...)
	}
	if !slices.Contains(MandateRoles, in.Role) {
		problems.Add(FieldMandateRole, CodeMandateRole)
	}
	day := func(field, typed string) (d pdz.Date) {
		if typed != "" {
			if d, bad = pdz.ParseItalianDate(typed, pdz.Date{}); bad != nil {
				problems.Add(field, bad.Code, bad.Args...)
			}
		}
		return d
	}
	from, to := day(FieldMandateFrom, in.From), day(FieldMandateTo, in.To)
	if !from.IsZero() {
		b.Starts = stamp(pdz.StartOfDay(from, p.Zone))
	}
	if !to.IsZero() {
		end := pdz.EndOfDay(to, p.Zone)
		b.To = stamp(end)
		if to.Compare(from) < 0 || !end.After(at) {
			problems.Add(FieldMandateTo, CodeMandateInterval)
		}
	}
	in.place(&b, &problems, all, at)
	return b, problems.Err()
}

// place finds the mandate that is replaced, and refuses one that is there already.
func (in Invitation) place(b *mandateBody, problems *pdz.Problems, all []MandateView, at time.Time) {
	found := in.Replaces == ""
	for _, m := range all {
		state := m.State(at)
		if in.Replaces != "" && m.Ref() == in.Replaces && state == pdz.MandateInForce {
			b.Replaces, found = append(b.Replaces, m.ref()), true // those like it are found when this one begins
		}
		open := state == pdz.MandateInForce || state == pdz.MandateInvited || state == pdz.MandateComing || state == pdz.MandateWaiting
		if open && m.Role == b.Role && m.Email == b.Person.Email && sortKey(m.Name) == sortKey(b.Person.Name) {
			problems.Add(FieldMandateMail, CodeMandateExists)
		}
	}
	if !found {
		problems.Add("", CodeMandateReplaces)
	}
}

func (v MandateView) ref() mandateRef { return mandateRef{v.ID, v.Person, v.Role} }

// cleanLine reads an obligatory line of text.
func cleanLine(problems *pdz.Problems, field, typed string) string {
	text, bad := pdz.Clean(typed, false)
	switch {
	case bad != nil:
		problems.Add(field, bad.Code, bad.Args...)
	case text == "":
		problems.Add(field, pdz.CodeRequired)
	case len([]rune(text)) > maxPersonName:
		problems.Add(field, pdz.CodeTextLong, len([]rune(text)), maxPersonName)
	}
	return text
}

const maxPersonName = 200 // characters of a name

func (a *App) recordMandate(ctx context.Context, tx *store.Tx, who Actor, proc q.Process, id string, b mandateBody, at time.Time) (*store.Recorded, error) {
	via, assured := "web", "emailVerified"
	if who.is(Officer, Head) {
		via, assured = "office", "operatorAttested"
	}
	return a.record(ctx, tx, recording{who: who, matter: id, process: proc.Slug, definition: proc.Definition, via: via,
		assurance: assured, at: Arrival{ReceivedAt: at}, body: b})
}

// newestProcess is the process under which an act of the whole Ambito is recorded:
// every act names a definition in force.
func (a *App) newestProcess(ctx context.Context, r *q.Queries, ambito string) (q.Process, *pdz.Process, error) {
	all, err := r.Processes(ctx, ambito)
	if err != nil {
		return q.Process{}, nil, err
	}
	if len(all) == 0 {
		return q.Process{}, nil, fmt.Errorf("ambito %s: %w", ambito, ErrNotFound)
	}
	p, err := a.process(ctx, r, ambito, all[0].Definition)
	return all[0], p, err
}

// mayMandate returns the mandates of a body, if the actor may add to them.
func (a *App) mayMandate(ctx context.Context, tx *store.Tx, who Actor, party string) ([]MandateView, error) {
	if _, err := tx.Party(ctx, q.PartyParams{Ambito: tx.Ambito, ID: party}); err != nil {
		return nil, fmt.Errorf("party %s: %w", party, found(err))
	}
	all, err := mandatesOfParty(ctx, tx.Queries, tx.Ambito, party)
	if err == nil && !who.is(Officer, Head) && !commands(all, who, tx.Now) {
		err = ErrForbidden
	}
	return all, err
}

// commands reports whether an actor may say who else acts for a body: its legal
// representative and its delegates, while their mandate lasts.
func commands(all []MandateView, who Actor, at time.Time) bool {
	return signedIn(who) && slices.ContainsFunc(all, func(m MandateView) bool {
		return m.Email == who.Email && m.Role != BodyContact && m.InForce(at)
	})
}

func (a *App) findMandate(ctx context.Context, r *q.Queries, ambito, party, ref string) ([]MandateView, MandateView, error) {
	all, err := mandatesOfParty(ctx, r, ambito, party)
	if err != nil {
		return nil, MandateView{}, err
	}
	i := slices.IndexFunc(all, func(m MandateView) bool { return m.Ref() == ref })
	if i < 0 {
		return nil, MandateView{}, fmt.Errorf("mandate %s: %w", ref, ErrNotFound)
	}
	return all, all[i], nil
}

func mandatesOfParty(ctx context.Context, r *q.Queries, ambito, party string) ([]MandateView, error) {
	rows, err := r.MandatesOfParty(ctx, q.MandatesOfPartyParams{Ambito: ambito, Party: party})
	if err != nil {
		return nil, err
	}
	out := make([]MandateView, len(rows))
	for i, x := range rows {
		out[i] = mandateView(x)
	}
	return out, nil
}

func mandateView(x q.MandatesOfPartyRow) MandateView {
	return MandateView{ID: x.ID, Person: x.Person, Party: x.Party, Name: x.Name, Email: x.Email, Role: x.Role, StartsAt: instant(x.StartsUs),
		Mandate: pdz.Mandate{From: instant(x.FromUs), To: instant(x.ToUs), Until: instant(x.UntilUs)}, Act: x.Act}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
