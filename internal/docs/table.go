package docs

import (
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"concerto/internal/pdz"
)

// Table is what goes out as a spreadsheet, in three formats that say the same. It
// is the only way out of the program for cells: what people typed stands in them,
// and no program that opens the file may take it for a formula (register, P15).
//
// Rows stream: a format keeps one row and a buffer of fixed size, so a million rows
// take no more memory than a thousand.
type Table struct {
	Title   string // of the document
	Sheet   string // name of the sheet
	Columns []Column

	// Rows yields cells in the order of the columns. A row is not kept once the
	// next is asked for, so the same slice may be yielded again. An error ends the file.
	Rows iter.Seq2[[]Cell, error]

	Zone    *time.Location // in which instants are written
	Yes, No string
	By      string    // who asked for it; empty for what anyone may have
	Made    time.Time // when

	// Trace says on the file itself who took it and when (register, P27). CSV has
	// nowhere to say such things but in cells, and a line before or after the rows
	// would break every program that reads it, so there it is a last column. XLSX and
	// ODS say it in their properties and on the sheet About. Empty leaves it out.
	Trace Fact

	About string // name of the sheet that tells of the others; empty: none
	Facts []Fact // what it tells
	Count string // name of the line that tells how many rows there are

	rowsPerSheet int // 0: maxSheetRows; tests need not fill a sheet
}

// Fact is a name and a value.
type Fact struct{ Name, Value string }

// Column has a name and the kind of its cells.
type Column struct {
	Name string
	Kind Kind
	Wide bool // long texts
}

// Kind is what the cells of a column are.
type Kind int

const (
	Text    Kind = iota
	Whole        // whole number
	Instant      // to the second, or finer where the instant is
	Day
	YesNo
	empty
)

// Cell is a value of a kind. Make it with the function that is named like it.
type Cell struct {
	kind Kind
	text string
	n    int64 // of YesNo: 1 is yes
	at   time.Time
}

// Empty is a cell with nothing in it.
var Empty = Cell{kind: empty}

// TextCell is always text, whatever stands in it.
func TextCell(s string) Cell {
	if s == "" {
		return Empty
	}
	return Cell{kind: Text, text: cleanCell(s)}
}

// WholeCell is a number that one can calculate with. Beyond fifteen digits
// spreadsheets lose the last ones: such a number is text.
func WholeCell(n int64) Cell {
	const limit = 1_000_000_000_000_000
	if n <= -limit || n >= limit {
		return TextCell(fmt.Sprint(n))
	}
	return Cell{kind: Whole, n: n}
}

// InstantCell is an instant; the zero instant is no cell.
func InstantCell(t time.Time) Cell {
	if t.IsZero() {
		return Empty
	}
	return Cell{kind: Instant, at: t}
}

// DayCell is a day; the zero day is no cell.
func DayCell(d pdz.Date) Cell {
	if d.IsZero() {
		return Empty
	}
	return Cell{kind: Day, at: time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)}
}

// YesNoCell is yes or no.
func YesNoCell(yes bool) Cell {
	if yes {
		return Cell{kind: YesNo, n: 1}
	}
	return Cell{kind: YesNo}
}

// maxSheetRows is how many rows a sheet has in Excel and in LibreOffice. What does
// not fit goes on in another sheet.
const maxSheetRows = 1 << 20

func (t *Table) sheetRows() int {
	if t.rowsPerSheet > 0 {
		return t.rowsPerSheet
	}
	return maxSheetRows
}

// sheetName names the nth sheet of rows. Excel takes 31 characters, and none of a few.
func (t *Table) sheetName(n int) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return '-'
		}
		return r
	}, cleanCell(t.Sheet)), " '")
	if runes := []rune(name); len(runes) > 25 {
		name = string(runes[:25])
	}
	if n > 1 {
		name += fmt.Sprintf(" (%d)", n)
	}
	return name
}

// check says what is wrong with a row. A cell is of its column's kind, or a text
// where what was typed is not of it: a sheet on paper may say "about ten".
func (t *Table) check(row []Cell) error {
	if len(row) != len(t.Columns) {
		return fmt.Errorf("table %s: a row of %d cells in %d columns", t.Sheet, len(row), len(t.Columns))
	}
	for i, c := range row {
		if k := t.Columns[i].Kind; c.kind != k && c.kind != Text && c.kind != empty {
			return fmt.Errorf("table %s: column %s is of kind %d and its cell of kind %d", t.Sheet, t.Columns[i].Name, k, c.kind)
		}
	}
	return nil
}

// each runs over the rows.
func (t *Table) each(write func([]Cell) error) (n int, err error) {
	for row, err := range t.Rows {
		if err == nil {
			err = t.check(row)
		}
		if err == nil {
			err = write(row)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// wall is an instant as the clocks of the table's zone show it. A spreadsheet knows
// no zones: only CSV can tell the two half past twos of the last Sunday of October apart.
func (t *Table) wall(at time.Time) time.Time {
	if t.Zone != nil {
		at = at.In(t.Zone)
	}
	return at.Truncate(time.Millisecond)
}

func (t *Table) yesNo(c Cell) string {
	if c.n == 1 {
		return t.Yes
	}
	return t.No
}

// facts are all lines of the sheet that tells of the others.
func (t *Table) facts(rows int) []Fact {
	all := []Fact{{t.Title, ""}}
	if t.Trace != (Fact{}) {
		all = append(all, t.Trace)
	}
	all = append(all, t.Facts...)
	if t.Count != "" {
		all = append(all, Fact{t.Count, fmt.Sprint(rows)})
	}
	return all
}

// cleanCell brings a text to what all three formats can hold, so that they say the
// same: line ends become LF, and a character that XML 1.0 (section 2.2) cannot hold
// becomes the replacement character, which is seen, rather than nothing.
func cleanCell(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r == '\r' || !inXML(r) }) < 0 && utf8.ValidString(s) {
		return s
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if !inXML(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
