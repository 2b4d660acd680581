package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"concerto/internal/i18n"
	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Kinds of message. The outbox keeps what a message is about; its words are
// written when it is sent, from the act itself, and come out the same every time.
const (
	mailReceipt    = "receipt"    // matter and act: the receipt of that act
	mailDraft      = "draft"      // matter: process and draft whose link is sent, which may be gone by then
	mailOther      = "other"      // matter and act: to who adhered before, another sheet with the same tax code arrived
	mailSignIn     = "signIn"     // matter: the id of the link with which one signs in
	mailMoved      = "moved"      // matter and act: to the old address, a correction named another
	mailErasure    = "erasure"    // matter: the adhesion whose erasure was refused
	mailInvitation = "invitation" // matter and act: to whom a body asks to act for it
	mailMandate    = "mandate"    // matter and act: to whoever acts for a body, who acts for it has changed
	mailDecision   = "decision"   // matter and act: to the party, what the office decided and why
)

// enqueue leaves a message in the outbox, in the transaction of the act it tells
// of. A second one of the same kind, act and recipient is the same message.
func enqueue(ctx context.Context, tx *store.Tx, kind, matter string, act int64, to string) error {
	if to == "" {
		return nil
	}
	return tx.Enqueue(ctx, q.EnqueueParams{Key: fmt.Sprintf("%s/%s/%s/%d/%s", tx.Ambito, kind, matter, act, hashOf(to)[:12]),
		Ambito: tx.Ambito, Kind: kind, Matter: matter, Act: act, Recipient: to, CreatedUs: tx.Now.UnixMicro(), DueUs: tx.Now.UnixMicro()})
}

// announceSheet queues what a recorded sheet makes known, and to whom.
func (a *App) announceSheet(ctx context.Context, tx *store.Tx, code string, act int64, s *sheet, b adhesionBody) error {
	if err := enqueue(ctx, tx, mailReceipt, code, act, b.Email); err != nil {
		return err
	}
	if s.corrects != nil && s.corrects.Email != b.Email {
		return enqueue(ctx, tx, mailMoved, code, act, s.corrects.Email)
	}
	if b.Other == "" {
		return nil
	}
	other, err := tx.Adhesion(ctx, q.AdhesionParams{Ambito: tx.Ambito, Code: b.Other})
	if err != nil || other.Email == b.Email {
		return err
	}
	return enqueue(ctx, tx, mailOther, code, act, other.Email)
}

// Waits between attempts to send a message; after the last it is given up and
// stays visible with its problem.
var mailWaits = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour}

// claimFor is how long an instance has for sending a message before another may try.
const claimFor = 2 * time.Minute

// DeliverDue sends what is due and returns how many messages left. A message is
// claimed first, so that of two instances one sends it.
func (a *App) DeliverDue(ctx context.Context, t mail.Transport) (sent int, err error) {
	due, err := a.Store.Read().DueMessages(ctx, q.DueMessagesParams{DueUs: a.Now().UnixMicro(), Limit: 50})
	if err != nil {
		return 0, err
	}
	for _, row := range due {
		ok, err := a.deliver(ctx, t, row)
		if err != nil {
			return sent, err
		}
		if ok {
			sent++
		}
	}
	return sent, nil
}

func (a *App) deliver(ctx context.Context, t mail.Transport, row q.Outbox) (sent bool, err error) {
	claimed := false
	err = a.Store.Update(ctx, row.Ambito, func(tx *store.Tx) error {
		n, err := tx.ClaimMessage(ctx, q.ClaimMessageParams{DueUs: tx.Now.Add(claimFor).UnixMicro(), Key: row.Key, DueUs_2: row.DueUs})
		claimed = n == 1
		return err
	})
	if err != nil || !claimed {
		return false, err
	}
	m, err := a.compose(ctx, row)
	if err == nil {
		err = t.Send(ctx, m)
	}
	failure := err
	return failure == nil, a.Store.Update(ctx, row.Ambito, func(tx *store.Tx) error {
		if failure == nil {
			return tx.MarkSent(ctx, q.MarkSentParams{SentUs: tx.Now.UnixMicro(), Key: row.Key})
		}
		next := tx.Now.AddDate(100, 0, 0) // given up
		if n := int(row.Attempts); mail.Temporary(failure) && n < len(mailWaits) {
			next = tx.Now.Add(mailWaits[n])
		}
		return tx.MarkProblem(ctx, q.MarkProblemParams{Problem: failure.Error(), DueUs: next.UnixMicro(), Key: row.Key})
	})
}

// Mail is a message that was sent, for the postbox of the demo.
type Mail struct {
	Key, To, Subject, Text string
	SentAt                 time.Time
	Attachments            []mail.Attachment
}

// maxPostbox is how many messages the postbox lists.
const maxPostbox = 200

