package web

import (
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// verdictTexts are the words for the verdicts of the office.
var verdictTexts = map[string]string{
	app.Admitted: i18n.M("ammessa"), app.WithReserve: i18n.M("ammessa con riserva"), app.AskedMore: i18n.M("da completare"),
	app.NotAdmitted: i18n.M("non ammessa"), app.Distinct: i18n.M("non è un doppione"),
}

// verdictTones are the classes of their labels; the word beside says the same.
var verdictTones = map[string]string{app.Admitted: "ok", app.WithReserve: "warn", app.AskedMore: "warn", app.NotAdmitted: "bad", app.Distinct: "now"}

func (l *Layout) verdictText(verdict string) string {
	if text, ok := verdictTexts[verdict]; ok {
		return l.T(text)
	}
	return verdict
}

// stateTexts are the words for where a sheet stands.
var stateTexts = map[app.AdhesionState]string{
	app.AdhesionActive: i18n.M("in vigore"), app.AdhesionLate: i18n.M("fuori termine"), app.AdhesionDuplicate: i18n.M("doppione da decidere"),
	app.AdhesionSuperseded: i18n.M("sostituita"), app.AdhesionWithdrawn: i18n.M("ritirata"), app.AdhesionNotAdmitted: i18n.M("non ammessa"),
	app.AdhesionWaiting: i18n.M("in attesa di un secondo addetto"),
}

func (l *Layout) stateText(state app.AdhesionState) string {
	if text, ok := stateTexts[state]; ok {
		return l.T(text)
	}
	return string(state)
}

// decisionTexts has a sentence for every code of a decision, a duplicate, a merge
// and a list.
var decisionTexts = map[string]string{
	app.CodeDecisionVerdict: i18n.M("«%s» non è fra le decisioni possibili"),
	app.CodeDecisionState:   i18n.M("la scheda è %s: su di essa questa decisione non si può prendere"),
	app.CodeDecisionWaits:   i18n.M("l’arrivo aspetta la conferma di un secondo addetto: prima quella, poi la decisione"),
	app.CodeDecisionOwn:     i18n.M("la scheda l’hai registrata tu: decide un altro addetto"),
	app.CodeDecisionMode:    i18n.M("l’avviso non prevede una selezione: si esclude solo un doppione o chi ha usato un canale che non può usare"),
	app.CodeDecisionOther:   i18n.M("dello stesso soggetto è già in vigore la scheda %s: prima si decide quale vale"),
	app.CodeDecisionStale:   i18n.M("intanto sulla scheda è successo qualcosa: rileggila e decidi di nuovo"),
	app.CodeDecisionDue:     i18n.M("il termine deve essere dopo oggi"),
	app.CodeTwinSame:        i18n.M("è la stessa scheda due volte"),
	app.CodeTwinProcess:     i18n.M("le due schede sono di percorsi diversi"),
	app.CodeTwinNone:        i18n.M("né il codice fiscale né il nome dicono che siano dello stesso soggetto"),
	app.CodeTwinLoses:       i18n.M("uscirebbe la scheda %s, che è in vigore, e l’altra non può prenderne il posto"),
	app.CodeMergeBoth:       i18n.M("tutti e due hanno un’adesione in vigore nel percorso %s: prima si decide quale vale"),
	app.CodeMergeGone:       i18n.M("%s è già stato unito a un altro soggetto"),
	app.CodeMergeNature:     i18n.M("una persona e un ente non sono lo stesso soggetto"),
	app.CodeMergeCode:       i18n.M("resta il soggetto che ha il codice fiscale: scegli l’altro"),
	app.CodeListUndecided:   i18n.M("l’avviso chiede una decisione per ogni scheda e ne mancano: %s"),
	app.CodeListTwins:       i18n.M("ci sono doppioni su cui decidere: %s"),
	app.CodeListWaits:       i18n.M("ci sono arrivi che aspettano un secondo addetto: %s"),
	app.CodeListEmpty:       i18n.M("non c’è nessuna scheda da elencare"),
	app.CodeListDate:        i18n.M("l’atto non può avere una data dopo oggi"),
}

// decisionRequired say of each field of these forms what has to be given.
var decisionRequired = map[string]string{
	app.FieldVerdict: i18n.M("scegli la decisione"), app.FieldReason: i18n.M("scrivi il motivo: chi legge deve capire perché"),
	app.FieldAsked: i18n.M("scrivi quale dato serve"), app.FieldTitle: i18n.M("scrivi il titolo dell’elenco"),
	app.FieldActNumber: i18n.M("scrivi il numero dell’atto"), app.FieldActDate: i18n.M("scrivi la data dell’atto"),
	"scheda": i18n.M("scegli almeno una scheda"), "vale": i18n.M("scegli quale scheda vale"), "resta": i18n.M("scegli quale soggetto resta"),
}

// officeProblem says in a sentence what is wrong with what the office sent.
func (l *Layout) officeProblem(p pdz.Problem) string {
	if text, ok := decisionRequired[p.Field]; ok && p.Code == pdz.CodeRequired {
		return l.T(text)
	}
	text, ok := decisionTexts[p.Code]
	if !ok {
		return l.asking(pdz.Form{}, nil, nil).sentence(p, "")
	}
	args := p.Args
	if p.Code == app.CodeDecisionState && len(args) == 1 {
		if state, ok := args[0].(string); ok {
			args = []any{l.stateText(app.AdhesionState(state))}
		}
	}
	return l.T(text, args[:min(len(args), strings.Count(text, "%"))]...)
}

// problemsOf makes the summary of a page of the office, and the sentence beside each field.
func (l *Layout) problemsOf(problems pdz.Problems) ([]problemView, map[string]string) {
	var all []problemView
	fields := map[string]string{}
	for _, p := range problems {
		v := problemView{Text: capital(l.officeProblem(p))}
		if p.Field != "" {
			v.Href = "#" + p.Field
			fields[p.Field] = v.Text
		}
		all = append(all, v)
	}
	return all, fields
}
