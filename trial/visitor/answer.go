package visitor

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Marks of the receipt page. They are cut out rather than parsed: at hundreds of
// receipts a second a parser would cost more than the server.
var (
	placeMark       = []byte("<dd>foglia ")
	fingerprintMark = []byte(`ps-groups">`)
	cellEnd         = []byte("</dd>")
)

const hashDigits = 64

// receipt reads the page that acknowledges an adhesion.
func (a *Answer) receipt() (Receipt, error) {
	r := Receipt{Own: a.Location, Replayed: a.Status == http.StatusOK}
	parts := strings.Split(a.Location, "/") // /lecce/gestione/CODE/KEY
	if len(parts) != 5 || parts[2] != "gestione" {
		return r, fmt.Errorf("the receipt leads to %q, which is no page of its owner", a.Location)
	}
	r.Code = parts[3]
	place := strings.Fields(string(cell(a.Body, placeMark))) // "417 di 420"
	if len(place) != 3 {
		return r, fmt.Errorf("receipt %s does not say its place in the register", r.Code)
	}
	number, err := strconv.ParseInt(place[0], 10, 64)
	if err != nil {
		return r, fmt.Errorf("receipt %s: %w", r.Code, err)
	}
	if r.Size, err = strconv.ParseInt(place[2], 10, 64); err != nil {
		return r, fmt.Errorf("receipt %s: %w", r.Code, err)
	}
	r.Index = number - 1
	r.LeafHash = strings.Join(strings.Fields(markup.ReplaceAllString(string(cell(a.Body, fingerprintMark)), "")), "")
	if len(r.LeafHash) != hashDigits {
		return r, fmt.Errorf("receipt %s has no fingerprint", r.Code)
	}
	return r, nil
}

// cell returns what stands between a mark and the end of its cell.
func cell(page, mark []byte) []byte {
	_, rest, _ := bytes.Cut(page, mark)
	value, _, _ := bytes.Cut(rest, cellEnd)
	return value
}

var markup = regexp.MustCompile(`<[^>]*>`)

// maxWords bounds what a Refusal quotes.
const maxWords = 900

// refusal is the error of an answer that acknowledges nothing.
func (a *Answer) refusal(method, path string) error {
	return &Refusal{Method: method, Path: path, Status: a.Status, RetryAfter: a.RetryAfter, Words: a.Words()}
}

// Words returns what the main part of the page says, without markup.
func (a *Answer) Words() string {
	_, main, found := bytes.Cut(a.Body, []byte("<main"))
	if !found {
		main = a.Body
	}
	main, _, _ = bytes.Cut(main, []byte("</main>"))
	text := strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString("<"+string(main), " "))), " ")
	if len(text) > maxWords {
		text = text[:maxWords]
	}
	return text
}
