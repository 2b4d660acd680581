package web

import (
	"errors"
	"net/http"

	"concerto/internal/app"
	"concerto/internal/i18n"
)

// Cookies hold a secret each and end with the browser. The first says who signed
// in; the second binds a sign-in link to the browser that asked for it.
const (
	sessionCookie = "concerto-sessione"
	browserCookie = "concerto-browser"
)

// cookieName gives a cookie the prefix with which browsers take it from this host
// alone and over TLS alone (RFC 6265bis, section 4.1.3.2). On plain http, which
// means this machine, they would refuse it.
func (s *Site) cookieName(name string) string {
	if s.BaseURL.Scheme == "https" {
		return "__Host-" + name
	}
	return name
}

// setCookie gives the browser a secret, or takes it away when value is empty.
// It stands in no script's reach and comes along with links from mail (Lax).
func (s *Site) setCookie(w http.ResponseWriter, name, value string) {
	c := &http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: s.BaseURL.Scheme == "https"}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// cookie returns the secret that a request presents, or "".
func (s *Site) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil || !app.GoodSecret(c.Value) {
		return ""
	}
	return c.Value
}

// identity is what the session cookie of one request stands for. It is asked once.
type identity struct {
	account *app.Account
	in      map[string][]app.Actor // capacities by Ambito
}

// identify is Config.Identify where nothing else was given.
func (s *Site) identify(r *http.Request) []app.Actor {
	account := s.account(r)
	if account == nil {
		return nil
	}
	return s.capacities(r, r.PathValue("ambito"))
}

// account returns the address that signed in, or nil.
func (s *Site) account(r *http.Request) *app.Account {
	n := note(r)
	if n.identity == nil {
		n.identity = &identity{in: map[string][]app.Actor{}}
		if secret := s.cookie(r, sessionCookie); secret != "" {
			account, err := s.App.Session(r.Context(), secret)
			if err != nil && !errors.Is(err, app.ErrNotFound) {
				s.Log.ErrorContext(r.Context(), "session", "error", err)
			}
			n.identity.account = account
		}
	}
	return n.identity.account
}

// capacities returns in what capacities who signed in may act in an Ambito.
func (s *Site) capacities(r *http.Request, ambito string) []app.Actor {
	account := s.account(r)
	if account == nil {
		return nil
	}
	known := note(r).identity.in
	if who, ok := known[ambito]; ok {
		return who
	}
	who, err := s.App.Capacities(r.Context(), account.Email, ambito)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "capacities", "error", err)
	}
	known[ambito] = who
	return who
}

// roleTexts name the capacities of who signed in.
var roleTexts = map[app.Role]string{
	app.Head:        i18n.M("responsabile dell’Ufficio di Piano"),
	app.Officer:     i18n.M("Ufficio di Piano"),
	app.HelpDesk:    i18n.M("sportello"),
	app.Facilitator: i18n.M("conduzione di un tavolo"),
	app.Governing:   i18n.M("Coordinamento istituzionale"),
	app.Union:       i18n.M("organizzazione sindacale"),
	app.Auditor:     i18n.M("revisione, sola lettura"),
	app.Delegate:    i18n.M("adesione"),
	app.Operator:    i18n.M("gestione del sistema"),
	app.SignedIn:    i18n.M("nessun ruolo"),
}

// roleText names a capacity.
func (l *Layout) roleText(role app.Role) string { return l.T(roleTexts[role]) }

// accountView is who signed in, as the header shows it. Role is empty for who has none.
type accountView struct{ Name, Role string }

// accountView returns who signed in; nil for who did not, and on pages that are
// kept for everybody.
func (s *Site) accountView(r *http.Request, l *Layout) *accountView {
	if !note(r).minute.IsZero() {
		return nil
	}
	capacities := s.Identify(r)
	if len(capacities) == 0 {
		return nil
	}
	if r.PathValue("ambito") == "" && s.account(r) != nil {
		if house := s.house(r); house != nil {
			capacities = append(s.capacities(r, house.AmbitoID), capacities...)
		}
	}
	who := capacities[0]
	if asked := Who(r.Context()); asked.Email != "" && asked.Role != app.SignedIn {
		who = asked
	}
	name := who.Name
	if name == "" {
		name = who.Email
	}
	v := &accountView{Name: name}
	if who.Role != app.SignedIn {
		v.Role = l.roleText(who.Role)
	}
	return v
}

// house returns the newest process of the Ambito in the address, or of the only one
// there is: pages of no Ambito then carry its name. Nil among several.
func (s *Site) house(r *http.Request) *app.ProcessView {
	ambito := r.PathValue("ambito")
	if ambito == "" {
		ambiti, err := s.App.Ambiti(r.Context())
		if err != nil || len(ambiti) != 1 {
			return nil
		}
		ambito = ambiti[0].ID
	}
	views, err := s.App.Processes(r.Context(), ambito)
	if err != nil || len(views) == 0 {
		return nil
	}
	return &views[0]
}

// doorLayout begins the layout of a page about signing in.
func (s *Site) doorLayout(r *http.Request, title string) Layout {
	l := s.layout(r, s.house(r))
	l.Title, l.Private = l.T(title), true
	l.Crumbs = []Link{{Text: l.Title}}
	return l
}
