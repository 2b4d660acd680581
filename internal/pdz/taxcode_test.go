package pdz

import (
	"math/rand"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// Invented codes: no body has 999, and no municipality is X.
var goodCodes = []string{
	"TFRLNE53P50X102L", "MRNDAA49M64X103K", "CRLPPZ47B23X111O", "TNDCSM63R11X112M", "PRTLNT46A03X124L",
	"99900010754", "99900020753", "99900050750", "99900100753",
}

func TestGoodTaxCodesPass(t *testing.T) {
	for _, s := range goodCodes {
		if p := CheckTaxCode(s); p != nil {
			t.Errorf("CheckTaxCode(%q) = %+v, want nothing", s, p)
		}
	}
}

// seal puts the right check letter on a personal code.
func seal(t *testing.T, s string) string {
	t.Helper()
	for _, c := range letters {
		if CheckTaxCode(s[:15]+string(c)) == nil {
			return s[:15] + string(c)
		}
	}
	t.Fatalf("no check letter makes %q good", s)
	return ""
}

// Where two people would share a code, digits give way to letters from the right.
func TestHomonymsHaveLettersForDigits(t *testing.T) {
	code := []byte("TFRLNE53P50X102L")
	for _, i := range []int{14, 13, 12, 10, 9, 7, 6} {
		code[i] = omocodia[code[i]-'0']
		sealed := seal(t, string(code))
		if p := CheckTaxCode(sealed); p != nil {
			t.Errorf("CheckTaxCode(%q) = %+v, want nothing", sealed, p)
		}
	}
}

func TestWrongTaxCodesSayWhatIsWrong(t *testing.T) {
	for _, tt := range []struct {
		code, nature string
		want         *Problem
	}{
		{"0123456789", "body", problem(CodeTaxCodeLength, 10, 11)},
		{"0123456789", "", problem(CodeTaxCodeLength, 10, 0)},
		{"TFRLNE53P50X102", "person", problem(CodeTaxCodeLength, 15, 16)},
		{"99900010754", "person", problem(CodeTaxCodeLength, 11, 16)},
		{"TFRLNE53P50X102L", "body", problem(CodeTaxCodeLength, 16, 11)},
		{"TFRLNE53P50X102L", "institution", problem(CodeTaxCodeLength, 16, 11)},
		{"99900010755", "body", problem(CodeTaxCodeCheck)},
		{"99900100754", "body", problem(CodeTaxCodeCheck)},
		{"99900001754", "body", problem(CodeTaxCodeCheck)}, // two neighbours in each other's place
		{"00000000000", "body", problem(CodeTaxCodeCheck)},
		{"9990001075O", "body", problem(CodeTaxCodeForm, 11, "O")},
		{"IT900010754", "body", problem(CodeTaxCodeForm, 1, "I")},
		{"TFRLNE53P50X102M", "person", problem(CodeTaxCodeCheck)},
		{"TFRLNE53A50X102L", "person", problem(CodeTaxCodeCheck)},
		{"TFRLN053P50X102L", "person", problem(CodeTaxCodeForm, 6, "0")},
		{"TFRLNE53F50X102L", "person", problem(CodeTaxCodeForm, 9, "F")}, // no month is F
		{"TFRLNE53P32X102L", "person", problem(CodeTaxCodeForm, 10, "3")},
		{"TFRLNE53P00X102L", "person", problem(CodeTaxCodeForm, 10, "0")},
		{"TFRLNE53P40X102L", "person", problem(CodeTaxCodeForm, 10, "4")},
		{"TFRLNE53P72X102L", "person", problem(CodeTaxCodeForm, 10, "7")},
		{"ТFRLNE53P50X102L", "person", problem(CodeTaxCodeForm, 1, "Т")}, // Cyrillic
		{"", "", problem(CodeTaxCodeLength, 0, 0)},
	} {
		if diff := cmp.Diff(tt.want, CheckTaxCodeOf(tt.code, tt.nature)); diff != "" {
			t.Errorf("CheckTaxCodeOf(%q, %q) (-want +got):\n%s", tt.code, tt.nature, diff)
		}
	}
}

// The check letter finds every single slip of the keys but those that the law's own
// weights confuse, and the check digit finds every one.
func TestEverySlipInABodyCodeIsFound(t *testing.T) {
	for _, s := range []string{"99900010754", "99900100753"} {
		for i := range s {
			for d := byte('0'); d <= '9'; d++ {
				slip := s[:i] + string(d) + s[i+1:]
				if slip != s && CheckTaxCode(slip) == nil {
					t.Errorf("CheckTaxCode(%q) finds nothing wrong", slip)
				}
			}
		}
	}
}

// disguise writes a code in one of the ways people and their programs do.
func disguise(random *rand.Rand, s string) string {
	noise := []string{" ", "-", ".", "\u00a0", "\u200b", "\u2011", "\ufeff", "\t", "\u3000", "\u00ad", "–", "\u202f"}
	var b strings.Builder
	for _, r := range s {
		switch random.Intn(4) {
		case 0:
			r = unicode.ToLower(r)
		case 1:
			r += '！' - '!'
		case 2:
			b.WriteString(noise[random.Intn(len(noise))])
		}
		b.WriteRune(r)
	}
	return b.String() + noise[random.Intn(len(noise))]
}

// Ten thousand ways of writing a code are one code (register, P6).
func TestVariantsOfACodeAreOne(t *testing.T) {
	random := rand.New(rand.NewSource(1976))
	seen := map[string]bool{}
	for i := 0; len(seen) < 10_000; i++ {
		code := goodCodes[i%len(goodCodes)]
		typed := disguise(random, code)
		seen[typed] = true
		got := NormaliseTaxCode(typed)
		if got != code || NormaliseTaxCode(got) != got {
			t.Fatalf("NormaliseTaxCode(%q) = %q, want %q and again", typed, got, code)
		}
	}
}

func TestLookAlikesOfOtherAlphabetsAreNotTheSameCode(t *testing.T) {
	for _, s := range []string{"ТFRLNE53P50X102L", "TFRLNΕ53P50X102L", "٩٩٩٠٠٠١٠٧٥٤", "9990001O754"} {
		got := NormaliseTaxCode(s)
		if slices.Contains(goodCodes, got) || CheckTaxCode(got) == nil {
			t.Errorf("%q passes for %q", s, got)
		}
	}
}

func FuzzTaxCode(f *testing.F) {
	for _, s := range append(goodCodes, "tfr lne 53p50 x102l", "９９９０００１０７５４", "999-000-107-54", "ſ\u212aı", "\xff") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := NormaliseTaxCode(s)
		if again := NormaliseTaxCode(got); again != got {
			t.Errorf("NormaliseTaxCode(%q) = %q, then %q", s, got, again)
		}
		if CheckTaxCode(got) == nil && len(got) != 11 && len(got) != 16 {
			t.Errorf("CheckTaxCode(%q) passes", got)
		}
	})
}
