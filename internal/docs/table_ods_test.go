package docs

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// odsFile is an OpenDocument archive taken apart.
type odsFile struct {
	parts map[string]string
	rows  [][]odsCell // of the first sheet, with the header
	names []string    // of the sheets
}

type odsCell struct{ kind, value, text string }

// readODS reads the archive as a program does that knows the standard alone.
func readODS(t testing.TB, file []byte) odsFile {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if head := string(file[30 : 38+len(odsType)]); head != "mimetype"+odsType {
		t.Fatalf("the archive begins with %q", head)
	}
	o := odsFile{parts: map[string]string{}}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		o.parts[part.Name] = string(text)
	}
	o.read(t)
	return o
}

func (o *odsFile) read(t testing.TB) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(o.parts["content.xml"]))
	var row []odsCell
	paragraphs, inside := 0, false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "table":
				o.names = append(o.names, attr(x, "name"))
			case "table-row":
				row = []odsCell{}
			case "table-cell":
				row = append(row, odsCell{kind: attr(x, "value-type"), value: attr(x, "value") + attr(x, "date-value")})
				paragraphs = 0
				if f := attr(x, "formula"); f != "" {
					t.Errorf("a cell has the formula %q", f)
				}
			case "p":
				if inside = true; paragraphs > 0 {
					row[len(row)-1].text += "\n"
				}
				paragraphs++
			case "s":
				n, _ := strconv.Atoi(attr(x, "c"))
				row[len(row)-1].text += strings.Repeat(" ", max(n, 1)) // left out, it is one
			case "tab":
				row[len(row)-1].text += "\t"
			}
		case xml.EndElement:
			switch x.Name.Local {
			case "p":
				inside = false
			case "table-row":
				if len(o.names) == 1 {
					o.rows = append(o.rows, row)
				}
			}
		case xml.CharData:
			if inside && len(row) > 0 {
				row[len(row)-1].text += string(x)
			}
		}
	}
}

func attr(x xml.StartElement, name string) string {
	for _, a := range x.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestTheODSHoldsTextsAsTexts(t *testing.T) {
	var b bytes.Buffer
	if err := hostileTable(t, hostile).WriteODS(&b); err != nil {
		t.Fatal(err)
	}
	o := readODS(t, b.Bytes())
	for i, s := range hostile {
		row := o.rows[i+1]
		if got, want := row[1], (odsCell{"string", "", cleanCell(s)}); got != want {
			t.Errorf("%q is %#v", s, got)
		}
	}
	if got, want := o.rows[1][2], (odsCell{"date", "2013-10-18T12:00:00.001", "18/10/2013 12:00:00"}); got != want {
		t.Errorf("the instant is %+v, want %+v", got, want)
	}
	if got, want := o.rows[2][0], (odsCell{"float", "-1", "-1"}); got != want {
		t.Errorf("the number is %+v, want %+v", got, want)
	}
	if got, want := o.rows[1][3], (odsCell{"date", "1895-03-07", "07/03/1895"}); got != want {
		t.Errorf("the day is %+v, want %+v", got, want)
	}
	if want := []string{"Adesioni", "Informazioni"}; !slices.Equal(o.names, want) {
		t.Errorf("the sheets are %q, want %q", o.names, want)
	}
	for _, name := range []string{"META-INF/manifest.xml", "meta.xml", "settings.xml"} {
		if err := xml.Unmarshal([]byte(o.parts[name]), new(struct{})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !strings.Contains(o.parts["meta.xml"], "Estratto da: Anna Addetta") {
		t.Error("who took the file is not in its properties")
	}
}

func FuzzODSCell(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		table := &Table{Sheet: "A", Columns: []Column{{Name: "A"}}, Rows: func(yield func([]Cell, error) bool) { yield([]Cell{TextCell(s)}, nil) }}
		var out bytes.Buffer
		if err := table.WriteODS(&out); err != nil {
			t.Fatal(err)
		}
		if got := readODS(t, out.Bytes()).rows[1][0].text; got != cleanCell(s) {
			t.Errorf("%q came back as %q", s, got)
		}
	})
}
