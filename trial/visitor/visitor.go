// Package visitor adheres to a process through the pages of the site, as a body
// with a browser and without JavaScript does: it opens the sheet of information,
// begins a form, posts one step after another, and at last makes the one click
// that counts. Nothing is left out for speed that the server would check: each
// body comes from a network of its own (X-Forwarded-For, for a server that was
// started with --proxy-header), so the limit on posts stays in force, and says as
// a browser would that it posts from the site itself.
//
// The client is a plain HTTP/1.1 connection that one goroutine owns. Nothing is
// ever sent twice on its own account, as net/http's transport may do, because
// after a cut connection "was it acknowledged?" must have one answer. Prepare and
// Send are apart, so that a rush can have its drafts ready and fire only the click.
package visitor

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ProxyHeader is the header in which the visitor says where it comes from.
const ProxyHeader = "X-Forwarded-For"

// Site is where bodies adhere.
type Site struct {
	Base     *url.URL      // as the server's --base-url; its host is the Host of every request
	Addr     string        // address to connect to; empty: that of Base
	Process  string        // path of the process, such as /lecce/percorsi/2014-2016
	Pages    bool          // open every page on the way, as a browser does; else post only
	Patience time.Duration // for one answer
}

// Lecce is the site of the process that package instance serves.
func Lecce(base string) (*Site, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	return &Site{Base: u, Process: "/lecce/percorsi/2014-2016", Patience: 30 * time.Second}, nil
}

// At returns the same site reached at another address: another instance of it.
func (s *Site) At(addr string) *Site {
	other := *s
	other.Addr = addr
	return &other
}

// Refusal is an answer that acknowledges nothing.
type Refusal struct {
	Method, Path string
	Status       int
	RetryAfter   string
	Words        string // what the page says, without markup, shortened
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s %s: %d %s", r.Method, r.Path, r.Status, r.Words)
}

// Draft is a form filled in up to the last click. It can be sent on any connection
// to any instance, and again: the draft is the idempotency key.
type Draft struct {
	Body int    // number of the body
	From string // its address
	Path string // of the draft
}

// Receipt is what the answer to the last click says.
type Receipt struct {
	Code     string // of the adhesion
	Own      string // path of the owner's pages
	Index    int64  // of the leaf, from 0
	Size     int64  // of the tree that the receipt proves it in
	LeafHash string // hexadecimal
	Replayed bool   // the draft had been received before
}

// Prepare fills in the form for a body, up to the last click.
func (c *Conn) Prepare(b Body) (Draft, error) {
	c.From = b.From
	if c.site.Pages {
		if _, err := c.page(c.site.Process + "/adesione"); err != nil {
			return Draft{}, err
		}
	}
	at, err := c.step(c.site.Process+"/adesione", url.Values{"modulo": {"scheda-adesione"}})
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Body: b.Number, From: b.From, Path: at[:strings.LastIndexByte(at, '/')]}
	return d, c.fill(b, at)
}

// Continue takes up a form where an error of Prepare had left it. A form that was
// never begun is begun.
func (c *Conn) Continue(b Body, d Draft) (Draft, error) {
	if d.Path == "" {
		return c.Prepare(b)
	}
	c.From = b.From
	a, err := c.Get(d.Path)
	if err != nil {
		return d, err
	}
	if a.Status != http.StatusSeeOther {
		return d, a.refusal(http.MethodGet, d.Path)
	}
	return d, c.fill(b, a.Location)
}

// fill goes from a step to the summary.
func (c *Conn) fill(b Body, at string) error {
	for !strings.HasSuffix(at, "/riepilogo") {
		if err := c.look(at); err != nil {
			return err
		}
		answers, known := b.Answers[at[strings.LastIndexByte(at, '/')+1:]]
		if !known {
			return fmt.Errorf("%s is no step of the form", at)
		}
		var err error
		if at, err = c.step(at, answers); err != nil {
			return err
		}
	}
	return c.look(at)
}

// look opens a page on the way, if pages are opened at all.
func (c *Conn) look(path string) error {
	if !c.site.Pages {
		return nil
	}
	_, err := c.page(path)
	return err
}

func (c *Conn) page(path string) (*Answer, error) {
	a, err := c.Get(path)
	if err == nil && a.Status != http.StatusOK {
		err = a.refusal(http.MethodGet, path)
	}
	return a, err
}

// step posts a step and returns the address of the next.
func (c *Conn) step(path string, form url.Values) (string, error) {
	a, err := c.Post(path, form.Encode())
	if err != nil {
		return "", err
	}
	if a.Status != http.StatusSeeOther || a.Location == "" {
		return "", a.refusal(http.MethodPost, path)
	}
	return a.Location, nil
}

// declarations is what the last click carries.
const declarations = "presa-visione-privacy=on"

// Send makes the last click. A Refusal acknowledged nothing; after any other error
// nobody knows, and the same draft may be sent again.
func (c *Conn) Send(d Draft) (Receipt, error) {
	c.From = d.From
	a, err := c.Post(d.Path+"/invio", declarations)
	if err != nil {
		return Receipt{}, err
	}
	if a.Status != http.StatusCreated && a.Status != http.StatusOK {
		return Receipt{}, a.refusal(http.MethodPost, d.Path)
	}
	return a.receipt()
}

// File downloads one of the owner's files: ricevuta.json, ricevuta.tlog-proof or dati.json.
func (c *Conn) File(r Receipt, name string) ([]byte, error) {
	a, err := c.page(r.Own + "/" + name)
	if err != nil {
		return nil, err
	}
	return a.Body, nil
}

// Adhere is Prepare and Send.
func (c *Conn) Adhere(b Body) (Draft, Receipt, error) {
	d, err := c.Prepare(b)
	if err != nil {
		return d, Receipt{}, err
	}
	r, err := c.Send(d)
	return d, r, err
}
