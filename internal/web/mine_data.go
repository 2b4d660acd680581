package web

import (
	"errors"
	"net/http"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// mineDataPage says what is held about an address, gives it away, and takes requests
// to erase it.
type mineDataPage struct {
	Layout
	Email  string
	Sheets []mineSheet
	Bodies []string
	Kept   []keptLine // how long, by process
	Done   bool
}

// keptLine is how long a process keeps its adhesions.
type keptLine struct{ Process, Text string }

func (s *Site) mineData(w http.ResponseWriter, r *http.Request) error {
	home, err := s.App.Home(r.Context(), me(r))
	if err != nil {
		return err
	}
	p := &mineDataPage{Email: home.Email, Done: r.URL.Query().Get("fatto") != ""}
	p.Layout = s.mineLayout(r, home, choose(home, ""), minePath+"/dati")
	p.Title = p.T("I miei dati")
	p.crumbsOfMine(p.Title)
	seen := map[string]bool{}
	for _, a := range home.Ambiti {
		for _, b := range a.Bodies {
			p.Bodies = append(p.Bodies, b.Name)
			for _, x := range b.Sheets {
				p.Sheets = append(p.Sheets, p.sheetLine(x))
				if key := x.Ambito + "/" + x.AdhesionView.Process; !seen[key] {
					seen[key] = true
					p.Kept = append(p.Kept, keptLine{x.Process.Title, p.keepingText(x.Process.Keeping(pdz.KeptAdhesions, x.ReceivedAt))})
				}
			}
		}
	}
	return s.show(w, r, http.StatusOK, "mine-data", p)
}

// thenTexts say what becomes of what is not kept any more.
var thenTexts = map[string]string{"erase": i18n.M("poi si cancellano"), "anonymise": i18n.M("poi restano senza nomi"), "archive": i18n.M("poi vanno in archivio")}

// keepingText says how long something is kept.
func (l *Layout) keepingText(k pdz.Keeping) string {
	then := ""
	if text, ok := thenTexts[k.Then]; ok {
		then = ", " + l.T(text)
	}
	switch {
	case k.Forever:
		return l.T("si conservano senza termine")
	case k.Until.IsZero():
		return l.T("si conservano fino a una data che l’avviso deve ancora fissare") + then
	}
	return l.T("si conservano fino al %s", l.ShortDate(lastDay(k.Until.In(l.zone())))) + then
}

func (s *Site) mineExport(w http.ResponseWriter, r *http.Request) error {
	file, err := s.App.ExportHome(r.Context(), me(r))
	if err != nil {
		return err
	}
	return sendFile(w, "i-miei-dati.json", "application/json", file)
}

// mineErasurePage asks why, and says what the law keeps.
type mineErasurePage struct {
	Layout
	Number, Party, Own, Keeping string
	Field                       fieldView
	Errors                      []problemView
}

func (s *Site) mineErasure(w http.ResponseWriter, r *http.Request) error {
	return s.showErasure(w, r, http.StatusOK, nil)
}

func (s *Site) showErasure(w http.ResponseWriter, r *http.Request, status int, problems pdz.Problems) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	k, err := s.App.KeepingOf(r.Context(), o.who, o.Adhesion.Ambito, o.Adhesion.Code)
	if err != nil {
		return err
	}
	p := &mineErasurePage{Layout: s.layout(r, o.view), Number: o.Adhesion.Number, Party: o.Adhesion.PartyName}
	p.Private, p.Office = true, true
	p.Own = p.ownHref(o)
	p.Title, p.Keeping = p.T("Chiedi di cancellare i dati"), p.keepingText(k)
	p.Crumbs = []Link{{p.T("La mia pagina"), p.Href(minePath)}, {p.T("La tua adesione"), p.Own}, {Text: p.Title}}
	p.Field = fieldView{Printer: p.Printer, ID: app.FieldErasureWords, Label: p.T("Perché lo chiedi"), Control: controlArea, Optional: true,
		Value: r.PostFormValue(app.FieldErasureWords)}
	p.Errors = p.fieldProblems(problems, &p.Field)
	return s.show(w, r, status, "mine-erasure", p)
}

func (s *Site) askErasure(w http.ResponseWriter, r *http.Request) error {
	err := s.App.AskErasure(r.Context(), me(r), r.PathValue("ambito"), r.PathValue("codice"), r.PostFormValue(app.FieldErasureWords), ReceivedAt(r.Context()))
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showErasure(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	l := s.layout(r, nil)
	return seeOther(w, r, l.Href(minePath)+"/dati?fatto=cancellazione")
}
