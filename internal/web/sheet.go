package web

import (
	"cmp"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// sheetPage is one sheet with everything the office knows of it.
type sheetPage struct {
	Layout
	Sheet             *app.SheetView
	Category, Channel string
	State, Proves     string
	Facts             []sheetFact
	Missing           []string
	Versions          []versionView // newest first
	Files             []sheetFileView
	Judged            []judgedView
	Twins             []twinView
	Acts              []historyLine
	Actions           sheetActions
	Confirm           *confirmView // a second officer is needed; nil when none is
	Problems          []problemView
	Complete          string // address of the keying screen that completes it; empty where this actor cannot
	Known             []app.LookAlike
	Receipt           string
}

type sheetFact struct{ Name, Value, Note string }

type sheetFileView struct{ Label, Name, Size, Href string }

// judgedView is one rule's word on an arrival, with its reason and what it cites.
type judgedView struct {
	Rule, Result, Tone, Reason, Version, Cites string
	Counts                                     bool
}

type twinView struct{ Number, Name, State, Arrived, Channel, Href string }

type historyLine struct {
	Leaf           int64
	Kind, When, By string
}

// confirmView is the form of the second officer.
type confirmView struct {
	Href, Claimed, Recorded, Gap, By string
	Own, Allowed, NeedsScan          bool
	ScanError                        string
}

func (s *Site) sheet(w http.ResponseWriter, r *http.Request) error {
	return s.showSheet(w, r, http.StatusOK, nil)
}

// sheetProcess returns the process of the address when the sheet of the address is one
// of its own. Under another process of the same Ambito there is no such sheet.
func (s *Site) sheetProcess(r *http.Request) (*app.ProcessView, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	sheet, err := s.App.Adhesion(r.Context(), Who(r.Context()), v.AmbitoID, r.PathValue("codice"))
	if err != nil {
		return nil, err
	}
	if sheet.Process != v.Slug {
		return nil, app.ErrNotFound
	}
	return v, nil
}

func (s *Site) showSheet(w http.ResponseWriter, r *http.Request, status int, problems pdz.Problems) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	who, code := Who(r.Context()), r.PathValue("codice")
	sheet, err := s.App.Sheet(r.Context(), who, v.AmbitoID, v.Slug, code)
	if err != nil {
		return err
	}
	p := &sheetPage{Layout: s.officeLayout(r, v, "adesioni"), Sheet: sheet, Known: sheet.Alike}
	p.path = "/" + strings.TrimPrefix(strings.TrimPrefix(p.here(""), prefix(p.Lang)), "/")
	p.Title = p.T("Scheda %s", sheet.Number)
	p.Crumbs = []Link{{p.T("Adesioni"), p.OfficeHref("adesioni")}, {Text: sheet.Number}}
	p.tell()
	p.confirm(who, problems)
	if Desk.takes(who) && slices.Contains([]app.AdhesionState{app.AdhesionActive, app.AdhesionWaiting, app.AdhesionLate, app.AdhesionDuplicate}, sheet.State) {
		p.Complete = p.OfficeHref("adesioni/nuova?corregge=" + url.QueryEscape(code))
	}
	if p.Actions, err = s.sheetActions(r, &p.Layout, code); err != nil {
		return err
	}
	return s.show(w, r, status, "sheet", p)
}

func (p *sheetPage) here(rest string) string { return p.OfficeHref("adesioni/" + p.Sheet.Code + rest) }

