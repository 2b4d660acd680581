package app

import (
	"context"
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store/q"
)

// leaveOf returns what is left of an act when its matter is erased, as canonical
// JSON; empty when nothing that stays hangs on it. An act that law keeps for good,
// or that nothing is known about, cannot be erased. Addresses numbers those of the
// matter: whether two acts had the same one stays, because rows hang on it.
func (a *App) leaveOf(ctx context.Context, r *q.Queries, act q.Act, addresses map[string]string) (string, error) {
	var b any
	switch act.Kind {
	case actAdhesion, actCorrection:
		return a.leaveOfSheet(ctx, r, act, addresses)
	case actWithdrawal:
		b = &withdrawalBody{}
	case actConfirm:
		b = &confirmBody{}
	case actDecision:
		b = &decisionBody{}
	case actCheck:
		b = &checkBody{}
	case actQuestion:
		b = &questionBody{}
	case actAnswer:
		b = &answerBody{}
	case actMandate:
		b = &mandateBody{}
	default:
		return "", pdz.Problems{{Code: CodeErasureKind, Args: []any{act.Kind}}}
	}
	if err := decodeBody(act, b); err != nil {
		return "", err
	}
	if m, ok := b.(*mandateBody); ok && m.Step == stepInvite {
		return "", nil // there is nobody to be invited; what a later step ended stays ended
	}
	forget(b)
	text, err := canonical(b)
	return string(text), err
}

// forget takes out of a body what was typed, and whom it names. Who of the office
// acted stays: that is the office's own record.
func forget(b any) {
	switch b := b.(type) {
	case *withdrawalBody:
		b.Reason = ""
	case *confirmBody:
		b.Email = ""
	case *decisionBody:
		b.Reason, b.Asked = "", ""
	case *mandateBody:
		b.Reason = ""
	case *checkBody:
		b.Note, b.Files = "", slotsOf(b.Files)
	case *questionBody:
		b.Name, b.Contact, b.Words = "", "", ""
	case *answerBody:
		b.Words = ""
	}
}

// leaveOfSheet keeps of a sheet what rules read and nobody is known by: category,
// choices, tables, days. The verdict must be the same by what is left, or the sheet
// is not erased: an audit would not understand it any more.
func (a *App) leaveOfSheet(ctx context.Context, r *q.Queries, act q.Act, addresses map[string]string) (string, error) {
	var b adhesionBody
	if err := decodeBody(act, &b); err != nil {
		return "", err
	}
	p, err := a.process(ctx, r, act.Ambito, hex.EncodeToString(act.Definition))
	if err != nil {
		return "", err
	}
	left := b
	left.Erased = true
	left.Answers = impersonal(p, b)
	left.Files = slotsOf(b.Files)
	left.Party = partyBody{ID: b.Party.ID, Nature: b.Party.Nature, Category: b.Party.Category}
	if b.Party.TaxCode != "" {
		left.Party.TaxCode = act.Matter // no tax code has this form, and no two sheets share it
	}
	left.Person = personBody{ID: act.Matter}
	left.Role, left.Mandate, left.SentAt, left.Reason = "", "", "", ""
	if b.Email != "" {
		if addresses[b.Email] == "" {
			addresses[b.Email] = strconv.Itoa(len(addresses) + 1)
		}
		left.Email = addresses[b.Email]
	}
	if b.Intake != nil {
		left.Intake = &intakeBody{Officer: b.Intake.Officer, Missing: b.Intake.Missing}
		left.SentAt = b.SentAt
	}
	at := judged(act, p, b.Channel)
	before, err := a.rulings(ctx, r, act, b, p, at)
	if err != nil {
		return "", err
	}
	after, err := a.rulings(ctx, r, act, left, p, at)
	if err != nil {
		return "", err
	}
	if !reflect.DeepEqual(before, after) {
		return "", pdz.Problems{{Code: CodeErasureAlive, Args: []any{act.N + 1}}}
	}
	text, err := canonical(left)
	return string(text), err
}

// impersonal keeps the answers that are chosen, not written.
func impersonal(p *pdz.Process, b adhesionBody) pdz.Answers {
	form, _ := p.Form(b.Form)
	out := pdz.Answers{}
	for _, x := range form.Fields {
		chosen := slices.Contains([]string{"choice", "choices", "tables", "municipality", "municipalities", "confirm"}, x.Type)
		fact := x.Feeds != "" && slices.Contains([]string{"date", "number", "money"}, x.Type) && b.Party.Nature != "person"
		if v := b.Answers[x.ID]; len(v) > 0 && (chosen || fact) && x.Personal == "" {
			out[x.ID] = v
		}
	}
	for _, d := range form.Declarations {
		if v := b.Answers[d.ID]; len(v) > 0 {
			out[d.ID] = v
		}
	}
	return out
}

// slotsOf keeps which attachments there were.
func slotsOf(files []fileBody) []fileBody {
	out := []fileBody{}
	for _, f := range files {
		out = append(out, fileBody{Slot: f.Slot})
	}
	return out
}

// mentions are the bodies and people that acts name, and the files that came with them.
type mentions struct {
	parties, persons, emails []string
	blobs                    []string // SHA-256, hexadecimal
}

