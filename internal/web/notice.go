package web

import (
	"net/http"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// noticePage is the notice as a page, all its words from the definition and in
// the order of the notice: whereas, purposes, calendar by phase, how to enrol,
// information, place and date, signatures. It is never translated.
type noticePage struct {
	Layout
	Notice     pdz.Notice
	Seen       []string // "Vista la Legge …", in order; the opening act is the last
	Phases     []noticePhase
	Closing    []pdz.NoticeBlock // blocks that belong to no phase
	Date       string
	Tables     []pdz.Table
	TableLabel string
	Amended    []amendmentView // newest first
}

// noticePhase is a phase as the notice prints it.
type noticePhase struct {
	pdz.Phase
	Entries []noticeEntry
	Blocks  []pdz.NoticeBlock // before the sessions
}

// noticeEntry is a session or a window of the calendar.
type noticeEntry struct {
	When, Where, Title, Purpose, Who string
	Agenda                           []pdz.AgendaItem
	Tasks                            []pdz.Task
	OpensTables                      bool // the list of the tables stands here
	After                            []pdz.NoticeBlock
	at                               time.Time
}

func (s *Site) noticeDocument(r *http.Request, v *app.ProcessView) *Content {
	p := &noticePage{Layout: s.sheetLayout(r, v, "Avviso"), Notice: v.Notice}
	italianWords := s.catalogue.For(v.Language)
	for _, law := range v.Law {
		if law.InNotice {
			p.Seen = append(p.Seen, seen(law.Text))
		}
	}
	if act := openingText(v.Opening, italianWords.ShortDate); act != "" {
		p.Seen = append(p.Seen, act)
	}
	p.Tables, p.TableLabel = v.Tables.List, v.Tables.Label
	if d := v.Notice.Date; d != (pdz.Date{}) {
		p.Date = italianWords.ShortDate(civil(d, v.Zone))
	}
	in := p.Layout
	in.Printer = italianWords
	p.Amended = in.amendmentViews()
	for _, t := range phaseTimes(v.Process, p.Now) {
		p.Phases = append(p.Phases, noticePhaseOf(&in, t))
	}
	for _, b := range v.Notice.Blocks {
		if b.Phase == "" {
			p.Closing = append(p.Closing, b)
		}
	}
	return &Content{Page: "notice", Data: p}
}

// noticePhaseOf puts sessions and windows of a phase in one order of time. The
// first block of a phase opens it; the others follow the sessions the public is
// called to, as they explain them.
func noticePhaseOf(l *Layout, t phaseTime) noticePhase {
	np := noticePhase{Phase: t.Phase}
	for _, s := range inOrder(t.Sessions) {
		np.Entries = append(np.Entries, noticeSession(l, s))
	}
	for _, w := range t.Windows {
		e := noticeEntry{When: w.Wording, Tasks: w.Tasks, at: w.Opens.At}
		if w.Wording == "" {
			e.When, e.Title = windowDates(l, w), w.Title
		}
		e.When = l.withWas(e.When, w.ID)
		np.Entries = insertByTime(np.Entries, e)
	}
	np.place(l.Proc.Notice.Blocks)
	return np
}

// place gives each block of the phase its place: the first before all, then one
// after each open session in turn, the rest after the last open one.
func (np *noticePhase) place(blocks []pdz.NoticeBlock) {
	var open []int
	for i, e := range np.Entries {
		if e.Who == "" {
			open = append(open, i)
		}
	}
	n := 0
	for _, b := range blocks {
		switch {
		case b.Phase != np.ID:
			continue
		case n == 0 || len(open) == 0:
			np.Blocks = append(np.Blocks, b)
		default:
			i := open[min(n-1, len(open)-1)]
			np.Entries[i].After = append(np.Entries[i].After, b)
		}
		n++
	}
}

func noticeSession(l *Layout, s pdz.Session) noticeEntry {
	e := noticeEntry{
		When: l.withHeld(noticeWhen(l, s), s), Where: venueText(l.Proc.Process, s.Venue), Title: s.Title, Purpose: s.Purpose,
		Agenda: s.Agenda, OpensTables: s.ID == l.Proc.Tables.OpensAt, at: s.Start.At,
	}
	if s.Admission != "open" {
		e.Who = calledText(l.Proc.Process, s.Audience)
	}
	return e
}

// noticeWhen writes day and hour in the notice's own words where it has them.
func noticeWhen(l *Layout, s pdz.Session) string {
	switch {
	case s.Start.Wording != "":
		return s.Start.Wording
	case !s.Start.Known:
		return capital(l.T("data da fissare"))
	}
	day := l.Date(s.Start.At)
	if h := l.hoursOf(s); h != "" {
		day += " " + h
	}
	return capital(day)
}

// insertByTime puts an entry before the first that is later than it.
func insertByTime(list []noticeEntry, e noticeEntry) []noticeEntry {
	for i, x := range list {
		if x.at.After(e.at) {
			return append(list[:i:i], append([]noticeEntry{e}, list[i:]...)...)
		}
	}
	return append(list, e)
}

// openingKinds are the acts that may open a process, as a notice cites them.
var openingKinds = map[string]string{
	"deliberation": "Vista la deliberazione", "determination": "Vista la determinazione",
	"assemblyDecision": "Vista la decisione dell’assemblea", "decree": "Visto il decreto",
	"order": "Visto l’ordine di servizio", "call": "Vista la convocazione", "mayorsAssembly": "Vista la decisione dell’assemblea dei Sindaci",
}

// openingText writes the act that opens the process; empty when it is not known.
func openingText(o pdz.OpeningAct, shortDate func(time.Time) string) string {
	if o.Unknown != "" || o.Number == "" {
		return ""
	}
	kind, ok := openingKinds[o.Kind]
	if !ok {
		kind = "Visto l’atto"
	}
	text := kind + " n. " + o.Number
	if o.Date != (pdz.Date{}) {
		text += " del " + shortDate(civil(o.Date, time.UTC))
	}
	if o.Title != "" {
		text += " avente ad oggetto: “" + o.Title + "”"
	}
	return text
}

// seen writes a law as a notice cites it: "Vista la Legge …", "Visto il Regolamento …".
func seen(text string) string {
	first, _, _ := strings.Cut(text, " ")
	switch strings.ToLower(first) {
	case "legge", "deliberazione", "delibera", "determinazione", "direttiva", "d.", "d.g.r.", "l.", "l.r.", "circolare", "ordinanza":
		return "Vista la " + text
	case "regolamento", "decreto", "codice", "piano", "d.lgs.", "d.m.", "d.p.r.", "testo":
		return "Visto il " + text
	}
	return "Visto: " + text
}

// civil returns noon of a day: a time that every zone writes as that day.
func civil(d pdz.Date, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, zone)
}
