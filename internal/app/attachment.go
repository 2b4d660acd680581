package app

import (
	"bytes"
	"crypto/sha256"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"concerto/internal/pdz"
)

// MaxFile is the largest attachment, in bytes: a signed PDF of a statute that
// somebody scanned in colour, with room to spare.
const MaxFile = 8 << 20

// Problem codes of an attachment, each with its arguments.
const (
	CodeFileEmpty   = "file.empty"   // no bytes; no arguments
	CodeFileLarge   = "file.large"   // bytes found, bytes allowed
	CodeFileKind    = "file.kind"    // none of the kinds the slot takes; those kinds, as a []string of "pdf", "p7m", "jpg", "png", "odt", "docx"
	CodeFileActive  = "file.active"  // may do something when opened; JavaScript, Launch, EmbeddedFile, RichMedia, Rendition, XFA, Encrypt, macro, ActiveX, OLE or script
	CodeFileArchive = "file.archive" // packed so that opening it is not safe; appended, directory, encrypted, entries, method, name, nested, overlap, ratio, size or zip64
	CodeFileBroken  = "file.broken"  // cut short, damaged, or beyond what can be looked through; no arguments
)

// AttachmentCodes are all the codes above.
var AttachmentCodes = []string{CodeFileEmpty, CodeFileLarge, CodeFileKind, CodeFileActive, CodeFileArchive, CodeFileBroken}

// Bounds of what is looked through; beyond them a file is refused, never half believed.
const (
	maxTail   = 1 << 10     // bytes after the end that the format marks: some telephones and mailers add a few
	maxSide   = 20_000      // pixels
	maxPixels = 100_000_000 // no camera makes more within MaxFile
	maxSigned = 3           // signatures one around the other
	maxName   = 120         // characters
)

// fileKind is a kind of file that may be attached.
type fileKind struct {
	ext, media string
	begins     func(content []byte) bool
	check      func(content []byte) *pdz.Problem
}

// fileKinds are looked at in this order. ODT and DOCX begin alike: the check of one
// answers CodeFileKind when the archive is not its own.
var fileKinds = []fileKind{
	{"pdf", "application/pdf", beginning("%PDF-"), checkPDF},
	{"p7m", "application/pkcs7-mime", beginsSigned, checkSigned},
	{"jpg", "image/jpeg", beginning("\xff\xd8\xff"), checkJPEG},
	{"png", "image/png", beginning(pngBegin), checkPNG},
	{"odt", "application/vnd.oasis.opendocument.text", beginning("PK\x03\x04"), odt.check},
	{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", beginning("PK\x03\x04"), docx.check},
}

func beginning(s string) func([]byte) bool {
	return func(b []byte) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }
}

// examine says what a file is, or why it cannot be taken (threat P14). It goes by the
// content alone: a name or a declared type is what the sender says. The bytes are
// evidence and are never changed; nothing in them is opened, rendered or run. For any
// input up to MaxFile it needs at most 64 MiB of memory and five seconds.
func examine(slot pdz.AttachmentSlot, name string, content []byte) (File, *pdz.Problem) {
	kind, p := recognise(slot.Formats, content)
	if p != nil {
		p.Field = slot.ID
		return File{}, p
	}
	return File{Slot: slot.ID, Name: fileName(name, kind.ext), Type: kind.media,
		Size: int64(len(content)), SHA256: sha256.Sum256(content)}, nil
}

// recognise finds the kind of a content among those of a slot; no formats allow all.
func recognise(formats []string, content []byte) (fileKind, *pdz.Problem) {
	switch {
	case len(content) == 0:
		return fileKind{}, fault(CodeFileEmpty)
	case len(content) > MaxFile:
		return fileKind{}, fault(CodeFileLarge, len(content), MaxFile)
	}
	var words []string
	for _, k := range fileKinds {
		if !allowed(formats, k.ext) {
			continue
		}
		words = append(words, k.ext)
		if !k.begins(content) {
			continue
		}
		if p := k.check(content); p == nil || p.Code != CodeFileKind {
			return k, p
		}
	}
	return fileKind{}, fault(CodeFileKind, words)
}

func allowed(formats []string, ext string) bool {
	return len(formats) == 0 || slices.ContainsFunc(formats, func(f string) bool {
		f = strings.ToLower(f)
		return f == ext || f == "jpeg" && ext == "jpg"
	})
}

func fault(code string, args ...any) *pdz.Problem { return &pdz.Problem{Code: code, Args: args} }

// checkTail refuses a file that is also another: a ZIP that ends where the file ends
// (a JAR behind a picture), or a page or script after the end that the format marks.
func checkTail(content []byte, end int) *pdz.Problem {
	if zipAtEnd(content) {
		return fault(CodeFileArchive, "appended")
	}
	tail := content[end:]
	start := bytes.ToLower(tail[:min(len(tail), 64<<10)])
	for _, s := range []string{"<script", "<?php", "<html", "<svg", "<!doctype", "#!/"} {
		if bytes.Contains(start, []byte(s)) {
			return fault(CodeFileActive, "script")
		}
	}
	if len(tail) > maxTail {
		return fault(CodeFileBroken)
	}
	return nil
}

