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

// AnswerInvitation accepts or refuses an invitation. Only whoever signed in with the
// address that was invited can. To be the legal representative takes the office too.
func (a *App) AnswerInvitation(ctx context.Context, who Actor, ambito, id string, accept bool, at time.Time) error {
	at = register.Instant(at)
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		m, err := invitation(ctx, tx.Queries, who, ambito, id)
		if err != nil {
			return err
		}
		if m.State(at) != pdz.MandateInvited {
			return pdz.Problems{{Code: CodeMandateOver}}
		}
		b := mandateBody{Step: stepRefuse, Party: m.Party, Person: personBody{ID: m.Person}, Role: m.Role, To: stamp(at), Replaces: []mandateRef{}}
		if accept {
			b.Step, b.To = stepAccept, ""
			if m.Role != LegalRepresentative {
				b.From = stamp(later(at, m.StartsAt))
			}
			if b.Replaces, err = replacedBy(ctx, tx.Queries, ambito, id, at); err != nil {
				return err
			}
		}
		return a.stepMandate(ctx, tx, who, m, b, at)
	})
}

// Invitation returns an invitation to whom it was sent.
func (a *App) Invitation(ctx context.Context, who Actor, ambito, id string) (*MandateView, error) {
	m, err := invitation(ctx, a.Store.Read(), who, ambito, id)
	return &m, err
}

// invitation returns the only mandate of an invitation, to whom it was sent.
func invitation(ctx context.Context, r *q.Queries, who Actor, ambito, id string) (MandateView, error) {
	rows, err := r.MandatesOfEmail(ctx, q.MandatesOfEmailParams{Ambito: ambito, Email: who.Email})
	if err != nil {
		return MandateView{}, err
	}
	for _, x := range rows {
		if v := mandateView(q.MandatesOfPartyRow{ID: x.ID, Person: x.Person, Party: x.Party, Role: x.Role, FromUs: x.FromUs, ToUs: x.ToUs,
			StartsUs: x.StartsUs, UntilUs: x.UntilUs, Act: x.Act, Name: x.Name, Email: x.Email}); signedIn(who) && v.ID == id {
			v.PartyName = x.PartyName
			return v, nil
		}
	}
	return MandateView{}, fmt.Errorf("invitation %s: %w", id, ErrNotFound)
}

// signedIn reports whether an actor proved an address.
func signedIn(who Actor) bool {
	return who.Email != "" && who.Role != Anonymous && who.Role != LinkHolder
}

// replacedBy reads back whom an invitation is to replace.
func replacedBy(ctx context.Context, r *q.Queries, ambito, id string, at time.Time) ([]mandateRef, error) {
	acts, err := r.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: ambito, Matter: id})
	if err != nil || len(acts) == 0 || acts[0].Kind != actMandate {
		return []mandateRef{}, err
	}
	var b mandateBody
	if err := decodeBody(acts[0], &b); err != nil {
		return nil, err
	}
	all, err := mandatesOfParty(ctx, r, ambito, b.Party)
	out := []mandateRef{}
	for _, ref := range b.Replaces {
		out = append(out, likeMandates(all, ref, at)...)
	}
	return out, err
}

// likeMandates returns every mandate of the same person in the same role that has not
// ended: each year's sheet may have given one.
func likeMandates(all []MandateView, ref mandateRef, at time.Time) []mandateRef {
	var out []mandateRef
	for _, m := range all {
		if m.Person == ref.Person && m.Role == ref.Role && (m.To.IsZero() || at.Before(m.To)) {
			out = append(out, m.ref())
		}
	}
	return out
}

