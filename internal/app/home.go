package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// HomeView is everything an address has, over Ambiti, processes and years: a body
// registers once and finds itself again (R69).
type HomeView struct {
	Email  string
	Ambiti []HomeAmbito // those where it has something
}

// HomeAmbito is what an address has in one Ambito.
type HomeAmbito struct {
	ID, Name    string
	Person      string        // name of the person, as last written
	Bodies      []HomeBody    // it acts for, and itself, by name
	Invitations []MandateView // that wait for its answer
}

// HomeBody is a body that an address acts for, or the person alone.
type HomeBody struct {
	ID, Name, Nature, Category string
	Roles                      []string // in which the address acts for it now
	MayInvite                  bool
	People                     []MandateView // without those that have ended
	Sheets                     []HomeSheet   // newest first
}

// Acts reports whether the address acts for the body now.
func (b HomeBody) Acts() bool { return len(b.Roles) > 0 }

// HomeSheet is an adhesion with what is still asked for.
type HomeSheet struct {
	AdhesionView
	Process *ProcessView
	Asked   string    // what the office asks for, when it does
	Due     time.Time // by when; zero: no term
}

// Home returns everything the signed-in address has. An address that has nothing gets
// an empty view.
func (a *App) Home(ctx context.Context, who Actor) (*HomeView, error) {
	if !signedIn(who) {
		return nil, ErrForbidden
	}
	ambiti, err := a.Ambiti(ctx)
	if err != nil {
		return nil, err
	}
	v := &HomeView{Email: who.Email}
	for _, x := range ambiti {
		h, err := a.homeIn(ctx, who, x)
		if err != nil {
			return nil, fmt.Errorf("ambito %s: %w", x.ID, err)
		}
		if len(h.Bodies) > 0 || len(h.Invitations) > 0 {
			v.Ambiti = append(v.Ambiti, *h)
		}
	}
	return v, nil
}

