package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// A sheet that does not come by the web is taken in by the office (R62, R63). Two
// instants are kept apart: that of arrival, by the channel's own clock, which is
// judged; and that of recording, by ours, which proves when the claim was made.
// Where the claim rests on a device or on a person and lies further back than the
// definition lets pass, the sheet waits and is not in force until a second officer
// has looked at it (P3). Paper is taken as it comes: what it leaves out is listed
// as still to be completed, and a channel that its category may not use is said
// in the words of the definition and keeps the sheet out of force (CAD art. 47).

// AdhesionWaiting is a sheet whose claimed arrival a second officer has still to
// confirm; no other act takes it out of that state but its withdrawal.
const AdhesionWaiting AdhesionState = "waiting"

// Problem codes of taking in a sheet.
const (
	CodeArrivalFuture = "arrival.future"  // after the present instant; that instant
	CodeArrivalAfter  = "arrival.after"   // after it was taken in; that instant
	CodeHourTwice     = "arrival.twice"   // the clocks showed this hour twice on that day: which one; the hour
	CodeHourSkipped   = "arrival.skipped" // the clocks skipped this hour on that day; the hour
	CodeIntakeOwn     = "intake.own"      // who confirms is who keyed it in; no arguments
	CodeIntakeDone    = "intake.done"     // nothing waits to be confirmed; no arguments
	CodeIntakeScan    = "intake.scan"     // the channel leaves paper, and there is no scan of it; no arguments
)

// IntakeCodes are all the codes above.
var IntakeCodes = []string{CodeArrivalFuture, CodeArrivalAfter, CodeHourTwice, CodeHourSkipped, CodeIntakeOwn, CodeIntakeDone, CodeIntakeScan}

// Fields of the keying screen beside those of the form, as problems name them.
const (
	FieldArrivalDay  = "arrivo-giorno"
	FieldArrivalHour = "arrivo-ora"
	FieldSentDay     = "mittente-giorno"
	FieldSentHour    = "mittente-ora"
	FieldIntakeNote  = "annotazione"
)

// ScanSlot is the attachment that holds the sheet as it came; SecondScanSlot is the
// one that the second officer adds.
const (
	ScanSlot       = "scansione"
	SecondScanSlot = "scansione-riscontro"
)

// maxNote is how long a note of the office may be, in characters.
const maxNote = 1000

// TypedInstant is an instant as it is typed off a sheet: day and hour of the clocks
// of the process. Which of the two is meant is asked where the clocks show an hour
// twice (R61; 27 October 2013): "first" or "second".
type TypedInstant struct{ Day, Hour, Which string }

// IsZero reports whether nothing was typed.
func (t TypedInstant) IsZero() bool { return t.Day == "" && t.Hour == "" }

// IntakeInput is a sheet that came by a channel other than the web.
type IntakeInput struct {
	Ambito, Process, Form, Channel string
	Arrived                        TypedInstant // by the clock of the channel
	Sent                           TypedInstant // printed by the sender, information only
	Answers                        pdz.Answers
	Files                          []File
	Key                            string
	Corrects, Reason               string
	Note                           string
	TakenAt                        time.Time // when the office took it in
}

// intakeBody is the part of a recorded sheet that says how it was taken in. Whether
// it waits is not in it: that follows from its instants.
type intakeBody struct {
	Officer string   `json:"officer"`
	Note    string   `json:"note"`
	Missing []string `json:"missing"` // ids of what the form asks for and the sheet left out
}

// RecordSheet records a sheet that came by fax, mail, on paper or by telephone.
func (a *App) RecordSheet(ctx context.Context, who Actor, in IntakeInput) (*AdhesionReceipt, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	view, err := a.Process(ctx, in.Ambito, in.Process)
	if err != nil {
		return nil, err
	}
	full := AdhesionInput{Ambito: in.Ambito, Process: in.Process, Form: in.Form, Answers: in.Answers, Files: in.Files, Key: in.Key,
		Corrects: in.Corrects, Reason: in.Reason, Arrival: Arrival{Channel: in.Channel, ReceivedAt: in.TakenAt}}
	if c, ok := view.Channel(in.Channel); !ok || c.Kind == "web" {
		return nil, fmt.Errorf("channel %s: %w", in.Channel, ErrNotFound)
	}
	var problem *pdz.Problem
	full.Note, problem = cleanNote(in.Note)
	if problem != nil {
		full.typed = append(full.typed, *problem)
	}
	read := func(t TypedInstant, day, hour string) time.Time {
		at, problems := ReadInstant(view.Process, t, day, hour)
		full.typed = append(full.typed, problems...)
		return at
	}
	full.SourceAt = read(in.Arrived, FieldArrivalDay, FieldArrivalHour)
	if !in.Sent.IsZero() {
		full.SentAt = read(in.Sent, FieldSentDay, FieldSentHour)
	}
	return a.Adhere(ctx, who, full)
}

