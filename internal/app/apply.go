package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// apply writes the rows that an act makes true. It reads nothing but the act and
// the rows of the acts before it: no clock, no randomness, no configuration. The
// use cases call it as they record; the audit calls it for every act of the
// register on an empty database and compares.
func (a *App) apply(ctx context.Context, r *q.Queries, act q.Act) error {
	act, err := a.said(ctx, r, act)
	if err != nil {
		return fmt.Errorf("apply act %d (%s): %w", act.N, act.Kind, err)
	}
	if !act.Body.Valid { // erased, and nothing that stays hung on it
		return r.TouchProcess(ctx, q.TouchProcessParams{LastAct: act.N, Ambito: act.Ambito, Slug: act.Process})
	}
	switch act.Kind {
	case actNotice:
		err = applyAs(ctx, r, act, a.applyNotice)
	case actAdhesion:
		err = applyAs(ctx, r, act, a.applyAdhesion)
	case actCorrection:
		err = applyAs(ctx, r, act, a.applyCorrection)
	case actWithdrawal:
		err = applyAs(ctx, r, act, a.applyWithdrawal)
	case actEpoch:
		err = applyAs(ctx, r, act, applyEpoch)
	case actConfirm:
		err = applyAs(ctx, r, act, a.applyConfirm)
	case actCheck:
		err = applyAs(ctx, r, act, a.applyCheck)
	case actQuestion:
		err = applyAs(ctx, r, act, a.applyQuestion)
	case actAnswer:
		err = applyAs(ctx, r, act, a.applyAnswer)
	case actAppointment:
		err = applyAs(ctx, r, act, a.applyAppointment)
	case actAmendment:
		err = applyAs(ctx, r, act, a.applyAmendment)
	case actMandate:
		err = applyAs(ctx, r, act, a.applyMandate)
	case actErasure:
		err = applyAs(ctx, r, act, a.applyErasure)
	case actDecision:
		err = applyAs(ctx, r, act, a.applyDecision)
	case actMerge:
		err = applyAs(ctx, r, act, a.applyMerge)
	case actList:
		err = applyAs(ctx, r, act, a.applyList)
	default:
		err = fmt.Errorf("nothing is known of kind %q", act.Kind)
	}
	if err != nil {
		return fmt.Errorf("apply act %d (%s): %w", act.N, act.Kind, err)
	}
	return r.TouchProcess(ctx, q.TouchProcessParams{LastAct: act.N, Ambito: act.Ambito, Slug: act.Process})
}

func applyAs[B body](ctx context.Context, r *q.Queries, act q.Act, fn func(context.Context, *q.Queries, q.Act, B) error) error {
	var b B
	if err := json.Unmarshal([]byte(act.Body.String), &b); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return fn(ctx, r, act, b)
}

func (a *App) applyNotice(ctx context.Context, r *q.Queries, act q.Act, b noticeBody) error {
	if err := r.InsertAmbito(ctx, q.InsertAmbitoParams{ID: b.Ambito.ID, Name: b.Ambito.Name}); err != nil {
		return err
	}
	hash := hex.EncodeToString(act.Definition)
	err := r.InsertDefinition(ctx, q.InsertDefinitionParams{Ambito: act.Ambito, Hash: hash, Process: act.Process,
		Version: int64(b.Version), Resolved: b.Resolved, Source: b.Source, Act: act.N, PublishedUs: act.ReceivedUs})
	if err != nil {
		return err
	}
	return r.PutProcess(ctx, q.PutProcessParams{Ambito: act.Ambito, Slug: act.Process, Title: b.Title, Definition: hash,
		PublishedUs: act.ReceivedUs, LastAct: act.N})
}

// judged is the instant by which an act is judged: the channel's own where it has one.
func judged(act q.Act, p *pdz.Process, channel string) time.Time {
	us := act.ReceivedUs
	if act.SourceUs != 0 {
		us = act.SourceUs
	}
	c, _ := p.Channel(channel)
	return pdz.ChannelInstant(c.Precision, instant(us).In(p.Zone))
}

