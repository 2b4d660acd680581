package docs

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// instantForm writes an instant for machines (RFC 3339), with as many decimals as
// it has: one that is late by a millisecond must be seen to be.
const instantForm = "2006-01-02T15:04:05.999Z07:00"

// dayForm writes a day for machines (ISO 8601).
const dayForm = "2006-01-02"

// WriteCSV writes the table as RFC 4180 has it, but for what Excel in Italian wants
// to open it by a double click: the byte order mark, without which it takes the file
// for its old eight-bit code, and the semicolon, because the comma is its decimal
// sign. The first line is the header; no other line is anything but a row.
func (t *Table) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	line := make([]string, 0, len(t.Columns)+1)
	for _, c := range t.Columns {
		line = append(line, plainCell(c.Name))
	}
	end := func() error {
		return out.Write(line)
	}
	traced := t.Trace != (Fact{})
	if traced {
		line = append(line, plainCell(t.Trace.Name))
	}
	if err := end(); err != nil {
		return err
	}
	trace := plainCell(t.Trace.Value)
	if _, err := t.each(func(row []Cell) error {
		line = line[:0]
		for _, c := range row {
			line = append(line, t.csvCell(c))
		}
		if traced {
			line = append(line, trace)
		}
		return end()
	}); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	out.Flush()
	return out.Error()
}

func (t *Table) csvCell(c Cell) string {
	switch c.kind {
	case Text:
		return plainCell(c.text)
	case Whole:
		return strconv.FormatInt(c.n, 10) // a number may begin with a minus sign
	case Instant:
		return t.wall(c.at).Format(instantForm)
	case Day:
		return c.at.Format(dayForm)
	case YesNo:
		return plainCell(t.yesNo(c))
	}
	return ""
}

// plainCell puts an apostrophe before a text that a spreadsheet would take for a
// formula. CSV has no types, so this is all that can be said in it; the apostrophe
// stays visible. A text that had apostrophes before such a beginning gets one more, so
// that whoever reads the file can take one away and has what was typed.
func plainCell(s string) string {
	s = cleanCell(s)
	if startsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// startsFormula reports whether a spreadsheet may take a text for a formula, or run
// a command by it: Excel looks for = + - @, LibreOffice for the minus sign of
// typography too, the wide forms become the narrow ones in Asian settings, and old
// ones look for |. White space, marks of direction and other characters that are not seen do
// not save it, and a text that begins with a TAB or a line end is never trusted.
func startsFormula(s string) bool {
	if s == "" {
		return false
	}
	if s[0] == '\t' || s[0] == '\n' || s[0] == '\r' {
		return true
	}
	s = strings.TrimLeftFunc(s, unseen)
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("=+-@|＝＋－＠｜﹦﹢﹣﹫−", r)
}

// unseen reports whether a character leaves no ink.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf) || r == '\u034f' || r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0'
}
