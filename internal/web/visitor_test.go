package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// visitor goes through the site as a browser without script does: it reads the
// forms of the pages and posts them.
type visitor struct {
	t    testing.TB
	site *testSite
	at   string // address of the page
	code int
	page *goquery.Document
	raw  string
	file bool // the answer is an attachment
}

func visit(t testing.TB, site *testSite) *visitor { return &visitor{t: t, site: site} }

// open asks for a page and follows redirects.
func (v *visitor) open(address string) *visitor {
	v.t.Helper()
	return v.answer(address, v.site.get(address))
}

func (v *visitor) answer(address string, w *httptest.ResponseRecorder) *visitor {
	v.t.Helper()
	for w.Code == http.StatusSeeOther || w.Code == http.StatusFound {
		address, _, _ = strings.Cut(w.Header().Get("Location"), "#")
		w = v.site.get(address)
	}
	v.at, v.code, v.raw = address, w.Code, w.Body.String()
	v.file = strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") && w.Header().Get("X-Content-Type-Options") == "nosniff"
	var err error
	if v.page, err = goquery.NewDocumentFromReader(strings.NewReader(v.raw)); err != nil {
		v.t.Fatal(err)
	}
	return v
}

// send posts a form as given.
func (v *visitor) send(address string, form url.Values) *visitor {
	v.t.Helper()
	return v.answer(address, v.site.do(http.MethodPost, address, form.Encode(), "Content-Type", "application/x-www-form-urlencoded"))
}

// fill posts the form of the page with what it already holds and the given values.
func (v *visitor) fill(selector string, values url.Values) *visitor {
	v.t.Helper()
	form := v.page.Find(selector)
	if form.Length() != 1 {
		v.t.Fatalf("%s: %d forms match %q", v.at, form.Length(), selector)
	}
	posted := held(form)
	for name, list := range values {
		posted[name] = list
	}
	return v.send(form.AttrOr("action", v.at), posted)
}

// held returns what the controls of a form hold.
func held(form *goquery.Selection) url.Values {
	out := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, x *goquery.Selection) {
		name, kind := x.AttrOr("name", ""), x.AttrOr("type", "")
		_, checked := x.Attr("checked")
		switch {
		case name == "" || kind == "file" || (kind == "radio" || kind == "checkbox") && !checked:
		case goquery.NodeName(x) == "select":
			out.Add(name, x.Find("option[selected]").AttrOr("value", ""))
		case goquery.NodeName(x) == "textarea":
			out.Add(name, x.Text())
		default:
			out.Add(name, x.AttrOr("value", ""))
		}
	})
	return out
}

// attach uploads a file in a place of the summary.
func (v *visitor) attach(slot, name string, content []byte) *visitor {
	v.t.Helper()
	form := v.page.Find(fmt.Sprintf(`form[enctype="multipart/form-data"][action$="/allegati/%s"]`, slot))
	if form.Length() != 1 {
		v.t.Fatalf("%s: no place for %s", v.at, slot)
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = part.Write(content)
	m.Close()
	address := form.AttrOr("action", "")
	return v.answer(address, v.site.do(http.MethodPost, address, b.String(), "Content-Type", m.FormDataContentType()))
}

func (v *visitor) want(code int, texts ...string) *visitor {
	v.t.Helper()
	text := strings.Join(strings.Fields(v.page.Text()), " ")
	if v.code != code {
		v.t.Fatalf("%s: status %d, want %d\n%s", v.at, v.code, code, text)
	}
	for _, s := range texts {
		if !strings.Contains(text, s) {
			v.t.Errorf("%s does not say %q:\n%s", v.at, s, text)
		}
	}
	return v
}

const stepForm = ".ps-form form[novalidate]"

// melograno is a cooperative that adheres.
var melograno = map[string]url.Values{
	"chi": {"categoria": {"cooperativa-sociale"}, "denominazione": {"Cooperativa sociale Il Melograno"}, "codice-fiscale": {"01234567897"},
		"comune-sede": {"lecce"}, "costituita-il": {"20/03/2011"}, "recapito-email": {"info@ilmelograno.example"}},
	"referente": {"nome-cognome": {"Anna Perrone"}, "ruolo": {"legale-rappresentante"}, "recapito-telefono": {"0832 000000"}},
	"tavoli":    {"tavoli-scelti": {}, "attese": {"Un centro diurno aperto anche il sabato."}},
}

// begin starts a draft and stands at its first step.
func (v *visitor) begin(process string) *visitor {
	v.t.Helper()
	v.open(process + "/adesione").want(http.StatusOK)
	return v.fill(`form:has(input[name=modulo])`, nil).want(http.StatusOK)
}

// steps fills in one step after another, up to the summary.
func (v *visitor) steps(answers map[string]url.Values) *visitor {
	v.t.Helper()
	for !strings.HasSuffix(v.at, "/riepilogo") {
		at := v.at
		v.fill(stepForm, answers[at[strings.LastIndex(at, "/")+1:]])
		if v.at == at {
			return v // refused: the page of errors
		}
	}
	return v
}

// declareAndSend ticks what must be ticked and sends.
func (v *visitor) declareAndSend() *visitor {
	v.t.Helper()
	ticks := url.Values{}
	v.page.Find(`form[action$="/invio"] input[type=checkbox]`).Each(func(_ int, x *goquery.Selection) {
		ticks.Set(x.AttrOr("name", ""), "on")
	})
	return v.fill(`form[action$="/invio"]`, ticks)
}

// adhere goes the whole way.
func (v *visitor) adhere(process string, answers map[string]url.Values) *visitor {
	v.t.Helper()
	return v.begin(process).steps(answers).declareAndSend()
}

// withValues copies answers with some of them changed.
func withValues(answers map[string]url.Values, step string, pairs ...string) map[string]url.Values {
	out := map[string]url.Values{}
	for s, fields := range answers {
		out[s] = url.Values{}
		for k, v := range fields {
			out[s][k] = v
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[step].Set(pairs[i], pairs[i+1])
	}
	return out
}
