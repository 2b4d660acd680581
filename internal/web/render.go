package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed layout.html pages partials
var templateFiles embed.FS

// templates holds one parsed template per page, by file name without suffix.
type templates map[string]*template.Template

// shell is what any page struct is through the Layout it embeds.
type shell interface{ Shell() *Layout }

// parseTemplates reads the layout and partials once and joins each page to a
// copy of them. A page defines "main"; the layout calls it.
func parseTemplates(assets assetIndex) (templates, error) {
	base, err := template.New("layout.html").
		Option("missingkey=error").
		Funcs(template.FuncMap{"asset": assets.href}).
		ParseFS(templateFiles, "layout.html", "partials/*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	all := templates{}
	for _, f := range files {
		t, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if _, err := t.ParseFS(templateFiles, f); err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(path.Base(f), ".html")] = t
	}
	return all, nil
}

// Templates returns the parsed page templates by name, for the test that
// type-checks them.
func Templates() (map[string]*template.Template, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return parseTemplates(assets)
}

// render executes a page into memory: an error leaves no half page behind.
func (s *Site) render(name string, data shell) ([]byte, error) {
	t, ok := s.templates[name]
	if !ok {
		return nil, fmt.Errorf("template %q does not exist", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout.html", data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// show answers with a page that must not be kept: forms, receipts, errors.
func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, name string, data shell) error {
	body, err := s.render(name, data)
	if err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", data.Shell().Lang)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // fails only when the client went away
	}
	return nil
}
