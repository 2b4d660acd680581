package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// The notice and its amendments, for the head of the office: the versions there
// are, a form for the commonest amendment, the longer term, and a place for a file
// that amends anything else. Both lead to the same preview: what would change, for
// whom, before the one button that publishes.

const (
	amendPath     = officeProcess + "/avviso"
	maxAmendment  = 2 << 20 // of a posted amendment; the reader takes 1 MiB
	fieldAmending = "testo" // the amendment file, as text
	fieldFile     = "file"  // the same, uploaded
)

func amendRoutes() []Route {
	const p = "/{ambito}/percorsi/{percorso}"
	preview := post(amendPath+"/anteprima", HeadOnly, (*Site).previewAmendment)
	publish := post(amendPath, HeadOnly, (*Site).publishAmendment)
	preview.Body, publish.Body = maxAmendment, maxAmendment
	return []Route{
		get(amendPath, HeadOnly, (*Site).amending),
		preview, publish,
		get(p+"/rettifiche", Public, page((*Site).amendments)),
		get(p+"/definizione/{versione}", Public, page((*Site).definitionVersion, "blocco")),
	}
}

func amendPages() []PageType {
	return []PageType{{"amend", &amendPage{}}, {"amendments", &amendmentsPage{}}}
}

// amendPage is the notice as the head of the office keeps it.
type amendPage struct {
	Layout
	Own      string
	Versions []noticeVersion
	Fields   []fieldView // of an extension
	Text     string      // of an amendment file
	Open     bool        // the file is shown
	Errors   []problemView
	Findings []findingView
	Preview  *amendmentPreview
	Done     string
}

// noticeVersion is a version of the definition in the list.
type noticeVersion struct {
	Number                     int
	When, Hash, Act, Href, Why string
	Leaf                       int64
	InForce                    bool
}

// findingView is what is wrong with an amendment file, at its place.
type findingView struct {
	Line, Column int
	Text         string // in words; empty where there is only the reader's own message
	Message      string // of the reader, which knows the value
	Blocks       bool
}

func (s *Site) amending(w http.ResponseWriter, r *http.Request) error {
	p, err := s.amendPage(r, map[string]string{}, nil)
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("versione")); err == nil && n == p.Proc.Version {
		p.Done = p.T("La versione %d è pubblicata ed è in vigore.", n)
	}
	return s.show(w, r, http.StatusOK, "amend", p)
}

// amendPage draws the page with what was typed and what is wrong with it.
func (s *Site) amendPage(r *http.Request, typed map[string]string, problems pdz.Problems) (*amendPage, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	p := &amendPage{Layout: s.officeLayout(r, v, "rettifiche"), Text: typed[fieldAmending]}
	p.Title = p.T("Avviso e rettifiche")
	p.Own = p.Href(p.fill(amendPath))
	p.Crumbs = []Link{{Text: p.Title}}
	versions, err := s.App.Versions(r.Context(), v.AmbitoID, v.Slug)
	if err != nil {
		return nil, err
	}
	for _, x := range versions {
		p.Versions = append(p.Versions, p.noticeVersion(x))
	}
	p.fields(typed, problems)
	return p, nil
}

func (p *amendPage) noticeVersion(x app.VersionView) noticeVersion {
	row := noticeVersion{Number: x.Number, When: p.DateHour(x.PublishedAt), Hash: x.Hash, Leaf: x.Index + 1, InForce: x.InForce,
		Act: p.T("avviso"), Href: p.ProcessHref("definizione/" + strconv.Itoa(x.Number))}
	for _, a := range p.Proc.Amendments {
		if a.Version == x.Number {
			row.Act, row.Why = p.amendingAct(a), a.Reason
		}
	}
	return row
}

