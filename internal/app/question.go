package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Words of the leaf field tipo for the information desk (R70-R72). Who is to answer
// a question is work and no act; that it came, what was answered and what was made
// known to everybody are acts.
const (
	actQuestion = "quesito"
	actAnswer   = "risposta"
)

// Channels by which a question comes.
const (
	AskedWeb   = "sito"
	AskedPhone = "telefono"
	AskedDesk  = "sportello"
	AskedEmail = "e-mail"
)

// askedVia is the kind of channel that the leaf tells.
var askedVia = map[string]string{AskedWeb: "web", AskedPhone: "phone", AskedDesk: "desk", AskedEmail: "email"}

// Fields of a question, under which its problems are.
const (
	FieldQuestionName    = "nome"
	FieldQuestionContact = "recapito"
	FieldQuestionWords   = "domanda"
	FieldQuestionCame    = "arrivo"
	FieldAnswer          = "risposta"
)

// Problem codes of the information desk.
const (
	CodeNoContact      = "question.contact" // the answer has nowhere to go; no arguments
	CodeQuestionFuture = "question.future"  // it cannot have come yet; no arguments
	CodeChangedSince   = "question.changed" // somebody answered in the meantime; no arguments
	CodeUnanswered     = "faq.unanswered"   // nothing to publish yet; no arguments
	CodePersonal       = "faq.personal"     // what is to be published tells who asked; the pieces
)

// CodeFAQExists is the problem of a question that everybody can read already; no arguments.
const CodeFAQExists = "faq.exists"

// QuestionCodes are all the codes above.
var QuestionCodes = []string{CodeNoContact, CodeQuestionFuture, CodeChangedSince, CodeUnanswered, CodePersonal, CodeFAQExists}

// Lengths in characters.
const (
	maxQuestion     = 4000
	maxQuestionName = 120
)

// QuestionInput is a question as it came. The channel of its arrival is one of the
// Asked words; for what the desk writes down SourceAt is when it came.
type QuestionInput struct {
	Ambito, Process string
	Name            string // may be empty
	Contact         string // e-mail address or telephone; may be empty at the counter and on the telephone
	Words           string
	Key             string // idempotency key
	Doubt           Doubt  // why it may be a program's
	Source          string // network it came from, hashed
	Arrival
}

// Asked tells who asked what became of the question.
type Asked struct {
	ID         string
	Seq        int  // number within the process; 0 while it is held
	Held       bool // waits for somebody to look at it
	Answered   bool
	ReceivedAt time.Time
}

// questionBody is a question that came.
type questionBody struct {
	Seq     int    `json:"seq"`
	Channel string `json:"channel"`
	Name    string `json:"name"`
	Contact string `json:"contact"`
	Words   string `json:"words"`
	Key     string `json:"key"`
	TakenBy string `json:"takenBy"` // person of the desk who wrote it down
}

func (questionBody) kind() string { return actQuestion }

// Ask records a question: from the web by anybody, by telephone, at the counter and
// by e-mail through the desk (R71). One from the web that looks like a program's is
// held with its instant until somebody has looked at it (held.go).
func (a *App) Ask(ctx context.Context, who Actor, in QuestionInput) (*Asked, error) {
	if _, ok := askedVia[in.Channel]; !ok || in.Key == "" {
		return nil, fmt.Errorf("question by %q: %w", in.Channel, ErrNotFound)
	}
	if in.Channel != AskedWeb && !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	if err := in.check(a.Now()); err != nil {
		return nil, err
	}
	var out *Asked
	err := a.Store.Update(ctx, in.Ambito, func(tx *store.Tx) (err error) {
		if out, err = knownQuestion(ctx, tx, in.Key); err == nil || !errors.Is(err, ErrNotFound) {
			return err
		}
		if in.Doubt != "" && who.Role == Anonymous {
			out, err = a.hold(ctx, tx, in)
			return err
		}
		id, err := register.NewMatter(a.Rand)
		if err != nil {
			return err
		}
		out, err = a.recordQuestion(ctx, tx, who, id, in)
		return err
	})
	return out, err
}

