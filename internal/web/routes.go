package web

import (
	"net/http"
	"slices"
)

// Handler answers a request that its rule has let through. An error becomes an
// error page (errors.go).
type Handler func(*Site, http.ResponseWriter, *http.Request) error

// Route is one row of the table. The names of form and query parameters are
// Italian, like the addresses.
type Route struct {
	Method  string
	Pattern string // http.ServeMux, without method and without language prefix
	Rule    Rule
	Handler Handler
	Body    int64 // bytes a request body may have; 0 means defaultBody
	Stream  bool  // the handler reads the body itself and fixes the instant of reception (WithReceivedAt)

	// Personal says for which purpose the page shows personal data: who opens it is
	// noted with it before the handler runs (P27). Empty: it shows none.
	Personal string
}

// Routes returns the table: every address of the site.
func Routes() []Route {
	return slices.Concat(
		siteRoutes(), processRoutes(), documentRoutes(), deskRoutes(), registerRoutes(),
		adhesionRoutes(), receiptRoutes(), verifyRoutes(), demoRoutes(),
		signInRoutes(), appointmentRoutes(),
		decideRoutes(),
		mineRoutes(), bodyRoutes(), erasureRoutes(),
		questionRoutes(),
		amendRoutes(),
		inboxRoutes(), exportRoutes(),
		auditorRoutes(),
		dashboardRoutes(),
	)
}

func siteRoutes() []Route {
	return []Route{
		get("/{$}", Public, page((*Site).start)),
		get("/salute", Public, (*Site).health),
		get("/robots.txt", Public, (*Site).robots),
		get("/favicon.ico", Public, (*Site).favicon),
		get("/static/{file}", Public, (*Site).static),
		get("/{ambito}", Public, (*Site).addSlash),
		get("/{ambito}/{$}", Public, page((*Site).home)),
	}
}

func processRoutes() []Route {
	const p = "/{ambito}/percorsi/{percorso}"
	return []Route{
		get(p, Public, page((*Site).process, "chi", "fase")),
		get(p+"/calendario", Public, page((*Site).calendar, "chi", "fase")),
		get(p+"/calendario.ics", Public, page((*Site).calendarFile)),
		get(p+"/incontri/{file}", Public, page((*Site).session)),
		get(p+"/tavoli", Public, page((*Site).tables)),
		get(p+"/tavoli/{n}", Public, page((*Site).table)),
		get(p+"/definizione", Public, page((*Site).definition, "blocco")),
		get(p+"/definizione.yaml", Public, page((*Site).definitionFile)),
		get(p+"/interpretazioni", Public, page((*Site).interpretations)),
	}
}

func documentRoutes() []Route {
	const p = "/{ambito}/percorsi/{percorso}/documenti"
	return []Route{
		get(p, Public, page((*Site).documents)),
		get(p+"/{file}", Public, page((*Site).document)),
	}
}

func deskRoutes() []Route {
	return []Route{
		get("/{ambito}/privacy", Public, page((*Site).privacy)),
		get("/{ambito}/note-legali", Public, page((*Site).legalNotes)),
		get("/{ambito}/accessibilita", Public, page((*Site).accessibility)),
		get("/{ambito}/mappa", Public, page((*Site).siteMap)),
		get("/{ambito}/parere", Public, (*Site).feedback),
		post("/{ambito}/parere", Public, (*Site).saveFeedback),
	}
}

func registerRoutes() []Route {
	return []Route{
		get("/{ambito}/registro", Public, (*Site).addSlash),
		get("/{ambito}/registro/{$}", Public, page((*Site).register)),
		get("/{ambito}/registro/checkpoint", Public, (*Site).checkpoint),
		get("/{ambito}/registro/chiave", Public, (*Site).logKey),
		get("/{ambito}/registro/tile/{path...}", Public, (*Site).tile),
	}
}

// shows marks a row whose page shows personal data, with the purpose of it.
func (r Route) shows(purpose string) Route {
	r.Personal = purpose
	return r
}

// get and post make rows; others write the Route out.
func get(pattern string, rule Rule, h Handler) Route {
	return Route{Method: http.MethodGet, Pattern: pattern, Rule: rule, Handler: h}
}

func post(pattern string, rule Rule, h Handler) Route {
	return Route{Method: http.MethodPost, Pattern: pattern, Rule: rule, Handler: h}
}
