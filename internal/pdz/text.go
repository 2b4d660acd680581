package pdz

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow one another. No language of the
// territory needs more than two; storms of them spill over the lines around.
const maxMarks = 4

// Clean brings typed text to one form, or says why it cannot be taken. Newlines become
// LF and tabs spaces; a single line also has no double spaces. Bidirectional overrides
// and invisible characters are taken away: they come along from telephone books and
// word processors, and would let one name pass for another. Control characters are
// refused, never repaired: nobody types them. The text comes back as far as it could be
// cleaned also when there is a problem, to be shown again.
func Clean(s string, multiline bool) (string, *Problem) {
	if !utf8.ValidString(s) {
		return strings.ToValidUTF8(s, "�"), problem(CodeTextEncoding)
	}
	s = newlines.Replace(s)
	s = joiners(strings.Map(visible, s))
	p := checkText(s)
	s = strings.TrimSpace(s)
	switch {
	case p != nil || multiline:
		return s, p
	case strings.ContainsRune(s, '\n'):
		return s, problem(CodeTextNewline)
	}
	return strings.Join(strings.Fields(s), " "), nil
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ")

// invisible are characters with no picture of their own that may be used to disguise a
// text, beside the joiners: soft hyphen, grapheme joiner, Arabic letter mark, Hangul
// fillers, Mongolian separator, zero-width space, directional marks, embeddings,
// overrides and isolates, word joiner and invisible operators, byte order mark, tags.
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, {Lo: 0x034F, Hi: 0x034F, Stride: 1}, {Lo: 0x061C, Hi: 0x061C, Stride: 1},
		{Lo: 0x115F, Hi: 0x1160, Stride: 1}, {Lo: 0x180E, Hi: 0x180E, Stride: 1}, {Lo: 0x200B, Hi: 0x200B, Stride: 1},
		{Lo: 0x200E, Hi: 0x200F, Stride: 1}, {Lo: 0x202A, Hi: 0x202E, Stride: 1}, {Lo: 0x2060, Hi: 0x206F, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, {Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1},
	},
	R32:         []unicode.Range32{{Lo: 0xE0000, Hi: 0xE007F, Stride: 1}},
	LatinOffset: 1,
}

func visible(r rune) rune {
	if unicode.Is(invisible, r) {
		return -1
	}
	return r
}

// joiners keeps a zero-width joiner or non-joiner only where it has work to do, inside
// an emoji or a word of a script that uses it: between two characters that are neither
// ASCII nor space nor another joiner.
func joiners(s string) string {
	if !strings.ContainsAny(s, "\u200c\u200d") {
		return s
	}
	joins := func(r rune) bool {
		return r > unicode.MaxASCII && !unicode.IsSpace(r) && r != '\u200c' && r != '\u200d'
	}
	runes, kept := []rune(s), []rune(nil)
	for i, r := range runes {
		if r == '\u200c' || r == '\u200d' {
			if len(kept) == 0 || !joins(kept[len(kept)-1]) || i+1 == len(runes) || !joins(runes[i+1]) {
				continue
			}
		}
		kept = append(kept, r)
	}
	return string(kept)
}

// checkText refuses control characters, code points that are no characters, and
// storms of combining marks.
func checkText(s string) *Problem {
	marks := 0
	for _, r := range s {
		if r != '\n' && unicode.IsControl(r) || r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF {
			return problem(CodeTextControl, fmt.Sprintf("U+%04X", r))
		}
		if !unicode.Is(unicode.M, r) {
			marks = 0
		} else if marks++; marks > maxMarks {
			return problem(CodeTextMarks, maxMarks)
		}
	}
	return nil
}
