package web

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// whyPage says why a sheet stands as it does: first the outcome in a sentence,
// then each condition with what was found and where, the dates on a line, the
// notice's own words, what the office decided, and where to write if it is wrong.
type whyPage struct {
	Layout
	Number, Party, Own  string // Own: the way back, to the party's page or to the office's
	Office              bool
	Good                bool
	Heading, Lead       string
	Judgement           *judgementView // the one that counts
	Earlier             []judgementView
	Interpretations     []pdz.Interpretation
	Decisions           []decisionLine
	Corrections         []versionView // oldest first, without what they say
	Try                 tryView
	Next                *ribbonSession // what a late sheet can still do
	Contacts            []string
	Actions             sheetActions
	Completing          *decisionLine // the request that is still open
	CorrectHref         string
	DefinitionHref      string
	InterpretationsHref string
}

// judgementView is one judgement as the page shows it.
type judgementView struct {
	Received, Closes, Verdict, Margin string
	Timely, Judged                    bool
	Line                              *dateLine
	Rules                             []ruleView
	Version                           int
	Published, Hash                   string
	Same, Counts                      bool
	Adheres                           bool
	Leaf                              int64
}

// MarginSentence is how far arrival and term lie apart, as a sentence begins.
func (v judgementView) MarginSentence() string { return capital(v.Margin) }

// ruleView is a rule with the conditions it asked, one after another.
type ruleView struct {
	ID, Label, Result, Reason string
	Good, Open                bool
	Conditions                []conditionView
	Notice                    []string // the notice's own words
	Law                       []string
	Missing                   []string
}

// conditionView is a line of the table: requirement, what was found, where from, outcome.
type conditionView struct {
	Asked, Found, Source, Result string
	Good, Open                   bool
	Depth                        int
}

// dateLine places arrival and closing on a line of a hundred units.
type dateLine struct {
	Arrival, Closing         int
	ArrivalText, ClosingText string
	ArrivalHour, ClosingHour string
	Late                     bool
	From, Width              int // of the stretch between the two
}

// AfterClosing is the length of the line beyond the term.
func (d *dateLine) AfterClosing() int { return 100 - d.Closing }

// judgementWith is a judgement with the page it stands on, for partials/judgement.html.
type judgementWith struct {
	*Layout
	Of judgementView
}

// Judged hands a judgement to its partial.
func (p *whyPage) Judged(of judgementView) judgementWith { return judgementWith{&p.Layout, of} }

// tryView is the form that asks the rules another question.
type tryView struct {
	Action, Day, Hour string
	Problem           string
	Asked             bool
	Text              string
	Good              bool
}

func (s *Site) officeWhy(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	code := r.PathValue("codice")
	p := &whyPage{Layout: s.officeLayout(r, v, "adesioni"), Office: true}
	if p.Actions, err = s.sheetActions(r, &p.Layout, code); err != nil {
		return err
	}
	p.Own = p.OfficeHref("adesioni/" + code)
	p.Crumbs = []Link{{p.T("Adesioni"), p.OfficeHref("adesioni")}}
	return s.showWhy(w, r, p, Who(r.Context()), code)
}

func (s *Site) ownWhy(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	p := &whyPage{Layout: s.layout(r, o.view)}
	p.Private = true
	p.Own = p.AmbitoHref("gestione/" + o.Adhesion.Code + "/" + o.ManageKey)
	p.crumbs(Link{p.T("La tua adesione"), p.Own})
	m := managePage{Layout: p.Layout, Ribbon: p.ribbon(o.form)}
	m.allow(o)
	if m.CanCorrect {
		p.CorrectHref = p.Own + "/correzione"
	}
	return s.showWhy(w, r, p, o.who, o.Adhesion.Code)
}

