package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// Assisted entry (R72): somebody of the desk fills in the form with a person who is
// at the counter or on the telephone. It is the same form, kept as a draft that
// carries channel and operator; only the desk can open it. At the end the sheet is
// read back, and it is recorded when the operator says that the person confirmed.

// FieldReadBack is the answer by which the operator says so. No field of a definition
// can be called so.
const FieldReadBack = "_riletta"

// CodeReadBack is the problem of an assisted sheet that was not read back; no arguments.
const CodeReadBack = "assist.readback"

// readBack is what the act then says of how the sheet was taken in.
const readBack = "Compilata con l’interessato, riletta e confermata."

// assistedKinds are the kinds of channel by which the desk may fill in for somebody.
var assistedKinds = []string{"phone", "desk"}

// AssistedChannels returns those of a form.
func AssistedChannels(p *pdz.Process, f pdz.Form) []pdz.Channel {
	var out []pdz.Channel
	for _, c := range p.Channels {
		if slices.Contains(assistedKinds, c.Kind) && slices.Contains(f.Channels, c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// StartAssisted opens an empty draft that the desk fills in for somebody.
func (a *App) StartAssisted(ctx context.Context, who Actor, ambito, process, form, channel string) (*Draft, error) {
	if !who.is(HelpDesk, Officer, Head) || who.Person == "" {
		return nil, ErrForbidden
	}
	v, err := a.Process(ctx, ambito, process)
	if err != nil {
		return nil, err
	}
	f, ok := v.Form(form)
	if !ok || f.Purpose != "adhesion" ||
		!slices.ContainsFunc(AssistedChannels(v.Process, f), func(c pdz.Channel) bool { return c.ID == channel }) {
		return nil, fmt.Errorf("form %s by %s: %w", form, channel, ErrNotFound)
	}
	return a.newDraft(ctx, Draft{Ambito: ambito, Process: process, Form: form, Step: 1, Answers: pdz.Answers{}, Channel: channel, Operator: who.Person})
}

// AssistedDraft is one that the desk has begun and not sent.
type AssistedDraft struct {
	Draft
	OperatorName string
}

// AssistedDrafts lists them, the latest first.
func (a *App) AssistedDrafts(ctx context.Context, who Actor, ambito string) ([]AssistedDraft, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	rows, err := r.AssistedDrafts(ctx, q.AssistedDraftsParams{Ambito: ambito, ExpiresUs: a.Now().UnixMicro()})
	if err != nil {
		return nil, err
	}
	names := nameOf{r, ambito, map[string]string{}}
	var out []AssistedDraft
	for _, x := range rows {
		d := AssistedDraft{Draft: Draft{Token: a.draftToken(ambito, x.ID), Ambito: ambito, Process: x.Process, Form: x.Form, Step: int(x.Step),
			Channel: x.Channel, Operator: x.Operator, UpdatedAt: instant(x.UpdatedUs), ExpiresAt: instant(x.ExpiresUs)}}
		if err := json.Unmarshal([]byte(x.Answers), &d.Answers); err != nil {
			return nil, err
		}
		if err := names.fill(ctx, x.Operator, &d.OperatorName); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// submitAssisted records a sheet that was filled in with somebody. Its instant is
// that of the last click: the person is there.
func (a *App) submitAssisted(ctx context.Context, who Actor, d *Draft, key string, at Arrival) (*AdhesionReceipt, error) {
	if !who.is(HelpDesk, Officer, Head) {
		return nil, ErrForbidden
	}
	if d.Answers.Get(FieldReadBack) == "" {
		return nil, pdz.Problems{{Field: FieldReadBack, Code: CodeReadBack}}
	}
	delete(d.Answers, FieldReadBack)
	at.Channel, at.SourceAt = d.Channel, at.ReceivedAt
	return a.Adhere(ctx, who, AdhesionInput{Ambito: d.Ambito, Process: d.Process, Form: d.Form, Answers: d.Answers, Files: d.Files,
		Key: key, Note: readBack, Arrival: at})
}