func cleanNote(s string) (string, *pdz.Problem) {
	s, problem := pdz.Clean(s, true)
	if n := len([]rune(s)); problem == nil && n > maxNote {
		problem = &pdz.Problem{Code: pdz.CodeTextLong, Args: []any{n, maxNote}}
	}
	if problem != nil {
		problem.Field = FieldIntakeNote
	}
	return s, problem
}

// ReadInstant reads a typed instant by the clocks of a process, with the fields that
// its problems are told at.
func ReadInstant(p *pdz.Process, t TypedInstant, day, hour string) (time.Time, pdz.Problems) {
	var problems pdz.Problems
	d, bad := pdz.ParseItalianDate(t.Day, pdz.Date{})
	if bad != nil {
		problems.Add(day, bad.Code, bad.Args...)
	}
	clock, bad := pdz.ParseTypedHour(t.Hour)
	if bad != nil {
		problems.Add(hour, bad.Code)
	}
	if len(problems) > 0 {
		return time.Time{}, problems
	}
	instants := pdz.LocalInstants(d, clock, p.Zone)
	switch {
	case len(instants) == 0:
		problems.Add(hour, CodeHourSkipped, t.Hour)
		return time.Time{}, problems
	case len(instants) == 1, t.Which == "first":
		return instants[0], nil
	case t.Which == "second":
		return instants[1], nil
	}
	problems.Add(hour, CodeHourTwice, t.Hour)
	return time.Time{}, problems
}

// checkArrival refuses an arrival that nobody can have seen. It compares as the
// register writes, in milliseconds: a sheet handled within one is not of the future.
func (s *sheet) checkArrival(now time.Time) pdz.Problems {
	problems := slices.Clone(s.typed)
	at := register.Instant(s.At())
	switch {
	case s.byWeb(): // whose instant is the site's own: a clock that was set back is not the sender's mistake (store.ErrClock)
	case at.After(now):
		problems.Add(FieldArrivalHour, CodeArrivalFuture, now)
	case at.After(s.ReceivedAt):
		problems.Add(FieldArrivalHour, CodeArrivalAfter, s.ReceivedAt)
	}
	return problems
}

// takeAsItComes parts what paper may leave out from what is wrong with it, in the
// order of the form. Who adheres, as what and by which channel must be known.
func (s *sheet) takeAsItComes(found pdz.Problems) (problems pdz.Problems, missing []string) {
	missing = []string{}
	named := s.answer("party") != "" || s.answer("person") != ""
	for _, p := range found {
		switch {
		case !leftOut(p.Code), s.isCategory(p.Field):
			problems = append(problems, p)
		case !named && (p.Field == s.fieldID("party") || s.fieldID("party") == "" && p.Field == s.fieldID("person")):
			problems = append(problems, p)
		default:
			missing = append(missing, p.Field)
		}
	}
	if !named && !slices.ContainsFunc(problems, func(p pdz.Problem) bool { return p.Field == s.fieldID("party") || p.Field == s.fieldID("person") }) {
		problems.Add(s.fieldID("person"), pdz.CodeRequired)
		missing = slices.DeleteFunc(missing, func(id string) bool { return id == s.fieldID("person") })
	}
	return problems, missing
}

// leftOut reports whether a problem is of something that is not there.
func leftOut(code string) bool {
	switch code {
	case pdz.CodeRequired, pdz.CodeAttachment, pdz.CodeDeclaration, pdz.CodeTablesFew:
		return true
	}
	return false
}

func (s *sheet) isCategory(field string) bool {
	x, ok := s.form.Field(field)
	return ok && x.Feeds == "party.category"
}

// excludes reports whether a category may not use a channel.
func excludes(c pdz.Channel, category string) bool { return slices.Contains(c.Exclude, category) }

// waits reports whether a recorded sheet needs a second officer, from its instants
// alone. Only what the office keyed in can.
func waits(p *pdz.Process, act q.Act, b adhesionBody) bool {
	c, _ := p.Channel(b.Channel)
	return b.Intake != nil && p.NeedsSecondOfficer(c, arrivedAt(act), instant(act.RegisteredUs))
}

