package app

import (
	"context"
	"fmt"

	"concerto/internal/i18n"
	"concerto/internal/mail"
	"concerto/internal/store/q"
)

// roleWords name the roles of a mandate.
var roleWords = map[string]string{LegalRepresentative: i18n.M("legale rappresentante"), BodyDelegate: i18n.M("delegato"), BodyContact: i18n.M("referente")}

// mandate writes an invitation, or that who acts for a body has changed.
func (w *writer) mandate(ctx context.Context, m *mail.Message, act q.Act) error {
	var b mandateBody
	if err := decodeBody(act, &b); err != nil {
		return err
	}
	r := w.app.Store.Read()
	party, err := r.Party(ctx, q.PartyParams{Ambito: act.Ambito, ID: b.Party})
	if err != nil {
		return err
	}
	person, err := r.Person(ctx, q.PersonParams{Ambito: act.Ambito, ID: b.Person.ID})
	if err != nil {
		return err
	}
	role := w.words.T(roleWords[b.Role])
	if b.Step == stepInvite {
		return w.invitation(m, act, b, party.Name, role)
	}
	m.Subject = w.words.T("Chi agisce per %s: una modifica", party.Name)
	m.Text = w.letter(w.words.T(mandateNews(b), person.Name, role, party.Name),
		w.words.T("Che cosa è cambiato si vede qui, dopo l’accesso con la tua e-mail:")+"\n"+w.app.address("/mio"),
		w.words.T("Se non te lo aspettavi, telefona subito allo sportello."))
	return nil
}

// mandateNews says what a step did: who, as what, for whom.
func mandateNews(b mandateBody) string {
	switch {
	case b.Step == stepRefuse:
		return i18n.M("%s non è %s di %s: la richiesta è stata respinta.")
	case b.Step == stepEnd:
		return i18n.M("%s non è più %s di %s da oggi.")
	case b.From == "":
		return i18n.M("%s ha accettato di essere %s di %s. L’Ufficio di Piano deve ancora confermarlo: fino ad allora non cambia nulla.")
	case len(b.Replaces) > 0:
		return i18n.M("%s è da oggi %s di %s, al posto di chi lo era prima.")
	}
	return i18n.M("%s è da oggi %s di %s.")
}

func (w *writer) invitation(m *mail.Message, act q.Act, b mandateBody, party, role string) error {
	until, err := unstamp(b.Until)
	if err != nil {
		return fmt.Errorf("invitation: %w", err)
	}
	m.Subject = w.words.T("%s ti chiede di essere %s", party, role)
	m.Text = w.letter(
		w.words.T("%s ti chiede di agire come %s nei percorsi di %s.", party, role, w.process.Ambito.Name),
		w.words.T("Per accettare o rifiutare apri questo indirizzo e accedi con la tua e-mail. Aprirlo soltanto non cambia nulla:")+"\n"+
			w.app.address("/mio/"+act.Ambito+"/inviti/"+act.Matter),
		w.words.T("L’invito vale fino al %s. Se non conosci chi ti scrive, ignora questo messaggio.", w.words.ShortDate(until.In(w.process.Zone))))
	return nil
}

// erasureRefused tells who asked for an erasure why it is not done now.
func (w *writer) erasureRefused(ctx context.Context, m *mail.Message) error {
	r := w.app.Store.Read()
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: w.row.Ambito, Code: w.row.Matter})
	if err != nil {
		return err
	}
	asked, err := r.ErasureRequest(ctx, q.ErasureRequestParams{Ambito: w.row.Ambito, Matter: w.row.Matter})
	if err != nil {
		return err
	}
	if err := w.load(ctx, row.Process); err != nil {
		return err
	}
	m.Subject = w.words.T("La richiesta di cancellazione della scheda %s", row.Number)
	m.Text = w.letter(
		w.words.T("abbiamo ricevuto la richiesta di cancellare i dati della scheda %s. Per ora non possiamo farlo:", row.Number),
		asked.Answer,
		w.words.T("Puoi rivolgerti al responsabile della protezione dei dati dell’ente, o al Garante per la protezione dei dati personali."))
	return nil
}
