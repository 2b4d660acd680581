package web

import (
	"net/http"
	"net/url"
	"strings"

	"concerto/internal/app"
)

// questionsPage is the desk's day: what is to be given to somebody, answered, or was.
type questionsPage struct {
	Layout
	Sifts    []siftView
	Rows     []questionRow
	Held     int
	MayWrite bool // help desk and office
	Channels []optionView
	Forms    []optionView
	Drafts   []assistedRow
}

// siftView is a row of links that narrow a list down.
type siftView struct {
	Name  string
	Links []siftLink
}

type siftLink struct {
	Text, Href string
	Count      int
	Current    bool
}

// questionRow is a question in the list.
type questionRow struct {
	Href, Words string
	Seq         int
	Day, Hour   string
	By, Channel string
	State       string // toAssign, toAnswer, answered
	Assigned    string
	Published   bool
}

// assistedRow is a sheet that the desk has begun with somebody.
type assistedRow struct{ Href, Who, By, When string }

// States of a question, as the list and its filter name them.
const (
	stateToAssign = "da-assegnare"
	stateToAnswer = "da-rispondere"
	stateAnswered = "risposte"
)

func questionState(v app.QuestionView) string {
	switch {
	case v.Answered():
		return stateAnswered
	case v.Assigned == "":
		return stateToAssign
	}
	return stateToAnswer
}

func (s *Site) questions(w http.ResponseWriter, r *http.Request) error {
	view, err := s.newest(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	list, err := s.App.Questions(r.Context(), who, view.AmbitoID)
	if err != nil {
		return err
	}
	p := &questionsPage{Layout: s.officeLayout(r, view, "sportello"), MayWrite: Desk.takes(who)}
	p.Title = p.T("Domande allo sportello")
	p.sift(list, r.URL.Query(), who.Person)
	if _, p.Held, err = s.App.HeldQuestions(r.Context(), who, view.AmbitoID); err != nil {
		return err
	}
	if p.MayWrite {
		p.offerAssistance()
		if err := s.assistedRows(r, p); err != nil {
			return err
		}
	}
	return s.show(w, r, http.StatusOK, "questions", p)
}

// questionFilter is one of the things by which the list is narrowed down.
type questionFilter struct {
	param, name string
	values      []Link // text, and the value in Href; the first takes all
	of          func(app.QuestionView) string
}

func (p *questionsPage) filters(person string) []questionFilter {
	all := Link{p.T("Tutte"), ""}
	return []questionFilter{
		{"stato", p.T("Stato"), []Link{all, {p.T("Da assegnare"), stateToAssign}, {p.T("Da rispondere"), stateToAnswer},
			{p.T("Risposte"), stateAnswered}}, questionState},
		{"canale", p.T("Canale"), []Link{all, {p.T("Sito"), app.AskedWeb}, {p.T("Telefono"), app.AskedPhone}, {p.T("Sportello"), app.AskedDesk},
			{p.T("E-mail"), app.AskedEmail}}, func(v app.QuestionView) string { return v.Channel }},
		{"mie", p.T("Di chi"), []Link{all, {p.T("Assegnate a me"), "1"}}, func(v app.QuestionView) string {
			if person != "" && v.Assigned == person {
				return "1"
			}
			return "0"
		}},
	}
}

// sift lists what passes the filters, and makes their links: each keeps the others.
func (p *questionsPage) sift(list []app.QuestionView, query url.Values, person string) {
	filters := p.filters(person)
	passes := func(v app.QuestionView, but int) bool {
		for i, f := range filters {
			if want := query.Get(f.param); i != but && want != "" && f.of(v) != want {
				return false
			}
		}
		return true
	}
	for _, v := range list {
		if passes(v, -1) {
			p.Rows = append(p.Rows, p.questionRow(v))
		}
	}
	for i, f := range filters {
		sift := siftView{Name: f.name}
		for _, x := range f.values {
			link := siftLink{Text: x.Text, Current: query.Get(f.param) == x.Href, Href: p.sifted(query, filters, f.param, x.Href)}
			for _, v := range list {
				if passes(v, i) && (x.Href == "" || f.of(v) == x.Href) {
					link.Count++
				}
			}
			sift.Links = append(sift.Links, link)
		}
		p.Sifts = append(p.Sifts, sift)
	}
}

func (p *questionsPage) sifted(query url.Values, filters []questionFilter, param, value string) string {
	kept := url.Values{}
	for _, f := range filters {
		v := query.Get(f.param)
		if f.param == param {
			v = value
		}
		if v != "" {
			kept.Set(f.param, v)
		}
	}
	href := p.DeskHref("")
	if len(kept) > 0 {
		href += "?" + kept.Encode()
	}
	return href
}

// DeskHref returns an address of the desk's pages for the office.
func (l *Layout) DeskHref(rest string) string {
	if rest != "" {
		rest = "/" + rest
	}
	return l.Href("/ufficio/" + l.AmbitoID + "/sportello" + rest)
}

func (p *questionsPage) questionRow(v app.QuestionView) questionRow {
	return questionRow{Href: p.DeskHref("domande/" + v.ID), Words: cutWords(p.askedWords(v.Words), 160), Seq: v.Seq, Day: p.ShortDate(v.ReceivedAt),
		Hour: p.Hour(v.ReceivedAt), By: v.Name, Channel: p.askedBy(v.Channel), State: questionState(v), Assigned: v.AssignedName,
		Published: v.FAQ != nil && v.FAQ.WithdrawnAt.IsZero()}
}

// askedWords are the words of a question, or that they were erased.
func (l *Layout) askedWords(words string) string {
	if words == "" {
		return l.T("(testo cancellato)")
	}
	return words
}

// cutWords shortens a text for a list.
func cutWords(s string, n int) string {
	if short := cut(s, n); short != s {
		return strings.TrimSpace(short) + "…"
	}
	return s
}
