package web

import (
	"errors"
	"net/http"
	"net/url"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Signing in takes an address, a mail and a button. The link in the mail opens a
// page and nothing more, because scanners of mail follow links; the button on it
// is what enters, once, in the browser that asked (P7).

func signInRoutes() []Route {
	return []Route{
		get("/accedi", Public, (*Site).signIn),
		post("/accedi", Public, (*Site).askLink),
		get("/accedi/{segreto}", LinkHolder, (*Site).openLink),
		post("/accedi/{segreto}", LinkHolder, (*Site).useLink),
		get("/accesso", SignedIn, (*Site).access),
		post("/uscita", Public, (*Site).signOut),
		get("/primo-accesso/{segreto}", LinkHolder, (*Site).firstAccess),
		post("/primo-accesso/{segreto}", LinkHolder, (*Site).takeFirstAccess),
	}
}

func signInPages() []PageType {
	return []PageType{
		{"signin", &signInPage{}},
		{"signin-sent", &signInSentPage{}},
		{"signin-link", &signInLinkPage{}},
		{"access", &accessPage{}},
		{"firstaccess", &firstAccessPage{}},
	}
}

// signInPage asks for the address.
type signInPage struct {
	Layout
	Email    fieldView
	Back     string // where to go on to, or empty
	Errors   []problemView
	HasRoles bool // the demo, where there is a shorter way in
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	back := backTo(r.URL.Query().Get("torna"))
	if s.account(r) != nil {
		return s.enter(w, r, back)
	}
	return s.showSignIn(w, r, http.StatusOK, "", back, nil)
}

func (s *Site) showSignIn(w http.ResponseWriter, r *http.Request, status int, email, back string, problems pdz.Problems) error {
	p := &signInPage{Layout: s.doorLayout(r, i18n.M("Accedi")), Back: back, HasRoles: s.DemoRoles != nil}
	p.Email, p.Errors = p.emailField(email, problems)
	return s.show(w, r, status, "signin", p)
}

// emailField asks for an address, and says what is wrong with the one that was typed.
func (l *Layout) emailField(typed string, problems pdz.Problems) (fieldView, []problemView) {
	f := fieldView{Printer: l.Printer, ID: "email", Label: l.T("Indirizzo e-mail"), Control: controlText, Value: typed}
	f.textInput("email")
	return f, l.fieldProblems(problems, &f)
}

// fieldProblems puts each problem beside its field, and returns the summary.
func (l *Layout) fieldProblems(problems pdz.Problems, fields ...*fieldView) (all []problemView) {
	for _, p := range problems {
		text := asking{Layout: l}.sentence(p, p.Field)
		v := problemView{Text: capital(text)}
		for _, f := range fields {
			if f.ID == p.Field {
				f.Error = capital(text)
				v = problemView{Text: f.Label + ": " + text, Href: "#" + f.Element()}
			}
		}
		all = append(all, v)
	}
	return all
}

// signInSentPage is the answer to whoever asked, known or not.
type signInSentPage struct {
	Layout
	Email    string
	MailHref string // the postbox, in the demo
}

func (s *Site) askLink(w http.ResponseWriter, r *http.Request) error {
	email, back := r.PostFormValue("email"), backTo(r.PostFormValue("torna"))
	browser := s.cookie(r, browserCookie)
	if browser == "" {
		var err error
		if browser, err = s.App.NewSecret(); err != nil {
			return err
		}
	}
	err := s.App.RequestLink(r.Context(), email, browser, back)
	var problems pdz.Problems
	if errors.As(err, &problems) {
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, email, back, problems)
	}
	if err != nil {
		return err
	}
	s.setCookie(w, browserCookie, browser)
	p := &signInSentPage{Layout: s.doorLayout(r, i18n.M("Guarda la posta")), Email: email}
	if s.Demo != nil {
		p.MailHref = p.Href("/demo/posta")
	}
	return s.show(w, r, http.StatusOK, "signin-sent", p)
}

// signInLinkPage is where the link in the mail leads: a button, or what is wrong.
type signInLinkPage struct {
	Layout
	Action  string
	Problem string
}

