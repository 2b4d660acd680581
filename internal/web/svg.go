package web

import (
	"fmt"
	"html/template"
	"strings"
)

// drawing builds an inline SVG. It is the one place of the site that vouches for
// markup (template.HTML), so it writes numbers and names of its own and escapes
// every text. What the picture says is told by title and desc; the shapes and
// words inside are hidden from screen readers, and a table stands below.
type drawing struct{ b strings.Builder }

// newDrawing opens a picture of a size in its own units. id must be unique on the page.
func newDrawing(id, title, desc string, width, height float64) *drawing {
	d := &drawing{}
	id = escape(id)
	fmt.Fprintf(&d.b, `<svg class="ps-chart" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d">`, number(width), number(height), id, id)
	fmt.Fprintf(&d.b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc><g aria-hidden="true">`, id, escape(title), id, escape(desc))
	return d
}

// html closes the picture.
func (d *drawing) html() template.HTML {
	return template.HTML(d.b.String() + `</g></svg>`)
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&d.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, escape(class), number(x1), number(y1), number(x2), number(y2))
}

func (d *drawing) rect(class string, x, y, width, height, radius float64) {
	fmt.Fprintf(&d.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="%s"/>`,
		escape(class), number(x), number(y), number(width), number(height), number(radius))
}

func (d *drawing) circle(class string, x, y, radius float64) {
	fmt.Fprintf(&d.b, `<circle class="%s" cx="%s" cy="%s" r="%s"/>`, escape(class), number(x), number(y), number(radius))
}

// text writes words; anchor is start, middle or end.
func (d *drawing) text(class, anchor string, x, y float64, words string) {
	fmt.Fprintf(&d.b, `<text class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`, escape(class), escape(anchor), number(x), number(y), escape(words))
}

// textIn writes words that are in another language than the page.
func (d *drawing) textIn(lang, class, anchor string, x, y float64, words string) {
	fmt.Fprintf(&d.b, `<text lang="%s" class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`, escape(lang), escape(class), escape(anchor), number(x), number(y), escape(words))
}

func escape(s string) string { return template.HTMLEscapeString(s) }

// number writes a coordinate with one decimal at most, so that the same picture
// has the same bytes on every machine.
func number(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}
