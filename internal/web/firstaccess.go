package web

import (
	"errors"
	"net/http"

	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// The first operator enters by a link that the program printed on its terminal.

// firstAccessPage asks the first operator of an instance for their address.
type firstAccessPage struct {
	Layout
	Action string
	Email  fieldView
	Errors []problemView
}

func (s *Site) firstAccess(w http.ResponseWriter, r *http.Request) error {
	if err := s.App.CheckFirstAccess(r.PathValue("segreto")); err != nil {
		return err
	}
	return s.showFirstAccess(w, r, http.StatusOK, "", nil)
}

func (s *Site) showFirstAccess(w http.ResponseWriter, r *http.Request, status int, email string, problems pdz.Problems) error {
	p := &firstAccessPage{Layout: s.doorLayout(r, i18n.M("Chi gestisce il sistema"))}
	p.Action = p.Href(p.Path())
	p.Email, p.Errors = p.emailField(email, problems)
	return s.show(w, r, status, "firstaccess", p)
}

func (s *Site) takeFirstAccess(w http.ResponseWriter, r *http.Request) error {
	email := r.PostFormValue("email")
	session, err := s.App.TakeFirstAccess(r.Context(), r.PathValue("segreto"), email)
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showFirstAccess(w, r, http.StatusUnprocessableEntity, email, problems)
	}
	if err != nil {
		return err
	}
	if err := s.openDoor(w, r, session); err != nil {
		return err
	}
	return s.enter(w, r, "")
}
