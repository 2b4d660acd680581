package docs

import (
	"archive/zip"
	"bufio"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
	"time"
)

// odsType is the media type of the format, which is also its first file.
const odsType = "application/vnd.oasis.opendocument.spreadsheet"

// WriteODS writes the table as an OpenDocument spreadsheet (ISO/IEC 26300, version
// 1.3): an archive of four small files and one large, which goes out while it is made.
// Every cell says its type; a formula would need an attribute that is never written here.
func (t *Table) WriteODS(w io.Writer) error {
	z := zip.NewWriter(w)
	if err := odsMimetype(z); err != nil {
		return fmt.Errorf("ods: %w", err)
	}
	for _, part := range []struct {
		name  string
		write func(*odsWriter) error
	}{
		{"META-INF/manifest.xml", (*odsWriter).manifest},
		{"meta.xml", (*odsWriter).meta},
		{"settings.xml", (*odsWriter).settings},
		{"content.xml", (*odsWriter).content},
	} {
		file, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: t.Made})
		if err != nil {
			return fmt.Errorf("ods: %w", err)
		}
		x := odsWriter{t: t, Writer: bufio.NewWriterSize(file, 64<<10)}
		x.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
		if err := part.write(&x); err != nil {
			return fmt.Errorf("ods: %w", err)
		}
		if err := x.Flush(); err != nil {
			return fmt.Errorf("ods: %w", err)
		}
	}
	return z.Close()
}

// odsMimetype writes the first file as the format wants it: stored, and nothing
// between its name and its bytes, so that the type of the archive can be read off its head
// (OpenDocument 1.3, part 2, section 3.3).
func odsMimetype(z *zip.Writer) error {
	file, err := z.CreateRaw(&zip.FileHeader{Name: "mimetype", Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(odsType)),
		CompressedSize64: uint64(len(odsType)), UncompressedSize64: uint64(len(odsType))})
	if err == nil {
		_, err = io.WriteString(file, odsType)
	}
	return err
}

// odsWriter writes one of the files. A failed write is found by Flush.
type odsWriter struct {
	*bufio.Writer
	t      *Table
	sheets int
	row    int // last one written in the sheet
}

func (x *odsWriter) raw(s string) { _, _ = x.WriteString(s) }

const odsSpaces = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"` +
	` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"` +
	` xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"` +
	` xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"` +
	` xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"`

func (x *odsWriter) manifest() error {
	x.raw(`<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
		`<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + odsType + `"/>`)
	for _, name := range []string{"content.xml", "meta.xml", "settings.xml"} {
		x.raw(`<manifest:file-entry manifest:full-path="` + name + `" manifest:media-type="text/xml"/>`)
	}
	x.raw(`</manifest:manifest>`)
	return nil
}

func (x *odsWriter) meta() error {
	made := x.t.Made.UTC().Format(time.RFC3339)
	x.raw(`<office:document-meta` + odsSpaces + `><office:meta><meta:generator>Concerto</meta:generator>`)
	for _, p := range [][2]string{{"dc:title", x.t.Title}, {"dc:description", x.t.watermark()}, {"meta:initial-creator", x.t.By},
		{"meta:creation-date", made}, {"dc:creator", x.t.By}, {"dc:date", made}} {
		if p[1] != "" {
			x.raw("<" + p[0] + ">")
			x.text(cleanCell(p[1]))
			x.raw("</" + p[0] + ">")
		}
	}
	x.raw(`</office:meta></office:document-meta>`)
	return nil
}

// settings keep the header in sight on the first sheet.
func (x *odsWriter) settings() error {
	item := func(name, kind, value string) {
		x.raw(`<config:config-item config:name="` + name + `" config:type="` + kind + `">`)
		x.text(value)
		x.raw(`</config:config-item>`)
	}
	name := x.t.sheetName(1)
	x.raw(`<office:document-settings` + odsSpaces + `><office:settings><config:config-item-set config:name="ooo:view-settings">` +
		`<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>`)
	item("ViewId", "string", "view1")
	x.raw(`<config:config-item-map-named config:name="Tables"><config:config-item-map-entry config:name="`)
	x.text(name)
	x.raw(`">`)
	item("VerticalSplitMode", "short", "2") // frozen
	item("VerticalSplitPosition", "int", "1")
	item("PositionBottom", "int", "1")
	item("ActiveSplitRange", "short", "2")
	x.raw(`</config:config-item-map-entry></config:config-item-map-named>`)
	item("ActiveTable", "string", name)
	x.raw(`</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set></office:settings></office:document-settings>`)
	return nil
}

const odsStyles = `<office:automatic-styles>` +
	`<style:style style:name="narrow" style:family="table-column"><style:table-column-properties style:column-width="2.4cm"/></style:style>` +
	`<style:style style:name="medium" style:family="table-column"><style:table-column-properties style:column-width="4.4cm"/></style:style>` +
	`<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="9cm"/></style:style>` +
	`<number:date-style style:name="day-form"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>` +
	`<number:text>/</number:text><number:year number:style="long"/></number:date-style>` +
	`<number:date-style style:name="instant-form"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>` +
	`<number:text>/</number:text><number:year number:style="long"/><number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>` +
	`<number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/></number:date-style>` +
	`<number:text-style style:name="text-form"><number:text-content/></number:text-style>` +
	`<style:style style:name="day" style:family="table-cell" style:data-style-name="day-form"/>` +
	`<style:style style:name="instant" style:family="table-cell" style:data-style-name="instant-form"/>` +
	`<style:style style:name="text" style:family="table-cell" style:data-style-name="text-form"/>` +
	`<style:style style:name="head" style:family="table-cell" style:data-style-name="text-form"><style:table-cell-properties fo:wrap-option="wrap"/>` +
	`<style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>`

