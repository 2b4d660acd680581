package web

import (
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// withdrawPage asks before an adhesion is taken back.
type withdrawPage struct {
	Layout
	Number, Party string
	Own           string
	Key           string // makes the same click twice one act
	Reason        string
	Problem       string
	Allowed       bool
}

func (s *Site) askWithdrawal(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	p, err := s.withdrawPage(r, o)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "withdraw", p)
}

func (s *Site) withdrawPage(r *http.Request, o *owner) (*withdrawPage, error) {
	var key [16]byte
	if _, err := io.ReadFull(s.Rand, key[:]); err != nil {
		return nil, err
	}
	p := &withdrawPage{Layout: s.layout(r, o.view), Number: o.Adhesion.Number, Party: o.Adhesion.PartyName, Key: hex.EncodeToString(key[:])}
	p.Private = true
	p.Title = p.T("Ritira l’adesione")
	p.Own = p.ownHref(o)
	p.crumbs(Link{p.T("La tua adesione"), p.Own}, Link{p.Title, ""})
	m := managePage{Layout: p.Layout, Ribbon: p.ribbon(o.form)}
	m.allow(o)
	p.Allowed = m.CanRetire
	return p, nil
}

func (s *Site) withdraw(w http.ResponseWriter, r *http.Request) error {
	o, err := s.owner(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	reason, key := r.PostForm.Get("motivo"), r.PostForm.Get("chiave")
	if len(key) != 32 || strings.Trim(key, "0123456789abcdef") != "" {
		return errMalformed
	}
	at := s.arrival(r, o.view.Process, &filling{form: o.form})
	rc, err := s.App.Withdraw(r.Context(), o.who, o.view.AmbitoID, o.Adhesion.Code, "ritiro-"+key, reason, at)
	var problems pdz.Problems
	if errors.As(err, &problems) {
		p, err := s.withdrawPage(r, o)
		if err != nil {
			return err
		}
		p.Key, p.Reason = key, reason
		p.Problem = p.asking(o.form, nil, nil).problemText(problems[0])
		return s.show(w, r, http.StatusUnprocessableEntity, "withdraw", p)
	}
	if err != nil {
		return err
	}
	if o.who.Role != app.LinkHolder {
		l := s.layout(r, o.view)
		return seeOther(w, r, l.ownHref(o))
	}
	return s.showReceipt(w, r, http.StatusCreated, o.view, rc)
}

// confirmPage asks for the click that confirms an address, and thanks for it.
type confirmPage struct {
	Layout
	Number, Party, Email string
	Done                 bool
	State                app.AdhesionState
}

func (s *Site) askConfirmation(w http.ResponseWriter, r *http.Request) error {
	a, err := s.App.CanConfirm(r.Context(), r.PathValue("ambito"), r.PathValue("codice"), r.PathValue("chiave"))
	if err != nil {
		return err
	}
	return s.showConfirmation(w, r, a, false)
}

func (s *Site) confirm(w http.ResponseWriter, r *http.Request) error {
	ambito, code := r.PathValue("ambito"), r.PathValue("codice")
	a, err := s.App.ConfirmAddress(r.Context(), ambito, code, r.PathValue("chiave"), app.Arrival{ReceivedAt: ReceivedAt(r.Context())})
	if err != nil {
		return err
	}
	return s.showConfirmation(w, r, a, true)
}

func (s *Site) showConfirmation(w http.ResponseWriter, r *http.Request, a *app.AdhesionView, done bool) error {
	view, err := s.App.Process(r.Context(), a.Ambito, a.Process)
	if err != nil {
		return err
	}
	p := &confirmPage{Layout: s.layout(r, view), Number: a.Number, Party: a.PartyName, Email: a.Email, Done: done || a.Confirmed, State: a.State}
	p.Private = true
	p.Title = p.T("Conferma l’indirizzo")
	p.crumbs(Link{p.Title, ""})
	return s.show(w, r, http.StatusOK, "confirm", p)
}