// showWhy fills in the page and answers with it.
func (s *Site) showWhy(w http.ResponseWriter, r *http.Request, p *whyPage, who app.Actor, code string) error {
	v, err := s.App.Why(r.Context(), who, p.AmbitoID, code)
	if err != nil {
		return err
	}
	if v.Adhesion.Process != p.Proc.Slug {
		return app.ErrNotFound
	}
	p.Number, p.Party = v.Adhesion.Number, v.Adhesion.PartyName
	p.Title = p.T("Perché: scheda %s", p.Number)
	p.Crumbs = append(p.Crumbs, Link{Text: p.T("Perché")})
	p.Interpretations = v.Interpretations
	p.Decisions = p.decisionLines(v.Decisions)
	p.Corrections = p.corrections(v.Adhesion.Versions)
	if len(p.Decisions) > 0 && v.Decisions[0].Verdict == app.AskedMore && !v.Decisions[0].Completed {
		p.Completing = &p.Decisions[0]
	}
	p.DefinitionHref, p.InterpretationsHref = p.ProcessHref("definizione"), p.ProcessHref("interpretazioni")
	for i, j := range v.Judgements {
		view := p.judgementView(j, v.Adhesion)
		if i == 0 {
			p.Judgement = &view
			continue
		}
		p.Earlier = append(p.Earlier, view)
	}
	p.conclude(v)
	p.contest()
	if err := s.tryAnother(r, p, who, code); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "why", p)
}

// conclude says the outcome in a sentence and what it means in another.
func (p *whyPage) conclude(v *app.WhyView) {
	a := v.Adhesion
	p.Good = a.State == app.AdhesionActive
	margin := ""
	if p.Judgement != nil {
		margin = p.Judgement.Margin
	}
	switch a.State {
	case app.AdhesionActive:
		p.Heading, p.Lead = p.T("La scheda vale come adesione"), p.T("È arrivata nel termine.")
		if p.Judgement != nil && !p.Judgement.Adheres {
			p.Lead = p.T("Le condizioni dell’avviso non bastavano: vale per decisione dell’ufficio, con il motivo scritto sotto.")
		} else if margin != "" {
			p.Lead = p.T("È arrivata nel termine: %s.", margin)
		}
	case app.AdhesionLate:
		p.Heading, p.Lead = p.T("La scheda da sola non vale come adesione"), p.T("È arrivata dopo il termine, %s. Resta agli atti.", margin)
		p.Next = p.ribbonSession()
	case app.AdhesionNotAdmitted:
		p.Heading, p.Lead = p.T("La scheda non è ammessa"), p.T("Così prevede l’avviso per il canale da cui è arrivata. Resta agli atti e non vale come adesione.")
		if len(v.Decisions) > 0 {
			p.Lead = p.T("Lo ha deciso l’ufficio, con il motivo scritto sotto. Resta agli atti e non vale come adesione.")
		}
	case app.AdhesionDuplicate:
		p.Heading, p.Lead = p.T("La scheda aspetta una decisione"), p.T("Dello stesso soggetto è in vigore un’altra scheda: una sola può valere.")
	case app.AdhesionWaiting:
		p.Heading, p.Lead = p.T("La scheda aspetta un secondo addetto"), p.T("L’ora di arrivo è stata dichiarata dall’ufficio: un altro addetto la deve confermare.")
	case app.AdhesionSuperseded:
		p.Heading, p.Lead = p.T("La scheda è stata sostituita"), p.T("Vale la scheda %s dello stesso soggetto.", a.ReplacedBy)
	default:
		p.Heading, p.Lead = p.T("La scheda è stata ritirata"), p.T("Ciò che diceva resta agli atti e non conta più.")
	}
}

func (p *whyPage) contest() {
	for _, c := range p.Proc.Contacts[:min(1, len(p.Proc.Contacts))] {
		for _, x := range []string{c.PEC, c.Email} {
			if x != "" {
				p.Contacts = append(p.Contacts, x)
			}
		}
		for _, n := range c.Phone {
			p.Contacts = append(p.Contacts, p.Phone(n))
		}
	}
}

