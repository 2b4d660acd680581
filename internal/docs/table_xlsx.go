package docs

import (
	"archive/zip"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// WriteXLSX writes the table for Excel. Texts are inline strings, which Excel and
// LibreOffice never calculate; instants, days and numbers are typed. Excel's format
// needs the whole sheet before its first byte goes out: it waits in a temporary file,
// which only this user can read and which is gone when the function returns.
func (t *Table) WriteXLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer f.Close()
	// The library would gather the whole archive in memory; this way it goes out as it is made.
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	x := xlsxWriter{t: t, f: f}
	if err := x.styles(); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	n, err := x.rows()
	if err == nil {
		err = x.about(n)
	}
	if err == nil {
		err = x.properties()
	}
	if err == nil {
		_, err = f.WriteTo(io.Discard)
	}
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	return nil
}

type xlsxWriter struct {
	t                  *Table
	f                  *excelize.File
	head, instant, day int // styles
	sheets             int
	row                int // last one written in the sheet
	out                *excelize.StreamWriter
	values             []any
}

func (x *xlsxWriter) styles() (err error) {
	instant, day := "dd/mm/yyyy hh:mm:ss", "dd/mm/yyyy"
	if x.instant, err = x.f.NewStyle(&excelize.Style{CustomNumFmt: &instant}); err != nil {
		return err
	}
	if x.day, err = x.f.NewStyle(&excelize.Style{CustomNumFmt: &day}); err != nil {
		return err
	}
	x.head, err = x.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	return err
}

func (x *xlsxWriter) rows() (int, error) {
	if err := x.open(); err != nil {
		return 0, err
	}
	n, err := x.t.each(func(row []Cell) error {
		if x.row == x.t.sheetRows() {
			if err := x.out.Flush(); err != nil {
				return err
			}
			if err := x.open(); err != nil {
				return err
			}
		}
		for i, c := range row {
			x.values[i] = x.value(c)
		}
		return x.line()
	})
	if err != nil {
		return n, err
	}
	return n, x.out.Flush()
}

// open begins a sheet of rows: widths, a header that stays in sight.
func (x *xlsxWriter) open() (err error) {
	x.sheets++
	if err = x.begin(x.t.sheetName(x.sheets), x.sheets == 1); err != nil {
		return err
	}
	for i, c := range x.t.Columns {
		if err = x.out.SetColWidth(i+1, i+1, widthOf(c)); err != nil {
			return err
		}
	}
	if err = x.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	x.values = make([]any, len(x.t.Columns))
	for i, c := range x.t.Columns {
		x.values[i] = excelize.Cell{StyleID: x.head, Value: excelText(cleanCell(c.Name))}
	}
	return x.line()
}

func (x *xlsxWriter) begin(name string, first bool) (err error) {
	if first {
		err = x.f.SetSheetName("Sheet1", name)
	} else {
		_, err = x.f.NewSheet(name)
	}
	if err != nil {
		return err
	}
	x.row = 0
	x.out, err = x.f.NewStreamWriter(name)
	return err
}

func (x *xlsxWriter) line() error {
	x.row++
	return x.out.SetRow("A"+strconv.Itoa(x.row), x.values)
}

func (x *xlsxWriter) value(c Cell) any {
	switch c.kind {
	case Text:
		return excelText(c.text)
	case Whole:
		return c.n
	case Instant:
		return x.moment(x.t.wall(c.at), x.instant, instantForm)
	case Day:
		return x.moment(c.at, x.day, dayForm)
	case YesNo:
		return x.t.yesNo(c)
	}
	return nil
}

// moment is a time as Excel counts: days since the end of 1899, by the clock on the
// wall. Its count is wrong before March 1900, so older days, on which a body may well
// have been constituted, are text.
func (x *xlsxWriter) moment(at time.Time, style int, form string) any {
	wall := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
	if wall.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) || wall.Year() > 9999 {
		return at.Format(form)
	}
	ms := wall.UnixMilli() - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).UnixMilli()
	return excelize.Cell{StyleID: style, Value: float64(ms) / (24 * 60 * 60 * 1000)}
}

// excelText cuts a text to what a cell of Excel holds, counted as Excel does in
// UTF-16, and shows that it did. The other formats have it whole.
func excelText(s string) string {
	cut, units := 0, 0
	for i, r := range s {
		if units < excelize.TotalCellChars {
			cut = i
		}
		units += utf16.RuneLen(r)
	}
	if units <= excelize.TotalCellChars {
		return s
	}
	return s[:cut] + "…"
}

func (x *xlsxWriter) about(rows int) error {
	if x.t.About == "" {
		return nil
	}
	if err := x.begin((&Table{Sheet: x.t.About}).sheetName(1), false); err != nil {
		return err
	}
	for column, width := range []float64{30, 80} {
		if err := x.out.SetColWidth(column+1, column+1, width); err != nil {
			return err
		}
	}
	for _, f := range x.t.facts(rows) {
		x.values = []any{excelText(cleanCell(f.Name)), excelText(cleanCell(f.Value))}
		if err := x.line(); err != nil {
			return err
		}
	}
	return x.out.Flush()
}

func (x *xlsxWriter) properties() error {
	made := x.t.Made.UTC().Format(time.RFC3339)
	return x.f.SetDocProps(&excelize.DocProperties{Title: cleanCell(x.t.Title), Creator: cleanCell(x.t.By), LastModifiedBy: cleanCell(x.t.By),
		Description: x.t.watermark(), Created: made, Modified: made})
}

// watermark is the trace in one line.
func (t *Table) watermark() string {
	if t.Trace == (Fact{}) {
		return ""
	}
	return cleanCell(t.Trace.Name + ": " + t.Trace.Value)
}

// widthOf is the width of a column in characters.
func widthOf(c Column) float64 {
	switch {
	case c.Wide:
		return 44
	case c.Kind == Instant:
		return 20
	case c.Kind == Text:
		return 22
	}
	return 12
}
