package web

import (
	"net/url"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// filled is what a form of the matrix carries, so that who may send it is let
// through to its end and not stopped by an empty field that hides the answer. A
// route that is not named sends a word that no form asks for.
func (p *peopled) filled(t *testing.T, pattern string) url.Values {
	t.Helper()
	switch _, end, _ := strings.Cut(pattern, "{ambito}"); end {
	case "/sportello/assistita":
		return url.Values{"modulo": {"scheda-adesione"}, "canale": {"telefono"}}
	case "/sportello/nuova":
		return url.Values{"canale": {app.AskedPhone}, app.FieldQuestionWords: {"A che ora si comincia?"}}
	case "/enti/{ente}/conferma":
		return url.Values{"incarico": {p.mandate(t, pdz.MandateWaiting)}, "risposta": {"si"}, app.FieldReason: {"Visto il verbale di nomina."}}
	case "/enti/{ente}/fine":
		return url.Values{"incarico": {p.mandate(t, pdz.MandateInvited)}, app.FieldReason: {"Lo chiede l’ente."}}
	case "/enti/{ente}/inviti":
		return url.Values{app.FieldMandateName: {"Ugo " + marker}, app.FieldMandateMail: {"ugo@marcalecce.example"}, app.FieldMandateRole: {app.BodyDelegate}}
	}
	return url.Values{"risposta": {"si"}}
}

// mandate is one of the first body's in a state, or one that somebody asked before
// has brought to its end; "none" does not exist.
func (p *peopled) mandate(t *testing.T, state pdz.MandateState) string {
	t.Helper()
	body, err := p.App.Body(t.Context(), app.Actor{Role: app.Head}, "lecce", p.sheets[0].party)
	if err != nil {
		t.Fatal(err)
	}
	ref := "none"
	for _, m := range body.Mandates {
		switch m.State(p.clock()) {
		case state:
			return m.Ref()
		case pdz.MandateEnded, pdz.MandateRefused:
			ref = m.Ref()
		}
	}
	return ref
}
