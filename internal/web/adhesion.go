package web

import (
	"errors"
	"net/http"
	"slices"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// The adhesion is a form of steps, each a page and a post. What is typed goes
// into a draft at every post, good or not, so that nothing is lost and the last
// click carries nothing but itself: its instant is the one a term judges.
// Every page is made from the definition; no field of any notice is known here.

func adhesionRoutes() []Route {
	const p = "/{ambito}/percorsi/{percorso}/adesione"
	const draft = p + "/{bozza}"
	return []Route{
		get(p, Public, page((*Site).adhesionInfo)),
		post(p, Public, (*Site).startDraft),
		get(draft, LinkHolder, (*Site).resumeDraft),
		get(draft+"/"+slugSaved, LinkHolder, (*Site).savedDraft),
		get(draft+"/{passo}", LinkHolder, (*Site).draftStep),
		post(draft+"/{passo}", LinkHolder, (*Site).saveStep),
		{Method: http.MethodPost, Pattern: draft + "/allegati/{posto}", Rule: LinkHolder, Handler: (*Site).attach,
			Body: maxUpload, Stream: true},
		post(draft+"/allegati/{posto}/rimozione", LinkHolder, (*Site).detach),
		{Method: http.MethodPost, Pattern: draft + "/" + slugSend, Rule: LinkHolder, Handler: (*Site).submitDraft, Body: maxClick},
	}
}

func adhesionPages() []PageType {
	return []PageType{
		{"adhesion", &adhesionPage{}},
		{"adhesion-step", &stepPage{}},
		{"adhesion-summary", &summaryPage{}},
		{"adhesion-saved", &savedPage{}},
		{"adhesion-gone", &gonePage{}},
	}
}

// maxClick bounds the last click: it carries the declarations and nothing else.
const maxClick = 16 << 10

// Addresses of the steps of a draft.
const (
	slugSummary = "riepilogo"
	slugSaved   = "salvata"
	slugSend    = "invio"
)

var stepSlugs = map[string]string{pdz.StepWho: "chi", pdz.StepContact: "referente", pdz.StepTables: "tavoli"}

// formStep is a step of a form with its place among the pages: the sheet of
// information is the first, the summary the last.
type formStep struct {
	ID, Slug, Title string
	Number          int
	Fields          []pdz.Field
}

// formSteps returns the steps that ask for something.
func (l *Layout) formSteps(f pdz.Form) []formStep {
	titles := map[string]string{pdz.StepWho: l.T("Chi aderisce"), pdz.StepContact: l.T("Referente"), pdz.StepTables: l.T("Tavoli")}
	var steps []formStep
	for i, s := range f.Steps() {
		steps = append(steps, formStep{ID: s.ID, Slug: stepSlugs[s.ID], Title: titles[s.ID], Number: i + 2, Fields: s.Fields})
	}
	return steps
}

// stepLink is a step in the bar at the top of the form.
type stepLink struct {
	Number        int
	Title         string
	Done, Current bool
}

// stepBar lists all pages of the form, the one shown alight and those before it done.
func (l *Layout) stepBar(steps []formStep, current int) []stepLink {
	bar := []stepLink{{Number: 1, Title: l.T("Informativa")}}
	for _, s := range steps {
		bar = append(bar, stepLink{Number: s.Number, Title: s.Title})
	}
	bar = append(bar, stepLink{Number: len(steps) + 2, Title: l.T("Riepilogo")})
	for i := range bar {
		bar[i].Done, bar[i].Current = bar[i].Number < current, bar[i].Number == current
	}
	return bar
}

// adhesionForms returns the forms by which one adheres on the web.
func adhesionForms(p *pdz.Process) []pdz.Form {
	var forms []pdz.Form
	for _, f := range p.Forms {
		if _, ok := webChannel(p, f); ok && f.Purpose == "adhesion" {
			forms = append(forms, f)
		}
	}
	return forms
}

// webChannel returns the channel by which the form comes in from this site.
func webChannel(p *pdz.Process, f pdz.Form) (pdz.Channel, bool) {
	i := slices.IndexFunc(p.Channels, func(c pdz.Channel) bool { return c.Kind == "web" && slices.Contains(f.Channels, c.ID) })
	if i < 0 {
		return pdz.Channel{}, false
	}
	return p.Channels[i], true
}

// filling is a draft being filled in, with what its pages need to know.
type filling struct {
	*app.Draft
	view *app.ProcessView
	form pdz.Form
	who  app.Actor // somebody of the desk, for a draft filled in with a person (question_assist.go)
}

// fill finds the draft in the address. A draft opens only under the process it
// was begun in.
func (s *Site) fill(r *http.Request) (*filling, error) {
	view, err := s.processOf(r)
	if err != nil {
		return nil, err
	}
	d, err := s.App.Draft(r.Context(), r.PathValue("ambito"), r.PathValue("bozza"))
	if err != nil {
		return nil, err
	}
	form, ok := view.Form(d.Form)
	if !ok || d.Process != view.Slug {
		return nil, app.ErrNotFound
	}
	who, err := s.assisting(r, d)
	return &filling{d, view, form, who}, err
}

// draftPage is what all pages of a draft show.
type draftPage struct {
	Layout
	Ribbon     ribbon
	Steps      []stepLink
	Number     int
	Total      int
	StepTitle  string
	Heading    string // title of the form
	Correcting bool
	Assisted   string // where the person is with whom the desk fills it in
	Token      string
	Errors     []problemView
	Expires    string // until when the draft lives
	BackHref   string
	form       []formStep
}

// DraftHref returns an address inside the draft; "" is the draft itself.
func (p *draftPage) DraftHref(rest string) string {
	if rest != "" {
		rest = "/" + rest
	}
	return p.ProcessHref("adesione/" + p.Token + rest)
}

// draftPage begins a page of a draft.
func (s *Site) draftPage(r *http.Request, f *filling) draftPage {
	p := draftPage{Layout: s.layout(r, f.view), Token: f.Token, Heading: f.form.Title, Correcting: f.Corrects != ""}
	p.Private = true
	p.Current = p.ProcessHref("adesione")
	if c, ok := f.view.Channel(f.Channel); ok {
		p.Assisted = p.assistedBy(c)
	}
	p.form = p.formSteps(f.form)
	p.Total = len(p.form) + 2
	p.Ribbon = p.ribbon(f.form)
	p.Expires = p.DateHour(f.ExpiresAt.In(f.view.Zone))
	p.crumbs(Link{f.form.Title, ""})
	return p
}

// at places the page among the steps.
func (p *draftPage) at(number int, title string) {
	p.Number, p.StepTitle = number, title
	p.Steps = p.stepBar(p.form, number)
	p.Title = p.T("Passo %d di %d. %s", number, p.Total, title)
	p.BackHref = p.ProcessHref("adesione")
	for _, s := range p.form {
		if s.Number == number-1 {
			p.BackHref = p.DraftHref(s.Slug)
		}
	}
}

// gonePage says that a draft cannot be opened any more, and why that may be.
type gonePage struct{ Layout }

// draftGone answers for a draft that is not there; other errors pass.
func (s *Site) draftGone(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, app.ErrNotFound) {
		return err
	}
	view, err := s.processOf(r)
	if err != nil {
		return err
	}
	p := &gonePage{s.layout(r, view)}
	p.Private = true
	p.Title = p.T("Questa bozza non c’è più")
	p.crumbs(Link{p.Title, ""})
	return s.show(w, r, http.StatusNotFound, "adhesion-gone", p)
}
