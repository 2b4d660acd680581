package docs

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-ical"
)

// text sets a property to a text, escaped; an empty text sets nothing.
func text(props ical.Props, name, s string) {
	if s = clean(s); s == "" {
		return
	}
	p := ical.NewProp(name)
	p.SetText(s)
	p.Params.Del(ical.ParamValue) // TEXT is what these properties hold by default
	props.Set(p)
}

// clean keeps of a text what a calendar may hold: line ends as one character,
// which is then escaped, no other control character (RFC 5545, section 3.1) and
// only whole characters. The separators of lines and paragraphs of Unicode are
// line ends too, for some programs break lines there.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// lineLimit is the longest line in octets, without its end (RFC 5545, section 3.1).
const lineLimit = 75

// fold breaks long lines. A continuation begins with a space, and no character is
// cut in two: programs that join lines after decoding them would lose it.
func fold(text []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.SplitSeq(bytes.TrimSuffix(text, []byte("\r\n")), []byte("\r\n")) {
		limit := lineLimit
		for len(line) > limit {
			cut := limit
			for !utf8.RuneStart(line[cut]) {
				cut--
			}
			b.Write(line[:cut])
			b.WriteString("\r\n ")
			line, limit = line[cut:], lineLimit-1
		}
		b.Write(line)
		b.WriteString("\r\n")
	}
	return b.Bytes()
}
