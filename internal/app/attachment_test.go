package app

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"concerto/internal/pdz"
	"concerto/internal/register"
)

var good = []struct {
	name    string
	content []byte
	ext     string
}{
	{"PDF", goodPDF(), "pdf"},
	{"PDF with objects packed", packedPDF(objectStream, "<</Title(Statuto)>>"), "pdf"},
	{"PDF that opens on its first page", pdfCatalog("/OpenAction[3 0 R/Fit]"), "pdf"},
	{"PDF with a link", pdfCatalog("/A<</S/URI/URI(https://www.comune.lecce.it)>>"), "pdf"},
	{"PDF with a name that only begins alike", pdfCatalog("/LaunchPad 1/JSX 2"), "pdf"},
	{"PDF with the bytes /JS in a picture", pdfOf("<<>>", pdfStream("/Filter/DCTDecode", "\xff\xd8/JS\x91\x02")), "pdf"},
	{"PDF with an outline before a picture", pdfOf("<</Type/Outlines/First 3 0 R>>", pdfStream("/Filter/FlateDecode", deflated("\x00\x01\x02"))), "pdf"},
	{"PDF with blank lines behind", append(goodPDF(), "\r\n\r\n"...), "pdf"},
	{"p7m in DER", p7m(goodPDF()), "p7m"},
	{"p7m in BER", signedAs(ber, ber(0x24, der(4, goodPDF()[:20]), der(4, goodPDF()[20:])), signature), "p7m"},
	{"p7m signed three times", p7mTimes(3), "p7m"},
	{"p7m directly in a p7m", directlyNested(1), "p7m"},
	{"p7m of a DOCX", p7m(docxWith()), "p7m"},
	{"p7m with a newline behind", append(p7m(goodPDF()), '\n'), "p7m"},
	{"JPEG", goodJPEG(), "jpg"},
	{"JPEG with a second picture", append(goodJPEG(), goodJPEG()...), "jpg"},
	{"JPEG with a few bytes of a telephone", append(goodJPEG(), "SEFH\x6b\x00\x00\x00SEFT"...), "jpg"},
	{"PNG", goodPNG(), "png"},
	{"ODT", odtWith(member{"Pictures/", ""}, member{"Pictures/1.png", string(goodPNG())}), "odt"},
	{"DOCX", docxWith(), "docx"},
	{"DOCX of a long text", docxWith(member{"word/footnotes.xml", strings.Repeat("<w:p>Ambito di Lecce</w:p>", 20_000)}), "docx"},
}

// TestAcceptsGoodFiles also says that the name is corrected and the hash is of the bytes sent.
func TestAcceptsGoodFiles(t *testing.T) {
	for _, tt := range good {
		f, p := examine(pdz.AttachmentSlot{ID: "statuto"}, "Statuto.exe", tt.content)
		if p != nil {
			t.Errorf("%s: examine = %v, want no problem", tt.name, *p)
			continue
		}
		if want := "Statuto.exe." + tt.ext; f.Name != want || f.Slot != "statuto" || f.Size != int64(len(tt.content)) || f.SHA256 != sha256.Sum256(tt.content) {
			t.Errorf("%s: examine = %+v, want name %s, slot, size and hash", tt.name, f, want)
		}
	}
}

func TestSlotNarrowsTheKinds(t *testing.T) {
	for _, tt := range []struct {
		formats []string
		content []byte
		want    []any // arguments of CodeFileKind, or nil when taken
	}{
		{[]string{"pdf"}, goodPDF(), nil},
		{[]string{"PDF", "JPEG"}, goodJPEG(), nil},
		{[]string{"pdf", "jpg"}, goodPNG(), []any{[]string{"pdf", "jpg"}}},
		{[]string{"jpg", "p7m"}, goodPDF(), []any{[]string{"p7m", "jpg"}}},
		{[]string{"odt"}, docxWith(), []any{[]string{"odt"}}},
		{[]string{"docx"}, docxWith(), nil},
		{[]string{"pdf"}, crowdedZip(10), []any{[]string{"pdf"}}},
		{nil, []byte("x"), []any{[]string{"pdf", "p7m", "jpg", "png", "odt", "docx"}}},
	} {
		_, p := examine(pdz.AttachmentSlot{Formats: tt.formats}, "x", tt.content)
		switch {
		case p == nil && tt.want == nil:
		case p == nil || p.Code != CodeFileKind || fmt.Sprint(p.Args) != fmt.Sprint(tt.want):
			t.Errorf("examine(%v, %.8q) = %v, want %v", tt.formats, tt.content, p, tt.want)
		}
	}
}