// tell writes out what the sheet is, how it came and what became of it.
func (p *sheetPage) tell() {
	v := p.Sheet
	category, _ := p.Proc.Category(v.Category)
	channel, _ := p.Proc.Channel(v.Channel)
	p.Category, p.Channel, p.State = category.Label, p.channelName(channel), p.stateText(v.State)
	p.Proves = p.proves(channel)
	p.Receipt = p.AmbitoHref("ricevuta/" + v.Code)
	form, _ := p.Proc.Form(v.Form)
	p.facts(channel)
	p.Versions = versionViews(&p.Layout, &owner{AdhesionReceipt: &app.AdhesionReceipt{Adhesion: v.AdhesionView}, view: p.Proc, form: form})
	for _, x := range v.Intakes {
		if x.Version == v.Version {
			p.Missing = formLabels(form, x.Missing)
		}
	}
	for _, ver := range v.Versions {
		for _, f := range ver.Files {
			p.Files = append(p.Files, sheetFileView{p.slotText(form, f.Slot), f.Name, p.fileSize(f.Size),
				p.here("/allegati/" + strconv.Itoa(ver.Version) + "/" + url.PathEscape(f.Slot))})
		}
	}
	for _, j := range v.Judged {
		p.Judged = append(p.Judged, p.judged(j, len(v.Versions) > 1))
	}
	for _, t := range v.Twins {
		c, _ := p.Proc.Channel(t.Channel)
		p.Twins = append(p.Twins, twinView{t.Number, t.PartyName, p.stateText(t.State), p.DateHour(t.ArrivedAt), p.channelName(c), p.OfficeHref("adesioni/" + t.Code)})
	}
	for _, a := range v.History {
		p.Acts = append(p.Acts, historyLine{a.Index + 1, p.officeKind(a.Kind), p.Instant(a.RegisteredAt), cmp.Or(a.By, p.byText(a.Role))})
	}
}

// facts are the lines at the head of the page: the instants kept apart.
func (p *sheetPage) facts(c pdz.Channel) {
	v := p.Sheet
	add := func(name, value, note string) {
		if value != "" {
			p.Facts = append(p.Facts, sheetFact{name, value, note})
		}
	}
	arrival := p.Instant(v.ReceivedAt)
	if c.Precision == "minute" {
		arrival = p.DateHour(v.ReceivedAt)
	}
	add(p.T("Arrivata"), arrival, p.T(arrivalClocks[c.Clock]))
	for _, x := range v.Intakes {
		if x.Version != v.Version && x.Version != 1 {
			continue
		}
		add(p.T("Registrata"), p.Instant(x.RecordedAt), p.T("dal server, non si cambia; %s dopo l’arrivo", p.Countdown(x.RecordedAt.Sub(x.ArrivedAt))))
		if !x.SentAt.IsZero() {
			add(p.T("Spedita secondo il mittente"), p.DateHour(x.SentAt), p.T("è solo un’informazione: conta l’arrivo"))
		}
		add(p.T("Registrata da"), x.Officer, x.Note)
		add(p.T("Arrivo riscontrato da"), x.Second, x.CheckNote)
	}
	add(p.T("Codice fiscale"), cmp.Or(v.TaxCode, p.T("non indicato")), "")
	add(p.T("Chi la presenta"), v.PersonName, "")
	confirmed := ""
	if v.Email != "" && !v.Confirmed {
		confirmed = p.T("non ancora confermato dal titolare")
	}
	add(p.T("Indirizzo per la ricevuta"), v.Email, confirmed)
	add(p.T("Telefono"), v.Phone, "")
	add(p.T("Sostituita da"), v.ReplacedBy, "")
}

// arrivalClocks say whose clock an arrival is read off.
var arrivalClocks = map[string]string{
	"server": i18n.M("orologio del server"), "mailServer": i18n.M("orologio del server di posta"), "pecDelivery": i18n.M("ora della ricevuta di consegna della PEC"),
	"device": i18n.M("ora stampata dall’apparecchio, dichiarata da chi l’ha registrata"), "operator": i18n.M("ora dichiarata dall’operatore"),
}

