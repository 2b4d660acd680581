package app

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"concerto/internal/pdz"
)

// endBegin begins the end-of-central-directory record of a ZIP (APPNOTE 4.3.16).
const endBegin = "PK\x05\x06"

// zipAtEnd reports whether programs that look for a ZIP from the end of the file find
// one: its end record closes the file, or has the directory where it says.
func zipAtEnd(content []byte) bool {
	last := content[max(0, len(content)-1<<16-22):]
	for i := bytes.LastIndex(last, []byte(endBegin)); i >= 0; i = bytes.LastIndex(last[:i], []byte(endBegin)) {
		at := len(content) - len(last) + i
		if at+22 > len(content) {
			continue
		}
		start := at - int(le32(content[at+12:]))
		if at+22+int(le16(content[at+20:])) == len(content) || start >= 0 && bytes.HasPrefix(content[start:], []byte("PK\x01\x02")) {
			return true
		}
	}
	return false
}

func le16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// directory finds the central directory of a ZIP that is nothing else: it begins with a
// member, its directory comes right before the end record, and that closes the file.
// Otherwise why says what is wrong.
func directory(content []byte) (start, end int, why string) {
	at := bytes.LastIndex(content, []byte(endBegin))
	if at < 0 || at+22 > len(content) || at+22+int(le16(content[at+20:])) != len(content) {
		return 0, 0, "directory"
	}
	record := content[at:]
	if le16(record[8:]) == 0xffff || le32(record[12:]) == 0xffffffff || le32(record[16:]) == 0xffffffff ||
		at >= 20 && bytes.HasPrefix(content[at-20:], []byte("PK\x06\x07")) {
		return 0, 0, "zip64"
	}
	size, offset := int(le32(record[12:])), int(le32(record[16:]))
	if le32(record[4:]) != 0 || offset+size != at || size < 46 {
		return 0, 0, "directory"
	}
	return offset, at, ""
}

// zipBounds adds up what the directory of a ZIP declares.
type zipBounds struct {
	content                 []byte
	start                   int // of the directory
	members, packed, opened int
	names                   map[string]bool
}

// checkZIP reads the directory by hand, member by member, before any library makes
// something of it, and returns what is wrong or an empty text.
func checkZIP(content []byte) (why string) {
	start, end, why := directory(content)
	if why != "" {
		return why
	}
	b := zipBounds{content: content, start: start, names: map[string]bool{}}
	for rest := content[start:end]; len(rest) > 0; {
		if len(rest) < 46 || !bytes.HasPrefix(rest, []byte("PK\x01\x02")) {
			return "directory"
		}
		n := int(le16(rest[28:]))
		size := 46 + n + int(le16(rest[30:])) + int(le16(rest[32:]))
		if size > len(rest) {
			return "directory"
		}
		if why := b.add(rest[:46], string(rest[46:46+n])); why != "" {
			return why
		}
		rest = rest[size:]
	}
	if b.members != int(le16(content[end+10:])) {
		return "directory"
	}
	return ""
}

// add counts one member and returns what is wrong with it.
func (b *zipBounds) add(header []byte, name string) (why string) {
	method, packed, opened, offset := le16(header[10:]), le32(header[20:]), le32(header[24:]), le32(header[42:])
	b.members++
	b.packed += 30 + len(name) + int(packed)
	b.opened += int(opened)
	switch {
	case b.members > maxMembers:
		return "entries"
	case le16(header[8:])&1 != 0:
		return "encrypted"
	case packed == 0xffffffff || opened == 0xffffffff || offset == 0xffffffff:
		return "zip64"
	case method != zip.Store && method != zip.Deflate:
		return "method"
	case badMember(name) || b.names[name]:
		return "name"
	case b.opened > maxUnpacked || method == zip.Store && packed != opened:
		return "size"
	case opened > 1<<20 && opened/maxRatio > packed:
		return "ratio"
	case b.packed > b.start:
		return "overlap" // members share their bytes
	case !b.begins(int(offset), method, name):
		return "directory"
	}
	b.names[name] = true
	return ""
}

// begins reports whether the member at an offset calls itself as the directory does:
// programs differ in which of the two they believe.
func (b *zipBounds) begins(offset int, method uint16, name string) bool {
	if offset+30+len(name) > b.start {
		return false
	}
	h := b.content[offset:]
	return bytes.HasPrefix(h, []byte("PK\x03\x04")) && le16(h[8:]) == method &&
		int(le16(h[26:])) == len(name) && string(h[30:30+len(name)]) == name
}

// badMember reports whether a name could leave the folder it is unpacked in, or means
// different files to different programs.
func badMember(name string) bool {
	return name == "" || name[0] == '/' || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\\' || r == ':' }) ||
		slices.Contains(strings.Split(name, "/"), "..")
}

// document is a kind of text document that is a ZIP inside.
type document struct {
	marker string // member that says what the archive is
	marks  func(text []byte) bool
	needs  []string // members without which no program opens it
}

var odt = document{"mimetype", func(text []byte) bool {
	return string(bytes.TrimSpace(text)) == "application/vnd.oasis.opendocument.text"
}, []string{"content.xml", "META-INF/manifest.xml"}}

