package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Content is what a page function returns: a page to render, or a file.
type Content struct {
	Page string // name of the template
	Data shell

	File        []byte // instead of a page
	ContentType string
	Name        string // under which a browser saves the file

	Redirect string // instead of both

	Until time.Time // after which it is built again although nothing came; zero: never
}

// build runs a page function and stores its answer. Redirects are not stored.
func (s *Site) build(r *http.Request, fn func(*Site, *http.Request) (*Content, error), a address, v version) (*entry, error) {
	c, err := fn(s, r)
	if err != nil {
		return nil, err
	}
	if c.Redirect != "" {
		return &entry{redirect: c.Redirect}, nil
	}
	body, contentType := c.File, c.ContentType
	if c.Page != "" {
		contentType = "text/html; charset=utf-8"
		if body, err = s.render(c.Page, c.Data); err != nil {
			return nil, fmt.Errorf("page %s: %w", c.Page, err)
		}
	}
	packed, err := compress(body)
	if err != nil {
		return nil, err
	}
	full := http.Header{"Content-Type": {contentType}, "Content-Language": {a.language}}
	if c.Name != "" {
		full.Set("Content-Disposition", `attachment; filename="`+c.Name+`"`)
	}
	sum := sha256.Sum256(body)
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	e := &entry{version: v, until: c.Until, pattern: note(r).pattern, ambito: r.PathValue("ambito")}
	e.plain = newForm(body, `"`+tag+`"`, "", full)
	e.packed = newForm(packed, `"`+tag+`-gz"`, "gzip", full)
	s.cache.put(a, e)
	return e, nil
}

// form is an answer in one encoding, with its headers ready: they are shared by all who
// are served, and never changed.
type form struct {
	body      []byte
	tag       string
	full      http.Header // of the answer with the body
	unchanged http.Header // of the answer to who has it
}

func newForm(body []byte, tag, encoding string, full http.Header) form {
	f := form{body: body, tag: tag, full: full.Clone(), unchanged: http.Header{}}
	for _, h := range []http.Header{f.full, f.unchanged} {
		h.Set("Cache-Control", "no-cache") // may be kept, must be asked for again
		h.Set("ETag", tag)
		h.Set("Vary", "Accept-Encoding")
	}
	f.full.Set("Content-Length", strconv.Itoa(len(body)))
	if encoding != "" {
		f.full.Set("Content-Encoding", encoding)
	}
	return f
}

// compressors are kept, for a new one takes more memory than all the rest of a page.
var compressors = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 5) // fails on a level that does not exist
	return w
}}

func compress(b []byte) ([]byte, error) {
	var z bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	defer compressors.Put(w)
	w.Reset(&z)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return z.Bytes(), nil
}

// serve writes the entry in the encoding the client takes, or 304.
func (e *entry) serve(w http.ResponseWriter, r *http.Request) {
	if e.redirect != "" {
		http.Redirect(w, r, e.redirect, http.StatusFound)
		return
	}
	f := &e.plain
	if acceptsGzip(r) {
		f = &e.packed
	}
	if matches(r.Header.Get("If-None-Match"), f.tag) {
		maps.Copy(w.Header(), f.unchanged)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	maps.Copy(w.Header(), f.full)
	if r.Method != http.MethodHead {
		announce(r, len(f.body))
		_, _ = w.Write(f.body) // fails only when the client went away
	}
}