// openLink shows the button. It asks nothing of the link itself.
func (s *Site) openLink(w http.ResponseWriter, r *http.Request) error {
	if s.cookie(r, browserCookie) == "" {
		return s.showLink(w, r, http.StatusOK, app.ErrLinkBrowser)
	}
	return s.showLink(w, r, http.StatusOK, nil)
}

func (s *Site) showLink(w http.ResponseWriter, r *http.Request, status int, err error) error {
	title := i18n.M("Entra")
	if err != nil {
		title = i18n.M("Il collegamento non si apre")
	}
	p := &signInLinkPage{Layout: s.doorLayout(r, title)}
	p.Action = p.Href(p.Path())
	if err != nil {
		p.Problem = p.linkProblem(err)
	}
	return s.show(w, r, status, "signin-link", p)
}

// linkProblems say why a link does not open.
var linkProblems = []struct {
	is   error
	text string
}{
	{app.ErrLinkBrowser, i18n.M("È stato chiesto da un altro browser, e si apre solo lì. Chiedine uno nuovo da questo.")},
	{app.ErrLinkUsed, i18n.M("È già stato usato: vale una volta sola. Chiedine uno nuovo.")},
	{app.ErrLinkExpired, i18n.M("Sono passati più di 15 minuti da quando l’hai chiesto. Chiedine uno nuovo.")},
	{app.ErrLinkChanged, i18n.M("L’indirizzo a cui è arrivato non è più fra quelli conosciuti. Rivolgiti allo sportello.")},
}

func (l *Layout) linkProblem(err error) string {
	for _, p := range linkProblems {
		if errors.Is(err, p.is) {
			return l.T(p.text)
		}
	}
	return l.T("Non è fra quelli che abbiamo mandato, oppure è troppo vecchio. Copialo per intero dal messaggio, o chiedine uno nuovo.")
}

func (s *Site) useLink(w http.ResponseWriter, r *http.Request) error {
	session, back, err := s.App.ConsumeLink(r.Context(), r.PathValue("segreto"), s.cookie(r, browserCookie))
	if errors.Is(err, app.ErrNotFound) {
		return s.showLink(w, r, http.StatusGone, err)
	}
	if err != nil {
		return err
	}
	if err := s.openDoor(w, r, session); err != nil {
		return err
	}
	return s.enter(w, r, backTo(back))
}

// openDoor gives the browser its new session and ends the one it had: whoever
// knows an old secret must not ride on a new sign-in.
func (s *Site) openDoor(w http.ResponseWriter, r *http.Request, session app.Session) error {
	if old := s.cookie(r, sessionCookie); old != "" {
		if err := s.App.EndSession(r.Context(), old); err != nil {
			return err
		}
	}
	s.setCookie(w, sessionCookie, session.Secret)
	note(r).identity = &identity{account: &app.Account{Email: session.Email}, in: map[string][]app.Actor{}}
	return nil
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if secret := s.cookie(r, sessionCookie); secret != "" {
		if err := s.App.EndSession(r.Context(), secret); err != nil {
			return err
		}
	}
	s.setCookie(w, sessionCookie, "")
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`) // what was shown is not to be found by who sits down next
	return seeOther(w, r, prefix(languageOf(r.Context()))+"/")
}

// backTo reads where somebody wants to go on to: a path of this site, or nothing.
func backTo(path string) string {
	if path == "" || safeReturn(path) != path {
		return ""
	}
	return path
}

// signInHref leads to signing in and back to the page of the request. After a form
// that came too late it leads back to the page of the form.
func (s *Site) signInHref(r *http.Request, l *Layout) string {
	back := l.Href(r.URL.Path)
	if r.URL.RawQuery != "" {
		back += "?" + r.URL.RawQuery
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		back = ""
		if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
			back = from.RequestURI()
		}
	}
	if back = backTo(back); back == "" {
		return l.Href("/accedi")
	}
	return l.Href("/accedi") + "?torna=" + url.QueryEscape(back)
}