// proofTexts say in plain words what a channel proves, and what not (A26; law).
var proofTexts = map[string]string{
	"web":       i18n.M("Il modulo in linea prova quando la scheda è arrivata, al millesimo. Chi l’ha inviata è provato solo se ha confermato l’indirizzo e-mail."),
	"email":     i18n.M("Una e-mail ordinaria prova quando è arrivata al server di posta. Non prova chi l’ha scritta: basta per aderire, non per firmare."),
	"pec":       i18n.M("La PEC prova chi l’ha spedita e quando è stata consegnata: giorno e ora valgono verso chiunque (CAD, art. 48)."),
	"fax":       i18n.M("Il fax prova che il foglio è arrivato; l’ora è quella stampata dall’apparecchio e dichiarata da chi lo registra. Non prova chi l’ha spedito. Fra pubbliche amministrazioni è escluso (CAD, art. 47)."),
	"desk":      i18n.M("Allo sportello l’operatore attesta chi ha visto e quando. La prova è la sua parola, con il foglio."),
	"post":      i18n.M("La posta prova il giorno del timbro; conta il giorno di arrivo, attestato dall’operatore."),
	"phone":     i18n.M("Al telefono l’operatore attesta che cosa gli è stato detto e riletto. Non c’è un foglio: la persona conferma dopo."),
	"videoDesk": i18n.M("In video l’operatore attesta chi ha visto e quando."),
	"door":      i18n.M("In sala l’operatore attesta la presenza con la firma sul foglio."),
}

func (p *sheetPage) proves(c pdz.Channel) string {
	if text, ok := proofTexts[c.Kind]; ok {
		return p.T(text)
	}
	return ""
}

// slotText names a place for a file: the form's own word, or that for a scan.
func (l *Layout) slotText(f pdz.Form, slot string) string {
	switch slot {
	case app.ScanSlot:
		return l.T("Scansione del foglio")
	case app.SecondScanSlot:
		return l.T("Scansione vista dal secondo addetto")
	}
	if label, _ := (asking{form: f}).named(slot); label != "" {
		return label
	}
	return slot
}

// judged writes a decision of a window, of a rule, or of the channel.
func (p *sheetPage) judged(j app.JudgedView, several bool) judgedView {
	v := judgedView{Rule: j.Rule, Result: j.Result, Counts: j.Counts, Reason: j.Decision.Reason, Tone: "bad"}
	if several {
		v.Version = p.T("versione %d della scheda", j.Version)
	}
	if w, ok := p.Proc.Window(j.Rule); ok {
		v.Rule, v.Result = cmp.Or(w.Title, w.ID), p.T(timelinessTexts[pdz.Timeliness(j.Result)])
		if j.Result == string(pdz.Timely) {
			v.Tone = "ok"
		}
		v.Reason = p.DateHour(j.At)
		if !j.Closes.IsZero() {
			v.Reason = p.T("arrivata %s, termine %s", p.DateHour(j.At), p.DateHour(j.Closes))
		}
		v.Cites = w.Wording
		return v
	}
	for _, rule := range p.Proc.Rules {
		if rule.ID == j.Rule {
			v.Rule = cmp.Or(rule.Label, rule.ID)
			v.Cites = citesText(p.Proc.Process, rule)
		}
	}
	if c, ok := p.Proc.Channel(j.Rule); ok {
		v.Rule = p.T("Canale: %s", p.channelName(c))
	}
	switch j.Result {
	case pdz.Pass:
		v.Result, v.Tone = p.T("sì"), "ok"
	case pdz.ToComplete:
		v.Result, v.Tone = p.T("da completare"), "warn"
	case pdz.Fail:
		v.Result = p.T("no")
	}
	return v
}

// timelinessTexts are the words for how an arrival stands to a window.
var timelinessTexts = map[pdz.Timeliness]string{pdz.Timely: i18n.M("in termini"), pdz.Late: i18n.M("fuori termine"), pdz.Early: i18n.M("prima dell’apertura"),
	pdz.Undecided: i18n.M("termine da fissare")}

