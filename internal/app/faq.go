package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Fields of a published question and answer.
const (
	FieldPublicWords  = "domanda-pubblica"
	FieldPublicAnswer = "risposta-pubblica"
)

// FAQInput is a question and its answer in words for everybody. With a question it
// becomes what is published of it; with an ID it rewords what was; with neither it is
// the office's own.
type FAQInput struct {
	Ambito, Process     string
	ID, Question        string
	Words, AnswerInFull string
	Seen                int64 // latest act on what is published already that the writer had before the eyes; 0: none
	ReceivedAt          time.Time
}

// FAQView is a question that everybody may read, with its answer. It holds no
// personal data.
type FAQView struct {
	ID, Process, Question string
	Words, Answer         string
	Seq                   int
	PublishedAt           time.Time
	WithdrawnAt           time.Time // zero: it can be read
	Act                   int64     // the latest: what FAQInput wants to have been seen
}

// faqBody is a publication, or the withdrawal of one.
type faqBody struct {
	Seq       int    `json:"seq"` // 0 when the question was published before
	Question  string `json:"question"`
	Words     string `json:"words"`
	Answer    string `json:"answer"`
	Withdrawn bool   `json:"withdrawn"`
	Reason    string `json:"reason"`
}

// PublishFAQ makes an answer known to everybody in words that tell nothing of who
// asked (R71). A text that still does is refused: the way on is to take it out. What
// is published is a matter of its own and stands when the question is erased.
func (a *App) PublishFAQ(ctx context.Context, who Actor, in FAQInput) (id string, err error) {
	if !who.is(Officer, Head) {
		return "", ErrForbidden
	}
	var problems pdz.Problems
	in.Words = cleaned(&problems, FieldPublicWords, in.Words, true, maxQuestion)
	in.AnswerInFull = cleaned(&problems, FieldPublicAnswer, in.AnswerInFull, true, maxQuestion)
	for _, f := range []struct{ field, text string }{{FieldPublicWords, in.Words}, {FieldPublicAnswer, in.AnswerInFull}} {
		if f.text == "" && !about(problems, f.field) {
			problems.Add(f.field, pdz.CodeRequired)
		}
	}
	if err := problems.Err(); err != nil {
		return "", err
	}
	err = a.Store.Update(ctx, in.Ambito, func(tx *store.Tx) error {
		id, err = a.publishFAQ(ctx, tx, who, in)
		return err
	})
	return id, err
}

func (a *App) publishFAQ(ctx context.Context, tx *store.Tx, who Actor, in FAQInput) (string, error) {
	before, err := publishedBefore(ctx, tx, &in)
	if err != nil {
		return "", err
	}
	if before == nil && in.Seen != 0 || before != nil && before.Act != in.Seen {
		return "", pdz.Problems{{Field: FieldPublicWords, Code: CodeChangedSince}}
	}
	if err := saidAlready(ctx, tx, in); err != nil {
		return "", err
	}
	var asked q.Question
	if in.Question != "" {
		asked, err = tx.Question(ctx, q.QuestionParams{Ambito: tx.Ambito, ID: in.Question})
		switch {
		case err == nil && asked.AnsweredUs == 0:
			return "", pdz.Problems{{Field: FieldPublicAnswer, Code: CodeUnanswered}}
		case err == nil:
			in.Process = asked.Process
		case before == nil || found(err) != ErrNotFound: // an erased question may still be reworded
			return "", fmt.Errorf("question %s: %w", in.Question, found(err))
		}
	}
	proc, err := tx.Process(ctx, q.ProcessParams{Ambito: tx.Ambito, Slug: in.Process})
	if err != nil {
		return "", fmt.Errorf("process %s: %w", in.Process, found(err))
	}
	p, err := a.process(ctx, tx.Queries, tx.Ambito, proc.Definition)
	if err != nil {
		return "", err
	}
	if err := personal(p, asked, in); err != nil {
		return "", err
	}
	return a.recordFAQ(ctx, tx, who, proc, before, in)
}

// publishedBefore finds what an input rewords, and completes the input from it.
func publishedBefore(ctx context.Context, tx *store.Tx, in *FAQInput) (*q.Faq, error) {
	var row q.Faq
	var err error
	switch {
	case in.ID != "":
		row, err = tx.FAQ(ctx, q.FAQParams{Ambito: tx.Ambito, ID: in.ID})
	case in.Question != "":
		row, err = tx.FAQOfQuestion(ctx, q.FAQOfQuestionParams{Ambito: tx.Ambito, Question: in.Question})
		if errors.Is(found(err), ErrNotFound) {
			return nil, nil
		}
	default:
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("faq %s: %w", in.ID, found(err))
	}
	in.ID, in.Question, in.Process = row.ID, row.Question, row.Process
	return &row, nil
}

