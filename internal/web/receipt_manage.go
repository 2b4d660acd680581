package web

import (
	"encoding/hex"
	"net/http"
	"slices"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// owner is an adhesion opened by its management link, or by who signed in.
type owner struct {
	*app.AdhesionReceipt
	who  app.Actor
	view *app.ProcessView
	form pdz.Form
}

// owner opens the adhesion in the address: by the key in it or, on the pages of who
// signed in, by who that is. A wrong key and an unknown code look the same.
func (s *Site) owner(r *http.Request) (*owner, error) {
	ambito, code := r.PathValue("ambito"), r.PathValue("codice")
	who, key := me(r), r.PathValue("chiave")
	if key != "" {
		var err error
		if who, err = s.App.Manage(ambito, code, key); err != nil {
			return nil, err
		}
	}
	rc, err := s.App.Receipt(r.Context(), who, ambito, code)
	if err != nil {
		return nil, err
	}
	view, err := s.App.Process(r.Context(), ambito, rc.Adhesion.Process)
	if err != nil {
		return nil, err
	}
	form, _ := view.Form(rc.Adhesion.Form)
	return &owner{rc, who, view, form}, nil
}

// ownHref is where the pages of the adhesion stand for who opened it. Who signed in
// is not given the link: it would still open when they act for the body no longer.
func (l *Layout) ownHref(o *owner) string {
	if o.who.Role == app.LinkHolder {
		return l.AmbitoHref("gestione/" + o.Adhesion.Code + "/" + o.ManageKey)
	}
	return l.Href(minePath + "/" + o.Adhesion.Ambito + "/adesioni/" + o.Adhesion.Code)
}

// managePage is the page of one's own adhesion: first what is to be done, then
// how it stands, then what was said, then what one may do.
type managePage struct {
	Layout
	Adhesion   app.AdhesionView
	Own, Link  string
	MailHref   string // the postbox, in the demo
	Receipt    receiptView
	Session    *ribbonSession // for a late sheet
	Next       []nextStep
	Versions   []versionView // newest first
	CanCorrect bool
	CanRetire  bool
	Closed     bool // the window has closed: only the office can withdraw
	Ribbon     ribbon
}

// versionView is one act on the adhesion with what it said.
type versionView struct {
	Number           int
	Kind             string
	Received, Reason string
	Leaf             int64
	Rows             []versionRow
	Compared         bool // there is an earlier version beside it
	Latest           bool
}

// versionRow is a question with the answers of this version and of the one before.
type versionRow struct {
	Label       string
	Now, Before []string
	Changed     bool
}

func (s *Site) manage(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	p, err := s.managePage(r, o)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "manage", p)
}

func (s *Site) managePage(r *http.Request, o *owner) (*managePage, error) {
	p := &managePage{Layout: s.layout(r, o.view), Adhesion: o.Adhesion}
	p.Private = true
	p.Title = p.T("La tua adesione")
	p.crumbs(Link{p.Title, ""})
	p.Own = p.ownHref(o)
	p.Link = s.absolute(p.Own)
	if s.Demo != nil {
		p.MailHref = p.Href("/demo/posta")
	}
	var err error
	if p.Receipt, err = s.receiptView(&p.Layout, o.AdhesionReceipt); err != nil {
		return nil, err
	}
	p.Ribbon = p.ribbon(o.form)
	if o.Adhesion.State == app.AdhesionLate {
		p.Session = p.ribbonSession()
	}
	p.Next = p.nextSteps(o.Adhesion)
	if len(p.Next) > 0 && !o.Adhesion.Confirmed {
		p.Next = p.Next[1:] // the first is the page's own first thing
	}
	p.Versions = versionViews(&p.Layout, o)
	p.allow(o)
	return p, nil
}

// allow says what the owner may still do.
func (p *managePage) allow(o *owner) {
	stands := o.Adhesion.State != app.AdhesionWithdrawn && o.Adhesion.State != app.AdhesionSuperseded
	part := o.view.Participation
	p.CanCorrect = stands && part.Correction && p.Ribbon.Takes()
	p.CanRetire = stands && part.Withdrawal && p.Ribbon.Open()
	p.Closed = stands && part.Withdrawal && !p.Ribbon.Open()
}