func (p *amendPage) fields(typed map[string]string, problems pdz.Problems) {
	text := func(id, label, help, width string) fieldView {
		return fieldView{Printer: p.Printer, ID: id, Label: label, Help: help, Control: controlText, Input: "text", Width: width,
			Value: typed[id], Complete: "off"}
	}
	window := fieldView{Printer: p.Printer, ID: app.FieldWindow, Label: p.T("Termine da prorogare"), Control: controlSelect, Prompt: p.T("Scegli")}
	for _, x := range p.Proc.Windows {
		if x.Closes.Known && !x.Endless {
			label := p.T("%s: chiude %s", x.Title, p.moment(x.Closes))
			window.Options = append(window.Options, optionView{ID: x.ID, Label: label, Checked: typed[app.FieldWindow] == x.ID})
		}
	}
	reason := text(app.FieldReason, p.T("Perché"), p.T("Si legge nella pagina delle rettifiche e nei messaggi."), "")
	reason.Control = controlArea
	wording := text(app.FieldWording, p.T("Come lo dice l’avviso"), p.T("Solo dove l’avviso scrive il termine con parole sue. Vuoto: entro e non oltre le ore … del …"), "")
	wording.Optional = true
	p.Fields = []fieldView{window,
		text(app.FieldClosingDay, p.T("Nuovo termine: giorno"), p.T("Giorno/mese/anno, per esempio 19/10/2013"), "ps-w-mid"),
		text(app.FieldClosing, p.T("Nuovo termine: ora"), p.T("Per esempio 12:00: le 12:00:00 sono ancora nel termine"), "ps-w-mid"),
		text(app.FieldActNumber, p.T("Numero dell’atto"), p.T("Dell’atto che dispone la proroga: %s.", p.wantedAct()), "ps-w-mid"),
		text(app.FieldActDate, p.T("Data dell’atto"), p.T("Giorno/mese/anno"), "ps-w-mid"), reason, wording}
	var each []*fieldView
	for i := range p.Fields {
		each = append(each, &p.Fields[i])
	}
	p.Errors = p.fieldProblems(problems, each...)
}

// previewAmendment shows what an amendment would do. It comes from the form of an
// extension, or as a file that was pasted or uploaded.
func (s *Site) previewAmendment(w http.ResponseWriter, r *http.Request) error {
	typed, err := amendmentForm(r)
	if err != nil {
		return err
	}
	file := []byte(typed[fieldAmending])
	if len(file) == 0 && !typedFile(r) {
		file, err = s.extensionFile(r, typed)
	}
	if err == nil {
		return s.showPreview(w, r, typed, file)
	}
	return s.amendmentRefused(w, r, typed, err)
}

// typedFile reports whether the form was that of a file, even of an empty one.
func typedFile(r *http.Request) bool { return r.MultipartForm != nil }

func (s *Site) showPreview(w http.ResponseWriter, r *http.Request, typed map[string]string, file []byte) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	preview, err := s.App.PreviewAmendment(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug, file, ReceivedAt(r.Context()))
	if err != nil {
		typed[fieldAmending] = string(file)
		return s.amendmentRefused(w, r, typed, err)
	}
	p, err := s.amendPage(r, typed, nil)
	if err != nil {
		return err
	}
	p.Crumbs = []Link{{p.Title, p.Own}, {Text: p.T("Anteprima")}}
	p.Title = p.T("Che cosa cambia con questa rettifica")
	p.Preview = p.previewOf(preview, string(file))
	p.Findings = p.findingViews(preview.Warnings)
	return s.show(w, r, http.StatusOK, "amend", p)
}

func (s *Site) publishAmendment(w http.ResponseWriter, r *http.Request) error {
	typed, err := amendmentForm(r)
	if err != nil {
		return err
	}
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	a, err := s.App.Amend(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug, []byte(typed[fieldAmending]), ReceivedAt(r.Context()))
	if err != nil {
		return s.amendmentRefused(w, r, typed, err)
	}
	l := s.officeLayout(r, v, "rettifiche")
	return seeOther(w, r, l.Href(l.fill(amendPath))+"?versione="+strconv.Itoa(a.Version))
}

// amendmentRefused tells problems beside the fields, and findings at their places.
func (s *Site) amendmentRefused(w http.ResponseWriter, r *http.Request, typed map[string]string, err error) error {
	var problems pdz.Problems
	var found app.AmendmentFindings
	if !errors.As(err, &problems) && !errors.As(err, &found) {
		return err
	}
	p, err := s.amendPage(r, typed, problems)
	if err != nil {
		return err
	}
	p.Open = len(found) > 0
	p.Findings = p.findingViews(found)
	return s.show(w, r, http.StatusUnprocessableEntity, "amend", p)
}