// fileName makes of a name as sent one that may be shown, written in the register and
// saved on any system. Its extension is that of the kind found: another one of ours is
// replaced, anything else stays in front of it. A signed file keeps the extension of
// what was signed.
func fileName(name, ext string) string {
	stem, had := cutExtensions(baseName(name))
	tail := "." + ext
	if signed := strings.TrimSuffix(had, tail) + tail; ext == "p7m" && len(signed) <= 20 {
		tail = signed
	}
	stem = strings.Trim(stem, " .")
	if runes := []rune(stem); len(runes)+len(tail) > maxName {
		stem = strings.TrimRight(string(runes[:maxName-len(tail)]), " .")
	}
	switch {
	case stem == "":
		stem = "allegato"
	case reserved(stem):
		stem = "_" + stem
	}
	return stem + tail
}

// baseName takes away paths of either slash and whatever hides or turns a text round,
// and replaces what Windows does not let a file be called.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = name[:min(len(name), 8*maxName)]
	name = strings.Map(nameRune, strings.ToValidUTF8(name, "_"))
	clean, p := pdz.Clean(name, false)
	if p != nil {
		clean, _ = pdz.Clean(strings.Map(noMark, name), false)
	}
	return norm.NFC.String(clean)
}

func nameRune(r rune) rune {
	switch {
	case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
		return -1
	case strings.ContainsRune(`<>:"|?*`, r), r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
		return '_'
	}
	return r
}

func noMark(r rune) rune {
	if unicode.Is(unicode.M, r) {
		return -1
	}
	return r
}

// cutExtensions parts a name from the extensions of accepted kinds at its end, in
// lower case: "Statuto.PDF.p7m" is "Statuto" and ".pdf.p7m".
func cutExtensions(name string) (stem, had string) {
	for {
		name = strings.TrimRight(name, " .")
		i := strings.LastIndexByte(name, '.')
		ext := strings.ToLower(name[i+1:])
		if i < 0 || ext != "jpeg" && !slices.ContainsFunc(fileKinds, func(k fileKind) bool { return k.ext == ext }) {
			return name, had
		}
		name, had = name[:i], "."+ext+had
	}
}

// reserved reports whether Windows takes a name for a device, whatever its extension.
func reserved(stem string) bool {
	device, _, _ := strings.Cut(strings.ToUpper(stem), ".")
	device = strings.TrimSpace(device)
	if port := strings.TrimRight(device, "123456789¹²³"); port == "COM" || port == "LPT" {
		return len([]rune(device)) == 4
	}
	return slices.Contains([]string{"CON", "PRN", "AUX", "NUL"}, device)
}

// checkJPEG asks for a picture of sane size that ends at its end-of-image marker, or at
// that of further pictures right behind it, as telephones add them (CIPA DC-007).
func checkJPEG(content []byte) *pdz.Problem {
	config, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || !sane(config) {
		return fault(CodeFileBroken)
	}
	end := 0
	for range 8 {
		n := jpegLength(content[end:])
		if n < 0 {
			break
		}
		end += n
	}
	if end == 0 {
		return fault(CodeFileBroken)
	}
	return checkTail(content, end)
}

func sane(c image.Config) bool {
	return c.Width > 0 && c.Height > 0 && c.Width <= maxSide && c.Height <= maxSide && c.Width*c.Height <= maxPixels
}

// jpegLength walks the segments of a JPEG (ITU-T T.81, annex B) and returns how many
// bytes it takes, or -1.
func jpegLength(b []byte) int {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return -1
	}
	for i := 2; i+1 < len(b); {
		marker := b[i+1]
		switch {
		case b[i] != 0xff:
			return -1
		case marker == 0xff: // fill
			i++
		case marker == 0xd9:
			return i + 2
		case i+3 >= len(b):
			return -1
		case marker == 0xda:
			i = scanEnd(b, i+2+int(b[i+2])<<8+int(b[i+3]))
		default:
			i += 2 + int(b[i+2])<<8 + int(b[i+3])
		}
	}
	return -1
}

// scanEnd returns where the marker after a scan is: not a stuffed byte, not a restart.
func scanEnd(b []byte, i int) int {
	for ; i+1 < len(b); i++ {
		if m := b[i+1]; b[i] == 0xff && m != 0 && m != 0xff && (m < 0xd0 || m > 0xd7) {
			return i
		}
	}
	return len(b)
}

const pngBegin = "\x89PNG\r\n\x1a\n"

