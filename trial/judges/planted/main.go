// Command planted is a small web site with one flaw for each judge from outside:
// a query put together from what is typed (sqlmap), a greeting that says back what
// it is given (wapiti), connections that are never ended and are soon used up
// (slowhttptest), a file that nobody links to (ffuf), a page that many cannot use
// (axe-core and Lighthouse). A judge that does not find its flaw here is blind, and
// what it says of Concerto is worth nothing.
//
//	planted 127.0.0.1:PORT
//
// serves until it is ended. It holds nothing and belongs on no network.
package main

import (
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"

	_ "modernc.org/sqlite"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "planted:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("one argument, the address to listen on; got %d", len(args))
	}
	db, err := open()
	if err != nil {
		return err
	}
	defer db.Close()
	l, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	fmt.Printf("planted listens on http://%s\n", l.Addr())
	return http.Serve(&fewListener{Listener: l, places: make(chan struct{}, most)}, site(db)) // without any time limit: the flaw
}

// open makes the table that the query asks.
func open() (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // a database in memory is its connection's
	_, err = db.Exec(`CREATE TABLE bodies (id INTEGER PRIMARY KEY, name TEXT, secret TEXT);
		INSERT INTO bodies (name, secret) VALUES ('Aquiloni', 'a'), ('Faro', 'b'), ('Melograno', 'c')`)
	return db, err
}

func site(db *sql.DB) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", start)
	mux.HandleFunc("GET /cerca", func(w http.ResponseWriter, r *http.Request) { search(db, w, r) })
	mux.HandleFunc("GET /saluto", greet)
	mux.HandleFunc("POST /saluto", greet)
	mux.HandleFunc("GET /inaccessibile", unusable)
	mux.HandleFunc("GET /.git/HEAD", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ref: refs/heads/main") })
	return mux
}

func start(w http.ResponseWriter, _ *http.Request) {
	page(w, `<h1>Planted</h1><p><a href="/cerca?nome=Faro">cerca</a> <a href="/saluto?nome=Ada">saluto</a></p>
<form method="post" action="/saluto"><label>Nome <input name="nome"></label><button>Saluta</button></form>`)
}

// search puts what is typed into the query, and says what the database complains about.
func search(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	rows, err := db.Query("SELECT name FROM bodies WHERE name = '" + r.FormValue("nome") + "'")
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		page(w, "<h1>Errore</h1><p>SQLite error: "+err.Error()+"</p>")
		return
	}
	defer rows.Close()
	body := "<h1>Trovati</h1><ul>"
	for rows.Next() {
		var name string
		if rows.Scan(&name) == nil {
			body += "<li>" + name + "</li>"
		}
	}
	page(w, body+"</ul>")
}

// greet says back what it is given, as it is.
func greet(w http.ResponseWriter, r *http.Request) {
	page(w, "<h1>Saluto</h1><p>Ciao "+r.FormValue("nome")+"</p>")
}

// unusable has no language, no title, no words for a picture and a field, and grey on grey.
func unusable(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, `<!doctype html><html><body><main><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="40" height="40">
<p style="color:#bbb;background:#ccc">Non si legge.</p><input name="senza-nome"><a href="/"></a></main></body></html>`)
}

func page(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="it"><head><title>Planted</title></head><body><main>%s</main></body></html>`, body)
}

// most is how many connections are served at a time, as where each has a thread of its own.
const most = 100

// fewListener has a place for few connections, each held until its end.
type fewListener struct {
	net.Listener
	places chan struct{}
}

func (l *fewListener) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &placedConn{Conn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

type placedConn struct {
	net.Conn
	leave func()
}

func (c *placedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
