package pdz

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a text may hold that tells who somebody is, whatever the person.
var (
	anyEmail = regexp.MustCompile(`[^\s@<>()\[\]",;:«»]+@[^\s@<>()\[\]",;:«»]+\.\p{L}{2,}`)
	// anyTaxCode is the form of a personal tax code, also with spaces, also mistyped:
	// a wrong check letter still tells who is meant.
	anyTaxCode = regexp.MustCompile(`(?i)\b[a-z]{3} ?[a-z]{3} ?[0-9l-np-v]{2} ?[a-ehlmprst] ?[0-9l-np-v]{2} ?[a-z] ?[0-9l-np-v]{3} ?[a-z]\b`)
	anyNumber  = regexp.MustCompile(`\+?[0-9](?:[ ./()-]{0,2}[0-9])+`)
	dayNumber  = regexp.MustCompile(`^\d{1,2}[ ./-]\d{1,2}[ ./-]\d{2,4}$`)
)

// minNamePart is how many letters a part of a name must have to be looked for.
const minNamePart = 3

// Personal returns the pieces of a text that tell who somebody is, in the order of
// their kinds: any e-mail address, any personal tax code, any telephone number, and
// the parts of the given names and contacts (R71: what is published holds no personal
// data). What is ours — addresses and numbers of the desk, words of the notice — may
// be said. A part of a name counts when it is written as a name, with a capital:
// "grazia" is a word, "Grazia" may be somebody.
func Personal(text string, theirs, ours []string) []string {
	var found []string
	add := func(piece string) {
		if !slices.Contains(found, piece) {
			found = append(found, piece)
		}
	}
	for _, e := range anyEmail.FindAllString(text, -1) {
		if e = strings.TrimRight(e, ".'’"); !slices.ContainsFunc(ours, func(o string) bool { return strings.EqualFold(o, e) }) {
			add(e)
		}
	}
	for _, c := range anyTaxCode.FindAllString(text, -1) {
		add(c)
	}
	for _, n := range anyNumber.FindAllString(text, -1) {
		if tells(n, theirs) && !numbers(ours, onlyDigits(n)) {
			add(n)
		}
	}
	for _, w := range namesIn(text, theirs, ours) {
		add(w)
	}
	return found
}

// tells reports whether a run of digits is somebody's number: one of theirs, or one
// with the form of an Italian telephone number or of a subject's tax code.
func tells(run string, theirs []string) bool {
	d := onlyDigits(run)
	if numbers(theirs, d) {
		return true
	}
	if dayNumber.MatchString(run) {
		return false
	}
	if strings.HasPrefix(run, "+") || strings.HasPrefix(run, "00") {
		return len(d) >= 9
	}
	return len(d) == bodyLength && checkBody(d) == nil || (d[0] == '0' || d[0] == '3') && len(d) >= 9 && len(d) <= 11
}

// numbers reports whether one of the texts holds the number, with or without the
// prefix of Italy.
func numbers(texts []string, digits string) bool {
	bare := national(digits)
	return len(bare) >= minPhone && slices.ContainsFunc(texts, func(t string) bool {
		return slices.ContainsFunc(anyNumber.FindAllString(t, -1), func(n string) bool { return national(onlyDigits(n)) == bare })
	})
}

func national(digits string) string {
	if len(digits) > 10 {
		return strings.TrimPrefix(strings.TrimPrefix(digits, "00"), "39")
	}
	return digits
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// namesIn returns the capitalised words of a text that are parts of the names and
// not words of ours.
func namesIn(text string, names, ours []string) []string {
	parts, common := map[string]bool{}, map[string]bool{}
	for _, n := range names {
		if strings.ContainsRune(n, '@') {
			continue // an address is found whole
		}
		for _, w := range nameWords(n) {
			parts[strings.ToLower(w)] = utf8.RuneCountInString(w) >= minNamePart
		}
	}
	for _, o := range ours {
		for _, w := range nameWords(o) {
			common[strings.ToLower(w)] = true
		}
	}
	var found []string
	for _, w := range nameWords(text) {
		first, _ := utf8.DecodeRuneInString(w)
		if low := strings.ToLower(w); unicode.IsUpper(first) && parts[low] && !common[low] {
			found = append(found, w)
		}
	}
	return found
}

func nameWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) })
}
