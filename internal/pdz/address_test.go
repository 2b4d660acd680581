package pdz

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEmailAddresses(t *testing.T) {
	for typed, want := range map[string]string{
		"segretariatosociale@comune.lecce.it":     "segretariatosociale@comune.lecce.it",
		" Anna.Rossi+pdz@Esempio.IT ":             "Anna.Rossi+pdz@esempio.it",
		"a@b.co":                                  "a@b.co",
		"o'neil_1@xn--caff-dma.example":           "o'neil_1@xn--caff-dma.example",
		"\u202aassociazione@pec.esempio.it\u202c": "associazione@pec.esempio.it",
	} {
		if got, p := CheckEmail(typed); got != want || p != nil {
			t.Errorf("CheckEmail(%q) = %q, %+v, want %q", typed, got, p, want)
		}
	}
	long := strings.Repeat("a", 65)
	for _, tt := range []struct {
		typed string
		want  *Problem
	}{
		{"", problem(CodeEmailForm)},
		{"info.ilmelograno.example", problem(CodeEmailForm)},
		{"@esempio.it", problem(CodeEmailForm)},
		{"a b@esempio.it", problem(CodeEmailForm)},
		{"a..b@esempio.it", problem(CodeEmailForm)},
		{".a@esempio.it", problem(CodeEmailForm)},
		{"a@b@esempio.it", problem(CodeEmailForm)},
		{`"a b"@esempio.it`, problem(CodeEmailForm)},
		{"Anna <anna@esempio.it>", problem(CodeEmailForm)},
		{"è@esempio.it", problem(CodeEmailForm)},
		{"anna@esempio.it, ugo@esempio.it", problem(CodeEmailSeveral)},
		{"anna@esempio.it;ugo@esempio.it", problem(CodeEmailSeveral)},
		{"anna@esempio.it ugo@esempio.it", problem(CodeEmailSeveral)},
		{"anna@localhost", problem(CodeEmailDomain, "localhost")},
		{"anna@", problem(CodeEmailDomain, "")},
		{"anna@.it", problem(CodeEmailDomain, ".it")},
		{"anna@esempio..it", problem(CodeEmailDomain, "esempio..it")},
		{"anna@esempio.it.", problem(CodeEmailDomain, "esempio.it.")},
		{"anna@-esempio.it", problem(CodeEmailDomain, "-esempio.it")},
		{"anna@192.0.2.1", problem(CodeEmailDomain, "192.0.2.1")},
		{"anna@esempio.i", problem(CodeEmailDomain, "esempio.i")},
		{long + "@esempio.it", problem(CodeEmailLong, 65, 64)},
		{"a@" + strings.Repeat("b.", 125) + "itxx", problem(CodeEmailLong, 256, 254)},
		{"anna@esempio.it\r\nBcc: tutti@esempio.it", problem(CodeTextNewline)},
		{"anna@esempio.it\x00", problem(CodeTextControl, "U+0000")},
	} {
		if _, got := CheckEmail(tt.typed); !cmp.Equal(tt.want, got) {
			t.Errorf("CheckEmail(%q) (-want +got):\n%s", tt.typed, cmp.Diff(tt.want, got))
		}
	}
}

func TestTelephoneNumbers(t *testing.T) {
	for typed, want := range map[string]string{
		"800724292": "800724292", "0832/315842": "0832/315842", " +39  0832 68.21.11 ": "+39 0832 68.21.11",
		"(0832) 682-111": "(0832) 682-111", "０８３２３１５８４２": "0832315842", "\u202d0832 315842\u202c": "0832 315842",
	} {
		if got, p := CheckPhone(typed); got != want || p != nil {
			t.Errorf("CheckPhone(%q) = %q, %+v, want %q", typed, got, p, want)
		}
	}
	for _, tt := range []struct {
		typed string
		want  *Problem
	}{
		{"12345", problem(CodePhoneLength, 5, 6, 15)},
		{"", problem(CodePhoneLength, 0, 6, 15)},
		{"0832 315842 / 333 1234567", problem(CodePhoneLength, 20, 6, 15)},
		{"0832 315842 int. 5", problem(CodePhoneForm, "i")},
		{"0832+315842", problem(CodePhoneForm, "+")},
		{"0832\n315842", problem(CodeTextNewline)},
	} {
		if _, got := CheckPhone(tt.typed); !cmp.Equal(tt.want, got) {
			t.Errorf("CheckPhone(%q) (-want +got):\n%s", tt.typed, cmp.Diff(tt.want, got))
		}
	}
}

// Whatever is accepted can stand in a message header and in an envelope (register, P17).
func FuzzEmail(f *testing.F) {
	for _, s := range []string{"a@b.it", "A@B.IT", "a@b", "a@b.it\r\nBcc: c@d.it", "a@b.it,c@d.it", "\"a b\"@c.it", "a@[192.0.2.1]", "à@è.it"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, p := CheckEmail(s)
		if p != nil {
			return
		}
		if strings.ContainsAny(got, "\r\n\x00 ,;<>\"()[]\\") || strings.Count(got, "@") != 1 || len(got) > 254 {
			t.Errorf("CheckEmail(%q) accepts %q", s, got)
		}
		if again, p := CheckEmail(got); again != got || p != nil {
			t.Errorf("CheckEmail(%q) = %q, then %q, %+v", s, got, again, p)
		}
	})
}
