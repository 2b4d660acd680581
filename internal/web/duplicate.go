package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// duplicatesPage puts sheets that may be of one party side by side, and parties
// that may be one.
type duplicatesPage struct {
	Layout
	Pairs    []pairView
	Parties  []partiesView
	Merges   []app.MergeView
	Action   string
	May      bool // who looks may also decide
	Problems []problemView
	Failed   string // the pair that the problems are of
}

// pairView is a pair with what tells its two sheets apart.
type pairView struct {
	ID          string // for the fields of its form
	Heading     string
	SameTaxCode bool
	Left, Right sideView
	Rows        []pairRow
	Reason      string
	Keep        string // the sheet chosen before a refusal
}

type sideView struct{ Value, Code, Number, Party, State, Href string }

type pairRow struct {
	Label, Left, Right string
	Differs            bool
}

// partiesView are two parties that may be one.
type partiesView struct {
	ID         string
	One, Other app.PartyLine
	InForce    bool
	Reason     string
}

func (s *Site) duplicates(w http.ResponseWriter, r *http.Request) error {
	return s.showDuplicates(w, r, http.StatusOK, url.Values{}, nil)
}

func (s *Site) showDuplicates(w http.ResponseWriter, r *http.Request, status int, form url.Values, problems pdz.Problems) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	ctx, who := r.Context(), Who(r.Context())
	p := &duplicatesPage{Layout: s.officeLayout(r, v, "adesioni"), May: Office.takes(who), Failed: form.Get("coppia")}
	p.Title = p.T("Doppioni")
	p.Action = p.OfficeHref("doppioni")
	p.Crumbs = []Link{{p.T("Adesioni"), p.OfficeHref("adesioni")}, {Text: p.Title}}
	pairs, err := s.App.Duplicates(ctx, who, v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	for _, x := range pairs {
		view := p.pairView(x)
		if view.ID == p.Failed {
			view.Reason, view.Keep = form.Get(app.FieldReason), form.Get("vale")
		}
		p.Pairs = append(p.Pairs, view)
	}
	parties, err := s.App.MergeCandidates(ctx, who, v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	for _, x := range parties {
		view := partiesView{ID: "soggetti-" + x.One.ID[:8] + x.Other.ID[:8], One: x.One, Other: x.Other, InForce: x.InForce}
		if view.ID == p.Failed {
			view.Reason = form.Get(app.FieldReason)
		}
		p.Parties = append(p.Parties, view)
	}
	if p.Merges, err = s.App.Merges(ctx, who, v.AmbitoID); err != nil {
		return err
	}
	p.Problems, _ = p.problemsOf(problems)
	for i := range p.Problems {
		p.Problems[i].Href = "#" + p.Failed
	}
	return s.show(w, r, status, "duplicates", p)
}

// pairView lists what two sheets say, the differences marked.
func (p *duplicatesPage) pairView(x app.Twins) pairView {
	v := pairView{ID: "coppia-" + x.Left.Number + "-" + x.Right.Number, SameTaxCode: x.SameTaxCode, Left: p.sideView(x.Left), Right: p.sideView(x.Right)}
	if x.SameTaxCode {
		v.Heading = p.T("Schede %s e %s: stesso codice fiscale", x.Left.Number, x.Right.Number)
	} else {
		v.Heading = p.T("Schede %s e %s: nomi simili al %d per cento", x.Left.Number, x.Right.Number, x.Likeness)
	}
	add := func(label, left, right string) {
		v.Rows = append(v.Rows, pairRow{label, left, right, left != right})
	}
	channel := func(id string) string {
		c, _ := p.Proc.Channel(id)
		return c.Label
	}
	add(p.T("Soggetto"), x.Left.PartyName, x.Right.PartyName)
	add(p.T("Codice fiscale"), x.Left.TaxCode, x.Right.TaxCode)
	add(p.T("Arrivata"), p.Instant(x.Left.ReceivedAt.In(p.Proc.Zone)), p.Instant(x.Right.ReceivedAt.In(p.Proc.Zone)))
	add(p.T("Canale"), channel(x.Left.Channel), channel(x.Right.Channel))
	add(p.T("E-mail"), x.Left.Email, x.Right.Email)
	add(p.T("Indirizzo confermato"), p.yesNo(x.Left.Confirmed), p.yesNo(x.Right.Confirmed))
	add(p.T("Persona"), x.Left.PersonName, x.Right.PersonName)
	add(p.T("Tavoli"), p.tableList(x.Left.Tables), p.tableList(x.Right.Tables))
	form, _ := p.Proc.Form(x.Left.Form)
	left, right := p.asking(form, lastAnswers(x.Left), nil), p.asking(form, lastAnswers(x.Right), nil)
	for _, f := range form.Fields {
		switch f.Type {
		case "party", "taxCode", "email", "person", "tables":
			continue // shown above
		}
		a, b := strings.Join(left.answerTexts(f), "; "), strings.Join(right.answerTexts(f), "; ")
		if a != "" || b != "" {
			add(f.Label, a, b)
		}
	}
	return v
}

func lastAnswers(t app.Twin) pdz.Answers {
	for _, v := range slices.Backward(t.Versions) {
		if v.Kind != kindWithdrawal {
			return v.Answers
		}
	}
	return nil
}

func (p *duplicatesPage) sideView(t app.Twin) sideView {
	return sideView{chosenText(app.Chosen{Code: t.Code, After: t.Act}), t.Code, t.Number, t.PartyName, p.stateText(t.State), p.OfficeHref("adesioni/" + t.Code)}
}

func (l *Layout) yesNo(b bool) string {
	if b {
		return l.T("sì")
	}
	return l.T("no")
}

func (l *Layout) tableList(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, tableName(l, id))
	}
	return strings.Join(names, "; ")
}

