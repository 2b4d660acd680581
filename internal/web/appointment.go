package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// Who has which role in an Ambito, from when and to when. The head of the office
// says so; the operator too, because somebody has to name the first head.

const appointmentsPath = officeAmbito + "/persone"

func appointmentRoutes() []Route {
	return []Route{
		get(appointmentsPath, Appoints, (*Site).appointments).shows(purposeAppoint),
		post(appointmentsPath, Appoints, (*Site).appoint),
		post(appointmentsPath+"/{incarico}/fine", Appoints, (*Site).endAppointment),
	}
}

func appointmentPages() []PageType { return []PageType{{"appointment", &appointmentsPage{}}} }

// appointmentsPage lists the roles given, and gives another.
type appointmentsPage struct {
	Layout
	Own     string
	InForce []appointmentView
	Coming  []appointmentView
	Over    []appointmentView
	Fields  []fieldView
	Errors  []problemView
	Typed   bool // the form holds something: it is shown open
	Done    string
}

// appointmentView is a row of the list.
type appointmentView struct {
	ID, Name, Email, Role, From, To string
}

func (s *Site) appointments(w http.ResponseWriter, r *http.Request) error {
	p, err := s.appointmentsPage(r, nil, nil)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("fatto") {
	case "nomina":
		p.Done = p.T("Incarico registrato.")
	case "fine":
		p.Done = p.T("L’incarico è finito.")
	}
	return s.show(w, r, http.StatusOK, "appointment", p)
}

// appointmentsPage draws the page with what was typed and what is wrong with it.
func (s *Site) appointmentsPage(r *http.Request, typed map[string]string, problems pdz.Problems) (*appointmentsPage, error) {
	v, err := s.newest(r)
	if err != nil {
		return nil, err
	}
	p := &appointmentsPage{Layout: s.officeLayout(r, v, "persone"), Typed: typed != nil}
	p.Title = p.T("Persone e ruoli")
	p.Crumbs = []Link{{Text: p.Title}}
	p.Own = p.Href(p.fill(appointmentsPath))
	all, err := s.App.Appointments(r.Context(), Who(r.Context()), v.AmbitoID)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		row := appointmentView{a.ID, a.Name, a.Email, capital(p.roleText(a.Role)), p.day(a.From), ""}
		if !a.To.IsZero() {
			row.To = p.day(a.To.Add(-time.Millisecond)) // the last day, not the day after
		}
		switch now := s.Now(); {
		case a.Over(now):
			p.Over = append(p.Over, row)
		case a.InForce(now):
			p.InForce = append(p.InForce, row)
		default:
			p.Coming = append(p.Coming, row)
		}
	}
	p.fields(typed, problems)
	return p, nil
}

// day writes a day in the zone of the process, as forms have it.
func (p *appointmentsPage) day(t time.Time) string { return slashDate(pdz.DateOf(t, p.Proc.Zone)) }

func (p *appointmentsPage) fields(typed map[string]string, problems pdz.Problems) {
	text := func(id, label, kind string, optional bool) fieldView {
		f := fieldView{Printer: p.Printer, ID: id, Label: label, Control: controlText, Input: "text", Value: typed[id], Optional: optional}
		f.textInput(kind)
		f.Complete = "off" // it is somebody else's
		return f
	}
	role := fieldView{Printer: p.Printer, ID: "ruolo", Label: p.T("Ruolo"), Control: controlSelect, Prompt: p.T("Scegli"), Width: "ps-w-mid"}
	for _, x := range app.Appointable {
		role.Options = append(role.Options, optionView{ID: string(x), Label: capital(p.roleText(x)), Checked: typed["ruolo"] == string(x)})
	}
	from := text("dal", p.T("Dal"), "date", true)
	from.Help = p.T("Vuoto: da adesso. Giorno/mese/anno, per esempio 20/03/2009")
	to := text("al", p.T("Fino al"), "date", true)
	to.Help = p.T("Compreso. Vuoto: finché non lo finisci tu. Giorno/mese/anno")
	p.Fields = []fieldView{text("nome", p.T("Nome e cognome"), "text", false), text("email", p.T("Indirizzo e-mail con cui entra"), "email", false), role, from, to}
	var each []*fieldView
	for i := range p.Fields {
		each = append(each, &p.Fields[i])
	}
	p.Errors = p.fieldProblems(problems, each...)
}

func (s *Site) appoint(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	typed := map[string]string{}
	for _, id := range []string{"nome", "email", "ruolo", "dal", "al"} {
		typed[id] = r.PostFormValue(id)
	}
	in, problems := readAppointment(typed, v.Zone)
	if len(problems) > 0 { // a day that cannot be read: told with all else that is wrong
		return s.appointmentRefused(w, r, typed, append(in.Check(), problems...))
	}
	_, err = s.App.Appoint(r.Context(), Who(r.Context()), v.AmbitoID, in, ReceivedAt(r.Context()))
	if errors.As(err, &problems) {
		return s.appointmentRefused(w, r, typed, problems)
	}
	if err != nil {
		return err
	}
	return s.afterAppointment(w, r, "nomina")
}

// readAppointment reads the form. A first day begins at midnight, a last one ends
// at the next.
func readAppointment(typed map[string]string, zone *time.Location) (in app.AppointmentInput, problems pdz.Problems) {
	in = app.AppointmentInput{Name: typed["nome"], Email: strings.TrimSpace(typed["email"]), Role: app.Role(typed["ruolo"])}
	read := func(field string, at func(pdz.Date, *time.Location) time.Time) time.Time {
		if strings.TrimSpace(typed[field]) == "" {
			return time.Time{}
		}
		d, p := pdz.ParseItalianDate(typed[field], pdz.Date{})
		if p != nil {
			problems.Add(field, p.Code, p.Args...)
			return time.Time{}
		}
		return at(d, zone)
	}
	in.From, in.To = read("dal", pdz.StartOfDay), read("al", pdz.EndOfDay)
	return in, problems
}

func (s *Site) appointmentRefused(w http.ResponseWriter, r *http.Request, typed map[string]string, problems pdz.Problems) error {
	order := []string{"nome", "email", "ruolo", "dal", "al"}
	slices.SortStableFunc(problems, func(a, b pdz.Problem) int { return slices.Index(order, a.Field) - slices.Index(order, b.Field) })
	p, err := s.appointmentsPage(r, typed, problems)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusUnprocessableEntity, "appointment", p)
}

func (s *Site) endAppointment(w http.ResponseWriter, r *http.Request) error {
	err := s.App.EndAppointment(r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PathValue("incarico"), ReceivedAt(r.Context()))
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.appointmentRefused(w, r, nil, problems)
	}
	if err != nil {
		return err
	}
	return s.afterAppointment(w, r, "fine")
}

func (s *Site) afterAppointment(w http.ResponseWriter, r *http.Request, what string) error {
	l := s.layout(r, nil)
	l.AmbitoID = r.PathValue("ambito")
	return seeOther(w, r, l.Href(l.fill(appointmentsPath))+"?fatto="+what)
}
