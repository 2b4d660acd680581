package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// The home of who signed in: one thing to do, what comes after it, and everything
// the address has over processes and years. Nothing is reached from here that the
// use cases do not find to be its own.

const minePath = "/mio"

func mineRoutes() []Route {
	const body = minePath + "/{ambito}/enti/{ente}"
	const invite = minePath + "/{ambito}/inviti/{invito}"
	const own = minePath + "/{ambito}/adesioni/{codice}"
	return []Route{
		get(minePath, SignedIn, (*Site).mine),
		get(minePath+"/dati", SignedIn, (*Site).mineData),
		get(minePath+"/dati.json", SignedIn, (*Site).mineExport),
		get(body, SignedIn, (*Site).minePeople),
		post(body+"/inviti", SignedIn, (*Site).inviteMember),
		post(body+"/fine", SignedIn, (*Site).endMember),
		post(body+"/conferma", SignedIn, (*Site).confirmMember),
		get(invite, SignedIn, (*Site).invitation),
		post(invite, SignedIn, (*Site).answerInvitation),
		get(own, SignedIn, (*Site).manage),
		get(own+"/incontri.ics", SignedIn, (*Site).joinedCalendar),
		get(own+"/ricevuta.json", SignedIn, (*Site).receiptFile),
		get(own+"/ricevuta.tlog-proof", SignedIn, (*Site).proofFile),
		get(own+"/dati.json", SignedIn, (*Site).exportFile),
		post(own+"/correzione", SignedIn, (*Site).startCorrection),
		get(own+"/ritiro", SignedIn, (*Site).askWithdrawal),
		post(own+"/ritiro", SignedIn, (*Site).withdraw),
		get(own+"/cancellazione", SignedIn, (*Site).mineErasure),
		post(own+"/cancellazione", SignedIn, (*Site).askErasure),
	}
}

func minePages() []PageType {
	return []PageType{{"mine", &minePage{}}, {"mine-people", &minePeoplePage{}}, {"mine-invitation", &invitationPage{}},
		{"mine-data", &mineDataPage{}}, {"mine-erasure", &mineErasurePage{}}}
}

// me is who signed in, with no more than their address: an officer has no more
// rights over other people's sheets here than anybody.
func me(r *http.Request) app.Actor {
	who := Who(r.Context())
	if who.Role != app.Delegate {
		who.Role = app.SignedIn
	}
	return who
}

// minePage is the home itself.
type minePage struct {
	Layout
	Today       string // day and hour
	Email       string
	Done        string
	Hello       string // first name, or empty
	BodyName    string
	Choices     []filter // which body the page speaks of, when there are several
	Task        task
	Then        []thenLine
	Sheet       *mineSheet // the one the page speaks of; nil without any
	People      []personLine
	PeopleHref  string
	Groups      []mineGroup // everything, over processes and years
	Invitations []invitationLine
	Open        []Link // processes one may adhere to, where there is nothing yet
}

// task is the one thing to do next.
type task struct {
	Title, Text, When, Place string
	Href, Action             string // a link …
	Post, Button             string // … or a form
	CalendarHref             string
	SendOther                string // where to name somebody else who goes
	Nothing                  bool
}

// thenLine is what comes after it.
type thenLine struct{ ISO, Day, Month, Title, Text, Href string }

// mineSheet is an adhesion in the lists of the home.
type mineSheet struct {
	Number, Process, Years   string
	Received, State, Tone    string
	Timely, Term             string
	TermTone, Href, Asked    string
	Tables                   []string
	Ambito, Code, ErasureRef string
}

// mineGroup is a body with all its adhesions.
type mineGroup struct {
	Name, Roles, PeopleHref string
	Sheets                  []mineSheet
}

type personLine struct{ Name, Role, State string }

type invitationLine struct{ Text, Until, Href string }

// chosen is the body and the sheet that the home speaks of.
type chosen struct {
	ambito *app.HomeAmbito
	body   *app.HomeBody
	sheet  *app.HomeSheet
}

func (s *Site) mine(w http.ResponseWriter, r *http.Request) error {
	home, err := s.App.Home(r.Context(), me(r))
	if err != nil {
		return err
	}
	c := choose(home, r.URL.Query().Get("ente"))
	p := &minePage{Layout: s.mineLayout(r, home, c, minePath)}
	p.Title, p.Today, p.Email = p.T("La mia pagina"), capital(p.DateHour(p.Now)), home.Email
	switch r.URL.Query().Get("fatto") {
	case "invito-si":
		p.Done = p.T("Hai accettato l’invito.")
	case "invito-no":
		p.Done = p.T("Hai rifiutato l’invito.")
	}
	p.gather(s, home, c)
	if len(home.Ambiti) == 0 {
		if err := s.offerProcesses(r, p); err != nil {
			return err
		}
	}
	return s.show(w, r, http.StatusOK, "mine", p)
}

