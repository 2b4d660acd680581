package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/register"
)

// Anyone may bring a receipt here and learn what it proves. The page tells also
// how to do the same without this site, which is the point of a receipt.

const (
	maxReceiptFile = 1 << 20
	maxVerifyBody  = maxReceiptFile + 64<<10 // what the form adds
)

func verifyRoutes() []Route {
	return []Route{
		get("/{ambito}/verifica", Public, (*Site).verifyForm),
		{Method: http.MethodPost, Pattern: "/{ambito}/verifica", Rule: Public, Handler: (*Site).verify, Body: maxVerifyBody},
	}
}

func verifyPages() []PageType { return []PageType{{"verify", &verifyPage{}}} }

// verifyPage takes a receipt and tells what it proves.
type verifyPage struct {
	Layout
	Text    string // what was pasted
	Problem string // why nothing could be verified
	Result  *verdictView
	Key     string // public key of this register
}

// verdictView is the outcome as sentences.
type verdictView struct {
	Good, Doubtful bool
	Heading        string
	Reason         string
	Leaf           *leafView
}

// leafView is what the act in a receipt says, in plain words.
type leafView struct {
	Index, Size, Number   int64 // Index counts from one, Number is the leaf's own n
	Kind, Via, Process    string
	Received, Registered  string
	Source                string
	Log, Code, CheckCode  string
	PublicHref            string // only for an act of this register
	OutOfStep, Attachment bool
	Files                 int
}

func (s *Site) verifyPage(r *http.Request) (*verifyPage, error) {
	views, err := s.App.Processes(r.Context(), r.PathValue("ambito"))
	if err != nil {
		return nil, err
	}
	if len(views) == 0 {
		return nil, app.ErrNotFound
	}
	p := &verifyPage{Layout: s.layout(r, &views[0])}
	p.Title = p.T("Verifica una ricevuta")
	p.Description = p.T("Controlla che una ricevuta sia autentica e leggi che cosa dimostra.")
	p.Current = p.AmbitoHref("verifica")
	p.crumbs(Link{p.Title, ""})
	p.Key, err = s.App.LogKey(r.Context(), p.AmbitoID)
	return p, err
}

func (s *Site) verifyForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.verifyPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "verify", p)
}

func (s *Site) verify(w http.ResponseWriter, r *http.Request) error {
	p, err := s.verifyPage(r)
	if err != nil {
		return err
	}
	data, err := p.presented(r)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		p.Problem = p.T("Incolla il testo della ricevuta oppure scegli il suo file.")
		return s.show(w, r, http.StatusUnprocessableEntity, "verify", p)
	}
	report := register.Verify([]register.NamedFile{{Name: "ricevuta", Data: data}}, register.Options{Keys: []string{p.Key}})
	p.Result = p.verdict(report.Findings[len(report.Findings)-1])
	return s.show(w, r, http.StatusOK, "verify", p)
}

// presented returns the file, or else the pasted text.
func (p *verifyPage) presented(r *http.Request) ([]byte, error) {
	if err := r.ParseMultipartForm(maxVerifyBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, &malformedError{err}
	}
	p.Text = r.PostFormValue("testo")
	file, _, err := r.FormFile("file")
	if err == nil {
		defer file.Close()
		data, err := io.ReadAll(file)
		if err != nil || len(data) > 0 {
			return data, err
		}
	}
	return pasted(p.Text), nil
}

// pasted undoes what a form and a hand do to a text: line ends of the network,
// blank lines around, the last newline lost.
func pasted(text string) []byte {
	data := bytes.TrimSpace([]byte(strings.ReplaceAll(text, "\r\n", "\n")))
	if len(data) > 0 && data[0] != '{' {
		data = append(data, '\n')
	}
	return data
}

// verdictHeadings are the answers, by code.
var verdictHeadings = map[register.Code]string{
	register.Valid:        i18n.M("La ricevuta è valida"),
	register.NotValid:     i18n.M("La ricevuta non è valida"),
	register.Unreadable:   i18n.M("La ricevuta non è leggibile"),
	register.NotAnchored:  i18n.M("La ricevuta è valida, ma la chiave non è di questo registro"),
	register.Misbehaviour: i18n.M("Il registro si è contraddetto"),
}

