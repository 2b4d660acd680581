package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Draft is a form being filled in. Its token is the secret of its link: the id
// that the database keeps, and a half that only the instance can make.
type Draft struct {
	Token                 string
	Ambito, Process, Form string
	Step                  int // first step not yet done
	Answers               pdz.Answers
	Files                 []File
	Corrects              string // code of the adhesion it corrects, or empty
	Reason                string
	Channel, Operator     string // of an assisted entry (assist.go); empty for who fills in alone
	UpdatedAt, ExpiresAt  time.Time
}

func (d *Draft) id() string { return d.Token[:draftIDLength] }

const draftIDLength = 26 // characters of register.NewMatter

// draftLife is how long a draft waits for its sender (retention of drafts).
const draftLife = 30 * 24 * time.Hour

// StartDraft opens an empty draft of a form.
func (a *App) StartDraft(ctx context.Context, ambito, process, form string) (*Draft, error) {
	v, err := a.Process(ctx, ambito, process)
	if err != nil {
		return nil, err
	}
	if f, ok := v.Form(form); !ok || f.Purpose != "adhesion" {
		return nil, fmt.Errorf("form %s: %w", form, ErrNotFound)
	}
	return a.newDraft(ctx, Draft{Ambito: ambito, Process: process, Form: form, Step: 1, Answers: pdz.Answers{}})
}

// StartCorrection opens a draft filled in with the latest version of an adhesion.
func (a *App) StartCorrection(ctx context.Context, who Actor, ambito, code string) (*Draft, error) {
	v, err := a.Adhesion(ctx, who, ambito, code)
	if err != nil {
		return nil, err
	}
	if v.State == AdhesionWithdrawn || v.State == AdhesionSuperseded {
		return nil, pdz.Problems{{Code: CodeNotCorrectable, Args: []any{string(v.State)}}}
	}
	last := v.Versions[len(v.Versions)-1]
	return a.newDraft(ctx, Draft{Ambito: ambito, Process: v.Process, Form: v.Form, Step: 2, Answers: last.Answers, Files: last.Files, Corrects: code})
}

func (a *App) newDraft(ctx context.Context, d Draft) (*Draft, error) {
	id, err := register.NewMatter(a.Rand)
	if err != nil {
		return nil, err
	}
	d.Token = a.draftToken(d.Ambito, id)
	return &d, a.Store.Update(ctx, d.Ambito, func(tx *store.Tx) error { return putDraft(ctx, tx, &d) })
}

func (a *App) draftToken(ambito, id string) string { return id + a.link("draft", ambito, id) }

// draftID returns the id in a token, if the token is ours.
func (a *App) draftID(ambito, token string) (string, error) {
	if len(token) < draftIDLength || !sameLink(token, a.draftToken(ambito, token[:draftIDLength])) {
		return "", fmt.Errorf("draft: %w", ErrNotFound)
	}
	return token[:draftIDLength], nil
}

func putDraft(ctx context.Context, tx *store.Tx, d *Draft) error {
	answers, err := json.Marshal(d.Answers)
	if err != nil {
		return err
	}
	files, err := json.Marshal(d.Files)
	if err != nil {
		return err
	}
	d.UpdatedAt, d.ExpiresAt = tx.Now, tx.Now.Add(draftLife)
	return tx.PutDraft(ctx, q.PutDraftParams{Ambito: d.Ambito, ID: d.id(), Process: d.Process, Form: d.Form,
		Step: int64(d.Step), Answers: string(answers), Files: string(files), Corrects: d.Corrects, Reason: d.Reason,
		Channel: d.Channel, Operator: d.Operator, UpdatedUs: d.UpdatedAt.UnixMicro(), ExpiresUs: d.ExpiresAt.UnixMicro()})
}

// Draft returns a draft by its token; ErrNotFound when it is unknown, has expired
// or has been sent.
func (a *App) Draft(ctx context.Context, ambito, token string) (*Draft, error) {
	return a.loadDraft(ctx, a.Store.Read(), ambito, token, a.Now())
}

