package app

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
)

// Words of the leaf field tipo that this package records.
const (
	actNotice      = "avviso"
	actAdhesion    = "adesione"
	actCorrection  = "modifica"
	actWithdrawal  = "ritiro"
	actConfirm     = "conferma"
	actEpoch       = "epoca"
	actAppointment = "nomina"
)

// body is what an act says, as canonical JSON behind the commitment of its leaf.
// It holds every datum that apply writes, so that the register can be replayed.
type body interface{ kind() string }

// noticeBody publishes a version of a definition. The first one of an Ambito
// opens its log.
type noticeBody struct {
	Ambito   named  `json:"ambito"`
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Version  int    `json:"version"`
	Resolved string `json:"resolved"` // the definition as canonical JSON; its SHA-256 is the leaf's reg
	Source   string `json:"source"`   // the file as it was written
	Key      string `json:"key"`      // verifier key of the log
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// adhesionBody is a sheet that arrived, or its correction.
type adhesionBody struct {
	Correction bool        `json:"correction"`
	Form       string      `json:"form"`
	Channel    string      `json:"channel"`
	Key        string      `json:"key"`
	Seq        int         `json:"seq"`
	Number     string      `json:"number"`
	Version    int         `json:"version"`
	Answers    pdz.Answers `json:"answers"`
	Files      []fileBody  `json:"files"`
	Party      partyBody   `json:"party"`
	Person     personBody  `json:"person"`
	Role       string      `json:"role"`    // capacity in which the person acts for the party
	Mandate    string      `json:"mandate"` // what that gives the person: "begins", "asked", or empty for nothing
	Email      string      `json:"email"`   // where receipts go
	Tables     []string    `json:"tables"`  // in the order chosen
	SentAt     string      `json:"sentAt"`
	Reason     string      `json:"reason"`
	Other      string      `json:"other"`            // adhesion of the same party that was in force when this arrived
	Fate       string      `json:"fate"`             // what becomes of the other: "replaced", "kept", or empty without one
	Erased     bool        `json:"erased,omitempty"` // what an erasure left of it, for the replay
	Intake     *intakeBody `json:"intake,omitempty"` // nil for what came by the web, and in leaves of before there was an office
}

const (
	fateReplaced = "replaced"
	fateKept     = "kept"
)

func (noticeBody) kind() string { return actNotice }
func (b adhesionBody) kind() string {
	if b.Correction {
		return actCorrection
	}
	return actAdhesion
}

type partyBody struct {
	ID            string `json:"id"`
	Nature        string `json:"nature"`
	Category      string `json:"category"`
	Name          string `json:"name"`
	TaxCode       string `json:"taxCode"`
	ConstitutedOn string `json:"constitutedOn"`
}

type personBody struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone"`
}

type fileBody struct {
	Slot   string `json:"slot"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type withdrawalBody struct {
	Channel string `json:"channel"`
	Key     string `json:"key"`
	Version int    `json:"version"`
	Reason  string `json:"reason"`
}

func (withdrawalBody) kind() string { return actWithdrawal }

// confirmBody says that the link sent to an address came back.
type confirmBody struct {
	Email string `json:"email"`
	Takes string `json:"takes"` // adhesion whose place this one takes, or empty
}

func (confirmBody) kind() string { return actConfirm }

// authorBody says who acted and how that is known; the leaf commits to it.
type authorBody struct {
	Role      Role   `json:"role"`
	Person    string `json:"person"`
	Assurance string `json:"assurance"`
}

// vias turns the kind of a channel into the leaf's word for it.
var vias = map[string]string{"web": "web", "email": "email", "pec": "pec", "fax": "fax", "desk": "sportello",
	"post": "sportello", "phone": "sportello", "videoDesk": "sportello", "door": "presenza", "office": "ufficio", "": "sistema"}

// recording is an act about to be recorded.
type recording struct {
	who        Actor
	matter     string
	process    string // slug
	definition string // hash
	via        string // kind of the channel; empty for what the program does itself
	assurance  string
	at         Arrival
	files      []File
	body       body
}

// record writes the act, its leaf and the rows that follow from it. Nothing is added
// to a matter that was erased.
func (a *App) record(ctx context.Context, tx *store.Tx, r recording) (*store.Recorded, error) {
	if gone, err := isErased(ctx, tx.Queries, tx.Ambito, r.matter); err != nil || gone {
		return nil, cmp.Or(err, fmt.Errorf("matter %s was erased: %w", r.matter, ErrNotFound))
	}
	text, err := canonical(r.body)
	if err != nil {
		return nil, err
	}
	author, err := canonical(authorBody{r.who.Role, r.who.Person, r.assurance})
	if err != nil {
		return nil, err
	}
	act := store.Act{Kind: r.body.kind(), Matter: r.matter, Process: r.process, Via: vias[r.via],
		ReceivedAt: r.at.ReceivedAt, SourceAt: r.at.SourceAt, Body: text, Author: author}
	if err := decodeHash(r.definition, &act.Definition); err != nil {
		return nil, err
	}
	for _, f := range r.files {
		act.Files = append(act.Files, register.File{SHA256: f.SHA256, Size: f.Size, Type: f.Type, Name: f.Name})
	}
	rec, err := tx.Append(ctx, act)
	if err != nil {
		return nil, err
	}
	return rec, a.apply(ctx, tx.Queries, rec.Row)
}

func decodeHash(s string, out *[32]byte) error {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(out) {
		return fmt.Errorf("hash %q: not 64 hexadecimal digits", s)
	}
	copy(out[:], b)
	return nil
}
