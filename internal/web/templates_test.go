package web

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/jba/templatecheck"
)

// A page whose template and struct do not fit must not wait for a visitor.
func TestEveryTemplateFitsItsStruct(t *testing.T) {
	all, err := Templates()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, p := range Pages() {
		listed[p.Name] = true
		tmpl, ok := all[p.Name]
		if !ok {
			t.Errorf("page %q has no template", p.Name)
			continue
		}
		if err := templatecheck.CheckHTML(tmpl, p.Zero); err != nil {
			t.Errorf("page %q: %v", p.Name, err)
		}
	}
	for name := range all {
		if !listed[name] {
			t.Errorf("template %q belongs to no page of Pages()", name)
		}
	}
}

// sources returns the text of every template by path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(templateFiles, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".html" {
			return err
		}
		text, err := fs.ReadFile(templateFiles, name)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	actions    = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tags       = regexp.MustCompile(`(?s)<[^>]*>`)
	letters    = regexp.MustCompile(`\p{L}{2,}`)
	forbidden  = regexp.MustCompile(`(?i)\sstyle\s*=|\son[a-z]+\s*=|javascript:|<style|hx-on|<script(?:>|\s+[^s])`)
	readAloud  = regexp.MustCompile(`(?:aria-label|title|alt|placeholder|aria-description)="([^"]*)"`)
	properName = regexp.MustCompile(`C2SP|tlog-\w+|SHA-256|QR|iCal|\.ics|\.json`)
	typed      = regexp.MustCompile(`(?s)<(?:code|kbd|samp|pre)[ >].*?</(?:code|kbd|samp|pre)>`) // what a person types into a machine
)

// offences returns what a template must not hold: words outside the catalogue,
// style or script in the page.
func offences(text string) []string {
	var found []string
	found = append(found, forbidden.FindAllString(text, -1)...)
	bare := actions.ReplaceAllString(text, "")
	for _, m := range readAloud.FindAllStringSubmatch(bare, -1) {
		found = append(found, letters.FindAllString(m[1], -1)...)
	}
	words := typed.ReplaceAllString(bare, " ")
	words = properName.ReplaceAllString(tags.ReplaceAllString(words, " "), "")
	words = regexp.MustCompile(`&[a-z]+;`).ReplaceAllString(words, " ")
	return append(found, letters.FindAllString(words, -1)...)
}

func TestNoWordsOutsideTheCatalogue(t *testing.T) {
	for name, text := range sources(t) {
		for _, o := range offences(text) {
			t.Errorf("%s: %q", name, strings.TrimSpace(o))
		}
	}
}

// The judge is judged.
func TestOffencesAreSeen(t *testing.T) {
	tests := []struct {
		text string
		want int
	}{
		{`<p class="mt-1">{{.T "Ciao"}}</p>`, 0},
		{`<p>Ciao</p>`, 1},
		{`<p style="color:red">{{.X}}</p>`, 1},
		{`<a href="#" onclick="x()">{{.X}}</a>`, 1},
		{`<nav aria-label="Lingua"></nav>`, 1},
		{`<nav aria-label="{{.T "Lingua"}}"></nav>`, 0},
		{`<script>alert(1)</script>`, 2},
		{`<script src="{{asset "app.js"}}" defer></script>`, 0},
	}
	for _, tt := range tests {
		if got := len(offences(tt.text)); got < tt.want || tt.want == 0 && got > 0 {
			t.Errorf("offences(%s) = %d, want %d", tt.text, got, tt.want)
		}
	}
}
