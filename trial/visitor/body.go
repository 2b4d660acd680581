package visitor

import (
	"fmt"
	"net/url"
)

// Body is a body, or a citizen, with what it answers at each step of the form.
type Body struct {
	Number  int
	From    string // address; its network is nobody else's
	Name    string
	TaxCode string
	Answers map[string]url.Values // by the last element of the step's address
}

// MaxBodies is how many bodies there are: beyond it networks would be shared.
const MaxBodies = 200 << 16

var (
	kinds  = []string{"odv", "aps", "cooperativa-sociale", "no-profit", "onlus", "parrocchia", "ente-formazione", "fondazione", "altro", "libero-cittadino"}
	towns  = []string{"lecce", "arnesano", "cavallino", "lequile", "lizzanello", "monteroni-di-lecce", "surbo"}
	tables = []string{"prima-infanzia", "poverta", "accoglienza", "genitorialita", "non-autosufficienza", "violenza"}

	things = []string{"Melograno", "Faro", "Ponte", "Girasole", "Ulivo", "Cantiere", "Sentiero", "Mosaico", "Approdo", "Telaio", "Forno", "Cortile", "Vento"}
	ties   = []string{"di tutti", "del quartiere", "delle famiglie", "dei giovani", "senza barriere", "che cresce", "di domani"}
	names  = []string{"Anna", "Carlo", "Elena", "Giorgio", "Irene", "Luca", "Marta", "Nicola", "Olga", "Paolo", "Rosa"}
	last   = []string{"Perrone", "Greco", "De Luca", "Rizzo", "Quarta", "Leone", "Mele", "Calò", "Serra", "Longo", "Martina", "Ingrosso", "Zecca"}
)

// BodyOf returns the n-th invented body, n from 1 to MaxBodies; the same n gives
// the same body. No two share tax code, name, address or network.
func BodyOf(n int) Body {
	pick := func(list []string, step int) string { return list[n/step%len(list)] }
	b := Body{Number: n, From: fmt.Sprintf("%d.%d.%d.%d", 11+n>>16, n>>8&255, n&255, 1+n%250)}
	kind := pick(kinds, 1)
	person := fmt.Sprintf("%s %s", pick(names, 1), pick(last, len(names)))
	b.Name = fmt.Sprintf("%s %s %d", pick(things, 3), pick(ties, 5), n)
	who := url.Values{"categoria": {kind}, "recapito-email": {fmt.Sprintf("segreteria%d@ente.example", n)}}
	contact := url.Values{"nome-cognome": {person}, "recapito-telefono": {fmt.Sprintf("0832 %06d", n%1_000_000)}}
	if kind == "libero-cittadino" {
		b.TaxCode, b.Name = PersonCode(n), person
	} else {
		b.TaxCode = BodyCode(n)
		who.Set("denominazione", b.Name)
		who.Set("comune-sede", pick(towns, 2))
		who.Set("costituita-il", fmt.Sprintf("%02d/%02d/%d", 1+n%28, 1+n%12, 1990+n%20))
		contact.Set("ruolo", "legale-rappresentante")
	}
	who.Set("codice-fiscale", b.TaxCode)
	wishes := url.Values{"tavoli-scelti": {pick(tables, 1), pick(tables, len(tables)+1)},
		"attese": {"Un centro aperto anche il sabato, con il trasporto per chi abita fuori dal paese."}}
	if t := wishes["tavoli-scelti"]; t[0] == t[1] {
		wishes["tavoli-scelti"] = t[:1]
	}
	b.Answers = map[string]url.Values{"chi": who, "referente": contact, "tavoli": wishes}
	return b
}

// BodyCode returns the n-th tax code of a body: ten digits and the check digit.
func BodyCode(n int) string {
	code := fmt.Sprintf("%010d", n)
	sum := 0
	for i, r := range code {
		d := int(r - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return fmt.Sprintf("%s%d", code, (10-sum%10)%10)
}

// oddWeights are the values of 0 to 9 and of A to Z in the odd places of a personal
// code (D.M. 23 December 1976).
var oddWeights = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// PersonCode returns the n-th tax code of a person born in a place that does not exist.
func PersonCode(n int) string {
	code := []byte("AAAAAA80A01X000")
	for i, rest := 5, n; i >= 0; i, rest = i-1, rest/26 {
		code[i] = 'A' + byte(rest%26)
	}
	sum := 0
	for i, b := range code {
		v := int(b - '0')
		if b >= 'A' {
			v = int(b - 'A')
		}
		if i%2 == 0 {
			v = oddWeights[v]
		}
		sum += v
	}
	return string(append(code, 'A'+byte(sum%26)))
}
