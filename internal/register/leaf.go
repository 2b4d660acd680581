package register

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// maxLeaf bounds a leaf, in bytes: a leaf has only short fields, and a receipt
// has to fit in a QR code (register §3.3).
const maxLeaf = 1024

const leafHead = "pdz-atto/1"

// Leaf is one act in the register: facts only. What follows from them (in time or
// late, eligible, admitted) is a later act or is recomputed, never rewritten.
//
// Leaves compare with ==. A zero hash or instant stands for the hyphen of the
// text, where the field allows one.
type Leaf struct {
	Log        string    // log: origin, the same as the checkpoint's
	N          int64     // n: position in the tree
	T          time.Time // t: reception; web: last byte received, else when it was brought in
	TR         time.Time // tr: registration, fixed by the sequencer; never decreases with N
	TF         time.Time // tf: instant attested by the source (PEC stamp, fax header); zero for none
	Via        string    // via: channel, one of Vias
	Proc       string    // proc: process, [a-z0-9-]{1,40}
	Kind       string    // tipo: one of Kinds
	Matter     string    // rif: what the act is about, see NewMatter
	Prev       tlog.Hash // prec: leaf hash of the previous act on the same matter; zero for none
	Definition [32]byte  // reg: SHA-256 of the process definition in force
	Body       tlog.Hash // corpo: commitment to the act; zero for none
	FileCount  int       // alleg: number of attachments
	Files      tlog.Hash // alleg: commitment to their list; zero when there are none
	Author     tlog.Hash // autore: commitment to who acted, for which body, and how we know
}

// Vias are the channels by which an act can arrive, in the order of register §3.2.
func Vias() []string { return slices.Clone(vias) }

// Kinds are the words of the field tipo, in the order of register §3.2.
func Kinds() []string { return slices.Clone(kinds) }

var (
	vias  = strings.Fields("web pec email fax sportello presenza ufficio sistema")
	kinds = strings.Fields(`avviso rettifica adesione presenza proposta modifica ritiro valutazione esito
		patto firma nomina verbale protocollo delibera chiusura cancellazione chiave orologio epoca
		conferma riscontro mandato fusione elenco quesito risposta`)
	process = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
)

// leafFields are the names of the lines after the head, in their order.
var leafFields = strings.Fields("log n t tr tf via proc tipo rif prec reg corpo alleg autore")

// instantLayout writes UTC with exactly three decimals (RFC 3339).
const instantLayout = "2006-01-02T15:04:05.000Z"

// Instant brings t to what a leaf can say: UTC, whole milliseconds, no monotonic
// reading. It cuts rather than rounds, so that nobody who arrived before noon is
// written down at noon.
func Instant(t time.Time) time.Time { return t.Round(0).UTC().Truncate(time.Millisecond) }

// Marshal writes the text of the leaf, or says why it cannot be one.
func (l Leaf) Marshal() ([]byte, error) {
	if err := l.validate(); err != nil {
		return nil, err
	}
	files := strconv.Itoa(l.FileCount) + " " + formatOptional(l.Files)
	values := []string{l.Log, strconv.FormatInt(l.N, 10), formatInstant(l.T), formatInstant(l.TR), formatInstant(l.TF),
		l.Via, l.Proc, l.Kind, l.Matter, formatOptional(l.Prev), formatBase64(l.Definition[:]),
		formatOptional(l.Body), files, formatBase64(l.Author[:])}
	var b bytes.Buffer
	b.WriteString(leafHead + "\n")
	for i, name := range leafFields {
		fmt.Fprintf(&b, "%s %s\n", name, values[i])
	}
	if b.Len() > maxLeaf {
		return nil, &FormError{"leaf", "", "longer than 1024 bytes"}
	}
	return b.Bytes(), nil
}

