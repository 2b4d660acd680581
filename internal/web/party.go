package web

import (
	"errors"
	"net/http"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// The bodies that an Ambito knows, over processes and years: who acts for each, what
// it is in, which others were found to be the same.

const bodiesPath = officeAmbito + "/enti"

func bodyRoutes() []Route {
	return []Route{
		get(bodiesPath, Reader, (*Site).bodies).shows(purposeBodies),
		get(bodiesPath+"/{ente}", Reader, (*Site).body).shows(purposeBodies),
		post(bodiesPath+"/{ente}/conferma", Office, (*Site).confirmMandate),
		post(bodiesPath+"/{ente}/fine", Office, (*Site).endMandate),
	}
}

func bodyPages() []PageType {
	return []PageType{{"bodies", &bodiesPage{}}, {"body", &bodyPage{}}}
}

// bodiesPage lists the bodies, or those that were sought.
type bodiesPage struct {
	Layout
	Own, Sought string
	Rows        []bodyRow
	Total       int
	Waiting     int // bodies with a mandate to be confirmed
}

type bodyRow struct {
	app.BodyLine
	CategoryText, Href string
}

// bodiesShown is how many rows a page lists; the search finds the others.
const bodiesShown = 200

func (s *Site) bodies(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	p := &bodiesPage{Layout: s.officeLayout(r, v, "enti"), Sought: strings.TrimSpace(r.URL.Query().Get("cerca"))}
	p.Title = p.T("Enti e persone che aderiscono")
	p.Crumbs = []Link{{Text: p.T("Enti")}}
	p.Own = p.Href(p.fill(bodiesPath))
	all, err := s.App.Bodies(r.Context(), Who(r.Context()), v.AmbitoID, p.Sought)
	if err != nil {
		return err
	}
	p.Total = len(all)
	for _, b := range all {
		if b.Waiting {
			p.Waiting++
		}
		if len(p.Rows) < bodiesShown {
			p.Rows = append(p.Rows, bodyRow{b, p.categoryText(b.Category), p.Own + "/" + b.ID})
		}
	}
	return s.show(w, r, http.StatusOK, "bodies", p)
}

// categoryText is the definition's word for a category; one of another year's
// definition is shown as it is.
func (l *Layout) categoryText(id string) string {
	if l.Proc != nil {
		if c, ok := l.Proc.Category(id); ok {
			return c.Label
		}
	}
	return id
}

// bodyPage is a body with everything the office knows of it.
type bodyPage struct {
	Layout
	app.BodyView
	CategoryText, Own string
	Constituted       string
	Acting, Waiting   []officeMember // in force or to come; to be confirmed
	Over              []officeMember
	Sheets            []mineSheet
	MayWrite          bool
	Errors            []problemView
	Done              string
}

// officeMember is a mandate as the office sees it.
type officeMember struct {
	memberRow
	Ended string
}

func (s *Site) body(w http.ResponseWriter, r *http.Request) error {
	p, err := s.bodyPage(r, nil)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("fatto") {
	case "conferma":
		p.Done = p.T("Risposta registrata. Gli interessati la ricevono per e-mail.")
	case "fine":
		p.Done = p.T("L’incarico è finito. Gli interessati lo sanno per e-mail.")
	}
	return s.show(w, r, http.StatusOK, "body", p)
}

func (s *Site) bodyPage(r *http.Request, problems pdz.Problems) (*bodyPage, error) {
	v, err := s.newest(r)
	if err != nil {
		return nil, err
	}
	who := Who(r.Context())
	view, err := s.App.Body(r.Context(), who, v.AmbitoID, r.PathValue("ente"))
	if err != nil {
		return nil, err
	}
	p := &bodyPage{Layout: s.officeLayout(r, v, "enti"), BodyView: *view, MayWrite: Office.takes(who)}
	if p.Title = view.Name; p.Title == "" {
		p.Title = p.T("Dati cancellati")
	}
	list := p.Href(p.fill(bodiesPath))
	p.Crumbs = []Link{{p.T("Enti"), list}, {Text: p.Title}}
	p.Own, p.CategoryText = list+"/"+view.ID, p.categoryText(view.Category)
	if d, err := pdz.ParseDate(view.ConstitutedOn); err == nil {
		p.Constituted = slashDate(d)
	}
	for _, m := range view.Mandates {
		p.member(m)
	}
	for _, x := range view.Adhesions {
		line := p.sheetLine(x)
		line.Href = p.Href(strings.NewReplacer("{ambito}", x.Ambito, "{percorso}", x.AdhesionView.Process).Replace(officeProcess) + "/adesioni/" + x.Code)
		p.Sheets = append(p.Sheets, line)
	}
	p.Errors = p.fieldProblems(problems)
	return p, nil
}

func (p *bodyPage) member(m app.MandateView) {
	row := officeMember{memberRow: p.memberRow(m, "", true)}
	switch m.State(p.Now) {
	case pdz.MandateWaiting:
		row.State = ""
		p.Waiting = append(p.Waiting, row)
	case pdz.MandateEnded:
		row.Ended = p.T("finito")
		p.Over = append(p.Over, row)
	case pdz.MandateRefused:
		row.Ended = p.T("rifiutato")
		p.Over = append(p.Over, row)
	case pdz.MandateExpired:
		row.Ended = p.T("invito scaduto")
		p.Over = append(p.Over, row)
	default:
		p.Acting = append(p.Acting, row)
	}
}

func (s *Site) confirmMandate(w http.ResponseWriter, r *http.Request) error {
	answer := r.PostFormValue("risposta")
	if answer != "si" && answer != "no" {
		return errMalformed
	}
	err := s.App.ConfirmMandate(r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PathValue("ente"), r.PostFormValue("incarico"),
		answer == "si", r.PostFormValue(app.FieldReason), ReceivedAt(r.Context()))
	return s.afterMandate(w, r, err, "conferma")
}

func (s *Site) endMandate(w http.ResponseWriter, r *http.Request) error {
	err := s.App.EndMandate(r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PathValue("ente"), r.PostFormValue("incarico"),
		r.PostFormValue(app.FieldReason), ReceivedAt(r.Context()))
	return s.afterMandate(w, r, err, "fine")
}

func (s *Site) afterMandate(w http.ResponseWriter, r *http.Request, err error, done string) error {
	var problems pdz.Problems
	if errors.As(err, &problems) {
		p, err := s.bodyPage(r, problems)
		if err != nil {
			return err
		}
		return s.show(w, r, http.StatusUnprocessableEntity, "body", p)
	}
	if err != nil {
		return err
	}
	l := s.layout(r, nil)
	return seeOther(w, r, l.Href(strings.ReplaceAll(bodiesPath, "{ambito}", r.PathValue("ambito"))+"/"+r.PathValue("ente"))+"?fatto="+done)
}