// checkPNG asks for a picture of sane size whose chunks are whole and which ends at IEND.
func checkPNG(content []byte) *pdz.Problem {
	config, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil || !sane(config) {
		return fault(CodeFileBroken)
	}
	for rest := content[len(pngBegin):]; len(rest) >= 12; {
		n := uint64(be32(rest))
		if n > uint64(len(rest)-12) || crc32.ChecksumIEEE(rest[4:8+n]) != be32(rest[8+n:]) {
			return fault(CodeFileBroken)
		}
		name := string(rest[4:8])
		rest = rest[12+n:]
		if name != "IEND" {
			continue
		}
		if p := checkTail(content, len(content)-len(rest)); p != nil || len(rest) == 0 {
			return p
		}
		break
	}
	return fault(CodeFileBroken)
}

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// signedData begins a CMS ContentInfo with signatures (RFC 5652, section 5.1).
const signedData = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"

// beginsSigned reports whether a content begins as a CAdES envelope, whole or not.
func beginsSigned(b []byte) bool {
	if len(b) < 2 || b[0] != 0x30 {
		return false
	}
	head := 2
	if b[1] > 0x80 {
		head += int(b[1] & 0x7f)
	}
	return len(b) > head && bytes.HasPrefix(b[head:], []byte(signedData))
}

// checkSigned asks for a document and a signature in an envelope, or in a few of them
// one around the other. Whether the signatures hold is another question, and what is
// signed is not opened.
func checkSigned(content []byte) *pdz.Problem {
	rest := content
	for level := 1; beginsSigned(content); level++ {
		if level > maxSigned {
			return fault(CodeFileArchive, "nested")
		}
		info, after, ok := berElement(content, 0)
		if ok {
			content, ok = signedContent(info)
		}
		if !ok || len(content) == 0 {
			return fault(CodeFileBroken)
		}
		if level == 1 {
			rest = after
		}
	}
	return checkTail(rest, 0)
}

// signedContent returns what an envelope holds: the bytes signed, or a further envelope
// put in without wrapping.
func signedContent(info element) ([]byte, bool) {
	outer, ok := info.fields(0x06, 0xa0)
	if !ok {
		return nil, false
	}
	wrapped, ok := outer[1].fields(0x30)
	if !ok {
		return nil, false
	}
	data, ok := wrapped[0].fields(0x02, 0x31, 0x30) // version, digests, content
	if !ok || len(data) < 4 || data[len(data)-1].tag != 0x31 || len(data[len(data)-1].body) == 0 {
		return nil, false // the last are the signatures
	}
	content, ok := data[2].fields(0x06, 0xa0)
	if !ok {
		return nil, false
	}
	if string(content[0].body) == signedData[2:] {
		return slices.Concat([]byte("\x30\x80"+signedData), content[1].whole, []byte{0, 0}), true
	}
	inner, _, ok := berElement(content[1].body, 0)
	if !ok {
		return nil, false
	}
	return inner.octets(make([]byte, 0, len(inner.body)), 0)
}

// element is a part of a BER text (X.690): its tag and what it holds.
type element struct {
	tag         byte
	body, whole []byte
}

// berElement reads the element at the beginning of b. An indefinite length is followed
// to its end, through others in it down to a bound.
func berElement(b []byte, depth int) (e element, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f || depth > maxBER {
		return e, nil, false
	}
	if b[1] != 0x80 {
		head, n := berLength(b)
		if head == 0 || n > len(b)-head {
			return e, nil, false
		}
		return element{b[0], b[head : head+n], b[:head+n]}, b[head+n:], true
	}
	for rest = b[2:]; b[0]&0x20 != 0; {
		if bytes.HasPrefix(rest, []byte{0, 0}) {
			n := len(b) - len(rest)
			return element{b[0], b[2:n], b[:n+2]}, rest[2:], true
		}
		if _, rest, ok = berElement(rest, depth+1); !ok {
			break
		}
	}
	return e, nil, false
}

// berLength reads a definite length; a head of 0 means that it is none, or is absurd.
func berLength(b []byte) (head, n int) {
	if b[1] < 0x80 {
		return 2, int(b[1])
	}
	head = 2 + int(b[1]&0x7f)
	if head > 10 || head > len(b) {
		return 0, 0
	}
	for _, c := range b[2:head] {
		if n = n<<8 | int(c); n > MaxFile {
			return 0, 0
		}
	}
	return head, n
}

// fields returns the elements in e, at most eight, when they begin with these tags.
func (e element) fields(tags ...byte) (list []element, ok bool) {
	for b := e.body; len(b) > 0; {
		var f element
		if f, b, ok = berElement(b, 0); !ok || len(list) == 8 || len(list) < len(tags) && f.tag != tags[len(list)] {
			return nil, false
		}
		list = append(list, f)
	}
	return list, len(list) >= len(tags)
}

// octets appends the bytes of an octet string, which BER may cut in pieces.
func (e element) octets(to []byte, depth int) ([]byte, bool) {
	switch {
	case e.tag == 0x04:
		return append(to, e.body...), true
	case e.tag != 0x24 || depth > 3:
		return nil, false
	}
	for b, ok := e.body, true; len(b) > 0; {
		var piece element
		if piece, b, ok = berElement(b, 0); ok {
			to, ok = piece.octets(to, depth+1)
		}
		if !ok {
			return nil, false
		}
	}
	return to, true
}
