package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// The office decides on pages of its own: one sheet, many sheets with a preview,
// two sheets side by side, the list. Each begins with what the notice lets the
// office decide, each ends with the history of what was decided, by whom and why.

func decideRoutes() []Route {
	const sheet = officeProcess + "/adesioni/{codice}"
	return []Route{
		get(sheet+"/decisione", Office, (*Site).askDecision).shows(purposeExamine),
		post(sheet+"/decisione", Office, (*Site).decide).shows(purposeExamine),
		get(officeProcess+"/adesioni/decisioni", Office, (*Site).pickMany).shows(purposeExamine),
		post(officeProcess+"/adesioni/decisioni", Office, (*Site).decideMany).shows(purposeExamine),
		get(sheet+"/perche", Reader, (*Site).officeWhy).shows(purposeExamine),
		get("/{ambito}/gestione/{codice}/{chiave}/perche", LinkHolder, (*Site).ownWhy),
		get(officeProcess+"/doppioni", Reader, (*Site).duplicates).shows(purposeExamine),
		post(officeProcess+"/doppioni", Office, (*Site).settleDuplicate).shows(purposeExamine),
		post(officeProcess+"/doppioni/fusioni", Office, (*Site).mergeParties),
		get(officeProcess+"/elenchi", Reader, (*Site).lists),
		post(officeProcess+"/elenchi", HeadOnly, (*Site).publishList),
		get("/{ambito}/percorsi/{percorso}/elenchi/{file}", Public, page((*Site).publishedList)),
	}
}

func decidePages() []PageType {
	return []PageType{
		{"decision", &decisionPage{}},
		{"decision-many", &manyPage{}},
		{"decision-preview", &manyPreviewPage{}},
		{"why", &whyPage{}},
		{"duplicates", &duplicatesPage{}},
		{"lists", &listsPage{}},
		{"list", &listPage{}},
	}
}

// sheetActions are what may be done with a sheet, as phrases, and what was decided
// on it. A page of a sheet has it in its field Actions and shows it by the partial
// "sheet-actions".
type sheetActions struct {
	Choices []actionLink
	Closed  string // why nothing can be decided; empty where something can
	Why     string // address of the page that explains the outcome
	History []decisionLine
}

// historyView is the history of decisions with the page it stands on, for
// partials/decide.html.
type historyView struct {
	*Layout
	Lines []decisionLine
}

// History hands a history to its partial.
func (l *Layout) History(lines []decisionLine) historyView { return historyView{l, lines} }

// actionLink is a thing to do: the words on it and where they lead.
type actionLink struct{ Text, Href, Note string }

// decisionLine is a decision as its history shows it.
type decisionLine struct {
	Verdict, Tone string
	When, Who     string
	Reason, Asked string
	Due, Other    string
	State         string
	Leaf          int64
	Completed     bool
	Latest        bool
}

// sheetActions gathers them for the actor of the request.
func (s *Site) sheetActions(r *http.Request, l *Layout, code string) (sheetActions, error) {
	who := Who(r.Context())
	out := sheetActions{Why: l.OfficeHref("adesioni/" + code + "/perche")}
	decisions, err := s.App.Decisions(r.Context(), who, l.AmbitoID, code)
	if err != nil {
		return out, err
	}
	out.History = l.decisionLines(decisions)
	if !Office.takes(who) {
		return out, nil
	}
	options, err := s.App.MayDecide(r.Context(), who, l.AmbitoID, code)
	if err != nil {
		return out, err
	}
	for _, o := range options {
		if len(o.Problems) == 0 {
			out.Choices = append(out.Choices, actionLink{l.actionText(o), l.OfficeHref("adesioni/" + code + "/decisione?esito=" + o.Verdict), l.actionNote(o)})
		}
	}
	if len(out.Choices) == 0 {
		out.Closed = l.closedText(options)
	}
	return out, nil
}

// actionText is the phrase of an action: what pressing it does.
func (l *Layout) actionText(o app.Option) string {
	switch {
	case o.Verdict == app.Admitted && o.Before == app.AdhesionNotAdmitted:
		return l.T("Annulla l’esclusione")
	case o.Verdict == app.Admitted:
		return l.T("Ammetti")
	case o.Verdict == app.WithReserve:
		return l.T("Ammetti con riserva")
	case o.Verdict == app.AskedMore:
		return l.T("Chiedi il dato")
	}
	return l.T("Non ammettere")
}

// actionNote says what the action changes.
func (l *Layout) actionNote(o app.Option) string {
	switch {
	case o.Verdict == app.AskedMore:
		return l.T("la scheda resta com’è; il soggetto ha tempo fino a %s", l.DateHour(o.Due.In(l.Proc.Zone)))
	case o.State == o.Before:
		return l.T("la scheda resta: %s", l.stateText(o.State))
	}
	return l.T("la scheda diventa: %s", l.stateText(o.State))
}

// closedText says why nothing can be decided: the first thing in the way.
func (l *Layout) closedText(options []app.Option) string {
	for _, o := range options {
		if len(o.Problems) > 0 {
			return capital(l.officeProblem(o.Problems[0])) + "."
		}
	}
	return ""
}

func (l *Layout) decisionLines(all []app.DecisionView) []decisionLine {
	var out []decisionLine
	for i, d := range all {
		line := decisionLine{Verdict: l.verdictText(d.Verdict), Tone: verdictTones[d.Verdict], When: l.DateHour(d.At), Who: d.OfficerName, Reason: d.Reason,
			Asked: d.Asked, Other: d.Other, State: l.stateText(d.State), Leaf: d.Act + 1, Completed: d.Completed, Latest: i == 0}
		if line.Who == "" {
			line.Who = l.T("Ufficio di Piano")
		}
		if !d.Due.IsZero() {
			line.Due = l.DateHour(d.Due)
		}
		out = append(out, line)
	}
	return out
}

