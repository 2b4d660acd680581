package register

import (
	"fmt"
	"strings"
	"time"
)

// verdicts are the words for codes, as an office would say them.
var verdicts = map[Code]string{
	Valid:        "VALIDA",
	NotValid:     "NON VALIDA",
	Unreadable:   "NON LEGGIBILE",
	NotAnchored:  "COERENTE MA NON ANCORATA",
	Misbehaviour: "PROVA DI COMPORTAMENTO SCORRETTO DEL REGISTRO",
}

// reasons are the sentences for Finding.Reason; the verbs take Finding.Args.
var reasons = map[string]string{
	ReasonOK:           "firmata con una chiave di cui ci si fida, e tutto corrisponde.",
	ReasonNotAnchored:  "tutto corrisponde, ma nessuna chiave fidata del registro %s è stata indicata: chi ha firmato potrebbe non essere l'Ambito.",
	ReasonFormat:       "il file non è una ricevuta, una prova o un'impronta del registro, oppure è stato rovinato o modificato (dettaglio: %s).",
	ReasonKey:          "la chiave indicata come fidata non è una chiave (dettaglio: %s).",
	ReasonIndex:        "l'atto dice di essere il n. %s, la prova lo mette al n. %s.",
	ReasonOrigin:       "l'atto è del registro %s, l'impronta è del registro %s.",
	ReasonInclusion:    "la prova non porta dall'atto n. %s all'impronta del registro di %s atti.",
	ReasonSignature:    "la firma sull'impronta del registro %s non è buona per la chiave conosciuta.",
	ReasonNoKey:        "nessuna chiave del registro %s è conosciuta, quindi la firma non si può controllare: indicare la chiave pubblica del registro.",
	ReasonUntrustedKey: "la firma è di una chiave che porta il nome del registro %s ma non è quella fidata.",
	ReasonBody:         "il testo dell'atto non è quello registrato.",
	ReasonFiles:        "l'elenco degli allegati non è quello registrato.",
	ReasonFileCount:    "gli allegati elencati sono %s, quelli registrati %s.",
	ReasonAuthor:       "l'autore dell'atto non è quello registrato.",
}

// Text tells the report in Italian, for a terminal.
func (r Report) Text() string {
	var b strings.Builder
	for _, f := range r.Findings {
		f.write(&b)
	}
	for _, f := range r.Unused {
		b.WriteString("Non usato per il confronto. ")
		f.write(&b)
	}
	for _, c := range r.Conflicts {
		c.write(&b)
	}
	return b.String()
}

func (f Finding) write(b *strings.Builder) {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	fmt.Fprintf(b, "%s: %s: %s\n", f.Name, verdicts[f.Code], fmt.Sprintf(reasons[f.Reason], args...))
	if f.Code != Valid && f.Code != NotAnchored {
		return
	}
	if f.Leaf != nil {
		f.writeLeaf(b)
	}
	fmt.Fprintf(b, "  registro %s di %d atti, impronta %s\n", f.Checkpoint.Origin, f.Checkpoint.Size, formatBase64(f.Checkpoint.Root[:]))
}

func (f Finding) writeLeaf(b *strings.Builder) {
	l := f.Leaf
	fmt.Fprintf(b, "  atto n. %d (%s), pratica %s, codice di controllo %s\n", l.N, l.Kind, l.Matter, f.CheckCode)
	fmt.Fprintf(b, "  ricevuto il %s via %s, registrato il %s\n", italianTime(l.T), l.Via, italianTime(l.TR))
	if !l.TF.IsZero() {
		fmt.Fprintf(b, "  attestato dalla fonte il %s\n", italianTime(l.TF))
	}
	if l.OutOfStep() {
		b.WriteString("  attenzione: fra ricezione e registrazione passa più di un minuto, o l'ordine è rovesciato\n")
	}
}

func (c Conflict) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s: la chiave %s ha firmato due registri che non possono essere lo stesso", verdicts[Misbehaviour], c.Key)
	if c.SameSize {
		b.WriteString(" (stesso numero di atti, impronte diverse).\n")
	} else {
		fmt.Fprintf(b, " (il contenuto degli atti da %d a %d è cambiato).\n", c.Index<<c.Level, (c.Index+1)<<c.Level-1)
	}
	if !c.Trusted {
		b.WriteString("La chiave non è fra quelle fidate: la prova vale contro chi la possiede.\n")
	}
	for i, name := range c.Names {
		fmt.Fprintf(b, "--- %s\n%s", name, c.Checkpoints[i])
	}
}

// italianTime writes an instant as Italian offices read it, to the millisecond.
// Without a time zone database it says UTC rather than guess the offset.
func italianTime(t time.Time) string {
	const layout = "02/01/2006 alle 15:04:05,000"
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return t.Format(layout) + " (UTC)"
	}
	local := t.In(rome)
	_, offset := local.Zone()
	return fmt.Sprintf("%s (ora italiana, UTC%+d)", local.Format(layout), offset/3600)
}
