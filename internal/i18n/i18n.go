// Package i18n holds the words of the program and the way each language writes
// days, hours, lengths of time and numbers.
//
// The Italian text is the key: a page reads as it will be read, and Italian
// needs no catalogue. Every other language has a PO file under locales, which
// a translator edits with the tools of that trade. The test of the catalogue
// fails when a text on a page has no translation and when a translation has no
// page, so neither can rot.
//
// What the law or a notice says is not translated here: it is data of the
// process, and its Italian text prevails (ui, section 5). Forms of dates and
// numbers are Go, not messages, for they are rules and not sentences.
package i18n

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/leonelquinteros/gotext"
)

//go:embed locales/*.po
var files embed.FS

// Source is the language the messages are written in.
const Source = "it"

// Catalogue holds the translations of every language. It is read only, and safe for
// concurrent use.
type Catalogue struct {
	printers map[string]func() Printer
}

// New finds the embedded catalogues. It fails when one of them does not name its
// language, which is how a broken PO file shows itself. A catalogue is parsed when
// somebody asks for its language: it is half the memory of an instance at rest.
func New() (*Catalogue, error) {
	c := &Catalogue{printers: map[string]func() Printer{Source: func() Printer { return Printer{loc: &italian} }}}
	for _, l := range []*locale{&english} {
		text, err := files.ReadFile("locales/" + l.lang + ".po")
		if err != nil {
			return nil, err
		}
		if c.printers[l.lang], err = printer(l, text); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// printer makes the printer of a language from its PO file when it is first asked for.
func printer(l *locale, text []byte) (func() Printer, error) {
	if !bytes.Contains(text, []byte(`"Language: `+l.lang+`\n"`)) {
		return nil, fmt.Errorf("catalogue of %q does not name its language", l.lang)
	}
	return sync.OnceValue(func() Printer {
		po := gotext.NewPo()
		po.Parse(text)
		return Printer{loc: l, po: po, words: po.GetDomain().GetTranslations()}
	}), nil
}

// For returns the printer of a language (BCP 47; only the primary subtag
// counts). Who asks for a language that is not there reads Italian.
func (c *Catalogue) For(lang string) Printer {
	primary, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if p, ok := c.printers[primary]; ok {
		return p()
	}
	return c.printers[Source]()
}

// Printer writes in one language. The zero Printer is not usable; see For.
type Printer struct {
	loc   *locale
	po    *gotext.Po                     // knows the plural forms; nil for Italian
	words map[string]*gotext.Translation // by Italian text
}

// Lang returns the language written, for the lang attribute of a page.
func (p Printer) Lang() string { return p.loc.lang }

// T returns the message in the language of the printer, with its arguments put
// in place by the verbs of package fmt. Without arguments the text is returned
// as it stands, so that a percent sign needs no doubling. A message that is not
// translated is returned in Italian: better understood in part than not at all.
func (p Printer) T(msg string, args ...any) string {
	if w, ok := p.words[msg]; ok {
		msg = w.Get()
	}
	if len(args) == 0 {
		return msg
	}
	return fmt.Sprintf(msg, args...)
}

// TN is T for a message that depends on a count. When the chosen text has verbs,
// n is the first argument; a form that omits the number ("una sessione")
// reaches the others by index (%[2]s).
func (p Printer) TN(one, many string, n int, args ...any) string {
	msg := many
	if n == 1 {
		msg = one
	}
	if p.po != nil && p.po.IsTranslatedN(one, n) {
		msg = p.po.GetN(one, many, n)
	}
	if !strings.Contains(strings.ReplaceAll(msg, "%%", ""), "%") {
		return msg
	}
	return fmt.Sprintf(msg, append([]any{n}, args...)...)
}

// M marks a text as a message and returns it: for constants that a page passes
// to T later.
func M(s string) string { return s }
