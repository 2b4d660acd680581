package docs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// office finds LibreOffice. Where checks are complete it must be there.
func office(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("LibreOffice is not here: scripts/test-tools.sh installs it")
		}
		t.Skip("LibreOffice is not here: scripts/test-tools.sh installs it")
	}
	return path
}

// convert has LibreOffice open a file and save it as another type.
func convert(t testing.TB, file, filter, to string) []byte {
	t.Helper()
	dir := filepath.Dir(file)
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", to, "--outdir", filepath.Join(dir, "out")}
	if filter != "" {
		args = append(args, "--infilter="+filter)
	}
	c := exec.Command(office(t), append(args, file)...)
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	ext, _, _ := strings.Cut(to, ":")
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) + "." + ext
	out, err := os.ReadFile(filepath.Join(dir, "out", name))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestLibreOfficeFindsTheTextsAndNoFormula opens each format in a real spreadsheet
// program (register, P15). CSV is opened as a double click does, and with formulas wanted.
func TestLibreOfficeFindsTheTextsAndNoFormula(t *testing.T) {
	office(t)
	for _, tt := range []struct{ name, filter string }{
		{"xlsx", ""}, {"ods", ""},
		{"csv", "CSV:59,34,76,1"},
		{"csv", "CSV:59,34,76,1,,0,false,false,false,false,false,0,true"}, // evaluate formulas
	} {
		t.Run(tt.name+tt.filter, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "tabella."+tt.name)
			var b bytes.Buffer
			if err := writers[tt.name](hostileTable(t, hostile), &b); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			o := readODS(t, convert(t, file, tt.filter, "ods"))
			if len(o.rows) < len(hostile)+1 {
				t.Fatalf("%d rows, want %d", len(o.rows), len(hostile)+1)
			}
			for i, s := range hostile {
				got := o.rows[i+1][1]
				if tt.name == "csv" { // a CSV has no types: what looks like a number becomes one, which only costs its looks
					if want := plainCell(s); want != s && (got.kind != "string" || got.text != want) {
						t.Errorf("%q is %#v, want the text %q", s, got, want)
					}
					continue
				}
				if want := cleanCell(s); got.kind != "string" || got.text != want {
					t.Errorf("%q is %#v", s, got)
				}
			}
			if got := o.rows[1][2]; tt.name != "csv" && (got.kind != "date" || !strings.HasPrefix(got.value, "2013-10-18T12:00:00")) {
				t.Errorf("the instant is %+v", got)
			}
		})
	}
}
