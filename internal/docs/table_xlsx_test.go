package docs

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

func TestTheXLSXHoldsTextsAsTexts(t *testing.T) {
	var b bytes.Buffer
	if err := hostileTable(t, hostile).WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, s := range hostile {
		at := "B" + strconv.Itoa(i+2)
		got, err := f.GetCellValue("Adesioni", at, excelize.Options{RawCellValue: true})
		kind, _ := f.GetCellType("Adesioni", at)
		formula, _ := f.GetCellFormula("Adesioni", at)
		if want := cleanCell(s); err != nil || got != want || formula != "" || kind != excelize.CellTypeInlineString {
			t.Errorf("%q is %q, kind %d, formula %q, %v", s, got, kind, formula, err)
		}
	}
	shown, _ := f.GetCellValue("Adesioni", "C2")
	raw, _ := f.GetCellValue("Adesioni", "C2", excelize.Options{RawCellValue: true})
	if serial, err := strconv.ParseFloat(raw, 64); err != nil || math.Abs(serial-(41565.5+0.001/86400)) > 1e-9 || shown != "18/10/2013 12:00:00" {
		t.Errorf("the instant is %q, shown %q", raw, shown)
	}
	if day, _ := f.GetCellValue("Adesioni", "D2"); day != "1895-03-07" {
		t.Errorf("a day that Excel cannot count is %q", day)
	}
	if kind, _ := f.GetCellType("Adesioni", "A3"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number is of kind %d", kind)
	}
	p, err := f.GetDocProps()
	if err != nil || p.Creator != "Anna Addetta" || p.Created != "2013-10-18T10:20:00Z" || !strings.Contains(p.Description, "Estratto da: Anna Addetta") {
		t.Errorf("the properties are %+v, %v", p, err)
	}
	about, _ := f.GetRows("Informazioni")
	if want := "Schede"; len(about) != 4 || about[3][0] != want || about[3][1] != strconv.Itoa(len(hostile)) {
		t.Errorf("the sheet that tells of the other is %q", about)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "excelize-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestATextTooLongForExcelIsCutAndShowsIt(t *testing.T) {
	fits, long := strings.Repeat("a", excelize.TotalCellChars), strings.Repeat("🎭", excelize.TotalCellChars/2+1)
	if got := excelText(fits); got != fits {
		t.Errorf("a text that fits was cut to %d", len(got))
	}
	got := excelText(long)
	if n := utf8.RuneCountInString(got); !strings.HasSuffix(got, "…") || n != excelize.TotalCellChars/2+1 {
		t.Errorf("a long text is %d characters and ends in %q", n, got[len(got)-4:])
	}
}