func (x *odsWriter) content() error {
	x.raw(`<office:document-content` + odsSpaces + `>` + odsStyles + `<office:body><office:spreadsheet>`)
	x.open()
	n, err := x.t.each(func(row []Cell) error {
		if x.row == x.t.sheetRows() {
			x.raw("</table:table>")
			x.open()
		}
		x.row++
		x.raw("<table:table-row>")
		for _, c := range row {
			x.cell(c)
		}
		_, err := x.WriteString("</table:table-row>\n") // the first write that fails is told by all that follow
		return err
	})
	if err != nil {
		return err
	}
	x.raw("</table:table>")
	x.about(n)
	x.raw(`</office:spreadsheet></office:body></office:document-content>`)
	return nil
}

// open begins a sheet of rows, whose header is repeated on every page in print.
func (x *odsWriter) open() {
	x.sheets++
	x.row = 1
	x.table(x.t.sheetName(x.sheets))
	for _, c := range x.t.Columns {
		style := "medium"
		switch {
		case c.Wide:
			style = "wide"
		case c.Kind != Text && c.Kind != Instant:
			style = "narrow"
		}
		x.raw(`<table:table-column table:style-name="` + style + `"/>`)
	}
	x.raw("<table:table-header-rows><table:table-row>")
	for _, c := range x.t.Columns {
		x.string(cleanCell(c.Name), "head")
	}
	x.raw("</table:table-row></table:table-header-rows>\n")
}

func (x *odsWriter) table(name string) {
	x.raw(`<table:table table:name="`)
	x.text(name)
	x.raw(`">`)
}

func (x *odsWriter) about(rows int) {
	if x.t.About == "" {
		return
	}
	x.table((&Table{Sheet: x.t.About}).sheetName(1))
	x.raw(`<table:table-column table:style-name="medium"/><table:table-column table:style-name="wide"/>`)
	for _, f := range x.t.facts(rows) {
		x.raw("<table:table-row>")
		x.string(cleanCell(f.Name), "text")
		x.string(cleanCell(f.Value), "text")
		x.raw("</table:table-row>")
	}
	x.raw("</table:table>")
}

func (x *odsWriter) cell(c Cell) {
	switch c.kind {
	case Text:
		x.string(c.text, "text")
	case Whole:
		n := strconv.FormatInt(c.n, 10)
		x.raw(`<table:table-cell office:value-type="float" office:value="` + n + `"><text:p>` + n + `</text:p></table:table-cell>`)
	case Instant:
		at := x.t.wall(c.at)
		x.date("instant", at.Format("2006-01-02T15:04:05.999"), at.Format("02/01/2006 15:04:05"))
	case Day:
		x.date("day", c.at.Format(dayForm), c.at.Format("02/01/2006"))
	case YesNo:
		x.string(x.t.yesNo(c), "text")
	default:
		x.raw("<table:table-cell/>")
	}
}

func (x *odsWriter) date(style, value, shown string) {
	x.raw(`<table:table-cell table:style-name="` + style + `" office:value-type="date" office:date-value="` + value + `"><text:p>` + shown + `</text:p></table:table-cell>`)
}

// string writes a text cell: a paragraph for each line. LibreOffice Calc drops tabs in
// paragraphs, its own too (7.4), so a text that has some says its value once more in the
// attribute that the standard has for it.
func (x *odsWriter) string(s, style string) {
	if s == "" {
		x.raw("<table:table-cell/>")
		return
	}
	x.raw(`<table:table-cell table:style-name="` + style + `" office:value-type="string"`)
	if strings.Contains(s, "\t") {
		x.raw(` office:string-value="`)
		x.text(s)
		x.raw(`"`)
	}
	x.raw(">")
	for line := range strings.SplitSeq(s, "\n") {
		x.raw("<text:p>")
		x.paragraph(line)
		x.raw("</text:p>")
	}
	x.raw("</table:table-cell>")
}

// paragraph writes a line. A paragraph takes white space together as HTML does, so
// all but one space inside it is written as elements (OpenDocument 1.3, section 6.1.2).
func (x *odsWriter) paragraph(line string) {
	for from := 0; from < len(line); {
		to := from + strings.IndexAny(line[from:], " \t")
		if to < from {
			x.text(line[from:])
			return
		}
		x.text(line[from:to])
		if line[to] == '\t' {
			x.raw("<text:tab/>")
			from = to + 1
			continue
		}
		from = to
		for from < len(line) && line[from] == ' ' {
			from++
		}
		if n := from - to; n > 1 || to == 0 || from == len(line) || line[to-1] == '\t' || line[from] == '\t' {
			x.raw(`<text:s text:c="` + strconv.Itoa(n) + `"/>`)
		} else {
			x.raw(" ")
		}
	}
}

var odsEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;")

func (x *odsWriter) text(s string) { _, _ = odsEscapes.WriteString(x.Writer, s) }
