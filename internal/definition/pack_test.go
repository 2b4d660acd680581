package definition

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func packs() Option { return WithPacks(os.DirFS("testdata/packs")) }

func TestFileLiesOnItsPack(t *testing.T) {
	src, _ := edited(t,
		"concerto: 1", "extends: regions/prova@3\ndrop: [law/legge-vecchia]\nconcerto: 1",
		"instruments, acts, ", "instruments, ",
		"{id: legge, kind: state, text: Legge}", "{id: legge, kind: state, text: Legge}\n  - {id: legge-base, kind: regional, text: Legge riscritta}",
		"{holidays: italy}", "{holidays: italy, patrons: true}")
	d, found := Load("f", src, packs())
	if d == nil {
		t.Fatal(found.Error())
	}
	for _, tt := range []struct{ what, got, want string }{
		{"a known entry is replaced in place, a new one added at the end", ids(d.Tree.List("law")), "legge-base legge"},
		{"the file's entry holds", d.Tree.List("law")[0].Str("text"), "Legge riscritta"},
		{"inherited entries come first", ids(d.Tree.List("retention")), "tieni-atti tieni"},
		{"an inherited value knows its file", d.Tree.List("retention")[0].File, "regions/prova.yaml"},
		{"mappings merge key by key", d.Tree.At("calendar").Str("saturday"), "holiday"},
		{"the file's own id stands", d.Process.ID, "prova"},
		{"the result extends nothing", d.Tree.Str("extends"), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
		}
	}
	if !d.Process.Calendar.Patrons || !d.Process.Calendar.SaturdayHoliday {
		t.Errorf("calendar = %+v, want both the pack's and the file's keys", d.Process.Calendar)
	}
}

// The pack gives three things: two keys of the calendar and one entry of a list;
// the law it also has is written anew by the file.
func TestInheritedPartsNameTheirFile(t *testing.T) {
	src, _ := edited(t,
		"concerto: 1", "extends: regions/prova@3\ndrop: [law/legge-vecchia, law/legge-base]\nconcerto: 1",
		"instruments, acts, ", "instruments, ")
	d, found := Load("f", src, packs())
	if d == nil {
		t.Fatal(found.Error())
	}
	var got []string
	for _, o := range Inherited(d) {
		got = append(got, o.String())
	}
	want := "calendar/saturday from regions/prova.yaml:5, calendar/warn from regions/prova.yaml:5, retention/tieni-atti from regions/prova.yaml:10"
	if strings.Join(got, ", ") != want {
		t.Errorf("inherited: %s, want %s", strings.Join(got, ", "), want)
	}
}

func ids(list []*Node) string {
	var s []string
	for _, n := range list {
		s = append(s, n.Str("id"))
	}
	return strings.Join(s, " ")
}

func TestPackIsReadByItself(t *testing.T) {
	src, err := os.ReadFile("testdata/packs/regions/prova.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, found := Load("prova.yaml", src)
	if d == nil || d.Kind != "pack" || d.Process != nil || len(found) != 0 {
		t.Errorf("definition %v, findings %v; want a pack without process or findings", d, found)
	}
}

func TestPacksThatCannotBeRead(t *testing.T) {
	ring, _ := edited(t, "concerto: 1", "extends: ring@1\nconcerto: 1")
	outside, _ := edited(t, "concerto: 1", "extends: ../secret@1\nconcerto: 1")
	broken, _ := edited(t, "concerto: 1", "extends: broken@1\nconcerto: 1")
	for _, tt := range []struct {
		name, code, file string
		src              []byte
		opt              Option
	}{
		{"a ring of packs", "pack-cycle", "ring.yaml", ring, packs()},
		{"outside the directory", "schema", "f", outside, packs()},
		{"no directory given", "pack-unknown", "f", ring, func(*loader) {}},
		{"a pack with a slip", "unknown-key", "broken.yaml", broken, WithPacks(fstest.MapFS{
			"broken.yaml": {Data: []byte("concerto: 1\nkind: pack\nid: rotto\nversion: 1\nlaws: []\n")}})},
	} {
		d, found := Load("f", tt.src, tt.opt)
		if d != nil || len(found) == 0 || found[0].Code != tt.code || found[0].File != tt.file {
			t.Errorf("%s: %v, want %s in %s", tt.name, found, tt.code, tt.file)
		}
	}
}

const amendment = `concerto: 1
kind: amendment
id: proroga
amends: prova@1
type: extension
act: {kind: determination, number: "9", date: "2026-09-20"}
date: "2026-09-20"
reason: Richieste pervenute
changes:
  - {path: windows/iscrizione/closes, old: "2026-09-30T12:00", new: "2026-10-10T12:00", why: Più tempo}
`

func TestAmendmentIsReadByItself(t *testing.T) {
	for _, tt := range []struct{ name, old, new, code string }{
		{"as written", "", "", ""},
		{"what it amends", "amends: prova@1", "amends: §prova", "schema"},
		{"a version that does not follow", "amends: prova@1", "amends: prova@2\nbecomes: §2", "amends-invalid"},
		{"a path", "windows/iscrizione/closes", "§\"/windows\"", "schema"},
		{"a day", "2026-10-10T12:00", "2026-10-40T12:00", "date-invalid"},
		{"a key", "reason:", "§ragione:", "unknown-key"},
	} {
		src, place := marked(strings.Replace(amendment, tt.old, tt.new, 1))
		d, found := Load("f", src)
		if tt.code == "" {
			if d == nil || d.Kind != "amendment" || d.Process != nil || len(found) != 0 {
				t.Errorf("%s: %v, %v; want an amendment without findings", tt.name, d, found)
			}
			continue
		}
		ok := hasFinding(found, tt.code, Error, place) || tt.code == "date-invalid" && found.Failed() && found[0].Code == tt.code
		if d != nil || !ok {
			t.Errorf("%s: %v, want %s at %s", tt.name, found, tt.code, place)
		}
	}
}