func (l *Layout) judgementView(j app.Judgement, a app.AdhesionView) judgementView {
	v := judgementView{Received: l.Instant(j.Verdict.At), Verdict: l.timeliness(j.Verdict), Timely: j.Verdict.Timeliness == pdz.Timely,
		Judged: j.Verdict.Window != "", Version: j.Process.Version, Published: l.DateHour(j.Published), Hash: j.Process.Hash, Same: j.Same,
		Counts: j.Counts, Adheres: j.Adheres(), Leaf: j.Judged + 1}
	if !j.Verdict.Closes.IsZero() {
		v.Closes, v.Margin = l.closing(j.Verdict), l.Margin(j.Verdict.Margin)
		v.Line = l.dateLine(j.Verdict)
	}
	e := evidence{l, j, a}
	for _, d := range j.Grounds {
		v.Rules = append(v.Rules, e.rule(d))
	}
	if j.Channel != nil {
		v.Rules = append(v.Rules, e.channel(*j.Channel))
	}
	return v
}

// dateLine draws the two instants at a third and two thirds of the line, the
// earlier first: it shows their order, the words beside it how far they lie apart.
func (l *Layout) dateLine(v pdz.Verdict) *dateLine {
	const first, second = 30, 70
	d := &dateLine{Arrival: first, Closing: second, ArrivalText: l.shortDay(v.At), ClosingText: l.shortDay(v.Closes),
		ArrivalHour: v.At.Format("15:04:05"), ClosingHour: v.Closes.Format("15:04:05"), From: first, Width: second - first}
	if v.Margin < 0 {
		d.Arrival, d.Closing, d.Late = second, first, true
	}
	return d
}

func (l *Layout) shortDay(t time.Time) string { return l.DayMonth(t) }

// tryAnother asks the rules how another instant of arrival would have been judged.
func (s *Site) tryAnother(r *http.Request, p *whyPage, who app.Actor, code string) error {
	if p.Judgement == nil {
		return nil
	}
	in := r.URL.Query()
	p.Try = tryView{Action: p.Href(r.URL.Path), Day: in.Get("giorno"), Hour: in.Get("ora")}
	if p.Try.Day == "" && p.Try.Hour == "" {
		return nil
	}
	at, problem := readTry(p.Try.Day, p.Try.Hour, p.Proc.Zone)
	if problem {
		p.Try.Problem = p.T("Scrivi un giorno, per esempio 18/10/2013, e un’ora, per esempio 11:58.")
		return nil
	}
	again, err := s.App.WhyIf(r.Context(), who, p.AmbitoID, code, at)
	if err != nil {
		return err
	}
	p.Try.Asked, p.Try.Good = true, again.Adheres()
	p.Try.Text = p.T("Arrivata %s sarebbe stata %s.", p.DateHour(at), p.timeliness(again.Verdict))
	if !again.Verdict.Closes.IsZero() {
		p.Try.Text += " " + capital(p.Margin(again.Verdict.Margin)) + "."
	}
	return nil
}

// readTry reads a day and an hour, with seconds or without.
func readTry(day, hour string, zone *time.Location) (time.Time, bool) {
	d, problem := pdz.ParseItalianDate(day, pdz.Date{})
	if problem != nil {
		return time.Time{}, true
	}
	hour = strings.ReplaceAll(strings.TrimSpace(cmp.Or(hour, "00:00")), ".", ":")
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, hour); err == nil {
			minutes := t.Hour()*60 + t.Minute()
			return pdz.Instant(d, minutes, zone, false).Add(time.Duration(t.Second()) * time.Second), false
		}
	}
	return time.Time{}, true
}

// corrections are the versions that changed what a sheet said, each with its reason.
func (l *Layout) corrections(versions []app.AdhesionVersion) []versionView {
	var out []versionView
	for _, v := range versions {
		if v.Kind == kindCorrection {
			out = append(out, versionView{Number: v.Version, Received: l.Instant(v.ReceivedAt.In(l.Proc.Zone)), Reason: v.Reason, Leaf: v.Index + 1})
		}
	}
	return out
}
