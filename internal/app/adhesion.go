package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store/q"
)

// AdhesionInput is a filled-in form as it arrived.
type AdhesionInput struct {
	Ambito, Process, Form string
	Answers               pdz.Answers
	Files                 []File
	Key                   string // idempotency key: the same key is the same act
	Corrects              string // code of the adhesion this corrects, or empty
	Reason                string // why it is corrected; may be empty
	Draft                 string // id of the draft that is sent, which then is no more; or empty
	Note                  string // of the office that took it in
	Arrival

	typed pdz.Problems // of what was typed beside the form
}

// File is an attachment whose bytes are stored already.
type File struct {
	Slot   string // attachment id of the form
	Name   string // as sent, cleaned of control characters and path
	Type   string // media type found in the content, not the one declared
	Size   int64
	SHA256 [32]byte
}

// AdhesionReceipt is what the sender of an adhesion gets in the answer.
type AdhesionReceipt struct {
	Adhesion  AdhesionView
	Proof     *register.Receipt // leaf, inclusion proof, signed checkpoint, the owner's data and salts
	ManageKey string            // secret half of the management link
	Replayed  bool              // the key had been used: this is the receipt of that act
}

// AdhesionView is an adhesion as its owner sees it.
type AdhesionView struct {
	Code            string // 26 characters, Crockford base32: the matter in the register
	Number          string // "PDZ-2013-0041"
	Seq, Version    int
	Ambito, Process string
	Form            string
	PartyName       string // body, or person acting alone
	Category        string // category id
	TaxCode, Email  string
	PersonName      string
	Tables          []string // table ids, in the order chosen
	Channel         string
	ReceivedAt      time.Time   // the instant that was judged, of the latest version
	RegisteredAt    time.Time   // of the latest act on the content
	Index, TreeSize int64       // position in the register, and its size in the receipt's checkpoint
	LeafHash        string      // base64
	Verdict         pdz.Verdict // of the latest version that was judged
	State           AdhesionState
	Confirmed       bool   // the e-mail address was confirmed by its link
	ReplacedBy      string // number of the adhesion that took its place, or empty
	Versions        []AdhesionVersion
}

// AdhesionState is where an adhesion stands.
type AdhesionState string

const (
	AdhesionActive     AdhesionState = "active"
	AdhesionLate       AdhesionState = "late"       // kept, not in force: attending the constitutive session makes it so (A1)
	AdhesionDuplicate  AdhesionState = "duplicate"  // same tax code as one in force: waits for confirmation, or for the office
	AdhesionSuperseded AdhesionState = "superseded" // another sheet of the same party took its place
	AdhesionWithdrawn  AdhesionState = "withdrawn"
)

// AdhesionVersion is one act on an adhesion; all are kept (R68).
type AdhesionVersion struct {
	Version    int
	Kind       string // leaf word: adesione, modifica, ritiro
	ReceivedAt time.Time
	Index      int64
	Answers    pdz.Answers // empty for a withdrawal
	Files      []File
	Reason     string
}

// PublicReceipt is what anyone who has the code may see: no personal data (P8).
type PublicReceipt struct {
	Code, Number    string
	Ambito, Process string
	Kind            string // leaf word of the latest act: adesione, modifica, ritiro
	ReceivedAt      time.Time
	RegisteredAt    time.Time
	Verdict         pdz.Verdict
	State           AdhesionState
	Index, TreeSize int64
	LeafHash        string // base64
	CheckCode       string
	Proof           []byte // tlog-proof text: leaf, inclusion proof, checkpoint
	Erased          bool   // whom it was of is not held any more
}

// owns checks that the actor may see and change an adhesion: the office, who holds
// its link, and whoever signed in with an address that it is of (see holds). What was
// erased is nobody's.
func (a *App) owns(ctx context.Context, who Actor, ambito, code string) error {
	linked := who.Role == LinkHolder && who.Matter == code
	switch {
	case who.is(Officer, Head):
		return nil
	case !linked && !signedIn(who):
		return ErrForbidden
	}
	r := a.Store.Read()
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: code})
	if err != nil {
		return fmt.Errorf("adhesion %s: %w", code, found(err))
	}
	if gone, err := isErased(ctx, r, ambito, code); err != nil || gone {
		return cmp.Or(err, fmt.Errorf("adhesion %s was erased: %w", code, ErrNotFound))
	}
	if linked {
		return a.linkStands(ctx, r, row)
	}
	ok, err := a.holds(ctx, r, who.Email, row, a.Now())
	if err == nil && !ok {
		err = fmt.Errorf("adhesion %s: %w", code, ErrNotFound) // as if it were not there
	}
	return err
}