// verdictReasons are the sentences for what was found. The arguments of the
// finding go into their verbs.
var verdictReasons = map[string]string{
	register.ReasonOK:           i18n.M("È firmata con la chiave di questo registro, e tutto corrisponde: l’atto c’è, ed è quello."),
	register.ReasonNotAnchored:  i18n.M("Tutto corrisponde, ma la firma è del registro %s: chiedi a quell’Ambito la sua chiave."),
	register.ReasonFormat:       i18n.M("Il testo non è una ricevuta, una prova o un’impronta del registro, oppure è stato rovinato o modificato (dettaglio: %s)."),
	register.ReasonKey:          i18n.M("La chiave di questo registro non si può leggere (dettaglio: %s)."),
	register.ReasonIndex:        i18n.M("L’atto dice di essere il n. %s, la prova lo mette al n. %s."),
	register.ReasonOrigin:       i18n.M("L’atto è del registro %s, l’impronta è del registro %s."),
	register.ReasonInclusion:    i18n.M("La prova non porta dall’atto n. %s all’impronta del registro di %s atti."),
	register.ReasonSignature:    i18n.M("La firma sull’impronta del registro %s non è buona."),
	register.ReasonNoKey:        i18n.M("La firma è del registro %s, di cui qui non si conosce la chiave: non si può controllare."),
	register.ReasonUntrustedKey: i18n.M("La firma porta il nome del registro %s, ma non è della sua chiave: qualcuno ha firmato al suo posto."),
	register.ReasonBody:         i18n.M("Il testo dell’atto non è quello registrato."),
	register.ReasonFiles:        i18n.M("L’elenco degli allegati non è quello registrato."),
	register.ReasonFileCount:    i18n.M("Gli allegati elencati sono %s, quelli registrati %s."),
	register.ReasonAuthor:       i18n.M("L’autore dell’atto non è quello registrato."),
}

func (p *verifyPage) verdict(f register.Finding) *verdictView {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = shortened(a)
	}
	v := &verdictView{Good: f.Code == register.Valid, Doubtful: f.Code == register.NotAnchored,
		Heading: p.T(verdictHeadings[f.Code]), Reason: p.T(verdictReasons[f.Reason], args...)}
	if f.Leaf != nil && (v.Good || v.Doubtful) {
		v.Leaf = p.leaf(f, v.Good)
	}
	return v
}

// vias are the words for the ways an act comes in, by the leaf's own.
var viaTexts = map[string]string{
	"web": i18n.M("dal sito"), "pec": i18n.M("per PEC"), "email": i18n.M("per e-mail"), "fax": i18n.M("per fax"),
	"sportello": i18n.M("allo sportello"), "presenza": i18n.M("in presenza"), "ufficio": i18n.M("dall’ufficio"), "sistema": i18n.M("dal sistema"),
}

func (p *verifyPage) leaf(f register.Finding, ours bool) *leafView {
	l := f.Leaf
	v := &leafView{Index: l.N + 1, Number: l.N, Size: f.Checkpoint.Size, Kind: p.kindText(l.Kind), Via: p.T(viaTexts[l.Via]), Process: l.Proc,
		Received: p.local(l.T), Registered: p.local(l.TR), Log: l.Log, Code: l.Matter, CheckCode: f.CheckCode,
		OutOfStep: l.OutOfStep(), Files: l.FileCount}
	if !l.TF.IsZero() {
		v.Source = p.local(l.TF)
	}
	if ours && isReceiptKind(l.Kind) {
		v.PublicHref = p.AmbitoHref("ricevuta/" + l.Matter)
	}
	return v
}

// isReceiptKind reports whether an act of this kind has a public receipt.
func isReceiptKind(kind string) bool { return kindTexts[kind] != "" }

func (p *verifyPage) local(t time.Time) string { return p.Instant(t.In(p.Proc.Zone)) }
