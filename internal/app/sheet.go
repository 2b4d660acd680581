package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// SheetView is everything that the office and the auditor see of one sheet.
type SheetView struct {
	AdhesionView
	Act       int64 // latest act on it: who decides from this page has seen so far
	Phone     string
	Intakes   []IntakeView // one for each version that the office took in
	Judged    []JudgedView // newest first, those that count and those that did not
	History   []ActLine    // oldest first
	Twins     []TwinView   // other sheets of the same party in the process
	Alike     []LookAlike  // other bodies that look like this one
	Excluded  bool         // its category may not use its channel
	Second    bool         // a version waits for a second officer
	OwnSecond bool         // … whom this actor cannot be
	NeedsScan bool         // … and of which there is no scan
}

// IntakeView is how a version was taken in.
type IntakeView struct {
	Version                       int
	Officer, Second               string // names
	ArrivedAt, RecordedAt, SentAt time.Time
	Waits                         bool
	Missing                       []string // ids of the form
	Note, CheckNote               string
}

// JudgedView is one decision of a rule or window on one arrival.
type JudgedView struct {
	Rule, Result, Definition string
	At, Closes               time.Time
	Counts                   bool
	Version                  int          // of the sheet
	Decision                 pdz.Decision // of a rule; zero for a window
}

// ActLine is one act on the sheet.
type ActLine struct {
	Index                    int64
	Kind, Via                string
	ReceivedAt, RegisteredAt time.Time
	By                       string // name, or empty for who has none here
	Role                     Role
}

// TwinView is another sheet of the same party.
type TwinView struct {
	Code, Number, PartyName, Channel string
	State                            AdhesionState
	ArrivedAt                        time.Time
}

// Sheet returns a sheet to the office or the auditor. A process that is not the
// sheet's own has no such sheet.
func (a *App) Sheet(ctx context.Context, who Actor, ambito, process, code string) (*SheetView, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	view, err := a.adhesionView(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	if view.Process != process {
		return nil, fmt.Errorf("adhesion %s: %w", code, ErrNotFound)
	}
	b := sheetBuilder{app: a, r: a.Store.Read(), who: who, v: &SheetView{AdhesionView: *view}}
	if b.p, err = a.processInForce(ctx, b.r, ambito, process); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{b.row, b.intakes, b.judged, b.history, b.twins, b.alike} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return b.v, nil
}

type sheetBuilder struct {
	app *App
	r   *q.Queries
	who Actor
	p   *pdz.Process
	v   *SheetView
}

func (b *sheetBuilder) name(ctx context.Context, person string) string {
	if person == "" {
		return ""
	}
	if p, err := b.r.Person(ctx, q.PersonParams{Ambito: b.v.Ambito, ID: person}); err == nil && p.Name != "" {
		return p.Name
	}
	return person
}

func (b *sheetBuilder) row(ctx context.Context) error {
	row, err := b.r.Adhesion(ctx, q.AdhesionParams{Ambito: b.v.Ambito, Code: b.v.Code})
	if err != nil {
		return err
	}
	b.v.Act = row.Act
	c, _ := b.p.Channel(row.Channel)
	b.v.Excluded = excludes(c, row.Category)
	person, err := b.r.Person(ctx, q.PersonParams{Ambito: b.v.Ambito, ID: row.Person})
	b.v.Phone = person.Phone
	return err
}

func (b *sheetBuilder) intakes(ctx context.Context) error {
	rows, err := b.r.Intakes(ctx, q.IntakesParams{Ambito: b.v.Ambito, Code: b.v.Code})
	if err != nil {
		return err
	}
	for _, x := range rows {
		v := IntakeView{Version: int(x.Version), Officer: b.name(ctx, x.Officer), Second: b.name(ctx, x.Second), Waits: x.Waits, Note: x.Note,
			ArrivedAt: instant(x.ArrivedUs).In(b.p.Zone), RecordedAt: instant(x.RecordedUs).In(b.p.Zone)}
		if sent := instant(x.SenderUs); !sent.IsZero() {
			v.SentAt = sent.In(b.p.Zone)
		}
		if err := json.Unmarshal([]byte(x.Missing), &v.Missing); err != nil {
			return err
		}
		b.v.Intakes = append(b.v.Intakes, v)
		if x.Waits {
			b.v.Second, b.v.OwnSecond = true, x.Officer == b.who.Person
			b.v.NeedsScan = b.needsScan(int(x.Version))
		}
	}
	return nil
}

func (b *sheetBuilder) needsScan(version int) bool {
	c, _ := b.p.Channel(b.v.Channel)
	if !leavesPaper(c) {
		return false
	}
	for _, v := range b.v.Versions {
		for _, f := range v.Files {
			if v.Version == version && f.Slot == ScanSlot {
				return false
			}
		}
	}
	return true
}

func (b *sheetBuilder) judged(ctx context.Context) error {
	rows, err := b.r.VerdictsOnMatter(ctx, q.VerdictsOnMatterParams{Ambito: b.v.Ambito, Matter: b.v.Code})
	if err != nil {
		return err
	}
	for _, x := range rows {
		v := JudgedView{Rule: x.Rule, Result: x.Result, Definition: x.Definition, Counts: x.Counts, At: instant(x.AtUs).In(b.p.Zone)}
		if closes := instant(x.ClosesUs); !closes.IsZero() {
			v.Closes = closes.In(b.p.Zone)
		}
		if _, window := b.p.Window(x.Rule); !window {
			if err := json.Unmarshal([]byte(x.Trace), &v.Decision); err != nil {
				return fmt.Errorf("trace of %s: %w", x.Rule, err)
			}
		}
		for _, ver := range b.v.Versions {
			if ver.Index == x.Judged {
				v.Version = ver.Version
			}
		}
		b.v.Judged = append(b.v.Judged, v)
	}
	return nil
}

func (b *sheetBuilder) history(ctx context.Context) error {
	acts, err := b.r.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: b.v.Ambito, Matter: b.v.Code})
	if err != nil {
		return err
	}
	for _, act := range acts {
		line := ActLine{Index: act.N, Kind: act.Kind, Via: act.Via, ReceivedAt: instant(act.ReceivedUs).In(b.p.Zone), RegisteredAt: instant(act.RegisteredUs).In(b.p.Zone)}
		var author authorBody
		if act.Author.Valid {
			if err := json.Unmarshal([]byte(act.Author.String), &author); err != nil {
				return fmt.Errorf("author of act %d: %w", act.N, err)
			}
		}
		line.By, line.Role = b.name(ctx, author.Person), author.Role
		b.v.History = append(b.v.History, line)
		b.checkNote(act)
	}
	return nil
}

