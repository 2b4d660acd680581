package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// The inbox shows every sheet of a process in one list, whatever channel it came by
// (R62, R63). What it can be sifted by are links, each with how many it leaves.

func inboxRoutes() []Route {
	const list = officeProcess + "/adesioni"
	return []Route{
		get(list, Reader, (*Site).inbox).shows(purposeExamine),
		get(list+"/{codice}", Reader, (*Site).sheet).shows(purposeExamine),
		get(list+"/{codice}/allegati/{versione}/{posto}", Reader, (*Site).sheetFile).shows(purposeExamine),
		{Method: http.MethodPost, Pattern: list + "/{codice}/riscontro", Rule: Office, Handler: (*Site).confirmIntake, Body: maxUpload},
		get(list+"/nuova", Desk, (*Site).intakeForm),
		get(officeProcess+"/registrate", Desk, (*Site).recordedSheets).shows(purposeReceipt),
		get(officeProcess+"/registrate/{codice}", Desk, (*Site).recordedReceipt).shows(purposeReceipt),
		{Method: http.MethodPost, Pattern: list + "/nuova", Rule: Desk, Handler: (*Site).recordSheet, Body: maxUpload},
	}
}

func inboxPages() []PageType {
	return []PageType{
		{"inbox", &inboxPage{}},
		{"sheet", &sheetPage{}},
		{"intake", &intakePage{}},
		{"recorded", &recordedPage{}},
		{"recorded-receipt", &handedPage{}},
	}
}

// perInboxPage is how many sheets a page of the list shows.
const perInboxPage = 25

// inboxPage is the list.
type inboxPage struct {
	Layout
	Term         string // how the window of the first form stands, in a sentence
	Sifts, More  []siftView
	Open         bool // one of More is in use
	Rows         []inboxRow
	Found, Total int
	Words        string
	Kept         []Link // what the search keeps: name and value
	Sorts        []siftLink
	Number, Last int
	Before, Next string
	MayRecord    bool
	MayDecide    bool
	All          string // without any filter
	Exports      []Link // what was found, as a file
}

// inboxRow is a sheet in the list.
type inboxRow struct {
	Hour, Day, Number  string
	Instant            string // for machines
	Name, Href         string
	Meta, Recorded     string
	Notes              []string
	Tables             []tableMark
	Tag, Tone, Icon    string
	Verdict            string // how it stands to the term, where the tag does not say so
	Action, ActionHref string
}

// tableMark is the number of a table with its colour.
type tableMark struct {
	Number        int
	Colour, Title string
}

func (s *Site) inbox(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	who := Who(r.Context())
	rows, err := s.App.Inbox(r.Context(), who, v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	p := &inboxPage{Layout: s.officeLayout(r, v, "adesioni"), MayRecord: Desk.takes(who), MayDecide: Office.takes(who), Total: len(rows)}
	p.Title = p.T("Adesioni in arrivo")
	p.Term = p.termText(rows)
	b := inboxSifter{p: p, rows: rows, query: r.URL.Query()}
	b.filter = inboxFilter(b.query)
	b.sift()
	b.show()
	return s.show(w, r, http.StatusOK, "inbox", p)
}

// termText says how the term stands and what came before and after it.
func (l *Layout) termText(rows []app.InboxRow) string {
	late, timely := 0, 0
	for _, r := range rows {
		if r.Timeliness == pdz.Late {
			late++
		} else {
			timely++
		}
	}
	w, ok := adhesionWindow(l.Proc.Process)
	if !ok || !w.Closes.Known {
		return l.TN("È arrivata una scheda.", "Sono arrivate %d schede.", len(rows))
	}
	closes := w.Closes.Last().In(l.Proc.Zone)
	if w.State(l.Now) == pdz.Closed {
		text := l.T("Il termine è scaduto %s.", l.DateHour(closes)) + " " +
			l.TN("Una scheda è arrivata in tempo,", "%d schede sono arrivate in tempo,", timely) + " " + l.afterText(late)
		if session, ok := constitutive(l.Proc.Process); ok && late > 0 && session.Start.Known && session.Start.At.After(l.Now) {
			text += " " + l.T("Chi è fuori termine può ancora aderire intervenendo a «%s», %s.", session.Name(), l.DateHour(session.Start.At))
		}
		return text
	}
	return l.T("Il termine scade %s, fra %s.", l.DateHour(closes), l.Countdown(closes.Sub(l.Now)))
}

// afterText ends a sentence on what came before a term: how many came after it.
func (l *Layout) afterText(late int) string {
	if late == 0 {
		return l.T("nessuna dopo.")
	}
	return l.TN("una dopo.", "%d dopo.", late)
}

// inboxSifter makes the links of the filters and the rows that pass them.
type inboxSifter struct {
	p      *inboxPage
	rows   []app.InboxRow
	query  url.Values
	filter app.InboxFilter
}

// href is the list with one parameter changed and, unless it turns the page, from
// its first page.
func (b *inboxSifter) href(name, value string) string {
	q := url.Values{}
	for _, k := range []string{"canale", "tipo", "stato", "tavolo", "vedere", "cerca", "ordine", "pagina"} {
		if v := b.query.Get(k); v != "" && k != "pagina" {
			q.Set(k, v)
		}
	}
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return b.p.OfficeHref("adesioni")
	}
	return b.p.OfficeHref("adesioni") + "?" + q.Encode()
}