// linkStands refuses a link when everybody whom its sheet named acts for the body no
// longer: who has gone may have kept it.
func (a *App) linkStands(ctx context.Context, r *q.Queries, row q.Adhesion) error {
	all, err := mandatesOfParty(ctx, r, row.Ambito, row.Party)
	if err != nil {
		return err
	}
	named := slices.DeleteFunc(all, func(m MandateView) bool { return m.ID != row.Code })
	over := func(m MandateView) bool {
		return m.State(a.Now()) == pdz.MandateEnded || m.State(a.Now()) == pdz.MandateRefused
	}
	if len(named) > 0 && !slices.ContainsFunc(named, func(m MandateView) bool { return !over(m) }) {
		return fmt.Errorf("link of %s: %w", row.Code, ErrNotFound)
	}
	return nil
}

// Holds reports whether an adhesion is of an address now.
func (a *App) Holds(ctx context.Context, email, ambito, code string) bool {
	return a.owns(ctx, Actor{Role: SignedIn, Email: email}, ambito, code) == nil
}

// Manage turns the secret of a management link into its holder. A wrong secret
// and an unknown code look the same.
func (a *App) Manage(ambito, code, key string) (Actor, error) {
	if !sameLink(key, a.manageKey(ambito, code)) {
		return Actor{}, ErrNotFound
	}
	return Actor{Role: LinkHolder, Matter: code}, nil
}

func (a *App) manageKey(ambito, code string) string { return a.link("manage", ambito, code) }

// Adhesion returns an adhesion to its owner.
func (a *App) Adhesion(ctx context.Context, who Actor, ambito, code string) (*AdhesionView, error) {
	rc, err := a.Receipt(ctx, who, ambito, code)
	if err != nil {
		return nil, err
	}
	return &rc.Adhesion, nil
}

// Receipt returns the receipt of the latest version of an adhesion.
func (a *App) Receipt(ctx context.Context, who Actor, ambito, code string) (*AdhesionReceipt, error) {
	if err := a.owns(ctx, who, ambito, code); err != nil {
		return nil, err
	}
	return a.receiptOf(ctx, ambito, code)
}

func (a *App) receiptOf(ctx context.Context, ambito, code string) (*AdhesionReceipt, error) {
	return a.receiptWith(ctx, ambito, code, nil)
}

// receiptWith is receiptOf where the proof of the latest act is at hand already.
func (a *App) receiptWith(ctx context.Context, ambito, code string, proof *register.Receipt) (*AdhesionReceipt, error) {
	v, err := a.adhesionView(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	if proof == nil || proof.Proof.Index != v.Index { // or a correction came meanwhile
		if proof, err = a.Store.ReceiptOf(ctx, ambito, v.Index); err != nil {
			return nil, err
		}
	}
	cp, err := register.ParseCheckpoint(proof.Proof.Checkpoint)
	if err != nil {
		return nil, err
	}
	v.TreeSize, v.LeafHash = cp.Size, register.LeafHash(proof.Proof.Leaf).String()
	return &AdhesionReceipt{Adhesion: *v, Proof: proof, ManageKey: a.manageKey(ambito, code)}, nil
}

func (a *App) adhesionView(ctx context.Context, ambito, code string) (*AdhesionView, error) {
	r := a.Store.Read()
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: code})
	if err != nil {
		return nil, fmt.Errorf("adhesion %s: %w", code, found(err))
	}
	v := &AdhesionView{Code: row.Code, Number: row.Number, Seq: int(row.Seq), Version: int(row.Version), Ambito: ambito,
		Process: row.Process, Form: row.Form, PartyName: row.PartyName, Category: row.Category, TaxCode: row.TaxCode,
		Email: row.Email, Channel: row.Channel, State: AdhesionState(row.State), Confirmed: row.Confirmed}
	person, err := r.Person(ctx, q.PersonParams{Ambito: ambito, ID: row.Person})
	if err != nil {
		return nil, err
	}
	v.PersonName = person.Name
	if v.Tables, err = r.AdhesionTables(ctx, q.AdhesionTablesParams{Ambito: ambito, Code: code}); err != nil {
		return nil, err
	}
	if row.ReplacedBy != "" {
		other, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: row.ReplacedBy})
		if err != nil {
			return nil, err
		}
		v.ReplacedBy = other.Number
	}
	if err := a.addVersions(ctx, r, v); err != nil {
		return nil, err
	}
	return v, a.addVerdict(ctx, r, v)
}

