package docs

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func csvRows(t testing.TB, file []byte) [][]string {
	t.Helper()
	text, ok := bytes.CutPrefix(file, []byte("\ufeff"))
	if !ok {
		t.Fatal("Excel would not know that the file is UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll() // all lines of one length
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// typed is what a reader of the CSV does to have what was typed.
func typed(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && startsFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return cell
}

func TestNoCellOfTheCSVIsAFormulaAndNothingIsLost(t *testing.T) {
	var b bytes.Buffer
	if err := hostileTable(t, hostile).WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows := csvRows(t, b.Bytes())
	if got, want := rows[0], []string{"Numero", "'=Testo", "Arrivo", "Giorno", "Conferma", "Estratto da"}; !slices.Equal(got, want) {
		t.Errorf("the header is %q, want %q", got, want)
	}
	for i, s := range hostile {
		row, want := rows[i+1], cleanCell(s)
		if startsFormula(row[1]) {
			t.Errorf("%q went out as %q", s, row[1])
		}
		if got := typed(row[1]); got != want {
			t.Errorf("%q came back as %q", s, got)
		}
		if row[0] != strconv.Itoa(-i) || row[3] != "1895-03-07" || !strings.HasPrefix(row[5], "Anna Addetta, ") {
			t.Errorf("row %d is %q", i, row)
		}
	}
	if got, want := rows[1][2], "2013-10-18T12:00:00.001+02:00"; got != want {
		t.Errorf("one millisecond late is %q, want %q", got, want)
	}
	if bytes.Count(b.Bytes(), []byte("\r\n")) < len(hostile) {
		t.Error("lines do not end in CRLF")
	}
}

func TestTheTwoHalfPastTwosDiffer(t *testing.T) {
	zone := romeZone(t)
	first := time.Date(2013, 10, 27, 0, 30, 0, 0, time.UTC)
	table := &Table{Zone: zone, Columns: []Column{{Name: "Arrivo", Kind: Instant}}, Rows: func(yield func([]Cell, error) bool) {
		_ = yield([]Cell{InstantCell(first)}, nil) && yield([]Cell{InstantCell(first.Add(time.Hour))}, nil)
	}}
	var b bytes.Buffer
	if err := table.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "\ufeffArrivo\r\n2013-10-27T02:30:00+02:00\r\n2013-10-27T02:30:00+01:00\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzCSVCell(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		table := &Table{Columns: []Column{{Name: "A"}, {Name: "B"}}, Rows: func(yield func([]Cell, error) bool) {
			yield([]Cell{TextCell(a), TextCell(b)}, nil)
		}}
		var out bytes.Buffer
		if err := table.WriteCSV(&out); err != nil {
			t.Fatal(err)
		}
		rows := csvRows(t, out.Bytes())
		if len(rows) == 1 && a == "" && b == "" {
			t.Fatal("an empty row is gone")
		}
		for i, s := range []string{a, b} {
			got := rows[1][i]
			if startsFormula(got) {
				t.Errorf("%q went out as %q", s, got)
			}
			if typed(got) != cleanCell(s) {
				t.Errorf("%q came back as %q", s, typed(got))
			}
		}
	})
}
