package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// live lets the office do to a sheet what it does: appoint somebody, decide, answer a
// question and publish the answer, write down a wish to be erased; and lets the body
// invite somebody. Each leaves an id by which its pages are found.
func (p *peopled) live(t *testing.T, i int) {
	t.Helper()
	ctx, now, s := t.Context(), p.clock(), &p.sheets[i]
	system, word := app.Actor{Role: app.System}, fmt.Sprintf("%s %d", marker, i)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	s.appointment, err = p.App.Appoint(ctx, system, "lecce", app.AppointmentInput{Name: "Ida " + word, Email: fmt.Sprintf("ida%d@marcalecce.example", i), Role: app.Officer}, now)
	ok(err)
	ok(p.db.QueryRow("SELECT person FROM appointment WHERE id = ?", s.appointment).Scan(&s.clerk))
	officer, head := app.Actor{Role: app.Officer, Person: s.clerk}, app.Actor{Role: app.Head, Person: s.clerk}
	desk := app.Arrival{ReceivedAt: now}
	ok(p.App.Decide(ctx, officer, "lecce", s.code, app.Decision{Verdict: app.AskedMore, Asked: "La firma, dice " + word, Reason: "Manca, dice " + word}, desk))
	asked, err := p.App.Ask(ctx, app.Actor{Role: app.Anonymous}, app.QuestionInput{Ambito: "lecce", Process: "2014-2016", Name: "Nora" + marker,
		Contact: "chiede@marcalecce.example", Words: "Chiede " + word, Key: "key of " + word, Source: "net", Arrival: app.Arrival{Channel: app.AskedWeb, ReceivedAt: now}})
	ok(err)
	s.question = asked.ID
	v, err := p.App.Question(ctx, system, "lecce", s.question)
	ok(err)
	ok(p.App.Answer(ctx, officer, app.AnswerInput{Ambito: "lecce", ID: s.question, Words: "Risposta a " + word, Seen: v.Act, ReceivedAt: now}))
	s.faq, err = p.App.PublishFAQ(ctx, officer, app.FAQInput{Ambito: "lecce", Question: s.question, Words: "Domanda di " + word, AnswerInFull: "Risposta di " + word, ReceivedAt: now})
	ok(err)
	ok(p.App.AskErasure(ctx, app.Actor{Role: app.LinkHolder, Matter: s.code}, "lecce", s.code, "Lo chiede "+word, now))
	owner := app.Actor{Role: app.Delegate, Person: s.person, Email: s.email}
	ok(p.App.Invite(ctx, owner, "lecce", s.party, app.Invitation{Name: "Vito " + word, Email: fmt.Sprintf("vito%d@marcalecce.example", i), Role: app.BodyDelegate}, now))
	ok(p.db.QueryRow("SELECT id FROM mandate WHERE party = ? AND from_us = 0", s.party).Scan(&s.invitation))
	ok(p.legalRepresentative(t, owner, s.party, fmt.Sprintf("livia%d@marcalecce.example", i)))
	p.mergedInto(t, s)
	s.list, err = p.App.PublishList(ctx, head, "lecce", "2014-2016", app.ListInput{Title: "Elenco di " + word, ActNumber: fmt.Sprint(i + 1),
		ActDate: pdz.DateOf(now, eve.Location())}, desk)
	ok(err)
}

// legalRepresentative invites somebody to be it, who accepts: the office has to confirm.
func (p *peopled) legalRepresentative(t *testing.T, owner app.Actor, party, email string) error {
	t.Helper()
	in := app.Invitation{Name: "Livia " + marker, Email: email, Role: app.LegalRepresentative}
	if err := p.App.Invite(t.Context(), owner, "lecce", party, in, p.clock()); err != nil {
		return err
	}
	var id string
	err := p.db.QueryRow("SELECT m.id FROM mandate m JOIN person n ON n.ambito = m.ambito AND n.id = m.person WHERE n.email = ?", email).Scan(&id)
	if err != nil {
		return err
	}
	return p.App.AnswerInvitation(t.Context(), app.Actor{Role: app.SignedIn, Email: email}, "lecce", id, true, p.clock())
}

// mergedInto makes up a body that was found to be the sheet's: its id is the sheet's code.
func (p *peopled) mergedInto(t *testing.T, s *sheetIDs) {
	t.Helper()
	columns, _ := p.columns(t, "party")
	values := slices.Clone(columns)
	values[slices.Index(columns, "id")], values[slices.Index(columns, "tax_code")] = "'"+s.code+"'", "'"+s.code+"'"
	_, err := p.db.Exec(fmt.Sprintf("INSERT INTO party (%s) SELECT %s FROM party WHERE id = ?", strings.Join(columns, ", "), strings.Join(values, ", ")), s.party)
	if err != nil {
		t.Fatal(err)
	}
}