func (a *App) homeIn(ctx context.Context, who Actor, ambito AmbitoView) (*HomeAmbito, error) {
	h := &HomeAmbito{ID: ambito.ID, Name: ambito.Name}
	r, now := a.Store.Read(), a.Now()
	mine, err := r.MandatesOfEmail(ctx, q.MandatesOfEmailParams{Ambito: ambito.ID, Email: who.Email})
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, x := range mine {
		m := mandateView(q.MandatesOfPartyRow{ID: x.ID, Person: x.Person, Party: x.Party, Role: x.Role, FromUs: x.FromUs, ToUs: x.ToUs,
			StartsUs: x.StartsUs, UntilUs: x.UntilUs, Act: x.Act, Name: x.Name, Email: x.Email})
		m.PartyName, h.Person = x.PartyName, x.Name
		switch m.State(now) {
		case pdz.MandateInForce:
			ids = append(ids, m.Party)
		case pdz.MandateInvited:
			h.Invitations = append(h.Invitations, m)
		}
	}
	sent, err := r.AdhesionsByAddress(ctx, q.AdhesionsByAddressParams{Ambito: ambito.ID, Ambito_2: ambito.ID, Email: who.Email,
		Ambito_3: ambito.ID, Email_2: who.Email})
	if err != nil {
		return nil, err
	}
	for _, row := range sent {
		if ok, err := a.holds(ctx, r, who.Email, row, now); err != nil {
			return nil, err
		} else if ok {
			ids = append(ids, row.Party)
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		b, person, err := a.homeBody(ctx, r, who, ambito.ID, id)
		if err != nil {
			return nil, err
		}
		if h.Person == "" {
			h.Person = person
		}
		h.Bodies = append(h.Bodies, *b)
	}
	slices.SortStableFunc(h.Bodies, func(x, y HomeBody) int { return strings.Compare(sortKey(x.Name), sortKey(y.Name)) })
	return h, nil
}

// homeBody gathers a body with the sheets that the address may see.
func (a *App) homeBody(ctx context.Context, r *q.Queries, who Actor, ambito, id string) (b *HomeBody, person string, err error) {
	now := a.Now()
	party, err := r.Party(ctx, q.PartyParams{Ambito: ambito, ID: id})
	if err != nil {
		return nil, "", err
	}
	b = &HomeBody{ID: id, Name: party.Name, Nature: party.Nature, Category: party.Category}
	all, err := mandatesOfParty(ctx, r, ambito, id)
	if err != nil {
		return nil, "", err
	}
	for _, m := range all {
		if m.Email == who.Email && m.InForce(now) && !slices.Contains(b.Roles, m.Role) {
			b.Roles = append(b.Roles, m.Role)
		}
	}
	b.MayInvite = commands(all, who, now)
	if b.Acts() { // who only sent a sheet does not learn who else there is
		b.People = present(all, now)
	}
	rows, err := r.AdhesionsOfParty(ctx, q.AdhesionsOfPartyParams{Ambito: ambito, Party: id})
	if err != nil {
		return nil, "", err
	}
	for _, row := range slices.Backward(rows) {
		ok, err := a.holds(ctx, r, who.Email, row, now)
		if err != nil {
			return nil, "", err
		}
		gone, err := isErased(ctx, r, ambito, row.Code)
		if err != nil {
			return nil, "", err
		}
		if !ok || gone {
			continue
		}
		sheet, err := a.homeSheet(ctx, r, ambito, row.Code)
		if err != nil {
			return nil, "", err
		}
		if b.Name == "" || !b.Acts() {
			b.Name = sheet.PartyName
		}
		if row.Email == who.Email {
			person = sheet.PersonName
		}
		b.Sheets = append(b.Sheets, *sheet)
	}
	return b, person, nil
}

// present leaves out what is over, and shows somebody who has the same role by several
// sheets once.
func present(all []MandateView, now time.Time) []MandateView {
	var out []MandateView
	for _, m := range all {
		switch m.State(now) {
		case pdz.MandateEnded, pdz.MandateRefused, pdz.MandateExpired:
			continue
		}
		if !slices.ContainsFunc(out, func(x MandateView) bool {
			return x.Person == m.Person && x.Role == m.Role && x.State(now) == m.State(now)
		}) {
			out = append(out, m)
		}
	}
	return out
}

func (a *App) homeSheet(ctx context.Context, r *q.Queries, ambito, code string) (*HomeSheet, error) {
	v, err := a.adhesionView(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	s := &HomeSheet{AdhesionView: *v}
	if s.Process, err = a.Process(ctx, ambito, v.Process); err != nil {
		return nil, err
	}
	decisions, err := r.Admissions(ctx, q.AdmissionsParams{Ambito: ambito, Code: code})
	if err != nil || len(decisions) == 0 {
		return s, err
	}
	last := decisions[len(decisions)-1]
	if last.Verdict == AskedMore && last.Act > v.Index { // a correction after it is the answer
		s.Asked, s.Due = last.Asked, instant(last.DueUs)
		if !s.Due.IsZero() {
			s.Due = s.Due.In(s.Process.Zone)
		}
	}
	return s, nil
}

// HomeExport is what an address is given of itself, in one file (GDPR art. 15 and 20).
type HomeExport struct {
	Email    string         `json:"email"`
	At       time.Time      `json:"at"`
	Ambiti   []HomeAmbito   `json:"ambiti"`
	Messages []HomeMessage  `json:"messages"`
	Requests []ErasureAsked `json:"requests"`
	Asked    []HomeQuestion `json:"questions"`
}

// HomeQuestion is a question to the desk that named the address for its answer.
type HomeQuestion struct {
	Ambito, Name, Words, Answer string
	ReceivedAt                  time.Time
}

// HomeMessage is a message that was sent to the address: what it was about.
type HomeMessage struct {
	Ambito, Kind, Matter string
	CreatedAt, SentAt    time.Time
}

// ExportHome writes everything held about an address, over all Ambiti, as JSON.
func (a *App) ExportHome(ctx context.Context, who Actor) ([]byte, error) {
	v, err := a.Home(ctx, who)
	if err != nil {
		return nil, err
	}
	out := HomeExport{Email: v.Email, At: a.Now().UTC(), Ambiti: v.Ambiti}
	for i := range out.Ambiti {
		for j := range out.Ambiti[i].Bodies {
			for k := range out.Ambiti[i].Bodies[j].Sheets {
				out.Ambiti[i].Bodies[j].Sheets[k].Process = nil // public, and long
			}
		}
	}
	ambiti, err := a.Ambiti(ctx)
	if err != nil {
		return nil, err
	}
	r := a.Store.Read()
	for _, x := range ambiti {
		rows, err := r.MessagesTo(ctx, q.MessagesToParams{Ambito: x.ID, Recipient: who.Email})
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			out.Messages = append(out.Messages, HomeMessage{m.Ambito, m.Kind, m.Matter, instant(m.CreatedUs), instant(m.SentUs)})
		}
		questions, err := r.QuestionsByContact(ctx, q.QuestionsByContactParams{Ambito: x.ID, Contact: who.Email})
		if err != nil {
			return nil, err
		}
		for _, y := range questions {
			out.Asked = append(out.Asked, HomeQuestion{x.ID, y.Name, y.Words, y.Answer, instant(y.ReceivedUs)})
		}
		asked, err := r.ErasureRequests(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range asked {
			if e.Email == who.Email {
				out.Requests = append(out.Requests, erasureAsked(e))
			}
		}
	}
	return json.MarshalIndent(out, "", "  ")
}

// ErasureAsked is a request for erasure, for the office to decide.
type ErasureAsked struct {
	Ambito, Matter, Number string
	Email, Words           string
	AskedAt                time.Time
	Answer                 string // why it was refused; empty while it waits
	AnsweredAt             time.Time
}

func erasureAsked(e q.ErasureRequest) ErasureAsked {
	return ErasureAsked{Ambito: e.Ambito, Matter: e.Matter, Email: e.Email, Words: e.Words, AskedAt: instant(e.AskedUs),
		Answer: e.Answer, AnsweredAt: instant(e.AnsweredUs)}
}

// FieldErasureWords is where a request for erasure says why, as problems name it.
const FieldErasureWords = "perche"

// AskErasure asks the office to erase an adhesion. It is not done at once: what law or
// duty keeps is kept until its term, and the office says so or erases (GDPR art. 17).
func (a *App) AskErasure(ctx context.Context, who Actor, ambito, code, words string, at time.Time) error {
	if err := a.owns(ctx, who, ambito, code); err != nil {
		return err
	}
	words, problems := cleanReason(words)
	if len(problems) > 0 {
		problems[0].Field = FieldErasureWords
		return problems
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		row, err := tx.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: code})
		if err != nil {
			return err
		}
		email := who.Email
		if email == "" {
			email = row.Email
		}
		return tx.AskErasure(ctx, q.AskErasureParams{Ambito: ambito, Matter: code, Email: email, Words: words, AskedUs: micro(at)})
	})
}