func (a *App) applyAdhesion(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody) error {
	p, err := a.process(ctx, r, act.Ambito, hex.EncodeToString(act.Definition))
	if err != nil {
		return err
	}
	if err := putParties(ctx, r, act, b); err != nil {
		return err
	}
	at := judged(act, p, b.Channel)
	rulings, err := a.rulings(ctx, r, act, b, p, at)
	if err != nil {
		return err
	}
	state := takenIn(p, act, b, stateOf(b, rulings))
	if b.Fate == fateReplaced && state == AdhesionActive {
		if err := r.ReplaceAdhesion(ctx, q.ReplaceAdhesionParams{ReplacedBy: act.Matter, Ambito: act.Ambito, Code: b.Other}); err != nil {
			return err
		}
	}
	err = r.InsertAdhesion(ctx, q.InsertAdhesionParams{Ambito: act.Ambito, Code: act.Matter, Process: act.Process, Form: b.Form,
		Seq: int64(b.Seq), Number: b.Number, Version: int64(b.Version), Party: b.Party.ID, Person: b.Person.ID, Channel: b.Channel,
		Category: b.Party.Category, PartyName: b.Party.Name, TaxCode: b.Party.TaxCode, Email: b.Email, State: string(state),
		Idem: b.Key, ReceivedUs: at.UnixMicro(), Act: act.N})
	if err != nil {
		return err
	}
	return a.putVersion(ctx, r, act, b, p, at)
}

// stateOf says where a sheet stands when it arrives.
func stateOf(b adhesionBody, rulings []ruling) AdhesionState {
	switch {
	case !slices.ContainsFunc(rulings, ruling.adheres):
		return AdhesionLate
	case b.Fate == fateKept:
		return AdhesionDuplicate
	}
	return AdhesionActive
}

