package app

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"

	"concerto/internal/pdz"
)

// Bounds of what is unpacked to be looked at.
const (
	maxInflated = 4 * MaxFile // of the object streams of a PDF, read and written
	maxObjects  = 4096        // object streams
	maxMembers  = 2000        // of a ZIP
	maxUnpacked = 64 << 20    // of a ZIP
	maxRatio    = 200         // of a member beyond a megabyte: a text packs to a tenth, a bomb to a thousandth
	maxBER      = 32          // elements of indefinite length one in the other
	window      = 128 << 10   // looked at in one go
	overlap     = 512         // kept from one window to the next, longer than anything looked for
)

// activeNames are the names by which a PDF says that it does something when it is opened
// or clicked (ISO 32000-1, 12.6 and 7.11.4; XFA forms carry scripts of their own).
var activeNames = map[string]string{
	"JavaScript": "JavaScript", "JS": "JavaScript", "Launch": "Launch", "RichMedia": "RichMedia", "Rendition": "Rendition",
	"EmbeddedFile": "EmbeddedFile", "EmbeddedFiles": "EmbeddedFile", "EF": "EmbeddedFile", "XFA": "XFA",
}

// shortNames say what must follow a name that is so short that the bytes of a scanned
// picture hold it by chance.
var shortNames = map[string]*regexp.Regexp{
	"JS":  regexp.MustCompile(pdfSpace + `(?:[(<][\x20-\x7e\s]{4}|` + pdfReference + `)`),
	"EF":  regexp.MustCompile(pdfSpace + `(?:<<|` + pdfReference + `)`),
	"XFA": regexp.MustCompile(pdfSpace + `(?:\[|` + pdfReference + `)`),
}

const (
	pdfSpace     = `^(?:[\x00\s]|%[^\r\n]{0,80}[\r\n])*`
	pdfReference = `\d{1,10}[\x00\s]+\d{1,5}[\x00\s]+R`
)

// checkPDF looks for active content in the whole file and in its object streams, where
// most writers keep the dictionaries. The scan does not follow the structure, because
// readers repair a broken one each in their own way: a name counts wherever it is.
func checkPDF(content []byte) *pdz.Problem {
	end := bytes.LastIndex(content, []byte("%%EOF"))
	if end < 0 || len(content)-end > 2*maxTail {
		return fault(CodeFileBroken)
	}
	if p := checkTail(content, end+len("%%EOF")); p != nil {
		return p
	}
	if word := activeName(content, len(content)); word != "" {
		return fault(CodeFileActive, word)
	}
	return checkObjects(content)
}

// activeName returns the word for the first active name that begins before limit.
func activeName(b []byte, limit int) (word string) {
	eachName(b[:limit], b, func(name, rest []byte) bool {
		w, ok := activeNames[string(name)]
		if !ok {
			return true
		}
		if follow := shortNames[string(name)]; follow == nil || follow.Match(rest[:min(len(rest), 200)]) {
			word = w
		}
		return word == ""
	})
	return word
}

// eachName calls f with each name of a PDF that begins in b and what follows it in whole,
// which begins with b, until f is false. Escapes are undone: /J#61vaScript is JavaScript.
// Names longer than any looked for come cut.
func eachName(b, whole []byte, f func(name, rest []byte) bool) {
	var name [16]byte
	for i := 0; ; {
		next := bytes.IndexByte(b[i:], '/')
		if next < 0 {
			return
		}
		i += next + 1
		n, j := 0, i
		for ; j < len(whole) && n < len(name) && !pdfDelimiter[whole[j]]; j++ {
			name[n] = whole[j]
			if v, ok := hexPair(whole[j:]); ok {
				name[n] = v
				j += 2
			}
			n++
		}
		if !f(name[:n], whole[j:]) {
			return
		}
	}
}

var pdfDelimiter = func() (t [256]bool) {
	for _, c := range []byte("\x00\t\n\f\r ()<>[]{}/%") {
		t[c] = true
	}
	return t
}()

// hexPair reads "#61".
func hexPair(b []byte) (v byte, ok bool) {
	if len(b) < 3 || b[0] != '#' {
		return 0, false
	}
	for _, c := range b[1:3] {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | (c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | ((c | 0x20) - 'a' + 10)
		default:
			return 0, false
		}
	}
	return v, true
}