// saidAlready refuses a second publication of the same question: the second click of a
// form is one.
func saidAlready(ctx context.Context, tx *store.Tx, in FAQInput) error {
	all, err := tx.FAQs(ctx, tx.Ambito)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.WithdrawnUs == 0 && x.ID != in.ID && sortKey(x.Words) == sortKey(in.Words) {
			return pdz.Problems{{Field: FieldPublicWords, Code: CodeFAQExists}}
		}
	}
	return nil
}

// personal says at each field what still tells who asked.
func personal(p *pdz.Process, asked q.Question, in FAQInput) error {
	var problems pdz.Problems
	theirs, ours := []string{asked.Name, asked.Contact}, ownWords(p)
	for _, f := range []struct{ field, text string }{{FieldPublicWords, in.Words}, {FieldPublicAnswer, in.AnswerInFull}} {
		if pieces := pdz.Personal(f.text, theirs, ours); len(pieces) > 0 {
			problems.Add(f.field, CodePersonal, strings.Join(pieces, ", "))
		}
	}
	return problems.Err()
}

// ownWords is what the notice itself prints: it may be said to everybody.
func ownWords(p *pdz.Process) []string {
	own := []string{p.Title, p.Ambito.Name, p.Ambito.LeadBody, p.Ambito.Province, p.Ambito.Region, p.Notice.Title}
	for _, c := range p.Contacts {
		own = append(append(own, c.Name, c.Email, c.PEC, c.Web), c.Phone...)
	}
	for _, c := range p.Channels {
		own = append(own, c.Label, c.Address)
	}
	for _, m := range p.Ambito.Municipalities {
		own = append(own, m.Name)
	}
	for _, c := range p.Categories {
		own = append(own, c.Label)
	}
	for _, t := range p.Tables.List {
		own = append(own, t.Title)
	}
	for _, s := range p.Sessions {
		own = append(own, s.Title)
	}
	for _, plan := range p.Plans {
		own = append(own, plan.Title)
	}
	return own
}

func (a *App) recordFAQ(ctx context.Context, tx *store.Tx, who Actor, proc q.Process, before *q.Faq, in FAQInput) (id string, err error) {
	b := faqBody{Question: in.Question, Words: in.Words, Answer: in.AnswerInFull}
	if before != nil {
		id = before.ID
	} else {
		last, err := tx.LastFAQSeq(ctx, q.LastFAQSeqParams{Ambito: tx.Ambito, Process: proc.Slug})
		if err != nil && found(err) != ErrNotFound {
			return "", err
		}
		b.Seq = int(last) + 1
		if id, err = register.NewMatter(a.Rand); err != nil {
			return "", err
		}
	}
	_, err = a.record(ctx, tx, recording{who: who, matter: id, process: proc.Slug, definition: proc.Definition, via: "office",
		assurance: "operatorAttested", at: Arrival{ReceivedAt: in.ReceivedAt}, body: answerBody{Public: &b}})
	return id, err
}

// WithdrawFAQ takes a published question away from the page; what it said and why it
// went stay in the register.
func (a *App) WithdrawFAQ(ctx context.Context, who Actor, ambito, id, reason string, at time.Time) error {
	if !who.is(Officer, Head) {
		return ErrForbidden
	}
	var problems pdz.Problems
	reason = cleaned(&problems, "motivo", reason, true, maxQuestion)
	if reason == "" && len(problems) == 0 {
		problems.Add("motivo", pdz.CodeRequired)
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		row, err := tx.FAQ(ctx, q.FAQParams{Ambito: ambito, ID: id})
		if err != nil {
			return fmt.Errorf("faq %s: %w", id, found(err))
		}
		if row.WithdrawnUs != 0 {
			return nil
		}
		proc, err := tx.Process(ctx, q.ProcessParams{Ambito: ambito, Slug: row.Process})
		if err != nil {
			return err
		}
		_, err = a.record(ctx, tx, recording{who: who, matter: id, process: row.Process, definition: proc.Definition, via: "office",
			assurance: "operatorAttested", at: Arrival{ReceivedAt: at}, body: answerBody{Public: &faqBody{Question: row.Question, Withdrawn: true, Reason: reason}}})
		return err
	})
}

func (a *App) applyFAQ(ctx context.Context, r *q.Queries, act q.Act, b faqBody) error {
	switch {
	case b.Withdrawn:
		return r.WithdrawFAQ(ctx, q.WithdrawFAQParams{WithdrawnUs: act.ReceivedUs, Act: act.N, Ambito: act.Ambito, ID: act.Matter})
	case b.Seq == 0:
		return r.RewordFAQ(ctx, q.RewordFAQParams{Words: b.Words, Answer: b.Answer, PublishedUs: act.ReceivedUs, Act: act.N,
			Ambito: act.Ambito, ID: act.Matter})
	}
	return r.InsertFAQ(ctx, q.InsertFAQParams{Ambito: act.Ambito, ID: act.Matter, Process: act.Process, Seq: int64(b.Seq),
		Question: b.Question, Words: b.Words, Answer: b.Answer, PublishedUs: act.ReceivedUs, Act: act.N})
}