func (a *App) loadDraft(ctx context.Context, r *q.Queries, ambito, token string, now time.Time) (*Draft, error) {
	id, err := a.draftID(ambito, token)
	if err != nil {
		return nil, err
	}
	row, err := r.Draft(ctx, q.DraftParams{Ambito: ambito, ID: id, ExpiresUs: now.UnixMicro()})
	if err != nil {
		return nil, fmt.Errorf("draft: %w", found(err))
	}
	d := &Draft{Token: token, Ambito: ambito, Process: row.Process, Form: row.Form, Step: int(row.Step), Corrects: row.Corrects,
		Reason: row.Reason, Channel: row.Channel, Operator: row.Operator, UpdatedAt: instant(row.UpdatedUs), ExpiresAt: instant(row.ExpiresUs)}
	if err := json.Unmarshal([]byte(row.Answers), &d.Answers); err != nil {
		return nil, err
	}
	return d, json.Unmarshal([]byte(row.Files), &d.Files)
}

// changeDraft loads a draft, lets fn change it, and keeps it.
func (a *App) changeDraft(ctx context.Context, ambito, token string, fn func(*store.Tx, *Draft) error) (*Draft, error) {
	var d *Draft
	err := a.Store.Update(ctx, ambito, func(tx *store.Tx) (err error) {
		if d, err = a.loadDraft(ctx, tx.Queries, ambito, token, tx.Now); err != nil {
			return err
		}
		if err := fn(tx, d); err != nil {
			return err
		}
		return putDraft(ctx, tx, d)
	})
	return d, err
}

// maxAnswers bounds what a draft may hold, in bytes over all answers.
const maxAnswers = 128 << 10

// CodeAnswersLarge is the problem of a draft that has grown beyond reason; no arguments.
const CodeAnswersLarge = "answers.large"

// SaveDraft keeps what was typed, good or not: nothing typed is lost. It replaces
// the answers of the given fields and keeps the others.
func (a *App) SaveDraft(ctx context.Context, ambito, token string, step int, answers pdz.Answers) (*Draft, error) {
	return a.changeDraft(ctx, ambito, token, func(_ *store.Tx, d *Draft) error {
		d.Step = max(d.Step, step)
		return d.answer(answers)
	})
}

// answer replaces the answers of the given fields, if the draft may hold them.
func (d *Draft) answer(answers pdz.Answers) error {
	maps.Copy(d.Answers, answers)
	size := 0
	for field, vs := range d.Answers {
		for _, v := range vs {
			if !utf8.ValidString(v) { // a draft is JSON, which would mend it in silence
				return pdz.Problems{{Field: field, Code: pdz.CodeTextEncoding}}
			}
			size += len(field) + len(v)
		}
	}
	if size > maxAnswers {
		return pdz.Problems{{Code: CodeAnswersLarge}}
	}
	d.sayWhy()
	return nil
}

// Attach examines a file and keeps it with the draft, in place of an earlier one
// in the same slot. The problem of a refused file is under the slot's id.
func (a *App) Attach(ctx context.Context, ambito, token, slot, name string, content []byte) (*Draft, error) {
	d, err := a.Draft(ctx, ambito, token)
	if err != nil {
		return nil, err
	}
	file, err := a.KeepFile(ctx, ambito, d.Process, d.Form, slot, name, content)
	if err != nil {
		return nil, err
	}
	return a.changeDraft(ctx, ambito, token, func(tx *store.Tx, d *Draft) error {
		d.Files = append(withoutSlot(d.Files, slot), file)
		return nil
	})
}

// KeepFile examines an attachment and stores its bytes, which no act names yet.
func (a *App) KeepFile(ctx context.Context, ambito, process, formID, slot, name string, content []byte) (File, error) {
	v, err := a.Process(ctx, ambito, process)
	if err != nil {
		return File{}, err
	}
	form, _ := v.Form(formID)
	i := slices.IndexFunc(form.Attachments, func(s pdz.AttachmentSlot) bool { return s.ID == slot })
	if i < 0 {
		return File{}, fmt.Errorf("attachment %s: %w", slot, ErrNotFound)
	}
	file, problem := examine(form.Attachments[i], name, content) // before the writer: it may take a while
	if problem != nil {
		problem.Field = slot
		return File{}, pdz.Problems{*problem}
	}
	return file, a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		return tx.PutBlob(ctx, q.PutBlobParams{Ambito: ambito, Sha256: fmt.Sprintf("%x", file.SHA256), Size: file.Size, Bytes: content})
	})
}

// Detach takes a file off the draft.
func (a *App) Detach(ctx context.Context, ambito, token, slot string) (*Draft, error) {
	return a.changeDraft(ctx, ambito, token, func(_ *store.Tx, d *Draft) error {
		d.Files = withoutSlot(d.Files, slot)
		return nil
	})
}

