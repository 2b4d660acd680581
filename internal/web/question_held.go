package web

import (
	"net/http"
	"strconv"

	"concerto/internal/app"
)

// heldPage lists the questions that look like a program's. Somebody looks and says
// which are a person's.
type heldPage struct {
	Layout
	Rows     []heldRow
	Count    int
	MayWrite bool
}

type heldRow struct {
	app.HeldQuestion
	Received, Why, Element string
}

func (s *Site) heldQuestions(w http.ResponseWriter, r *http.Request) error {
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	p := &heldPage{Layout: s.officeLayout(r, view, "sportello"), MayWrite: Desk.takes(who)}
	p.Title = p.T("Domande da verificare")
	p.Crumbs = []Link{{p.T("Domande allo sportello"), p.DeskHref("")}, {Text: p.Title}}
	list, n, err := s.App.HeldQuestions(r.Context(), who, view.AmbitoID)
	if err != nil {
		return err
	}
	p.Count = n
	for i, x := range list {
		p.Rows = append(p.Rows, heldRow{x, p.Instant(x.ReceivedAt), p.T(doubtTexts[x.Doubt]), "domanda-" + strconv.Itoa(i+1)})
	}
	return s.show(w, r, http.StatusOK, "question-held", p)
}

// settleHeld records the chosen questions, or puts them aside.
func (s *Site) settleHeld(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	ctx, who, ambito, ids := r.Context(), Who(r.Context()), r.PathValue("ambito"), r.PostForm["domanda"]
	var err error
	switch {
	case r.PostForm.Get("rete") != "":
		err = s.App.DropHeldFrom(ctx, who, ambito, r.PostForm.Get("rete"))
	case r.PostForm.Get(paramAction) == "registra":
		err = s.App.TakeHeld(ctx, who, ambito, ids)
	case r.PostForm.Get(paramAction) == "scarta":
		err = s.App.DropHeld(ctx, who, ambito, ids)
	default:
		return errMalformed
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, prefix(languageOf(ctx))+"/ufficio/"+ambito+"/sportello/da-verificare")
}
