package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// show draws the screen with what was typed.
func (k *keying) show(w http.ResponseWriter, status int, problems pdz.Problems, recorded string) error {
	p := &intakePage{Layout: k.s.officeLayout(k.r, k.view, "adesioni"), Key: k.key, Form: k.form.ID, Corrects: k.values.Get(paramCorrects),
		ArrivalDay: k.values.Get(app.FieldArrivalDay), ArrivalHour: k.values.Get(app.FieldArrivalHour), Which: k.values.Get(paramWhich),
		SentDay: k.values.Get(app.FieldSentDay), SentHour: k.values.Get(app.FieldSentHour), Note: k.values.Get(app.FieldIntakeNote), Reason: k.values.Get(app.FieldWhy), Filled: k.filled, Fresh: k.fresh}
	p.Title = p.T("Registra un foglio")
	p.Crumbs = []Link{{p.T("Adesioni"), p.sheetsHref(Who(k.r.Context()))}, {Text: p.Title}}
	p.Action = p.OfficeHref("adesioni/nuova")
	p.MaxFile = p.fileSize(app.MaxFile)
	p.channelKeys(k)
	q := p.asking(k.form, k.answers(), problems)
	for _, x := range k.form.Fields {
		switch v := q.keyed(x); {
		case x.Type == "taxCode" && p.Lookup == nil:
			p.Lookup = &v
		case k.form.Visible(x.ID, q.facts):
			p.Fields = append(p.Fields, v)
		}
	}
	for _, d := range k.form.Declarations {
		p.Declarations = append(p.Declarations, q.declaration(d))
	}
	p.scan(k)
	p.judge(k)
	p.tellProblems(k, problems)
	if err := p.lookAlikes(k); err != nil {
		return err
	}
	if recorded != "" {
		if err := p.recorded(k, recorded); err != nil {
			return err
		}
	}
	if p.Corrects != "" {
		v, err := k.s.App.Sheet(k.r.Context(), Who(k.r.Context()), k.view.AmbitoID, k.view.Slug, p.Corrects)
		if err != nil {
			return err
		}
		p.Correcting, p.Title = v.Number, p.T("Completa la scheda %s", v.Number)
	}
	return k.s.show(w, k.r, status, "intake", p)
}

// keyed draws a field for who types: a list that opens answers to the keys, rows of
// radios do not; what paper may leave out is not marked at every field.
func (q asking) keyed(x pdz.Field) fieldView {
	v := q.field(x)
	v.Plain, v.Optional, v.Complete, v.Hints = true, x.Feeds != "party.category", "off", nil
	if v.Control == controlRadios && len(v.Options) > 3 {
		v.Control, v.Prompt, v.Width = controlSelect, q.T("Scegli"), "ps-w-mid"
	}
	if x.Type == "taxCode" || x.Type == "party" {
		v.Depends = true // what is known of it is looked up
	}
	return v
}

// channelKeys lists the channels, and says whose clock tells the hour.
func (p *intakePage) channelKeys(k *keying) {
	for i, c := range k.channels() {
		chosen := c.ID == k.values.Get(paramChannel)
		p.Channels = append(p.Channels, optionView{ID: c.ID, Element: paramChannel + "-" + strconv.Itoa(i+1), Label: p.channelName(c), Checked: chosen})
		if chosen {
			p.ClockHint = p.T(hourHints[c.Clock])
			p.Again = p.OfficeHref("adesioni/nuova?" + paramChannel + "=" + url.QueryEscape(c.ID))
		}
	}
}

// hourHints say where to read the hour of arrival.
var hourHints = map[string]string{
	"device":      i18n.M("L’ora stampata dal fax in testa al foglio, non quella di adesso."),
	"mailServer":  i18n.M("L’ora in cui il messaggio è arrivato al server di posta, nelle sue intestazioni."),
	"pecDelivery": i18n.M("L’ora della ricevuta di consegna della PEC."),
	"operator":    i18n.M("L’ora in cui la persona ti ha dato o dettato la scheda."),
}

func (p *intakePage) scan(k *keying) {
	if k.scan != nil {
		p.KeptScan, p.KeptName = fmt.Sprintf("%x", k.scan.SHA256), k.scan.Name
	} else if sum := k.values.Get(paramKept); sum != "" {
		p.KeptScan, p.KeptName = sum, k.values.Get(paramKeptName)
	}
	for _, a := range k.form.Attachments {
		p.Holds = append(p.Holds, declarationView{ID: a.ID, Element: elementID(a.ID), Text: a.Label, Optional: true, Made: slices.Contains(k.values[paramHolds], a.ID)})
	}
}