// StateText says in a sentence how the adhesion stands.
func (p *managePage) StateText() string {
	switch p.Adhesion.State {
	case app.AdhesionLate:
		return p.T("Registrata fuori termine: è agli atti, ma da sola non vale come adesione.")
	case app.AdhesionDuplicate:
		return p.T("In attesa: c’è già una scheda con lo stesso codice fiscale. Decide la conferma dell’indirizzo, oppure l’ufficio.")
	case app.AdhesionSuperseded:
		return p.T("Sostituita dalla scheda %s dello stesso soggetto.", p.Adhesion.ReplacedBy)
	case app.AdhesionWaiting:
		return p.T("In attesa: un secondo addetto deve confermare quando il foglio è arrivato. L’esito dipende da quell’ora e non cambia.")
	case app.AdhesionNotAdmitted:
		return p.T("Non ammessa. Resta agli atti e non vale come adesione.")
	case app.AdhesionWithdrawn:
		return p.T("Ritirata. Ciò che avevi scritto resta agli atti e non conta più.")
	}
	return p.T("In vigore.")
}

// Good reports whether the adhesion is in force.
func (p *managePage) Good() bool { return p.Adhesion.State == app.AdhesionActive }

// kindTexts are the words for the acts on an adhesion.
var kindTexts = map[string]string{
	"adesione": i18n.M("Adesione"), "modifica": i18n.M("Correzione"), kindWithdrawal: i18n.M("Ritiro"), "conferma": i18n.M("Conferma dell’indirizzo"),
}

// kindText names an act by its leaf word; a word that is not ours is shown as it is.
func (l *Layout) kindText(kind string) string {
	if text, ok := kindTexts[kind]; ok {
		return l.T(text)
	}
	return kind
}

func versionViews(l *Layout, o *owner) []versionView {
	var all []versionView
	for i, v := range o.Adhesion.Versions {
		view := versionView{Number: v.Version, Kind: l.kindText(v.Kind), Received: l.Instant(v.ReceivedAt.In(l.Proc.Zone)),
			Reason: v.Reason, Leaf: v.Index + 1, Latest: i == len(o.Adhesion.Versions)-1}
		if v.Kind != kindWithdrawal {
			view.Rows = versionRows(l, o, i)
			view.Compared = i > 0
		}
		all = append(all, view)
	}
	slices.Reverse(all)
	return all
}

// versionRows lists the answers of a version beside those of the one before.
func versionRows(l *Layout, o *owner, i int) []versionRow {
	now := l.asking(o.form, o.Adhesion.Versions[i].Answers, nil)
	before := l.asking(o.form, nil, nil)
	if i > 0 {
		before = l.asking(o.form, o.Adhesion.Versions[i-1].Answers, nil)
	}
	var rows []versionRow
	add := func(label string, a, b []string) {
		if len(a) > 0 || len(b) > 0 {
			rows = append(rows, versionRow{label, a, b, i > 0 && !slices.Equal(a, b)})
		}
	}
	for _, x := range o.form.Fields {
		add(x.Label, now.answerTexts(x), before.answerTexts(x))
	}
	for _, a := range o.form.Attachments {
		var b []string
		if i > 0 {
			b = fileNames(l, o.Adhesion.Versions[i-1].Files, a.ID)
		}
		add(a.Label, fileNames(l, o.Adhesion.Versions[i].Files, a.ID), b)
	}
	return rows
}

func fileNames(l *Layout, files []app.File, slot string) []string {
	var names []string
	for _, f := range files {
		if f.Slot == slot {
			names = append(names, f.Name+" ("+l.fileSize(f.Size)+", "+hex.EncodeToString(f.SHA256[:4])+"…)")
		}
	}
	return names
}

func (s *Site) startCorrection(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	d, err := s.App.StartCorrection(r.Context(), o.who, o.view.AmbitoID, o.Adhesion.Code)
	if err != nil {
		return err
	}
	l := s.layout(r, o.view)
	return seeOther(w, r, l.firstStepHref(d.Token, o.form))
}
