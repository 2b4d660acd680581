package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"concerto/internal/app"
)

// taxCode is the n-th good tax code of a body that does not exist.
func taxCode(n int) string {
	s := fmt.Sprintf("9990%03d075", n)
	sum := 0
	for i, r := range s {
		d := int(r - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return s + strconv.Itoa((10-sum%10)%10)
}

// bodies sends sheets by the web, one at each instant.
func (t *testSite) bodies(tb testing.TB, from int, instants ...string) {
	tb.Helper()
	for i, x := range instants {
		t.set(rome(x))
		t.body(tb, fmt.Sprintf("Cooperativa %d", from+i), taxCode(from+i), fmt.Sprintf("c%d@cooperativa.example", from+i))
	}
}

var spaces = regexp.MustCompile(`\s+`)

func words(v *visitor, selector string) string {
	return strings.TrimSpace(spaces.ReplaceAllString(v.page.Find(selector).Text(), " "))
}

// The sentence says what the figures say, in each of the cases there are.
func TestTheFindingIsComputed(t *testing.T) {
	for _, tt := range []struct {
		name, now string
		arrived   []string
		want      string
	}{
		{"no sheet", "2013-10-17 16:40", nil, ""},
		{"one sheet", "2013-10-17 16:40", []string{"2013-10-16 10:00"}, "È arrivata una scheda."},
		{"days with as many", "2013-10-17 16:40", []string{"2013-10-15 10:00", "2013-10-16 10:00"}, "Sono arrivate 2 schede."},
		{"a fullest day", "2013-10-17 16:40", []string{"2013-10-15 10:00", "2013-10-16 10:00", "2013-10-16 11:00"}, "2 schede su 3 mercoledì 16 ottobre 2013, il giorno con più arrivi."},
		{"all on one day", "2013-10-17 16:40", []string{"2013-10-16 10:00", "2013-10-16 11:00"}, "Tutte le 2 schede sono arrivate in un giorno solo: mercoledì 16 ottobre 2013."},
		{"the last day, still open", "2013-10-18 11:30", []string{"2013-10-17 10:00", "2013-10-18 11:00"}, "Una scheda su 2 oggi, ultimo giorno utile."},
		{"closed", "2013-10-18 12:30", []string{"2013-10-17 10:00", "2013-10-18 11:00", "2013-10-18 12:00"}, "2 schede su 3 nell’ultimo giorno utile."},
		{"closed, all on the last day", "2013-10-18 12:30", []string{"2013-10-18 11:00", "2013-10-18 11:30"}, "Tutte le 2 schede in tempo sono dell’ultimo giorno utile."},
		{"closed, and some after", "2013-10-18 12:30", []string{"2013-10-17 10:00", "2013-10-18 11:00", "2013-10-18 12:10"},
			"Una scheda su 2 nell’ultimo giorno utile. Una è arrivata dopo il termine."},
		{"closed, none on the last day", "2013-10-20 12:30", []string{"2013-10-16 10:00", "2013-10-16 11:00", "2013-10-17 10:00"},
			"2 schede su 3 mercoledì 16 ottobre 2013, il giorno con più arrivi."},
		{"only late ones", "2013-10-18 12:30", []string{"2013-10-18 12:10"}, "È arrivata una scheda. Una è arrivata dopo il termine."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
			s := roleSite(t, &who)
			s.bodies(t, 1, tt.arrived...)
			s.set(rome(tt.now))
			v := visit(t, s).open(office).want(200)
			checkPage(t, office, v.page)
			if got := words(v, ".ps-dash-days > p"); got != tt.want {
				t.Errorf("the finding is %q, want %q", got, tt.want)
			}
		})
	}
}

// On the day of the closing the page counts down, renews itself, and then says that
// adhesions are closed and how many came late; on other days it does not renew.
func TestTheClosingHour(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.bodies(t, 1, "2013-10-17 10:00", "2013-10-18 09:00")
	for _, tt := range []struct {
		now, when, says string
		live, counts    bool
	}{
		{"2013-10-16 11:00", "fra 2 giorni, 12:00", "Sono arrivate 2 schede.", false, false},
		{"2013-10-17 11:00", "domani, 12:00", "Sono arrivate 2 schede.", false, false},
		{"2013-10-18 11:21", "oggi, 12:00", "Chiude fra 39 minuti", true, true},
		{"2013-10-18 12:00", "oggi, 12:00", "Chiude fra meno di un minuto", true, true},
		{"2013-10-18 12:01", "oggi, chiusa alle 12:00", "2 schede in tempo, nessuna dopo.", true, false},
		{"2013-10-18 13:00", "oggi, chiusa alle 12:00", "2 schede in tempo, nessuna dopo.", false, false},
	} {
		s.set(rome(tt.now))
		v := visit(t, s).open(office).want(200)
		card := words(v, `.ps-due:contains("Iscrizione ai lavori")`)
		if !strings.Contains(card, tt.when) || !strings.Contains(card, tt.says) {
			t.Errorf("%s: the card says %q, want %q and %q", tt.now, card, tt.when, tt.says)
		}
		if got := v.page.Find("[data-live]").Length() == 1; got != tt.live {
			t.Errorf("%s: renews itself: %v, want %v", tt.now, got, tt.live)
		}
		if got := v.page.Find(`.ps-due time[data-countdown][datetime="2013-10-18T12:00:00+02:00"]`).Length() == 1; got != tt.counts {
			t.Errorf("%s: counts down: %v, want %v", tt.now, got, tt.counts)
		}
	}
	s.bodies(t, 5, "2013-10-18 12:10")
	visit(t, s).open(office).want(200, "2 schede in tempo, una dopo.", "Una scheda arrivata dopo il termine", "Sito 12:10:00", "Dati delle 12:10:00.")
}

// What is to be checked leads to a list that has just as many.
func TestWhatIsToBeCheckedIsTheListBehindTheLink(t *testing.T) {
	who := app.Actor{Role: app.Officer, Person: "addetta-anna"}
	s := roleSite(t, &who)
	s.bodies(t, 1, "2013-10-17 10:00")
	s.set(rome("2013-10-18 12:20"))
	visit(t, s).open(adesioni+"/nuova?canale=fax").fill(keyScreen, fax("1158", url.Values{"codice-fiscale": {taxCode(1)}})).want(200)
	visit(t, s).open(adesioni+"/nuova?canale=fax").fill(keyScreen, fax("1203", url.Values{"codice-fiscale": {taxCode(2)}})).want(200)
	v := visit(t, s).open(office).want(200, "2 possibili doppioni", "Una scheda arrivata dopo il termine", "Fax 12:03", "un doppione da decidere")
	links := 0
	for _, a := range v.page.Find(".ps-dash-checks a, .ps-dash-kinds td a").EachIter() {
		number := regexp.MustCompile(`^\d+`).FindString(strings.TrimSpace(a.Text()))
		if number == "" {
			number = "1"
		}
		list := visit(t, s).open(a.AttrOr("href", "")).want(200)
		if got := list.page.Find(".ps-inbox > li").Length(); strconv.Itoa(got) != number {
			t.Errorf("%q leads to a list of %d (%s)", a.Text(), got, a.AttrOr("href", ""))
		}
		links++
	}
	if links < 8 {
		t.Errorf("only %d counts have a link", links)
	}
}

// Nothing of Lecce is in the program: the others have their own kinds, channels and terms.
func TestTheDashboardOfOtherDefinitions(t *testing.T) {
	for _, tt := range []struct {
		name, now string
		want      []string
	}{
		{"valle-serena", "2026-10-20 10:00", []string{"Nessuna adesione. Il modulo è aperto fino a lunedì 31 dicembre 2029 alle 23:59."}},
		{"riviera-coprogrammazione", "2026-10-20 10:00", []string{"Nessuna adesione. Il modulo è aperto fino a lunedì 26 ottobre 2026 alle 23:59.", "fra 6 giorni", "Domanda di partecipazione"}},
		{"riviera-coprogrammazione", "2026-10-26 22:30", []string{"Chiude fra 1 ora e 29 minuti"}},
	} {
		who := app.Actor{Role: app.Auditor, Person: "revisora"}
		s := roleSite(t, &who)
		s.set(rome(tt.now))
		at := "/ufficio" + publish(t, s, tt.name)
		v := visit(t, s).open(at).want(200, tt.want...)
		checkPage(t, at, v.page)
		if strings.Contains(words(v, "main"), "Lecce") || v.page.Find(`main a[href$="/adesioni/nuova"]`).Length() > 0 {
			t.Errorf("%s: the auditor is offered to record, or Lecce shows", tt.name)
		}
	}
}

// An Ambito with one process leads there; with several one chooses.
func TestSeveralProcessesAreChosenAmong(t *testing.T) {
	who := app.Actor{Role: app.Head, Person: "responsabile"}
	s := roleSite(t, &who)
	if w := s.get("/ufficio/lecce"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != office {
		t.Errorf("with one process: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := s.get("/ufficio/altrove"); w.Code != http.StatusNotFound {
		t.Errorf("an Ambito that is not there: %d, want 404", w.Code)
	}
	s.body(t, "OdV La Lucerna", "99900020753", "a@b.example")
	text := strings.NewReplacer("\nid: lecce-2014-2016\n", "\nid: lecce-2018-2020\n", "period: {from: 2014, to: 2016}", "period: {from: 2018, to: 2020}").Replace(readLecce(t))
	second := strings.Replace(publishAgain(t, s, text), "/lecce/", "/ufficio/lecce/", 1)
	v := visit(t, s).open("/ufficio/lecce").want(200, "Su quale percorso lavori?")
	checkPage(t, v.at, v.page)
	for _, x := range []string{office, second} {
		if v.page.Find(`main a[href="`+x+`"]`).Length() != 1 {
			t.Errorf("%s is not to be chosen", x)
		}
	}
	if v := visit(t, s).open(second).want(200, "Nessuna adesione."); v.page.Find(`main a[href="`+office+`"]`).Length() != 1 {
		t.Error("one dashboard does not lead to the other")
	}
	if got := words(visit(t, s).open(office).want(200), ".ps-bars"); !strings.HasSuffix(got, " 1") {
		t.Errorf("the first process shows %q, want one sheet", got)
	}
}
