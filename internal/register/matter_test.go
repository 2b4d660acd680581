package register

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMatterIs128Bits(t *testing.T) {
	for _, tt := range []struct {
		fill byte
		want string
	}{
		{0x00, "00000000000000000000000000"},
		{0xff, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"},
	} {
		got, err := NewMatter(bytes.NewReader(bytes.Repeat([]byte{tt.fill}, 16)))
		if err != nil || got != tt.want {
			t.Errorf("NewMatter(16 × %#x) = %q, %v, want %q", tt.fill, got, err, tt.want)
		}
	}
	if got, err := NewMatter(strings.NewReader("too short")); err == nil {
		t.Errorf("NewMatter from 9 bytes = %q, want an error", got)
	}
}

func TestMatterIsReadAsPeopleTypeIt(t *testing.T) {
	const want = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	for _, in := range []string{want, "01arz3ndektsv4rrffq69g5fav", "OIARZ3NDEKTSV4RRFFQ69G5FAV", "olarz3ndektsv4rrffq69g5fav",
		" 01ARZ-3NDEK-TSV4R-RFFQ6-9G5FA-V ", "01AR Z3ND EKTS V4RR FFQ6 9G5F AV"} {
		if got, err := ParseMatter(in); err != nil || got != want {
			t.Errorf("ParseMatter(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", want[1:], want + "0", "U" + want[1:], "8" + want[1:], "ı" + want[1:], want[:25] + "\n", "01ARZ3NDEKTSV4RRFFQ69G5FA?",
		strings.Repeat(" ", 1000) + want} {
		if got, err := ParseMatter(in); err == nil {
			t.Errorf("ParseMatter(%.40q) = %q, want an error", in, got)
		}
	}
}

func TestCodesComeBackFromPaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHash(t, "leaf")
		code := CheckCode(h)
		typed := strings.ToLower(strings.NewReplacer("0", "o", "1", "l", "-", " ").Replace(code))
		if got, err := ParseCheckCode(typed); err != nil || got != code {
			t.Fatalf("ParseCheckCode(%q) = %q, %v, want %q", typed, got, err, code)
		}
		other := h
		other[9] ^= 1 // the last of the 80 bits
		if CheckCode(other) == code {
			t.Fatalf("check code %s does not depend on bit 80", code)
		}
	})
}
