package app

import (
	"context"
	"strings"

	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// letter joins paragraphs between the usual opening and the signature of the Ambito.
func (w *writer) letter(paragraphs ...string) string {
	all := append([]string{w.words.T("Buongiorno,")}, paragraphs...)
	all = append(all, w.signature())
	return strings.Join(all, "\n\n") + "\n"
}

func (w *writer) signature() string {
	lines := []string{w.process.Ambito.Name}
	if len(w.process.Contacts) > 0 {
		c := w.process.Contacts[0]
		lines = append(lines, c.Name)
		if len(c.Phone) > 0 {
			lines = append(lines, w.words.T("telefono %s", strings.Join(c.Phone, ", ")))
		}
		if c.Email != "" {
			lines = append(lines, c.Email)
		}
	}
	return strings.Join(lines, "\n")
}

func (w *writer) manageAddress(code string) string {
	return w.app.address("/" + w.row.Ambito + "/gestione/" + code + "/" + w.app.manageKey(w.row.Ambito, code))
}

// facts are the lines that every receipt begins with.
func (w *writer) facts(act q.Act, b adhesionBody) string {
	at := judged(act, w.process, b.Channel)
	lines := []string{
		w.words.T("Scheda: %s, versione %d", b.Number, b.Version),
		w.words.T("Soggetto: %s", b.Party.Name),
		w.words.T("Arrivata il: %s", w.words.Instant(at)),
	}
	form, _ := w.process.Form(b.Form)
	if v := judgeForm(w.process, form, at); !v.Closes.IsZero() {
		verdict := w.words.T("nel termine")
		if v.Timeliness == pdz.Late {
			verdict = w.words.T("fuori termine")
		}
		lines = append(lines, w.words.T("Termine: %s", w.words.DateHour(v.Closes)), w.words.T("Esito: %s (%s)", verdict, w.words.Margin(v.Margin)))
	}
	if b.Reason != "" {
		lines = append(lines, w.words.T("Motivo della correzione: %s", b.Reason))
	}
	lines = append(lines, w.words.T("Registro: foglia n. %d", act.N+1))
	return strings.Join(lines, "\n")
}

func (w *writer) receipt(ctx context.Context, m *mail.Message, act q.Act, b adhesionBody) error {
	m.Subject = w.words.T("Ricevuta %s: scheda di adesione registrata", b.Number)
	if b.Correction {
		m.Subject = w.words.T("Ricevuta %s: correzione registrata", b.Number)
	}
	form, _ := w.process.Form(b.Form)
	parts := []string{w.words.T("abbiamo registrato la scheda. Questa è la ricevuta."), w.facts(act, b)}
	if judgeForm(w.process, form, judged(act, w.process, b.Channel)).Timeliness == pdz.Late {
		parts = append(parts, w.lateAdvice())
	}
	if b.Fate == fateKept && !b.Correction {
		parts = append(parts, w.words.T("Con questo codice fiscale c’è già una scheda in vigore, che per ora resta valida. Se le due schede hanno lo stesso indirizzo e-mail, confermandolo qui sotto questa prende il posto della precedente; altrimenti decide l’Ufficio di Piano."))
	}
	parts = append(parts, w.intakeAdvice(act, b)...)
	confirm := w.app.address("/" + w.row.Ambito + "/conferma/" + act.Matter + "/" + w.app.ConfirmKey(w.row.Ambito, act.Matter, b.Email))
	parts = append(parts,
		w.words.T("Conferma che questo indirizzo è tuo:")+"\n"+confirm,
		w.words.T("Per vedere, correggere o ritirare la scheda (chi conosce questo indirizzo può farlo: non darlo ad altri):")+"\n"+w.manageAddress(act.Matter),
		w.words.T("In allegato ci sono la prova di iscrizione nel registro e i dati con cui chiunque può verificarla, anche senza di noi. Conserva questo messaggio."))
	m.Text = w.letter(parts...)
	return w.attachProof(ctx, m, act)
}

// lateAdvice says what a late sheet is still good for, in the words of the
// definition (A1).
func (w *writer) lateAdvice() string {
	for _, g := range w.process.Participation.Grounds {
		if s, ok := w.process.Session(g.Session); ok && g.Kind == "attendance" && s.Start.Known {
			return w.words.T("La scheda è arrivata dopo il termine: resta agli atti, ma da sola non vale come adesione. Chi interviene alla sessione «%s» di %s aderisce comunque.",
				s.Name(), w.words.DateHour(s.Start.At))
		}
	}
	return w.words.T("La scheda è arrivata dopo il termine: resta agli atti e l’Ufficio di Piano ne terrà conto secondo l’avviso.")
}

func (w *writer) withdrawn(ctx context.Context, m *mail.Message, act q.Act) error {
	row, err := w.app.Store.Read().Adhesion(ctx, q.AdhesionParams{Ambito: w.row.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	at := instant(act.ReceivedUs)
	if act.SourceUs != 0 {
		at = instant(act.SourceUs)
	}
	m.Subject = w.words.T("Ricevuta %s: ritiro registrato", row.Number)
	m.Text = w.letter(
		w.words.T("abbiamo registrato il ritiro della scheda %s (%s), arrivato il %s, foglia n. %d del registro.", row.Number, row.PartyName, w.words.Instant(at.In(w.process.Zone)), act.N+1),
		w.words.T("Quello che la scheda diceva resta agli atti. Se il ritiro non viene da te, telefona subito allo sportello."))
	return w.attachProof(ctx, m, act)
}

// other tells who adhered before that another sheet names the same tax code.
func (w *writer) other(m *mail.Message, act q.Act, b adhesionBody) error {
	m.Subject = w.words.T("È arrivata un’altra scheda con il vostro codice fiscale")
	m.Text = w.letter(
		w.words.T("il %s è arrivata un’altra scheda di adesione, la %s, con il codice fiscale %s e un indirizzo e-mail diverso da questo.",
			w.words.Instant(judged(act, w.process, b.Channel)), b.Number, b.Party.TaxCode),
		w.words.T("La vostra scheda resta in vigore. Se l’altra non viene da voi, avvisate lo sportello."))
	return nil
}

// moved tells the old address that a correction named another.
func (w *writer) moved(m *mail.Message, act q.Act, b adhesionBody) error {
	m.Subject = w.words.T("Ricevuta %s: cambiato l’indirizzo e-mail", b.Number)
	m.Text = w.letter(
		w.words.T("con la correzione arrivata il %s la scheda %s ha un altro indirizzo e-mail: da ora le ricevute vanno lì.",
			w.words.Instant(judged(act, w.process, b.Channel)), b.Number),
		w.words.T("Se la correzione non viene da te, telefona subito allo sportello."))
	return nil
}

func (w *writer) attachProof(ctx context.Context, m *mail.Message, act q.Act) error {
	rc, err := w.app.Store.ReceiptOf(ctx, w.row.Ambito, act.N)
	if err != nil {
		return err
	}
	full, err := rc.Marshal()
	if err != nil {
		return err
	}
	proof, err := rc.Proof.Marshal()
	if err != nil {
		return err
	}
	m.Attachments = []mail.Attachment{
		{Name: "ricevuta.json", Type: "application/json", Content: full},
		{Name: "ricevuta.tlog-proof", Type: "text/plain; charset=utf-8", Content: proof},
	}
	return nil
}
