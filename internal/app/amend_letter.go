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

// mailAmended tells the sender of a sheet (matter) what an amendment (act) changes,
// and where the sheet stands by it.
const mailAmended = "amended"

func (w *writer) amended(ctx context.Context, m *mail.Message, act q.Act) error {
	var b amendmentBody
	if err := json.Unmarshal([]byte(act.Body.String), &b); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	r := w.app.Store.Read()
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: w.row.Ambito, Code: w.row.Matter})
	if err != nil {
		return err
	}
	before, err := w.app.process(ctx, r, w.row.Ambito, b.Base)
	if err != nil {
		return err
	}
	m.Subject = w.words.T("Rettifica dell’avviso: %s", w.process.Title)
	parts := []string{w.words.T("l’avviso è stato modificato. Motivo: %s", b.Reason), w.changesText(before, b)}
	position, err := w.position(ctx, act, row)
	if err != nil {
		return err
	}
	parts = append(parts, position,
		w.words.T("Il testo di prima e quello di adesso, uno accanto all’altro:")+"\n"+
			w.app.address("/"+w.row.Ambito+"/percorsi/"+w.slug+"/rettifiche"),
		w.words.T("La tua scheda:")+"\n"+w.manageAddress(row.Code))
	m.Text = w.letter(parts...)
	return nil
}

// changesText lists what changed: terms as people read them, the rest by its place.
func (w *writer) changesText(before *pdz.Process, b amendmentBody) string {
	var lines []string
	terms := map[string]bool{}
	for _, c := range closings(before, w.process) {
		terms["windows/"+c.Window.ID+"/closes"], terms["forms/"+c.Window.ID+"/closes"] = true, true
		terms["windows/"+c.Window.ID+"/wording"] = true
		now := w.words.T("da fissare")
		if c.New.Known {
			now = w.words.DateHour(c.New.Last())
		}
		lines = append(lines, w.words.T("– %s: il termine è %s (già %s)", c.Window.Title, now, w.words.DateHour(c.Old.Last())))
	}
	for _, c := range b.Changes {
		if !terms[c.Path] {
			lines = append(lines, w.words.T("– %s: %s", c.Path, c.Why))
		}
	}
	return strings.Join(lines, "\n")
}

// position says where the sheet stands by the verdicts of this amendment.
func (w *writer) position(ctx context.Context, act q.Act, row q.Adhesion) (string, error) {
	verdicts, err := w.app.Store.Read().VerdictsByAct(ctx, q.VerdictsByActParams{Ambito: w.row.Ambito, Act: act.N, Matter: row.Code})
	if err != nil {
		return "", err
	}
	for _, v := range verdicts {
		window, ok := w.process.Window(v.Rule)
		switch {
		case !ok || !v.Counts:
		case v.Result == string(pdz.Timely):
			return w.words.T("La scheda %s era fuori termine: con il nuovo termine del %s è nel termine. Restano agli atti tutti e due gli esiti.",
				row.Number, w.words.DateHour(window.Closes.Last())), nil
		case v.Result == string(pdz.Late):
			return w.words.T("La scheda %s era nel termine: con il nuovo termine del %s è fuori termine, perché la rettifica lo dispone. Restano agli atti tutti e due gli esiti.",
				row.Number, w.words.DateHour(window.Closes.Last())), nil
		}
	}
	return w.words.T("Per la scheda %s non cambia nulla: resta valido l’esito che hai già ricevuto.", row.Number), nil
}
