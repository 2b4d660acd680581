package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"concerto/internal/pdz"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

const actCheck = "riscontro"

// checkBody says that a second officer looked at a sheet and found the instant of
// arrival that was claimed for it.
type checkBody struct {
	Version int        `json:"version"`
	Officer string     `json:"officer"`
	Note    string     `json:"note"`
	Files   []fileBody `json:"files"`
}

func (checkBody) kind() string { return actCheck }

// IntakeCheck is a second officer's confirmation.
type IntakeCheck struct {
	Note  string
	Files []File // a scan, where the first officer left none; slot SecondScanSlot
}

// ConfirmIntake records that a second officer confirms the arrival claimed for a
// sheet. It decides nothing about the verdict, which is by that arrival; it lets the
// sheet stand where its verdict puts it. Whoever keyed it in cannot confirm it, and
// of what came on paper there must be a scan.
func (a *App) ConfirmIntake(ctx context.Context, who Actor, ambito, code string, c IntakeCheck, at Arrival) error {
	if !who.is(Officer, Head) || who.Person == "" {
		return ErrForbidden
	}
	note, problem := cleanNote(c.Note)
	if problem != nil {
		return pdz.Problems{*problem}
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		row, p, err := a.standing(ctx, tx, code)
		if err != nil {
			return err
		}
		this, err := waitingIntake(ctx, tx.Queries, ambito, code)
		if err != nil {
			return err
		}
		if err := a.mayConfirm(ctx, tx, who, p, row, this, c.Files); err != nil {
			return err
		}
		b := checkBody{Version: int(this.Version), Officer: who.Person, Note: note, Files: fileBodies(c.Files)}
		rec, err := a.record(ctx, tx, recording{who: who, matter: code, process: row.Process, definition: p.Hash, via: "office",
			assurance: "operatorAttested", at: at, files: c.Files, body: b})
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, mailChecked, code, rec.N, row.Email)
	})
}

// waitingIntake returns the version of a sheet that waits for a second officer.
func waitingIntake(ctx context.Context, r *q.Queries, ambito, code string) (q.Intake, error) {
	all, err := r.Intakes(ctx, q.IntakesParams{Ambito: ambito, Code: code})
	if err != nil {
		return q.Intake{}, err
	}
	for _, x := range slices.Backward(all) {
		if x.Waits {
			return x, nil
		}
	}
	return q.Intake{}, pdz.Problems{{Code: CodeIntakeDone}}
}

func (a *App) mayConfirm(ctx context.Context, tx *store.Tx, who Actor, p *pdz.Process, row q.Adhesion, this q.Intake, added []File) error {
	if this.Officer == "" || this.Officer == who.Person {
		return pdz.Problems{{Code: CodeIntakeOwn}}
	}
	c, _ := p.Channel(row.Channel)
	if !leavesPaper(c) {
		return nil
	}
	files, err := tx.Attachments(ctx, q.AttachmentsParams{Ambito: row.Ambito, Code: row.Code})
	if err != nil {
		return err
	}
	scanned := slices.ContainsFunc(files, func(f q.Attachment) bool { return f.Version == this.Version && f.Slot == ScanSlot })
	if !scanned && len(added) == 0 {
		return pdz.Problems{{Field: SecondScanSlot, Code: CodeIntakeScan}}
	}
	return nil
}

// leavesPaper reports whether what comes by a channel is a sheet one can scan.
func leavesPaper(c pdz.Channel) bool { return c.Kind == "fax" || c.Kind == "desk" || c.Kind == "post" }

// applyCheck marks the version as confirmed and, when nothing of the sheet waits any
// more, puts it where it would have stood.
func (a *App) applyCheck(ctx context.Context, r *q.Queries, act q.Act, b checkBody) error {
	for _, f := range b.Files {
		err := r.InsertAttachment(ctx, q.InsertAttachmentParams{Ambito: act.Ambito, Code: act.Matter, Version: int64(b.Version),
			Slot: f.Slot, Name: f.Name, Type: f.Type, Size: f.Size, Sha256: f.SHA256})
		if err != nil {
			return err
		}
	}
	err := r.ConfirmIntake(ctx, q.ConfirmIntakeParams{Second: b.Officer, Act: act.N, Ambito: act.Ambito, Code: act.Matter, Version: int64(b.Version)})
	if err != nil {
		return err
	}
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	state := AdhesionState(row.State)
	if _, err := waitingIntake(ctx, r, act.Ambito, act.Matter); state == AdhesionWaiting && isDone(err) {
		if state, err = a.settle(ctx, r, row); err != nil {
			return err
		}
	}
	return r.CheckAdhesion(ctx, q.CheckAdhesionParams{State: string(state), Act: act.N, Ambito: act.Ambito, Code: act.Matter})
}

