package web

import (
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// problemView is a line of the summary of errors: a link to the field.
type problemView struct{ Text, Href string }

// problemTexts has a sentence for every code a problem may have. The arguments
// of the problem go into its verbs, in their order.
var problemTexts = map[string]string{
	pdz.CodeRequired:         i18n.M("scrivi una risposta"),
	app.CodeExtensionEarlier: i18n.M("il nuovo termine deve venire dopo quello in vigore"),
	app.CodeExtensionWindow:  i18n.M("scegli un termine che l’avviso fissa"),
	app.CodeExtensionAct:     i18n.M("l’atto ha una data che deve ancora venire"),
	pdz.CodeTextEncoding:     i18n.M("il testo contiene caratteri che non si leggono: riscrivilo"),
	pdz.CodeTextControl:      i18n.M("il testo contiene un carattere di controllo (%s): riscrivilo senza incollarlo"),
	pdz.CodeTextNewline:      i18n.M("scrivi tutto su una riga sola"),
	pdz.CodeTextMarks:        i18n.M("ci sono troppi accenti sulla stessa lettera: al massimo %d"),
	pdz.CodeTextLong:         i18n.M("il testo è troppo lungo: %d caratteri, al massimo %d"),
	pdz.CodeEmailForm:        i18n.M("scrivi un indirizzo e-mail, per esempio nome@ente.it"),
	pdz.CodeEmailSeveral:     i18n.M("scrivi un indirizzo solo"),
	pdz.CodeEmailDomain:      i18n.M("dopo la @ c’è «%s», che non è un dominio: per esempio nome@ente.it"),
	pdz.CodeEmailLong:        i18n.M("l’indirizzo è troppo lungo: %d caratteri, al massimo %d"),
	pdz.CodePhoneForm:        i18n.M("in un numero di telefono non può esserci «%s»"),
	pdz.CodePhoneLength:      i18n.M("il numero ha %d cifre: devono essere fra %d e %d"),
	pdz.CodeTaxCodeForm:      i18n.M("il carattere %d, «%s», non può stare in quel posto"),
	pdz.CodeTaxCodeCheck:     i18n.M("il carattere di controllo non torna: ricontrolla ciò che hai scritto"),
	pdz.CodeDateForm:         i18n.M("scrivi giorno, mese e anno con quattro cifre, per esempio 20/03/2009"),
	pdz.CodeDateImpossible:   i18n.M("il giorno %d del mese %d non esiste"),
	pdz.CodeDateLeap:         i18n.M("nel %d il 29 febbraio non c’è stato: non era bisestile"),
	pdz.CodeDateOld:          i18n.M("l’anno deve essere dal %d in poi"),
	pdz.CodeDateFuture:       i18n.M("la data è nel futuro: oggi è il %s"),
	pdz.CodeHourForm:         i18n.M("scrivi l’ora come sul foglio, per esempio 11:58"),
	pdz.CodeNumberForm:       i18n.M("scrivi un numero intero, senza virgola"),
	pdz.CodeMoneyForm:        i18n.M("scrivi una cifra in euro, per esempio 1.500,00"),
	pdz.CodeChoice:           i18n.M("«%s» non è fra le risposte possibili: scegline una"),
	pdz.CodeTable:            i18n.M("«%s» non è uno dei tavoli"),
	pdz.CodeTablesFew:        i18n.M("hai scelto %d tavoli: ne servono almeno %d"),
	pdz.CodeTablesMany:       i18n.M("hai scelto %d tavoli: al massimo sono %d"),
	pdz.CodeMunicipality:     i18n.M("«%s» non è fra i Comuni: scegline uno"),
	pdz.CodeAttachment:       i18n.M("serve questo allegato"),
	pdz.CodeDeclaration:      i18n.M("per inviare serve questa dichiarazione"),
	app.CodeChannel:          i18n.M("chi è di questa categoria non può aderire con: %s"),
	app.CodeAlreadyAdhered:   i18n.M("con questo codice fiscale è già arrivata un’adesione, e l’avviso ne ammette una sola"),
	app.CodeOtherTaxCode:     i18n.M("chi aderisce non si può cambiare: il codice fiscale della scheda è %s"),
	app.CodeNotCorrectable:   i18n.M("la scheda è stata ritirata o sostituita: non si può più correggere"),
	app.CodeNoEmail:          i18n.M("serve un indirizzo e-mail a cui mandare la ricevuta"),
	app.CodeFileEmpty:        i18n.M("il file è vuoto"),
	app.CodeFileLarge:        i18n.M("il file è di %s, al massimo %s"),
	app.CodeFileKind:         i18n.M("il file deve essere di uno di questi tipi: %s. Conta ciò che contiene, non il nome"),
	app.CodeFileActive:       i18n.M("il file contiene parti che si attivano quando si apre (%s): salvalo come PDF semplice e riprova"),
	app.CodeFileArchive:      i18n.M("il file è costruito in un modo che non si può aprire senza rischi (%s): salvalo di nuovo, oppure come PDF"),
	app.CodeFileBroken:       i18n.M("il file è rovinato o incompleto: aprilo, salvalo di nuovo e riprova"),
	app.CodeNoContact:        i18n.M("scrivi un indirizzo e-mail o un numero di telefono"),
	app.CodeQuestionFuture:   i18n.M("la data e l’ora devono ancora venire"),
	app.CodeChangedSince:     i18n.M("nel frattempo qualcun altro ha scritto su questa domanda: rileggi, poi salva di nuovo"),
	app.CodeUnanswered:       i18n.M("la domanda non ha ancora una risposta: prima rispondi, poi pubblica"),
	app.CodeFAQExists:        i18n.M("c’è già una domanda frequente con queste parole"),
	app.CodePersonal:         i18n.M("il testo fa capire chi ha chiesto. Togli: %s"),
	app.CodeReadBack:         i18n.M("rileggi la scheda all’interessato e spunta la conferma"),
	app.CodeRole:             i18n.M("scegli un ruolo"),
	app.CodeInterval:         i18n.M("la fine viene prima dell’inizio"),
	app.CodeAppointed:        i18n.M("in quel periodo questa persona ha già questo ruolo"),
	app.CodeEnded:            i18n.M("questo incarico è già finito"),
	app.CodeMandateRole:      i18n.M("scegli in che veste"),
	app.CodeMandateInterval:  i18n.M("la fine viene prima dell’inizio, oppure è già passata"),
	app.CodeMandateExists:    i18n.M("questa persona ha già questo ruolo, o è già stata invitata"),
	app.CodeMandateOver:      i18n.M("si è già risposto, oppure il tempo è scaduto"),
	app.CodeMandateEnded:     i18n.M("questo incarico è già finito"),
	app.CodeMandateReplaces:  i18n.M("chi si vuole sostituire non agisce più per questo ente: riparti dall’elenco"),
	app.CodeErased:           i18n.M("i dati sono già stati cancellati"),
	app.CodeErasureKind:      i18n.M("fra gli atti di questa pratica ce n’è uno che si conserva per sempre (%s)"),
	app.CodeErasureAlive:     i18n.M("senza questi dati non si capirebbe più l’esito dell’atto n. %d: rivolgiti a chi gestisce il sistema"),
	app.CodeLastHead:         i18n.M("sei l’unico responsabile dell’ufficio: prima indica chi ti segue, poi finisci il tuo incarico"),
	app.CodeArrivalFuture:    i18n.M("l’arrivo non può essere nel futuro: adesso è %s"),
	app.CodeArrivalAfter:     i18n.M("l’arrivo non può venire dopo la registrazione: %s"),
	app.CodeHourTwice:        i18n.M("quel giorno le %s sono venute due volte, prima e dopo il cambio dell’ora: scegli quale"),
	app.CodeHourSkipped:      i18n.M("quel giorno le %s non ci sono state: l’orologio è passato avanti di un’ora"),
	app.CodeIntakeOwn:        i18n.M("il foglio l’hai registrato tu: il riscontro è di un altro addetto"),
	app.CodeIntakeDone:       i18n.M("il riscontro c’è già"),
	app.CodeIntakeScan:       i18n.M("serve la scansione del foglio: chi riscontra deve averlo visto"),
	app.CodeAnswersLarge:     i18n.M("tutto insieme il testo è troppo lungo: accorcialo, poi continua"),
}

// taxCodeLengths are the sentences for a tax code of the wrong length, by the
// length that was wanted.
var taxCodeLengths = map[int]string{
	11: i18n.M("deve avere 11 cifre, ne hai scritte %d"),
	16: i18n.M("deve avere 16 caratteri, ne hai scritti %d"),
	0:  i18n.M("deve avere 11 cifre per un ente o 16 caratteri per una persona, ne hai scritti %d"),
}

// requiredTexts are kinder words than "scrivi" for fields where one chooses.
var requiredTexts = map[string]string{
	"choice":         i18n.M("scegli una risposta"),
	"choices":        i18n.M("scegli almeno una risposta"),
	"tables":         i18n.M("scegli almeno un tavolo"),
	"municipality":   i18n.M("scegli il Comune"),
	"municipalities": i18n.M("scegli almeno un Comune"),
	"confirm":        i18n.M("spunta la casella"),
	"email":          i18n.M("scrivi un indirizzo e-mail, per esempio nome@ente.it"),
	"pec":            i18n.M("scrivi un indirizzo PEC, per esempio nome@pec.it"),
	"date":           i18n.M("scrivi la data, per esempio 20/03/2009"),
}

// problemText says for the summary what is wrong with a field, its name first.
// Beside the field, whose label is there, stands the sentence alone.
func (q asking) problemText(p pdz.Problem) string {
	label, kind := q.named(p.Field)
	text := q.sentence(p, kind)
	if label == "" {
		return text
	}
	return strings.TrimSuffix(label, ".") + ": " + text
}

// named returns the label of a field, attachment or declaration, and its type.
func (q asking) named(id string) (label, kind string) {
	if x, ok := q.form.Field(id); ok {
		return x.Label, x.Type
	}
	for _, a := range q.form.Attachments {
		if a.ID == id {
			return a.Label, ""
		}
	}
	for _, d := range q.form.Declarations {
		if d.ID == id {
			return d.Text, ""
		}
	}
	return "", ""
}

func (q asking) sentence(p pdz.Problem, kind string) string {
	args := q.arguments(p)
	switch {
	case p.Code == pdz.CodeRequired && requiredTexts[kind] != "":
		return q.T(requiredTexts[kind])
	case p.Code == pdz.CodeTaxCodeLength && len(args) == 2:
		if want, ok := args[1].(int); ok && taxCodeLengths[want] != "" {
			return q.T(taxCodeLengths[want], args[0])
		}
	}
	if text, ok := problemTexts[p.Code]; ok {
		return q.T(text, args[:strings.Count(text, "%")]...)
	}
	return q.T("il dato non va bene: controllalo")
}

// arguments brings what a problem holds to what a page writes.
func (q asking) arguments(p pdz.Problem) []any {
	args := make([]any, len(p.Args))
	for i, a := range p.Args {
		args[i] = a
		switch a := a.(type) {
		case pdz.Date:
			args[i] = slashDate(a)
		case string:
			args[i] = shortened(a)
		case []string:
			args[i] = strings.ToUpper(strings.Join(a, ", "))
		case int:
			if p.Code == app.CodeFileLarge {
				args[i] = q.fileSize(int64(a))
			}
		}
	}
	return args
}

// shortened keeps what was typed from filling the page when it is told back.
func shortened(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// problemViews makes the summary. A field on this page is linked to directly,
// any other through the page of its step.
func (q asking) problemViews(here []fieldView, stepHref func(field string) string) []problemView {
	var all []problemView
	for _, p := range q.problems {
		v := problemView{Text: q.problemText(p)}
		for _, f := range here {
			if f.ID == p.Field {
				v.Href = "#" + f.Element()
			}
		}
		if v.Href == "" {
			v.Href = stepHref(p.Field)
		}
		all = append(all, v)
	}
	return all
}
