package web

import (
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"concerto/assets"
	"concerto/internal/app"
)

// asset is one built file with its compressed forms.
type asset struct {
	contentType   string
	plain, gz, br []byte
}

// assetIndex holds the built files by served name, and the served names.
type assetIndex struct {
	files map[string]asset
	names map[string]string // "app.css" to "app.1f2e3d4c5b.css"
}

// loadAssets reads the built assets into memory: some 200 kB.
func loadAssets() (assetIndex, error) {
	files, manifest, err := assets.Files()
	if err != nil {
		return assetIndex{}, err
	}
	x := assetIndex{files: map[string]asset{}, names: manifest}
	for _, name := range manifest {
		a := asset{contentType: mediaType(name)}
		if a.plain, err = fs.ReadFile(files, name); err != nil {
			return assetIndex{}, fmt.Errorf("asset: %w", err)
		}
		a.gz, _ = fs.ReadFile(files, name+".gz") // fonts have no compressed form
		a.br, _ = fs.ReadFile(files, name+".br")
		x.files[name] = a
	}
	return x, nil
}

func mediaType(name string) string {
	if path.Ext(name) == ".woff2" {
		return "font/woff2" // not in the table of every system
	}
	return mime.TypeByExtension(path.Ext(name))
}

// href returns the address of an asset by its logical name. An unknown name is
// an error of the template, found by the test that executes every page.
func (x assetIndex) href(name string) (string, error) {
	served, ok := x.names[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/static/" + served, nil
}

// static serves an asset. Its name changes with its content, so it may be kept for ever.
func (s *Site) static(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("file")
	a, ok := s.assets.files[name]
	if !ok {
		return app.ErrNotFound
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.contentType)
	body := a.plain
	if a.br != nil {
		h.Set("Vary", "Accept-Encoding")
		switch {
		case acceptsEncoding(r, "br"):
			h.Set("Content-Encoding", "br")
			body = a.br
		case acceptsEncoding(r, "gzip"):
			h.Set("Content-Encoding", "gzip")
			body = a.gz
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // fails only when the client went away
	}
	return nil
}

// favicon answers those who ask without reading the page.
func (s *Site) favicon(w http.ResponseWriter, r *http.Request) error {
	href, err := s.assets.href("favicon.svg")
	if err != nil {
		return err
	}
	http.Redirect(w, r, href, http.StatusFound)
	return nil
}

// robots lets everything public be indexed. What is private says noindex itself:
// naming it here would point to it.
func (s *Site) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := fmt.Fprint(w, "User-agent: *\nAllow: /\n")
	return err
}

// addSlash sends an address without its final slash to the one that has it.
func (s *Site) addSlash(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, strings.TrimSuffix(sameAddress(r), "/")+"/", http.StatusMovedPermanently)
	return nil
}

// sameAddress is the path of the request, in its language and escaped as it came:
// unescaped, the name in "/%2Fhost" or "/%5Chost" leads to another site.
func sameAddress(r *http.Request) string {
	return prefix(languageOf(r.Context())) + r.URL.EscapedPath()
}