func (l Leaf) validate() error {
	matter, err := ParseMatter(l.Matter)
	rules := []struct {
		field string
		ok    bool
	}{
		{"log", validOrigin(l.Log)},
		{"n", l.N >= 0 && l.N <= maxCount},
		{"t", validInstant(l.T)},
		{"tr", validInstant(l.TR)},
		{"tf", l.TF == time.Time{} || validInstant(l.TF)},
		{"via", slices.Contains(vias, l.Via)},
		{"proc", process.MatchString(l.Proc)},
		{"tipo", slices.Contains(kinds, l.Kind)},
		{"rif", err == nil && matter == l.Matter},
		{"reg", l.Definition != [32]byte{}},
		{"alleg", l.FileCount >= 0 && int64(l.FileCount) <= maxCount && (l.FileCount == 0) == (l.Files == tlog.Hash{})},
		{"autore", l.Author != tlog.Hash{}},
	}
	for _, r := range rules {
		if !r.ok {
			return &FormError{"leaf", r.field, "missing or not allowed"}
		}
	}
	return nil
}

// validInstant reports whether t is as Instant leaves it, between 1970 and 9999.
func validInstant(t time.Time) bool { return t == Instant(t) && t.Year() >= 1970 && t.Year() <= 9999 }

func formatInstant(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(instantLayout)
}

// ParseLeaf reads a leaf and refuses any text that Marshal would not write.
func ParseLeaf(text []byte) (Leaf, error) {
	values, err := leafValues(text)
	if err != nil {
		return Leaf{}, err
	}
	var l Leaf
	for i, name := range leafFields {
		if err := l.set(name, values[i]); err != nil {
			return Leaf{}, &FormError{"leaf", name, err.Error()}
		}
	}
	again, err := l.Marshal()
	if err != nil {
		return Leaf{}, err
	}
	if !bytes.Equal(again, text) {
		return Leaf{}, &FormError{"leaf", "", "not the canonical spelling"}
	}
	return l, nil
}

// leafValues splits the text into the values of leafFields.
func leafValues(text []byte) ([]string, error) {
	if len(text) > maxLeaf {
		return nil, &FormError{"leaf", "", "longer than 1024 bytes"}
	}
	lines := strings.Split(string(text), "\n")
	if lines[0] != leafHead {
		return nil, &FormError{"leaf", "", "does not begin with " + leafHead}
	}
	if len(lines) != len(leafFields)+2 || lines[len(lines)-1] != "" {
		return nil, &FormError{"leaf", "", fmt.Sprintf("not %d lines", len(leafFields)+1)}
	}
	values := make([]string, len(leafFields))
	for i, name := range leafFields {
		value, ok := strings.CutPrefix(lines[i+1], name+" ")
		if !ok {
			return nil, &FormError{"leaf", name, "missing or out of order"}
		}
		values[i] = value
	}
	return values, nil
}

// set fills the field that the text calls name; Marshal judges words and bounds.
func (l *Leaf) set(name, value string) (err error) {
	switch name {
	case "log":
		l.Log = value
	case "n":
		l.N, err = parseDecimal(value)
	case "t":
		l.T, err = time.Parse(instantLayout, value)
	case "tr":
		l.TR, err = time.Parse(instantLayout, value)
	case "tf":
		if value != "-" {
			l.TF, err = time.Parse(instantLayout, value)
		}
	case "via":
		l.Via = value
	case "proc":
		l.Proc = value
	case "tipo":
		l.Kind = value
	case "rif":
		l.Matter = value
	case "prec":
		l.Prev, err = parseOptional(value)
	case "reg":
		l.Definition, err = parse32(value)
	case "corpo":
		l.Body, err = parseOptional(value)
	case "alleg":
		l.FileCount, l.Files, err = parseAttached(value)
	case "autore":
		l.Author, err = parseOptional(value)
	}
	return err
}

// parseAttached reads "count commitment".
func parseAttached(value string) (int, tlog.Hash, error) {
	count, hash, _ := strings.Cut(value, " ")
	n, err := parseDecimal(count)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	h, err := parseOptional(hash)
	return int(n), h, err
}

// LeafHash is the hash of a leaf's text in the tree: SHA-256(0x00 ‖ text), RFC 6962 §2.1.
func LeafHash(text []byte) tlog.Hash { return tlog.RecordHash(text) }

// OutOfStep reports whether an act of the web claims a reception after its
// registration or more than a minute before it. The sequencer takes seconds at
// worst, so this is how a wrong or moved clock shows in the leaf itself (register P20).
func (l Leaf) OutOfStep() bool {
	delay := l.TR.Sub(l.T)
	return l.Via == "web" && (delay < 0 || delay > time.Minute)
}
