package app

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"concerto/internal/pdz"
	"concerto/internal/register"
)

// Makers of files. What they make is as small as a program that opens it allows.

func goodPDF() []byte {
	return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>")
}

// pdfOf writes objects, the first of them the catalogue, with a cross-reference table.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var table strings.Builder
	for i, o := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%s", len(objects)+1, table.String())
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return b.Bytes()
}

func pdfCatalog(extra string) []byte { return pdfOf("<</Type/Catalog" + extra + ">>") }

// pdfStream writes a stream with what its dictionary says beyond the length.
func pdfStream(dictionary, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\r\n%s\r\nendstream", dictionary, len(data), data)
}

const objectStream = "/Type/ObjStm/N 1/First 5/Filter/FlateDecode"

// packedPDF keeps an object in a packed object stream.
func packedPDF(dictionary, object string) []byte {
	return pdfOf("<</Type/Catalog>>", pdfStream(dictionary, deflated("7 0 \n"+object)))
}

func deflated(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

type member struct{ name, text string }

const mimetypeODT = "application/vnd.oasis.opendocument.text"

func odtWith(more ...member) []byte {
	return zipOf(append([]member{{"mimetype", mimetypeODT},
		{"META-INF/manifest.xml", "<manifest:manifest/>"}, {"content.xml", "<office:document-content><office:scripts/></office:document-content>"}}, more...)...)
}

const contentTypes = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`

func docxWith(more ...member) []byte {
	return zipOf(append([]member{{"[Content_Types].xml", contentTypes}, {"_rels/.rels", "<Relationships/>"}, {"word/document.xml", "<w:document/>"}}, more...)...)
}

// zipOf stores the first member and packs the others.
func zipOf(members ...member) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, m := range members {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: method})
		if err != nil {
			panic(err)
		}
		io.WriteString(f, m.text)
	}
	w.Close()
	return b.Bytes()
}

// rawZip declares what it likes for one packed member beside those of a DOCX.
func rawZip(h zip.FileHeader, packed []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range []member{{"[Content_Types].xml", contentTypes}, {"_rels/.rels", "<Relationships/>"}} {
		f, _ := w.Create(m.name)
		io.WriteString(f, m.text)
	}
	h.CompressedSize64 = uint64(len(packed))
	f, err := w.CreateRaw(&h)
	if err != nil {
		panic(err)
	}
	f.Write(packed)
	w.Close()
	return b.Bytes()
}

func rawDeflated(s []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	w.Write(s)
	w.Close()
	return b.Bytes()
}

// patched changes the bytes at an offset from the last occurrence of a mark.
func patched(content []byte, mark string, offset int, with ...byte) []byte {
	content = slices.Clone(content)
	at := bytes.LastIndex(content, []byte(mark))
	copy(content[at+offset:], with)
	return content
}

// crowdedZip has a directory of n members that all say the same.
func crowdedZip(n int) []byte {
	local := append([]byte("PK\x03\x04"), make([]byte, 26)...)
	entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	end := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	binary.LittleEndian.PutUint16(end[10:], uint16(n))
	binary.LittleEndian.PutUint32(end[12:], uint32(n*len(entry)))
	binary.LittleEndian.PutUint32(end[16:], uint32(len(local)))
	return slices.Concat(local, bytes.Repeat(entry, n), end)
}

// der writes an element with a definite length.
func der(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	switch n := len(body); {
	case n < 0x80:
		return slices.Concat([]byte{tag, byte(n)}, body)
	case n < 0x10000:
		return slices.Concat([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body)
	default:
		return slices.Concat([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, body)
	}
}

// ber writes an element of indefinite length.
func ber(tag byte, parts ...[]byte) []byte {
	return slices.Concat([]byte{tag, 0x80}, bytes.Join(parts, nil), []byte{0, 0})
}

func signedAs(write func(byte, ...[]byte) []byte, content, signatures []byte) []byte {
	oid := []byte(signedData)
	data := []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
	return write(0x30, oid, write(0xa0, write(0x30, []byte{2, 1, 1}, der(0x31),
		write(0x30, data, write(0xa0, content)), signatures)))
}

var signature = der(0x31, der(0x30, []byte{2, 1, 1}))

func p7m(content []byte) []byte { return signedAs(der, der(4, content), signature) }

func p7mTimes(n int) []byte {
	b := goodPDF()
	for range n {
		b = p7m(b)
	}
	return b
}

// directlyNested puts envelopes one in the other without octet strings between.
func directlyNested(n int) []byte {
	b := p7m(goodPDF())
	for range n {
		inner := b[bytes.IndexByte(b, 0xa0):] // the [0] of the inner ContentInfo
		oid := []byte(signedData)
		b = der(0x30, oid, der(0xa0, der(0x30, []byte{2, 1, 1}, der(0x31), der(0x30, oid, inner), signature)))
	}
	return b
}

func picture() image.Image { return image.NewGray(image.Rect(0, 0, 8, 8)) }

func goodJPEG() []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, picture(), nil)
	return b.Bytes()
}

func goodPNG() []byte {
	var b bytes.Buffer
	png.Encode(&b, picture())
	return b.Bytes()
}

func goodGIF() []byte {
	var b bytes.Buffer
	gif.Encode(&b, picture(), nil)
	return b.Bytes()
}

func pngChunk(name string, data []byte) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
	b = append(b, data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// hugePNG declares sides and holds nothing.
func hugePNG(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return slices.Concat([]byte(pngBegin), pngChunk("IHDR", append(head, 8, 0, 0, 0, 0)), pngChunk("IEND", nil))
}

// hugeJPEG declares sides in its frame header.
func hugeJPEG(side uint16) []byte {
	return patched(goodJPEG(), "\xff\xc0", 5, byte(side>>8), byte(side), byte(side>>8), byte(side))
}

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

// hostile is a file that must not be taken, and the problem it must have.
type hostile struct {
	name    string
	content []byte
	code    string
	arg     string // first argument, where it is a word
}

func hostileFiles() []hostile {
	return slices.Concat(hostileSizes(), hostileKinds(), hostilePDFs(), hostileSignatures(), hostilePictures(), hostileArchives(), hostileDocuments())
}

func hostileSizes() []hostile {
	return []hostile{
		{"nothing", nil, CodeFileEmpty, ""},
		{"one byte", []byte("%"), CodeFileKind, ""},
		{"a byte too many", append(goodPDF(), make([]byte, MaxFile+1-len(goodPDF()))...), CodeFileLarge, ""},
		{"ZIP directory of a million", crowdedZip(1_000_000), CodeFileLarge, ""},
		{"zeros", make([]byte, 1<<20), CodeFileKind, ""},
	}
}

func hostileKinds() []hostile {
	of := func(name, text string) hostile { return hostile{name, []byte(text), CodeFileKind, ""} }
	return []hostile{
		of("SVG", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		of("SVG behind an XML declaration", `<?xml version="1.0"?><svg onload="alert(1)"/>`),
		of("HTML", "<!DOCTYPE html><script>alert(1)</script>"),
		of("HTML with a PDF in it", "<html>"+string(goodPDF())),
		of("PHP", "<?php system($_GET['c']); ?>"),
		of("shell script", "#!/bin/sh\nrm -rf /\n"),
		of("text of a virus test", "PROVA-ANTIVIRUS-INNOCUA-FILE!$H+H*"),
		of("Windows program", "MZ\x90\x00\x03\x00\x00\x00"),
		of("Linux program", "\x7fELF\x02\x01\x01"),
		of("XML with an entity bomb", `<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>`),
		of("GIF", string(goodGIF())),
		of("GIFAR", string(goodGIF())+string(zipOf(member{"A.class", "\xca\xfe\xba\xbe"}))),
		of("PDF behind a space", " "+string(goodPDF())),
		of("PDF behind a picture", string(goodGIF())+string(goodPDF())),
		of("RTF", `{\rtf1{\object\objdata 0105}}`),
		of("OLE document of the nineties", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 504)),
		of("PostScript", "%!PS-Adobe-3.0\n"),
		of("gzip", "\x1f\x8b\x08\x00"),
		of("plain ZIP", string(zipOf(member{"a.txt", "a"}))),
		of("spreadsheet", string(zipOf(member{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}))),
		of("template of a text", string(zipOf(member{"mimetype", mimetypeODT + "-template"}))),
		of("forty-two ZIPs in a ZIP", string(bombOfBombs(5))),
		of("CMS that is encrypted, not signed", string(der(0x30, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"), der(0xa0)))),
		of("certificate", string(der(0x30, der(0x30, []byte{2, 1, 1}), der(0x30)))),
	}
}

// bombOfBombs packs sixteen ZIPs in each, as 42.zip does, over zeros.
func bombOfBombs(levels int) []byte {
	inner := zipOf(member{"0", ""}, member{"zeri", strings.Repeat("\x00", 1<<20)})
	for range levels {
		var all []member
		for i := range 16 {
			all = append(all, member{fmt.Sprintf("%x.zip", i), string(inner)})
		}
		inner = zipOf(all...)
	}
	return inner
}

func hostilePDFs() []hostile {
	active := func(name, word string, content []byte) hostile { return hostile{name, content, CodeFileActive, word} }
	broken := func(name string, content []byte) hostile { return hostile{name, content, CodeFileBroken, ""} }
	const script = "/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
	plain := goodPDF()
	return []hostile{
		active("script on opening", "JavaScript", pdfCatalog(script)),
		active("script by reference", "JavaScript", pdfCatalog("/AA<</O<</JS 9 0 R>>>>")),
		active("script in hexadecimal", "JavaScript", pdfCatalog("/AA<</O<</JS <6170702e616c65>>>>>")),
		active("name escaped", "JavaScript", pdfCatalog("/OpenAction<</S/J#61vaScript>>")),
		active("name escaped all through", "JavaScript", pdfCatalog("/#4a#61#76#61#53#63#72#69#70#74 1 0 R")),
		active("short name escaped", "JavaScript", pdfCatalog("/A<</#4AS %c\n(app.alert(1))>>")),
		active("name tree of scripts", "JavaScript", pdfCatalog("/Names<</JavaScript 4 0 R>>")),
		active("program", "Launch", pdfCatalog("/OpenAction<</S/Launch/F(cmd.exe)>>")),
		active("file inside", "EmbeddedFile", pdfOf("<<>>", pdfStream("/Type/EmbeddedFile", "MZ"))),
		active("file inside that does not say so", "EmbeddedFile", pdfCatalog("/FS<</EF<</F 5 0 R>>>>")),
		active("list of files inside", "EmbeddedFile", pdfCatalog("/Names<</EmbeddedFiles 4 0 R>>")),
		active("Flash", "RichMedia", pdfCatalog("/Subtype/RichMedia")),
		active("rendition with script", "Rendition", pdfCatalog("/A<</S/Rendition/JS<FEFF0061>>>")),
		active("XFA form", "XFA", pdfCatalog("/AcroForm<</XFA 7 0 R>>")),
		active("script packed", "JavaScript", packedPDF(objectStream, "<<"+script+">>")),
		active("escaped name packed", "JavaScript", packedPDF(objectStream, "<</S/Java#53cript>>")),
		active("program packed far inside", "Launch", packedPDF(objectStream, strings.Repeat("(testo) ", 60_000)+"<</S/Launch>>")),
		active("program across windows", "Launch", packedPDF(objectStream, strings.Repeat(" ", window-9)+"/Launch ")),
		active("packed, type escaped", "Launch", packedPDF("/Type/Obj#53tm/N 1/First 5/Filter/Fl#61teDecode", "<</S/Launch>>")),
		active("packed, type left out", "Launch", packedPDF("/N 1/First 5/Filter/FlateDecode", "<</S/Launch>>")),
		active("packed, checksum wrong", "Launch", patched(packedPDF(objectStream, "<</S/Launch>>"), "\r\nendstream", -1, 0)),
		active("script between false stream marks", "JavaScript", pdfCatalog("/X(\nstream\n)"+script+"/Y(\nendstream)")),
		active("packed and encrypted", "Encrypt", bytes.Replace(pdfOf("<<>>", pdfStream(objectStream, "\x13\x37cifra")), []byte("/Root"), []byte("/Encrypt 9 0 R/Root"), 1)),
		active("page behind the end", "script", append(goodPDF(), "<SCRIPT>alert(1)</SCRIPT>"...)),
		broken("bait before a packed stream", pdfOf("<<>>", pdfStream(objectStream+"/X(\nstream\n)", deflated("7 0 \n<</S/Launch>>")))),
		broken("packed twice", pdfOf("<<>>", pdfStream(objectStream, deflated(deflated("7 0 \n<</S/Launch>>"))))),
		broken("packed in a way not looked into", pdfOf("<<>>", pdfStream("/Type/ObjStm/N 1/First 5/Filter/LZWDecode", "\x80\x0b\x60\x50"))),
		broken("packed with a predictor", pdfOf("<<>>", pdfStream(objectStream+"/DecodeParms<</Predictor 12/Columns 1>>", deflated("\x007\x00 \x000\x00 ")))),
		broken("packed without a line after the mark", pdfOf("<<"+objectStream+">>stream "+deflated("7 0 \n<</S/Launch>>"))),
		broken("packed bomb", packedPDF(objectStream, strings.Repeat(" ", maxInflated+1))),
		broken("packed bombs together", pdfOf(slices.Repeat([]string{pdfStream(objectStream, deflated("7 0 \n"+strings.Repeat(" ", 1<<20)))}, 40)...)),
		broken("too many packed streams", pdfOf(slices.Repeat([]string{pdfStream(objectStream, deflated("7 0 \n"))}, maxObjects+1)...)),
		broken("packed stream cut", pdfOf("<<>>", "<<"+objectStream+">>stream\n"+deflated("7 0 \n<</Title(abc)>>")[:14])),
		broken("no end", plain[:len(plain)-8]),
		broken("only the beginning", []byte("%PDF-1.7")),
		broken("end far from the end", append(goodPDF(), make([]byte, 4096)...)),
		{"PDF with a ZIP behind", append(goodPDF(), zipOf(member{"a.txt", "a"})...), CodeFileArchive, "appended"},
		{"PDF with its end in the comment of a ZIP", pdfInZip(), CodeFileArchive, "appended"},
		{"PDF and ZIP and end again", append(append(goodPDF(), zipOf(member{"a.txt", "a"})...), "\n%%EOF"...), CodeFileArchive, "appended"},
	}
}

// pdfInZip is a ZIP behind the beginning of a PDF whose end is the comment.
func pdfInZip() []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.SetOffset(20)
	w.Create("A.class")
	w.SetComment("\n%%EOF\n")
	w.Close()
	return append([]byte("%PDF-1.7\n%2345678901"), b.Bytes()...)
}

func hostileSignatures() []hostile {
	broken := func(name string, content []byte) hostile { return hostile{name, content, CodeFileBroken, ""} }
	whole := p7m(goodPDF())
	return []hostile{
		{"p7m four times", p7mTimes(4), CodeFileArchive, "nested"},
		{"p7m fifty times", p7mTimes(50), CodeFileArchive, "nested"},
		{"p7m directly in others", directlyNested(20), CodeFileArchive, "nested"},
		broken("p7m cut", whole[:len(whole)/2]),
		broken("p7m cut after its name", whole[:4+len(signedData)]),
		broken("p7m longer than any file", slices.Concat([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, whole[4:])),
		broken("p7m longer than any number", slices.Concat([]byte{0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0}, whole[4:])),
		broken("BER that never ends", bytes.TrimRight(signedAs(ber, der(4, goodPDF()), signature), "\x00")),
		broken("BER indefinite a thousand deep", signedAs(der, bytes.Repeat([]byte{0x24, 0x80}, 1000), signature)),
		broken("BER in pieces of pieces", signedAs(ber, nestedPieces(10), signature)),
		broken("signature without document", signedAs(der, nil, signature)),
		broken("empty document", p7m(nil)),
		broken("certificates only", signedAs(der, der(4, goodPDF()), der(0x31))),
		broken("high tag number", slices.Concat([]byte{0x30, 0x80}, []byte(signedData), []byte{0x1f, 0x81, 0x01, 0, 0, 0})),
		{"p7m with a ZIP behind", append(slices.Clone(whole), zipOf(member{"a", "a"})...), CodeFileArchive, "appended"},
	}
}

func nestedPieces(n int) []byte {
	b := der(4, goodPDF())
	for range n {
		b = ber(0x24, b)
	}
	return b
}

func hostilePictures() []hostile {
	broken := func(name string, content []byte) hostile { return hostile{name, content, CodeFileBroken, ""} }
	archive := zipOf(member{"META-INF/MANIFEST.MF", "Main-Class: A"}, member{"A.class", "\xca\xfe\xba\xbe"})
	return []hostile{
		broken("JPEG of 65500 by 65500", hugeJPEG(65500)),
		broken("JPEG of 15000 by 15000", hugeJPEG(15000)),
		broken("JPEG cut", goodJPEG()[:len(goodJPEG())-2]),
		broken("JPEG of three bytes", []byte("\xff\xd8\xff")),
		broken("JPEG with much behind", append(goodJPEG(), make([]byte, 4096)...)),
		{"JPEG with a JAR behind", append(goodJPEG(), archive...), CodeFileArchive, "appended"},
		{"JPEG with a JAR and a picture behind", slices.Concat(goodJPEG(), archive, goodJPEG()[:40]), CodeFileArchive, "appended"},
		{"JPEG with PHP behind", append(goodJPEG(), "<?php phpinfo(); ?>"...), CodeFileActive, "script"},
		{"PNG with a ZIP behind", append(goodPNG(), archive...), CodeFileArchive, "appended"},
		{"PNG with a page behind", append(goodPNG(), "<html onload=a()>"...), CodeFileActive, "script"},
		broken("PNG with a byte behind", append(goodPNG(), 0)),
		broken("PNG of two thousand million pixels", hugePNG(1<<31-1, 1)),
		broken("PNG of 20000 by 20000", hugePNG(20_000, 20_000)),
		broken("PNG cut", goodPNG()[:len(goodPNG())-12]),
		broken("PNG with a false checksum", patched(goodPNG(), "IDAT", 5, 0xee)),
		broken("PNG with a chunk longer than the file", patched(goodPNG(), "IDAT", -4, 0xff, 0xff, 0xff, 0xff)),
	}
}

func hostileArchives() []hostile {
	of := func(name, why string, content []byte) hostile { return hostile{name, content, CodeFileArchive, why} }
	const entry, end = "PK\x01\x02", "PK\x05\x06"
	bomb := rawDeflated(make([]byte, 4<<20))
	locator := "PK\x06\x07" + strings.Repeat("\x00", 16)
	whole := docxWith()
	return []hostile{
		of("directory of 180,000", "name", crowdedZip(180_000)),
		of("directory of 2,001", "entries", docxWith(manyMembers(2000)...)),
		of("directory that says fewer", "directory", patched(whole, end, 10, 2)),
		of("directory beyond the file", "directory", patched(whole, end, 16, 0xff, 0xff, 0xff, 0x7f)),
		of("no directory", "directory", []byte("PK\x03\x04"+strings.Repeat("\x00", 60))),
		of("end record cut", "directory", whole[:len(whole)-4]),
		of("bytes behind", "directory", append(docxWith(), 'x')),
		of("several disks", "directory", patched(whole, end, 4, 1)),
		of("directory entry damaged", "directory", patched(whole, entry, 0, 'X')),
		of("directory entry longer than the directory", "directory", patched(whole, entry, 30, 0xff, 0xff)),
		of("other names inside than outside", "directory", bytes.Replace(whole, []byte("_rels/.rels"), []byte("_rels/.relx"), 1)),
		of("zip64 by its locator", "zip64", slices.Concat(whole[:len(whole)-22], []byte(locator), whole[len(whole)-22:])),
		of("zip64 by its count", "zip64", patched(whole, end, 8, 0xff, 0xff)),
		of("zip64 by a size", "zip64", patched(whole, entry, 24, 0xff, 0xff, 0xff, 0xff)),
		of("encrypted", "encrypted", patched(whole, entry, 8, 9)),
		of("packed in another way", "method", patched(whole, entry, 10, 12)),
		of("name that climbs", "name", docxWith(member{"../../etc/passwd", "x"})),
		of("name that climbs half-way", "name", docxWith(member{"word/../../x", "x"})),
		of("name from the root", "name", docxWith(member{"/etc/passwd", "x"})),
		of("name with a drive", "name", docxWith(member{"C:/x", "x"})),
		of("name with the other slash", "name", docxWith(member{`word\..\x`, "x"})),
		of("name with NUL", "name", docxWith(member{"word/a.xml\x00.exe", "x"})),
		of("no name", "name", docxWith(member{"", "x"})),
		of("same name twice", "name", docxWith(member{"word/document.xml", "x"})),
		of("bomb by ratio", "ratio", docxWith(member{"word/media/image1.bmp", strings.Repeat("\x00", 2<<20)})),
		of("bomb by size", "size", rawZip(zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 65 << 20}, bomb)),
		of("size that lies", "size", rawZip(zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 10}, bomb)),
		of("stored, and larger than it is", "size", rawZip(zip.FileHeader{Name: "a", Method: zip.Store, UncompressedSize64: 9000}, []byte("aaaa"))),
		of("members that share their bytes", "overlap", overlapping()),
		of("ZIP in a DOCX", "nested", docxWith(member{"word/embeddings/a.zip", "x"})),
		of("ZIP in a DOCX by another name", "nested", docxWith(member{"word/media/image1.png", string(zipOf(member{"a", "a"}))})),
		of("forty-two ZIPs in an ODT", "nested", odtWith(member{"Pictures/1.png", string(bombOfBombs(2))})),
		of("encrypted ODT", "encrypted", zipOf(member{"mimetype", mimetypeODT}, member{"content.xml", "\x13\x37"},
			member{"META-INF/manifest.xml", "<manifest:encryption-data/>"})),
	}
}

func manyMembers(n int) (list []member) {
	for i := range n {
		list = append(list, member{fmt.Sprint(i), ""})
	}
	return list
}

// overlapping has a second directory entry for the bytes of a member, under its own name
// in another case so that only the bytes give it away.
func overlapping() []byte {
	text := strings.Repeat("a", 100_000)
	whole := zipOf(member{"[Content_Types].xml", contentTypes}, member{"a", text}, member{"b", text}, member{"c", text})
	at := bytes.Index(whole, []byte("PK\x01\x02"))
	first := int(binary.LittleEndian.Uint16(whole[at+28:])) + 46
	for entry := whole[at+first:]; bytes.HasPrefix(entry, []byte("PK\x01\x02")); entry = entry[47:] {
		binary.LittleEndian.PutUint32(entry[20:], uint32(at)-200) // each takes nearly the whole archive
	}
	return whole
}

func hostileDocuments() []hostile {
	of := func(name, code, arg string, content []byte) hostile { return hostile{name, content, code, arg} }
	const listener = `<office:event-listeners><script:event-listener xlink:href="vnd.sun.star.script:x.py$f?language=Python&amp;location=share"/></office:event-listeners>`
	return []hostile{
		of("DOCX with VBA", CodeFileActive, "macro", docxWith(member{"word/vbaProject.bin", "x"})),
		of("DOCX with VBA in other letters", CodeFileActive, "macro", docxWith(member{"word/VBAPROJECT.BIN", "x"})),
		of("DOCX with VBA by another name", CodeFileActive, "macro", zipOf(member{"[Content_Types].xml", contentTypes + "<!-- application/vnd.ms-office.vbaProject -->"}, member{"_rels/.rels", "x"})),
		of("DOCM", CodeFileActive, "macro", zipOf(member{"[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml"}, member{"_rels/.rels", "x"})),
		of("DOCX with ActiveX", CodeFileActive, "ActiveX", docxWith(member{"word/activeX/activeX1.xml", "x"})),
		of("DOCX with an OLE object", CodeFileActive, "OLE", docxWith(member{"word/embeddings/oleObject1.bin", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"})),
		of("ODT with Basic", CodeFileActive, "macro", odtWith(member{"Basic/Standard/Module1.xml", "x"})),
		of("ODT with Python", CodeFileActive, "macro", odtWith(member{"Scripts/python/x.py", "x"})),
		of("ODT that runs an installed script", CodeFileActive, "script", odtWith(member{"styles.xml", listener})),
		of("ODT that runs one far inside", CodeFileActive, "script", odtWith(member{"styles.xml", strings.Repeat(" testo", 30_000) + listener})),
		of("ODT with a listener of another prefix", CodeFileActive, "script", odtWith(member{"settings.xml", "<a><event-listeners/><x:event-listener\n/></a>"})),
		of("ODT in UTF-16", CodeFileBroken, "", odtWith(member{"styles.xml", "\xff\xfe<\x00a\x00"})),
		of("ODT without text", CodeFileBroken, "", zipOf(member{"mimetype", mimetypeODT}, member{"META-INF/manifest.xml", "x"})),
		of("DOCX without relations", CodeFileBroken, "", zipOf(member{"[Content_Types].xml", contentTypes})),
		of("DOCX with a false checksum", CodeFileBroken, "", patched(docxWith(), "PK\x01\x02", 16, 0xde, 0xad)),
		of("DOCX whose member is shorter than declared", CodeFileBroken, "", rawZip(zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 50}, rawDeflated([]byte("corto")))),
		of("DOCX whose member is no deflate", CodeFileBroken, "", rawZip(zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 50}, []byte("\xff\xff\xff\xff"))),
	}
}

func TestRefusesHostileFiles(t *testing.T) {
	files := hostileFiles()
	t.Logf("%d hostile files", len(files))
	if len(files) < 60 {
		t.Errorf("%d hostile files, want at least 60", len(files))
	}
	for _, tt := range files {
		_, p := examine(pdz.AttachmentSlot{ID: "statuto"}, "delega.pdf", tt.content)
		if p == nil {
			t.Errorf("%s: accepted, want %s", tt.name, tt.code)
			continue
		}
		word, _ := append(p.Args, "")[0].(string)
		if p.Code != tt.code || word != tt.arg || p.Field != "statuto" {
			t.Errorf("%s: examine = %+v, want %s %s", tt.name, *p, tt.code, tt.arg)
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

// heaviest are files of nearly MaxFile made to cost as much as they can.
func heaviest() map[string][]byte {
	fill := func(before, unit, after string) []byte {
		n := (MaxFile - len(before) - len(after)) / len(unit)
		return []byte(before + strings.Repeat(unit, n) + after)
	}
	pdf := func(unit string) []byte { return fill("%PDF-1.7\n", unit, "\n%%EOF") }
	const (
		empty   = "\x00\x00\x00\xff\xff"               // deflate: a block of nothing
		last    = "\x01\x00\x00\xff\xffsum!"           // deflate: the last one, and a checksum
		numbers = "\x00\x04\x00\xfb\xff7 0 "           // deflate: a block of how an object stream begins
		opening = "/ObjStm/Filter stream\n\x78\x01"    // up to the zlib header
		chained = "\x00\x1c\x00\xe3\xff7 0 " + opening // a block of the next stream, whose blocks are those of all
	)
	noise := make([]byte, MaxFile-500)
	rand.NewChaCha8([32]byte{}).Read(noise)
	var text strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&text, "<w:p>%x%s</w:p>", noise[8*i:8*i+8], strings.Repeat("Ambito di Lecce ", 8))
	}
	return map[string][]byte{
		"slashes":                      pdf("/"),
		"names":                        pdf("/JS (\x80"),
		"escapes":                      pdf("/#4a#53#4a#53#4a#53#4a#53"),
		"streams":                      pdf("stream\n"),
		"streams that do not open":     pdf("/First/Filter stream\n"),
		"streams that open":            pdf(opening + numbers + last),
		"streams in each other":        pdf(opening + strings.Repeat(chained, 99) + numbers + last),
		"empty blocks":                 pdf(opening + numbers + strings.Repeat(empty, 2000) + last),
		"empty blocks of many streams": fill("%PDF-1.7\n"+opening+strings.Repeat(chained, 1000)+numbers, empty, last+"\n%%EOF"),
		"comments":                     pdf("/EF" + strings.Repeat("%\n", 90)),
		"packed bomb":                  packedPDF(objectStream, strings.Repeat("/", maxInflated-99)),
		"ends of ZIPs":                 fill("%PDF-1.7\n%%EOF", "PK\x05\x06", "")[:MaxFile-3000],
		"BER of nothing":               signedAs(ber, ber(0x24, bytes.Repeat([]byte{4, 0}, MaxFile/2-100), der(4, []byte("x"))), signature),
		"BER deep":                     signedAs(ber, ber(0x24, bytes.Repeat(nestedPieces(2), MaxFile/2/len(nestedPieces(2)))), signature),
		"envelopes around much":        p7m(p7m(p7m(make([]byte, MaxFile-200)))),
		"envelopes in pieces":          signedAs(ber, ber(0x24, der(4, signedAs(ber, ber(0x24, der(4, make([]byte, MaxFile-500))), signature))), signature),
		"JPEG of fill bytes":           fill("\xff\xd8\xff", "\xff", ""),
		"JPEG of scans":                append(goodJPEG()[:len(goodJPEG())-2], bytes.Repeat([]byte("\xff\xda\x00\x00"), MaxFile/4-500)...),
		"JPEG of tables":               fill("\xff\xd8", "\xff\xdb\x00\x03\x20", ""),
		"PNG of empty chunks":          slices.Concat(goodPNG()[:33], bytes.Repeat(pngChunk("tEXt", nil), MaxFile/12-9), goodPNG()[33:]),
		"ZIP of 64 MiB":                docxWith(member{"a.xml", text.String()}),
		"ZIP of empty blocks": rawZip(zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 0, CRC32: 0},
			[]byte(strings.Repeat(empty, MaxFile/5-500)+last[:5])),
		"ZIP of 2,000 members": docxWith(manyMembers(1997)...),
		"ZIP directory":        crowdedZip(MaxFile/46 - 2),
		"scanned pages":        pdfOf("<<>>", pdfStream("/Filter/DCTDecode", string(noise))),
		"signed scans":         p7m(noise),
	}
}

// TestAnyFileIsExaminedWithinBounds measures all that is allocated, which is never less
// than what is in use at the worst moment.
func TestAnyFileIsExaminedWithinBounds(t *testing.T) {
	for name, content := range heaviest() {
		if len(content) > MaxFile {
			t.Errorf("%s: %d bytes, want at most %d so that it is examined at all", name, len(content), MaxFile)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, p := examine(pdz.AttachmentSlot{}, "a", content)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		memory := after.TotalAlloc - before.TotalAlloc
		t.Logf("%-30s %8d bytes %5d KiB %6d ms %v", name, len(content), memory>>10, took.Milliseconds(), p)
		if memory > 64<<20 || took > 5*time.Second {
			t.Errorf("%s: %d bytes allocated in %v, want at most 64 MiB in 5 s", name, memory, took)
		}
	}
}

func FuzzExamine(f *testing.F) {
	for _, g := range good {
		f.Add(g.name, g.content)
	}
	for _, h := range hostileFiles() {
		if len(h.content) < 10_000 {
			f.Add("../\u202e"+h.name, h.content)
		}
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		file, p := examine(pdz.AttachmentSlot{ID: "a"}, name, content)
		if p != nil {
			if !slices.Contains(AttachmentCodes, p.Code) || p.Field != "a" {
				t.Errorf("problem %+v, want one of AttachmentCodes under the slot", p)
			}
			return
		}
		checkName(t, file.Name)
		if again := fileName(file.Name, file.Name[strings.LastIndexByte(file.Name, '.')+1:]); again != file.Name {
			t.Errorf("fileName(%q) = %q, want it unchanged", file.Name, again)
		}
	})
}
