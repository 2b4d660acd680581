package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
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
func (s *Site) build(r *http.Request, fn func(*Site, *http.Request) (*Content, error), key, version string) (*entry, error) {
	c, err := fn(s, r)
	if err != nil {
		return nil, err
	}
	e := &entry{version: version, contentType: c.ContentType, until: c.Until, plain: c.File, language: languageOf(r.Context())}
	if c.Redirect != "" {
		return &entry{disposition: c.Redirect}, nil
	}
	if c.Name != "" {
		e.disposition = `attachment; filename="` + c.Name + `"`
	}
	if c.Page != "" {
		e.contentType = "text/html; charset=utf-8"
		if e.plain, err = s.render(c.Page, c.Data); err != nil {
			return nil, fmt.Errorf("page %s: %w", c.Page, err)
		}
	}
	if e.gz, err = compress(e.plain); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(e.plain)
	e.etag = base64.RawURLEncoding.EncodeToString(sum[:12])
	s.cache.put(key, e)
	return e, nil
}

func compress(b []byte) ([]byte, error) {
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, 5)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return z.Bytes(), nil
}

// serve writes the entry in the encoding the client takes, or 304.
func (e *entry) serve(w http.ResponseWriter, r *http.Request) error {
	if e.plain == nil {
		http.Redirect(w, r, e.disposition, http.StatusFound)
		return nil
	}
	body, etag := e.plain, `"`+e.etag+`"`
	h := w.Header()
	if acceptsGzip(r) {
		body, etag = e.gz, `"`+e.etag+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Cache-Control", "no-cache") // may be kept, must be asked for again
	h.Set("ETag", etag)
	h.Set("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", e.contentType)
	h.Set("Content-Language", e.language)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if e.disposition != "" {
		h.Set("Content-Disposition", e.disposition)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // fails only when the client went away
	}
	return nil
}
