package mail

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// wordSize is how many octets of text fit into one encoded word: RFC 2047,
// section 2, allows 75 characters, of which 12 are its frame.
const wordSize = 45

// encodeHeader returns the value of a header, folded. What is not short plain
// ASCII is encoded, and so is what only looks encoded: else a name of the form
// "=?utf-8?q?…?=" would be read as something that nobody wrote.
func encodeHeader(s string) string {
	if ascii(s) && len(s) <= wordSize && strings.TrimSpace(s) == s && !strings.Contains(s, "=?") {
		return s
	}
	var words []string
	for s != "" {
		cut := min(wordSize, len(s))
		for cut < len(s) && !utf8.RuneStart(s[cut]) {
			cut--
		}
		words = append(words, encodedWord(s[:cut]))
		s = s[cut:]
	}
	return strings.Join(words, "\r\n ")
}

func encodedWord(s string) string {
	return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?="
}
