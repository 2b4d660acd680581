package web

import (
	"errors"
	"net/http"

	"concerto/internal/app"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Errors of the edge itself.
var (
	errNoPage      = errors.New("no such page")
	errMethod      = errors.New("method not allowed")
	errHost        = errors.New("not a host of this site")
	errCrossOrigin = errors.New("posted by another site")
	errTooMany     = errors.New("too many posts from one network")
	errMalformed   = errors.New("body cannot be read")
	errSignIn      = errors.New("nobody signed in")
)

// errorPage is the data of the page that reports an error.
type errorPage struct {
	Layout
	Status   int
	Heading  string
	Sentence string // what happened, and what to do now
	ErrorID  string // only for an error of ours
	Instead  string // where to read what was asked for, or empty
	SignIn   string // where to sign in and come back, or empty
}

// failure is how an error is told to people: a status and two messages.
type failure struct {
	is       error
	status   int
	heading  string
	sentence string
}

// failures are tried in order; an error that is none of them is ours (500).
var failures = []failure{
	{errNoPage, 404, i18n.M("Questa pagina non c’è"),
		i18n.M("L’indirizzo può essere sbagliato o la pagina può essere stata spostata. Riparti dalla pagina iniziale.")},
	{app.ErrNotFound, 404, i18n.M("Questa pagina non c’è"),
		i18n.M("L’indirizzo può essere sbagliato o la pagina può essere stata spostata. Riparti dalla pagina iniziale.")},
	{app.ErrForbidden, 403, i18n.M("Non puoi aprire questa pagina"),
		i18n.M("Serve un collegamento valido o un accesso che qui non risulta. Se pensi che sia un errore, rivolgiti allo sportello.")},
	{errSignIn, 401, i18n.M("Serve l’accesso"),
		i18n.M("Questa pagina è di chi ha fatto l’accesso. Accedi con il tuo indirizzo e-mail e torna qui.")},
	{errCrossOrigin, 403, i18n.M("Invio non accettato"),
		i18n.M("Il modulo è stato inviato da un altro sito. Torna alla pagina del modulo e invialo da lì.")},
	{app.ErrClosed, 403, i18n.M("Ora non è possibile"),
		i18n.M("L’avviso non lo consente in questo momento. La pagina del percorso dice che cosa è aperto e fino a quando.")},
	{app.ErrBusy, 503, i18n.M("Riprova fra poco"),
		i18n.M("In questo momento arrivano molte richieste. Quello che hai scritto non è andato perso: torna indietro e invia di nuovo fra qualche secondo.")},
	{app.ErrClock, 503, i18n.M("Ora non si può registrare nulla"),
		i18n.M("L’orologio del sito non è a posto e va corretto da chi lo gestisce. Quello che hai scritto non è stato registrato: se un termine è vicino, usa un altro dei canali dell’avviso.")},
	{app.ErrUnavailable, 503, i18n.M("Ora non si può registrare nulla"),
		i18n.M("L’archivio del sito in questo momento non può scrivere. Quello che hai inviato ora non è confermato da una ricevuta: torna indietro e invia di nuovo fra qualche secondo. Se un termine è vicino, usa un altro dei canali dell’avviso.")},
	{errMethod, 405, i18n.M("Questa azione non è prevista"),
		i18n.M("La pagina esiste, ma non si usa in questo modo. Riparti dalla pagina iniziale.")},
	{errHost, 421, i18n.M("Questo non è l’indirizzo del sito"),
		i18n.M("Il sito risponde a un altro nome. Controlla l’indirizzo che hai scritto.")},
	{errMalformed, 400, i18n.M("L’invio non è leggibile"),
		i18n.M("I dati sono arrivati a metà o in una forma che il sito non conosce. Torna al modulo e invia di nuovo.")},
	{errTooMany, 429, i18n.M("Troppi invii insieme"),
		i18n.M("Dalla tua rete sono arrivati molti invii in poco tempo. Aspetta qualche secondo e riprova.")},
}

// explain turns an error into what people are told.
func explain(err error) failure {
	for _, f := range failures {
		if errors.Is(err, f.is) {
			return f
		}
	}
	var tooLarge *http.MaxBytesError
	var problems pdz.Problems
	var pending formatPending
	switch {
	case errors.As(err, &pending):
		return pending.explain()
	case app.Away(err):
		return failure{err, 503, i18n.M("Riprova fra poco"),
			i18n.M("L’archivio del sito in questo momento non risponde. Riprova fra qualche secondo.")}
	case errors.As(err, &tooLarge):
		return failure{err, 413, i18n.M("L’invio è troppo grande"),
			i18n.M("Riduci la dimensione dei file allegati e riprova. Il limite è scritto accanto al campo.")}
	case errors.As(err, &problems):
		return failure{err, 422, i18n.M("I dati non sono completi"),
			i18n.M("Torna al modulo, controlla i campi indicati e invia di nuovo.")}
	}
	return failure{err, 500, i18n.M("Si è verificato un errore nel sito"),
		i18n.M("Il problema è nostro, non tuo. Riprova fra poco; se continua, segnala allo sportello il codice qui sotto.")}
}

// fail answers with the error page of an error. Errors of ours are logged under
// an id, which is all of them that the page shows.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := explain(err)
	id := ""
	if f.status == 500 || app.Away(err) {
		id = s.newErrorID()
		note(r).errorID = id
		s.Log.ErrorContext(r.Context(), "request failed", "error_id", id, "error", err)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	if f.status == 429 || f.status == 503 {
		h.Set("Retry-After", "5")
	}
	var v *app.ProcessView
	if f.status < 500 {
		v = s.around(r)
	}
	p := &errorPage{Layout: s.layout(r, v), Status: f.status, ErrorID: id}
	p.Heading, p.Sentence = p.T(f.heading), p.T(f.sentence)
	var pending formatPending
	if errors.As(err, &pending) {
		p.Instead = p.Href(pending.page)
	}
	if errors.Is(err, errSignIn) {
		p.SignIn = s.signInHref(r, &p.Layout)
	}
	p.Title, p.Current = p.Heading, ""
	p.Private = true
	if err := s.show(w, r, f.status, "error", p); err != nil {
		s.Log.ErrorContext(r.Context(), "error page", "error", err)
		http.Error(w, p.Heading, f.status)
	}
}

// around returns the process whose header an error page carries, so that who took
// a wrong turn is still in the right house; nil when the address is of no Ambito.
func (s *Site) around(r *http.Request) *app.ProcessView {
	ambito := firstSegment(r.URL.Path)
	if ambito == "" || Reserved(ambito) {
		return nil
	}
	views, err := s.App.Processes(r.Context(), ambito)
	if err != nil || len(views) == 0 {
		return nil
	}
	return &views[0]
}
