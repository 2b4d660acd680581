package web

import (
	"errors"
	"net/http"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// minePeoplePage is who acts for a body, and the form that asks somebody else to.
type minePeoplePage struct {
	Layout
	BodyName  string
	Own       string
	MayInvite bool
	Rows      []memberRow
	Fields    []fieldView
	Replaces  string // Ref of who is to be replaced
	Leaving   string // their name
	Errors    []problemView
	Done      string
}

// memberRow is a person in the list.
type memberRow struct {
	Name, Email, Role, Span, State string
	Ref                            string
	Mine                           bool
	MayEnd, MayConfirm             bool
}

// bodyOf is the body in the address, if it is of who asks.
func (s *Site) bodyOf(r *http.Request) (*app.HomeView, chosen, error) {
	home, err := s.App.Home(r.Context(), me(r))
	if err != nil {
		return nil, chosen{}, err
	}
	c := choose(home, r.PathValue("ente"))
	if c.body == nil || c.body.ID != r.PathValue("ente") || c.ambito.ID != r.PathValue("ambito") || !c.body.Acts() {
		return nil, c, app.ErrNotFound
	}
	return home, c, nil
}

func (s *Site) minePeople(w http.ResponseWriter, r *http.Request) error {
	p, err := s.minePeoplePage(r, nil, nil)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("fatto") {
	case "invito":
		p.Done = p.T("L’invito è partito per e-mail. Finché non è accettato non cambia nulla.")
	case "fine":
		p.Done = p.T("Fatto: da adesso quella persona non agisce più. Lo abbiamo scritto a tutti gli interessati.")
	case "conferma":
		p.Done = p.T("Risposta registrata. Lo abbiamo scritto a tutti gli interessati.")
	}
	return s.show(w, r, http.StatusOK, "mine-people", p)
}

func (s *Site) minePeoplePage(r *http.Request, typed map[string]string, problems pdz.Problems) (*minePeoplePage, error) {
	home, c, err := s.bodyOf(r)
	if err != nil {
		return nil, err
	}
	p := &minePeoplePage{BodyName: c.body.Name, MayInvite: c.body.MayInvite}
	p.Layout = s.mineLayout(r, home, c, "")
	p.Own = p.bodyHref(c.ambito.ID, c.body.ID)
	p.Title, p.Current = p.T("Chi vi rappresenta"), p.Own
	p.crumbsOfMine(p.Title)
	leaving := r.URL.Query().Get("al-posto-di")
	if typed != nil {
		leaving = typed["al-posto-di"]
	}
	for _, m := range c.body.People {
		p.Rows = append(p.Rows, p.memberRow(m, home.Email, c.body.MayInvite))
		if m.Ref() == leaving && m.InForce(s.Now()) {
			p.Replaces, p.Leaving = leaving, m.Name
			if typed == nil {
				typed = map[string]string{app.FieldMandateRole: m.Role}
			}
		}
	}
	p.fields(typed, problems)
	return p, nil
}

// crumbsOfMine is the way to a page of one's own.
func (l *Layout) crumbsOfMine(title string) {
	l.Crumbs = []Link{{l.T("La mia pagina"), l.Href(minePath)}, {Text: title}}
}

// memberRow shows what the reader may do about a mandate: the use case asks again.
func (l *Layout) memberRow(m app.MandateView, mine string, commands bool) memberRow {
	row := memberRow{Name: m.Name, Email: m.Email, Role: l.mandateText(m.Role), Ref: m.Ref(), Mine: m.Email == mine, State: l.unsettled(m), Span: l.mandateSpan(m)}
	row.MayEnd = row.Mine || commands && m.Role != app.LegalRepresentative
	row.MayConfirm = commands && m.State(l.Now) == pdz.MandateWaiting && m.Role != app.LegalRepresentative
	if row.State != "" && m.State(l.Now) == pdz.MandateWaiting && !row.MayConfirm {
		row.State = l.T("da confermare: decide l’Ufficio di Piano")
	}
	return row
}

// mandateSpan writes from when to when.
func (l *Layout) mandateSpan(m app.MandateView) string {
	from, zone := m.From, l.zone()
	if from.IsZero() {
		from = m.StartsAt
	}
	switch {
	case from.IsZero() && m.To.IsZero():
		return ""
	case m.To.IsZero():
		return l.T("dal %s", l.ShortDate(from.In(zone)))
	case from.IsZero():
		return l.T("fino al %s", l.ShortDate(lastDay(m.To.In(zone))))
	}
	return l.T("dal %s al %s", l.ShortDate(from.In(zone)), l.ShortDate(lastDay(m.To.In(zone))))
}

// lastDay is the day that ends at an instant.
func lastDay(end time.Time) time.Time { return end.Add(-time.Millisecond) }

func (p *minePeoplePage) fields(typed map[string]string, problems pdz.Problems) {
	text := func(id, label, kind, help string, optional bool) fieldView {
		f := fieldView{Printer: p.Printer, ID: id, Label: label, Control: controlText, Input: "text", Value: typed[id], Optional: optional}
		f.textInput(kind)
		f.Help = help
		f.Complete = "off" // it is somebody else's
		return f
	}
	role := fieldView{Printer: p.Printer, ID: app.FieldMandateRole, Label: p.T("In che veste"), Control: controlSelect, Prompt: p.T("Scegli"), Width: "ps-w-mid",
		Help: p.T("Il referente vede e corregge le schede. Il delegato può anche invitare altri. Il legale rappresentante lo conferma l’Ufficio di Piano.")}
	for _, x := range app.MandateRoles {
		role.Options = append(role.Options, optionView{ID: x, Label: capital(p.mandateText(x)), Checked: typed[app.FieldMandateRole] == x})
	}
	p.Fields = []fieldView{
		text(app.FieldMandateName, p.T("Nome e cognome"), "text", "", false),
		text(app.FieldMandateMail, p.T("Indirizzo e-mail"), "email", p.T("È quello con cui quella persona entrerà nel sito."), false),
		role,
		text(app.FieldMandateFrom, p.T("Dal"), "date", p.T("Vuoto: da quando accetta. Giorno/mese/anno, per esempio 20/03/2009"), true),
		text(app.FieldMandateTo, p.T("Fino al"), "date", p.T("Compreso. Vuoto: finché non lo finite voi. Giorno/mese/anno"), true),
	}
	var each []*fieldView
	for i := range p.Fields {
		each = append(each, &p.Fields[i])
	}
	p.Errors = p.fieldProblems(problems, each...)
}

func (s *Site) inviteMember(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := s.bodyOf(r); err != nil {
		return err
	}
	typed := map[string]string{}
	for _, id := range []string{app.FieldMandateName, app.FieldMandateMail, app.FieldMandateRole, app.FieldMandateFrom, app.FieldMandateTo, "al-posto-di"} {
		typed[id] = r.PostFormValue(id)
	}
	in := app.Invitation{Name: typed[app.FieldMandateName], Email: typed[app.FieldMandateMail], Role: typed[app.FieldMandateRole],
		From: typed[app.FieldMandateFrom], To: typed[app.FieldMandateTo], Replaces: typed["al-posto-di"]}
	err := s.App.Invite(r.Context(), me(r), r.PathValue("ambito"), r.PathValue("ente"), in, ReceivedAt(r.Context()))
	return s.afterMember(w, r, err, typed, "invito")
}

func (s *Site) endMember(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := s.bodyOf(r); err != nil {
		return err
	}
	err := s.App.EndMandate(r.Context(), me(r), r.PathValue("ambito"), r.PathValue("ente"), r.PostFormValue("incarico"), "", ReceivedAt(r.Context()))
	return s.afterMember(w, r, err, nil, "fine")
}

func (s *Site) confirmMember(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := s.bodyOf(r); err != nil {
		return err
	}
	err := s.App.ConfirmMandate(r.Context(), me(r), r.PathValue("ambito"), r.PathValue("ente"), r.PostFormValue("incarico"),
		r.PostFormValue("risposta") == "si", "", ReceivedAt(r.Context()))
	return s.afterMember(w, r, err, nil, "conferma")
}

// afterMember goes back to the list, or shows what is wrong. Whoever ended their own
// mandate has no list to go back to.
func (s *Site) afterMember(w http.ResponseWriter, r *http.Request, err error, typed map[string]string, done string) error {
	var problems pdz.Problems
	l := s.layout(r, nil)
	switch {
	case errors.As(err, &problems):
		p, err := s.minePeoplePage(r, typed, problems)
		if err != nil {
			return err
		}
		return s.show(w, r, http.StatusUnprocessableEntity, "mine-people", p)
	case err != nil:
		return err
	}
	if _, _, err := s.bodyOf(r); err != nil {
		return seeOther(w, r, l.Href(minePath))
	}
	return seeOther(w, r, l.bodyHref(r.PathValue("ambito"), r.PathValue("ente"))+"?fatto="+done)
}

// invitationPage asks for an answer; opening it changes nothing (P7).
type invitationPage struct {
	Layout
	BodyName, Role, Until, Span string
	ForOffice                   bool // the office has to confirm it after
	Own                         string
	Over                        bool
}

func (s *Site) invitation(w http.ResponseWriter, r *http.Request) error {
	return s.showInvitation(w, r, http.StatusOK, false)
}

func (s *Site) showInvitation(w http.ResponseWriter, r *http.Request, status int, over bool) error {
	ambito, id := r.PathValue("ambito"), r.PathValue("invito")
	home, err := s.App.Home(r.Context(), me(r))
	if err != nil {
		return err
	}
	m, err := s.App.Invitation(r.Context(), me(r), ambito, id)
	if err != nil {
		return err
	}
	p := &invitationPage{BodyName: m.PartyName, Over: over || m.State(s.Now()) != pdz.MandateInvited, ForOffice: m.Role == app.LegalRepresentative}
	p.Layout = s.mineLayout(r, home, chosen{ambito: &app.HomeAmbito{ID: ambito}}, minePath)
	p.Role, p.Until, p.Span = p.mandateText(m.Role), p.until(*m), p.mandateSpan(*m)
	p.Title = p.T("Un invito per te")
	p.crumbsOfMine(p.Title)
	p.Own = p.Href(minePath + "/" + ambito + "/inviti/" + id)
	return s.show(w, r, status, "mine-invitation", p)
}

func (s *Site) answerInvitation(w http.ResponseWriter, r *http.Request) error {
	answer := r.PostFormValue("risposta")
	if answer != "si" && answer != "no" {
		return errMalformed
	}
	err := s.App.AnswerInvitation(r.Context(), me(r), r.PathValue("ambito"), r.PathValue("invito"), answer == "si", ReceivedAt(r.Context()))
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showInvitation(w, r, http.StatusUnprocessableEntity, true)
	}
	if err != nil {
		return err
	}
	l := s.layout(r, nil)
	return seeOther(w, r, l.Href(minePath)+"?fatto=invito-"+answer)
}
