package web

import (
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// evidence turns what a rule read into what people read: the requirement, the fact
// that was found, where it is known from, and how it came out.
type evidence struct {
	*Layout
	j app.Judgement
	a app.AdhesionView
}

// factNames are the words for what a rule on adhesion may ask for.
var factNames = map[string]string{
	"party.nature": i18n.M("natura del soggetto"), "party.category": i18n.M("tipo di soggetto"), "party.groups": i18n.M("gruppi di cui fa parte"),
	"party.constitutedOn": i18n.M("data di costituzione"), "party.registeredOn": i18n.M("data di iscrizione al registro"),
	"party.registers": i18n.M("registri in cui è iscritto"), "party.nonProfit": i18n.M("senza scopo di lucro"), "party.seatIn": i18n.M("Comune della sede"),
	"party.activeIn": i18n.M("Comuni in cui opera"), "party.experienceYears": i18n.M("anni di esperienza"), "party.profile": i18n.M("profilo dichiarato"),
	"party.priorEnrolments": i18n.M("iscrizioni precedenti"), "party.memberOf": i18n.M("organi di cui fa parte"),
	"mandate.inForce": i18n.M("potere di chi firma"), "mandate.role": i18n.M("qualità di chi firma"), "mandate.deed": i18n.M("atto che dà il potere di firma"),
	"adhesion.form": i18n.M("modulo usato"), "adhesion.kind": i18n.M("nuova o variata"), "adhesion.channel": i18n.M("canale di arrivo"),
	"adhesion.receivedAt": i18n.M("ora di arrivo"), "adhesion.sentAt": i18n.M("ora di invio"), "adhesion.timeliness": i18n.M("arrivo rispetto al termine"),
	"adhesion.assurance": i18n.M("certezza su chi invia"), "adhesion.signature": i18n.M("firma della scheda"), "adhesion.complete": i18n.M("scheda completa"),
	"adhesion.attachments": i18n.M("allegati presenti"), "adhesion.declarations": i18n.M("dichiarazioni fatte"), "adhesion.tables": i18n.M("tavoli scelti"),
	"adhesion.duplicate": i18n.M("altra scheda dello stesso soggetto"), "attendance.sessions": i18n.M("incontri a cui ha partecipato"),
}

// wordTexts are the words for the values of the program's own that a fact may have.
var wordTexts = map[string]string{
	"timely": i18n.M("nel termine"), "late": i18n.M("dopo il termine"), "early": i18n.M("prima dell’apertura"), "new": i18n.M("nuova"), "variation": i18n.M("variata"),
	"body": i18n.M("ente"), "person": i18n.M("persona"), "informalGroup": i18n.M("gruppo informale"), "institution": i18n.M("istituzione"),
	"legalRepresentative": i18n.M("legale rappresentante"), "delegate": i18n.M("delegato"), "contact": i18n.M("referente"), "none": i18n.M("nessuna"),
	"emailVerified": i18n.M("indirizzo confermato"), "operatorAttested": i18n.M("attestata dall’addetto"), "identified": i18n.M("identificata"), "signed": i18n.M("firmata"),
}

func (e evidence) rule(d pdz.Decision) ruleView {
	v := ruleView{ID: d.Rule, Label: d.Rule, Reason: d.Reason, Good: d.Result == pdz.Pass, Open: d.Result == pdz.ToComplete}
	v.Result = e.outcome(d.Result)
	for _, name := range d.Missing {
		v.Missing = append(v.Missing, e.factName(name))
	}
	if r := e.j.Process.RuleIndex()[d.Rule]; r != nil {
		if r.Label != "" {
			v.Label = r.Label
		}
		for _, c := range r.Cites {
			e.cite(&v, c)
		}
	}
	e.conditions(&v, d.Trace, 0)
	return v
}

// channel shows that a category may not use the channel it used, in the words of
// the definition.
func (e evidence) channel(d pdz.Decision) ruleView {
	c, _ := e.j.Process.Channel(d.Rule)
	v := ruleView{ID: d.Rule, Label: e.T("Il canale è ammesso per questo tipo di soggetto"), Reason: d.Reason, Good: d.Result == pdz.Pass, Result: e.outcome(d.Result)}
	v.Conditions = []conditionView{{Asked: v.Label, Found: c.Label, Source: e.source("adhesion.channel"), Result: v.Result, Good: v.Good}}
	return v
}

func (e evidence) cite(v *ruleView, c pdz.Cite) {
	switch {
	case c.Notice != "":
		v.Notice = append(v.Notice, c.Notice)
	case c.Law != "":
		for _, law := range e.j.Process.Law {
			if law.ID == c.Law {
				text := law.Text
				if c.At != "" {
					text += ", " + c.At
				}
				v.Law = append(v.Law, text)
			}
		}
	}
}

func (e evidence) outcome(result string) string {
	switch result {
	case pdz.Pass:
		return e.T("sì")
	case pdz.Fail:
		return e.T("no")
	case pdz.ToComplete:
		return e.T("da completare")
	}
	return result
}

// conditions lists the leaves of a trace in order. What joins them is told by a
// line of its own only where one of several is enough.
func (e evidence) conditions(v *ruleView, t pdz.Trace, depth int) {
	switch t.Kind {
	case pdz.TraceFact, pdz.TraceCount:
		v.Conditions = append(v.Conditions, e.condition(t, depth))
		return
	case pdz.TraceAny, pdz.TraceNot:
		c := conditionView{Asked: e.T("una di queste condizioni"), Depth: depth}
		if t.Kind == pdz.TraceNot {
			c.Asked = e.T("non deve essere")
		}
		e.result(&c, t.Result)
		v.Conditions = append(v.Conditions, c)
		depth++
	case pdz.TraceAlways:
		c := conditionView{Asked: e.T("nessuna condizione"), Depth: depth}
		e.result(&c, t.Result)
		v.Conditions = append(v.Conditions, c)
	}
	for _, part := range t.Parts {
		e.conditions(v, part, depth)
	}
}

func (e evidence) condition(t pdz.Trace, depth int) conditionView {
	c := conditionView{Asked: t.Why, Found: e.T("non indicato"), Source: e.source(t.Fact), Depth: depth}
	if t.Found != nil {
		c.Found = e.value(t.Fact, *t.Found)
	}
	if c.Asked == "" {
		c.Asked = e.asked(t)
	}
	e.result(&c, t.Result)
	return c
}

func (e evidence) result(c *conditionView, t pdz.Truth) {
	c.Good, c.Open = t == pdz.True, t == pdz.Unknown
	c.Result = e.outcome(map[pdz.Truth]string{pdz.True: pdz.Pass, pdz.False: pdz.Fail, pdz.Unknown: pdz.ToComplete}[t])
}

// asked writes a requirement that has no words of its own in the definition.
func (e evidence) asked(t pdz.Trace) string {
	name := capital(e.factName(t.Fact))
	if t.Limit == nil {
		return name
	}
	limit := e.value(t.Fact, *t.Limit)
	switch t.Op {
	case "notIn", "containsNone":
		return e.T("%s: non %s", name, limit)
	case "before":
		return e.T("%s: prima di %s", name, limit)
	case "onOrBefore":
		return e.T("%s: %s o prima", name, limit)
	case "after":
		return e.T("%s: dopo %s", name, limit)
	case "onOrAfter":
		return e.T("%s: %s o dopo", name, limit)
	case "atLeast":
		return e.T("%s: almeno %s", name, limit)
	case "atMost":
		return e.T("%s: al massimo %s", name, limit)
	case "known":
		return e.T("%s: indicato", name)
	}
	return name + ": " + limit
}

func (e evidence) factName(name string) string {
	if text, ok := factNames[name]; ok {
		return e.T(text)
	}
	return name
}

// value writes a value for reading; what was compared with the term is told with
// its hour.
func (e evidence) value(fact string, v pdz.Value) string {
	switch v.Kind {
	case pdz.KindBool:
		if v.Bool {
			return e.T("sì")
		}
		return e.T("no")
	case pdz.KindNumber:
		return e.Number(v.Number)
	case pdz.KindTime:
		if !v.Date.IsZero() {
			return e.ShortDate(civil(v.Date, e.Proc.Zone))
		}
		return e.Instant(v.Instant.In(e.Proc.Zone))
	case pdz.KindSet:
		var words []string
		for _, x := range v.Set {
			words = append(words, e.word(fact, x))
		}
		if len(words) == 0 {
			return e.T("nessuno")
		}
		return strings.Join(words, ", ")
	}
	return e.word(fact, v.Text)
}

// word names an id of the definition, or a word of the program.
func (e evidence) word(fact, id string) string {
	p := e.j.Process
	switch fact {
	case "party.category":
		if c, ok := p.Category(id); ok {
			return c.Label
		}
	case "adhesion.channel":
		if c, ok := p.Channel(id); ok {
			return c.Label
		}
	case "adhesion.form":
		if f, ok := p.Form(id); ok {
			return f.Title
		}
	case "adhesion.tables":
		return tableName(e.Layout, id)
	case "party.seatIn", "party.activeIn":
		if m, ok := p.Municipality(id); ok {
			return m.Name
		}
	case "attendance.sessions":
		if s, ok := p.Session(id); ok {
			return s.Name()
		}
	}
	if text, ok := wordTexts[id]; ok {
		return e.T(text)
	}
	return id
}

// clockTexts say whose clock the arrival was read from.
var clockTexts = map[string]string{
	"server": i18n.M("orologio del server"), "mailServer": i18n.M("server di posta che l’ha ricevuta"), "pecDelivery": i18n.M("ricevuta di consegna PEC"),
	"device": i18n.M("ora stampata dall’apparecchio fax"), "operator": i18n.M("ora scritta dall’addetto"),
}

// source says where a fact is known from: the clock of the channel, a question of
// the form, or the register itself.
func (e evidence) source(fact string) string {
	switch fact {
	case "adhesion.timeliness", "adhesion.receivedAt":
		if c, ok := e.j.Process.Channel(e.a.Channel); ok && clockTexts[c.Clock] != "" {
			return e.T(clockTexts[c.Clock])
		}
	case "adhesion.channel", "adhesion.kind", "adhesion.duplicate", "adhesion.form":
		return e.T("registro degli atti")
	case "adhesion.attachments":
		return e.T("file arrivati con la scheda")
	case "adhesion.declarations":
		return e.T("dichiarazioni della scheda")
	case "attendance.sessions", "attendance.spokeAt", "attendance.tables":
		return e.T("foglio firme")
	}
	for _, x := range e.j.Form.Fields {
		if x.Feeds == fact || x.Feeds == "party.category" && (fact == "party.groups" || fact == "party.nature") {
			return e.T("scheda, «%s»", x.Label)
		}
	}
	return e.T("registro degli atti")
}
