package app

import (
	"bytes"
	"slices"

	"concerto/internal/pdz"
)

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