// settleDuplicate reads which of two sheets counts, or that both do.
func (s *Site) settleDuplicate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	sheets, keep := chosenOf(r.PostForm), r.PostForm.Get("vale")
	if len(sheets) != 2 {
		return errMalformed
	}
	ctx, who, reason := r.Context(), Who(r.Context()), r.PostForm.Get(app.FieldReason)
	at := app.Arrival{ReceivedAt: ReceivedAt(ctx)}
	switch keep {
	case sheets[0].Code:
		err = s.App.SettleDuplicate(ctx, who, v.AmbitoID, sheets[0], sheets[1], reason, at)
	case sheets[1].Code:
		err = s.App.SettleDuplicate(ctx, who, v.AmbitoID, sheets[1], sheets[0], reason, at)
	case "tutte":
		err = s.App.KeepBoth(ctx, who, v.AmbitoID, sheets[0], sheets[1], reason, at)
	default:
		err = pdz.Problems{{Field: "vale", Code: pdz.CodeRequired}}
	}
	return s.afterDuplicate(w, r, v, err)
}

// mergeParties reads which of two parties stays.
func (s *Site) mergeParties(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	both, kept := r.PostForm["soggetto"], r.PostForm.Get("resta")
	if len(both) != 2 {
		return errMalformed
	}
	gone := both[0]
	switch kept {
	case both[0]:
		gone = both[1]
	case both[1]:
	default:
		return s.afterDuplicate(w, r, v, pdz.Problems{{Field: "resta", Code: pdz.CodeRequired}})
	}
	err = s.App.MergeParties(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug, gone, kept, r.PostForm.Get(app.FieldReason), app.Arrival{ReceivedAt: ReceivedAt(r.Context())})
	return s.afterDuplicate(w, r, v, err)
}

func (s *Site) afterDuplicate(w http.ResponseWriter, r *http.Request, v *app.ProcessView, err error) error {
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showDuplicates(w, r, http.StatusUnprocessableEntity, r.PostForm, problems)
	}
	if err != nil {
		return err
	}
	l := s.officeLayout(r, v, "adesioni")
	return seeOther(w, r, l.OfficeHref("doppioni"))
}
