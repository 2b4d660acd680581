package web

import (
	"cmp"
	"html/template"
	"net/http"
	"strconv"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// processPage shows where a process stands and what can be done now.
type processPage struct {
	Layout
	Heading, Lead string
	Primary       Link // the one action of the page
	Box           deadlineBox
	Phases        []phaseView
	Gantt         template.HTML
	SessionsTitle string
	Sessions      sessionList
	TablesLead    string
	Tables        []tableView
	How           []howStep
	Lists         []listLink // of admitted and not admitted, the latest first
}

// shownSessions is how many sessions the page lists before it sends to the calendar.
const shownSessions = 6

func (s *Site) process(r *http.Request) (*Content, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	tally, err := s.App.Tally(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	p := &processPage{Layout: s.layout(r, v)}
	p.Current = p.ProcessHref("")
	p.Title, p.Heading = p.PlanTitle(), p.T("Costruiamo insieme il %s", p.PlanTitle())
	p.Lead = leadOf(&p.Layout)
	p.Description = p.Lead
	p.crumbs()
	p.Crumbs = []Link{{Text: p.PlanTitle()}}
	p.Box, p.Primary = deadline(&p.Layout, tally)
	p.Phases = phaseViews(&p.Layout)
	p.Gantt = gantt(p.Printer, v, p.Now)
	p.listSessions(choiceOf(r))
	p.Tables, p.TablesLead = tableViews(&p.Layout, tally), tablesLead(&p.Layout)
	p.How = howTo(&p.Layout)
	lists, err := s.App.Lists(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	p.Lists = p.listLinks(lists)
	return &Content{Page: "process", Data: p, Until: tally.Until}, nil
}

// listSessions shows what is to come or, when all is over, what was.
func (p *processPage) listSessions(c choice) {
	sessions := comingSessions(p.Proc, p.Now)
	p.SessionsTitle = p.T("Prossimi incontri")
	if len(sessions) == 0 {
		sessions, p.SessionsTitle = inOrder(p.Proc.Sessions), p.T("Incontri svolti")
	}
	p.Sessions = p.sessionList(sessions, c, p.ProcessHref(""))
	p.Sessions.firstOnly(shownSessions, p.ProcessHref("calendario"))
}

// leadOf says in a sentence who plans what, from the data of the process.
func leadOf(l *Layout) string {
	var who string
	if n := len(l.Proc.Ambito.Municipalities); n > 0 {
		who = l.TN("Un Comune", "%d Comuni", n) + " "
		who += l.T("e tutti i soggetti del territorio programmano insieme i servizi sociali")
	} else {
		who = l.T("Tutti i soggetti del territorio programmano insieme i servizi sociali")
	}
	if len(l.Proc.Plans) > 0 && l.Proc.Plans[0].From > 0 {
		who += " " + l.T("dal %d al %d", l.Proc.Plans[0].From, l.Proc.Plans[0].To)
	}
	if len(l.Proc.Tables.List) == 0 {
		return who + ". " + l.T("Aderisci e segui il percorso fino all’atto che adotta il Piano.")
	}
	return who + ". " + l.T("Aderisci, partecipa a un tavolo, segui il percorso fino all’atto che adotta il Piano.")
}

// phaseView is a phase as the list of milestones shows it.
type phaseView struct {
	Number                   int
	Title, Dates, Text, Note string
	Stage                    stage
	Rows                     []phaseRow // sessions and windows, for the table
}

// phaseRow is a line of the table that tells the same as the timeline.
type phaseRow struct{ When, What, Who string }

func phaseViews(l *Layout) []phaseView {
	var all []phaseView
	for _, t := range phaseTimes(l.Proc.Process, l.Now) {
		v := phaseView{Number: t.Number, Title: t.Name(), Stage: t.Stage, Dates: l.T("data da fissare")}
		if t.known {
			v.Dates = l.Range(t.from, t.to)
		}
		v.Text = cmp.Or(t.Summary, capital(meetingsText(l, t)))
		v.Note = phaseNote(l, t)
		v.Rows = phaseRows(l, t)
		all = append(all, v)
	}
	return all
}

// meetingsText counts what is in a phase: "5 incontri, 2 aperti a tutti".
func meetingsText(l *Layout, t phaseTime) string {
	open := 0
	for _, s := range t.Sessions {
		if s.Admission == "open" {
			open++
		}
	}
	var text string
	if n := len(t.Sessions); n > 0 {
		text = l.TN("un incontro", "%d incontri", n)
		if open > 0 {
			text += ", " + l.TN("uno aperto a tutti", "%d aperti a tutti", open)
		}
	}
	for _, w := range t.Windows {
		if text != "" {
			text += "; "
		}
		text += w.Title
	}
	return text
}

// phaseNote says how far the phase in course has come, and what is open in a coming one.
func phaseNote(l *Layout, t phaseTime) string {
	switch t.Stage {
	case past:
		return l.T("Conclusa")
	case next:
		return l.T("Comincia %s", l.Date(t.from))
	case current:
		held := 0
		for _, s := range t.Sessions {
			if sessionStage(l.Proc.Process, s, l.Now) == past {
				held++
			}
		}
		if len(t.Sessions) == 0 {
			return l.T("In corso")
		}
		return l.TN("In corso: un incontro svolto su %[2]d", "In corso: %d incontri svolti su %d", held, len(t.Sessions))
	}
	if joins(l.Proc.Process, t) && adhesionOpen(l) {
		return l.T("Adesioni aperte")
	}
	return ""
}

// joins reports whether adherents join a session of the phase.
func joins(p *pdz.Process, t phaseTime) bool {
	for _, s := range t.Sessions {
		for _, id := range p.Participation.JoinsSessions {
			if s.ID == id {
				return true
			}
		}
	}
	return false
}

func adhesionOpen(l *Layout) bool {
	w, ok := adhesionWindow(l.Proc.Process)
	return ok && w.State(l.Now) == pdz.Open
}

func phaseRows(l *Layout, t phaseTime) []phaseRow {
	var rows []phaseRow
	for _, s := range inOrder(t.Sessions) {
		row := phaseRow{When: l.T("data da fissare"), What: s.Name(), Who: l.admission(s.Admission)}
		if s.Start.Known {
			row.When = l.Date(s.Start.At)
			if h := l.hoursOf(s); h != "" {
				row.When += ", " + h
			}
		}
		row.When = l.withHeld(row.When, s)
		rows = append(rows, row)
	}
	for _, w := range t.Windows {
		rows = append(rows, phaseRow{When: l.withWas(windowDates(l, w), w.ID), What: w.Title, Who: ""})
	}
	return rows
}

// windowDates writes the days of a window.
func windowDates(l *Layout, w pdz.Window) string {
	switch {
	case w.Opens.Known && w.Closes.Known:
		return l.Range(w.Opens.First(), w.Closes.Last())
	case w.Closes.Known:
		return l.T("fino a %s", l.Date(w.Closes.Last()))
	}
	return l.T("data da fissare")
}

// tableView is a table of the process as cards show it.
type tableView struct {
	Number      int
	Colour      string // class of its colour, a second sign beside the number
	Title, Href string
	Adhesions   int
}

func tableViews(l *Layout, tally app.Tally) []tableView {
	var all []tableView
	for _, t := range l.Proc.Tables.List {
		all = append(all, tableView{
			Number: t.Number, Colour: colourOf(t.Number), Title: t.Title,
			Href: l.ProcessHref("tavoli/" + strconv.Itoa(t.Number)), Adhesions: tally.ByTable[t.ID],
		})
	}
	return all
}

// colourOf returns one of six colours that stand apart in the common forms of
// colour blindness.
func colourOf(number int) string { return "ps-c" + strconv.Itoa((number+5)%6+1) }

// tablesLead says when the tables meet.
func tablesLead(l *Layout) string {
	var text string
	for _, s := range inOrder(l.Proc.Sessions) {
		if s.Kind != "tables" || !s.Start.Known {
			continue
		}
		text = l.T("Si riuniscono %s", l.Date(s.Start.At))
		if h := l.hoursOf(s); h != "" {
			text += ", " + h
		}
		text += "."
		break
	}
	if max := l.Proc.Participation.TablesMax; max == 1 {
		return text + " " + l.T("Si sceglie un solo tavolo.")
	}
	return text + " " + l.T("Si può scegliere più di un tavolo.")
}

// howStep is one of the steps of taking part.
type howStep struct{ Title, Text string }

func howTo(l *Layout) []howStep {
	steps := []howStep{{l.T("Compila la scheda"), channelsText(l)}}
	if len(l.Proc.Tables.List) > 0 {
		steps = append(steps, howStep{l.T("Vieni al tavolo"),
			l.T("In sala firmi la presenza e lavori con gli altri alle proposte per il Piano. Il calendario dice giorno, ora e luogo.")})
	} else {
		steps = append(steps, howStep{l.T("Vieni agli incontri"),
			l.T("Il calendario dice giorno, ora e luogo, e chi può partecipare.")})
	}
	return append(steps, howStep{l.T("Controlla e verifica"),
		l.T("Ogni atto del percorso entra in un registro che non si può alterare: con il codice della ricevuta controlli quando vuoi che la tua adesione ci sia.")})
}

// channelsText says how the sheet may be sent, from the channels of the definition.
func channelsText(l *Layout) string {
	text := l.T("In linea ricevi subito una ricevuta numerata.")
	for _, c := range l.Proc.Channels {
		switch {
		case !c.InNotice || c.Address == "":
		case c.Kind == "fax":
			text += " " + l.T("Per fax: %s.", c.Address)
		case c.Kind == "email":
			text += " " + l.T("Per e-mail: %s.", c.Address)
		case c.Kind == "pec":
			text += " " + l.T("Per PEC: %s.", c.Address)
		default:
			text += " " + l.T("%s: %s.", c.Label, c.Address)
		}
	}
	return text + " " + l.T("Conta l’ora di arrivo, qualunque sia il mezzo.")
}
