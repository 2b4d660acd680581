package web

import (
	"errors"
	"fmt"
	"io"
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

// The keying screen takes in a sheet in under a minute, by the keyboard alone: the
// fields follow one another as the definition has them, today and the last channel
// are there already, Enter saves. A tax code that is known fills in its body, as one
// leaves the field with script and by a button without.

// Parameters of the screen beside the fields of the form.
const (
	paramChannel  = "canale"
	paramForm     = "modulo"
	paramWhich    = "arrivo-quale"
	paramCorrects = "corregge"
	paramRecorded = "registrata"
	paramKey      = "chiave"
	paramKept     = "scansione-tenuta"
	paramKeptName = "scansione-nome"
	paramHolds    = "contiene" // attachments that the scan holds
	actionLookup  = "cerca"
)

// intakePage is the screen.
type intakePage struct {
	Layout
	Action                  string
	Key, Form, Corrects     string
	Correcting              string // number of the sheet that is corrected
	Channels                []optionView
	ClockHint               string
	ArrivalDay, ArrivalHour string
	Which                   string // of two hours alike
	Twice                   bool   // that day the clocks showed that hour twice
	DayError, HourError     string
	SentDay, SentHour       string
	SentError, NoteError    string
	Note                    string
	Lookup                  *fieldView // the tax code, which comes first: it may fill in the rest
	Fields                  []fieldView
	Fresh                   bool // nothing was typed yet: the typing begins at the hour
	Declarations            []declarationView
	Holds                   []declarationView // what the scan also holds
	KeptScan, KeptName      string
	ScanError               string
	MaxFile                 string
	Errors                  []problemView
	Verdict, VerdictTone    string
	Second                  string // why a second officer will be needed; empty when none
	Excluded                string // why this category may not use this channel
	Alike                   []app.LookAlike
	Filled                  string // number of the sheet that filled the fields in
	Recorded                *recordedView
	Again                   string
}

// recordedView is the receipt of the sheet just saved, in a few lines.
type recordedView struct {
	Number, Name, Arrived, State, Tone, Verdict, Href string
	Email                                             string
	Missing                                           []string
}

func (s *Site) intakeForm(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	form, ok := adhesionForm(v.Process)
	if !ok {
		return app.ErrNotFound
	}
	k := keying{s: s, r: r, view: v, form: form, values: url.Values{}}
	query := r.URL.Query()
	k.begin(query)
	if code := query.Get(paramCorrects); code != "" {
		if err := k.correct(code); err != nil {
			return err
		}
	}
	if k.key, err = s.App.IntakeKey(); err != nil {
		return err
	}
	k.fresh = true
	return k.show(w, http.StatusOK, nil, query.Get(paramRecorded))
}

// keying is one visit to the screen: what has been typed, and what is known of it.
type keying struct {
	s      *Site
	r      *http.Request
	view   *app.ProcessView
	form   pdz.Form
	values url.Values // as typed, or the defaults
	key    string
	scan   *app.File
	filled string
	fresh  bool // the screen was asked for, nothing was sent
}

// begin sets the defaults: today, the channel used last, and for what is written
// down as somebody speaks the hour of the server.
func (k *keying) begin(query url.Values) {
	now := k.s.nowFor(k.r).In(k.view.Zone)
	channels := k.channels()
	k.values.Set(paramChannel, query.Get(paramChannel))
	if !slices.ContainsFunc(channels, func(c pdz.Channel) bool { return c.ID == query.Get(paramChannel) }) && len(channels) > 0 {
		k.values.Set(paramChannel, channels[0].ID)
	}
	k.values.Set(app.FieldArrivalDay, now.Format("02/01/2006"))
	if c, _ := k.view.Channel(k.values.Get(paramChannel)); c.Clock == "operator" {
		k.values.Set(app.FieldArrivalHour, now.Format("15:04"))
	}
}

// channels are those that the office takes sheets in by.
func (k *keying) channels() []pdz.Channel {
	var out []pdz.Channel
	for _, c := range k.view.Channels {
		if c.Kind != "web" && slices.Contains(k.form.Channels, c.ID) {
			out = append(out, c)
		}
	}
	return out
}

// correct fills the screen with the latest version of a sheet.
func (k *keying) correct(code string) error {
	v, err := k.s.App.Sheet(k.r.Context(), Who(k.r.Context()), k.view.AmbitoID, k.view.Slug, code)
	if err != nil {
		return err
	}
	k.values.Set(paramCorrects, code)
	if c, ok := k.view.Channel(v.Channel); ok && c.Kind != "web" {
		k.values.Set(paramChannel, c.ID)
	}
	for field, values := range v.Versions[len(v.Versions)-1].Answers {
		k.values[field] = values
	}
	return nil
}

// recordSheet keeps a sheet, or looks something up and shows the screen again.
func (s *Site) recordSheet(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	form, ok := adhesionForm(v.Process)
	if !ok {
		return app.ErrNotFound
	}
	if err := r.ParseMultipartForm(maxUpload); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return &malformedError{err}
	}
	k := keying{s: s, r: r, view: v, form: form, values: r.PostForm, key: r.PostForm.Get(paramKey)}
	if action := r.PostForm.Get(paramAction); action == actionLookup || action == actionRefresh || r.URL.Query().Has(queryRefresh) {
		if err := k.lookUp(); err != nil {
			return err
		}
		return k.show(w, http.StatusOK, nil, "")
	}
	rc, err := k.save()
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return k.show(w, http.StatusUnprocessableEntity, problems, "")
	}
	if err != nil {
		return err
	}
	l := s.officeLayout(r, v, "adesioni")
	q := url.Values{paramChannel: {k.values.Get(paramChannel)}, paramRecorded: {rc.Adhesion.Code}}
	return seeOther(w, r, l.OfficeHref("adesioni/nuova?"+q.Encode()))
}