// judge says beforehand what the arrival will be judged, as far as it can be read.
func (p *intakePage) judge(k *keying) {
	c, _ := k.view.Channel(k.values.Get(paramChannel))
	answers := k.answers()
	facts := pdz.FormFacts(k.view.Process, k.form, answers)
	if category := facts["party.category"].Text; slices.Contains(c.Exclude, category) {
		p.Excluded = strings.TrimSuffix(c.ExcludeReason, ".")
	}
	t := app.TypedInstant{Day: p.ArrivalDay, Hour: p.ArrivalHour, Which: p.Which}
	at, problems := app.ReadInstant(k.view.Process, t, "", "")
	p.Twice = p.Which != "" || slices.ContainsFunc(problems, func(x pdz.Problem) bool { return x.Code == app.CodeHourTwice })
	if len(problems) > 0 || at.After(p.Now) {
		return
	}
	if k.view.NeedsSecondOfficer(c, at, p.Now) {
		p.Second = p.T("L’arrivo dichiarato precede la registrazione di %s: dopo il salvataggio la scheda aspetta il riscontro di un altro addetto. Il riscontro non cambia l’esito.", p.Countdown(p.Now.Sub(at)))
	}
	v, ok := k.view.Judge(k.form.Window, pdz.ChannelInstant(c.Precision, at))
	if !ok || v.Timeliness == pdz.Undecided {
		return
	}
	p.Verdict, p.VerdictTone = p.verdictPhrase(v), "bad"
	if v.Timeliness == pdz.Timely {
		p.VerdictTone = "ok"
	}
}

// verdictPhrase is a verdict in a sentence.
func (l *Layout) verdictPhrase(v pdz.Verdict) string {
	text := l.T(timelinessTexts[v.Timeliness])
	if !v.Closes.IsZero() && v.Timeliness != pdz.Early {
		text += ", " + l.Margin(v.Margin) + " " + l.T("rispetto al termine di %s", l.DateHour(v.Closes.In(l.Proc.Zone)))
	}
	return text
}

// tellProblems puts each problem beside its field and in the summary.
func (p *intakePage) tellProblems(k *keying, problems pdz.Problems) {
	places := map[string]struct {
		into *string
		name string
	}{
		app.FieldArrivalDay: {&p.DayError, p.T("Arrivata il")}, app.FieldArrivalHour: {&p.HourError, p.T("Arrivata alle ore")},
		app.FieldSentDay: {&p.SentError, p.T("Ora del mittente")}, app.FieldSentHour: {&p.SentError, p.T("Ora del mittente")},
		app.FieldIntakeNote: {&p.NoteError, p.T("Annotazione")}, app.FieldWhy: {&p.ReasonError, p.T("Motivo della correzione")}, app.ScanSlot: {&p.ScanError, p.T("Scansione del foglio")},
	}
	q := p.asking(k.form, nil, problems)
	for _, x := range problems {
		text := p.intakeProblem(k.form, x)
		v := problemView{Text: q.problemText(x), Href: "#" + elementID(x.Field)}
		if place, ok := places[x.Field]; ok {
			*place.into = capital(text)
			v.Text = place.name + ": " + text
		}
		for _, f := range p.Fields { // the first option of a choice, not the field as a whole
			if f.ID == x.Field {
				v.Href = "#" + f.Element()
			}
		}
		if x.Field == "" {
			v.Text, v.Href = capital(text), "#contenuto"
		}
		p.Problems = append(p.Problems, v)
	}
}

// intakeProblem says in a sentence what is wrong; instants are written out.
func (l *Layout) intakeProblem(form pdz.Form, x pdz.Problem) string {
	x.Args = slices.Clone(x.Args)
	for i, a := range x.Args {
		if t, ok := a.(time.Time); ok {
			x.Args[i] = l.DateHour(t.In(l.Proc.Zone))
		}
	}
	q := l.asking(form, nil, nil)
	_, kind := q.named(x.Field)
	return q.sentence(x, kind)
}

// lookAlikes shows the bodies that what was typed may be of.
func (p *intakePage) lookAlikes(k *keying) error {
	name, code := k.values.Get(fieldOfType(k.form, "party")), k.values.Get(fieldOfType(k.form, "taxCode"))
	if name == "" && code == "" || p.Corrects != "" {
		return nil
	}
	var err error
	p.Alike, err = k.s.App.LookAlikes(k.r.Context(), Who(k.r.Context()), k.view.AmbitoID, name, code)
	return err
}

// recorded tells the sheet just saved, and puts the hand on the next one.
func (p *intakePage) recorded(k *keying, code string) error {
	who := Who(k.r.Context())
	row, err := k.s.App.JustRecorded(k.r.Context(), who, k.view.AmbitoID, k.view.Slug, code)
	if err != nil {
		return err
	}
	v := row.AdhesionView
	c, _ := k.view.Channel(v.Channel)
	r := &recordedView{Number: v.Number, Name: v.PartyName, Arrived: p.dayMark(v.ReceivedAt) + ", " + hourOf(c, v.ReceivedAt),
		State: p.stateText(v.State), Tone: "warn", Verdict: p.verdictPhrase(v.Verdict), Email: v.Email, Missing: formLabels(k.form, row.Missing)}
	if v.State == app.AdhesionActive {
		r.Tone = "ok"
	}
	if Reader.takes(who) {
		r.Href = p.OfficeHref("adesioni/" + v.Code)
	}
	r.Receipt, r.All = p.OfficeHref("registrate/"+v.Code), p.OfficeHref("registrate")
	p.Recorded = r
	return nil
}