// decisionPage is where the office decides on one sheet.
type decisionPage struct {
	Layout
	Number, Party, State string
	None                 bool // the notice provides no selection
	Options              []verdictOption
	Refused              []refusal
	Reason, Asked, Due   string
	After                int64
	Action, Back         string
	Problems             []problemView
	Fields               map[string]string // field → its problem
	Actions              sheetActions
}

// verdictOption is a verdict on the form.
type verdictOption struct {
	ID, Text, Note string
	Chosen         bool
}

// refusal is why some verdicts cannot be chosen.
type refusal struct{ Texts, Why string }

func (s *Site) askDecision(w http.ResponseWriter, r *http.Request) error {
	form := url.Values{app.FieldVerdict: {r.URL.Query().Get(app.FieldVerdict)}}
	return s.showDecision(w, r, http.StatusOK, form, nil)
}

func (s *Site) showDecision(w http.ResponseWriter, r *http.Request, status int, form url.Values, problems pdz.Problems) error {
	v, err := s.sheetProcess(r)
	if err != nil {
		return err
	}
	code, who := r.PathValue("codice"), Who(r.Context())
	options, err := s.App.MayDecide(r.Context(), who, v.AmbitoID, code)
	if err != nil {
		return err
	}
	p := &decisionPage{Layout: s.officeLayout(r, v, "adesioni"), Number: options[0].Number, Party: options[0].PartyName,
		None: v.Participation.Admission == "none", After: options[0].After}
	p.Title = p.T("Decidi sulla scheda %s", p.Number)
	p.State = p.stateText(options[0].Before)
	p.Back = p.OfficeHref("adesioni/" + code)
	p.Action = p.Back + "/decisione"
	p.Crumbs = []Link{{p.T("Adesioni"), p.OfficeHref("adesioni")}, {p.Number, p.Back}, {Text: p.T("Decisione")}}
	if p.Actions, err = s.sheetActions(r, &p.Layout, code); err != nil {
		return err
	}
	p.read(form, options)
	p.Problems, p.Fields = p.problemsOf(problems)
	return s.show(w, r, status, "decision", p)
}

// read puts back what was typed.
func (p *decisionPage) read(form url.Values, options []app.Option) {
	p.Reason, p.Asked, p.Due = form.Get(app.FieldReason), form.Get(app.FieldAsked), form.Get(app.FieldDue)
	for _, o := range options {
		if len(o.Problems) == 0 {
			p.Options = append(p.Options, verdictOption{ID: o.Verdict, Text: p.actionText(o), Note: p.actionNote(o), Chosen: form.Get(app.FieldVerdict) == o.Verdict})
			continue
		}
		why := capital(p.officeProblem(o.Problems[0]))
		i := slices.IndexFunc(p.Refused, func(x refusal) bool { return x.Why == why })
		if i < 0 {
			p.Refused = append(p.Refused, refusal{p.actionText(o), why})
			continue
		}
		p.Refused[i].Texts += ", " + p.actionText(o)
	}
}

func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	v, err := s.sheetProcess(r)
	if err != nil {
		return err
	}
	d, problems := decisionOf(r.PostForm, v)
	after, err := strconv.ParseInt(r.PostForm.Get("atto"), 10, 64)
	if err != nil {
		return errMalformed
	}
	d.After = after
	code := r.PathValue("codice")
	if len(problems) > 0 { // what the use case would say too is told in the same answer
		seen, err := s.App.DecidePreview(r.Context(), Who(r.Context()), v.AmbitoID, []app.Chosen{{Code: code, After: after}}, d)
		if err != nil {
			return err
		}
		if d.Verdict != "" {
			problems = append(problems, seen[0].Problems...)
		}
		return s.showDecision(w, r, http.StatusUnprocessableEntity, r.PostForm, problems)
	}
	err = s.App.Decide(r.Context(), Who(r.Context()), v.AmbitoID, code, d, app.Arrival{ReceivedAt: ReceivedAt(r.Context())})
	if errors.As(err, &problems) {
		return s.showDecision(w, r, http.StatusUnprocessableEntity, r.PostForm, problems)
	}
	if err != nil {
		return err
	}
	l := s.officeLayout(r, v, "adesioni")
	return seeOther(w, r, l.OfficeHref("adesioni/"+code+"/perche")+"#decisioni")
}

// decisionOf reads the form of a decision.
func decisionOf(form url.Values, v *app.ProcessView) (app.Decision, pdz.Problems) {
	var problems pdz.Problems
	d := app.Decision{Verdict: form.Get(app.FieldVerdict), Reason: form.Get(app.FieldReason), Asked: form.Get(app.FieldAsked)}
	if d.Verdict == "" {
		problems.Add(app.FieldVerdict, pdz.CodeRequired)
	}
	if due := strings.TrimSpace(form.Get(app.FieldDue)); due != "" && d.Verdict == app.AskedMore {
		day, problem := pdz.ParseItalianDate(due, pdz.Date{})
		if problem != nil {
			problems.Add(app.FieldDue, problem.Code, problem.Args...)
		} else {
			d.Due = pdz.DayMoment(day, v.Zone).Last()
		}
	}
	return d, problems
}