// amendmentForm reads what was posted. A file that was chosen goes before what
// stands in the box; line ends are those of a file.
func amendmentForm(r *http.Request) (map[string]string, error) {
	if err := r.ParseMultipartForm(maxAmendment); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, &malformedError{err}
	}
	typed := map[string]string{}
	for _, id := range []string{app.FieldWindow, app.FieldClosingDay, app.FieldClosing, app.FieldActNumber, app.FieldActDate, app.FieldReason,
		app.FieldWording, fieldAmending} {
		typed[id] = r.PostFormValue(id)
	}
	typed[fieldAmending] = unixLines(typed[fieldAmending])
	f, _, err := r.FormFile(fieldFile)
	if err != nil {
		return typed, nil // none was chosen
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if len(content) > 0 {
		typed[fieldAmending] = unixLines(string(content))
	}
	return typed, err
}

func unixLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// extensionFile writes the amendment file from the form. Of an hour that the clocks
// show twice a closing is the second.
func (s *Site) extensionFile(r *http.Request, typed map[string]string) ([]byte, error) {
	v, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	e := app.Extension{Window: typed[app.FieldWindow], Number: typed[app.FieldActNumber], Reason: typed[app.FieldReason], Wording: typed[app.FieldWording]}
	e.Closes, e.Typed = app.ReadInstant(v.Process, app.TypedInstant{Day: typed[app.FieldClosingDay], Hour: typed[app.FieldClosing], Which: "second"},
		app.FieldClosingDay, app.FieldClosing)
	var problem *pdz.Problem
	if e.Date, problem = pdz.ParseItalianDate(typed[app.FieldActDate], pdz.Date{}); problem != nil {
		e.Typed.Add(app.FieldActDate, problem.Code, problem.Args...)
	}
	return s.App.ExtensionFile(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug, e, ReceivedAt(r.Context()))
}

// findingTexts say in Italian what the reader's codes of an amendment mean; its
// message, which quotes the values, stands beside.
var findingTexts = map[string]string{
	"amendment-stale":      i18n.M("La definizione in vigore non dice quello che la rettifica scrive come vecchio valore."),
	"amendment-path":       i18n.M("Nella definizione in vigore questo punto non c’è, o c’è già."),
	"amendment-kind":       i18n.M("Il file non è una rettifica."),
	"amends-invalid":       i18n.M("Il numero della nuova versione non è quello che segue."),
	"amendment-fixed":      i18n.M("Questo non può cambiare: si annulla l’avviso e si ricomincia."),
	"amendment-held":       i18n.M("L’incontro è già cominciato: resta com’era."),
	"amendment-closed":     i18n.M("Il termine è già scaduto: si può solo prorogare, con type: extension, a un istante successivo."),
	"amendment-extension":  i18n.M("Una proroga sposta il termine in avanti."),
	"amendment-criteria":   i18n.M("È già arrivata una proposta: i criteri non cambiano più."),
	"amendment-correction": i18n.M("Una correzione tocca solo le parole: per il resto serve l’atto."),
	"amendment-wording":    i18n.M("Le parole dell’avviso direbbero ancora il vecchio termine: scrivi le nuove in wording."),
	"amendment-blank":      i18n.M("È un dato che l’avviso lasciava da completare: non serve una rettifica."),
	"amendment-in-use":     i18n.M("Qualcosa di già ricevuto lo nomina: non si può togliere."),
	"amendment-id-used":    i18n.M("Questo identificativo era di un’altra cosa: non si usa due volte."),
	"amendment-act":        i18n.M("L’atto non è quello con cui l’avviso si modifica."),
	"amendment-effective":  i18n.M("L’effetto è nel futuro: la rettifica si pubblica quando ha effetto."),
	"amendment-differs":    i18n.M("Il risultato non è il file della nuova versione."),
}

func (l *Layout) findingViews(found app.AmendmentFindings) []findingView {
	var out []findingView
	for _, f := range found {
		v := findingView{Line: f.Line, Column: f.Column, Message: f.Message, Blocks: f.Blocks}
		if text, ok := findingTexts[f.Code]; ok {
			v.Text = l.T(text)
		}
		out = append(out, v)
	}
	return out
}
