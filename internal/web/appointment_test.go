package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"concerto/internal/app"
)

func TestWhoMayGiveRoles(t *testing.T) {
	site := newTestSite(t, eve)
	for _, tt := range []struct {
		role app.Role
		want int
	}{
		{app.Head, 200}, {app.Officer, 403}, {app.HelpDesk, 403}, {app.Facilitator, 403}, {app.Governing, 403}, {app.Union, 403}, {app.Auditor, 403},
	} {
		b := newBrowser(t, site)
		b.enter(appointed(t, site, "Prova "+string(tt.role), tt.role), "")
		if got := b.get(persone).Code; got != tt.want {
			t.Errorf("%s opens the page: %d, want %d", tt.role, got, tt.want)
		}
		if got := b.post(persone, url.Values{}).Code; (got == 403) != (tt.want == 403) {
			t.Errorf("%s appoints: %d", tt.role, got)
		}
		if got := b.post(persone+"/"+strings.Repeat("0", 26)+"/fine", nil).Code; (got == 403) != (tt.want == 403) {
			t.Errorf("%s ends: %d", tt.role, got)
		}
		if got := b.get("/ufficio/atlantide/persone").Code; got != 403 {
			t.Errorf("%s in another Ambito: %d, want 403", tt.role, got)
		}
	}
}

func TestARoleIsGivenAndEnded(t *testing.T) {
	site := newTestSite(t, eve)
	b := newBrowser(t, site)
	b.enter(appointed(t, site, "Lorenza Castriota", app.Head), "")
	typed := url.Values{"nome": {"Ida Nuova"}, "email": {"ida@ambito.example"}, "ruolo": {"officer"}, "dal": {"31/02/2013"}, "al": {"ieri"}}
	w := b.post(persone, typed)
	d, _ := goquery.NewDocumentFromReader(w.Body)
	if w.Code != http.StatusUnprocessableEntity || d.Find(".ps-errors li").Length() != 2 || d.Find("#campo-nome").AttrOr("value", "") != "Ida Nuova" ||
		d.Find("#campo-ruolo option[selected]").AttrOr("value", "") != "officer" || d.Find("#campo-dal").AttrOr("value", "") != "31/02/2013" {
		t.Errorf("days that are none: %d, %s", w.Code, d.Find(".ps-errors").Text())
	}
	typed.Set("dal", "17/10/2013")
	typed.Set("al", "18/10/2013")
	if w := b.post(persone, typed); w.Code != http.StatusSeeOther {
		t.Fatalf("a good form: %d, %s", w.Code, text(t, w))
	}
	row := func() string {
		t.Helper()
		d, _ := goquery.NewDocumentFromReader(b.get(persone).Body)
		checkPage(t, persone, d)
		return strings.Join(strings.Fields(d.Find("tr:contains('Ida Nuova')").Text()), " ")
	}
	if got := row(); !strings.Contains(got, "17/10/201318/10/2013") {
		t.Errorf("the row says %q", got)
	}
	for _, tt := range []struct {
		at   time.Time
		want app.Role
	}{{rome("2013-10-18 23:59"), app.Officer}, {rome("2013-10-19 00:00"), app.SignedIn}} {
		site.set(tt.at)
		if who, err := site.App.Capacities(t.Context(), "ida@ambito.example", "lecce"); err != nil || who[0].Role != tt.want {
			t.Errorf("at %v: %v, %v, want %s", tt.at, who, err, tt.want)
		}
	}
	site.set(eve)
	d, _ = goquery.NewDocumentFromReader(b.get(persone).Body)
	action := d.Find("tr:contains('Ida Nuova') form").AttrOr("action", "")
	if w := b.post(action, nil); w.Code != http.StatusSeeOther {
		t.Errorf("ending at %q: %d", action, w.Code)
	}
	if got := row(); got != "" {
		t.Errorf("after the end the row says %q", got)
	}
	d, _ = goquery.NewDocumentFromReader(b.get(persone).Body)
	own := d.Find("tr:contains('Castriota') form").AttrOr("action", "")
	if w := b.post(own, nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "unico responsabile") {
		t.Errorf("the only head leaves: %d", w.Code)
	}
}

func TestEveryProblemOfAnAppointmentHasWords(t *testing.T) {
	for _, code := range app.AppointmentCodes {
		if problemTexts[code] == "" {
			t.Errorf("no words for problem %q", code)
		}
	}
}
