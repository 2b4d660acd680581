package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// Problem codes of the adhesion beyond those of the form.
const (
	CodeChannel        = "channel.excluded" // this category may not use the channel; label of the channel
	CodeAlreadyAdhered = "adhesion.exists"  // the party has adhered and the definition refuses a second sheet; no arguments
	CodeOtherTaxCode   = "adhesion.taxcode" // a correction cannot change who adheres; the tax code of the sheet
	CodeNotCorrectable = "adhesion.state"   // withdrawn or replaced: nothing to correct; its state
	CodeNoEmail        = "adhesion.email"   // on the web a receipt needs an address; no arguments
)

// AdhesionCodes are all the codes above.
var AdhesionCodes = []string{CodeChannel, CodeAlreadyAdhered, CodeOtherTaxCode, CodeNotCorrectable, CodeNoEmail}

// Adhere records a sheet that arrived, or a correction of one (R59, R66-R68). A
// sheet out of time is recorded all the same where the definition keeps it; a key
// that was used before gives the receipt of that act.
func (a *App) Adhere(ctx context.Context, who Actor, in AdhesionInput) (*AdhesionReceipt, error) {
	var code string
	var rec *store.Recorded // nil: the key had been used
	err := a.Store.Update(ctx, in.Ambito, func(tx *store.Tx) error {
		old, err := tx.VersionByIdem(ctx, q.VersionByIdemParams{Ambito: in.Ambito, Idem: in.Key})
		if err == nil {
			code, rec = old.Code, nil
			return nil
		}
		if found(err) != ErrNotFound {
			return err
		}
		s, err := a.readSheet(ctx, tx, who, in)
		if err != nil {
			return err
		}
		if code, rec, err = a.recordSheet(ctx, tx, who, s); err != nil || in.Draft == "" {
			return err
		}
		return tx.DeleteDraft(ctx, q.DeleteDraftParams{Ambito: in.Ambito, ID: in.Draft})
	})
	if err != nil {
		return nil, err
	}
	if rec != nil {
		return a.receiptWith(ctx, in.Ambito, code, rec.Receipt)
	}
	rc, err := a.receiptOf(ctx, in.Ambito, code)
	if err != nil {
		return nil, err
	}
	rc.Replayed = true
	return rc, nil
}

// sheet is a form that was read and found good, on its way to the register.
type sheet struct {
	AdhesionInput
	process  *pdz.Process
	form     pdz.Form
	channel  pdz.Channel
	facts    pdz.Facts
	verdict  pdz.Verdict
	corrects *q.Adhesion // nil for a new sheet
	missing  []string    // what paper left out; see intake.go
}

// readSheet checks who may send it, that the window takes it, and every answer.
func (a *App) readSheet(ctx context.Context, tx *store.Tx, who Actor, in AdhesionInput) (*sheet, error) {
	row, err := tx.Process(ctx, q.ProcessParams{Ambito: in.Ambito, Slug: in.Process})
	if err != nil {
		return nil, fmt.Errorf("process %s: %w", in.Process, found(err))
	}
	s := &sheet{AdhesionInput: in}
	if s.process, err = a.process(ctx, tx.Queries, in.Ambito, row.Definition); err != nil {
		return nil, err
	}
	var ok, known bool
	s.form, ok = s.process.Form(in.Form)
	s.channel, known = s.process.Channel(in.Channel)
	if !ok || s.form.Purpose != "adhesion" || !known || !slices.Contains(s.form.Channels, s.channel.ID) {
		return nil, fmt.Errorf("form %s by %s: %w", in.Form, in.Channel, ErrNotFound)
	}
	if s.channel.Kind != "web" && !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	at := pdz.ChannelInstant(s.channel.Precision, in.At().In(s.process.Zone))
	laws, err := a.laws(ctx, tx.Queries, in.Ambito, in.Process, s.process, at)
	if err != nil {
		return nil, err
	}
	s.verdict = bestVerdict(laws, s.form, at)
	if w, ok := s.process.Window(s.form.Window); ok {
		asked, err := completing(ctx, tx.Queries, in.Ambito, in.Corrects, at)
		if err != nil {
			return nil, err
		}
		if s.byWeb() && s.verdict.Timeliness == pdz.Early || len(s.typed) == 0 && s.verdict.Timeliness == pdz.Late && w.Late == "refuse" && !asked {
			return nil, ErrClosed
		}
	}
	if err := slices.Concat(s.checkArrival(tx.Now), s.checkAnswers(at), s.checkReason()).Err(); err != nil {
		return nil, err
	}
	return s, a.findCorrected(ctx, tx, who, s)
}

// byWeb reports whether the sender filled the form in, rather than the office.
func (s *sheet) byWeb() bool { return s.channel.Kind == "web" }

