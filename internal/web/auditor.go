package web

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
	"concerto/internal/register"
)

// Where the auditor looks: whether the register is whole, what departed from the
// rule, every act, who read personal data. Nothing here changes anything; the one
// button runs a check. The head of the office sees the same pages.

const auditorPath = officeAmbito + "/registro"

func auditorRoutes() []Route {
	return []Route{
		get(auditorPath, Oversight, (*Site).oversight),
		get(auditorPath+"/verifica", Oversight, (*Site).verification),
		post(auditorPath+"/verifica", Oversight, (*Site).startVerification),
		get(auditorPath+"/eccezioni", Oversight, (*Site).exceptions).shows(purposeControl),
		get(auditorPath+"/atti", Oversight, (*Site).acts),
		get(auditorPath+"/accessi", Oversight, (*Site).accesses),
		get(auditorPath+"/estratto.zip", Oversight, (*Site).evidence).shows(purposeExport),
	}
}

func auditorPages() []PageType {
	return []PageType{
		{"auditor", &auditorPage{}}, {"auditor-progress", &auditorProgressPage{}}, {"auditor-exceptions", &exceptionsPage{}},
		{"auditor-acts", &actsPage{}}, {"auditor-accesses", &accessesPage{}},
	}
}

// perRegisterPage is how many lines of the register or the access log a page shows.
const perRegisterPage = 50

// auditorPage is where an auditor begins.
type auditorPage struct {
	Layout
	Base       string
	State      integrityView
	Chart      template.HTML
	Exceptions []exceptionCount
	Total      int // exceptions
	Accesses   []accessLine
}

// Lines are the rows for the table that both pages show.
func (p *auditorPage) Lines() []accessLine { return p.Accesses }

// integrityView is what is known of the register's integrity.
type integrityView struct {
	Verified, Whole, Failed, Running bool
	Acts                             int
	Root                             string
	Told                             string // when and how it was verified
	Findings                         []string
}

// exceptionCount is a kind of exception with how many there are.
type exceptionCount struct {
	Name, Note, Href string
	Count            int
}

// oversightLayout begins a page of the auditor.
func (s *Site) oversightLayout(r *http.Request, title string) (Layout, error) {
	v, err := s.newest(r)
	if err != nil {
		return Layout{}, err
	}
	l := s.officeLayout(r, v, "registro")
	l.Title = l.T(title)
	l.Crumbs = []Link{{Text: l.Title}}
	if r.URL.Path != l.fill(auditorPath) {
		l.Crumbs = []Link{{l.T("Registro e controlli"), l.Href(l.fill(auditorPath))}, {Text: l.Title}}
	}
	return l, nil
}

func (s *Site) oversight(w http.ResponseWriter, r *http.Request) error {
	l, err := s.oversightLayout(r, i18n.M("Registro e controlli"))
	if err != nil {
		return err
	}
	ctx, who := r.Context(), Who(r.Context())
	p := &auditorPage{Layout: l, Base: l.Href(l.fill(auditorPath))}
	if p.State, err = s.integrity(r, &p.Layout); err != nil {
		return err
	}
	acts, err := s.App.RegisterActs(ctx, who, l.AmbitoID)
	if err != nil {
		return err
	}
	p.Chart = p.actsByDay(acts)
	found, err := s.App.Exceptions(ctx, who, l.AmbitoID)
	if err != nil {
		return err
	}
	p.Exceptions, p.Total = p.exceptionCounts(found, p.Base+"/eccezioni"), len(found)
	read, _, err := s.App.Accesses(ctx, who, l.AmbitoID, app.AccessFilter{Limit: 8})
	if err != nil {
		return err
	}
	p.Accesses = p.accessLines(read)
	return s.show(w, r, http.StatusOK, "auditor", p)
}

