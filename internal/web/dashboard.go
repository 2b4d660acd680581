package web

import (
	"net/http"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// The dashboard is where the office begins its day: what falls due, how adhesions
// stand, what has to be looked at. It shows counts and numbers of sheets and names
// nobody, so that it may renew itself without being an access to personal data.

func dashboardRoutes() []Route {
	return []Route{
		get(officeAmbito, Reader, (*Site).dashboards),
		get(officeProcess, Reader, (*Site).dashboard),
	}
}

func dashboardPages() []PageType {
	return []PageType{
		{"dashboard", &dashboardPage{}},
		{"dashboards", &dashboardsPage{}},
	}
}

// dashboardPage is the page of a process.
type dashboardPage struct {
	Layout
	Heading   string // date, hour and phase in course
	Phase     string // its name, in the words of the definition
	Deadlines []deadlineCard
	Later     int    // deadlines that are not shown
	Term      string // how the window of adhesion stands, in a sentence
	Empty     string // what to know when no sheet has arrived
	Counted   string // what the figures count
	Kinds     kindsChart
	Days      daysChart
	Checks    []checkLine
	Exports   []Link
	MayRecord bool
	MayAmend  bool
	Live      bool // the figures renew themselves: the day on which adhesions close
	Others    []Link
}

// dashboardsPage lets who works on several processes choose one.
type dashboardsPage struct {
	Layout
	Processes []processChoice
}

type processChoice struct{ Title, Href, Phase, Published string }

// dashboards leads to the one process there is, or to the choice.
func (s *Site) dashboards(w http.ResponseWriter, r *http.Request) error {
	views, err := s.App.Processes(r.Context(), r.PathValue("ambito"))
	if err != nil {
		return err
	}
	p := &dashboardsPage{Layout: s.officeLayout(r, &views[0], "cruscotto")}
	if len(views) == 1 {
		return seeOther(w, r, p.OfficeHref(""))
	}
	p.Title = p.T("Cruscotto dell’Ufficio di Piano")
	for i := range views {
		l := s.officeLayout(r, &views[i], "")
		p.Processes = append(p.Processes, processChoice{l.PlanTitle(), l.OfficeHref(""), l.phaseText(), l.Date(views[i].Published)})
	}
	return s.show(w, r, http.StatusOK, "dashboards", p)
}

func (s *Site) dashboard(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	d, err := s.App.Dashboard(r.Context(), who, v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	lists, err := s.App.Lists(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	p := &dashboardPage{Layout: s.officeLayout(r, v, "cruscotto"), MayRecord: Desk.takes(who), MayAmend: HeadOnly.takes(who)}
	p.Title = p.T("Cruscotto dell’Ufficio di Piano")
	p.Heading, p.Phase = capital(p.Date(p.Now))+", "+p.T("ore %s", p.Hour(p.Now)), p.phaseText()
	p.Term, p.Counted = p.termText(d.Rows), p.countedText(d)
	p.Checks = p.checkLines(d)
	p.Deadlines, p.Later = p.deadlineCards(d, len(lists) > 0)
	p.Kinds, p.Days = p.kindsChart(d), p.daysChart(d)
	p.Live = p.live()
	for _, f := range tableFormats {
		p.Exports = append(p.Exports, Link{f.Name, p.OfficeHref("adesioni." + f.Ext)})
	}
	if len(d.Rows) == 0 {
		p.Empty = p.emptyText()
	}
	return s.withOthers(w, r, p)
}

// withOthers shows the page with the way to the other processes of the Ambito.
func (s *Site) withOthers(w http.ResponseWriter, r *http.Request, p *dashboardPage) error {
	views, err := s.App.Processes(r.Context(), p.AmbitoID)
	if err != nil {
		return err
	}
	for i := range views {
		if views[i].Slug != p.Proc.Slug {
			l := s.officeLayout(r, &views[i], "")
			p.Others = append(p.Others, Link{l.PlanTitle(), l.OfficeHref("")})
		}
	}
	return s.show(w, r, http.StatusOK, "dashboard", p)
}

// phaseText names the phase in course, or the next one.
func (l *Layout) phaseText() string {
	for _, ph := range phaseTimes(l.Proc.Process, l.Now) {
		switch ph.Stage {
		case current:
			return l.T("Fase %d, %s", ph.Number, ph.Name())
		case next:
			return l.T("Prossima: fase %d, %s", ph.Number, ph.Name())
		}
	}
	return ""
}

// renewedAfter is how long after the closing the figures still renew themselves:
// what was received before it is recorded by then.
const renewedAfter = time.Hour

// live reports whether the figures renew themselves: on the day of a closing. On any
// other a page left open must not keep the session of who left it alive (P28).
func (l *Layout) live() bool {
	w, ok := adhesionWindow(l.Proc.Process)
	return ok && w.Closes.Known && w.State(l.Now) != pdz.NotYetOpen && sameDay(w.Closes.Last().In(l.Now.Location()), l.Now) &&
		l.Now.Before(w.Closes.Last().Add(renewedAfter))
}

// countedText says what the figures count, and which of the sheets make no adhesion.
func (p *dashboardPage) countedText(d *app.Dashboard) string {
	text := p.T("Ogni scheda conta una volta, nel giorno in cui è arrivata, anche se poi è stata corretta.")
	withdrawn, superseded, duplicate := d.Apart()
	var apart []string
	for _, x := range []struct {
		n    int
		text string
	}{
		{withdrawn, p.TN("una ritirata", "%d ritirate", withdrawn)},
		{superseded, p.TN("una sostituita da un’altra", "%d sostituite da un’altra", superseded)},
		{duplicate, p.TN("un doppione da decidere", "%d doppioni da decidere", duplicate)},
	} {
		if x.n > 0 {
			apart = append(apart, x.text)
		}
	}
	if len(apart) == 0 {
		return text
	}
	return text + " " + p.T("Sono comprese, e non valgono come adesioni: %s.", strings.Join(apart, "; "))
}

// emptyText teaches what will stand here, and until when sheets may come.
func (p *dashboardPage) emptyText() string {
	w, ok := adhesionWindow(p.Proc.Process)
	switch {
	case !ok:
		return p.T("Nessuna adesione. In questo percorso non c’è un modulo per aderire.")
	case w.State(p.Now) == pdz.NotYetOpen && w.Opens.Known:
		return p.T("Nessuna adesione. Il modulo apre %s.", p.DateHour(w.Opens.First().In(p.Proc.Zone)))
	case w.State(p.Now) == pdz.NotYetOpen:
		return p.T("Nessuna adesione. La data di apertura del modulo è da fissare.")
	case !w.Closes.Known:
		return p.T("Nessuna adesione. Il modulo è aperto.")
	case w.State(p.Now) == pdz.Open:
		return p.T("Nessuna adesione. Il modulo è aperto fino a %s.", p.DateHour(w.Closes.Last().In(p.Proc.Zone)))
	}
	return p.T("Nessuna adesione. Il modulo era aperto fino a %s.", p.DateHour(w.Closes.Last().In(p.Proc.Zone)))
}
