package web

import (
	"encoding/hex"
	"net/http"

	"concerto/internal/app"
	"concerto/internal/register"
)

// publicReceiptPage is what anyone with the code of a receipt may see.
type publicReceiptPage struct {
	Layout
	Receipt   app.PublicReceipt
	Kind      string
	State     string
	Good      bool
	View      receiptView
	ProofHref string
}

func (s *Site) publicReceipt(w http.ResponseWriter, r *http.Request) error {
	rc, view, err := s.openPublic(r)
	if err != nil {
		return err
	}
	p := &publicReceiptPage{Layout: s.layout(r, view), Receipt: *rc}
	p.Private = true // has a code in its address: nothing to index or to rate
	p.Title = p.T("Ricevuta %s", rc.Number)
	p.crumbs(Link{p.Title, ""})
	p.Kind = p.kindText(rc.Kind)
	p.State, p.Good = p.publicState(rc.State)
	hash, err := register.ParseProof(rc.Proof)
	if err != nil {
		return err
	}
	leaf := register.LeafHash(hash.Leaf)
	p.View = receiptView{Number: rc.Number, Index: rc.Index + 1, Size: rc.TreeSize, CheckCode: rc.CheckCode, Code: rc.Code,
		Fingerprint: inGroups(hex.EncodeToString(leaf[:])), Received: p.Instant(rc.ReceivedAt.In(view.Zone)), Registered: p.Instant(rc.RegisteredAt.In(view.Zone))}
	p.View.judge(&p.Layout, rc.Verdict)
	p.ProofHref = p.AmbitoHref("ricevuta/" + rc.Code + "/prova")
	return s.show(w, r, http.StatusOK, "receipt-public", p)
}

// publicState says how the adhesion stands without saying whose it is.
func (l *Layout) publicState(state app.AdhesionState) (text string, good bool) {
	switch state {
	case app.AdhesionLate:
		return l.T("registrata fuori termine"), false
	case app.AdhesionDuplicate:
		return l.T("in attesa di conferma"), false
	case app.AdhesionWaiting:
		return l.T("in attesa del riscontro di un secondo addetto"), false
	case app.AdhesionNotAdmitted:
		return l.T("registrata, non ammessa"), false
	case app.AdhesionSuperseded:
		return l.T("sostituita da un’altra scheda"), false
	case app.AdhesionWithdrawn:
		return l.T("ritirata"), false
	}
	return l.T("in vigore"), true
}

func (s *Site) openPublic(r *http.Request) (*app.PublicReceipt, *app.ProcessView, error) {
	rc, err := s.App.PublicReceipt(r.Context(), r.PathValue("ambito"), r.PathValue("codice"))
	if err != nil {
		return nil, nil, err
	}
	view, err := s.App.Process(r.Context(), rc.Ambito, rc.Process)
	return rc, view, err
}

func (s *Site) publicProof(w http.ResponseWriter, r *http.Request) error {
	rc, _, err := s.openPublic(r)
	if err != nil {
		return err
	}
	return sendFile(w, "ricevuta-"+rc.Number+".tlog-proof", "text/plain; charset=utf-8", rc.Proof)
}
