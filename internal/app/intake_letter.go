package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// mailChecked is the message that a second officer confirmed an arrival; matter and act.
const mailChecked = "checked"

// intakeAdvice is what the receipt of a sheet that the office took in says besides:
// that it waits, that its channel keeps it out and what to do, what it left out.
func (w *writer) intakeAdvice(act q.Act, b adhesionBody) []string {
	if b.Intake == nil {
		return nil
	}
	var parts []string
	c, _ := w.process.Channel(b.Channel)
	switch {
	case excludes(c, b.Party.Category):
		reason := c.ExcludeReason
		if reason == "" {
			reason = w.words.T("chi è di questa categoria non può usare questo canale")
		}
		parts = append(parts, w.words.T("La scheda è agli atti ma non vale come adesione: %s.", strings.TrimSuffix(reason, ".")), w.otherWays())
	case waits(w.process, act, b):
		parts = append(parts, w.words.T("L’ora di arrivo è stata annotata da un addetto molto prima della registrazione: la scheda vale dopo il riscontro di un secondo addetto, e allora ti scriviamo di nuovo. Il riscontro non cambia l’esito, che dipende dall’ora di arrivo."))
	}
	if labels := w.labels(b); len(labels) > 0 {
		parts = append(parts, w.words.T("Sul foglio mancano alcuni dati, che puoi completare: %s.", strings.Join(labels, "; ")))
	}
	return parts
}

// otherWays says by which channels the same sheet can still come.
func (w *writer) otherWays() string {
	pec := ""
	for _, c := range w.process.Channels {
		if c.Kind == "pec" {
			pec = c.Address
		}
	}
	if pec != "" {
		return w.words.T("Inviala di nuovo per PEC all’indirizzo %s, prima del termine: vale l’ora della ricevuta di consegna.", pec)
	}
	return w.words.T("Inviala di nuovo per PEC, prima del termine: vale l’ora della ricevuta di consegna. L’indirizzo lo dà lo sportello.")
}

// labels are the questions that a sheet left unanswered.
func (w *writer) labels(b adhesionBody) []string {
	form, _ := w.process.Form(b.Form)
	var out []string
	for _, id := range b.Intake.Missing {
		out = append(out, labelOf(form, id))
	}
	return out
}

// labelOf returns the words of a field, attachment or declaration of a form.
func labelOf(form pdz.Form, id string) string {
	if x, ok := form.Field(id); ok {
		return x.Label
	}
	for _, s := range form.Attachments {
		if s.ID == id {
			return s.Label
		}
	}
	for _, d := range form.Declarations {
		if d.ID == id {
			return strings.TrimSuffix(d.Text, ".")
		}
	}
	return id
}

// checked writes that a second officer confirmed the arrival of a sheet.
func (w *writer) checked(ctx context.Context, m *mail.Message, act q.Act) error {
	var c checkBody
	if err := json.Unmarshal([]byte(act.Body.String), &c); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	versions, err := w.app.Store.Read().Versions(ctx, q.VersionsParams{Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	for _, v := range versions {
		if int(v.Version) != c.Version {
			continue
		}
		sheet, err := w.app.Store.Read().Act(ctx, q.ActParams{Ambito: act.Ambito, N: v.Act})
		if err != nil {
			return err
		}
		var b adhesionBody
		if err := json.Unmarshal([]byte(sheet.Body.String), &b); err != nil {
			return fmt.Errorf("body: %w", err)
		}
		m.Subject = w.words.T("Ricevuta %s: arrivo riscontrato", b.Number)
		m.Text = w.letter(
			w.words.T("un secondo addetto ha visto la scheda e ha confermato l’ora in cui è arrivata. Il riscontro è la foglia n. %d del registro.", act.N+1),
			w.facts(sheet, b))
		return w.attachProof(ctx, m, act)
	}
	return fmt.Errorf("version %d of %s: %w", c.Version, act.Matter, ErrNotFound)
}