// choose picks the body that was asked for, or the one with the newest sheet.
func choose(home *app.HomeView, id string) (best chosen) {
	var newest time.Time
	for i := range home.Ambiti {
		a := &home.Ambiti[i]
		for j := range a.Bodies {
			b := &a.Bodies[j]
			sheet := standingSheet(b)
			switch {
			case id != "" && b.ID == id:
				return chosen{a, b, sheet}
			case best.body == nil || sheet != nil && sheet.ReceivedAt.After(newest):
				best = chosen{a, b, sheet}
				if sheet != nil {
					newest = sheet.ReceivedAt
				}
			}
		}
	}
	return best
}

// standingSheet is the newest sheet of a body that is not over, or the newest.
func standingSheet(b *app.HomeBody) *app.HomeSheet {
	for i := range b.Sheets {
		switch b.Sheets[i].State {
		case app.AdhesionWithdrawn, app.AdhesionSuperseded:
			continue
		}
		return &b.Sheets[i]
	}
	if len(b.Sheets) > 0 {
		return &b.Sheets[0]
	}
	return nil
}

// mineLayout begins a page of one's own, with its menu.
func (s *Site) mineLayout(r *http.Request, home *app.HomeView, c chosen, current string) Layout {
	var v *app.ProcessView
	if c.sheet != nil {
		v = c.sheet.Process
	} else if c.ambito != nil {
		v = s.newestOf(r, c.ambito.ID)
	} else {
		v = s.anyProcess(r, home)
	}
	l := s.layout(r, v)
	l.Private, l.Office = true, true
	l.Nav = []Link{{l.T("La mia pagina"), l.Href(minePath)}}
	if c.sheet != nil {
		l.Nav = append(l.Nav, Link{l.T("Adesione"), l.sheetHref(c.sheet)})
	}
	if c.body != nil && c.body.Acts() {
		l.Nav = append(l.Nav, Link{l.T("Persone"), l.bodyHref(c.ambito.ID, c.body.ID)})
	}
	l.Nav = append(l.Nav, Link{l.T("I miei dati"), l.Href(minePath + "/dati")})
	if v != nil {
		l.Nav = append(l.Nav, Link{l.T("Il percorso"), l.ProcessHref("")})
	}
	l.Current = l.Href(current)
	return l
}

// newestOf is the newest process of an Ambito, or nil.
func (s *Site) newestOf(r *http.Request, ambito string) *app.ProcessView {
	views, err := s.App.Processes(r.Context(), ambito)
	if err != nil || len(views) == 0 {
		return nil
	}
	return &views[0]
}

// anyProcess gives the page of who has nothing yet the house it stands in, where
// there is only one.
func (s *Site) anyProcess(r *http.Request, home *app.HomeView) *app.ProcessView {
	ambiti, err := s.App.Ambiti(r.Context())
	switch {
	case err != nil:
		return nil
	case len(home.Ambiti) > 0:
		return s.newestOf(r, home.Ambiti[0].ID)
	case len(ambiti) == 1:
		return s.newestOf(r, ambiti[0].ID)
	}
	return nil
}

func (l *Layout) sheetHref(x *app.HomeSheet) string {
	return l.Href(minePath + "/" + x.Ambito + "/adesioni/" + x.Code)
}

func (l *Layout) bodyHref(ambito, id string) string {
	return l.Href(minePath + "/" + ambito + "/enti/" + id)
}

