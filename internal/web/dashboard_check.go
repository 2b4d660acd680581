package web

import (
	"strings"

	"concerto/internal/app"
)

// checkLine is something that the office has to look at.
type checkLine struct {
	Text, Href string
	Detail     string
	Links      []Link // single sheets, where no list has them together
}

// checkLines are what there is to look at; nothing that is none is in it. Each count
// is that of the list behind its link.
func (p *dashboardPage) checkLines(d *app.Dashboard) []checkLine {
	var lines []checkLine
	for _, c := range app.Checks {
		if n := (app.InboxFilter{Check: c}).Count(d.Rows); n > 0 {
			text, detail := p.checkWords(c, n, d)
			lines = append(lines, checkLine{Text: text, Detail: detail, Href: p.OfficeHref("adesioni") + "?vedere=" + string(c)})
		}
	}
	if n := len(d.Questions); n > 0 {
		lines = append(lines, p.questionLine(d.Questions))
	}
	if len(d.Undelivered) > 0 {
		lines = append(lines, p.undeliveredLine(d.Undelivered))
	}
	return lines
}

// checkWords says what is to be looked at, and in smaller words why.
func (p *dashboardPage) checkWords(c app.Check, n int, d *app.Dashboard) (text, detail string) {
	switch c {
	case app.CheckWaits:
		return p.TN("Una scheda da riscontrare", "%d schede da riscontrare", n), p.T("l’ora di arrivo la conferma un secondo addetto")
	case app.CheckDuplicate:
		return p.TN("Un possibile doppione", "%d possibili doppioni", n), p.T("stesso codice fiscale")
	case app.CheckIncomplete:
		return p.TN("Una scheda da completare", "%d schede da completare", n), p.T("manca un dato o una regola non può ancora decidere")
	case app.CheckChannel:
		return p.TN("Una scheda non ammessa", "%d schede non ammesse", n), p.T("per il canale o per decisione dell’ufficio")
	}
	return p.TN("Una scheda arrivata dopo il termine", "%d schede arrivate dopo il termine", n), p.lateText(d)
}

// maxLateTold is how many late arrivals are told one by one.
const maxLateTold = 3

// lateText tells when and how the first late sheets came: "Fax 12:04; Sito 12:31:10".
func (p *dashboardPage) lateText(d *app.Dashboard) string {
	late := app.InboxFilter{Check: app.CheckLate, Sort: "vecchie"}.Sift(d.Rows)
	var parts []string
	for i, r := range late {
		if i == maxLateTold {
			parts = append(parts, p.TN("e un’altra", "e altre %d", len(late)-i))
			break
		}
		c, _ := p.Proc.Channel(r.Channel)
		when := hourOf(c, r.ArrivedAt)
		if w, ok := adhesionWindow(p.Proc.Process); !ok || !w.Closes.Known || c.Precision == "day" || !sameDay(w.Closes.Last().In(p.Proc.Zone), r.ArrivedAt) {
			when = p.dayMark(r.ArrivedAt)
		}
		parts = append(parts, p.channelName(c)+" "+when)
	}
	return strings.Join(parts, "; ")
}

func (p *dashboardPage) questionLine(open []app.OpenInquiry) checkLine {
	free := 0
	for _, x := range open {
		if !x.Assigned {
			free++
		}
	}
	line := checkLine{Text: p.TN("Una domanda senza risposta", "%d domande senza risposta", len(open)), Href: p.DeskHref(""), Detail: p.T("tutte assegnate")}
	switch {
	case free == len(open):
		line.Href, line.Detail = p.DeskHref("")+"?stato="+stateToAssign, p.T("nessuna è assegnata")
	case free > 0:
		line.Detail = p.TN("una è da assegnare", "%d sono da assegnare", free)
	default:
		line.Href += "?stato=" + stateToAnswer
	}
	return line
}

// maxUndelivered is how many sheets whose mail did not leave are linked.
const maxUndelivered = 5

func (p *dashboardPage) undeliveredLine(all []app.Undelivered) checkLine {
	gone := 0
	line := checkLine{Text: p.TN("E-mail non consegnata per una scheda", "E-mail non consegnate per %d schede", len(all))}
	for i, x := range all {
		if x.GivenUp {
			gone++
		}
		if i < maxUndelivered {
			line.Links = append(line.Links, Link{x.Number, p.OfficeHref("adesioni/" + x.Code)})
		}
	}
	line.Detail = p.T("il sistema riprova da solo")
	if gone > 0 {
		line.Detail = p.TN("per una il sistema non riprova più: forse l’indirizzo è sbagliato", "per %d il sistema non riprova più: forse l’indirizzo è sbagliato", gone)
	}
	return line
}