func isDone(err error) bool {
	var problems pdz.Problems
	return errors.As(err, &problems)
}

// settle says where a sheet stands that waits no longer, by the verdict on its first
// version and by what has happened to its body since. It makes room for it when it
// replaces another.
func (a *App) settle(ctx context.Context, r *q.Queries, row q.Adhesion) (AdhesionState, error) {
	versions, err := r.Versions(ctx, q.VersionsParams{Ambito: row.Ambito, Code: row.Code})
	if err != nil {
		return "", err
	}
	act, err := r.Act(ctx, q.ActParams{Ambito: row.Ambito, N: versions[0].Act})
	if err != nil {
		return "", err
	}
	if act, err = a.said(ctx, r, act); err != nil {
		return "", err
	}
	var b adhesionBody
	if err := decodeBody(act, &b); err != nil {
		return "", err
	}
	p, err := a.process(ctx, r, act.Ambito, hex.EncodeToString(act.Definition))
	if err != nil {
		return "", err
	}
	adheres, err := standsByRules(ctx, r, p, row)
	if err != nil || !adheres {
		return AdhesionLate, err
	}
	return meet(ctx, r, row, b)
}

// meet finds a place for a sheet of a body that may have another in force by now.
func meet(ctx context.Context, r *q.Queries, row q.Adhesion, b adhesionBody) (AdhesionState, error) {
	if row.TaxCode == "" {
		return AdhesionActive, nil
	}
	other, err := r.AdhesionInForce(ctx, q.AdhesionInForceParams{Ambito: row.Ambito, Process: row.Process, Party: row.Party})
	switch {
	case found(err) == ErrNotFound:
		return AdhesionActive, nil
	case err != nil:
		return "", err
	case b.Fate == fateReplaced && b.Other == other.Code:
		return AdhesionActive, r.ReplaceAdhesion(ctx, q.ReplaceAdhesionParams{ReplacedBy: row.Code, Ambito: row.Ambito, Code: other.Code})
	}
	return AdhesionDuplicate, nil
}

// fileBodies writes files as an act holds them.
func fileBodies(files []File) []fileBody {
	out := []fileBody{}
	for _, f := range files {
		out = append(out, fileBody{f.Slot, f.Name, f.Type, f.Size, fmt.Sprintf("%x", f.SHA256)})
	}
	return out
}

// correctedState says where a sheet stands that was corrected. A correction whose
// arrival is only claimed makes it wait again; a tax code that it brings may show
// that its body has adhered already.
func correctedState(ctx context.Context, r *q.Queries, p *pdz.Process, act q.Act, b adhesionBody, before q.Adhesion) (AdhesionState, error) {
	state := AdhesionState(before.State)
	switch state {
	case AdhesionActive, AdhesionDuplicate, AdhesionLate:
	default:
		return state, nil
	}
	if waits(p, act, b) {
		return AdhesionWaiting, nil
	}
	if before.TaxCode == "" && b.Party.TaxCode != "" && state == AdhesionActive {
		before.TaxCode, before.Party = b.Party.TaxCode, b.Party.ID
		return meet(ctx, r, before, b)
	}
	return state, nil
}

// completeTaxCode gives a sheet that came without a tax code the one its correction
// brings, and the body that has it.
func completeTaxCode(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody, before q.Adhesion) error {
	if before.TaxCode != "" || b.Party.TaxCode == "" {
		return nil
	}
	return r.CompleteTaxCode(ctx, q.CompleteTaxCodeParams{Party: b.Party.ID, TaxCode: b.Party.TaxCode, Ambito: act.Ambito, Code: act.Matter})
}