// Postbox lists the messages sent, newest first, without text and attachments.
func (a *App) Postbox(ctx context.Context, ambito string) ([]Mail, error) {
	rows, err := a.Store.Read().SentMessages(ctx, q.SentMessagesParams{Ambito: ambito, Limit: maxPostbox})
	if err != nil {
		return nil, err
	}
	out := make([]Mail, 0, len(rows))
	for _, r := range rows {
		m, err := a.compose(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, Mail{Key: r.Key, To: r.Recipient, Subject: m.Subject, SentAt: instant(r.SentUs)})
	}
	return out, nil
}

// CountMails is how many messages have been sent.
func (a *App) CountMails(ctx context.Context, ambito string) (int, error) {
	n, err := a.Store.Read().CountSent(ctx, ambito)
	return int(n), err
}

// PostboxMail returns one message as it was sent.
func (a *App) PostboxMail(ctx context.Context, ambito, key string) (*Mail, error) {
	row, err := a.Store.Read().SentMessage(ctx, q.SentMessageParams{Ambito: ambito, Key: key})
	if err != nil {
		return nil, fmt.Errorf("message: %w", found(err))
	}
	m, err := a.compose(ctx, row)
	if err != nil {
		return nil, err
	}
	return &Mail{row.Key, row.Recipient, m.Subject, m.Text, instant(row.SentUs), m.Attachments}, nil
}

// compose writes a message. Everything in it comes from the act and its receipt.
func (a *App) compose(ctx context.Context, row q.Outbox) (mail.Message, error) {
	w := writer{words: a.Words.For("it"), app: a, row: row}
	m := mail.Message{To: row.Recipient, Key: row.Key, Date: instant(row.CreatedUs)}
	var err error
	switch row.Kind {
	case mailDraft:
		err = w.draft(ctx, &m)
	case mailErasure:
		err = w.erasureRefused(ctx, &m)
	case mailSignIn:
		err = w.signIn(ctx, &m)
	default:
		err = w.act(ctx, &m)
	}
	if err != nil {
		return m, fmt.Errorf("message %s: %w", row.Key, err)
	}
	m.From = a.sender(w.process)
	return m, nil
}

// sender is the address messages come from: that of the instance, or the desk's.
func (a *App) sender(p *pdz.Process) string {
	if a.MailFrom != "" {
		return a.MailFrom
	}
	for _, c := range contacts(p) {
		if c.Email != "" {
			return c.Email
		}
	}
	return "concerto@" + a.BaseURL.Hostname()
}

// writer writes one message.
type writer struct {
	words   i18n.Printer
	app     *App
	row     q.Outbox
	process *pdz.Process
	slug    string
}

func (w *writer) load(ctx context.Context, slug string) error {
	v, err := w.app.Process(ctx, w.row.Ambito, slug)
	if err != nil {
		return err
	}
	w.process, w.slug = v.Process, slug
	return nil
}

func (w *writer) draft(ctx context.Context, m *mail.Message) error {
	slug, id, _ := strings.Cut(w.row.Matter, "/")
	if err := w.load(ctx, slug); err != nil {
		return err
	}
	until := instant(w.row.CreatedUs).Add(draftLife).In(w.process.Zone)
	m.Subject = w.words.T("Riprendi la tua scheda di adesione")
	m.Text = w.letter(
		w.words.T("la tua scheda di adesione è salva. Per riprenderla da dove l’hai lasciata apri questo indirizzo:"),
		w.app.address("/"+w.row.Ambito+"/percorsi/"+slug+"/adesione/"+w.app.draftToken(w.row.Ambito, id)),
		w.words.T("L’indirizzo vale fino al %s e chi lo conosce può leggere e inviare la scheda: non darlo ad altri.", w.words.ShortDate(until)),
		w.words.T("La scheda non è ancora stata inviata: vale l’ora in cui arriva, non quella in cui è stata cominciata."))
	return nil
}

// act writes what a recorded act makes known.
func (w *writer) act(ctx context.Context, m *mail.Message) error {
	act, err := w.app.Store.Read().Act(ctx, q.ActParams{Ambito: w.row.Ambito, N: w.row.Act})
	if err != nil {
		return err
	}
	if err := w.load(ctx, act.Process); err != nil {
		return err
	}
	// the version the act was recorded under, whatever has been amended since
	if w.process, err = w.app.process(ctx, w.app.Store.Read(), act.Ambito, fmt.Sprintf("%x", act.Definition)); err != nil {
		return err
	}
	if w.row.Kind == mailAmended {
		return w.amended(ctx, m, act)
	}
	if act.Kind == actWithdrawal {
		return w.withdrawn(ctx, m, act)
	}
	if act.Kind == actAnswer {
		return w.answer(ctx, m, act)
	}
	if w.row.Kind == mailDecision {
		return w.decision(ctx, m, act)
	}
	if act.Kind == actMandate {
		return w.mandate(ctx, m, act)
	}
	if act.Kind == actCheck {
		return w.checked(ctx, m, act)
	}
	var b adhesionBody
	if err := json.Unmarshal([]byte(act.Body.String), &b); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	switch w.row.Kind {
	case mailOther:
		return w.other(m, act, b)
	case mailMoved:
		return w.moved(m, act, b)
	}
	return w.receipt(ctx, m, act, b)
}