// ConfirmMandate is the office's word that a person acts for a body: for a legal
// representative always, and for whoever sent a sheet for a body that others act
// for already; of these, the body's own people may say so too.
func (a *App) ConfirmMandate(ctx context.Context, who Actor, ambito, party, ref string, yes bool, reason string, at time.Time) error {
	at = register.Instant(at)
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		all, m, err := a.findMandate(ctx, tx.Queries, ambito, party, ref)
		if err != nil {
			return err
		}
		if m.State(at) != pdz.MandateWaiting {
			return pdz.Problems{{Code: CodeMandateOver}}
		}
		if !who.is(Officer, Head) && (m.Role == LegalRepresentative || !commands(all, who, at)) {
			return ErrForbidden
		}
		b := mandateBody{Step: stepRefuse, Party: party, Person: personBody{ID: m.Person}, Role: m.Role, To: stamp(at), Replaces: []mandateRef{}}
		var problems pdz.Problems
		if b.Reason, problems = cleanReason(reason); len(problems) > 0 {
			return problems
		}
		if yes {
			b.Step, b.To, b.From = stepConfirm, "", stamp(later(at, m.StartsAt))
			if b.Replaces, err = replacedBy(ctx, tx.Queries, ambito, m.ID, at); err != nil {
				return err
			}
			b.Replaces = append(b.Replaces, formerRepresentatives(all, m, at)...)
		}
		return a.stepMandate(ctx, tx, who, m, b, at)
	})
}

// formerRepresentatives are those that a new legal representative takes the place of.
func formerRepresentatives(all []MandateView, m MandateView, at time.Time) []mandateRef {
	var out []mandateRef
	for _, x := range all {
		if m.Role == LegalRepresentative && x.Role == LegalRepresentative && x.Ref() != m.Ref() && x.InForce(at) {
			out = append(out, x.ref())
		}
	}
	return out
}

// EndMandate ends a mandate now: one's own, or of others of a body that one acts
// for. That of the legal representative only they and the office can end.
func (a *App) EndMandate(ctx context.Context, who Actor, ambito, party, ref, reason string, at time.Time) error {
	at = register.Instant(at)
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		all, m, err := a.findMandate(ctx, tx.Queries, ambito, party, ref)
		if err != nil {
			return err
		}
		own := signedIn(who) && m.Email == who.Email
		if !who.is(Officer, Head) && !own && (m.Role == LegalRepresentative || !commands(all, who, at)) {
			return ErrForbidden
		}
		switch m.State(at) {
		case pdz.MandateEnded, pdz.MandateRefused:
			return pdz.Problems{{Code: CodeMandateEnded}}
		}
		b := mandateBody{Step: stepEnd, Party: party, Person: personBody{ID: m.Person}, Role: m.Role, To: stamp(at),
			Replaces: likeMandates(all, m.ref(), at)}
		var problems pdz.Problems
		if b.Reason, problems = cleanReason(reason); len(problems) > 0 {
			return problems
		}
		return a.stepMandate(ctx, tx, who, m, b, at)
	})
}

func cleanReason(s string) (string, pdz.Problems) {
	text, bad := pdz.Clean(s, true)
	switch {
	case bad != nil:
		return "", pdz.Problems{{Field: FieldReason, Code: bad.Code, Args: bad.Args}}
	case len([]rune(text)) > maxReason:
		return "", pdz.Problems{{Field: FieldReason, Code: pdz.CodeTextLong, Args: []any{len([]rune(text)), maxReason}}}
	}
	return text, nil
}

// stepMandate records a step and tells everybody it touches: the person, and who
// acts for the body, so that nothing changes behind anybody's back (P7).
func (a *App) stepMandate(ctx context.Context, tx *store.Tx, who Actor, m MandateView, b mandateBody, at time.Time) error {
	proc, _, err := a.newestProcess(ctx, tx.Queries, tx.Ambito)
	if err != nil {
		return err
	}
	all, err := mandatesOfParty(ctx, tx.Queries, tx.Ambito, m.Party)
	if err != nil {
		return err
	}
	rec, err := a.recordMandate(ctx, tx, who, proc, m.ID, b, at)
	if err != nil {
		return err
	}
	told := []string{m.Email}
	for _, x := range all {
		if x.InForce(at) && !slices.Contains(told, x.Email) {
			told = append(told, x.Email)
		}
	}
	for _, email := range told {
		if err := enqueue(ctx, tx, mailMandate, m.ID, rec.N, email); err != nil {
			return err
		}
	}
	return nil
}