// gather fills the page in.
func (p *minePage) gather(s *Site, home *app.HomeView, c chosen) {
	for _, a := range home.Ambiti {
		for _, m := range a.Invitations {
			p.Invitations = append(p.Invitations, invitationLine{p.T("%s ti chiede di essere %s.", m.PartyName, p.mandateText(m.Role)),
				p.until(m), p.Href(minePath + "/" + a.ID + "/inviti/" + m.ID)})
		}
		for _, b := range a.Bodies {
			p.Groups = append(p.Groups, p.group(a.ID, b))
			p.Choices = append(p.Choices, filter{b.Name, p.Href(minePath) + "?ente=" + b.ID, c.body != nil && b.ID == c.body.ID})
		}
	}
	if len(p.Choices) < 2 {
		p.Choices = nil
	}
	if c.body == nil {
		return
	}
	p.Hello, _, _ = strings.Cut(c.ambito.Person, " ")
	p.BodyName = c.body.Name
	for _, m := range c.body.People {
		p.People = append(p.People, personLine{m.Name, p.mandateText(m.Role), p.unsettled(m)})
	}
	if c.body.Acts() {
		p.PeopleHref = p.bodyHref(c.ambito.ID, c.body.ID)
	}
	if c.sheet != nil {
		sheet := p.sheetLine(*c.sheet)
		p.Sheet = &sheet
		p.plan(s, home, c)
	}
}

func (p *minePage) group(ambito string, b app.HomeBody) mineGroup {
	g := mineGroup{Name: b.Name}
	var roles []string
	for _, x := range b.Roles {
		roles = append(roles, p.mandateText(x))
	}
	if g.Roles = strings.Join(roles, ", "); b.Acts() {
		g.PeopleHref = p.bodyHref(ambito, b.ID)
	}
	for _, x := range b.Sheets {
		g.Sheets = append(g.Sheets, p.sheetLine(x))
	}
	return g
}

// sheetLine writes an adhesion in the zone and the words of its own process.
func (l *Layout) sheetLine(x app.HomeSheet) mineSheet {
	in := *l
	in.ofProcess(x.Process)
	line := mineSheet{Number: x.Number, Process: x.Process.Title, Received: in.DateHour(x.ReceivedAt.In(x.Process.Zone)), State: in.stateText(x.State),
		Tone: sheetTones[x.State], Timely: in.timeliness(x.Verdict), Href: in.sheetHref(&x), Asked: x.Asked, Ambito: x.Ambito, Code: x.Code,
		Years: x.Process.Slug}
	if line.TermTone = "warn"; x.Verdict.Timeliness == pdz.Timely {
		line.TermTone = "ok"
	}
	if !x.Due.IsZero() {
		line.Term = in.DateHour(x.Due)
	}
	for _, id := range x.Tables {
		line.Tables = append(line.Tables, tableName(&in, id))
	}
	return line
}

// sheetTones are the classes of the labels of states; the word beside says the same.
var sheetTones = map[app.AdhesionState]string{app.AdhesionActive: "ok", app.AdhesionLate: "warn", app.AdhesionDuplicate: "warn",
	app.AdhesionWaiting: "warn", app.AdhesionNotAdmitted: "bad", app.AdhesionWithdrawn: "now", app.AdhesionSuperseded: "now"}

// mandateTexts name the roles in which a person acts for a body.
var mandateTexts = map[string]string{app.LegalRepresentative: i18n.M("legale rappresentante"), app.BodyDelegate: i18n.M("delegato"),
	app.BodyContact: i18n.M("referente")}

func (l *Layout) mandateText(role string) string {
	if text, ok := mandateTexts[role]; ok {
		return l.T(text)
	}
	return role
}

// unsettled says why somebody in the list does not act yet; empty when they do.
func (l *Layout) unsettled(m app.MandateView) string {
	switch m.State(l.Now) {
	case pdz.MandateInvited:
		return l.T("invito in attesa di risposta, vale fino al %s", l.until(m))
	case pdz.MandateWaiting:
		return l.T("da confermare")
	case pdz.MandateComing:
		return l.T("dal %s", l.ShortDate(m.From.In(l.zone())))
	}
	return ""
}

func (l *Layout) until(m app.MandateView) string { return l.ShortDate(m.Until.In(l.zone())) }

// zone is that of the process, or of the hour the page shows.
func (l *Layout) zone() *time.Location {
	if l.Proc != nil && l.Proc.Zone != nil {
		return l.Proc.Zone
	}
	return l.Now.Location()
}

// offerProcesses lists what one may adhere to.
func (s *Site) offerProcesses(r *http.Request, p *minePage) error {
	ambiti, err := s.App.Ambiti(r.Context())
	if err != nil {
		return err
	}
	for _, a := range ambiti {
		if v := s.newestOf(r, a.ID); v != nil {
			p.Open = append(p.Open, Link{v.Title + ", " + a.Name, p.Href("/" + a.ID + "/percorsi/" + v.Slug)})
		}
	}
	slices.SortFunc(p.Open, func(x, y Link) int { return strings.Compare(x.Text, y.Text) })
	return nil
}
