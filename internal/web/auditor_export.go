package web

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"concerto/internal/app"
	"concerto/internal/docs"
	"concerto/internal/i18n"
)

// maxExported is how many readings of personal data an extract holds: some years.
const maxExported = 1_000_000

// evidence gives the signed extract of the register.
func (s *Site) evidence(w http.ResponseWriter, r *http.Request) error {
	l, err := s.oversightLayout(r, i18n.M("Estratto firmato"))
	if err != nil {
		return err
	}
	ctx, who := r.Context(), Who(r.Context())
	found, err := s.App.Exceptions(ctx, who, l.AmbitoID)
	if err != nil {
		return err
	}
	read, _, err := s.App.Accesses(ctx, who, l.AmbitoID, app.AccessFilter{Limit: maxExported})
	if err != nil {
		return err
	}
	exceptions, err := l.exceptionsTable(found)
	if err != nil {
		return err
	}
	accesses, err := l.accessesTable(read)
	if err != nil {
		return err
	}
	files := []app.EvidenceFile{{Name: "eccezioni.csv", Content: exceptions}, {Name: "accessi.csv", Content: accesses},
		{Name: "LEGGIMI.txt", Content: []byte(l.howToCheck())}}
	var b bytes.Buffer // an archive that breaks off half way must not look like one
	if err := s.App.Evidence(ctx, who, l.AmbitoID, files, &b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Content-Disposition", `attachment; filename="registro-`+l.AmbitoID+"-"+l.Now.Format("2006-01-02")+`.zip"`)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // fails only when the client went away
	}
	return nil
}

func (l *Layout) exceptionsTable(all []app.Exception) ([]byte, error) {
	t := l.plainTable(l.T("Eccezioni"), l.T("Tipo"), l.T("Quando"), l.T("Foglia"), l.T("Percorso"), l.T("Numero"), l.T("Addetto"), l.T("Secondo addetto"),
		l.T("Minuti fra arrivo e registrazione"), l.T("Motivo"))
	t.Columns[1].Kind, t.Columns[2].Kind, t.Columns[7].Kind = docs.Instant, docs.Whole, docs.Whole
	t.Rows = func(yield func([]docs.Cell, error) bool) {
		for _, e := range all {
			x := l.exceptionLine(e)
			gap, officer := docs.Empty, e.Officer
			if e.Kind == app.SecondHand {
				gap = docs.WholeCell(int64(e.Gap / time.Minute))
			} else {
				officer = x.By
			}
			if !yield([]docs.Cell{docs.TextCell(x.Kind), docs.InstantCell(e.At), docs.WholeCell(x.Leaf), docs.TextCell(e.Process), docs.TextCell(e.Number),
				docs.TextCell(officer), docs.TextCell(e.Second), gap, docs.TextCell(e.Reason)}, nil) {
				return
			}
		}
	}
	return csvOf(t)
}

func (l *Layout) accessesTable(all []app.AccessView) ([]byte, error) {
	t := l.plainTable(l.T("Accessi"), l.T("Quando"), l.T("Chi"), l.T("Ruolo"), l.T("Indirizzo"), l.T("Scheda"), l.T("Perché"))
	t.Columns[0].Kind = docs.Instant
	t.Rows = func(yield func([]docs.Cell, error) bool) {
		for _, x := range all {
			if !yield([]docs.Cell{docs.InstantCell(x.At), docs.TextCell(x.Name), docs.TextCell(l.roleText(x.Role)), docs.TextCell(x.What),
				docs.TextCell(x.Number), docs.TextCell(l.T(x.Why))}, nil) {
				return
			}
		}
	}
	return csvOf(t)
}

// plainTable begins a table of texts.
func (l *Layout) plainTable(title string, columns ...string) *docs.Table {
	t := &docs.Table{Title: title, Sheet: title, Zone: l.zone(), Yes: l.T("sì"), No: l.T("no")}
	for _, name := range columns {
		t.Columns = append(t.Columns, docs.Column{Name: name})
	}
	return t
}

// csvOf is a short table as CSV.
func csvOf(t *docs.Table) ([]byte, error) {
	var b bytes.Buffer
	err := t.WriteCSV(&b)
	return b.Bytes(), err
}

// howToCheck is the file that says what is in the archive and how to check it.
func (l *Layout) howToCheck() string {
	text := ""
	for _, line := range []string{
		l.T("Estratto del registro di %s, %s.", l.AmbitoName, l.DateHour(l.Now)),
		l.T("Che cosa c’è"),
		l.T("foglie/: ogni atto del registro, byte per byte, numerato da zero. Una foglia non contiene dati personali: al loro posto ha impronte."),
		l.T("checkpoint: lo stato firmato del registro (C2SP tlog-checkpoint). La seconda riga è il numero delle foglie, la terza la radice in base64."),
		l.T("chiave: la chiave pubblica del registro. Confrontala con quella pubblicata sul sito o annotata altrove: se la chiave non è quella, le firme non provano nulla."),
		l.T("eccezioni.csv: ciò che si è scostato dalla regola. accessi.csv: chi ha letto dati personali e perché. Contengono nomi di addetti e motivi scritti da loro: trattali come atti riservati."),
		l.T("somme.note: le impronte SHA-256 di tutti gli altri file, con chi ha chiesto l’estratto e quando, firmate con la chiave del registro."),
		l.T("Come si controlla, senza questo sito e senza collegarsi"),
		l.T("1. La firma di somme.note e quella di checkpoint sono «signed note» (C2SP signed-note, Ed25519): le apre qualunque programma che conosca il formato, per esempio golang.org/x/mod/sumdb/note, con il contenuto del file chiave. Il testo firmato finisce con la riga vuota che precede le righe che cominciano con «—»."),
		l.T("2. Le impronte: copia in somme.txt le righe di somme.note fatte di 64 cifre e un nome, poi «sha256sum -c somme.txt» (Linux, macOS) deve rispondere OK per ogni file."),
		l.T("3. La radice: l’impronta di una foglia è SHA-256 di un byte 0 seguito dai byte del file; quella di un nodo è SHA-256 di un byte 1 seguito dalle impronte dei due figli; l’albero è quello di RFC 6962, sezione 2.1. La radice che ne risulta deve essere quella del checkpoint."),
		l.T("4. Due estratti presi in giorni diversi: le foglie del primo devono essere le prime del secondo, identiche."),
		l.T("Una ricevuta di un’adesione si controlla invece con «concerto verify»."),
	} {
		text += line + "\r\n\r\n"
	}
	return text
}
