package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// amendmentPreview is what an amendment would do.
type amendmentPreview struct {
	amendmentView
	Effects []string // sentences: how many sheets stand otherwise
	Moves   []moveLine
	Text    string // the file that would be published
}

// moveLine is a sheet that would stand otherwise than it does.
type moveLine struct{ Number, Party, Before, After, Href string }

// amendmentView is an amendment as pages show it.
type amendmentView struct {
	i18n.Printer
	Foreign     bool
	Version     int
	Kind        string
	When        string
	Act, Reason string
	Leaf        int64
	Hash        string
	Changes     []changeLine
	OldHref     string // the version before
	NewHref     string
}

// changeLine is a value before and after; an empty one is nothing.
type changeLine struct {
	What, Old, New, Why string
	Was                 string // the old value after "già"
}

// amendmentTypes are the types of amendment, as people call them.
var amendmentTypes = map[string]string{
	"extension": i18n.M("Proroga"), "postponement": i18n.M("Rinvio"), "correction": i18n.M("Correzione"), "interpretation": i18n.M("Interpretazione"),
	"change": i18n.M("Modifica"), "suspension": i18n.M("Sospensione"), "revocation": i18n.M("Revoca"),
}

// actKinds are the kinds of act, as people call them.
var actKinds = map[string]string{
	"deliberation": i18n.M("deliberazione"), "determination": i18n.M("determinazione"), "assemblyDecision": i18n.M("decisione dell’assemblea"),
	"decree": i18n.M("decreto"), "order": i18n.M("ordine di servizio"), "call": i18n.M("convocazione"), "mayorsAssembly": i18n.M("decisione dell’assemblea dei Sindaci"),
}

func (l *Layout) actKind(kind string) string {
	if text, ok := actKinds[kind]; ok {
		return l.T(text)
	}
	return l.T("atto")
}

// amendingAct writes the act of an amendment: "deliberazione n. 31 del 18 ottobre
// 2013, Coordinamento Istituzionale".
func (l *Layout) amendingAct(a app.AmendmentView) string {
	text := l.actKind(a.ActKind)
	if a.ActNumber != "" {
		text = l.T("%s n. %s", text, a.ActNumber)
	}
	if !a.ActDate.IsZero() {
		text = l.T("%s del %s", text, l.ShortDate(civil(a.ActDate, time.UTC)))
	}
	if a.Organ != "" {
		text += ", " + a.Organ
	}
	return text
}

// wantedAct says which act the definition wants for an amendment.
func (p *amendPage) wantedAct() string {
	a := p.Proc.Amending
	text := p.actKind(a.Kind)
	if a.Organ != "" {
		text += ", " + a.Organ
	}
	return text
}

func (l *Layout) amendmentView(a app.AmendmentView) amendmentView {
	v := amendmentView{Printer: l.Printer, Foreign: l.Foreign(), Version: a.Version, Kind: l.T("Modifica"), When: l.DateHour(a.PublishedAt),
		Act: l.amendingAct(a), Reason: a.Reason, Leaf: a.Index + 1, Hash: a.Hash}
	if text, ok := amendmentTypes[a.Type]; ok {
		v.Kind = l.T(text)
	}
	for _, c := range a.Changes {
		line := changeLine{What: l.changed(c.Path), Old: l.valueText(c.Path, c.Old), New: l.valueText(c.Path, c.New), Why: c.Why}
		if line.Old != "" {
			line.Was = l.T("già %s", line.Old)
		}
		v.Changes = append(v.Changes, line)
	}
	return v
}

// previewOf says in sentences what an amendment would do.
func (p *amendPage) previewOf(x *app.AmendmentPreview, file string) *amendmentPreview {
	v := &amendmentPreview{amendmentView: p.amendmentView(x.Amendment), Text: file}
	timely, late, duplicates, other := 0, 0, 0, 0
	for _, m := range x.Moves {
		switch {
		case m.From == pdz.Late && m.To == pdz.Timely:
			timely++
		case m.From == pdz.Timely && m.To == pdz.Late:
			late++
		default:
			other++
		}
		if m.After == app.AdhesionDuplicate && m.Before != m.After {
			duplicates++
		}
		v.Moves = append(v.Moves, moveLine{m.Number, m.PartyName, p.stateText(m.Before), p.stateText(m.After), p.OfficeHref("adesioni/" + m.Code)})
	}
	if len(x.Moves) == 0 {
		v.Effects = append(v.Effects, p.T("Nessuna scheda già arrivata cambia posizione."))
	}
	if timely > 0 {
		v.Effects = append(v.Effects, p.TN("Una scheda fuori termine diventa tempestiva.", "%d schede fuori termine diventano tempestive.", timely))
	}
	if duplicates > 0 {
		v.Effects = append(v.Effects, p.TN("Una ha già un’altra scheda in vigore e resta fra i doppioni.", "%d hanno già un’altra scheda in vigore e restano fra i doppioni.", duplicates))
	}
	if late > 0 {
		v.Effects = append(v.Effects, p.TN("Una scheda nel termine diventa fuori termine.", "%d schede nel termine diventano fuori termine.", late))
	}
	if other > 0 {
		v.Effects = append(v.Effects, p.TN("Per una scheda cambia l’esito di un’altra regola.", "Per %d schede cambia l’esito di un’altra regola.", other))
	}
	if x.Told > 0 {
		v.Effects = append(v.Effects, p.TN("Parte un messaggio.", "Partono %d messaggi.", x.Told))
	}
	return v
}

