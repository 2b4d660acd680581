package register

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/tlog"
)

// Fields of a leaf that are commitments, by the name they have in its text.
const (
	FieldBody   = "corpo"
	FieldFiles  = "alleg"
	FieldAuthor = "autore"
)

// Commit binds data to a field of a leaf without showing it:
// SHA-256("pdz-impegno/1\n" ‖ field ‖ "\n" ‖ salt ‖ SHA-256(data)).
//
// The salt is drawn anew for each field of each leaf. Once it is destroyed with
// the data, nobody can try the few tax codes that would fit (GDPR art. 17), and
// two acts of one person cannot be linked in the public log. The inner hash lets
// a person check a file with sha256sum alone.
func Commit(field string, salt [32]byte, data []byte) tlog.Hash {
	inner := sha256.Sum256(data)
	h := sha256.New()
	io.WriteString(h, "pdz-impegno/1\n"+field+"\n")
	h.Write(salt[:])
	h.Write(inner[:])
	return tlog.Hash(h.Sum(nil))
}

// File is one attachment, as the list that a leaf commits to describes it.
type File struct {
	SHA256 [32]byte
	Size   int64
	Type   string // media type, without spaces
	Name   string // as shown to people; spaces allowed, control characters not
}

// FileList writes the list that the field alleg commits to: for each file a line
// "sha256 size type name". No files give an empty list.
func FileList(files []File) ([]byte, error) {
	var b bytes.Buffer
	for i, f := range files {
		if err := f.validate(); err != nil {
			return nil, fmt.Errorf("file %d: %w", i+1, err)
		}
		fmt.Fprintf(&b, "%x %d %s %s\n", f.SHA256, f.Size, f.Type, f.Name)
	}
	return b.Bytes(), nil
}

func (f File) validate() error {
	switch {
	case f.Size < 0 || f.Size > maxCount:
		return &FormError{"files", "size", "out of bounds"}
	case f.Type == "" || strings.ContainsFunc(f.Type, notGraphic):
		return &FormError{"files", "type", "empty, or has a character that is not printable ASCII"}
	case f.Name == "" || !utf8.ValidString(f.Name) || strings.ContainsFunc(f.Name, unicode.IsControl):
		return &FormError{"files", "name", "empty, not UTF-8, or has a control character"}
	}
	return nil
}

func notGraphic(r rune) bool { return r <= ' ' || r > '~' }

// ParseFileList reads what FileList writes, and nothing else.
func ParseFileList(text []byte) ([]File, error) {
	var files []File
	for line := range strings.Lines(string(text)) {
		f, err := parseFile(line)
		if err != nil {
			return nil, fmt.Errorf("file %d: %w", len(files)+1, err)
		}
		files = append(files, f)
	}
	return files, nil
}

func parseFile(line string) (File, error) {
	line, ended := strings.CutSuffix(line, "\n")
	parts := strings.SplitN(line, " ", 4)
	if !ended || len(parts) != 4 {
		return File{}, &FormError{"files", "", "a line is not \"sha256 size type name\""}
	}
	f := File{Type: parts[2], Name: parts[3]}
	sum, err := hex.DecodeString(parts[0])
	if err != nil || len(sum) != len(f.SHA256) || hex.EncodeToString(sum) != parts[0] {
		return File{}, &FormError{"files", "sha256", "not 64 lower-case hexadecimal digits"}
	}
	f.SHA256 = [32]byte(sum)
	if f.Size, err = parseDecimal(parts[1]); err != nil {
		return File{}, &FormError{"files", "size", err.Error()}
	}
	return f, f.validate()
}

// Canonical writes v as RFC 8785 JSON, the one spelling that two programs hash
// alike. Whole numbers beyond ±(2⁵³−1) are refused: the RFC takes numbers for
// doubles, and what is committed to must be what was said, so write them as text.
func Canonical(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	if longNumber(plain) {
		if err := exactNumbers(plain); err != nil {
			return nil, fmt.Errorf("canonical JSON: %w", err)
		}
	}
	out, err := jcs.Transform(plain)
	if err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return out, nil
}

// longNumber reports whether a text may hold a whole number beyond 2⁵³: it has as
// many digits in a row, in a number or in a string. Most have not, and to look costs
// little of what reading all its tokens does.
func longNumber(text []byte) bool {
	digits := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			digits = 0
			continue
		}
		if digits++; digits == len("9007199254740991") {
			return true
		}
	}
	return false
}

// exactNumbers refuses whole numbers that a double does not hold.
func exactNumbers(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		n, ok := token.(json.Number)
		if !ok || strings.ContainsAny(n.String(), ".eE") {
			continue
		}
		if i, err := strconv.ParseInt(n.String(), 10, 64); err != nil || i > maxCount || i < -maxCount {
			return &FormError{"JSON", "", "number " + n.String() + " is not exact as a double"}
		}
	}
}

// isCanonical reports whether text is RFC 8785 JSON already.
func isCanonical(text []byte) bool {
	again, err := jcs.Transform(text)
	return err == nil && bytes.Equal(again, text)
}
