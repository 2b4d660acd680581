package visitor

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Conn is one connection to the site, kept alive between requests and opened
// again after it broke. It belongs to one goroutine.
type Conn struct {
	From string // the client's address; Prepare and Send set it to that of the body

	site *Site
	tcp  net.Conn
	in   *bufio.Reader
	out  []byte
}

// Dial returns a connection, which is opened at the first request.
func (s *Site) Dial() *Conn { return &Conn{site: s, From: "192.0.2.1"} }

// Close ends the connection; the next request opens another.
func (c *Conn) Close() {
	if c.tcp != nil {
		c.tcp.Close()
		c.tcp = nil
	}
}

// Answer is what the server answered, whatever its status.
type Answer struct {
	Status     int
	Location   string
	RetryAfter string
	Body       []byte
}

// Get asks for a page.
func (c *Conn) Get(path string) (*Answer, error) {
	return c.ask(http.MethodGet, path, "")
}

// Post posts a form from a page of the site.
func (c *Conn) Post(path, form string) (*Answer, error) {
	return c.ask(http.MethodPost, path, form)
}

func (c *Conn) ask(method, path, form string) (*Answer, error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	a, err := c.exchange(method, path, form)
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return a, nil
}

func (c *Conn) open() (err error) {
	if c.tcp != nil {
		return nil
	}
	addr := c.site.Addr
	if addr == "" {
		addr = c.site.Base.Host
	}
	if c.tcp, err = net.DialTimeout("tcp", addr, c.site.Patience); err != nil {
		return err
	}
	if c.in == nil {
		c.in = bufio.NewReaderSize(nil, 16<<10)
	}
	c.in.Reset(c.tcp)
	return nil
}

func (c *Conn) exchange(method, path, form string) (*Answer, error) {
	if err := c.tcp.SetDeadline(time.Now().Add(c.site.Patience)); err != nil {
		return nil, err
	}
	c.out = c.request(c.out[:0], method, path, form)
	if _, err := c.tcp.Write(c.out); err != nil {
		return nil, err
	}
	r, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	a := &Answer{Status: r.StatusCode, Location: r.Header.Get("Location"), RetryAfter: r.Header.Get("Retry-After")}
	if a.Body, err = io.ReadAll(r.Body); err != nil {
		return nil, errors.Join(errors.New("answer cut short"), err)
	}
	if r.Close {
		c.Close()
	}
	return a, nil
}

// request writes what a browser sends, as far as the server looks at it.
func (c *Conn) request(b []byte, method, path, form string) []byte {
	b = fmt.Appendf(b, "%s %s HTTP/1.1\r\nHost: %s\r\n%s: %s\r\nAccept: text/html\r\nAccept-Language: it\r\n",
		method, path, c.site.Base.Host, ProxyHeader, c.From)
	if method == http.MethodPost {
		b = fmt.Appendf(b, "Origin: %s://%s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ",
			c.site.Base.Scheme, c.site.Base.Host)
		b = strconv.AppendInt(b, int64(len(form)), 10)
		b = append(b, "\r\n"...)
	}
	b = append(b, "\r\n"...)
	return append(b, form...)
}