// keyNames are the keys of a definition that amendments touch most.
var keyNames = map[string]string{
	"closes": i18n.M("chiusura"), "opens": i18n.M("apertura"), "wording": i18n.M("parole dell’avviso"), "title": i18n.M("titolo"),
	"label": i18n.M("nome"), "when": i18n.M("data e ora"), "start": i18n.M("inizio"), "end": i18n.M("fine"), "venue": i18n.M("luogo"),
	"late": i18n.M("chi arriva tardi"), "purpose": i18n.M("scopo"), "phone": i18n.M("telefono"), "address": i18n.M("indirizzo"),
	"audience": i18n.M("chi è chiamato"), "channels": i18n.M("canali di invio"), "text": i18n.M("testo"), "hours": i18n.M("orari"),
}

// changed says what a path leads to: "Termini e periodi: Iscrizione ai lavori, chiusura".
func (l *Layout) changed(path string) string {
	steps := strings.Split(path, "/")
	text := steps[0]
	names := blockNames(l)
	if i := slices.IndexFunc(names, func(b definitionBlock) bool { return b.Key == steps[0] }); i >= 0 {
		text = names[i].Name
	}
	var rest []string
	for _, step := range steps[1:] {
		if name, ok := keyNames[step]; ok {
			rest = append(rest, l.T(name))
		} else if step != "list" {
			rest = append(rest, l.entryName(step))
		}
	}
	if len(rest) == 0 {
		return text
	}
	return text + ": " + strings.Join(rest, ", ")
}

// entryName is how people call an entry of the definition by its id.
func (l *Layout) entryName(id string) string {
	if w, ok := l.Proc.Window(id); ok && w.Title != "" {
		return w.Title
	}
	if s, ok := l.Proc.Session(id); ok {
		return s.Name()
	}
	for _, t := range l.Proc.Tables.List {
		if t.ID == id {
			return t.Title
		}
	}
	if f, ok := l.Proc.Form(id); ok {
		return f.Title
	}
	return id
}

// valueText writes a value of the definition: a moment as everywhere on the site,
// the rest as it stands in the file.
func (l *Layout) valueText(path, value string) string {
	var s string
	if json.Unmarshal([]byte(value), &s) != nil {
		var b bytes.Buffer
		if json.Indent(&b, []byte(value), "", "  ") == nil {
			return b.String()
		}
		return value
	}
	day, clock, timed := strings.Cut(s, "T")
	d, err := pdz.ParseDate(day)
	switch {
	case err != nil:
		return s
	case !timed:
		return l.ShortDate(civil(d, l.Proc.Zone))
	}
	minutes, err := pdz.ParseHour(clock)
	if err != nil {
		return s
	}
	return l.DateHour(pdz.Instant(d, minutes, l.Proc.Zone, strings.HasSuffix(path, "closes")))
}

// moment writes a moment as a term: a day alone where it is the whole day.
func (l *Layout) moment(m pdz.Moment) string {
	switch {
	case !m.Known:
		return l.T("data da fissare")
	case m.DateOnly:
		return l.Date(m.At)
	}
	return l.DateHour(m.At)
}

// was writes the closings that a window had before, or nothing: «già venerdì 18
// ottobre 2013 alle 12:00». Old and new stand side by side wherever the window shows.
func (l *Layout) was(window string) string {
	var parts []string
	for _, m := range l.Proc.Was[window] {
		parts = append(parts, l.moment(m))
	}
	if len(parts) == 0 {
		return ""
	}
	return l.T("già %s", strings.Join(parts, l.T(", poi ")))
}

// wasHeld writes when a session was to be held before an amendment moved it, or
// nothing; the place too where that is what changed.
func (l *Layout) wasHeld(s pdz.Session) string {
	var parts []string
	held := l.Proc.Held[s.ID]
	for i, old := range held {
		text, then := l.sessionWhen(old), s
		if i+1 < len(held) {
			then = held[i+1]
		}
		if place := venueText(l.Proc.Process, old.Venue); old.Venue != then.Venue && place != "" {
			text += ", " + place
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	return l.T("già %s", strings.Join(parts, l.T(", poi ")))
}

// withHeld puts the old hour of a session beside the new, in brackets.
func (l *Layout) withHeld(text string, s pdz.Session) string {
	if was := l.wasHeld(s); was != "" {
		return text + " (" + was + ")"
	}
	return text
}

// withWas puts the old beside the new, in brackets.
func (l *Layout) withWas(text, window string) string {
	if was := l.was(window); was != "" {
		return text + " (" + was + ")"
	}
	return text
}
