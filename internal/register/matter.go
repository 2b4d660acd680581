package register

import (
	"fmt"
	"io"
	"math/big"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// crockford is the alphabet of Douglas Crockford's base 32: no I, L, O, U, so
// that a code read aloud on the telephone or copied from paper comes back whole.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	matterLength = 26 // characters for 128 bits; two bits of the first are always zero
	checkLength  = 16 // characters for 80 bits
)

// NewMatter draws the code of a new matter: 128 random bits from rand.
// It names no person and has no order, so that an address made of it cannot be
// guessed from another one (register P8).
func NewMatter(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("matter: %w", err)
	}
	return base32(b[:], matterLength), nil
}

// ParseMatter returns the canonical form of a matter as people type it: lower
// case, spaces and hyphens, O for 0, I or L for 1.
func ParseMatter(s string) (string, error) {
	code, err := normalise("matter", s, matterLength)
	if err == nil && code[0] > '7' {
		return "", &FormError{"matter", "", "more than 128 bits"}
	}
	return code, err
}

// CheckCode gives the 80 bits of a leaf hash that people compare by eye, as four
// groups of four characters. It travels in the fragment of an address, which
// browsers do not send to the server.
func CheckCode(leaf tlog.Hash) string { return groups(base32(leaf[:10], checkLength)) }

// ParseCheckCode returns the canonical form, with hyphens, of a check code as
// people type it.
func ParseCheckCode(s string) (string, error) {
	code, err := normalise("check code", s, checkLength)
	if err != nil {
		return "", err
	}
	return groups(code), nil
}

func groups(s string) string {
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// base32 writes b, as one big-endian number, in n characters.
func base32(b []byte, n int) string {
	out := make([]byte, n)
	v, rest, radix := new(big.Int).SetBytes(b), new(big.Int), big.NewInt(32)
	for i := n - 1; i >= 0; i-- {
		v.QuoRem(v, radix, rest)
		out[i] = crockford[rest.Int64()]
	}
	return string(out)
}

var typed = strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1")

// normalise undoes what hands and eyes do to a code of n characters.
// Only ASCII letters change case: others that upper-case into ASCII (ı, ſ) are
// not what we printed.
func normalise(what, s string, n int) (string, error) {
	if len(s) > 4*n {
		return "", &FormError{what, "", "too long"}
	}
	code := typed.Replace(strings.Map(upperASCII, s))
	if len(code) != n {
		return "", &FormError{what, "", fmt.Sprintf("%d characters, want %d", len(code), n)}
	}
	for _, c := range code {
		if !strings.ContainsRune(crockford, c) {
			return "", &FormError{what, "", fmt.Sprintf("character %q is never used", c)}
		}
	}
	return code, nil
}

func upperASCII(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}
