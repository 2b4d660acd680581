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
	"sync"
)

//go:embed layout.html pages partials
var templateFiles embed.FS

// templates holds one template per page, by file name without suffix. A page is parsed at
// its first use: to parse them all costs more than the rest of a start, and most of them
// are never opened in the life of a small instance. The test of the templates parses all.
type templates map[string]func() (*template.Template, error)

// shell is what any page struct is through the Layout it embeds.
type shell interface{ Shell() *Layout }

// newTemplates names the pages. Each is joined, when it is first used, to a copy of the
// layout and the partials, which are read once. A page defines "main"; the layout calls it.
func newTemplates(assets assetIndex) (templates, error) {
	base := sync.OnceValues(func() (*template.Template, error) {
		return template.New("layout.html").
			Option("missingkey=error").
			Funcs(template.FuncMap{"asset": assets.href}).
			ParseFS(templateFiles, "layout.html", "partials/*.html")
	})
	files, err := fs.Glob(templateFiles, "pages/*.html")
	if err != nil {
		return nil, err
	}
	all := templates{}
	for _, f := range files {
		all[strings.TrimSuffix(path.Base(f), ".html")] = sync.OnceValues(func() (*template.Template, error) {
			layout, err := base()
			if err != nil {
				return nil, err
			}
			t, err := layout.Clone()
			if err != nil {
				return nil, err
			}
			return t.ParseFS(templateFiles, f)
		})
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
	pages, err := newTemplates(assets)
	if err != nil {
		return nil, err
	}
	all := map[string]*template.Template{}
	for name, parsed := range pages {
		if all[name], err = parsed(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// render executes a page into memory: an error leaves no half page behind.
func (s *Site) render(name string, data shell) ([]byte, error) {
	parsed, ok := s.templates[name]
	if !ok {
		return nil, fmt.Errorf("template %q does not exist", name)
	}
	t, err := parsed()
	if err != nil {
		return nil, err
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
