package docs

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"concerto/internal/pdz"

	"github.com/xuri/excelize/v2"
)

// hostile are texts that some spreadsheet takes for a formula or a command, or that
// are hard to carry.
var hostile = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"http://evil.example\",\"x\")", "=cmd|' /C calc'!A0", "|calc",
	"\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "  \u00a0=1+1", "\ufeff=1+1", "\u200b=1+1", "\u2066=1+1", "\u00ad=1+1",
	"＝1+1", "＋1", "－1", "＠x", "−1", "﹦1+1", "'=1+1", "''=1+1", "'normale", "{=1+1}", "%0A=1+1",
	"a;b", "a\"b", "\"=1+1\"", "a,=1+1", "riga 1\n=1+1", "fine\n", " due  spazi ", "tab\tdentro\t", "<b>&amp;</b>", "]]>", "_x003D_1+1", "_x005F_x003D_1+1",
	"01234567890", "1e5", "18/10/2013", "12:00", "TRUE", "VERO", "1.500,00", "Società «Il Melograno» – 日本 🎭", "#REF!",
}

func romeZone(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// hostileTable has every hostile text as a cell of a column between typed ones.
func hostileTable(t testing.TB, texts []string) *Table {
	zone := romeZone(t)
	return &Table{Title: "=Elenco", Sheet: "Adesioni", Zone: zone, Yes: "sì", No: "no", By: "Anna Addetta", Made: time.Date(2013, 10, 18, 10, 20, 0, 0, time.UTC),
		Trace: Fact{"Estratto da", "Anna Addetta, 18/10/2013 12:20:00"}, About: "Informazioni", Count: "Schede", Facts: []Fact{{"Filtro", "=1+1"}},
		Columns: []Column{{Name: "Numero", Kind: Whole}, {Name: "=Testo"}, {Name: "Arrivo", Kind: Instant}, {Name: "Giorno", Kind: Day}, {Name: "Conferma", Kind: YesNo}},
		Rows: func(yield func([]Cell, error) bool) {
			for i, s := range texts {
				row := []Cell{WholeCell(int64(-i)), TextCell(s), InstantCell(time.Date(2013, 10, 18, 12, 0, i, 1e6, zone)), DayCell(pdz.Date{Year: 1895, Month: 3, Day: 7}), YesNoCell(i%2 == 0)}
				if !yield(row, nil) {
					return
				}
			}
		}}
}

// TestWhatXMLCannotHoldIsSeen: the three formats say the same of such a text too.
func TestWhatXMLCannotHoldIsSeen(t *testing.T) {
	texts := []string{"a\x00b", "\x01=1+1", "a\x1bb", "a\ufffeb", "a\xffb", "a\r\nb\rc"}
	want := []string{"a\ufffdb", "\ufffd=1+1", "a\ufffdb", "a\ufffdb", "a\ufffdb", "a\nb\nc"}
	table := hostileTable(t, texts)
	var asCSV, asODS, asXLSX bytes.Buffer
	if err := errors.Join(table.WriteCSV(&asCSV), table.WriteODS(&asODS), table.WriteXLSX(&asXLSX)); err != nil {
		t.Fatal(err)
	}
	rows, ods := csvRows(t, asCSV.Bytes()), readODS(t, asODS.Bytes())
	f, err := excelize.OpenReader(&asXLSX)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range texts {
		x, _ := f.GetCellValue("Adesioni", "B"+strconv.Itoa(i+2))
		if typed(rows[i+1][1]) != want[i] || ods.rows[i+1][1].text != want[i] || x != want[i] {
			t.Errorf("%q is %q in CSV, %q in ODS, %q in XLSX, want %q", texts[i], rows[i+1][1], ods.rows[i+1][1].text, x, want[i])
		}
	}
}

func TestWhatDoesNotFitASheetGoesOnInAnother(t *testing.T) {
	table := hostileTable(t, hostile)
	table.rowsPerSheet = 10 // the header is one
	var b bytes.Buffer
	if err := table.WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	last := "Adesioni (" + strconv.Itoa((len(hostile)+8)/9) + ")"
	if got := f.GetSheetList(); !slices.Contains(got, last) {
		t.Errorf("the sheets are %q, want %q among them", got, last)
	}
	if head, _ := f.GetCellValue("Adesioni (2)", "B1"); head != "=Testo" {
		t.Errorf("the second sheet begins with %q", head)
	}
	if got, _ := f.GetCellValue("Adesioni (2)", "B2"); got != cleanCell(hostile[9]) {
		t.Errorf("the tenth text is %q", got)
	}
	b.Reset()
	if err := table.WriteODS(&b); err != nil {
		t.Fatal(err)
	}
	if o := readODS(t, b.Bytes()); !slices.Contains(o.names, last) || len(o.rows) != 10 {
		t.Errorf("the sheets are %q, the first of %d rows", o.names, len(o.rows))
	}
}

func TestAnErrorOfTheRowsIsTheErrorOfTheFile(t *testing.T) {
	broken := errors.New("the database went away")
	table := hostileTable(t, nil)
	table.Rows = func(yield func([]Cell, error) bool) { yield(nil, broken) }
	for name, write := range writers {
		if err := write(table, io.Discard); !errors.Is(err, broken) {
			t.Errorf("%s: %v, want %v", name, err, broken)
		}
	}
	table.Rows = func(yield func([]Cell, error) bool) {
		yield([]Cell{TextCell("1"), TextCell("x"), WholeCell(1), Empty, Empty}, nil)
	}
	for name, write := range writers {
		if err := write(table, io.Discard); err == nil {
			t.Errorf("%s: a number stands in a column of instants", name)
		}
	}
}

var writers = map[string]func(*Table, io.Writer) error{"csv": (*Table).WriteCSV, "xlsx": (*Table).WriteXLSX, "ods": (*Table).WriteODS}

// TestAMillionRowsNeedNoMoreMemoryThanAThousand looks at 200,000, whose cells alone
// are 70 MB.
func TestAMillionRowsNeedNoMoreMemoryThanAThousand(t *testing.T) {
	const rows = 200_000
	limits := map[string]uint64{"csv": 8 << 20, "ods": 8 << 20, "xlsx": 56 << 20} // excelize keeps the last 16 MB of a sheet, which its buffer doubles
	for name, write := range writers {
		table := hostileTable(t, nil)
		before, peak := liveHeap(), uint64(0)
		table.Rows = func(yield func([]Cell, error) bool) {
			row := make([]Cell, 5)
			for i := range rows {
				row[0], row[2], row[3], row[4] = WholeCell(int64(i)), InstantCell(time.Unix(1382090400+int64(i), 0)), Empty, YesNoCell(true)
				row[1] = TextCell(strings.Repeat("Cooperativa sociale "+strconv.Itoa(i)+" ", 12))
				if i%20_000 == 19_999 {
					peak = max(peak, liveHeap())
				}
				if !yield(row, nil) {
					return
				}
			}
		}
		var n counted
		if err := write(table, &n); err != nil {
			t.Fatal(err)
		}
		if n < 1<<20 {
			t.Errorf("%s: %d bytes for %d rows", name, n, rows)
		}
		if grown := peak - min(peak, before); grown > limits[name] {
			t.Errorf("%s: %d MB more in use while it is written, want at most %d", name, grown>>20, limits[name]>>20)
		} else {
			t.Logf("%s: %d MB file, %.1f MB more in use", name, n>>20, float64(grown)/(1<<20))
		}
	}
}

type counted int

func (c *counted) Write(p []byte) (int, error) { *c += counted(len(p)); return len(p), nil }

// liveHeap is what is in use once the garbage is gone.
func liveHeap() uint64 {
	runtime.GC()
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
