package web

import (
	"errors"
	"net/http"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Personal data that people ask to have erased, and whose term has passed. Nothing
// goes by itself: the head of the office says so, with a reason that stays.

const erasuresPath = officeAmbito + "/dati"

// fieldRefusal is where it is said why not: the page has two forms.
const fieldRefusal = "perche-no"

func erasureRoutes() []Route {
	return []Route{
		get(erasuresPath, Reader, (*Site).erasures).shows(purposeRights),
		get(erasuresPath+"/{codice}", HeadOnly, (*Site).erasure).shows(purposeRights),
		post(erasuresPath+"/{codice}/cancellazione", HeadOnly, (*Site).erase),
		post(erasuresPath+"/{codice}/rifiuto", HeadOnly, (*Site).refuseErasure),
	}
}

func erasurePages() []PageType {
	return []PageType{{"erasures", &erasuresPage{}}, {"erasure", &erasurePage{}}}
}

// erasuresPage lists requests, what is due, and what was erased.
type erasuresPage struct {
	Layout
	Own      string
	MayErase bool
	Asked    []askedLine
	Due      []dueLine
	Done     []erasedLine
	Kept     []keptLine
	Told     string
}

type askedLine struct{ Number, Email, Words, When, Answer, Href string }

type dueLine struct{ What, Number, Came, Since, Then, Href string }

type erasedLine struct {
	Number, When, Reason string
	Leaf                 int64
}

// classTexts name what is kept.
var classTexts = map[string]string{pdz.KeptAdhesions: i18n.M("adesione"), pdz.KeptQuestions: i18n.M("domanda allo sportello")}

func (s *Site) erasures(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	p := &erasuresPage{Layout: s.officeLayout(r, v, "dati"), MayErase: HeadOnly.takes(who)}
	p.Title = p.T("Dati personali: richieste e termini")
	p.Crumbs = []Link{{Text: p.T("Dati personali")}}
	p.Own = p.Href(p.fill(erasuresPath))
	switch r.URL.Query().Get("fatto") {
	case "cancellazione":
		p.Told = p.T("Cancellato. Restano numero, ora di arrivo ed esito, e la ragione scritta qui.")
	case "rifiuto":
		p.Told = p.T("Risposta inviata a chi ha chiesto.")
	}
	if err := s.fillErasures(r, p, who); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "erasures", p)
}

func (s *Site) fillErasures(r *http.Request, p *erasuresPage, who app.Actor) error {
	due, err := s.App.Due(r.Context(), who, p.AmbitoID)
	if err != nil {
		return err
	}
	done, asked, err := s.App.Erasures(r.Context(), who, p.AmbitoID)
	if err != nil {
		return err
	}
	for _, a := range asked {
		p.Asked = append(p.Asked, askedLine{a.Number, a.Email, a.Words, p.DateHour(a.AskedAt.In(p.zone())), a.Answer, p.Own + "/" + a.Matter})
	}
	for _, d := range due {
		line := dueLine{What: p.T(classTexts[d.Class]), Number: d.Number, Came: p.ShortDate(d.CameAt), Since: p.ShortDate(lastDay(d.Until)), Href: p.Own + "/" + d.Matter}
		if text, ok := thenTexts[d.Then]; ok {
			line.Then = p.T(text)
		}
		p.Due = append(p.Due, line)
	}
	for _, d := range done {
		p.Done = append(p.Done, erasedLine{d.Number, p.DateHour(d.At.In(p.zone())), d.Reason, d.Act + 1})
	}
	for class, text := range classTexts {
		p.Kept = append(p.Kept, keptLine{p.T(text), p.keepingText(p.Proc.Keeping(class, p.Now))})
	}
	return nil
}

// erasurePage asks for the reason before data go for good.
type erasurePage struct {
	Layout
	Own, Number string
	Asked       *askedLine // nil when nobody asked
	Keeping     string
	Early       bool // the term of keeping has not passed
	Erase       fieldView
	Refuse      fieldView
	Errors      []problemView
}

func (s *Site) erasure(w http.ResponseWriter, r *http.Request) error {
	return s.showErasing(w, r, http.StatusOK, "", nil)
}

func (s *Site) showErasing(w http.ResponseWriter, r *http.Request, status int, which string, problems pdz.Problems) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	who, code := Who(r.Context()), r.PathValue("codice")
	p := &erasurePage{Layout: s.officeLayout(r, v, "dati")}
	list := p.Href(p.fill(erasuresPath))
	p.Own, p.Title = list+"/"+code, p.T("Cancellare i dati personali")
	p.Crumbs = []Link{{p.T("Dati personali"), list}, {Text: p.Title}}
	if err := s.fillErasing(r, p, who, code); err != nil {
		return err
	}
	p.Erase = fieldView{Printer: p.Printer, ID: app.FieldReason, Label: p.T("Perché si cancella"), Control: controlArea,
		Help: p.T("Resta agli atti e non deve nominare nessuno."), Value: r.PostFormValue(app.FieldReason)}
	p.Refuse = fieldView{Printer: p.Printer, ID: fieldRefusal, Label: p.T("Perché non si può"), Control: controlArea,
		Help: p.T("Arriva per e-mail a chi ha chiesto: cita la norma o la regola dell’avviso."), Value: r.PostFormValue(fieldRefusal)}
	for i := range problems {
		if which == "rifiuto" && problems[i].Field == app.FieldReason {
			problems[i].Field = fieldRefusal
		}
	}
	p.Errors = p.fieldProblems(problems, &p.Erase, &p.Refuse)
	return s.show(w, r, status, "erasure", p)
}

// fillErasing says what the matter is, who asked and how long it is kept.
func (s *Site) fillErasing(r *http.Request, p *erasurePage, who app.Actor, code string) error {
	_, asked, err := s.App.Erasures(r.Context(), who, p.AmbitoID)
	if err != nil {
		return err
	}
	for _, a := range asked {
		if a.Matter == code {
			p.Number = a.Number
			p.Asked = &askedLine{a.Number, a.Email, a.Words, p.DateHour(a.AskedAt.In(p.zone())), a.Answer, ""}
		}
	}
	keeping, number, err := s.App.KeepingOfMatter(r.Context(), who, p.AmbitoID, code)
	if err != nil {
		return err
	}
	p.Number, p.Keeping, p.Early = number, p.keepingText(keeping), !keeping.Over(s.Now())
	return nil
}

func (s *Site) erase(w http.ResponseWriter, r *http.Request) error {
	err := s.App.Erase(r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PathValue("codice"), r.PostFormValue(app.FieldReason),
		app.Arrival{ReceivedAt: ReceivedAt(r.Context())})
	return s.afterErasure(w, r, err, "cancellazione")
}

func (s *Site) refuseErasure(w http.ResponseWriter, r *http.Request) error {
	err := s.App.RefuseErasure(r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PathValue("codice"), r.PostFormValue(fieldRefusal), ReceivedAt(r.Context()))
	return s.afterErasure(w, r, err, "rifiuto")
}

func (s *Site) afterErasure(w http.ResponseWriter, r *http.Request, err error, which string) error {
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showErasing(w, r, http.StatusUnprocessableEntity, which, problems)
	}
	if err != nil {
		return err
	}
	l := s.layout(r, nil)
	return seeOther(w, r, l.Href(strings.ReplaceAll(erasuresPath, "{ambito}", r.PathValue("ambito")))+"?fatto="+which)
}
