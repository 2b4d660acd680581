package web

import (
	"github.com/PuerkitoBio/goquery"

	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// squeeze makes texts comparable: one space between words, as the notice breaks its lines at will.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// The page of the notice leaves out nothing of what the definition says of it, and
// keeps its order.
func TestTheNoticeIsWholeAndInOrder(t *testing.T) {
	s := newTestSite(t, eve)
	p := lecce(t).Process
	got := squeeze(s.document(t, percorso+"/documenti/avviso.html").Find("article").Text())
	at := 0
	follow := func(text string) {
		t.Helper()
		i := strings.Index(got[at:], squeeze(text))
		if i < 0 {
			t.Errorf("not in the notice, or out of order: %q", text)
			return
		}
		at += i
	}
	follow(p.Notice.Title)
	for _, text := range append([]string{p.Law[0].Text, "n. 11 del 9 ottobre 2013"}, p.Notice.Purposes...) {
		follow(text)
	}
	follow(p.Notice.Issuer)
	follow(p.Notice.Object)
	follow("Fase 1")
	follow("Giovedì 17 ottobre 2013 ore 09:00")
	follow("Fase 2")
	follow("Sono invitati tutti gli attori sociali")
	follow("Martedì 22 ottobre")
	follow(p.Tables.List[5].Title)
	follow("L’intervento nella prima sessione vale quale adesione")
	follow("Mercoledì 23 ottobre 2013")
	follow("Nei singoli tavoli saranno elaborate")
	follow("In questa giornata saranno individuati i Soggetti")
	follow("Giovedì 24 ottobre 2013")
	follow("Dal 29 ottobre al 08 novembre 2013")
	follow("predisposizione PAC anziani e infanzia")
	follow("Lunedì 11 novembre 2013")
	follow("Fase 6")
	follow("Tutti coloro che sono interessati")
	follow("0832/315842")
	follow("Per maggiori informazioni e chiarimenti")
	follow("Lecce, 9 ottobre 2013")
	follow("F.to IL RESPONSABILE DELL’UFFICIO DI PIANO")
	follow("F.to IL PRESIDENTE DEL COORDINAMENTO")
	for _, x := range p.Sessions {
		if !strings.Contains(got, squeeze(x.Title)) {
			t.Errorf("session %s is not in the notice", x.ID)
		}
	}
}

// Who asks for a file that is not made yet is told so, and where to read it.
func TestAFormatThatIsNotMadeYetLeadsToThePage(t *testing.T) {
	s := newTestSite(t, eve)
	for _, format := range []string{"pdf", "odt", "docx"} {
		w := s.get(percorso + "/documenti/avviso." + format)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), percorso+`/documenti/avviso.html"`) {
			t.Errorf("avviso.%s = %d, want 404 with a link to the page", format, w.Code)
		}
	}
}

// Nothing of a definition may be left out of its pages: one for each block.
func TestTheDefinitionIsShownWhole(t *testing.T) {
	d := lecce(t)
	s := newTestSite(t, eve)
	index := s.document(t, percorso+"/definizione")
	page := squeeze(index.Find("main").Text())
	index.Find("main section a").Each(func(_ int, a *goquery.Selection) {
		href, _, _ := strings.Cut(a.AttrOr("href", ""), "#")
		block := s.document(t, href)
		if n := block.Find("*").Length(); n > 1500 {
			t.Errorf("%s has %d elements", href, n)
		}
		page += squeeze(block.Find("main").Text())
	})
	var root any
	if err := json.Unmarshal(d.Resolved, &root); err != nil {
		t.Fatal(err)
	}
	missing := 0
	eachScalar(root, func(scalar string) {
		if !strings.Contains(page, squeeze(scalar)) {
			missing++
			t.Logf("missing: %q", scalar)
		}
	})
	if missing > 0 {
		t.Errorf("%d values of the definition are not on its page", missing)
	}
	if !strings.Contains(page, d.Hash) {
		t.Error("the page does not show the hash")
	}
	if got := s.get(percorso + "/definizione.yaml").Body.String(); got != string(d.Source) {
		t.Error("the file is not the one its author wrote")
	}
}

// eachScalar calls f with every key and text of a JSON value.
func eachScalar(v any, f func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			f(k)
			eachScalar(x, f)
		}
	case []any:
		for _, x := range v {
			eachScalar(x, f)
		}
	case string:
		f(v)
	}
}

// The blank sheet asks what the form asks.
func TestTheBlankFormAsksEveryQuestion(t *testing.T) {
	f, ok := lecce(t).Process.Form("scheda-adesione")
	if !ok {
		t.Fatal("no form")
	}
	page := squeeze(newTestSite(t, eve).document(t, percorso+"/documenti/scheda-adesione.html").Find("article").Text())
	for _, x := range f.Fields {
		if !strings.Contains(page, squeeze(x.Label)) {
			t.Errorf("question %q is not on the sheet", x.Label)
		}
	}
	for _, want := range []string{"0832/315842", "segretariatosociale@comune.lecce.it", "venerdì 18 ottobre 2013 alle 12:00"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
}

func FuzzReadDefinition(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":[1,"x",true,null,{"id":"y"}]}`, `[`, `{"a"`, `"x"`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := readDefinition(text)
		if err == nil && len(n.Entries) > 0 && len(n.Items) > 0 {
			t.Errorf("%q is both a mapping and a list", text)
		}
	})
}
