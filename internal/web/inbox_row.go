package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// row writes a sheet as a line of the list.
func (p *inboxPage) row(r app.InboxRow) inboxRow {
	c, _ := p.Proc.Channel(r.Channel)
	category, _ := p.Proc.Category(r.Category)
	row := inboxRow{Hour: hourOf(c, r.ArrivedAt), Day: p.dayMark(r.ArrivedAt), Number: r.Number, Instant: p.ISO(r.ArrivedAt),
		Name: cmp.Or(r.PartyName, r.PersonName), Href: p.OfficeHref("adesioni/" + r.Code),
		Meta: category.Label + " · " + p.channelName(c), Tables: p.tableMarks(r.Tables)}
	if !r.RecordedAt.IsZero() {
		row.Recorded = p.recordedText(r)
	}
	row.Notes = p.rowNotes(r)
	row.Tag, row.Tone, row.Icon = p.rowTag(r)
	if verdict := p.T(timelinessTexts[r.Timeliness]); verdict != row.Tag {
		row.Verdict = verdict
	}
	row.Action, row.ActionHref = p.rowAction(r, row.Href)
	return row
}

// hourOf writes an hour to the precision that the channel knows it.
func hourOf(c pdz.Channel, t time.Time) string {
	switch c.Precision {
	case "minute":
		return t.Format("15:04")
	case "day":
		return "—"
	}
	return t.Format("15:04:05")
}

// dayMark writes a day in little room: "18 ott", with the year when it is another.
func (l *Layout) dayMark(t time.Time) string {
	s := strconv.Itoa(t.Day()) + " " + l.MonthShort(t)
	if t.Year() != l.Now.Year() {
		s += " " + strconv.Itoa(t.Year())
	}
	return s
}

// recordedText says when the office keyed the sheet in, and who did.
func (p *inboxPage) recordedText(r app.InboxRow) string {
	when := p.Hour(r.RecordedAt)
	if r.RecordedAt.YearDay() != r.ArrivedAt.YearDay() || r.Gap() > 24*time.Hour {
		when = p.dayMark(r.RecordedAt) + " " + when
	}
	text := p.T("registrata alle %s", when)
	if r.Officer != "" {
		text += ", " + r.Officer
	}
	if r.Gap() >= time.Hour {
		text += " (" + p.T("dopo %s", p.Countdown(r.Gap())) + ")"
	}
	return text
}

// rowNotes are what the office should know before it opens the sheet.
func (p *inboxPage) rowNotes(r app.InboxRow) []string {
	var notes []string
	add := func(ok bool, text string) {
		if ok {
			notes = append(notes, text)
		}
	}
	c, _ := p.Proc.Channel(r.Channel)
	add(r.Waits, p.T("L’arrivo è dichiarato da chi l’ha registrata: serve il riscontro di un secondo addetto."))
	add(r.State == app.AdhesionNotAdmitted && slices.Contains(c.Exclude, r.Category), p.T("Questo soggetto non può usare questo canale: %s.", strings.TrimSuffix(cmp.Or(c.ExcludeReason, c.Label), ".")))
	add(r.State == app.AdhesionLate && r.Timeliness == pdz.Late, p.T("Resta agli atti; da sola non vale come adesione."))
	add(!r.SentAt.IsZero() && r.Timeliness == pdz.Late, p.T("Spedita alle %s secondo il mittente: conta l’arrivo.", r.SentAt.Format("15:04")))
	add(c.Kind == "pec", p.T("Ora della ricevuta di consegna della PEC."))
	add(len(r.Twins) > 0, p.T("Stesso codice fiscale di: %s.", strings.Join(r.Twins, ", ")))
	if r.Has(app.CheckIncomplete) && len(r.Missing) > 0 {
		form, _ := adhesionForm(p.Proc.Process)
		add(true, p.T("Manca: %s.", strings.Join(formLabels(form, r.Missing), "; ")))
	}
	return notes
}

// adhesionForm returns the form by which one adheres.
func adhesionForm(p *pdz.Process) (pdz.Form, bool) {
	i := slices.IndexFunc(p.Forms, func(f pdz.Form) bool { return f.Purpose == "adhesion" })
	if i < 0 {
		return pdz.Form{}, false
	}
	return p.Forms[i], true
}

// formLabels are the words of fields, attachments and declarations by their ids.
func formLabels(f pdz.Form, ids []string) []string {
	q := asking{form: f}
	var out []string
	for _, id := range ids {
		if label, _ := q.named(id); label != "" {
			out = append(out, strings.TrimSuffix(label, "."))
		}
	}
	return out
}

// rowTag says in two words how the sheet stands.
func (p *inboxPage) rowTag(r app.InboxRow) (text, tone, icon string) {
	switch r.State {
	case app.AdhesionWaiting:
		return p.T("da riscontrare"), "warn", "user"
	case app.AdhesionNotAdmitted:
		return p.T("non ammessa"), "bad", "close"
	case app.AdhesionLate:
		return p.T("fuori termine"), "bad", "close"
	case app.AdhesionDuplicate:
		return p.T("doppione?"), "doubt", "copy"
	case app.AdhesionSuperseded:
		return p.T("sostituita"), "", "refresh"
	case app.AdhesionWithdrawn:
		return p.T("ritirata"), "", "close"
	}
	switch {
	case len(r.Twins) > 0:
		return p.T("doppione?"), "doubt", "copy"
	case r.Has(app.CheckIncomplete):
		return p.T("da completare"), "warn", "warning-circle"
	}
	return p.T("in termini"), "ok", "check"
}

// rowAction is the thing most likely to be done with the sheet.
func (p *inboxPage) rowAction(r app.InboxRow, href string) (text, to string) {
	switch {
	case r.Waits:
		return p.T("Vedi il foglio"), href + "#riscontro"
	case len(r.Twins) > 0:
		return p.T("Confronta le schede"), p.OfficeHref("doppioni")
	case r.State == app.AdhesionLate, r.State == app.AdhesionNotAdmitted:
		return p.T("Perché"), href + "/perche"
	case r.Has(app.CheckIncomplete):
		if p.MayDecide {
			return p.T("Chiedi il dato"), href + "/decisione?esito=" + app.AskedMore
		}
		return p.T("Che cosa manca"), href + "#manca"
	}
	return p.T("Apri"), href
}

func (l *Layout) tableMarks(ids []string) []tableMark {
	var out []tableMark
	for _, id := range ids {
		if t, ok := l.Proc.Table(id); ok {
			out = append(out, tableMark{t.Number, colourOf(t.Number), t.Title})
		}
	}
	return out
}

// channelNames are short names for the kinds of channel.
var channelNames = map[string]string{"web": i18n.M("Sito"), "email": i18n.M("E-mail"), "pec": i18n.M("PEC"), "fax": i18n.M("Fax"), "desk": i18n.M("Sportello"),
	"post": i18n.M("Posta"), "phone": i18n.M("Telefono"), "videoDesk": i18n.M("Sportello in video"), "door": i18n.M("In sala")}

// channelName is how the office calls a channel.
func (l *Layout) channelName(c pdz.Channel) string {
	if name, ok := channelNames[c.Kind]; ok {
		return l.T(name)
	}
	return capital(c.Label)
}
