package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"concerto/internal/app"
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
	Reason, ReasonError     string // why a sheet is corrected
	Note                    string
	Lookup                  *fieldView // the tax code, which comes first: it may fill in the rest
	Fields                  []fieldView
	Fresh                   bool // nothing was typed yet: the typing begins at the hour
	Declarations            []declarationView
	Holds                   []declarationView // what the scan also holds
	KeptScan, KeptName      string
	ScanError               string
	MaxFile                 string
	Problems                []problemView
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
	Receipt, All                                      string // addresses: to print, and of all that they recorded
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
	if err := k.note("scheda da completare"); err != nil {
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
	if err := k.note("ente cercato per codice fiscale"); err != nil {
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
		Answers: k.answers(), Files: k.files(), Key: k.key, Corrects: k.values.Get(paramCorrects), Reason: k.values.Get(app.FieldWhy), Note: k.values.Get(app.FieldIntakeNote),
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

// note leaves a trace that somebody's data were read (P27).
func (k *keying) note(why string) error {
	return k.s.App.NoteAccess(k.r.Context(), Who(k.r.Context()), k.view.AmbitoID, k.r.URL.Path, why)
}
