package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

func decodeBody(act q.Act, b any) error {
	if err := json.Unmarshal([]byte(act.Body.String), b); err != nil {
		return fmt.Errorf("body of act %d: %w", act.N, err)
	}
	return nil
}

// unstamp reads what stamp wrote.
func unstamp(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339Nano, s)
}

// applyMandate writes what a step makes true.
func (a *App) applyMandate(ctx context.Context, r *q.Queries, act q.Act, b mandateBody) error {
	at := map[string]int64{}
	for name, text := range map[string]string{"starts": b.Starts, "until": b.Until, "from": b.From, "to": b.To} {
		t, err := unstamp(text)
		if err != nil {
			return err
		}
		at[name] = micro(t)
	}
	switch b.Step {
	case stepInvite:
		err := r.PutPerson(ctx, q.PutPersonParams{Ambito: act.Ambito, ID: b.Person.ID, Name: b.Person.Name, Email: b.Person.Email, Phone: b.Person.Phone})
		if err != nil {
			return err
		}
		return r.PutMandate(ctx, q.PutMandateParams{Ambito: act.Ambito, ID: act.Matter, Person: b.Person.ID, Party: b.Party, Role: b.Role,
			ToUs: at["to"], StartsUs: at["starts"], UntilUs: at["until"], Act: act.N})
	case stepAccept, stepConfirm:
		err := r.BeginMandate(ctx, q.BeginMandateParams{FromUs: at["from"], Act: act.N, Ambito: act.Ambito, ID: act.Matter,
			Person: b.Person.ID, Party: b.Party, Role: b.Role})
		if err != nil || b.From == "" {
			return err
		}
		return endMandates(ctx, r, act, b, at["from"], b.Replaces)
	case stepRefuse, stepEnd:
		return endMandates(ctx, r, act, b, at["to"], append(b.Replaces, mandateRef{act.Matter, b.Person.ID, b.Role}))
	}
	return fmt.Errorf("no step %q of a mandate", b.Step)
}

func endMandates(ctx context.Context, r *q.Queries, act q.Act, b mandateBody, at int64, refs []mandateRef) error {
	for _, m := range refs {
		err := r.EndMandate(ctx, q.EndMandateParams{ToUs: at, Act: act.N, Ambito: act.Ambito, ID: m.ID, Person: m.Person,
			Party: b.Party, Role: m.Role})
		if err != nil {
			return err
		}
	}
	return nil
}

// What a sheet gives whoever it names.
const (
	mandateBegins = "begins"
	mandateAsked  = "asked" // others act for the body: they or the office have to agree
)

// sheetMandate decides what a sheet makes of the person it names. The first sheet of
// a body is believed, as the notice believes it. After that a tax code that anybody
// can look up is not enough to come to act for the body, nor is a link in a mail to
// change its legal representative (P7): that waits, and the sheet itself does not.
func (a *App) sheetMandate(ctx context.Context, tx *store.Tx, b adhesionBody, code string) (string, error) {
	if b.Role == "" || b.Fate == fateKept {
		return "", nil
	}
	all, err := mandatesOfParty(ctx, tx.Queries, tx.Ambito, b.Party.ID)
	if err != nil {
		return "", err
	}
	same := func(m MandateView) bool { return m.Person == b.Person.ID && m.Role == b.Role && m.InForce(tx.Now) }
	if slices.ContainsFunc(all, same) {
		return mandateBegins, nil
	}
	for _, m := range all {
		switch {
		case !m.InForce(tx.Now) || b.Correction && m.ID == code && m.Role != LegalRepresentative:
			// nobody yet, or whoever this sheet itself named: its owner may name another contact
		case m.Email != b.Person.Email || b.Role == LegalRepresentative || b.Person.Email == "":
			return mandateAsked, nil
		}
	}
	return mandateBegins, nil
}

// putSheetMandate keeps what the sheet gives. Whom the same sheet named before acts
// no longer, once the new one does.
func putSheetMandate(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody) error {
	if b.Mandate == "" {
		return nil
	}
	from := act.ReceivedUs
	if b.Mandate == mandateAsked {
		from = 0
	} else if b.Correction {
		err := r.EndOtherMandates(ctx, q.EndOtherMandatesParams{ToUs: act.ReceivedUs, Act: act.N, Ambito: act.Ambito, ID: act.Matter,
			Person: b.Person.ID, Role: b.Role})
		if err != nil {
			return err
		}
	}
	return r.PutMandate(ctx, q.PutMandateParams{Ambito: act.Ambito, ID: act.Matter, Person: b.Person.ID, Party: b.Party.ID, Role: b.Role,
		FromUs: from, Act: act.N})
}

// acts reports whether an address acts for a party at an instant.
func acts(all []MandateView, email string, at time.Time) bool {
	return slices.ContainsFunc(all, func(m MandateView) bool { return m.Email == email && m.InForce(at) })
}

// holds reports whether an adhesion is of an address: its body is one it acts for, or
// the sheet is its own. Whoever sent a sheet and acts for the body no longer, holds
// it no longer.
func (a *App) holds(ctx context.Context, r *q.Queries, email string, row q.Adhesion, at time.Time) (bool, error) {
	all, err := mandatesOfParty(ctx, r, row.Ambito, row.Party)
	if err != nil || acts(all, email, at) {
		return err == nil, err
	}
	person, err := r.Person(ctx, q.PersonParams{Ambito: row.Ambito, ID: row.Person})
	if err != nil || email != row.Email && email != person.Email {
		return false, err
	}
	for _, m := range all {
		if m.Email != email || m.ID != row.Code {
			continue
		}
		if s := m.State(at); s == pdz.MandateEnded || s == pdz.MandateRefused {
			return false, nil
		}
	}
	return true, nil
}