// integrity says how the register stands: by the latest verification, or, where
// there was none since the program started, by its own word.
func (s *Site) integrity(r *http.Request, l *Layout) (v integrityView, err error) {
	state, err := s.App.Verification(Who(r.Context()), l.AmbitoID)
	if err != nil {
		return v, err
	}
	note, err := s.App.Checkpoint(r.Context(), l.AmbitoID)
	if err != nil {
		return v, err
	}
	cp, err := register.ParseCheckpoint(note)
	if err != nil {
		return v, err
	}
	v = integrityView{Running: state.Running, Failed: state.Failed, Acts: int(cp.Size), Root: cp.Root.String()}
	if rep := state.Report; rep != nil && !state.Running {
		v.Verified, v.Whole, v.Acts, v.Root, v.Findings = true, rep.OK(), int(rep.Acts), rep.Root, rep.Discrepancies
		v.Told = l.T("Verificato %s, in %s secondi.", l.DateHour(state.At.In(l.Now.Location())), l.decimal(state.Took.Seconds()))
		if newer := int(cp.Size) - int(rep.Acts); newer > 0 {
			v.Told += " " + l.TN("Da allora è stato registrato un altro atto.", "Da allora sono stati registrati altri %d atti.", newer)
		}
	}
	return v, nil
}

// decimal writes a number with one decimal in the words of the page.
func (l *Layout) decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if l.Lang == italian {
		text = text[:len(text)-2] + "," + text[len(text)-1:]
	}
	return text
}

// auditorProgressPage shows how far a verification is.
type auditorProgressPage struct {
	Layout
	Done, Total int64
	Again       string
	Back        string
}

func (s *Site) startVerification(w http.ResponseWriter, r *http.Request) error {
	ambito := r.PathValue("ambito")
	if err := s.App.Verify(r.Context(), Who(r.Context()), ambito); err != nil {
		return err
	}
	l := s.layout(r, nil)
	return seeOther(w, r, l.Href("/ufficio/"+url.PathEscape(ambito)+"/registro/verifica"))
}

func (s *Site) verification(w http.ResponseWriter, r *http.Request) error {
	l, err := s.oversightLayout(r, i18n.M("Verifica del registro"))
	if err != nil {
		return err
	}
	state, err := s.App.Verification(Who(r.Context()), l.AmbitoID)
	if err != nil {
		return err
	}
	back := l.Href(l.fill(auditorPath))
	if !state.Running {
		if r.Header.Get("HX-Request") != "" {
			w.Header().Set("HX-Redirect", back)
			return nil
		}
		return seeOther(w, r, back)
	}
	p := &auditorProgressPage{Layout: l, Done: state.Done, Total: state.Total, Again: back + "/verifica", Back: back}
	return s.show(w, r, http.StatusOK, "auditor-progress", p)
}

// exceptionTexts name the kinds of exception and say what each is.
var exceptionTexts = map[app.ExceptionKind][2]string{
	app.LateAdmitted: {i18n.M("Arrivate dopo il termine e in vigore"), i18n.M("La regola o una decisione le ha prese lo stesso.")},
	app.SecondHand:   {i18n.M("Arrivi con un secondo addetto"), i18n.M("L’ora di arrivo è dichiarata da chi ha registrato il foglio, oltre la soglia dell’avviso.")},
	app.Against:      {i18n.M("Non ammesse dall’ufficio"), i18n.M("Decisioni contro chi ha aderito, con il motivo.")},
	app.Corrected:    {i18n.M("Schede corrette"), i18n.M("Cambiate dopo l’arrivo; il testo di prima resta nel registro.")},
	app.Amended:      {i18n.M("Rettifiche dell’avviso"), i18n.M("Il testo o i termini sono cambiati con un atto.")},
	app.Merged:       {i18n.M("Enti uniti"), i18n.M("Due schede anagrafiche riconosciute come lo stesso soggetto.")},
	app.Resumed:      {i18n.M("Registro ripreso da una copia"), i18n.M("Gli atti venuti dopo la copia sono andati perduti.")},
	app.Erased:       {i18n.M("Dati cancellati"), i18n.M("Restano la foglia nel registro e la ragione.")},
}

func (l *Layout) exceptionCounts(all []app.Exception, href string) (out []exceptionCount) {
	n := map[app.ExceptionKind]int{}
	for _, e := range all {
		n[e.Kind]++
	}
	for _, k := range app.ExceptionKinds {
		if n[k] > 0 {
			out = append(out, exceptionCount{l.T(exceptionTexts[k][0]), l.T(exceptionTexts[k][1]), href + "?tipo=" + string(k), n[k]})
		}
	}
	return out
}

// exceptionsPage lists what departed from the rule.
type exceptionsPage struct {
	Layout
	Sift siftView
	Rows []exceptionLine
}

type exceptionLine struct {
	Kind, When, Number, Href, By, Gap, Reason string
	Leaf                                      int64
}

