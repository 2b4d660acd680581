package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// manyPage is where sheets are picked for one decision.
type manyPage struct {
	Layout
	None               bool
	Sheets             []pickLine
	Verdicts           []verdictOption
	Reason, Asked, Due string
	Action             string
	Problems           []problemView
	Fields             map[string]string
}

// pickLine is a sheet that can be picked; Value holds what was seen of it.
type pickLine struct {
	Value, Number, Party, Category, When, State, Verdict string
	Picked                                               bool
}

func (s *Site) pickMany(w http.ResponseWriter, r *http.Request) error {
	return s.showPick(w, r, http.StatusOK, url.Values{}, nil)
}

func (s *Site) showPick(w http.ResponseWriter, r *http.Request, status int, form url.Values, problems pdz.Problems) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	p := &manyPage{Layout: s.officeLayout(r, v, "adesioni"), None: v.Participation.Admission == "none",
		Reason: form.Get(app.FieldReason), Asked: form.Get(app.FieldAsked), Due: form.Get(app.FieldDue)}
	p.Title = p.T("Decidi su più schede")
	p.Action = p.OfficeHref("adesioni/decisioni")
	p.Crumbs = []Link{{p.T("Adesioni"), p.OfficeHref("adesioni")}, {Text: p.Title}}
	sheets, err := s.App.SheetsToDecide(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	picked := chosenOf(form)
	for _, x := range sheets {
		p.Sheets = append(p.Sheets, pickLine{Value: chosenText(x.Chosen), Number: x.Number, Party: x.PartyName, Category: x.Category,
			When: p.shortInstant(x.ReceivedAt), State: p.stateText(x.State), Verdict: p.verdictText(x.Verdict),
			Picked: slices.ContainsFunc(picked, func(c app.Chosen) bool { return c.Code == x.Code })})
	}
	p.Verdicts = p.verdictChoices(form.Get(app.FieldVerdict))
	p.Problems, p.Fields = p.problemsOf(problems)
	return s.show(w, r, status, "decision-many", p)
}

// verdictChoices are the verdicts for sheets that are not looked at one by one:
// what each may be told is in the preview.
func (l *Layout) verdictChoices(chosen string) []verdictOption {
	var out []verdictOption
	for _, v := range app.Verdicts {
		out = append(out, verdictOption{ID: v, Text: l.actionText(app.Option{Verdict: v}), Chosen: v == chosen})
	}
	return out
}

// chosenText and chosenOf carry a picked sheet with the act that was seen of it.
func chosenText(c app.Chosen) string { return c.Code + ":" + strconv.FormatInt(c.After, 10) }

func chosenOf(form url.Values) []app.Chosen {
	var out []app.Chosen
	for _, x := range form["scheda"] {
		code, after, _ := strings.Cut(x, ":")
		n, err := strconv.ParseInt(after, 10, 64)
		if err == nil && n >= 0 {
			out = append(out, app.Chosen{Code: code, After: n})
		}
	}
	return out
}

// manyPreviewPage says what a decision will do to each sheet, or did.
type manyPreviewPage struct {
	Layout
	Verdict, Reason, Asked, Due string // as words; empty where there are none
	Form                        url.Values
	Lines                       []foreseenLine
	Possible, Refused           int
	Recorded                    bool // these lines have been recorded
	Done, Total                 int
	Rest                        []string // sheets still to be recorded
	Action                      string
}

// foreseenLine is a sheet with what becomes of it.
type foreseenLine struct {
	Value, Number, Party, Before, State, Refused string
	Told                                         bool
}

// stepSize is how many decisions are recorded for one answer, so that the page
// can tell how far it has come: each of them is a transaction of its own.
const stepSize = 40

func (s *Site) decideMany(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	d, problems := decisionOf(r.PostForm, v)
	sheets := chosenOf(r.PostForm)
	if len(sheets) == 0 {
		problems.Add("scheda", pdz.CodeRequired)
	}
	if d.Verdict == app.AskedMore && strings.TrimSpace(d.Asked) == "" {
		problems.Add(app.FieldAsked, pdz.CodeRequired)
	}
	if (d.Verdict == app.NotAdmitted || d.Verdict == app.WithReserve) && strings.TrimSpace(d.Reason) == "" {
		problems.Add(app.FieldReason, pdz.CodeRequired)
	}
	if len(problems) > 0 || r.PostForm.Get("passo") == "scelta" {
		status := http.StatusUnprocessableEntity
		if len(problems) == 0 {
			status = http.StatusOK
		}
		return s.showPick(w, r, status, r.PostForm, problems)
	}
	return s.previewOrRecord(w, r, v, d, sheets)
}

func (s *Site) previewOrRecord(w http.ResponseWriter, r *http.Request, v *app.ProcessView, d app.Decision, sheets []app.Chosen) error {
	ctx, who := r.Context(), Who(r.Context())
	p := &manyPreviewPage{Layout: s.officeLayout(r, v, "adesioni"), Form: r.PostForm, Reason: d.Reason, Asked: d.Asked}
	p.Verdict = p.verdictText(d.Verdict)
	if d.Verdict == app.AskedMore {
		due := d.Due
		if due.IsZero() {
			due = app.CompletionDue(v.Process, s.Now())
		}
		p.Due = p.DateHour(due.In(v.Zone))
	}
	p.Action = p.OfficeHref("adesioni/decisioni")
	p.Title = p.T("Che cosa succede a ogni scheda")
	var lines []app.Foreseen
	var err error
	if p.Recorded = r.PostForm.Get("passo") == "registra"; p.Recorded {
		p.Title = p.T("Decisioni registrate")
		already, _ := strconv.Atoi(r.PostForm.Get("fatte"))
		already = min(max(already, 0), 100_000)
		now := sheets[:min(stepSize, len(sheets))]
		for _, c := range sheets[len(now):] {
			p.Rest = append(p.Rest, chosenText(c))
		}
		lines, err = s.App.DecideMany(ctx, who, v.AmbitoID, now, d, app.Arrival{ReceivedAt: ReceivedAt(ctx)}, nil)
		p.Done, p.Total = already+len(lines), already+len(sheets)
	} else {
		lines, err = s.App.DecidePreview(ctx, who, v.AmbitoID, sheets, d)
	}
	if err != nil {
		return err
	}
	p.Crumbs = []Link{{p.T("Adesioni"), p.OfficeHref("adesioni")}, {p.T("Decidi su più schede"), p.Action}, {Text: p.Title}}
	p.list(lines)
	return s.show(w, r, http.StatusOK, "decision-preview", p)
}

func (p *manyPreviewPage) list(lines []app.Foreseen) {
	for _, x := range lines {
		line := foreseenLine{Value: chosenText(x.Chosen), Number: x.Number, Party: x.PartyName, Before: p.stateText(x.Before), State: p.stateText(x.State), Told: x.Told}
		if len(x.Problems) > 0 {
			line.Refused = p.officeProblem(x.Problems[0])
			p.Refused++
		} else {
			p.Possible++
		}
		p.Lines = append(p.Lines, line)
	}
}

// Field returns what the form holds, to be carried on.
func (p *manyPreviewPage) Field(name string) string { return p.Form.Get(name) }

// shortInstant writes an instant where the year is plain: "18 ottobre, 11:58:13".
func (l *Layout) shortInstant(t time.Time) string {
	return l.DayMonth(t) + ", " + t.Format("15:04:05")
}