// namedIn reads them off the acts that still say something.
func namedIn(acts []q.Act) mentions {
	var n mentions
	for _, act := range acts {
		parties, persons := tells(act)
		for _, p := range parties {
			n.parties = append(n.parties, p.ID)
		}
		for _, p := range persons {
			n.persons, n.emails = append(n.persons, p.ID), append(n.emails, p.Email)
		}
		var b adhesionBody
		if (act.Kind == actAdhesion || act.Kind == actCorrection) && decodeBody(act, &b) == nil {
			n.parties, n.emails = append(n.parties, b.Party.ID), append(n.emails, b.Email)
		}
		var asked questionBody
		if act.Kind == actQuestion && decodeBody(act, &asked) == nil && strings.Contains(asked.Contact, "@") {
			n.emails = append(n.emails, asked.Contact)
		}
		if files, err := register.ParseFileList([]byte(act.Files.String)); err == nil {
			for _, f := range files {
				n.blobs = append(n.blobs, hex.EncodeToString(f.SHA256[:]))
			}
		}
	}
	for _, s := range []*[]string{&n.parties, &n.persons, &n.emails, &n.blobs} {
		slices.Sort(*s)
		*s = slices.DeleteFunc(slices.Compact(*s), func(x string) bool { return x == "" })
	}
	return n
}

// tells returns the bodies and people whose rows are what an act says they are.
func tells(act q.Act) (parties []partyBody, persons []personBody) {
	switch act.Kind {
	case actAdhesion, actCorrection:
		var b adhesionBody
		if decodeBody(act, &b) != nil {
			return nil, nil
		}
		if b.tellsOfParty() {
			parties = append(parties, b.Party)
		}
		persons = append(persons, b.Person)
	case actAppointment:
		var b appointmentBody
		if decodeBody(act, &b) == nil && !b.Ends {
			persons = append(persons, b.Person)
		}
	case actMandate:
		var b mandateBody
		if decodeBody(act, &b) == nil && b.Step == stepInvite {
			persons = append(persons, b.Person)
		}
	}
	return parties, persons
}

// settleNames puts the rows of bodies and people where the acts that remain leave
// them: as the last one says, or without a name, or gone. It is what a replay comes
// to, because each of these acts says the whole of whom it names.
func (a *App) settleNames(ctx context.Context, r *q.Queries, erasure q.Act, n mentions) error {
	if len(n.parties) == 0 && len(n.persons) == 0 {
		return nil
	}
	acts, err := r.ActsNaming(ctx, q.ActsNamingParams{Ambito: erasure.Ambito, N: erasure.N, Kind: actAdhesion, Kind_2: actCorrection,
		Kind_3: actAppointment, Kind_4: actMandate})
	if err != nil {
		return err
	}
	party, person := map[string]partyBody{}, map[string]personBody{}
	for _, act := range acts {
		parties, persons := tells(act)
		for _, p := range parties {
			party[p.ID] = p
		}
		for _, p := range persons {
			person[p.ID] = p
		}
	}
	for _, id := range n.parties {
		if p, ok := party[id]; ok {
			err = putParty(ctx, r, erasure.Ambito, p)
		} else {
			err = a.blankParty(ctx, r, erasure.Ambito, id)
		}
		if err != nil {
			return err
		}
	}
	for _, id := range n.persons {
		if p, ok := person[id]; ok {
			err = putPerson(ctx, r, erasure.Ambito, p)
		} else {
			err = r.DeletePerson(ctx, q.DeletePersonParams{Ambito: erasure.Ambito, ID: id})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// blankParty leaves of a body its id. A sheet that came to it by a merge loses the
// tax code that the merge gave it.
func (a *App) blankParty(ctx context.Context, r *q.Queries, ambito, id string) error {
	if err := r.BlankParty(ctx, q.BlankPartyParams{Ambito: ambito, ID: id}); err != nil {
		return err
	}
	sheets, err := r.AdhesionsOfParty(ctx, q.AdhesionsOfPartyParams{Ambito: ambito, Party: id})
	if err != nil {
		return err
	}
	for _, x := range sheets {
		gone, err := isErased(ctx, r, ambito, x.Code)
		if err != nil {
			return err
		}
		own, err := a.ownParty(ctx, r, x)
		if err != nil {
			return err
		}
		if gone || own == id {
			continue
		}
		if err := r.CompleteTaxCode(ctx, q.CompleteTaxCodeParams{Party: id, TaxCode: "", Ambito: ambito, Code: x.Code}); err != nil {
			return err
		}
	}
	return nil
}

// ownParty is the body that a sheet itself named last.
func (a *App) ownParty(ctx context.Context, r *q.Queries, row q.Adhesion) (string, error) {
	acts, err := r.ActsOnMatter(ctx, q.ActsOnMatterParams{Ambito: row.Ambito, Matter: row.Code})
	own := ""
	for _, act := range acts {
		var b adhesionBody
		if act.Kind != actAdhesion && act.Kind != actCorrection {
			continue
		}
		if act, err = a.said(ctx, r, act); err != nil {
			return "", err
		}
		if err := decodeBody(act, &b); err != nil {
			return "", err
		}
		own = b.Party.ID
	}
	return own, err
}
