package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/pdz"

	"github.com/PuerkitoBio/goquery"
)

const officeNotice = "/ufficio/lecce/percorsi/2014-2016/avviso"

// asHead lets every request in as the head of the office.
func asHead(c *Config) {
	c.Identify = func(*http.Request) []app.Actor { return []app.Actor{{Role: app.Head, Email: "capo@lecce.example"}} }
}

// amendingSite is a site an hour after the term, with a sheet that came late.
func amendingSite(t *testing.T) (*testSite, app.AdhesionView) {
	t.Helper()
	s := newTestSite(t, rome("2013-10-18 12:04"), asHead)
	d, err := s.App.StartDraft(t.Context(), "lecce", "2014-2016", "scheda-adesione")
	if err != nil {
		t.Fatal(err)
	}
	answers := pdz.Answers{"categoria": {"cooperativa-sociale"}, "denominazione": {"Cooperativa Il Melograno"}, "codice-fiscale": {"99900010754"},
		"comune-sede": {"lecce"}, "costituita-il": {"20/03/2011"}, "recapito-email": {"info@ilmelograno.example"},
		"nome-cognome": {"Ada Marangio"}, "ruolo": {"legale-rappresentante"}, "recapito-telefono": {"0832 000000"},
		"tavoli-scelti": {"poverta"}, "attese": {"Un centro."}, "presa-visione-privacy": {"si"}}
	if _, err := s.App.SaveDraft(t.Context(), "lecce", d.Token, 5, answers); err != nil {
		t.Fatal(err)
	}
	rc, err := s.App.SubmitDraft(t.Context(), app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: s.clock()})
	if err != nil {
		t.Fatal(err)
	}
	s.set(rome("2013-10-18 13:00"))
	return s, rc.Adhesion
}

func longer() url.Values {
	return url.Values{"finestra": {"iscrizione"}, "giorno": {"19/10/2013"}, "ora": {"12:00"}, "numero": {"31"}, "data": {"18/10/2013"},
		"motivazione": {"Il fax è rimasto guasto."}, "parole": {""}}
}