// lookUp fills in who adheres from what is known under the tax code. What was typed
// already stays; what the sheet itself must say, as the tables, is never filled in.
func (k *keying) lookUp() error {
	id := fieldOfType(k.form, "taxCode")
	known, err := k.s.App.KnownBody(k.r.Context(), Who(k.r.Context()), k.view.AmbitoID, k.view.Slug, k.values.Get(id))
	if errors.Is(err, app.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, step := range k.form.Steps() {
		if step.ID != pdz.StepWho {
			continue
		}
		for _, x := range step.Fields {
			if k.values.Get(x.ID) == "" && len(known.Answers[x.ID]) > 0 {
				k.values[x.ID], k.filled = known.Answers[x.ID], known.Number
			}
		}
	}
	return nil
}

func fieldOfType(f pdz.Form, kind string) string {
	i := slices.IndexFunc(f.Fields, func(x pdz.Field) bool { return x.Type == kind })
	if i < 0 {
		return ""
	}
	return f.Fields[i].ID
}

// save records what was typed.
func (k *keying) save() (*app.AdhesionReceipt, error) {
	ctx, who := k.r.Context(), Who(k.r.Context())
	var err error
	if k.scan, err = k.s.scanOf(k.r, app.ScanSlot); err != nil {
		return nil, err
	}
	in := app.IntakeInput{Ambito: k.view.AmbitoID, Process: k.view.Slug, Form: k.form.ID, Channel: k.values.Get(paramChannel),
		Arrived: app.TypedInstant{Day: k.values.Get(app.FieldArrivalDay), Hour: k.values.Get(app.FieldArrivalHour), Which: k.values.Get(paramWhich)},
		Sent:    app.TypedInstant{Day: k.values.Get(app.FieldSentDay), Hour: k.values.Get(app.FieldSentHour)},
		Answers: k.answers(), Files: k.files(), Key: k.key, Corrects: k.values.Get(paramCorrects), Note: k.values.Get(app.FieldIntakeNote),
		TakenAt: ReceivedAt(ctx)}
	if !strings.HasPrefix(in.Key, "foglio-") {
		return nil, errMalformed
	}
	if in.Sent.Day == "" && in.Sent.Hour != "" {
		in.Sent.Day = in.Arrived.Day
	}
	return k.s.App.RecordSheet(ctx, who, in)
}

// answers are what was typed into the fields of the form.
func (k *keying) answers() pdz.Answers {
	a := pdz.Answers{}
	for _, x := range k.form.Fields {
		if v, ok := k.values[x.ID]; ok {
			a[x.ID] = v
		}
	}
	for _, d := range k.form.Declarations {
		if v, ok := k.values[d.ID]; ok {
			a[d.ID] = v
		}
	}
	return a
}

// files are the scan, and the attachments of the form that it also holds.
func (k *keying) files() []app.File {
	if k.scan == nil {
		return nil
	}
	files := []app.File{*k.scan}
	for _, a := range k.form.Attachments {
		if slices.Contains(k.values[paramHolds], a.ID) {
			f := *k.scan
			f.Slot = a.ID
			files = append(files, f)
		}
	}
	return files
}

// scanOf takes the scan out of a post: the file sent with it, or the one that an
// earlier post left and whose hash this one brings. It returns nil for none.
func (s *Site) scanOf(r *http.Request, slot string) (*app.File, error) {
	ctx, who, ambito := r.Context(), Who(r.Context()), r.PathValue("ambito")
	if r.MultipartForm != nil && len(r.MultipartForm.File[slot]) > 0 && r.MultipartForm.File[slot][0].Size > 0 {
		head := r.MultipartForm.File[slot][0]
		part, err := head.Open()
		if err != nil {
			return nil, &malformedError{err}
		}
		defer part.Close()
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, &malformedError{err}
		}
		f, err := s.App.KeepScan(ctx, who, ambito, slot, head.Filename, content)
		return &f, err
	}
	sum := r.PostForm.Get(paramKept)
	if sum == "" {
		return nil, nil
	}
	f, err := s.App.KeptScan(ctx, who, ambito, slot, r.PostForm.Get(paramKeptName), sum)
	return &f, err
}

// show draws the screen with what was typed.
func (k *keying) show(w http.ResponseWriter, status int, problems pdz.Problems, recorded string) error {
	p := &intakePage{Layout: k.s.officeLayout(k.r, k.view, "adesioni"), Key: k.key, Form: k.form.ID, Corrects: k.values.Get(paramCorrects),
		ArrivalDay: k.values.Get(app.FieldArrivalDay), ArrivalHour: k.values.Get(app.FieldArrivalHour), Which: k.values.Get(paramWhich),
		SentDay: k.values.Get(app.FieldSentDay), SentHour: k.values.Get(app.FieldSentHour), Note: k.values.Get(app.FieldIntakeNote), Filled: k.filled, Fresh: k.fresh}
	p.Title = p.T("Registra un foglio")
	p.Crumbs = []Link{{p.T("Adesioni"), p.OfficeHref("adesioni")}, {Text: p.Title}}
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
		app.FieldIntakeNote: {&p.NoteError, p.T("Annotazione")}, app.ScanSlot: {&p.ScanError, p.T("Scansione del foglio")},
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
		p.Errors = append(p.Errors, v)
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
	p.Recorded = r
	return nil
}
