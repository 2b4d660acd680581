package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// registerKinds are the words for the kinds of act, as a reader of the register
// knows them.
var registerKinds = map[string]string{
	"avviso": i18n.M("Pubblicazione dell’avviso"), "rettifica": i18n.M("Rettifica dell’avviso"), "chiave": i18n.M("Cambio della chiave del registro"),
	"adesione": i18n.M("Adesione"), "modifica": i18n.M("Correzione di un’adesione"), "ritiro": i18n.M("Ritiro di un’adesione"),
	"conferma": i18n.M("Conferma dell’indirizzo"), "riscontro": i18n.M("Riscontro del secondo addetto"), "esito": i18n.M("Decisione dell’ufficio"),
	"elenco": i18n.M("Pubblicazione di un elenco"), "fusione": i18n.M("Unione di due enti"), "mandato": i18n.M("Incarico in un ente"),
	"nomina": i18n.M("Incarico nell’ufficio"), "quesito": i18n.M("Domanda allo sportello"), "risposta": i18n.M("Risposta dello sportello"),
	"cancellazione": i18n.M("Cancellazione dei dati"), "epoca": i18n.M("Ripresa da una copia più vecchia"),
}

func (l *Layout) registerKind(kind string) string {
	if text, ok := registerKinds[kind]; ok {
		return l.T(text)
	}
	return kind
}

// pick is an option of a select.
type pick struct {
	Value, Text string
	Selected    bool
}

// pager leads through a long list.
type pager struct {
	Number, Last int
	Before, Next string
	From         int // index of the first line
}

// paged reads the page of the query and makes the ways to its neighbours.
func (l *Layout) paged(r *http.Request, total int) pager {
	q := r.URL.Query()
	g := pager{Last: max(1, (total+perRegisterPage-1)/perRegisterPage)}
	g.Number, _ = strconv.Atoi(q.Get("pagina"))
	g.Number = min(max(g.Number, 1), g.Last)
	g.From = (g.Number - 1) * perRegisterPage
	to := func(n int) string {
		kept := url.Values{"pagina": {strconv.Itoa(n)}}
		for _, k := range []string{"tipo", "chi", "giorno"} {
			if v := q.Get(k); v != "" {
				kept.Set(k, v)
			}
		}
		return l.Href(r.URL.Path) + "?" + kept.Encode()
	}
	if g.Number > 1 {
		g.Before = to(g.Number - 1)
	}
	if g.Number < g.Last {
		g.Next = to(g.Number + 1)
	}
	return g
}

// actsPage lists the acts of the register.
type actsPage struct {
	Layout
	pager
	Action       string
	Kinds, Whos  []pick
	Day          string
	Rows         []registerLine
	Found, Total int
}

type registerLine struct {
	Leaf                                       int64
	When, Kind, About, Href, By, Via, Attested string
}

func (s *Site) acts(w http.ResponseWriter, r *http.Request) error {
	l, err := s.oversightLayout(r, i18n.M("Tutti gli atti"))
	if err != nil {
		return err
	}
	all, err := s.App.RegisterActs(r.Context(), Who(r.Context()), l.AmbitoID)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	p := &actsPage{Layout: l, Action: l.Href(r.URL.Path), Total: len(all), Day: dayOf(query).String()}
	p.choices(all, query)
	found := siftActs(all, query)
	p.Found, p.pager = len(found), p.paged(r, len(found))
	for _, a := range found[p.From:min(p.From+perRegisterPage, len(found))] {
		p.Rows = append(p.Rows, p.registerLine(a))
	}
	return s.show(w, r, http.StatusOK, "auditor-acts", p)
}

// siftActs keeps the acts that a query asks for.
func siftActs(all []app.RegisterAct, query url.Values) []app.RegisterAct {
	kind, who, day := query.Get("tipo"), query.Get("chi"), dayOf(query)
	return slices.DeleteFunc(slices.Clone(all), func(a app.RegisterAct) bool {
		return kind != "" && a.Kind != kind || who != "" && (a.Name == "" || a.Person != who) ||
			!day.IsZero() && pdz.DateOf(a.RegisteredAt, a.RegisteredAt.Location()) != day
	})
}

// choices are the kinds and the people that the register names.
func (p *actsPage) choices(all []app.RegisterAct, query url.Values) {
	kinds, whos := map[string]string{}, map[string]string{}
	for _, a := range all {
		kinds[a.Kind] = p.registerKind(a.Kind)
		if a.Name != "" && a.Person != "" {
			whos[a.Person] = a.Name
		}
	}
	p.Kinds = picks(kinds, query.Get("tipo"), p.T("tutti"))
	p.Whos = picks(whos, query.Get("chi"), p.T("chiunque"))
}

