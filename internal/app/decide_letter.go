package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"concerto/internal/mail"
	"concerto/internal/store/q"
)

// decision tells the party what the office decided on its sheet, why, what it can
// do now and where to write if it thinks that this is wrong (L. 241/1990, art. 3).
func (w *writer) decision(ctx context.Context, m *mail.Message, act q.Act) error {
	var b decisionBody
	if err := json.Unmarshal([]byte(act.Body.String), &b); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	r := w.app.Store.Read()
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: w.row.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	all, err := r.Admissions(ctx, q.AdmissionsParams{Ambito: w.row.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	var state AdhesionState
	for _, x := range all {
		if x.Act == act.N {
			state = AdhesionState(x.State)
		}
	}
	at := instant(act.ReceivedUs).In(w.process.Zone)
	parts := []string{w.decisionFacts(act, row, at), w.decided(b, state)}
	if b.Reason != "" {
		parts = append(parts, w.words.T("Motivo:")+"\n"+b.Reason)
	}
	if b.Verdict == AskedMore {
		due, err := time.Parse(dueLayout, b.Due)
		if err != nil {
			return err
		}
		parts = append(parts, w.words.T("Che cosa serve:")+"\n"+b.Asked,
			w.words.T("Entro: %s.", w.words.DateHour(due.In(w.process.Zone))),
			w.words.T("Completa la scheda da qui (chi conosce questo indirizzo può farlo: non darlo ad altri):")+"\n"+w.manageAddress(act.Matter))
	} else {
		parts = append(parts, w.words.T("Da dove viene l’esito, condizione per condizione:")+"\n"+w.manageAddress(act.Matter)+"/perche", w.contest(row.Number))
	}
	m.Subject = w.decisionSubject(b, row.Number)
	m.Text = w.letter(parts...)
	return nil
}

func (w *writer) decisionSubject(b decisionBody, number string) string {
	switch b.Verdict {
	case AskedMore:
		return w.words.T("Scheda %s: c’è un dato da completare", number)
	case NotAdmitted:
		return w.words.T("Scheda %s: non ammessa", number)
	case WithReserve:
		return w.words.T("Scheda %s: ammessa con riserva", number)
	}
	return w.words.T("Scheda %s: ammessa", number)
}

func (w *writer) decisionFacts(act q.Act, row q.Adhesion, at time.Time) string {
	return strings.Join([]string{
		w.words.T("Scheda: %s, versione %d", row.Number, row.Version),
		w.words.T("Soggetto: %s", row.PartyName),
		w.words.T("Decisione del %s", w.words.Instant(at)),
		w.words.T("Registro: foglia n. %d", act.N+1),
	}, "\n")
}

// decided says what follows from the decision for the party.
func (w *writer) decided(b decisionBody, state AdhesionState) string {
	switch {
	case b.Verdict == AskedMore:
		return w.words.T("l’ufficio ha esaminato la scheda: per completarla manca qualcosa. Intanto la scheda resta com’è.")
	case b.Verdict == NotAdmitted:
		return w.words.T("l’ufficio non ha ammesso la scheda: resta agli atti e non vale come adesione.")
	case state == AdhesionLate:
		return w.words.T("l’ufficio ha annullato la propria esclusione. La scheda resta fuori termine, e da sola non vale come adesione.")
	case b.Verdict == WithReserve:
		return w.words.T("l’ufficio ha ammesso la scheda con riserva: l’adesione vale, alla condizione scritta nel motivo.")
	}
	return w.words.T("l’ufficio ha ammesso la scheda: l’adesione vale.")
}

// contest says where to write. The notice of 2013 names neither term nor authority
// for appeals (A29), and the program invents none.
func (w *writer) contest(number string) string {
	var ways []string
	for _, c := range w.process.Contacts[:min(1, len(w.process.Contacts))] {
		for _, x := range []string{c.PEC, c.Email} {
			if x != "" {
				ways = append(ways, x)
			}
		}
		if len(c.Phone) > 0 {
			ways = append(ways, w.words.T("telefono %s", strings.Join(c.Phone, ", ")))
		}
	}
	text := w.words.T("Se pensi che sia sbagliato, scrivi all’ufficio indicando la scheda %s e allegando ciò che lo dimostra.", number)
	if len(ways) > 0 {
		text += " " + w.words.T("Recapiti: %s.", strings.Join(ways, "; "))
	}
	return text + " " + w.words.T("Rispondiamo per iscritto e con il motivo. Resta ferma la possibilità di ricorrere nei modi di legge.")
}
