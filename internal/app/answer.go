package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// mailAnswer is the answer to a question, for who left an address.
const mailAnswer = "answer"

// AnswerInput is what the desk answers. Seen is the latest act on the question that
// the writer had before the eyes: two people do not answer over one another.
type AnswerInput struct {
	Ambito, ID string
	Words      string
	Seen       int64
	ReceivedAt time.Time
}

// answerBody is an answer: to who asked, or to everybody.
type answerBody struct {
	Words  string   `json:"words"`
	By     string   `json:"by"`     // person
	Public *faqBody `json:"public"` // what everybody may read; then the rest is empty
}

func (answerBody) kind() string { return actAnswer }

// Answer records what was answered to a question, and sends it when who asked left
// an e-mail address. A second answer corrects the first; both stay in the register.
func (a *App) Answer(ctx context.Context, who Actor, in AnswerInput) error {
	if !who.is(HelpDesk, Officer, Head) {
		return ErrForbidden
	}
	var problems pdz.Problems
	in.Words = cleaned(&problems, FieldAnswer, in.Words, true, maxQuestion)
	if in.Words == "" && len(problems) == 0 {
		problems.Add(FieldAnswer, pdz.CodeRequired)
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return a.Store.Update(ctx, in.Ambito, func(tx *store.Tx) error {
		row, proc, err := askedIn(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if row.Act != in.Seen {
			return pdz.Problems{{Field: FieldAnswer, Code: CodeChangedSince}}
		}
		rec, err := a.record(ctx, tx, recording{who: who, matter: row.ID, process: row.Process, definition: proc.Definition, via: "office",
			assurance: "operatorAttested", at: Arrival{ReceivedAt: in.ReceivedAt}, body: answerBody{Words: in.Words, By: who.Person}})
		if err != nil || !strings.ContainsRune(row.Contact, '@') {
			return err
		}
		return enqueue(ctx, tx, mailAnswer, row.ID, rec.N, row.Contact)
	})
}

// askedIn returns a question with its process.
func askedIn(ctx context.Context, tx *store.Tx, id string) (row q.Question, proc q.Process, err error) {
	if row, err = tx.Question(ctx, q.QuestionParams{Ambito: tx.Ambito, ID: id}); err != nil {
		return row, proc, fmt.Errorf("question %s: %w", id, found(err))
	}
	proc, err = tx.Process(ctx, q.ProcessParams{Ambito: tx.Ambito, Slug: row.Process})
	return row, proc, err
}

// Assign says who is to answer a question; an empty person takes it back. It is work
// of the office and no act.
func (a *App) Assign(ctx context.Context, who Actor, ambito, id, person string) error {
	if !who.is(HelpDesk, Officer, Head) {
		return ErrForbidden
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		if _, _, err := askedIn(ctx, tx, id); err != nil {
			return err
		}
		desk, err := tx.DeskPersons(ctx, deskAt(ambito, tx.Now))
		if err != nil {
			return err
		}
		if person != "" && !slices.ContainsFunc(desk, func(p q.DeskPersonsRow) bool { return p.ID == person }) {
			return fmt.Errorf("person %s: %w", person, ErrNotFound)
		}
		return tx.AssignQuestion(ctx, q.AssignQuestionParams{Ambito: ambito, Question: id, Person: person, SinceUs: tx.Now.UnixMicro()})
	})
}

func deskAt(ambito string, at time.Time) q.DeskPersonsParams {
	return q.DeskPersonsParams{Ambito: ambito, FromUs: at.UnixMicro(), ToUs: at.UnixMicro()}
}

func (a *App) applyAnswer(ctx context.Context, r *q.Queries, act q.Act, b answerBody) error {
	if b.Public != nil {
		return a.applyFAQ(ctx, r, act, *b.Public)
	}
	return r.AnswerQuestion(ctx, q.AnswerQuestionParams{Answer: b.Words, AnsweredBy: b.By, AnsweredUs: act.ReceivedUs, Act: act.N,
		Ambito: act.Ambito, ID: act.Matter})
}

// answer writes the message with an answer. Both texts are quoted as they are; none
// of them enters a header.
func (w *writer) answer(ctx context.Context, m *mail.Message, act q.Act) error {
	var b answerBody
	if err := json.Unmarshal([]byte(act.Body.String), &b); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	row, err := w.app.Store.Read().Question(ctx, q.QuestionParams{Ambito: act.Ambito, ID: act.Matter})
	if err != nil {
		return found(err)
	}
	m.Subject = w.words.T("Risposta alla tua domanda n. %d", row.Seq)
	m.Text = w.letter(
		w.words.T("il %s ci hai chiesto:", w.words.Instant(instant(row.ReceivedUs).In(w.process.Zone))),
		quoted(row.Words),
		w.words.T("Ecco la risposta:"),
		b.Words,
		w.words.T("Se serve altro, rispondi o telefona allo sportello e cita il numero della domanda."))
	return nil
}

// quoted marks the lines of somebody else's text.
func quoted(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }
