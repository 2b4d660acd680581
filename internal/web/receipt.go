package web

import (
	"encoding/hex"
	"net/http"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/internal/register"
)

// A receipt is shown in three places: in the answer to the post that was
// received, on the page of its owner, and to anyone who has its code, without
// personal data. The secret half of the owner's link is all that opens the
// second; nothing is changed by a GET, because mail scanners follow links (P7).

func receiptRoutes() []Route {
	const public = "/{ambito}/ricevuta/{codice}"
	const own = "/{ambito}/gestione/{codice}/{chiave}"
	return []Route{
		get(public, Public, (*Site).publicReceipt),
		get(public+"/prova", Public, (*Site).publicProof),
		get(own, LinkHolder, (*Site).manage),
		get(own+"/incontri.ics", LinkHolder, (*Site).joinedCalendar),
		get(own+"/ricevuta.json", LinkHolder, (*Site).receiptFile),
		get(own+"/ricevuta.tlog-proof", LinkHolder, (*Site).proofFile),
		get(own+"/dati.json", LinkHolder, (*Site).exportFile),
		post(own+"/correzione", LinkHolder, (*Site).startCorrection),
		get(own+"/ritiro", LinkHolder, (*Site).askWithdrawal),
		post(own+"/ritiro", LinkHolder, (*Site).withdraw),
		get("/{ambito}/conferma/{codice}/{chiave}", LinkHolder, (*Site).askConfirmation),
		post("/{ambito}/conferma/{codice}/{chiave}", LinkHolder, (*Site).confirm),
	}
}

func receiptPages() []PageType {
	return []PageType{
		{"receipt", &receiptPage{}},
		{"receipt-public", &publicReceiptPage{}},
		{"manage", &managePage{}},
		{"withdraw", &withdrawPage{}},
		{"confirm", &confirmPage{}},
	}
}

// receiptPage is the answer to an adhesion, a correction or a withdrawal.
type receiptPage struct {
	Layout
	Kind     string // leaf word of the act
	State    app.AdhesionState
	Replayed bool
	Seq      int
	Email    string
	Receipt  receiptView
	Late     *ribbonSession // what a late sheet can still do; nil when nothing
	IsLate   bool
	Next     []nextStep
	Own      string // address of the owner's pages
	Link     string // the same, in full; empty for who signed in and needs none
	Withdraw bool
}

// receiptView is the receipt itself, for partials/receipt.html.
type receiptView struct {
	Number, Party, Received, Registered string
	Reason                              string // of a correction or withdrawal; for its owner alone
	Closes, Verdict, Margin             string
	Timely                              bool
	Judged                              bool // a window was judged
	Tables                              []string
	Index, Size                         int64
	Fingerprint                         []string // of the leaf, in groups
	CheckCode                           string
	Code                                string
	QR                                  qrView
	PublicHref, PublicText              string // the text is for paper: host and path
}

// showReceipt answers with the receipt of the act just recorded.
func (s *Site) showReceipt(w http.ResponseWriter, r *http.Request, status int, view *app.ProcessView, rc *app.AdhesionReceipt) error {
	a := rc.Adhesion
	p := &receiptPage{Layout: s.layout(r, view), Kind: lastKind(a), State: a.State, Replayed: rc.Replayed, Seq: a.Seq, Email: a.Email}
	p.Private = true
	p.Current = p.ProcessHref("adesione")
	p.Own = p.AmbitoHref("gestione/" + a.Code + "/" + rc.ManageKey)
	p.Link = s.absolute(p.Own)
	if account := s.account(r); account != nil && s.App.Holds(r.Context(), account.Email, a.Ambito, a.Code) {
		p.Own, p.Link = p.Href(minePath+"/"+a.Ambito+"/adesioni/"+a.Code), ""
	}
	p.path = strings.TrimPrefix(p.Own, prefix(p.Lang)) // where "this page" leads once it has been answered
	p.Title = p.T("Ricevuta %s", a.Number)
	p.crumbs(Link{p.T("Scheda di adesione"), p.ProcessHref("adesione")}, Link{p.T("Ricevuta"), ""})
	var err error
	if p.Receipt, err = s.receiptView(&p.Layout, rc); err != nil {
		return err
	}
	p.IsLate = a.State == app.AdhesionLate
	if p.IsLate {
		p.Late = p.ribbonSession()
	}
	p.Withdraw = p.Kind == kindWithdrawal
	p.Next = p.nextSteps(a)
	w.Header().Set("Location", p.Own)
	return s.show(w, r, status, "receipt", p)
}

// Leaf words of what changes a sheet.
const (
	kindWithdrawal = "ritiro"
	kindCorrection = "modifica"
)

func lastKind(a app.AdhesionView) string {
	if len(a.Versions) == 0 {
		return ""
	}
	return a.Versions[len(a.Versions)-1].Kind
}

func (s *Site) receiptView(l *Layout, rc *app.AdhesionReceipt) (receiptView, error) {
	a := rc.Adhesion
	hash := register.LeafHash(rc.Proof.Proof.Leaf)
	v := receiptView{Number: a.Number, Party: a.PartyName, Index: a.Index + 1, Size: a.TreeSize, Code: a.Code,
		Fingerprint: inGroups(hex.EncodeToString(hash[:])), CheckCode: rc.Proof.CheckCode(),
		Received: l.Instant(a.ReceivedAt.In(l.Proc.Zone)), Registered: l.Instant(a.RegisteredAt.In(l.Proc.Zone))}
	v.judge(l, a.Verdict)
	if n := len(a.Versions); n > 0 {
		v.Reason = a.Versions[n-1].Reason
	}
	for _, id := range a.Tables {
		v.Tables = append(v.Tables, tableName(l, id))
	}
	v.PublicHref = l.AmbitoHref("ricevuta/" + a.Code)
	v.PublicText = s.BaseURL.Host + v.PublicHref
	var err error
	v.QR, err = drawQR(s.absolute(v.PublicHref) + "#" + v.CheckCode)
	return v, err
}

// judge writes the term and how the arrival stood to it.
func (v *receiptView) judge(l *Layout, verdict pdz.Verdict) {
	v.Timely = verdict.Timeliness == pdz.Timely
	v.Judged = verdict.Window != ""
	v.Verdict = l.timeliness(verdict)
	if !verdict.Closes.IsZero() {
		v.Closes = l.closing(verdict)
		v.Margin = l.margin(verdict)
	}
}

// timeliness names a verdict in two words.
func (l *Layout) timeliness(v pdz.Verdict) string {
	switch v.Timeliness {
	case pdz.Late:
		return l.T("fuori termine")
	case pdz.Early:
		return l.T("in anticipo")
	case pdz.Undecided:
		return l.T("il termine non è ancora fissato")
	}
	return l.T("nei termini")
}

// closing writes the term; a term that fills a day ends with its last millisecond.
func (l *Layout) closing(v pdz.Verdict) string {
	closes := v.Closes.In(l.Proc.Zone)
	if w, ok := l.Proc.Window(v.Window); ok && w.Closes.DateOnly {
		return l.T("%s, compreso tutto il giorno", l.Date(closes))
	}
	return l.DateHour(closes)
}

func (l *Layout) margin(v pdz.Verdict) string {
	if v.Margin < 0 {
		return l.T("%s rispetto al termine", l.Margin(v.Margin))
	}
	return l.Margin(v.Margin)
}

func tableName(l *Layout, id string) string {
	t, ok := l.Proc.Table(id)
	switch {
	case !ok:
		return id
	case t.Number > 0:
		return l.T("%d. %s", t.Number, t.Title)
	}
	return t.Title
}

// inGroups cuts a hexadecimal number in groups that eyes can compare.
func inGroups(s string) []string {
	const size = 4
	var groups []string
	for ; len(s) > size; s = s[size:] {
		groups = append(groups, s[:size])
	}
	return append(groups, s)
}

// absolute makes a full address of a path of this site.
func (s *Site) absolute(path string) string {
	return strings.TrimSuffix(s.BaseURL.String(), "/") + path
}
