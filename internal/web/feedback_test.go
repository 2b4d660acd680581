package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAnOpinionInTwoSteps(t *testing.T) {
	s := newTestSite(t, eve)
	first := s.document(t, percorso)
	action := first.Find(".ps-feedback form").AttrOr("action", "")
	second := s.document(t, action+"?voto=2&pagina="+url.QueryEscape(percorso))
	if second.Find(`[data-element="feedback-rating-negative"]`).Length() != 1 {
		t.Error("a low mark does not ask what was hard")
	}
	if got := second.Find(`[data-element="feedback-rating-answer"]`).Length(); got != 5 {
		t.Errorf("%d answers, want the 5 fixed ones", got)
	}
	if s.document(t, action+"?voto=4&pagina=/").Find(`[data-element="feedback-rating-positive"]`).Length() != 1 {
		t.Error("a high mark does not ask what was good")
	}
	form := url.Values{"voto": {"2"}, "pagina": {percorso}, "risposta": {disliked[0]}, "dettagli": {"Manca la data."}}
	w := s.do(http.MethodPost, action, form.Encode(), "Sec-Fetch-Site", "same-origin")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("POST = %d, want 303", w.Code)
	}
	if !strings.Contains(s.get(w.Header().Get("Location")).Body.String(), "Grazie") {
		t.Error("no thanks after the post")
	}
}

func TestAnOpinionLeadsOnlyBackHere(t *testing.T) {
	for address, want := range map[string]string{
		"/lecce/": "/lecce/", "/lecce/x?chi=aperti": "/lecce/x?chi=aperti", "https://evil.example": "/", "//evil.example": "/",
		`/\evil.example`: "/", "": "/", "javascript:alert(1)": "/", "/" + strings.Repeat("x", 300): "/",
	} {
		if got := ownAddress(address); got != want {
			t.Errorf("ownAddress(%q) = %q, want %q", address, got, want)
		}
	}
}

func FuzzOwnAddress(f *testing.F) {
	for _, seed := range []string{"/lecce/", "//evil.example", `/\evil`, "/\t/evil.example", "http:/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.Parse(ownAddress(s))
		if err == nil && (u.Host != "" || u.Scheme != "") {
			t.Errorf("ownAddress(%q) leads to host %q, scheme %q", s, u.Host, u.Scheme)
		}
	})
}