// arrivedAt is the instant of arrival as the channel's clock had it.
func arrivedAt(act q.Act) time.Time {
	if act.SourceUs != 0 {
		return instant(act.SourceUs)
	}
	return instant(act.ReceivedUs)
}

// takenIn says where a sheet stands that would stand so by its verdict: kept out by
// its channel, or waiting, before anything else.
func takenIn(p *pdz.Process, act q.Act, b adhesionBody, otherwise AdhesionState) AdhesionState {
	c, _ := p.Channel(b.Channel)
	switch {
	case excludes(c, b.Party.Category):
		return AdhesionNotAdmitted
	case waits(p, act, b):
		return AdhesionWaiting
	}
	return otherwise
}

// putIntake keeps how a version was taken in, and why its channel keeps it out.
func putIntake(ctx context.Context, r *q.Queries, act q.Act, b adhesionBody, p *pdz.Process) error {
	if b.Intake == nil {
		return nil
	}
	missing, err := json.Marshal(b.Intake.Missing)
	if err != nil {
		return err
	}
	sent, err := sentAt(b)
	if err != nil {
		return err
	}
	err = r.PutIntake(ctx, q.PutIntakeParams{Ambito: act.Ambito, Code: act.Matter, Version: int64(b.Version), Officer: b.Intake.Officer,
		ArrivedUs: micro(arrivedAt(act)), RecordedUs: act.RegisteredUs, SenderUs: micro(sent), Missing: string(missing),
		Waits: waits(p, act, b), Act: act.N, Note: b.Intake.Note})
	c, _ := p.Channel(b.Channel)
	if err != nil || !excludes(c, b.Party.Category) {
		return err
	}
	trace, err := json.Marshal(pdz.Decision{Rule: c.ID, Result: pdz.Fail, Reason: c.ExcludeReason})
	if err != nil {
		return err
	}
	row := verdictRow{rule: c.ID, result: pdz.Fail, trace: string(trace), definition: p.Hash}
	return putVerdict(ctx, r, act, act, row, judged(act, p, b.Channel), true)
}

func sentAt(b adhesionBody) (time.Time, error) {
	if b.SentAt == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339, b.SentAt)
}

// KeepScan examines the picture or document of a sheet and keeps its bytes.
func (a *App) KeepScan(ctx context.Context, who Actor, ambito, slot, name string, content []byte) (File, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return File{}, ErrForbidden
	}
	file, problem := examine(pdz.AttachmentSlot{ID: slot, Formats: []string{"pdf", "jpg", "png", "p7m"}}, name, content)
	if problem != nil {
		return File{}, pdz.Problems{*problem}
	}
	return file, a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		return tx.PutBlob(ctx, q.PutBlobParams{Ambito: ambito, Sha256: fmt.Sprintf("%x", file.SHA256), Size: file.Size, Bytes: content})
	})
}

// IntakeKey makes the idempotency key of a keying screen.
func (a *App) IntakeKey() (string, error) {
	id, err := register.NewMatter(a.Rand)
	return "foglio-" + id, err
}

// KeptScan finds a scan that an earlier post left, by its hash, and examines it again.
func (a *App) KeptScan(ctx context.Context, who Actor, ambito, slot, name, sum string) (File, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return File{}, ErrForbidden
	}
	blob, err := a.Store.Read().Blob(ctx, q.BlobParams{Ambito: ambito, Sha256: sum})
	if err != nil {
		return File{}, fmt.Errorf("scan: %w", found(err))
	}
	file, problem := examine(pdz.AttachmentSlot{ID: slot}, name, blob.Bytes)
	if problem != nil {
		return File{}, pdz.Problems{*problem}
	}
	return file, nil
}

// TakenIn is a sheet that the office has just taken in.
type TakenIn struct {
	AdhesionView
	Missing []string // ids of the form
}

// JustRecorded returns a sheet to the officer who keyed in its latest version.
func (a *App) JustRecorded(ctx context.Context, who Actor, ambito, process, code string) (*TakenIn, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	v, err := a.adhesionView(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	intakes, err := a.Store.Read().Intakes(ctx, q.IntakesParams{Ambito: ambito, Code: code})
	if err != nil {
		return nil, err
	}
	if len(intakes) == 0 || v.Process != process || who.Role == HelpDesk && intakes[len(intakes)-1].Officer != who.Person {
		return nil, fmt.Errorf("adhesion %s: %w", code, ErrNotFound)
	}
	out := &TakenIn{AdhesionView: *v}
	return out, json.Unmarshal([]byte(intakes[len(intakes)-1].Missing), &out.Missing)
}
