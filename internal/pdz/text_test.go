package pdz

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTypedTextIsCleaned(t *testing.T) {
	for _, tt := range []struct {
		name, typed string
		multiline   bool
		want        string
	}{
		{"as typed", "OdV Mano nella mano della Cupa", false, "OdV Mano nella mano della Cupa"},
		{"spaces at the ends and doubled", "  Anna \t Rossi\u00a0 ", false, "Anna Rossi"},
		{"apostrophes and accents stay", "L’Aquilone “più” n. 1 – è così", false, "L’Aquilone “più” n. 1 – è così"},
		{"decomposed accents stay", "caffe\u0300", false, "caffe\u0300"},
		{"newlines are one", "uno\r\ndue\rtre\u2028quattro", true, "uno\ndue\ntre\nquattro"},
		{"spaces of several lines stay", "uno  due\n  tre", true, "uno  due\n  tre"},
		{"newlines at the ends go", "\r\nuno\n", false, "uno"},
		{"overrides go", "Mario\u202eissoR\u202c", false, "MarioissoR"},
		{"isolates go", "\u2066+39 0832\u2069", false, "+39 0832"},
		{"zero width goes", "Ro\u200bssi\ufeff\u00ad\u2060", false, "Rossi"},
		{"fillers and tags go", "Rossi\u3164\U000e0041", false, "Rossi"},
		{"a joiner between letters of ours goes", "Ro\u200dssi", false, "Rossi"},
		{"a joiner at the end goes", "è\u200d", false, "è"},
		{"a joiner in an emoji stays", "👩\u200d👧", false, "👩\u200d👧"},
		{"two joiners are one", "👩\u200d\u200d👧", false, "👩\u200d👧"},
		{"a non-joiner where Persian has it", "می\u200cخواهم", false, "می\u200cخواهم"},
		{"nothing", " \n ", true, ""},
	} {
		got, p := Clean(tt.typed, tt.multiline)
		if p != nil || got != tt.want {
			t.Errorf("%s: Clean(%q) = %q, %+v, want %q", tt.name, tt.typed, got, p, tt.want)
		}
	}
}

func TestTextThatNobodyTypesIsRefused(t *testing.T) {
	for _, tt := range []struct {
		typed     string
		multiline bool
		want      *Problem
	}{
		{"a\x00b", true, problem(CodeTextControl, "U+0000")},
		{"a\x1bb", false, problem(CodeTextControl, "U+001B")},
		{"a\vb", false, problem(CodeTextControl, "U+000B")},
		{"a\u0085b", true, problem(CodeTextControl, "U+0085")},
		{"a\u009fb", false, problem(CodeTextControl, "U+009F")},
		{"a\x7fb", false, problem(CodeTextControl, "U+007F")},
		{"a\uffffb", false, problem(CodeTextControl, "U+FFFF")},
		{"a\xffb", false, problem(CodeTextEncoding)},
		{"\xed\xa0\x80", false, problem(CodeTextEncoding)}, // half of a surrogate pair
		{"a\nb", false, problem(CodeTextNewline)},
		{"a\r\nBcc: b", false, problem(CodeTextNewline)},
		{"e" + strings.Repeat("\u0301", 5), true, problem(CodeTextMarks, 4)},
		{"e\u0301\u0301\u200b\u0301\u0301\u0301", true, problem(CodeTextMarks, 4)},
	} {
		_, got := Clean(tt.typed, tt.multiline)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Clean(%q) (-want +got):\n%s", tt.typed, diff)
		}
	}
	if _, p := Clean("e"+strings.Repeat("\u0301", 4)+"e"+strings.Repeat("\u0301", 4), false); p != nil {
		t.Errorf("four marks on each letter: %+v, want nothing", p)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\r\nb", "👩\u200d👧", "\u202eabc\u202c", "e\u0301\u0301\u0301\u0301\u0301", "a\u200d\u200c b", "\xff", "\u200dè \u200d è"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, multiline bool) {
		got, p := Clean(s, multiline)
		if !utf8.ValidString(got) {
			t.Fatalf("Clean(%q) = %q, not UTF-8", s, got)
		}
		if p != nil {
			return
		}
		if again, p := Clean(got, multiline); again != got || p != nil {
			t.Errorf("Clean(%q) = %q, then %q, %+v", s, got, again, p)
		}
		for _, r := range got {
			if unicode.IsControl(r) && !(multiline && r == '\n') || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("Clean(%q) keeps %U", s, r)
			}
		}
	})
}
