package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"concerto/internal/app"
	"concerto/internal/i18n"
)

// feedbackPage is the second step of the question on every page: why. Question
// and answers are those that the design system fixes (C.SI.2.5, C.SI.2.6), so
// that they can be compared between sites.
type feedbackPage struct {
	Layout
	Page     string // address the opinion is about
	Rate     int    // 1 to 5; 0 asks for it first
	Positive bool
	Question string
	Answers  []string // in Italian: the value posted and stored
	Done     bool
}

// positiveFrom is the mark from which one is asked what was good.
const positiveFrom = 4

// maxWords is how many characters the details may have.
const maxWords = 200

var (
	liked = []string{
		i18n.M("Le indicazioni erano chiare"),
		i18n.M("Le indicazioni erano complete"),
		i18n.M("Capivo sempre che stavo procedendo correttamente"),
		i18n.M("Non ho avuto problemi tecnici"),
		i18n.M("Altro"),
	}
	disliked = []string{
		i18n.M("A volte le indicazioni non erano chiare"),
		i18n.M("A volte le indicazioni non erano complete"),
		i18n.M("A volte non capivo se stavo procedendo correttamente"),
		i18n.M("Ho avuto problemi tecnici"),
		i18n.M("Altro"),
	}
)

func (s *Site) feedback(w http.ResponseWriter, r *http.Request) error {
	v, err := s.newest(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := &feedbackPage{Layout: s.layout(r, v), Page: ownAddress(q.Get("pagina")), Done: q.Get("fatto") == "1"}
	p.Private = true
	p.Title = p.T("Il tuo parere")
	p.Crumbs = []Link{{Text: p.Title}}
	p.Rate = rateOf(q.Get("voto"))
	p.Positive = p.Rate >= positiveFrom
	p.Question, p.Answers = p.T("Dove hai incontrato le maggiori difficoltà?"), disliked
	if p.Positive {
		p.Question, p.Answers = p.T("Quali sono stati gli aspetti che hai preferito?"), liked
	}
	return s.show(w, r, http.StatusOK, "feedback", p)
}

// saveFeedback keeps the opinion and says thanks. It takes the fixed answers only.
func (s *Site) saveFeedback(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := app.Feedback{
		Ambito: r.PathValue("ambito"),
		Page:   ownAddress(r.PostFormValue("pagina")),
		Rate:   rateOf(r.PostFormValue("voto")),
		Answer: r.PostFormValue("risposta"),
		Words:  cut(strings.TrimSpace(r.PostFormValue("dettagli")), maxWords),
	}
	if !slices.Contains(liked, f.Answer) && !slices.Contains(disliked, f.Answer) {
		f.Answer = ""
	}
	if err := s.App.SaveFeedback(r.Context(), f); err != nil {
		return err
	}
	return seeOther(w, r, sameAddress(r)+"?fatto=1")
}

func rateOf(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 5 {
		return n
	}
	return 0
}

// ownAddress returns an address of this site as it came, or that of the home: it
// becomes a link, which must not lead elsewhere.
func ownAddress(s string) string {
	if len(s) > 200 || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n") {
		return "/"
	}
	return s
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