// knownQuestion finds what an idempotency key made before.
func knownQuestion(ctx context.Context, tx *store.Tx, key string) (*Asked, error) {
	row, err := tx.QuestionByIdem(ctx, q.QuestionByIdemParams{Ambito: tx.Ambito, Idem: key})
	if err == nil {
		return &Asked{ID: row.ID, Seq: int(row.Seq), Answered: row.AnsweredUs > 0, ReceivedAt: instant(row.ReceivedUs)}, nil
	}
	if found(err) != ErrNotFound {
		return nil, err
	}
	held, err := tx.HeldQuestionByIdem(ctx, q.HeldQuestionByIdemParams{Ambito: tx.Ambito, Idem: key})
	if err != nil {
		return nil, found(err)
	}
	return &Asked{ID: held.ID, Held: true, ReceivedAt: instant(held.ReceivedUs)}, nil
}

func (a *App) recordQuestion(ctx context.Context, tx *store.Tx, who Actor, id string, in QuestionInput) (*Asked, error) {
	proc, err := tx.Process(ctx, q.ProcessParams{Ambito: in.Ambito, Slug: in.Process})
	if err != nil {
		return nil, fmt.Errorf("process %s: %w", in.Process, found(err))
	}
	last, err := tx.LastQuestionSeq(ctx, q.LastQuestionSeqParams{Ambito: in.Ambito, Process: in.Process})
	if err != nil && found(err) != ErrNotFound {
		return nil, err
	}
	b := questionBody{Seq: int(last) + 1, Channel: in.Channel, Name: in.Name, Contact: in.Contact, Words: in.Words, Key: in.Key}
	sure := "none"
	if in.Channel != AskedWeb {
		b.TakenBy, sure = who.Person, "operatorAttested"
	}
	_, err = a.record(ctx, tx, recording{who: who, matter: id, process: in.Process, definition: proc.Definition, via: askedVia[in.Channel],
		assurance: sure, at: in.Arrival, body: b})
	return &Asked{ID: id, Seq: b.Seq, ReceivedAt: in.At()}, err
}

// check cleans what was typed and says all that is wrong with it.
func (in *QuestionInput) check(now time.Time) error {
	var problems pdz.Problems
	in.Name = cleaned(&problems, FieldQuestionName, in.Name, false, maxQuestionName)
	in.Contact = in.checkContact(&problems)
	in.Words = cleaned(&problems, FieldQuestionWords, in.Words, true, maxQuestion)
	if in.Words == "" && !about(problems, FieldQuestionWords) {
		problems.Add(FieldQuestionWords, pdz.CodeRequired)
	}
	if in.At().After(now) {
		problems.Add(FieldQuestionCame, CodeQuestionFuture)
	}
	return problems.Err()
}

// checkContact reads an e-mail address or a telephone number. Who asks by the web or
// by e-mail must leave one; who calls or comes is told the answer.
func (in *QuestionInput) checkContact(problems *pdz.Problems) string {
	contact := strings.TrimSpace(in.Contact)
	var wrong *pdz.Problem
	switch {
	case contact == "" && (in.Channel == AskedWeb || in.Channel == AskedEmail):
		wrong = &pdz.Problem{Code: CodeNoContact}
	case contact == "":
	case strings.ContainsRune(contact, '@'):
		contact, wrong = pdz.CheckEmail(contact)
	default:
		if contact, wrong = pdz.CheckPhone(contact); wrong != nil && wrong.Code == pdz.CodePhoneForm {
			wrong = &pdz.Problem{Code: CodeNoContact} // neither one nor the other
		}
	}
	if wrong != nil {
		problems.Add(FieldQuestionContact, wrong.Code, wrong.Args...)
	}
	return contact
}

// cleaned brings a text to one form and bounds it.
func cleaned(problems *pdz.Problems, field, s string, multiline bool, most int) string {
	s, wrong := pdz.Clean(s, multiline)
	if wrong != nil {
		problems.Add(field, wrong.Code, wrong.Args...)
	} else if n := utf8.RuneCountInString(s); n > most {
		problems.Add(field, pdz.CodeTextLong, n, most)
	}
	return s
}

func about(problems pdz.Problems, field string) bool {
	return slices.ContainsFunc(problems, func(p pdz.Problem) bool { return p.Field == field })
}

func (a *App) applyQuestion(ctx context.Context, r *q.Queries, act q.Act, b questionBody) error {
	at := act.ReceivedUs
	if act.SourceUs != 0 {
		at = act.SourceUs
	}
	return r.InsertQuestion(ctx, q.InsertQuestionParams{Ambito: act.Ambito, ID: act.Matter, Process: act.Process, Seq: int64(b.Seq),
		Channel: b.Channel, Name: b.Name, Contact: b.Contact, Words: b.Words, Idem: b.Key, TakenBy: b.TakenBy, ReceivedUs: at, Act: act.N})
}
