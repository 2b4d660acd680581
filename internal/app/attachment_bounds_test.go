package app

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/pdz"
)

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