func (a *App) addVersions(ctx context.Context, r *q.Queries, v *AdhesionView) error {
	versions, err := r.Versions(ctx, q.VersionsParams{Ambito: v.Ambito, Code: v.Code})
	if err != nil {
		return err
	}
	files, err := r.Attachments(ctx, q.AttachmentsParams{Ambito: v.Ambito, Code: v.Code})
	if err != nil {
		return err
	}
	for _, x := range versions {
		ver := AdhesionVersion{Version: int(x.Version), Kind: x.Kind, ReceivedAt: instant(x.ReceivedUs), Index: x.Act, Reason: x.Reason}
		if err := json.Unmarshal([]byte(x.Answers), &ver.Answers); err != nil {
			return err
		}
		for _, f := range files {
			if f.Version == x.Version {
				file := File{Slot: f.Slot, Name: f.Name, Type: f.Type, Size: f.Size}
				if err := decodeHash(f.Sha256, &file.SHA256); err != nil {
					return err
				}
				ver.Files = append(ver.Files, file)
			}
		}
		v.Versions = append(v.Versions, ver)
	}
	last := v.Versions[len(v.Versions)-1]
	act, err := r.Act(ctx, q.ActParams{Ambito: v.Ambito, N: last.Index})
	if err != nil {
		return err
	}
	v.Index, v.ReceivedAt, v.RegisteredAt = last.Index, last.ReceivedAt, instant(act.RegisteredUs)
	return nil
}

// addVerdict reads back how the latest judged version stands to the window: the
// newest verdict that counts, which may be that of an amendment after it arrived.
func (a *App) addVerdict(ctx context.Context, r *q.Queries, v *AdhesionView) error {
	verdicts, err := r.VerdictsOnMatter(ctx, q.VerdictsOnMatterParams{Ambito: v.Ambito, Matter: v.Code})
	if err != nil {
		return err
	}
	row, err := r.Process(ctx, q.ProcessParams{Ambito: v.Ambito, Slug: v.Process})
	if err != nil {
		return err
	}
	p, err := a.process(ctx, r, v.Ambito, row.Definition)
	if err != nil {
		return err
	}
	v.ReceivedAt, v.RegisteredAt = v.ReceivedAt.In(p.Zone), v.RegisteredAt.In(p.Zone)
	for i := range v.Versions {
		v.Versions[i].ReceivedAt = v.Versions[i].ReceivedAt.In(p.Zone)
	}
	v.Verdict = pdz.Verdict{Timeliness: pdz.Timely, Definition: p.Hash, At: v.ReceivedAt}
	for _, x := range verdicts {
		if _, ok := p.Window(x.Rule); !ok || !x.Counts {
			continue
		}
		v.Verdict = pdz.Verdict{Timeliness: pdz.Timeliness(x.Result), Window: x.Rule, Definition: x.Definition, At: instant(x.AtUs).In(p.Zone)}
		if closes := instant(x.ClosesUs); !closes.IsZero() {
			v.Verdict.Closes, v.Verdict.Margin = closes.In(p.Zone), closes.Sub(v.Verdict.At)
		}
		return nil
	}
	return nil
}

// PublicReceipt returns what the holder of a code may see.
func (a *App) PublicReceipt(ctx context.Context, ambito, code string) (*PublicReceipt, error) {
	code, err := register.ParseMatter(code)
	if err != nil {
		return nil, fmt.Errorf("code: %w", ErrNotFound)
	}
	rc, err := a.receiptOf(ctx, ambito, code)
	if err != nil {
		return nil, err
	}
	proof, err := rc.Proof.Proof.Marshal()
	if err != nil {
		return nil, err
	}
	gone, err := isErased(ctx, a.Store.Read(), ambito, code)
	if err != nil {
		return nil, err
	}
	v := rc.Adhesion
	return &PublicReceipt{Code: v.Code, Number: v.Number, Ambito: ambito, Process: v.Process, Kind: v.Versions[len(v.Versions)-1].Kind,
		ReceivedAt: v.ReceivedAt, RegisteredAt: v.RegisteredAt, Verdict: v.Verdict, State: v.State, Index: v.Index, TreeSize: v.TreeSize,
		LeafHash: v.LeafHash, CheckCode: rc.Proof.CheckCode(), Proof: proof, Erased: gone}, nil
}

// Export returns everything held about an adhesion, as JSON for its owner (GDPR art. 20).
func (a *App) Export(ctx context.Context, who Actor, ambito, code string) ([]byte, error) {
	rc, err := a.Receipt(ctx, who, ambito, code)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(rc.Adhesion, "", "  ")
}
