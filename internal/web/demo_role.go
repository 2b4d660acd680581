package web

import (
	"context"
	"net/http"

	"concerto/internal/app"
	"concerto/internal/i18n"
)

// DemoRoles lets a visitor of the demo enter as somebody with one click.
type DemoRoles interface {
	Roles() []DemoRole
	// Enter signs a visitor in, or returns app.ErrNotFound.
	Enter(ctx context.Context, token string) (app.Session, error)
}

// DemoRole is an invented person whom a visitor can be.
type DemoRole struct {
	Token string // what the form posts
	Name  string // empty for somebody with no name
	Body  string // whom they act for, or empty
	Role  app.Role
}

// demoRolePage offers the roles.
type demoRolePage struct {
	Layout
	Roles []demoRoleView
}

type demoRoleView struct {
	DemoRole
	Title, Sentence string
}

// demoTitles are the words by which somebody new to all this knows a role.
var demoTitles = map[app.Role]string{
	app.Head:        i18n.M("Responsabile dell’Ufficio di Piano"),
	app.Officer:     i18n.M("Istruttore dell’Ufficio di Piano"),
	app.HelpDesk:    i18n.M("Operatore dello sportello"),
	app.Delegate:    i18n.M("Delegato di un ente"),
	app.Facilitator: i18n.M("Facilitatore di un tavolo"),
	app.Governing:   i18n.M("Sindaco"),
	app.Union:       i18n.M("Delegato sindacale"),
	app.Auditor:     i18n.M("Revisore"),
	app.Operator:    i18n.M("Gestore del sistema"),
	app.SignedIn:    i18n.M("Un cittadino senza ruolo"),
}

// demoRoles shows whom one can be, each with a line on what they see.
func (s *Site) demoRoles(w http.ResponseWriter, r *http.Request) error {
	if s.DemoRoles == nil {
		return app.ErrNotFound
	}
	p := &demoRolePage{Layout: s.doorLayout(r, i18n.M("Entra come…"))}
	for _, x := range s.DemoRoles.Roles() {
		p.Roles = append(p.Roles, demoRoleView{x, p.T(demoTitles[x.Role]), p.T(roleSentences[x.Role])})
	}
	return s.show(w, r, http.StatusOK, "demo-role", p)
}

func (s *Site) enterDemoRole(w http.ResponseWriter, r *http.Request) error {
	if s.DemoRoles == nil {
		return app.ErrNotFound
	}
	session, err := s.DemoRoles.Enter(r.Context(), r.PostFormValue("ruolo"))
	if err != nil {
		return err
	}
	if err := s.openDoor(w, r, session); err != nil {
		return err
	}
	return s.enter(w, r, backTo(r.PostFormValue("torna")))
}