// posted parses the answer to a form of the office, which must have the status.
func (t *testSite) posted(tb testing.TB, address string, form url.Values, status int) *goquery.Document {
	tb.Helper()
	w := t.do(http.MethodPost, address, form.Encode(), "Sec-Fetch-Site", "same-origin")
	if w.Code != status {
		tb.Fatalf("POST %s = %d, want %d: %s", address, w.Code, status, w.Body)
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestTheHeadSeesWhatALongerTermChangesAndPublishesIt(t *testing.T) {
	s, sheet := amendingSite(t)
	before := s.document(t, officeNotice)
	if n := before.Find("select[name=finestra] option").Length(); n < 4 {
		t.Errorf("%d terms to choose from", n)
	}
	d := s.posted(t, officeNotice+"/anteprima", longer(), http.StatusOK)
	checkPage(t, "anteprima", d)
	if text := d.Find("#effetti").Parent().Text(); !strings.Contains(text, "Una scheda fuori termine diventa tempestiva.") {
		t.Errorf("the preview says %q", text)
	}
	if v, _ := s.App.Process(t.Context(), "lecce", "2014-2016"); v.Version != 1 {
		t.Fatal("the preview published it")
	}
	file := d.Find("textarea[name=testo]").Text()
	form := url.Values{"testo": {strings.ReplaceAll(file, "\n", "\r\n")}} // as a browser sends it
	for range 2 {
		s.posted(t, officeNotice, form, http.StatusSeeOther)
	}
	v, err := s.App.Adhesion(t.Context(), app.Actor{Role: app.System}, "lecce", sheet.Code)
	if err != nil || v.State != app.AdhesionActive {
		t.Errorf("the late sheet is %v, %v", v, err)
	}
	after := s.document(t, officeNotice+"?versione=2")
	if rows := after.Find("#versioni").Parent().Find("tbody tr").Length(); rows != 2 || after.Find("[role=status]").Length() != 1 {
		t.Errorf("%d versions in the list, want 2 and a word that it is done", rows)
	}
	checkPage(t, officeNotice, after)
}

func TestOldAndNewStandSideBySideWhereverTheTermShows(t *testing.T) {
	s, _ := amendingSite(t)
	old := s.get(percorso + "/calendario.ics").Body.String()
	hash := func() string { v, _ := s.App.Process(t.Context(), "lecce", "2014-2016"); return v.Hash }
	first := hash()
	_, err := s.App.ExtendWindow(t.Context(), app.Actor{Role: app.Head}, "lecce", "2014-2016", app.Extension{Window: "iscrizione",
		Closes: rome("2013-10-19 12:00"), Number: "31", Date: pdz.Date{Year: 2013, Month: time.October, Day: 18}, Reason: "Guasto."}, s.clock())
	if err != nil {
		t.Fatal(err)
	}
	const was, now = "già venerdì 18 ottobre 2013 alle 12:00", "sabato 19 ottobre 2013 alle 12:00"
	for _, a := range []string{"", "/calendario", "/documenti/avviso.html", "/documenti/calendario.html", "/documenti/scheda-adesione.html", "/adesione"} {
		d := s.document(t, percorso+a)
		checkPage(t, a, d)
		if text := d.Find("main").Text(); !strings.Contains(text, was) || !strings.Contains(text, now) {
			t.Errorf("%s does not say %q beside %q", a, now, was)
		}
	}
	list := s.document(t, percorso+"/rettifiche").Find("main").Text()
	for _, want := range []string{"deliberazione n. 31 del 18 ottobre 2013, Coordinamento Istituzionale", "Guasto.", now, "venerdì 18 ottobre 2013 alle 12:00"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list of amendments lacks %q", want)
		}
	}
	sameEntry(t, old, s.get(percorso+"/calendario.ics").Body.String())
	for n, want := range map[string]string{"1": first, "2": hash()} {
		if text := s.document(t, percorso+"/definizione/"+n).Find("main").Text(); !strings.Contains(text, want) {
			t.Errorf("version %s does not show its hash %s", n, want)
		}
		d, found := definition.Load(n, s.get(percorso+"/definizione/"+n+".yaml").Body.Bytes())
		if d == nil || d.Hash != want {
			t.Errorf("the file of version %s: %v", n, found)
		}
	}
	for _, n := range []string{"3", "0", "01", "x", "-1"} {
		if code := s.get(percorso + "/definizione/" + n).Code; code != http.StatusNotFound {
			t.Errorf("version %s = %d, want 404", n, code)
		}
	}
}

// sameEntry demands that the term keeps its UID in the calendar, with a higher
// SEQUENCE, the new instant and the old one in words.
func sameEntry(t *testing.T, old, now string) {
	t.Helper()
	event := func(feed string) string {
		feed = strings.ReplaceAll(feed, "\r\n ", "")
		for part := range strings.SplitSeq(feed, "BEGIN:VEVENT") {
			if strings.Contains(part, "UID:iscrizione.termine.") {
				return part
			}
		}
		return ""
	}
	a, b := event(old), event(now)
	uid := regexp.MustCompile(`UID:\S+`)
	if uid.FindString(a) != uid.FindString(b) || !strings.Contains(a, "SEQUENCE:1\r\n") || !strings.Contains(b, "SEQUENCE:2\r\n") ||
		!strings.Contains(b, "20131019T120000") || !strings.Contains(b, "Già venerdì 18 ottobre 2013 alle 12:00") {
		t.Errorf("the entry was\n%s\nand is\n%s", a, b)
	}
}

func TestWhatIsWrongIsToldAtItsPlace(t *testing.T) {
	s, _ := amendingSite(t)
	form := longer()
	form.Set("giorno", "18/10/2013")
	form.Set("ora", "11:00")
	form.Set("numero", "")
	d := s.posted(t, officeNotice+"/anteprima", form, http.StatusUnprocessableEntity)
	if n := d.Find(".ps-errors a[href='#campo-giorno'], .ps-errors a[href='#campo-numero']").Length(); n != 2 {
		t.Errorf("%d of two problems lead to their fields: %s", n, d.Find(".ps-errors").Text())
	}
	if got := d.Find("#campo-motivazione").Text(); got != "Il fax è rimasto guasto." {
		t.Errorf("the reason typed came back as %q", got)
	}
	stale := "concerto: 1\nkind: amendment\nid: x\namends: lecce-2014-2016@1\nact: {kind: deliberation, body: coordinamento, number: \"1\", date: \"2013-10-18\"}\n" +
		"date: \"2013-10-18\"\nreason: Prova.\nchanges:\n  - {path: zone, old: Europe/Rome, new: Europe/Paris, why: Prova.}\n"
	d = s.posted(t, officeNotice+"/anteprima", url.Values{"testo": {stale}}, http.StatusUnprocessableEntity)
	if text := d.Find("#rilievi").Text(); !strings.Contains(text, "riga 9, colonna 12.") || !strings.Contains(text, "Questo non può cambiare") {
		t.Errorf("findings: %q", text)
	}
	if got := d.Find("textarea[name=testo]").Text(); got != stale {
		t.Errorf("the text came back as %q", got)
	}
	checkPage(t, "rilievi", d)
}

func TestAnAmendmentFileIsUploaded(t *testing.T) {
	s, _ := amendingSite(t)
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, _ := m.CreateFormFile("file", "rettifica.yaml")
	_, _ = f.Write([]byte("kind: nonsense\n"))
	_ = m.WriteField("testo", "")
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, "https://concerto.example"+officeNotice+"/anteprima", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "kind: nonsense") {
		t.Errorf("upload = %d", w.Code)
	}
}

func TestOnlyTheHeadAmends(t *testing.T) {
	for role, want := range map[app.Role]int{app.Officer: http.StatusForbidden, app.Auditor: http.StatusForbidden, app.Head: http.StatusOK} {
		s := newTestSite(t, eve, func(c *Config) {
			c.Identify = func(*http.Request) []app.Actor { return []app.Actor{{Role: role}} }
		})
		if code := s.get(officeNotice).Code; code != want {
			t.Errorf("%s opens the notice: %d, want %d", role, code, want)
		}
		if code := s.do(http.MethodPost, officeNotice, "testo=x", "Sec-Fetch-Site", "same-origin").Code; (code == http.StatusForbidden) != (role != app.Head) {
			t.Errorf("%s publishes: %d", role, code)
		}
	}
}