// row makes the links of one filter, of values given as text and id; the first takes
// all. A value that would leave nothing is not offered, unless it is the one in use.
func (b *inboxSifter) row(name, param string, values []Link, set func(*app.InboxFilter, string)) siftView {
	v := siftView{Name: name}
	for _, x := range values {
		f := b.filter
		set(&f, x.Href)
		n := f.Count(b.rows)
		current := b.query.Get(param) == x.Href
		if n > 0 || current || x.Href == "" {
			v.Links = append(v.Links, siftLink{Text: x.Text, Href: b.href(param, x.Href), Count: n, Current: current})
		}
	}
	return v
}

func (b *inboxSifter) sift() {
	p := b.p
	channels, types, tables := []Link{{p.T("Tutti"), ""}}, []Link{{p.T("Tutti"), ""}}, []Link{{p.T("Tutti"), ""}}
	for _, c := range p.Proc.Channels {
		channels = append(channels, Link{p.channelName(c), c.ID})
	}
	for _, c := range p.Proc.Categories {
		types = append(types, Link{c.Label, c.ID})
	}
	for _, t := range p.Proc.Tables.List {
		tables = append(tables, Link{strconv.Itoa(t.Number) + ". " + t.Title, t.ID})
	}
	states := []Link{{p.T("Tutti"), ""}}
	for _, x := range inboxStates {
		states = append(states, Link{capital(p.stateText(x)), string(x)})
	}
	checks := []Link{{p.T("Tutte"), ""}}
	for _, c := range app.Checks {
		checks = append(checks, Link{p.T(checkTexts[c]), string(c)})
	}
	p.Sifts = []siftView{
		b.row(p.T("Canale"), "canale", channels, func(f *app.InboxFilter, v string) { f.Channel = v }),
		b.row(p.T("Stato"), "stato", states, func(f *app.InboxFilter, v string) { f.State = app.AdhesionState(v) }),
		b.row(p.T("Da vedere"), "vedere", checks, func(f *app.InboxFilter, v string) { f.Check = app.Check(v) }),
	}
	p.More = []siftView{b.row(p.T("Tipo"), "tipo", types, func(f *app.InboxFilter, v string) { f.Category = v })}
	if len(tables) > 1 {
		p.More = append(p.More, b.row(p.TablesLabel(), "tavolo", tables, func(f *app.InboxFilter, v string) { f.Table = v }))
	}
	p.Open = b.filter.Category != "" || b.filter.Table != ""
	for _, x := range []Link{{p.T("ultima arrivata"), ""}, {p.T("prima arrivata"), "vecchie"}, {p.T("ultima registrata"), "registrazione"}, {p.T("nome"), "nome"}} {
		p.Sorts = append(p.Sorts, siftLink{Text: x.Text, Href: b.href("ordine", x.Href), Current: b.filter.Sort == x.Href})
	}
	p.Words = b.filter.Words
	for _, k := range []string{"canale", "tipo", "stato", "tavolo", "vedere", "ordine"} {
		if v := b.query.Get(k); v != "" {
			p.Kept = append(p.Kept, Link{k, v})
		}
	}
	p.All = p.OfficeHref("adesioni")
	for _, f := range tableFormats {
		p.Exports = append(p.Exports, Link{f.Name, b.export(f.Ext)})
	}
}

// export is the address of what the filters find, as a file.
func (b *inboxSifter) export(ext string) string {
	_, query, _ := strings.Cut(b.href("ordine", ""), "?")
	if query != "" {
		query = "?" + query
	}
	return b.p.OfficeHref("adesioni."+ext) + query
}

// inboxStates are the states in the order of the page.
var inboxStates = []app.AdhesionState{app.AdhesionActive, app.AdhesionWaiting, app.AdhesionLate, app.AdhesionDuplicate, app.AdhesionNotAdmitted,
	app.AdhesionSuperseded, app.AdhesionWithdrawn}

// checkTexts are the words for what the office has to look at.
var checkTexts = map[app.Check]string{
	app.CheckWaits: i18n.M("Da riscontrare"), app.CheckDuplicate: i18n.M("Doppione?"), app.CheckIncomplete: i18n.M("Da completare"),
	app.CheckChannel: i18n.M("Non ammesse"), app.CheckLate: i18n.M("Fuori termine"),
}

// show cuts the page out of what was found.
func (b *inboxSifter) show() {
	p := b.p
	found := b.filter.Sift(b.rows)
	p.Found = len(found)
	p.Last = max(1, (len(found)+perInboxPage-1)/perInboxPage)
	p.Number, _ = strconv.Atoi(b.query.Get("pagina"))
	p.Number = min(max(p.Number, 1), p.Last)
	if p.Number > 1 {
		p.Before = b.href("pagina", strconv.Itoa(p.Number-1))
	}
	if p.Number < p.Last {
		p.Next = b.href("pagina", strconv.Itoa(p.Number+1))
	}
	from := (p.Number - 1) * perInboxPage
	for _, r := range found[from:min(from+perInboxPage, len(found))] {
		p.Rows = append(p.Rows, p.row(r))
	}
}
