package app

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"

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