// picks makes the options of a select, by their text, after one that takes all.
func picks(texts map[string]string, selected, all string) []pick {
	var out []pick
	for value, text := range texts {
		out = append(out, pick{value, text, value == selected})
	}
	slices.SortFunc(out, func(x, y pick) int { return cmp.Or(strings.Compare(x.Text, y.Text), strings.Compare(x.Value, y.Value)) })
	return append([]pick{{"", all, selected == ""}}, out...)
}

func (l *Layout) registerLine(a app.RegisterAct) registerLine {
	x := registerLine{Leaf: a.Index + 1, When: l.shortWhen(a.RegisteredAt), Kind: l.registerKind(a.Kind), Via: l.T(viaTexts[a.Via]),
		About: cmp.Or(a.Number, a.Process), By: a.Name}
	if a.Number != "" {
		x.Href = l.registerHref(a.Process, a.Matter)
	}
	switch {
	case x.By != "":
	case a.Role == "":
		x.By = l.T("cancellato")
	default:
		x.By = l.byText(a.Role)
	}
	if !a.SourceAt.IsZero() {
		x.Attested = l.T("arrivo attestato dal canale: %s", l.shortWhen(a.SourceAt.In(l.Now.Location())))
	}
	return x
}

// accessesPage lists who read personal data.
type accessesPage struct {
	Layout
	pager
	Action string
	Whos   []pick
	Day    string
	Rows   []accessLine
	Found  int
}

// Lines are the rows for the table that both pages show.
func (p *accessesPage) Lines() []accessLine { return p.Rows }

type accessLine struct{ When, Who, Role, What, Why string }

func (s *Site) accesses(w http.ResponseWriter, r *http.Request) error {
	l, err := s.oversightLayout(r, i18n.M("Chi ha letto dati personali"))
	if err != nil {
		return err
	}
	ctx, who, query := r.Context(), Who(r.Context()), r.URL.Query()
	people, err := s.App.AccessPersons(ctx, who, l.AmbitoID)
	if err != nil {
		return err
	}
	p := &accessesPage{Layout: l, Action: l.Href(r.URL.Path), Day: dayOf(query).String()}
	texts := map[string]string{}
	for _, x := range people {
		texts[x.ID] = x.Name
	}
	p.Whos = picks(texts, query.Get("chi"), p.T("chiunque"))
	f := app.AccessFilter{Person: query.Get("chi"), Day: dayOf(query)}
	if _, p.Found, err = s.App.Accesses(ctx, who, l.AmbitoID, f); err != nil {
		return err
	}
	p.pager = p.paged(r, p.Found)
	f.Limit, f.Offset = perRegisterPage, p.From
	rows, _, err := s.App.Accesses(ctx, who, l.AmbitoID, f)
	if err != nil {
		return err
	}
	p.Rows = p.accessLines(rows)
	return s.show(w, r, http.StatusOK, "auditor-accesses", p)
}

// accessPlaces name what an address of the office shows, by what it ends with. The
// first that is found in it counts.
var accessPlaces = []struct{ part, text string }{
	{"/allegati/", i18n.M("allegato")}, {"/decisioni", i18n.M("più schede")}, {"/adesioni/nuova", i18n.M("registrazione di un foglio")},
	{"/adesioni/", i18n.M("scheda")}, {"/adesioni", i18n.M("elenco delle adesioni")}, {"/doppioni", i18n.M("schede simili")}, {"/enti/", i18n.M("un ente")},
	{"/enti", i18n.M("elenco degli enti")}, {"/sportello/domande/", i18n.M("una domanda")}, {"/sportello", i18n.M("domande allo sportello")},
	{"/dati", i18n.M("richieste sui dati personali")}, {"/persone", i18n.M("persone con un incarico")}, {"/registro/eccezioni", i18n.M("eccezioni")},
	{"/registro/estratto", i18n.M("estratto del registro")},
}

func (l *Layout) accessLines(rows []app.AccessView) []accessLine {
	out := make([]accessLine, len(rows))
	for i, x := range rows {
		line := accessLine{When: l.shortWhen(x.At), Who: x.Name, Role: l.roleText(x.Role), What: x.What, Why: l.T(x.Why)}
		if x.ByOneself {
			line.Who += " (" + l.T("tu") + ")"
		}
		for _, place := range accessPlaces {
			if strings.Contains(x.What, place.part) {
				line.What = strings.TrimSpace(l.T(place.text) + " " + x.Number)
				break
			}
		}
		out[i] = line
	}
	return out
}
