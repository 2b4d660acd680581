package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"concerto/internal/app"
	"concerto/internal/mail"
)

// browser keeps cookies, follows no redirect, and remembers every cookie it was given.
type browser struct {
	t       *testing.T
	site    *testSite
	cookies map[string]string
	given   []*http.Cookie
}

func newBrowser(t *testing.T, site *testSite) *browser {
	return &browser{t: t, site: site, cookies: map[string]string{}}
}

func (b *browser) do(method, address string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	var pairs []string
	for name, value := range b.cookies {
		pairs = append(pairs, name+"="+value)
	}
	body := ""
	if method == http.MethodPost {
		body = form.Encode()
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	}
	w := b.site.do(method, address, body, append(headers, "Cookie", strings.Join(pairs, "; "))...)
	for _, c := range w.Result().Cookies() {
		b.given = append(b.given, c)
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

func (b *browser) get(address string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(http.MethodGet, address, nil)
}

func (b *browser) post(address string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(http.MethodPost, address, form)
}

// postbag keeps what is sent.
type postbag struct{ sent []mail.Message }

func (l *postbag) Send(_ context.Context, m mail.Message) error {
	l.sent = append(l.sent, m)
	return nil
}

var mailedLink = regexp.MustCompile(`https://concerto\.example(/accedi/\S+)`)

// link asks for a sign-in link and returns the path that the mail carries, or "".
func (b *browser) link(email, back string) string {
	b.t.Helper()
	if w := b.post("/accedi", url.Values{"email": {email}, "torna": {back}}); w.Code != http.StatusOK {
		b.t.Fatalf("asking for a link: %d", w.Code)
	}
	box := &postbag{}
	if _, err := b.site.App.DeliverDue(b.t.Context(), box); err != nil {
		b.t.Fatal(err)
	}
	for _, m := range box.sent {
		if found := mailedLink.FindStringSubmatch(m.Text); found != nil {
			return found[1]
		}
	}
	return ""
}

// enter signs somebody in and returns where they are led.
func (b *browser) enter(email, back string) string {
	b.t.Helper()
	w := b.post(b.link(email, back), nil)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("%s does not get in: %d", email, w.Code)
	}
	return w.Header().Get("Location")
}

// appointed gives somebody a role in Lecce and returns their address.
func appointed(t *testing.T, site *testSite, name string, role app.Role) string {
	t.Helper()
	email := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@ambito.example"
	_, err := site.App.Appoint(t.Context(), app.Actor{Role: app.System}, "lecce", app.AppointmentInput{Name: name, Email: email, Role: role}, site.clock())
	if err != nil {
		t.Fatal(err)
	}
	return email
}

func text(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(d.Text()), " ")
}

const persone = "/ufficio/lecce/persone"