func withoutSlot(files []File, slot string) []File {
	return slices.DeleteFunc(slices.Clone(files), func(f File) bool { return f.Slot == slot })
}

// CheckStep returns what is wrong with a step of a draft; an empty step is the
// whole form, with its attachments and declarations.
func (a *App) CheckStep(ctx context.Context, ambito, process string, d *Draft, step string) (pdz.Problems, error) {
	v, err := a.Process(ctx, ambito, process)
	if err != nil {
		return nil, err
	}
	form, ok := v.Form(d.Form)
	if !ok {
		return nil, ErrNotFound
	}
	var slots []string
	for _, f := range d.Files {
		slots = append(slots, f.Slot)
	}
	if d.Operator != "" {
		by := pdz.Facts{"adhesion.channel": pdz.TextValue(d.Channel)}
		_, problems := pdz.CheckAnswers(v.Process, form, d.Answers, slots, step, pdz.DateOf(a.Now(), v.Zone), by)
		return problems, nil
	}
	clean, problems := pdz.CheckAnswers(v.Process, form, d.Answers, slots, step, pdz.DateOf(a.Now(), v.Zone), byWeb(v.Process))
	return append(problems, missingAddress(form, clean, step, problems)...), nil
}

// byWeb is what a draft is known to come by.
func byWeb(p *pdz.Process) pdz.Facts {
	for _, c := range p.Channels {
		if c.Kind == "web" {
			return pdz.Facts{"adhesion.channel": pdz.TextValue(c.ID)}
		}
	}
	return nil
}

// SendDraftLink mails the link with which a draft is taken up again.
func (a *App) SendDraftLink(ctx context.Context, ambito, token, email string) error {
	email, problem := pdz.CheckEmail(email)
	if problem != nil {
		return pdz.Problems{*problem}
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		d, err := a.loadDraft(ctx, tx.Queries, ambito, token, tx.Now)
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, mailDraft, d.Process+"/"+d.id(), tx.Now.UnixMilli(), email)
	})
}

// SubmitDraft sends a draft with the answers that the last click adds: it becomes an
// adhesion, or a new version of the one it corrects. Sending it again gives the same
// receipt. One that is refused is as it was: SaveDraft keeps what was added.
func (a *App) SubmitDraft(ctx context.Context, who Actor, ambito, token string, last pdz.Answers, at Arrival) (*AdhesionReceipt, error) {
	id, err := a.draftID(ambito, token)
	if err != nil {
		return nil, err
	}
	key := "bozza-" + id
	d, err := a.Draft(ctx, ambito, token)
	if errors.Is(err, ErrNotFound) { // sent already, perhaps by a click a moment ago
		return a.replay(ctx, ambito, key, err)
	}
	if err != nil {
		return nil, err
	}
	if err := d.answer(last); err != nil {
		return nil, err
	}
	if d.Operator != "" {
		return a.submitAssisted(ctx, who, d, key, at)
	}
	if d.Corrects != "" {
		who = Actor{Role: LinkHolder, Matter: d.Corrects} // the draft was made by whoever held that link
	}
	return a.Adhere(ctx, who, AdhesionInput{Ambito: ambito, Process: d.Process, Form: d.Form, Answers: d.Answers, Files: d.Files,
		Key: key, Draft: id, Corrects: d.Corrects, Reason: d.Reason, Arrival: at})
}

// replay returns the receipt of the act that used a key, or the error that led here.
func (a *App) replay(ctx context.Context, ambito, key string, otherwise error) (*AdhesionReceipt, error) {
	old, err := a.Store.Read().VersionByIdem(ctx, q.VersionByIdemParams{Ambito: ambito, Idem: key})
	if found(err) == ErrNotFound {
		return nil, otherwise
	}
	if err != nil {
		return nil, err
	}
	rc, err := a.receiptOf(ctx, ambito, old.Code)
	if err == nil {
		rc.Replayed = true
	}
	return rc, err
}

// ForgetDrafts erases the drafts whose time is over.
func (a *App) ForgetDrafts(ctx context.Context) error {
	ambiti, err := a.Ambiti(ctx)
	if err != nil || len(ambiti) == 0 {
		return err
	}
	return a.Store.Update(ctx, ambiti[0].ID, func(tx *store.Tx) error {
		_, err := tx.DeleteOldDrafts(ctx, tx.Now.UnixMicro())
		return err
	})
}