// checkObjects goes from one keyword "stream" to the next. What stands between two of
// them is taken for the dictionary of the second: when it names an object stream, what
// follows must open as one. So bait in a comment or string gets the file refused
// instead of hiding something.
func checkObjects(content []byte) *pdz.Problem {
	z := objectReader{left: maxInflated, input: maxInflated}
	from, at := 0, 0
	for {
		i := bytes.Index(content[at:], []byte("stream"))
		if i < 0 {
			break
		}
		at += i + len("stream")
		data, ok := afterLine(content[at:])
		if !ok || bytes.HasSuffix(content[:at], []byte("endstream")) {
			continue
		}
		d := readDictionary(content[from:at])
		from = at
		switch p := z.look(data, d); {
		case p == nil:
		case p.Code == CodeFileBroken && readDictionary(content).encrypted:
			return fault(CodeFileActive, "Encrypt") // a reader with the key sees what we cannot
		default:
			return p
		}
	}
	if readDictionary(content[from:]).objects {
		return fault(CodeFileBroken)
	}
	return nil
}

// afterLine returns what begins on the line after a keyword.
func afterLine(b []byte) ([]byte, bool) {
	b = bytes.TrimLeft(b, " \t")
	if rest, ok := bytes.CutPrefix(b, []byte("\r\n")); ok {
		return rest, true
	}
	if len(b) == 0 || b[0] != '\n' && b[0] != '\r' {
		return nil, false
	}
	return b[1:], true
}

// dictionary is what matters of the dictionary of a stream.
type dictionary struct {
	objects   bool // says that it is an object stream
	first     bool // has the key that every object stream has; some readers look at no more
	filter    bool
	encrypted bool
}

func readDictionary(b []byte) (d dictionary) {
	eachName(b, b, func(name, _ []byte) bool {
		switch string(name) {
		case "ObjStm":
			d.objects = true
		case "First":
			d.first = true
		case "Filter", "F":
			d.filter = true
		case "Encrypt":
			d.encrypted = true
		}
		return true
	})
	return d
}

// objectReader opens object streams as long as its bounds allow.
type objectReader struct {
	count       int
	left, input int // bytes that may still be written and read
	flate       io.ReadCloser
	buffer      []byte
}

// objectsBegin is how an object stream begins: the number of an object and its place.
var objectsBegin = regexp.MustCompile(`^[ \t\r\n]*\d{1,10}[ \t\r\n]+\d{1,10}[ \t\r\n]`)

// look opens a stream and looks for active names. One that only might hold objects and
// turns out to be something else is let be.
func (z *objectReader) look(data []byte, d dictionary) *pdz.Problem {
	if !d.objects && !d.first || !d.filter {
		return nil // not packed: the scan of the file has seen it
	}
	if z.count++; z.count > maxObjects {
		return fault(CodeFileBroken)
	}
	in := bytes.NewReader(data[:min(len(data), z.input)])
	defer func(n int) { z.input -= n - in.Len() }(in.Len())
	if z.buffer == nil {
		z.buffer = make([]byte, window)
	}
	r, err := z.open(in)
	var head int
	if err == nil {
		head, err = io.ReadFull(r, z.buffer[:64])
	}
	if !objectsBegin.Match(z.buffer[:head]) {
		if d.objects && (head > 0 || err != io.EOF) {
			return fault(CodeFileBroken)
		}
		return nil
	}
	z.left -= head
	return z.scan(r, head, in)
}

func (z *objectReader) open(in io.Reader) (io.Reader, error) {
	var err error
	if z.flate == nil {
		z.flate, err = zlib.NewReader(in)
		return z.flate, err
	}
	return z.flate, z.flate.(zlib.Resetter).Reset(in, nil)
}

// scan looks through an open stream of which n bytes are in the buffer. A wrong checksum
// at its end does not matter, because it does not matter to readers.
func (z *objectReader) scan(r io.Reader, n int, in *bytes.Reader) *pdz.Problem {
	for {
		m, err := io.ReadFull(r, z.buffer[n:])
		n += m
		limit := n
		if err == nil {
			limit -= overlap
		}
		if word := activeName(z.buffer[:n], limit); word != "" {
			return fault(CodeFileActive, word)
		}
		ended := err == io.EOF || err == io.ErrUnexpectedEOF && in.Len() > 0 || err == zlib.ErrChecksum
		switch z.left -= m; {
		case z.left < 0, err != nil && !ended:
			return fault(CodeFileBroken)
		case ended:
			return nil
		}
		n = copy(z.buffer, z.buffer[limit:n])
	}
}
