package register

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// TestLeafHasNotChanged holds the format to the bytes that receipts already given
// out contain. If it fails, those receipts no longer verify.
func TestLeafHasNotChanged(t *testing.T) {
	want, err := os.ReadFile("testdata/leaf.txt")
	must(t, err)
	log := newLog(t, origin, "golden")
	log.add(2)
	if !bytes.Equal(log.leaves[0], want) {
		t.Errorf("leaf =\n%s\nwant\n%s", log.leaves[0], want)
	}
	const hash = "f3MYzdwOHETBgmyu8H2wnYbhWjmHbw/+l5tJsdXE/Yk="
	if got := LeafHash(want).String(); got != hash {
		t.Errorf("LeafHash = %s, want %s", got, hash)
	}
}

func drawHash(t *rapid.T, label string) tlog.Hash {
	return tlog.Hash(rapid.SliceOfN(rapid.ByteRange(1, 255), 32, 32).Draw(t, label))
}

func drawLeaf(t *rapid.T) Leaf {
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMilli(rapid.Int64Range(0, 253402300799999).Draw(t, "ms")).UTC()
	})
	matter, err := NewMatter(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "matter")))
	if err != nil {
		t.Fatal(err)
	}
	l := Leaf{
		Log: rapid.StringMatching(`[!-*,-~]{1,200}`).Draw(t, "log"), N: rapid.Int64Range(0, maxCount).Draw(t, "n"),
		T: instant.Draw(t, "t"), TR: instant.Draw(t, "tr"), Via: rapid.SampledFrom(Vias()).Draw(t, "via"),
		Proc: rapid.StringMatching(`[a-z0-9-]{1,40}`).Draw(t, "proc"), Kind: rapid.SampledFrom(Kinds()).Draw(t, "kind"),
		Matter: matter, Definition: drawHash(t, "definition"), Author: drawHash(t, "author"),
	}
	if rapid.Bool().Draw(t, "full") {
		l.TF, l.Prev, l.Body = instant.Draw(t, "tf"), drawHash(t, "prev"), drawHash(t, "body")
		l.FileCount, l.Files = rapid.IntRange(1, 1000).Draw(t, "count"), drawHash(t, "files")
	}
	return l
}

func TestLeafComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLeaf(t)
		text, err := l.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseLeaf(text); err != nil || got != l {
			t.Fatalf("ParseLeaf(%q) = %+v, %v, want %+v", text, got, err, l)
		}
	})
}

// badLeaves are texts one edit away from testdata/leaf.txt that are no leaf.
// Both verifiers are held to them.
var badLeaves = []struct{ name, old, new string }{
	{"other version", "pdz-atto/1", "pdz-atto/2"},
	{"carriage returns", "\nn 0\n", "\r\nn 0\r\n"},
	{"two spaces", "n 0", "n  0"},
	{"tab", "n 0", "n\t0"},
	{"space at the end", "n 0\n", "n 0 \n"},
	{"blank line", "n 0\n", "n 0\n\n"},
	{"line too many", "n 0\n", "n 0\nnota ciao\n"},
	{"line missing", "via web\n", ""},
	{"line twice", "n 0\n", "n 0\nn 0\n"},
	{"other order", "via web\nproc 2014-2016\n", "proc 2014-2016\nvia web\n"},
	{"leading zero", "n 0", "n 00"},
	{"plus sign", "n 0", "n +0"},
	{"negative", "n 0", "n -1"},
	{"beyond 2^53-1", "n 0", "n 9007199254740992"},
	{"origin with a plus", "log pdz", "log p+z"},
	{"origin not ASCII", "log pdz", "log pdzè"},
	{"no origin", "log " + origin, "log "},
	{"two decimals", "t 2013-10-18T09:59:59.000Z", "t 2013-10-18T09:59:59.00Z"},
	{"decimal comma", "t 2013-10-18T09:59:59.000Z", "t 2013-10-18T09:59:59,000Z"},
	{"offset", "t 2013-10-18T09:59:59.000Z", "t 2013-10-18T11:59:59.000+02:00"},
	{"lower-case z", "t 2013-10-18T09:59:59.000Z", "t 2013-10-18T09:59:59.000z"},
	{"hour 24", "t 2013-10-18T09:59:59.000Z", "t 2013-10-18T24:00:00.000Z"},
	{"leap second", "t 2013-10-18T09:59:59.000Z", "t 2013-10-18T09:59:60.000Z"},
	{"30 February", "t 2013-10-18T09:59:59.000Z", "t 2013-02-30T09:59:59.000Z"},
	{"before 1970", "t 2013-10-18T09:59:59.000Z", "t 1969-12-31T23:59:59.999Z"},
	{"no reception", "t 2013-10-18T09:59:59.000Z", "t -"},
	{"no registration", "tr 2013-10-18T10:00:00.000Z", "tr -"},
	{"zero instant of the source", "tf -", "tf 0001-01-01T00:00:00.000Z"},
	{"unknown channel", "via web", "via fax2"},
	{"channel in capitals", "via web", "via Web"},
	{"unknown kind", "tipo adesione", "tipo adesioni"},
	{"process in capitals", "proc 2014-2016", "proc PDZ"},
	{"process too long", "proc 2014-2016", "proc " + strings.Repeat("a", 41)},
	{"zero hash for none", "prec -", "prec " + zeroHash},
	{"short hash", "prec -", "prec AAAA"},
	{"zero definition", "reg AQID", "reg AAAA"},
	{"stray bits in base64", "AAAAAAAAAAA=\ncorpo", "AAAAAAAAAAB=\ncorpo"},
	{"no padding", "AAAAAAAAAAA=\ncorpo", "AAAAAAAAAAA\ncorpo"},
	{"files without commitment", "alleg 2 ", "alleg 2 -\nx "},
	{"commitment without files", "alleg 2 ", "alleg 0 "},
	{"count with leading zero", "alleg 2 ", "alleg 02 "},
	{"no author", "\nautore ", "\nautore -\nx "},
}