func TestNamesAreMadeSafe(t *testing.T) {
	e := strings.Repeat("è", 255)
	for _, tt := range []struct{ name, ext, want string }{
		{"Statuto.pdf", "pdf", "Statuto.pdf"},
		{"Statuto.PDF", "pdf", "Statuto.pdf"},
		{"../../x", "pdf", "x.pdf"},
		{"/etc/passwd", "pdf", "passwd.pdf"},
		{`C:\Documenti\Delega firmata.pdf`, "pdf", "Delega firmata.pdf"},
		{`..\..\x`, "pdf", "x.pdf"},
		{"", "pdf", "allegato.pdf"},
		{"..", "png", "allegato.png"},
		{".pdf", "pdf", "allegato.pdf"},
		{"dir/", "jpg", "allegato.jpg"},
		{" . ", "jpg", "allegato.jpg"},
		{"foto.jpeg", "jpg", "foto.jpg"},
		{"foto.jpg", "pdf", "foto.pdf"},
		{"foto.exe", "png", "foto.exe.png"},
		{"Dott. Rossi A.P.S.", "pdf", "Dott. Rossi A.P.S.pdf"},
		{"delega.pdf.p7m", "p7m", "delega.pdf.p7m"},
		{"delega.pdf", "p7m", "delega.pdf.p7m"},
		{"delega.pdf.p7m", "pdf", "delega.pdf"},
		{"delega.pdf.p7m.p7m", "p7m", "delega.pdf.p7m.p7m"},
		{"a" + strings.Repeat(".p7m", 50), "p7m", "a.p7m"},
		{"fattura\u202efdp.exe", "pdf", "fatturafdp.exe.pdf"},
		{"a\u200bb\ufeff.pdf", "pdf", "ab.pdf"},
		{"a\r\nSet-Cookie_ x.pdf", "pdf", "aSet-Cookie_ x.pdf"},
		{"a\x00.exe", "pdf", "a.exe.pdf"},
		{"a \u00a0\u2003 b.pdf", "pdf", "a b.pdf"},
		{"a\u2028b\u0085c.pdf", "pdf", "abc.pdf"},
		{"perche\u0301.pdf", "pdf", "perché.pdf"},
		{"e\u200b\u0301.pdf", "pdf", "é.pdf"},
		{"a" + strings.Repeat("\u0301", 200) + ".pdf", "pdf", "a.pdf"},
		{"\xff\xfe.pdf", "pdf", "_.pdf"},
		{`a<b>:"|?*.pdf`, "pdf", "a_b______.pdf"},
		{"CON", "pdf", "_CON.pdf"},
		{"nul.pdf", "pdf", "_nul.pdf"},
		{"com1.tar.pdf", "pdf", "_com1.tar.pdf"},
		{"LPT¹.pdf", "pdf", "_LPT¹.pdf"},
		{"COMUNE.pdf", "pdf", "COMUNE.pdf"},
		{"com.pdf", "pdf", "com.pdf"},
		{e + ".pdf", "pdf", e[:116*2] + ".pdf"},
		{e, "docx", e[:115*2] + ".docx"},
		{"a" + strings.Repeat(" ", 500) + "b.pdf", "pdf", "a b.pdf"},
	} {
		got := fileName(tt.name, tt.ext)
		if got != tt.want {
			t.Errorf("fileName(%q, %s) = %q, want %q", tt.name, tt.ext, got, tt.want)
		}
		checkName(t, got)
		if again := fileName(got, tt.ext); again != got {
			t.Errorf("fileName(%q, %s) = %q, want it unchanged", got, tt.ext, again)
		}
	}
}

// checkName asks of a name what the register, a header and a disk ask.
func checkName(t *testing.T, name string) {
	t.Helper()
	list, err := register.FileList([]register.File{{Size: 1, Type: "application/pdf", Name: name}})
	if err != nil {
		t.Errorf("FileList(%q) = %v", name, err)
	}
	if back, err := register.ParseFileList(list); err != nil || back[0].Name != name {
		t.Errorf("ParseFileList of %q = %v, %v, want the name back", name, back, err)
	}
	if utf8.RuneCountInString(name) > maxName || !norm.NFC.IsNormalString(name) || strings.ContainsAny(name, "/\\\u202e") {
		t.Errorf("name %q: too long, not NFC, or with a path or override", name)
	}
}