func (s *sheet) checkAnswers(at time.Time) pdz.Problems {
	var slots []string
	for _, f := range s.Files {
		slots = append(slots, f.Slot)
	}
	by := pdz.Facts{"adhesion.channel": pdz.TextValue(s.channel.ID)}
	clean, problems := pdz.CheckAnswers(s.process, s.form, s.Answers, slots, "", pdz.DateOf(at, s.process.Zone), by)
	s.Answers = clean
	s.facts = pdz.FormFacts(s.process, s.form, clean, by)
	if excludes(s.channel, s.facts["party.category"].Text) && (s.byWeb() || s.Corrects != "") {
		problems.Add(s.fieldID("choice"), CodeChannel, s.channel.Label)
	}
	if s.byWeb() {
		return append(problems, missingAddress(s.form, clean, "", problems)...)
	}
	problems, s.missing = s.takeAsItComes(problems)
	return problems
}

// missingAddress is the problem of a sheet by the web that names no address to send
// the receipt to. Only the fields of the step are looked at; "" is all of them.
func missingAddress(form pdz.Form, a pdz.Answers, step string, found pdz.Problems) pdz.Problems {
	field := fieldOf(form, "email")
	here := step == ""
	for _, s := range form.Steps() {
		here = here || s.ID == step && slices.ContainsFunc(s.Fields, func(f pdz.Field) bool { return f.ID == field })
	}
	told := slices.ContainsFunc(found, func(p pdz.Problem) bool { return p.Field == field })
	if field == "" || !here || told || a.Get(field) != "" {
		return nil
	}
	return pdz.Problems{{Field: field, Code: CodeNoEmail}}
}

func (s *sheet) fieldID(kind string) string { return fieldOf(s.form, kind) }

// fieldOf returns the first field of a type, or "".
func fieldOf(form pdz.Form, kind string) string {
	for _, f := range form.Fields {
		if f.Type == kind {
			return f.ID
		}
	}
	return ""
}

func (s *sheet) answer(kind string) string { return s.Answers.Get(s.fieldID(kind)) }

// findCorrected finds the sheet that this one corrects, and checks that it can be.
func (a *App) findCorrected(ctx context.Context, tx *store.Tx, who Actor, s *sheet) error {
	if s.Corrects == "" {
		return nil
	}
	old, err := tx.Adhesion(ctx, q.AdhesionParams{Ambito: s.Ambito, Code: s.Corrects})
	if err != nil {
		return fmt.Errorf("adhesion %s: %w", s.Corrects, found(err))
	}
	if !who.is(HelpDesk, Officer, Head) && (who.Role != LinkHolder || who.Matter != old.Code) || !s.process.Participation.Correction {
		return ErrForbidden
	}
	var problems pdz.Problems
	switch AdhesionState(old.State) {
	case AdhesionWithdrawn, AdhesionSuperseded:
		problems.Add("", CodeNotCorrectable, old.State)
	}
	if code := s.answer("taxCode"); code != old.TaxCode && old.TaxCode != "" {
		problems.Add(s.fieldID("taxCode"), CodeOtherTaxCode, old.TaxCode)
	}
	s.corrects = &old
	return problems.Err()
}

// recordSheet records the act and queues what has to be told.
func (a *App) recordSheet(ctx context.Context, tx *store.Tx, who Actor, s *sheet) (code string, rec *store.Recorded, err error) {
	b := adhesionBody{Form: s.form.ID, Channel: s.channel.ID, Key: s.Key, Answers: s.Answers, Reason: s.Reason,
		Email: s.answer("email"), Tables: s.Answers[s.fieldID("tables")]}
	if b.Tables == nil {
		b.Tables = []string{}
	}
	if !s.SentAt.IsZero() {
		b.SentAt = register.Instant(s.SentAt).Format(time.RFC3339)
	}
	b.Files = fileBodies(s.Files)
	if !s.byWeb() {
		b.Intake = &intakeBody{Officer: who.Person, Note: s.Note, Missing: s.missing}
	}
	if s.corrects != nil {
		code, err = s.corrects.Code, a.continueSheet(s, &b)
	} else {
		code, err = a.numberSheet(ctx, tx, s, &b)
	}
	if err != nil {
		return "", nil, err
	}
	if err := a.identify(ctx, tx, s, &b); err != nil {
		return "", nil, err
	}
	if s.corrects == nil || s.corrects.TaxCode == "" {
		if err := a.meetOther(ctx, tx, who, s, &b); err != nil {
			return "", nil, err
		}
	}
	if b.Mandate, err = a.sheetMandate(ctx, tx, b, code); err != nil {
		return "", nil, err
	}
	rec, err = a.record(ctx, tx, recording{who: who, matter: code, process: s.Process, definition: s.process.Hash,
		via: s.channel.Kind, assurance: assurance(who, s.channel), at: s.Arrival, files: s.Files, body: b})
	if err != nil {
		return "", nil, err
	}
	return code, rec, a.announceSheet(ctx, tx, code, rec.N, s, b)
}

// assurance says how surely the author is known: an address that was only typed
// proves nothing until its link comes back.
func assurance(who Actor, c pdz.Channel) string {
	switch {
	case who.is(HelpDesk, Officer, Head):
		return c.Assurance
	case who.Role == LinkHolder:
		return "emailVerified"
	}
	return "none"
}

