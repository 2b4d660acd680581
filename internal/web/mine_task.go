package web

import (
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// thenShown is how many things the home names after the first.
const thenShown = 3

// plan says what to do next and what comes after it, the first that holds: answer an
// invitation, confirm the address, complete what the office asks for, come to the
// next sitting.
func (p *minePage) plan(s *Site, home *app.HomeView, c chosen) {
	own := p.sheetHref(c.sheet)
	coming := p.coming(c.sheet)
	switch x := c.sheet; {
	case !x.Confirmed && x.Email == home.Email && over(x.State) == "":
		p.Task = task{Title: p.T("Conferma il tuo indirizzo"), Text: p.T("Sai già che %s è tuo: premi e dillo anche per la scheda %s.", x.Email, x.Number),
			Action: p.T("Vai alla conferma"), Href: p.Href("/" + x.Ambito + "/conferma/" + x.Code + "/" + s.App.ConfirmKey(x.Ambito, x.Code, x.Email))}
	case x.Asked != "":
		p.Task = task{Title: p.T("Completa la scheda"), Text: x.Asked, Post: own + "/correzione", Button: p.T("Correggi la scheda")}
		if !x.Due.IsZero() {
			p.Task.When = p.T("Entro %s: %s", p.DateHour(x.Due), p.left(x.Due))
		}
	case over(x.State) != "":
		p.Task = task{Nothing: true, Title: p.T("Niente da fare"), Text: p.T(over(x.State))}
	case len(coming) > 0:
		p.Task = p.come(coming[0], own)
		if c.body.MayInvite {
			p.Task.SendOther = p.bodyHref(c.ambito.ID, c.body.ID) + "#nuova"
		}
		coming = coming[1:]
	default:
		p.Task = task{Nothing: true, Title: p.T("Niente da fare"), Text: p.T("Gli incontri a cui partecipavi si sono svolti.")}
	}
	for i, m := range coming {
		if i == thenShown {
			break
		}
		p.Then = append(p.Then, p.thenLine(m))
	}
}

// left writes how long there is still time.
func (l *Layout) left(t time.Time) string {
	if d := t.Sub(l.Now); d > 0 {
		return l.T("mancano %s", l.Countdown(d))
	}
	return l.T("il termine è passato")
}

// coming are the sessions that a sheet joins and that are not over. One out of time
// joins none by itself, but the one that makes it count.
func (p *minePage) coming(x *app.HomeSheet) []pdz.Session {
	var out []pdz.Session
	for _, m := range joinedSessions(x.Process.Process, chosenTables(x.AdhesionView)) {
		counts := x.State == app.AdhesionActive || x.State == app.AdhesionDuplicate || m.ID == makesCount(x.Process.Process)
		if counts && sessionStage(x.Process.Process, m, p.Now) != past {
			out = append(out, m)
		}
	}
	return out
}

// makesCount is the session whose attendance makes a late sheet an adhesion (A1).
func makesCount(p *pdz.Process) string {
	for _, g := range p.Participation.Grounds {
		if g.Kind == "attendance" {
			return g.Session
		}
	}
	return ""
}

// overTexts say why nothing is to be done about a sheet, by its state.
var overTexts = map[app.AdhesionState]string{
	app.AdhesionWithdrawn:   i18n.M("L’adesione è stata ritirata. Per tornare fra chi aderisce invia una nuova scheda."),
	app.AdhesionSuperseded:  i18n.M("Questa scheda è stata sostituita da una più recente."),
	app.AdhesionNotAdmitted: i18n.M("La scheda non è stata ammessa: la motivazione è nella pagina dell’adesione."),
	app.AdhesionWaiting:     i18n.M("Un secondo addetto deve confermare quando la scheda è arrivata. Non devi fare nulla."),
}

// over is the text of a state in which nothing is to be done; empty for the others.
func over(state app.AdhesionState) string { return overTexts[state] }

// come invites to a sitting.
func (p *minePage) come(m pdz.Session, own string) task {
	t := task{Title: p.T("Vieni a «%s»", m.Name()), Place: venueText(p.Proc.Process, m.Venue), When: capital(p.sessionWhen(m)),
		Href: p.ProcessHref("incontri/" + m.ID), Action: p.T("Che cosa si fa"), CalendarHref: own + "/incontri.ics"}
	if m.Start.Known && !m.Start.DateOnly && sameDay(m.Start.At, p.Now) {
		t.Title = p.T("Oggi alle %s vieni a «%s»", p.Hour(m.Start.At), m.Name())
		if d := m.Start.At.Sub(p.Now); d > 0 {
			t.Text = p.T("Comincia fra %s.", p.Countdown(d))
		} else {
			t.Text = p.T("È cominciato.")
		}
	}
	return t
}

func (p *minePage) thenLine(m pdz.Session) thenLine {
	line := thenLine{Title: m.Name(), Href: p.ProcessHref("incontri/" + m.ID), Text: capital(p.sessionWhen(m))}
	if place := venueText(p.Proc.Process, m.Venue); place != "" {
		line.Text += ", " + place
	}
	if m.Start.Known {
		line.ISO, line.Day, line.Month = m.Start.At.Format(time.DateOnly), m.Start.At.Format("2"), p.MonthShort(m.Start.At)
	}
	return line
}
