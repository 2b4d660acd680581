package pdz

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths of the two kinds of tax code: of a person (D.M. 23 December 1976) and of
// any other subject, which is also the form of a VAT number.
const (
	personalLength = 16
	bodyLength     = 11
)

// NormaliseTaxCode brings the ways of typing a tax code to one: upper case, full-width
// characters to ASCII, and no spaces, dashes, dots or invisible characters. It is applied
// before uniqueness, so that a variant is not another body (register, P6). It is
// idempotent. Look-alike letters of other alphabets stay, for CheckTaxCode to refuse.
func NormaliseTaxCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == '·' || r == '．' || r == '−':
			return -1
		case unicode.IsSpace(r) || unicode.In(r, unicode.Z, unicode.Pd, unicode.Cf):
			return -1
		}
		if folded := unicode.ToUpper(unicode.ToLower(narrow(r))); folded < utf8.RuneSelf {
			return folded
		}
		return r
	}, s)
}

// narrow turns a full-width character into its ASCII form, as NFKC does.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// CheckTaxCode says what is wrong with a normalised tax code, or nil: 16 characters
// for a person, 11 digits for any other subject.
func CheckTaxCode(s string) *Problem {
	switch n := utf8.RuneCountInString(s); n {
	case personalLength:
		return checkPersonal(s)
	case bodyLength:
		return checkBody(s)
	default:
		return problem(CodeTaxCodeLength, n, 0)
	}
}

// CheckTaxCodeOf is CheckTaxCode for a subject whose nature is known: a person or not.
// With an empty nature both forms are good.
func CheckTaxCodeOf(s, nature string) *Problem {
	want := bodyLength
	switch nature {
	case "":
		return CheckTaxCode(s)
	case "person":
		want = personalLength
	}
	if n := utf8.RuneCountInString(s); n != want {
		return problem(CodeTaxCodeLength, n, want)
	}
	return CheckTaxCode(s)
}

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	// omocodia holds the letters that stand for the digits 0 to 9 where two people
	// would otherwise share one code.
	omocodia = "LMNPQRSTUV"
	months   = "ABCDEHLMPRST"
)

// personalForm says what each place of a personal code may hold: six letters of the
// name, year, month, day (plus 40 for women), birthplace, check letter. The birthplaces
// X000 to X999 belong to no municipality and are good: invented people have them.
var personalForm = [personalLength]string{
	letters, letters, letters, letters, letters, letters,
	digits + omocodia, digits + omocodia, months, "01234567LMNPQRST", digits + omocodia,
	letters, digits + omocodia, digits + omocodia, digits + omocodia, letters,
}

// oddWeights are the values of 0 to 9 and of A to Z in the odd places.
var oddWeights = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

func checkPersonal(s string) *Problem {
	for i, r := range []rune(s) {
		if !strings.ContainsRune(personalForm[i], r) {
			return problem(CodeTaxCodeForm, i+1, string(r))
		}
	}
	if day := 10*digit(s[9]) + digit(s[10]); day%40 < 1 || day%40 > 31 {
		return problem(CodeTaxCodeForm, 10, s[9:10])
	}
	sum := 0
	for i := range personalLength - 1 {
		n := int(s[i] - 'A')
		if s[i] <= '9' {
			n = int(s[i] - '0')
		}
		if i%2 == 0 {
			n = oddWeights[n]
		}
		sum += n
	}
	if s[15] != letters[sum%26] {
		return problem(CodeTaxCodeCheck)
	}
	return nil
}

// digit is the value of a digit or of the letter that stands for it.
func digit(b byte) int {
	if i := strings.IndexByte(omocodia, b); i >= 0 {
		return i
	}
	return int(b - '0')
}

// checkBody checks eleven digits: doubled in the even places, nines cast out, the sum
// a multiple of ten. Eleven zeros would pass and belong to nobody.
func checkBody(s string) *Problem {
	sum := 0
	for i, r := range []rune(s) {
		if r < '0' || r > '9' {
			return problem(CodeTaxCodeForm, i+1, string(r))
		}
		n := int(r - '0')
		if i%2 == 1 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	if sum == 0 || sum%10 != 0 {
		return problem(CodeTaxCodeCheck)
	}
	return nil
}