func (s *Site) exceptions(w http.ResponseWriter, r *http.Request) error {
	l, err := s.oversightLayout(r, i18n.M("Eccezioni"))
	if err != nil {
		return err
	}
	all, err := s.App.Exceptions(r.Context(), Who(r.Context()), l.AmbitoID)
	if err != nil {
		return err
	}
	p := &exceptionsPage{Layout: l}
	kind, here := r.URL.Query().Get("tipo"), l.Href(r.URL.Path)
	p.Sift = siftView{Name: p.T("Tipo"), Links: []siftLink{{Text: p.T("Tutte"), Href: here, Count: len(all), Current: kind == ""}}}
	for _, c := range p.exceptionCounts(all, here) {
		p.Sift.Links = append(p.Sift.Links, siftLink{Text: c.Name, Href: c.Href, Count: c.Count, Current: c.Href == here+"?tipo="+kind})
	}
	for _, e := range all {
		if kind == "" || kind == string(e.Kind) {
			p.Rows = append(p.Rows, p.exceptionLine(e))
		}
	}
	return s.show(w, r, http.StatusOK, "auditor-exceptions", p)
}

func (l *Layout) exceptionLine(e app.Exception) exceptionLine {
	x := exceptionLine{Kind: l.T(exceptionTexts[e.Kind][0]), When: l.DateHour(e.At), Number: e.Number, By: cmp.Or(e.Officer, l.byText(e.Role)), Reason: e.Reason, Leaf: e.Act + 1}
	if e.Number != "" && e.Kind != app.Amended {
		x.Href = l.registerHref(e.Process, e.Matter)
	}
	if e.Kind == app.SecondHand {
		second := l.T("manca ancora il secondo addetto")
		if !e.Waits {
			second = l.T("confermato da %s", e.Second)
		}
		x.By += ", " + second
		x.Gap = l.T("registrata %s dopo l’arrivo dichiarato", l.Countdown(e.Gap))
	}
	return x
}

// registerHref is the address at which the office reads a sheet of a process.
func (l *Layout) registerHref(process, code string) string {
	return l.Href("/ufficio/" + l.AmbitoID + "/percorsi/" + process + "/adesioni/" + code)
}

// dayOf reads the day of a filter; a day that does not exist is none.
func dayOf(q url.Values) pdz.Date {
	d, _ := pdz.ParseDate(q.Get("giorno"))
	return d
}

// actsByDay draws how many acts were recorded on each day.
func (l *Layout) actsByDay(acts []app.RegisterAct) template.HTML {
	if len(acts) == 0 {
		return ""
	}
	zone := l.Now.Location()
	n := map[pdz.Date]int{}
	first, last := pdz.DateOf(acts[len(acts)-1].RegisteredAt, zone), pdz.DateOf(acts[0].RegisteredAt, zone)
	for _, a := range acts {
		n[pdz.DateOf(a.RegisteredAt, zone)]++
	}
	var days []pdz.Date
	for d := first; d.Compare(last) <= 0 && len(days) < 400; d = d.AddDays(1) {
		days = append(days, d)
	}
	top := slices.MaxFunc(days, func(x, y pdz.Date) int { return n[x] - n[y] })
	peak := l.DayMonth(pdz.StartOfDay(top, zone))
	d := newDrawing("atti-giorno", l.T("Atti per giorno"), l.T("%d atti in %d giorni; il giorno con più atti è il %s, con %d.", len(acts), len(days), peak, n[top]), 900, 130)
	step := 900 / float64(max(len(days), 20))
	for i, day := range days {
		if h := 90 * float64(n[day]) / float64(n[top]); h > 0 {
			d.rect("ps-dayact", float64(i)*step+1, 105-h, max(step-2, 1), h, 1)
		}
	}
	d.line("ps-dayaxis", 0, 105, 900, 105)
	d.text("ps-daylabel", "start", 0, 125, l.DayMonth(pdz.StartOfDay(first, zone)))
	if len(days) >= 8 {
		d.text("ps-daylabel", "end", float64(len(days))*step, 125, l.DayMonth(pdz.StartOfDay(last, zone)))
	}
	return d.html()
}

// shortWhen writes an instant in the little room of a table.
func (l *Layout) shortWhen(t time.Time) string { return l.dayMark(t) + ", " + l.Hour(t) }
