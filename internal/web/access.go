package web

import (
	"net/http"

	"concerto/internal/app"
	"concerto/internal/i18n"
)

// accessPage is where who signed in finds what they may do, in each Ambito.
type accessPage struct {
	Layout
	Email  string
	Places []accessPlace
}

// accessPlace is a capacity in an Ambito, and the page it begins with.
type accessPlace struct {
	Ambito, Role string
	Href         string // empty where the role has no page yet
	Sentence     string
}

// roleHomes are where each role begins: the first of its patterns that the table
// of routes holds and opens to it.
var roleHomes = map[app.Role][]string{
	app.Head:     {officeAmbito},
	app.Officer:  {officeAmbito},
	app.HelpDesk: {officeAmbito + "/sportello"},
	app.Auditor:  {auditorPath},
	app.Delegate: {minePath},
	app.Operator: {appointmentsPath},
}

// roleSentences say in a line what a role sees.
var roleSentences = map[app.Role]string{
	app.Head:        i18n.M("Decide sulle adesioni, pubblica elenchi e rettifiche, dice chi lavora con quale ruolo."),
	app.Officer:     i18n.M("Registra ciò che arriva per fax, e-mail, PEC e carta; esamina e decide."),
	app.HelpDesk:    i18n.M("Registra allo sportello e al telefono, risponde alle domande."),
	app.Delegate:    i18n.M("Vede la propria adesione, la ricevuta e le persone del proprio ente."),
	app.Facilitator: i18n.M("Condurrà un tavolo. Per ora qui non ha nulla da fare: il lavoro ai tavoli non è ancora in questo sito."),
	app.Governing:   i18n.M("Siederà nel Coordinamento istituzionale. Per ora qui non ha nulla da fare: le sue decisioni non sono ancora in questo sito."),
	app.Union:       i18n.M("Firmerà il protocollo d’intesa. Per ora qui non ha nulla da fare: il protocollo non è ancora in questo sito."),
	app.Auditor:     i18n.M("Legge tutto e non cambia nulla: eccezioni, chi ha letto dati personali, integrità del registro."),
	app.Operator:    i18n.M("Tiene in piedi il sistema: Ambiti, copie, stato. Dice chi è responsabile dell’ufficio."),
	app.SignedIn:    i18n.M("Ha fatto l’accesso e non ha alcun ruolo: vede le pagine di tutti."),
}

func (s *Site) access(w http.ResponseWriter, r *http.Request) error {
	p := &accessPage{Layout: s.doorLayout(r, i18n.M("Il tuo accesso")), Email: Who(r.Context()).Email}
	var err error
	if p.Places, err = s.places(r, &p.Layout); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "access", p)
}

// places lists what who signed in may do, Ambito by Ambito.
func (s *Site) places(r *http.Request, l *Layout) ([]accessPlace, error) {
	ambiti, err := s.App.Ambiti(r.Context())
	if err != nil {
		return nil, err
	}
	var all []accessPlace
	for _, a := range ambiti {
		seen := map[app.Role]bool{}
		for _, who := range s.capacities(r, a.ID) {
			if who.Role == app.SignedIn || seen[who.Role] {
				continue
			}
			seen[who.Role] = true
			href, err := s.homeOf(r, l, who, a.ID)
			if err != nil {
				return nil, err
			}
			all = append(all, accessPlace{a.Name, capital(l.roleText(who.Role)), href, l.T(roleSentences[who.Role])})
		}
	}
	return all, nil
}

// homeOf returns the address at which a role begins, or "".
func (s *Site) homeOf(r *http.Request, l *Layout, who app.Actor, ambito string) (string, error) {
	pattern := officeEntry{patterns: roleHomes[who.Role]}.route(who)
	if pattern == "" {
		return "", nil
	}
	views, err := s.App.Processes(r.Context(), ambito)
	if err != nil {
		return "", err
	}
	there := &Layout{Lang: l.Lang, AmbitoID: ambito, Proc: &views[0]}
	return there.Href(there.fill(pattern)), nil
}

// enter leads who has just signed in to where they wanted to go, or to the one page
// that is theirs; with several, or none, to the choice.
func (s *Site) enter(w http.ResponseWriter, r *http.Request, back string) error {
	if back != "" {
		return seeOther(w, r, back)
	}
	l := s.layout(r, nil)
	places, err := s.places(r, &l)
	if err != nil {
		return err
	}
	if len(places) == 1 && places[0].Href != "" {
		return seeOther(w, r, places[0].Href)
	}
	return seeOther(w, r, l.Href("/accesso"))
}