// numberSheet gives a new sheet its code and number.
func (a *App) numberSheet(ctx context.Context, tx *store.Tx, s *sheet, b *adhesionBody) (string, error) {
	last, err := tx.LastSeq(ctx, q.LastSeqParams{Ambito: s.Ambito, Process: s.Process})
	if err != nil && found(err) != ErrNotFound {
		return "", err
	}
	b.Seq, b.Version = int(last)+1, 1
	b.Number = fmt.Sprintf("PDZ-%d-%04d", s.ReceivedAt.In(s.process.Zone).Year(), b.Seq)
	return register.NewMatter(a.Rand)
}

// continueSheet keeps number and code of the sheet that is corrected.
func (a *App) continueSheet(s *sheet, b *adhesionBody) error {
	b.Correction, b.Seq, b.Number, b.Version = true, int(s.corrects.Seq), s.corrects.Number, int(s.corrects.Version)+1
	if AdhesionState(s.corrects.State) == AdhesionDuplicate {
		b.Fate = fateKept
	}
	return nil
}

// identify finds body and person among those known, or names new ones. A person
// is the same when name and address are: one person may act for two bodies (R69).
func (a *App) identify(ctx context.Context, tx *store.Tx, s *sheet, b *adhesionBody) error {
	name := s.answer("party")
	person := s.answer("person")
	nature := s.facts["party.nature"].Text
	if nature == "person" || name == "" {
		name = person
	}
	b.Party = partyBody{Nature: nature, Category: s.facts["party.category"].Text, Name: name, TaxCode: s.answer("taxCode")}
	if v, ok := s.facts["party.constitutedOn"]; ok && !v.Date.IsZero() {
		b.Party.ConstitutedOn = v.Date.String()
	}
	if nature != "person" {
		if b.Role = s.facts["mandate.role"].Text; b.Role == "" {
			b.Role = "contact"
		}
	}
	var err error
	if b.Party.ID, b.Party.TaxCode, err = a.partyID(ctx, tx, s, b.Party.TaxCode); err != nil {
		return err
	}
	b.Person = personBody{Name: person, Email: b.Email, Phone: s.answer("phone")}
	b.Person.ID, err = a.personID(ctx, tx, b.Person)
	return err
}

// partyID finds a body by its tax code. One that gives none is known by its sheet
// alone: two of them are never taken for one. A body that was found to be another
// one adheres as that one, under its tax code.
func (a *App) partyID(ctx context.Context, tx *store.Tx, s *sheet, taxCode string) (id, code string, err error) {
	if taxCode != "" {
		p, err := tx.PartyByTaxCode(ctx, q.PartyByTaxCodeParams{Ambito: tx.Ambito, TaxCode: taxCode})
		if err == nil {
			p, err = mergedInto(ctx, tx.Queries, p)
			return p.ID, p.TaxCode, err
		}
		if found(err) != ErrNotFound {
			return "", "", err
		}
	}
	if s.corrects != nil {
		return s.corrects.Party, taxCode, nil
	}
	id, err = register.NewMatter(a.Rand)
	return id, taxCode, err
}

func (a *App) personID(ctx context.Context, tx *store.Tx, p personBody) (string, error) {
	if p.Email != "" {
		known, err := tx.PersonsByEmail(ctx, q.PersonsByEmailParams{Ambito: tx.Ambito, Email: p.Email})
		if err != nil {
			return "", err
		}
		for _, k := range known {
			if sortKey(k.Name) == sortKey(p.Name) {
				return k.ID, nil
			}
		}
	}
	return register.NewMatter(a.Rand)
}

// meetOther decides what becomes of an adhesion of the same party that is in
// force. A sheet taken in by the office from the same address takes its place at
// once; one from the web waits for the confirmation of its address.
func (a *App) meetOther(ctx context.Context, tx *store.Tx, who Actor, s *sheet, b *adhesionBody) error {
	if b.Party.TaxCode == "" {
		return nil
	}
	other, err := tx.AdhesionInForce(ctx, q.AdhesionInForceParams{Ambito: s.Ambito, Process: s.Process, Party: b.Party.ID})
	if err != nil {
		if errors.Is(found(err), ErrNotFound) {
			return nil
		}
		return err
	}
	if s.corrects != nil && other.Code == s.corrects.Code {
		return nil
	}
	b.Other, b.Fate = other.Code, fateKept
	switch s.process.Participation.Duplicates {
	case "refuse":
		if !s.byWeb() {
			break // paper that has come cannot be sent back: the office decides
		}
		return pdz.Problems{{Field: s.fieldID("taxCode"), Code: CodeAlreadyAdhered}}
	case "supersede":
		if who.is(HelpDesk, Officer, Head) && b.Email != "" && other.Email == b.Email && s.verdict.Timeliness != pdz.Late {
			b.Fate = fateReplaced
		}
	}
	return nil
}
