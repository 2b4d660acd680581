package app

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"concerto/internal/pdz"
)

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
