package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"concerto/internal/pdz"

	"golang.org/x/time/rate"
)

// What the last click of an adhesion costs, from the request to the receipt's page,
// with 64 bodies at a time.
func BenchmarkSubmit(b *testing.B) {
	s := newTestSite(b, eve, func(c *Config) { c.PostRate = rate.Inf })
	tokens := make([]string, b.N)
	for i := range tokens {
		d, err := s.App.StartDraft(b.Context(), "lecce", "2014-2016", "scheda-adesione")
		if err != nil {
			b.Fatal(err)
		}
		if d, err = s.App.SaveDraft(b.Context(), "lecce", d.Token, 5, nthSheet(i)); err != nil {
			b.Fatal(err)
		}
		tokens[i] = d.Token
	}
	form := url.Values{"presa-visione-privacy": {"si"}}.Encode()
	var next atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest("POST", "https://concerto.example"+percorso+"/adesione/"+tokens[next.Add(1)-1]+"/invio", strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			if s.ServeHTTP(w, r); w.Code != http.StatusCreated {
				b.Errorf("status %d", w.Code)
			}
		}
	})
}

// nthSheet is the sheet of the i-th invented body.
func nthSheet(i int) pdz.Answers {
	return pdz.Answers{
		"categoria": {"cooperativa-sociale"}, "denominazione": {fmt.Sprintf("Cooperativa di prova %d", i)}, "codice-fiscale": {vatNumber(i)},
		"comune-sede": {"lecce"}, "costituita-il": {"20/03/2011"}, "recapito-email": {fmt.Sprintf("prova%d@esempio.example", i)},
		"nome-cognome": {fmt.Sprintf("Ada Prova %d", i)}, "ruolo": {"legale-rappresentante"}, "recapito-telefono": {"0832 000000"},
		"tavoli-scelti": {"poverta", "genitorialita"}, "attese": {strings.Repeat("Un centro diurno per tutti. ", 40)},
	}
}

// vatNumber is the i-th VAT number with a right check digit.
func vatNumber(i int) string {
	code := fmt.Sprintf("9%09d", i)
	for d := '0'; d <= '9'; d++ {
		if pdz.CheckTaxCode(code+string(d)) == nil {
			return code + string(d)
		}
	}
	panic("no digit fits " + code)
}
