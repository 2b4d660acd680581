package app

import (
	"strings"
	"unicode"
)

// alike is how like two names must be for the office to be shown them, from 0 to 1.
const alike = 0.6

// forms are words that say what kind of body a name is of, or join its parts; they
// are in every second name and tell none from another.
var forms = map[string]bool{
	"odv": true, "aps": true, "ets": true, "onlus": true, "ente": true, "associazione": true, "volontariato": true, "promozione": true,
	"cooperativa": true, "cooperative": true, "coop": true, "sociale": true, "sociali": true, "societa": true, "soc": true, "srl": true,
	"impresa": true, "consorzio": true, "fondazione": true, "parrocchia": true, "istituto": true, "comprensivo": true, "scuola": true,
	"di": true, "del": true, "della": true, "dei": true, "degli": true, "delle": true, "dell": true, "il": true, "la": true, "lo": true,
	"i": true, "gli": true, "le": true, "l": true, "e": true, "a": true, "al": true, "alla": true, "in": true, "per": true, "con": true, "da": true,
}

// likeness compares two names by the shingles of three letters of their words
// (Jaccard index, from 0 to 1): accents, case, dots and the order of the words do
// not count, a letter or two mistyped count little.
func likeness(a, b string) float64 {
	x, y := shingles(a), shingles(b)
	common := 0
	for s := range x {
		if y[s] {
			common++
		}
	}
	if all := len(x) + len(y) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}

// shingles are the runs of three letters in the words of a name, their edges
// included; of a name of nothing but forms, in all its words.
func shingles(name string) map[string]bool {
	dotless := strings.ReplaceAll(sortKey(name), ".", "") // A.P.S. is APS
	words := strings.FieldsFunc(dotless, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := map[string]bool{}
	for _, telling := range []bool{true, false} {
		for _, w := range words {
			if telling && forms[w] {
				continue
			}
			runes := []rune("^" + w + "$")
			for i := 0; i+3 <= len(runes); i++ {
				out[string(runes[i:i+3])] = true
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}