var zeroHash = formatBase64(make([]byte, 32))

func TestLeafHasOneSpelling(t *testing.T) {
	good, err := os.ReadFile("testdata/leaf.txt")
	must(t, err)
	if _, err := ParseLeaf(good); err != nil {
		t.Fatal(err)
	}
	for _, tt := range badLeaves {
		if got, err := ParseLeaf(edited(t, good, tt.old, tt.new)); !isForm(err) {
			t.Errorf("%s: ParseLeaf = %+v, %v, want a FormError", tt.name, got, err)
		}
	}
	for name, text := range map[string]string{
		"no last line end":    strings.TrimSuffix(string(good), "\n"),
		"byte order mark":     "\ufeff" + string(good),
		"text after the leaf": string(good) + "x",
		"matter lower case":   strings.Replace(string(good), "rif ", "rif a", 1),
		"empty":               "",
	} {
		if _, err := ParseLeaf([]byte(text)); !isForm(err) {
			t.Errorf("%s: err = %v, want a FormError", name, err)
		}
	}
}

func isForm(err error) bool {
	var form *FormError
	return errors.As(err, &form)
}

func TestLeafThatCannotBeReadBackIsNotWritten(t *testing.T) {
	log := newLog(t, origin, "write")
	base, o := log.adhesion(0, 0)
	base, err := o.Seal(base)
	must(t, err)
	for name, change := range map[string]func(*Leaf){
		"microseconds":       func(l *Leaf) { l.T = l.T.Add(time.Microsecond) },
		"local time":         func(l *Leaf) { l.TR = l.TR.In(time.FixedZone("CEST", 7200)) },
		"no reception":       func(l *Leaf) { l.T = time.Time{} },
		"year 10000":         func(l *Leaf) { l.TF = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"line end in origin": func(l *Leaf) { l.Log = "a\nn 1" },
		"line end in proc":   func(l *Leaf) { l.Proc = "a\n" },
		"typed matter":       func(l *Leaf) { l.Matter = strings.ToLower(l.Matter) },
		"count, no files":    func(l *Leaf) { l.FileCount = 1 },
		"negative index":     func(l *Leaf) { l.N = -1 },
		"no definition":      func(l *Leaf) { l.Definition = [32]byte{} },
		"no author":          func(l *Leaf) { l.Author = tlog.Hash{} },
	} {
		l := base
		change(&l)
		if text, err := l.Marshal(); !isForm(err) {
			t.Errorf("%s: Marshal = %q, %v, want a FormError", name, text, err)
		}
	}
}

func TestInstantNeverMovesForward(t *testing.T) {
	rome := time.FixedZone("CEST", 7200)
	for _, tt := range []struct{ in, want time.Time }{
		{noon.Add(-time.Nanosecond), noon.Add(-time.Millisecond)},
		{noon.In(rome), noon},
		{noon.Add(999999), noon},
	} {
		if got := Instant(tt.in); got != tt.want {
			t.Errorf("Instant(%v) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestMovedClockShowsInTheLeaf(t *testing.T) {
	for _, tt := range []struct {
		name  string
		via   string
		delay time.Duration
		want  bool
	}{
		{"at once", "web", 0, false},
		{"queue of a minute", "web", time.Minute, false},
		{"a millisecond more", "web", time.Minute + time.Millisecond, true},
		{"registered before it came", "web", -time.Millisecond, true},
		{"fax keyed in on Monday", "fax", 72 * time.Hour, false},
	} {
		if got := (Leaf{Via: tt.via, T: noon, TR: noon.Add(tt.delay)}).OutOfStep(); got != tt.want {
			t.Errorf("%s: OutOfStep = %v, want %v", tt.name, got, tt.want)
		}
	}
}