// docx also claims a document with macros, so that the answer names them. The text
// itself may be in word/document2.xml: relations say where.
var docx = document{"[Content_Types].xml", func(text []byte) bool {
	return bytes.Contains(text, []byte("wordprocessingml.document.main+xml")) || bytes.Contains(text, []byte("ms-word.document.macroEnabled"))
}, []string{"_rels/.rels"}}

// check asks for a sound archive that is this kind of document, and then looks through
// all its members once, which also proves the sizes that the directory declares.
func (d document) check(content []byte) *pdz.Problem {
	if why := checkZIP(content); why != "" {
		return fault(CodeFileArchive, why)
	}
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fault(CodeFileArchive, "directory")
	}
	if !d.marks(readMember(r, d.marker)) {
		return fault(CodeFileKind)
	}
	for _, f := range r.File {
		if p := memberNamed(strings.ToLower(f.Name)); p != nil {
			return p
		}
	}
	for _, name := range d.needs {
		if !slices.ContainsFunc(r.File, func(f *zip.File) bool { return f.Name == name }) {
			return fault(CodeFileBroken)
		}
	}
	buffer := make([]byte, window)
	for _, f := range r.File {
		if p := lookThrough(f, buffer); p != nil {
			return p
		}
	}
	return nil
}

// readMember returns the beginning of a member, or nothing.
func readMember(r *zip.Reader, name string) []byte {
	i := slices.IndexFunc(r.File, func(f *zip.File) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	in, err := r.File[i].Open()
	if err != nil {
		return nil
	}
	defer in.Close()
	text, _ := io.ReadAll(io.LimitReader(in, 1<<20)) // a damaged one is found by lookThrough
	return text
}

// memberNamed finds what a name in lower case gives away.
func memberNamed(name string) *pdz.Problem {
	switch base := path.Base(name); {
	case base == "vbaproject.bin", base == "vbadata.xml", strings.HasPrefix(name, "basic/"), strings.HasPrefix(name, "scripts/"):
		return fault(CodeFileActive, "macro")
	case strings.Contains(name, "/activex/"):
		return fault(CodeFileActive, "ActiveX")
	case slices.Contains(packedExtensions, path.Ext(base)):
		return fault(CodeFileArchive, "nested")
	}
	return nil
}

var packedExtensions = []string{".zip", ".jar", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso",
	".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".odt", ".ods", ".odp"}

// lookThrough reads a member to its end, no further than declared.
func lookThrough(f *zip.File, buffer []byte) *pdz.Problem {
	r, err := f.Open()
	if err != nil {
		return fault(CodeFileBroken)
	}
	defer r.Close()
	in := io.LimitReader(r, int64(f.UncompressedSize64)+1)
	kept, total := 0, 0
	for err == nil {
		var n int
		n, err = io.ReadFull(in, buffer[kept:])
		seen := buffer[:kept+n]
		if total == 0 {
			if p := memberBegins(seen, f.Name); p != nil {
				return p
			}
		}
		if p := memberHolds(seen, f.Name); p != nil {
			return p
		}
		total += n
		kept = copy(buffer, seen[max(0, len(seen)-overlap):])
	}
	switch {
	case errors.Is(err, zip.ErrFormat):
		return fault(CodeFileArchive, "size") // more came out than declared
	case err != io.EOF && err != io.ErrUnexpectedEOF, total != int(f.UncompressedSize64):
		return fault(CodeFileBroken)
	}
	return nil
}

// memberBegins finds archives and OLE objects, whatever their name, and text that is
// not UTF-8, in which nothing would be found.
func memberBegins(b []byte, name string) *pdz.Problem {
	for _, begin := range []string{"PK\x03\x04", "PK\x05\x06", "7z\xbc\xaf\x27\x1c", "Rar!\x1a\x07", "\x1f\x8b\x08", "\xfd7zXZ\x00", "BZh9"} {
		if beginning(begin)(b) {
			return fault(CodeFileArchive, "nested")
		}
	}
	switch {
	case beginning("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")(b):
		return fault(CodeFileActive, "OLE")
	case isXML(name) && bytes.IndexByte(b[:min(len(b), 4)], 0) >= 0, isXML(name) && beginning("\xfe\xff")(b), isXML(name) && beginning("\xff\xfe")(b):
		return fault(CodeFileBroken)
	}
	return nil
}

func isXML(name string) bool {
	return strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels")
}

// memberHolds finds what runs a macro that is not in the document, parts with macros,
// and parts that are encrypted.
func memberHolds(b []byte, name string) *pdz.Problem {
	switch {
	case !isXML(name):
		return nil
	case holdsListener(b):
		return fault(CodeFileActive, "script")
	case name == "[Content_Types].xml" && (bytes.Contains(b, []byte("macroEnabled")) || bytes.Contains(b, []byte("vbaProject"))):
		return fault(CodeFileActive, "macro")
	case name == "META-INF/manifest.xml" && bytes.Contains(b, []byte(":encryption-data")):
		return fault(CodeFileArchive, "encrypted")
	}
	return nil
}

// holdsListener looks for the element that ties a script to an event, not for the list
// office:event-listeners around it. Its prefix is the author's choice.
func holdsListener(b []byte) bool {
	const element = "event-listener"
	for {
		i := bytes.Index(b, []byte(element))
		if i < 0 || i+len(element) == len(b) {
			return false
		}
		tag := i > 0 && (b[i-1] == ':' || b[i-1] == '<')
		if b = b[i+len(element):]; tag && b[0] != 's' {
			return true
		}
	}
}
