package scan

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/leonelquinteros/gotext"
)

// Entry is a message of a PO file with its translations: one, or one for each
// plural form.
type Entry = gotext.Translation

// Read returns the entries of a PO file by their Italian text, and its header.
func Read(po []byte) (entries map[string]*Entry, header string) {
	p := gotext.NewPo()
	p.Parse(po)
	entries = p.GetDomain().GetTranslations()
	if h, ok := entries[""]; ok {
		header = h.Get()
		delete(entries, "")
	}
	return entries, header
}

// Update rewrites a PO file to hold the messages found, sorted, each with the
// translation it had. New ones are left empty for a person to fill in; those no
// longer used are dropped.
func Update(po []byte, found Messages) []byte {
	old, header := Read(po)
	var b bytes.Buffer
	b.WriteString("msgid \"\"\nmsgstr \"\"\n")
	for line := range strings.Lines(header) {
		fmt.Fprintf(&b, "%s\n", quote(line))
	}
	for _, m := range found.Sorted() {
		fmt.Fprintf(&b, "\n#: %s\nmsgid %s\n", strings.Join(m.Files, " "), quote(m.One))
		e := old[m.One]
		if e == nil {
			e = &Entry{}
		}
		if m.Many == "" {
			fmt.Fprintf(&b, "msgstr %s\n", quote(e.Trs[0]))
			continue
		}
		fmt.Fprintf(&b, "msgid_plural %s\n", quote(m.Many))
		for i := range forms(header) {
			fmt.Fprintf(&b, "msgstr[%d] %s\n", i, quote(e.Trs[i]))
		}
	}
	return b.Bytes()
}

var nplurals = regexp.MustCompile(`nplurals=(\d)`)

// forms returns how many plural forms a header declares; two when it is silent.
func forms(header string) int {
	m := nplurals.FindStringSubmatch(header)
	if m == nil {
		return 2
	}
	n, _ := strconv.Atoi(m[1])
	return cmp.Or(n, 2)
}

// quote writes a PO string. Letters stay as they are: strconv would turn a
// non-breaking space into an escape that translators' tools do not read.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}