func (a *App) applyCorrection(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody) error {
	p, err := a.process(ctx, r, act.Ambito, hex.EncodeToString(act.Definition))
	if err != nil {
		return err
	}
	if err := putParties(ctx, r, act, b); err != nil {
		return err
	}
	before, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	at := judged(act, p, b.Channel)
	state, err := correctedState(ctx, r, p, act, b, before)
	if err != nil {
		return err
	}
	err = r.UpdateAdhesion(ctx, q.UpdateAdhesionParams{Version: int64(b.Version), Person: b.Person.ID, Category: b.Party.Category,
		PartyName: b.Party.Name, Email: b.Email, Confirmed: before.Confirmed && before.Email == b.Email, State: string(state),
		ReceivedUs: at.UnixMicro(), Act: act.N, Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	if err := completeTaxCode(ctx, r, act, b, before); err != nil {
		return err
	}
	return a.putVersion(ctx, r, act, b, p, at)
}

// putParties keeps body, person and mandate.
func putParties(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody) error {
	if b.Erased {
		if err := r.PutPartyGhost(ctx, q.PutPartyGhostParams{Ambito: act.Ambito, ID: b.Party.ID}); err != nil {
			return err
		}
	} else if b.tellsOfParty() {
		if err := putParty(ctx, r, act.Ambito, b.Party); err != nil {
			return err
		}
	}
	if err := putPerson(ctx, r, act.Ambito, b.Person); err != nil {
		return err
	}
	return putSheetMandate(ctx, r, act, b)
}

// tellsOfParty reports whether the body is what the sheet says it is. A sheet that
// only duplicates another, or is of somebody for whom the body has still to speak,
// changes nothing of it: a public tax code must not be enough for that.
func (b adhesionBody) tellsOfParty() bool {
	return !b.Erased && b.Fate != fateKept && b.Mandate != mandateAsked
}

func putParty(ctx context.Context, r *q.Queries, ambito string, p partyBody) error {
	return r.PutParty(ctx, q.PutPartyParams{Ambito: ambito, ID: p.ID, Nature: p.Nature, Category: p.Category,
		Name: p.Name, SortKey: sortKey(p.Name), TaxCode: p.TaxCode, ConstitutedOn: p.ConstitutedOn})
}

func putPerson(ctx context.Context, r *q.Queries, ambito string, p personBody) error {
	return r.PutPerson(ctx, q.PutPersonParams{Ambito: ambito, ID: p.ID, Name: p.Name, Email: p.Email, Phone: p.Phone})
}

// putVersion keeps what a version says, and how it was judged.
func (a *App) putVersion(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody, p *pdz.Process, at time.Time) error {
	answers, err := canonical(b.Answers)
	if err != nil {
		return err
	}
	err = r.InsertVersion(ctx, q.InsertVersionParams{Ambito: act.Ambito, Code: act.Matter, Version: int64(b.Version), Act: act.N,
		Kind: act.Kind, Answers: string(answers), Reason: b.Reason, Idem: b.Key, ReceivedUs: at.UnixMicro()})
	if err != nil {
		return err
	}
	if b.Correction {
		if err := r.ClearTables(ctx, q.ClearTablesParams{Ambito: act.Ambito, Code: act.Matter}); err != nil {
			return err
		}
	}
	for i, t := range b.Tables {
		if err := r.InsertTable(ctx, q.InsertTableParams{Ambito: act.Ambito, Code: act.Matter, TableID: t, Position: int64(i)}); err != nil {
			return err
		}
	}
	for _, f := range b.Files {
		err := r.InsertAttachment(ctx, q.InsertAttachmentParams{Ambito: act.Ambito, Code: act.Matter, Version: int64(b.Version),
			Slot: f.Slot, Name: f.Name, Type: f.Type, Size: f.Size, Sha256: f.SHA256})
		if err != nil {
			return err
		}
	}
	rulings, err := a.rulings(ctx, r, act, b, p, at)
	if err != nil {
		return err
	}
	if err := putVerdicts(ctx, r, act, rulings, at); err != nil {
		return err
	}
	return putIntake(ctx, r, act, b, p)
}

func (a *App) applyWithdrawal(ctx context.Context, r *q.Queries, act q.Act, b withdrawalBody) error {
	before, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	p, err := a.process(ctx, r, act.Ambito, hex.EncodeToString(act.Definition))
	if err != nil {
		return err
	}
	at := judged(act, p, b.Channel)
	err = r.UpdateAdhesion(ctx, q.UpdateAdhesionParams{Version: int64(b.Version), Person: before.Person, Category: before.Category,
		PartyName: before.PartyName, Email: before.Email, Confirmed: before.Confirmed, State: string(AdhesionWithdrawn),
		ReceivedUs: at.UnixMicro(), Act: act.N, Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	return r.InsertVersion(ctx, q.InsertVersionParams{Ambito: act.Ambito, Code: act.Matter, Version: int64(b.Version), Act: act.N,
		Kind: act.Kind, Answers: "{}", Reason: b.Reason, Idem: b.Key, ReceivedUs: at.UnixMicro()})
}

// applyConfirm marks the address as confirmed. A sheet that had found another of
// the same body, sent from the same address, takes its place now: whoever holds
// the mailbox said so, not whoever knows the tax code (see doc/adr).
func (a *App) applyConfirm(ctx context.Context, r *q.Queries, act q.Act, b confirmBody) error {
	this, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	if b.Takes != "" {
		if err := takePlace(ctx, r, act, this, b.Takes); err != nil {
			return err
		}
	}
	return r.ConfirmAdhesion(ctx, q.ConfirmAdhesionParams{Act: act.N, Ambito: act.Ambito, Code: act.Matter})
}

func takePlace(ctx context.Context, r *q.Queries, act q.Act, this q.Adhesion, other string) error {
	err := r.ReplaceAdhesion(ctx, q.ReplaceAdhesionParams{ReplacedBy: this.Code, Ambito: act.Ambito, Code: other})
	if err != nil {
		return err
	}
	return r.UpdateAdhesion(ctx, q.UpdateAdhesionParams{Version: this.Version, Person: this.Person, Category: this.Category,
		PartyName: this.PartyName, Email: this.Email, Confirmed: true, State: string(AdhesionActive), ReceivedUs: this.ReceivedUs,
		Act: act.N, Ambito: act.Ambito, Code: this.Code})
}

// sortKey orders names as an Italian list does, accents and case aside, the same
// on both databases.
func sortKey(name string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		bare = name
	}
	return strings.ToLower(bare)
}