// citesText is what a rule cites: the notice's own words, or a law.
func citesText(process *pdz.Process, rule pdz.Rule) string {
	var parts []string
	for _, c := range rule.Cites {
		switch {
		case c.Notice != "":
			parts = append(parts, "«"+c.Notice+"»")
		case c.Law != "":
			for _, l := range process.Law {
				if l.ID == c.Law {
					parts = append(parts, strings.TrimSpace(l.Text+" "+c.At))
				}
			}
		}
	}
	return strings.Join(parts, "; ")
}

// officeKinds are words for acts on a sheet beyond those that its owner sees.
var officeKinds = map[string]string{"riscontro": i18n.M("Riscontro del secondo addetto"), "esito": i18n.M("Decisione dell’ufficio"), "cancellazione": i18n.M("Cancellazione dei dati")}

func (l *Layout) officeKind(kind string) string {
	if text, ok := officeKinds[kind]; ok {
		return l.T(text)
	}
	return l.kindText(kind)
}

// byText says in what capacity somebody acted who has no name here.
func (l *Layout) byText(role app.Role) string {
	switch role {
	case app.Anonymous, app.LinkHolder, app.SignedIn, app.Delegate:
		return l.T("il soggetto")
	case app.HelpDesk:
		return l.T("sportello")
	case app.Officer, app.Head:
		return l.T("Ufficio di Piano")
	}
	return l.T("il programma")
}

// confirm offers the second officer's form where one is needed.
func (p *sheetPage) confirm(who app.Actor, problems pdz.Problems) {
	if !p.Sheet.Second {
		return
	}
	c := &confirmView{Href: p.here("/riscontro"), Own: p.Sheet.OwnSecond, Allowed: Office.takes(who) && !p.Sheet.OwnSecond, NeedsScan: p.Sheet.NeedsScan}
	for _, x := range p.Sheet.Intakes {
		if x.Waits {
			c.Claimed, c.Recorded, c.By = p.DateHour(x.ArrivedAt), p.DateHour(x.RecordedAt), x.Officer
			c.Gap = p.Countdown(x.RecordedAt.Sub(x.ArrivedAt))
		}
	}
	for _, x := range problems {
		view := problemView{Text: capital(p.intakeProblem(pdz.Form{}, x)), Href: "#riscontro"}
		if x.Field == app.SecondScanSlot {
			c.ScanError, view.Href = view.Text, "#"+elementID(app.SecondScanSlot)
		}
		p.Problems = append(p.Problems, view)
	}
	p.Confirm = c
}

// confirmIntake takes the second officer's word, with a scan where there is none.
func (s *Site) confirmIntake(w http.ResponseWriter, r *http.Request) error {
	v, err := s.sheetProcess(r)
	if err != nil {
		return err
	}
	if err := r.ParseMultipartForm(maxUpload); err != nil {
		return &malformedError{err}
	}
	code, who := r.PathValue("codice"), Who(r.Context())
	check := app.IntakeCheck{Note: r.PostForm.Get(app.FieldIntakeNote)}
	file, err := s.scanOf(r, app.SecondScanSlot)
	if err == nil {
		if file != nil {
			check.Files = []app.File{*file}
		}
		err = s.App.ConfirmIntake(r.Context(), who, v.AmbitoID, code, check, app.Arrival{ReceivedAt: ReceivedAt(r.Context())})
	}
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showSheet(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	l := s.officeLayout(r, v, "adesioni")
	return seeOther(w, r, l.OfficeHref("adesioni/"+code)+"#storia")
}

// sheetFile hands out an attachment, as a file to keep and never as a page: what
// somebody sent is not the site's own word (P14).
func (s *Site) sheetFile(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(r.PathValue("versione"))
	if err != nil {
		return app.ErrNotFound
	}
	file, content, err := s.App.SheetFile(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug, r.PathValue("codice"), version, r.PathValue("posto"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // fails only when the client went away
	return nil
}
