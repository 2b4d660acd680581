package web

import (
	"math"
	"slices"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// deadlineCard is something that falls due, with what is still to be done about it.
type deadlineCard struct {
	at    time.Time
	soon  bool // shown whatever else is
	Tone  string
	ISO   string
	Day   string // "24 ott"
	When  string // "oggi, 13:00"
	Title string
	Own   bool // the title is in the words of the definition
	Todo  string
	Left  time.Time // what the countdown runs to; zero for none
	Words string    // of the countdown
	Links []Link
}

// How many cards there are: a row of them, or two when more are urgent.
const (
	shownDeadlines = 4
	mostDeadlines  = 8
)

// deadlineCards are the next things that fall due, the nearest first, and how many
// others there are.
func (p *dashboardPage) deadlineCards(d *app.Dashboard, listed bool) (cards []deadlineCard, more int) {
	b := deadlineBuilder{p: p, d: d, listed: listed}
	for _, w := range p.Proc.Windows {
		b.window(w)
	}
	for _, s := range comingSessions(p.Proc, p.Now) {
		b.session(s)
	}
	b.asked()
	slices.SortStableFunc(b.cards, func(x, y deadlineCard) int { return x.at.Compare(y.at) })
	shown := shownDeadlines
	question, asked := b.questions()
	if asked {
		shown--
	}
	for i, c := range b.cards {
		if i < shown || c.soon && i < mostDeadlines {
			cards = append(cards, c)
		}
	}
	more = len(b.cards) - len(cards)
	if asked {
		cards = append(cards, question)
	}
	return cards, more
}

type deadlineBuilder struct {
	p      *dashboardPage
	d      *app.Dashboard
	listed bool // a list of admitted has been published
	cards  []deadlineCard
}

func (b *deadlineBuilder) add(at time.Time, hour bool, c deadlineCard) {
	b.cards = append(b.cards, b.p.dated(at, hour, c))
}

// dated puts a card at an instant, with the hour unless a whole day is meant.
func (p *dashboardPage) dated(at time.Time, hour bool, c deadlineCard) deadlineCard {
	at = at.In(p.Proc.Zone)
	c.at, c.ISO, c.Day = at, p.ISO(at), p.dayMark(at)
	days := daysBetween(p.Now, at)
	if c.When == "" {
		c.When = p.daysAway(days)
		if hour {
			c.When += ", " + p.Hour(at)
		}
	}
	if c.Tone == "" {
		switch {
		case days <= 0:
			c.Tone = "bad"
		case days == 1:
			c.Tone = "warn"
		}
	}
	c.soon = days <= 1
	return c
}

// daysBetween counts the midnights from one instant to another, on the clocks of both.
func daysBetween(from, to time.Time) int {
	return int(math.Round(startOfDay(to).Sub(startOfDay(from.In(to.Location()))).Hours() / 24))
}

// daysAway says how far a day is: "oggi", "domani", "fra 4 giorni".
func (l *Layout) daysAway(n int) string {
	switch {
	case n == 0:
		return l.T("oggi")
	case n == 1:
		return l.T("domani")
	case n == -1:
		return l.T("ieri")
	case n < 0:
		return l.T("%d giorni fa", -n)
	}
	return l.T("fra %d giorni", n)
}

// window adds the next edge of a window: its opening, or its closing; and on the day
// of the closing of adhesions also that it has closed.
func (b *deadlineBuilder) window(w pdz.Window) {
	p := b.p
	state := w.State(p.Now)
	closes := w.Closes.Last()
	switch {
	case state == pdz.NotYetOpen && w.Opens.Known && w.Opens.First().After(p.Now):
		b.add(w.Opens.First(), !w.Opens.DateOnly, deadlineCard{Title: w.Title, Own: true, Todo: strings.TrimSpace(p.T("Comincia.") + " " + b.work(w)), Links: b.windowLinks(w)})
	case state == pdz.Open && w.Closes.Known:
		c := deadlineCard{Title: w.Title, Own: true, Todo: b.work(w), Links: b.windowLinks(w)}
		if sameDay(closes.In(p.Proc.Zone), p.Now) {
			c.Left, c.Words = closes.In(p.Proc.Zone), p.Countdown(closes.Sub(p.Now))
		}
		b.add(closes, !w.Closes.DateOnly, c)
	case state == pdz.Closed && w.Kind == "adhesion" && sameDay(closes.In(p.Proc.Zone), p.Now):
		late := b.d.Late()
		c := deadlineCard{Title: w.Title, Own: true, Links: b.windowLinks(w)}
		c.When, c.Tone = p.T("oggi, chiusa alle %s", p.Hour(closes.In(p.Proc.Zone))), "done"
		c.Todo = p.TN("Una scheda in tempo,", "%d schede in tempo,", len(b.d.Rows)-late) + " " + p.afterText(late)
		b.add(closes, true, c)
	}
}

// work says what is still to do about a window.
func (b *deadlineBuilder) work(w pdz.Window) string {
	p := b.p
	switch {
	case w.Kind == "adhesion":
		return p.TN("È arrivata una scheda.", "Sono arrivate %d schede.", len(b.d.Rows)) + " " + b.toCheck()
	case w.Kind == "review":
		return b.toCheck()
	case w.Kind == "questions":
		return b.toAnswer()
	case len(w.Tasks) > 0:
		return p.TN("Una cosa da fare:", "%d cose da fare:", len(w.Tasks)) + " " + taskTitles(w.Tasks, p.T("e altro"))
	}
	return ""
}

// taskTitles are the first two tasks of a window.
func taskTitles(all []pdz.Task, rest string) string {
	var titles []string
	for i, t := range all {
		if i == 2 {
			titles = append(titles, rest)
			break
		}
		titles = append(titles, strings.TrimSuffix(t.Title, "."))
	}
	return strings.Join(titles, "; ") + "."
}

// looks counts the sheets that ask for a look before they can be decided, each once.
func (b *deadlineBuilder) looks() (n int) {
	for _, r := range b.d.Rows {
		if r.Has(app.CheckWaits) || r.Has(app.CheckDuplicate) || r.Has(app.CheckIncomplete) {
			n++
		}
	}
	return n
}

func (b *deadlineBuilder) toCheck() string {
	n := b.looks()
	if n == 0 {
		return b.p.T("Nessuna scheda è da controllare.")
	}
	return b.p.TN("Una scheda è da controllare.", "%d schede sono da controllare.", n)
}

func (b *deadlineBuilder) toAnswer() string {
	if len(b.d.Questions) == 0 {
		return b.p.T("Nessuna domanda aspetta risposta.")
	}
	return b.p.TN("Una domanda aspetta risposta.", "%d domande aspettano risposta.", len(b.d.Questions))
}

func (b *deadlineBuilder) windowLinks(w pdz.Window) []Link {
	p := b.p
	switch w.Kind {
	case "adhesion", "review":
		return []Link{{p.T("Apri le adesioni"), p.OfficeHref("adesioni")}}
	case "questions":
		return []Link{{p.T("Apri lo sportello"), p.DeskHref("")}}
	}
	return []Link{{p.T("Vedi il calendario"), p.ProcessHref("calendario")}}
}

// session adds a meeting that is to come or in course.
func (b *deadlineBuilder) session(s pdz.Session) {
	p := b.p
	stage := sessionStage(p.Proc.Process, s, p.Now)
	if !s.Start.Known || stage == past {
		return
	}
	c := deadlineCard{Title: s.Name(), Own: true, Links: []Link{{p.T("Vedi l’incontro"), p.ProcessHref("incontri/" + s.ID)}}}
	if stage == current && !s.Start.DateOnly {
		c.When, c.Tone = p.T("oggi, in corso dalle %s", p.Hour(s.Start.At)), "bad"
		if !sameDay(s.Start.At, p.Now) {
			c.When = p.T("in corso")
		}
	}
	joins := slices.Contains(p.Proc.Participation.JoinsSessions, s.ID) || len(s.Constitutes) > 0
	byOffice := slices.Contains([]string{"byOffice", "byAct"}, p.Proc.Participation.Admission)
	switch {
	case s.Venue == "" && s.Mode == "inPerson":
		c.Todo = p.T("Il luogo è da fissare.")
		if p.MayAmend {
			c.Links = []Link{{p.T("Rettifica l’avviso"), p.Href(p.fill(amendPath))}}
		}
	case joins && byOffice && !b.listed && len(b.d.Rows) > 0:
		c.Todo = p.T("L’elenco degli ammessi non è pubblicato.") + " " + b.toCheck()
		c.Links = []Link{{p.T("Vai agli elenchi"), p.OfficeHref("elenchi")}}
	case joins && b.looks() > 0:
		c.Todo = p.T("Prima:") + " " + b.toCheck()
		c.Links = []Link{{p.T("Apri le adesioni"), p.OfficeHref("adesioni")}}
	default:
		c.Todo = p.admission(s.Admission)
		if venue := venueText(p.Proc.Process, s.Venue); venue != "" {
			c.Todo += " · " + venue
		}
	}
	b.add(s.Start.First(), !s.Start.DateOnly, c)
}

// maxAsked is how many of the sheets to be completed a card names.
const maxAsked = 3

// asked adds the terms that the office gave.
func (b *deadlineBuilder) asked() {
	p := b.p
	terms := slices.DeleteFunc(slices.Clone(b.d.Asked), func(t app.AskedTerm) bool { return t.Due.IsZero() })
	if len(terms) == 0 {
		return
	}
	over := 0
	c := deadlineCard{Title: p.TN("Un’integrazione chiesta", "%d integrazioni chieste", len(terms))}
	for i, t := range terms {
		if t.Due.Before(p.Now) {
			over++
		}
		if i < maxAsked {
			c.Links = append(c.Links, Link{t.Number, p.OfficeHref("adesioni/" + t.Code)})
		}
	}
	c.Todo = p.TN("Si aspetta la risposta dell’ente.", "Si aspettano le risposte degli enti: questo è il primo termine.", len(terms))
	if over > 0 {
		c.Todo = p.TN("Una è scaduta senza risposta.", "%d sono scadute senza risposta.", over)
	}
	b.add(terms[0].Due, true, c)
}

// questions adds what nobody has answered. It has no term: it stands last, with how
// long the oldest has waited.
func (b *deadlineBuilder) questions() (c deadlineCard, ok bool) {
	p := b.p
	if len(b.d.Questions) == 0 {
		return c, false
	}
	oldest := b.d.Questions[0].ReceivedAt.In(p.Proc.Zone)
	c = deadlineCard{Title: p.TN("Una domanda senza risposta", "%d domande senza risposta", len(b.d.Questions)),
		Todo: p.T("La più vecchia è arrivata %s.", p.DateHour(oldest)), Links: []Link{{p.T("Apri lo sportello"), p.DeskHref("")}}}
	if len(b.d.Questions) == 1 {
		c.Todo = p.T("È arrivata %s.", p.DateHour(oldest))
	}
	c.When, c.Tone = p.daysAway(daysBetween(p.Now, oldest)), "plain"
	if daysBetween(oldest, p.Now) > 0 {
		c.Tone = "warn"
	}
	return p.dated(oldest, false, c), true
}
