package app

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
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
