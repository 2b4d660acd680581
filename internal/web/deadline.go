package web

import (
	"strconv"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// deadlineBox tells the one term that matters now: date, hour, how long is left
// and what counts.
type deadlineBox struct {
	Heading   string
	Open      bool      // adhesions are open: the countdown is shown
	At        time.Time // what the countdown runs to; zero for none
	Countdown string
	Before    string // words before the date
	Date      string
	Was       string // the terms there were before, after an amendment
	After     string // what counts
	Fine      string // what happens otherwise
	Figures   []figure
}

// figure is a number with its name.
type figure struct{ Name, Value string }

// deadline makes the box and the one action that fits it: before the term to
// adhere, then to come to the session that also makes adherents, then to follow.
func deadline(l *Layout, t app.Tally) (deadlineBox, Link) {
	box, action := termBox(l)
	box.Figures = figures(l, t)
	return box, action
}

func termBox(l *Layout) (deadlineBox, Link) {
	w, ok := adhesionWindow(l.Proc.Process)
	if !ok {
		return nextBox(l, l.T("Per partecipare non c’è un termine"))
	}
	switch w.State(l.Now) {
	case pdz.NotYetOpen:
		return notYetBox(l, w)
	case pdz.Open:
		return openBox(l, w)
	}
	return closedBox(l, w)
}

func notYetBox(l *Layout, w pdz.Window) (deadlineBox, Link) {
	box := deadlineBox{Heading: l.T("Le adesioni non sono ancora aperte"), After: l.T("La data di apertura è da fissare.")}
	if w.Opens.Known {
		box.Before, box.Date, box.After = l.T("Aprono"), l.DateHour(w.Opens.First()), ""
		box.At, box.Countdown = w.Opens.First(), l.Countdown(w.Opens.First().Sub(l.Now))
	}
	return box, calendarAction(l)
}

func openBox(l *Layout, w pdz.Window) (deadlineBox, Link) {
	box := deadlineBox{Heading: l.T("Le adesioni sono aperte"), Open: true}
	if w.Closes.Known {
		closes := w.Closes.Last()
		box.At, box.Countdown = closes, l.Countdown(closes.Sub(l.Now))
		box.Before, box.Date, box.Was = l.T("Chiudono"), l.DateHour(closes), l.was(w.ID)
		box.After = l.T("Vale l’ora di arrivo al server.")
	} else {
		box.After = l.T("Il termine è da fissare e sarà scritto qui.")
	}
	if s, ok := constitutive(l.Proc.Process); ok && s.Start.Known {
		box.Fine = l.T("Chi interviene all’incontro di %s («%s») aderisce comunque, in sala.", l.Date(s.Start.At), s.Name())
	}
	return box, Link{l.T("Aderisci al percorso"), l.ProcessHref("adesione")}
}

// closedBox is for after the term: whoever comes to the constitutive session
// adheres all the same (A1).
func closedBox(l *Layout, w pdz.Window) (deadlineBox, Link) {
	closed := l.T("Il termine per la scheda è scaduto %s.", l.withWas(l.DateHour(w.Closes.Last()), w.ID))
	s, ok := constitutive(l.Proc.Process)
	if !ok || sessionStage(l.Proc.Process, s, l.Now) == past {
		box, action := nextBox(l, l.T("Le adesioni sono chiuse"))
		box.Fine = closed
		return box, action
	}
	box := deadlineBox{Heading: l.T("Si può ancora aderire, di persona"), Fine: closed}
	if s.Start.Known {
		box.At, box.Countdown = s.Start.First(), l.Countdown(s.Start.First().Sub(l.Now))
		box.Before, box.Date = l.T("Chi interviene aderisce. L’incontro comincia"), l.DateHour(s.Start.At)
		if sessionStage(l.Proc.Process, s, l.Now) == current {
			box.At, box.Countdown = time.Time{}, l.T("È in corso ora")
			box.Before = l.T("Chi interviene aderisce. L’incontro è cominciato")
		}
	}
	return box, Link{l.T("Vieni all’incontro"), l.ProcessHref("incontri/" + s.ID)}
}

// nextBox points at the next session, or says that the process is over.
func nextBox(l *Layout, heading string) (deadlineBox, Link) {
	box := deadlineBox{Heading: heading}
	for _, s := range comingSessions(l.Proc, l.Now) {
		if !s.Start.Known {
			box.After = l.T("Prossimo passo: %s. La data è da fissare.", s.Name())
			return box, calendarAction(l)
		}
		if s.Start.First().After(l.Now) {
			box.At, box.Countdown = s.Start.First(), l.Countdown(s.Start.First().Sub(l.Now))
			box.Before, box.Date = l.T("Prossimo incontro:"), l.DateHour(s.Start.At)
			box.After = s.Name()
			return box, calendarAction(l)
		}
	}
	box.Heading = l.T("Il percorso è concluso")
	box.After = l.T("Atti e documenti restano consultabili.")
	return box, Link{l.T("Leggi i documenti"), l.ProcessHref("documenti")}
}

func calendarAction(l *Layout) Link {
	return Link{l.T("Guarda il calendario"), l.ProcessHref("calendario")}
}

// constitutive returns the session by attending which one adheres.
func constitutive(p *pdz.Process) (pdz.Session, bool) {
	for _, g := range p.Participation.Grounds {
		if g.Kind == "attendance" {
			return p.Session(g.Session)
		}
	}
	return pdz.Session{}, false
}

// figures are the numbers under the term; what is none is left out.
func figures(l *Layout, t app.Tally) []figure {
	var all []figure
	if n := t.Adhesions; n > 0 {
		all = append(all, figure{l.TN("Adesione ricevuta", "Adesioni ricevute", n), l.Number(n)})
	}
	if n := len(l.Proc.Ambito.Municipalities); n > 0 {
		all = append(all, figure{l.TN("Comune", "Comuni", n), strconv.Itoa(n)})
	}
	if n := len(l.Proc.Tables.List); n > 0 {
		all = append(all, figure{l.TN("Tavolo", "Tavoli", n), strconv.Itoa(n)})
	}
	return all
}
