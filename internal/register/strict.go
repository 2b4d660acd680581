package register

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// maxCount bounds every index, tree size and file size: 2⁵³−1.
// It is the largest integer JavaScript holds exactly, so both verifiers stop at
// the same number, and it keeps tlog's arithmetic far from the 2⁶² at which its
// search for a power of two would not end.
const maxCount = 1<<53 - 1

// FormError says which part of which text breaks its format.
type FormError struct {
	Text   string // "leaf", "proof", "checkpoint", "receipt", "files", "matter", "key"
	Field  string // name of the field or line, or empty
	Reason string
}

func (e *FormError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", e.Text, e.Reason)
	}
	return fmt.Sprintf("%s: %s: %s", e.Text, e.Field, e.Reason)
}

var (
	errDecimal = errors.New("not a canonical decimal")
	errBase64  = errors.New("not canonical base64")
	errHash    = errors.New("not 32 bytes of canonical base64")
)

// parseDecimal reads a non-negative decimal as strconv would write it.
func parseDecimal(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > maxCount || strconv.FormatInt(n, 10) != s {
		return 0, errDecimal
	}
	return n, nil
}

// parseBase64 reads base64 as we would write it.
// The comparison refuses what decoders let pass: line ends inside, and last
// characters whose unused bits are not zero (RFC 4648 §3.5).
func parseBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || formatBase64(b) != s {
		return nil, errBase64
	}
	return b, nil
}

func formatBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// parse32 reads 32 bytes of base64: a hash, a commitment or a salt.
func parse32(s string) ([32]byte, error) {
	b, err := parseBase64(s)
	if err != nil || len(b) != 32 {
		return [32]byte{}, errHash
	}
	return [32]byte(b), nil
}

// parseOptional reads a hash, or the hyphen that stands for none.
// An all-zero hash is refused because it is how none is held in memory.
func parseOptional(s string) (tlog.Hash, error) {
	if s == "-" {
		return tlog.Hash{}, nil
	}
	h, err := parse32(s)
	if err == nil && h == [32]byte{} {
		return tlog.Hash{}, errHash
	}
	return tlog.Hash(h), err
}

func formatOptional(h tlog.Hash) string {
	if h == (tlog.Hash{}) {
		return "-"
	}
	return formatBase64(h[:])
}

// validOrigin reports whether s can name a log: printable ASCII without space
// and plus, which the note format reserves (C2SP signed-note).
func validOrigin(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '+' {
			return false
		}
	}
	return true
}