// checkNote puts the note of a second officer beside the version it is about.
func (b *sheetBuilder) checkNote(act q.Act) {
	var c checkBody
	if act.Kind != actCheck || json.Unmarshal([]byte(act.Body.String), &c) != nil {
		return
	}
	for i := range b.v.Intakes {
		if b.v.Intakes[i].Version == c.Version {
			b.v.Intakes[i].CheckNote = c.Note
		}
	}
}

func (b *sheetBuilder) twins(ctx context.Context) error {
	if b.v.TaxCode == "" {
		return nil
	}
	all, err := b.r.InboxSheets(ctx, q.InboxSheetsParams{Ambito: b.v.Ambito, Process: b.v.Process})
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.TaxCode == b.v.TaxCode && x.Code != b.v.Code {
			b.v.Twins = append(b.v.Twins, TwinView{Code: x.Code, Number: x.Number, PartyName: x.PartyName, Channel: x.Channel,
				State: AdhesionState(x.State), ArrivedAt: instant(x.ReceivedUs).In(b.p.Zone)})
		}
	}
	return nil
}

func (b *sheetBuilder) alike(ctx context.Context) error {
	name := b.v.PartyName
	if c, _ := b.p.Category(b.v.Category); c.Nature == "person" {
		name = ""
	}
	all, err := b.app.LookAlikes(ctx, b.who, b.v.Ambito, name, b.v.TaxCode)
	for _, x := range all {
		if !x.SameTaxCode && !(b.v.TaxCode == "" && x.Name == b.v.PartyName && x.TaxCode == "") {
			b.v.Alike = append(b.v.Alike, x)
		}
	}
	return err
}

// SheetFile returns an attachment of a version of a sheet, to the office and the
// auditor.
func (a *App) SheetFile(ctx context.Context, who Actor, ambito, process, code string, version int, slot string) (*File, []byte, error) {
	if !who.is(Officer, Head, Auditor) {
		return nil, nil, ErrForbidden
	}
	v, err := a.adhesionView(ctx, ambito, code)
	if err != nil {
		return nil, nil, err
	}
	for _, ver := range v.Versions {
		for _, f := range ver.Files {
			if v.Process != process || ver.Version != version || f.Slot != slot {
				continue
			}
			blob, err := a.Store.Read().Blob(ctx, q.BlobParams{Ambito: ambito, Sha256: fmt.Sprintf("%x", f.SHA256)})
			if err != nil {
				return nil, nil, fmt.Errorf("attachment %s: %w", slot, found(err))
			}
			return &f, blob.Bytes, nil
		}
	}
	return nil, nil, fmt.Errorf("attachment %s: %w", slot, ErrNotFound)
}

// KnownBody is a body or person as an earlier sheet told of it, to fill in a new one.
type KnownBody struct {
	Name, Category, TaxCode, ConstitutedOn string
	Answers                                pdz.Answers // of its latest sheet in the process, or nil
	Number                                 string      // of that sheet
}

// KnownBody finds a body by its tax code, as typed, with what its latest sheet in the
// process said.
func (a *App) KnownBody(ctx context.Context, who Actor, ambito, process, taxCode string) (*KnownBody, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	code := pdz.NormaliseTaxCode(taxCode)
	p, err := r.PartyByTaxCode(ctx, q.PartyByTaxCodeParams{Ambito: ambito, TaxCode: code})
	if err != nil || code == "" {
		return nil, errors.Join(ErrNotFound, found(err))
	}
	known := &KnownBody{Name: p.Name, Category: p.Category, TaxCode: p.TaxCode, ConstitutedOn: p.ConstitutedOn}
	sheets, err := r.InboxSheets(ctx, q.InboxSheetsParams{Ambito: ambito, Process: process})
	if err != nil {
		return nil, err
	}
	for _, x := range sheets {
		if x.Party != p.ID {
			continue
		}
		v, err := a.adhesionView(ctx, ambito, x.Code)
		if err != nil {
			return nil, err
		}
		if last := v.Versions[len(v.Versions)-1]; last.Kind != actWithdrawal {
			known.Answers, known.Number = last.Answers, v.Number
		}
	}
	return known, nil
}
