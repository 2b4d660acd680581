package i18n_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"concerto/internal/i18n/scan"
)

// Every text that somebody can read is translated, and nothing else is kept.
// When this fails, run the extractor and fill in what it leaves empty.
func TestCatalogueIsComplete(t *testing.T) {
	found, err := scan.Dir(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("locales/en.po")
	if err != nil {
		t.Fatal(err)
	}
	entries, _ := scan.Read(text)
	for _, m := range found.Sorted() {
		e, ok := entries[m.One]
		switch {
		case !ok:
			t.Errorf("en.po lacks %q of %s", m.One, m.Files[0])
		case e.PluralID != m.Many:
			t.Errorf("en.po has plural %q for %q, want %q as in %s", e.PluralID, m.One, m.Many, m.Files[0])
		case !e.IsTranslated() || m.Many != "" && !e.IsTranslatedN(1):
			t.Errorf("en.po leaves %q empty", m.One)
		}
	}
	for one := range entries {
		if _, ok := found[one]; !ok {
			t.Errorf("en.po holds %q, which nothing shows", one)
		}
	}
}

// A translation takes the arguments of its text, in any order. In the plural it
// may leave some out, as "one session" leaves out the number.
func TestTranslationsTakeTheSameArguments(t *testing.T) {
	text, err := os.ReadFile("locales/en.po")
	if err != nil {
		t.Fatal(err)
	}
	entries, _ := scan.Read(text)
	for one, e := range entries {
		if e.PluralID == "" {
			if got, want := verbs(e.Get()), verbs(one); e.IsTranslated() && !slices.Equal(got, want) {
				t.Errorf("verbs of %q = %v, want %v as in %q", e.Get(), got, want, one)
			}
			continue
		}
		for _, tr := range e.Trs {
			for _, v := range verbs(tr) {
				if want := verbs(e.PluralID); !slices.Contains(want, v) {
					t.Errorf("verbs of %q = %v, want one of %v as in %q", tr, v, want, e.PluralID)
				}
			}
		}
	}
}

var verb = regexp.MustCompile(`%%|%(?:\[(\d+)\])?[-+#0]*\d*(?:\.\d+)?([a-zA-Z])`)

// verbs lists the arguments a text takes, each as its index and verb, sorted.
func verbs(text string) []string {
	var list []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		if m[2] == "" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		list = append(list, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(list)
	return list
}

func TestVerbsAreCountedByArgument(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"nessuno", nil}, {"al 100% dei posti", nil}, {"50%% di %d", []string{"1d"}},
		{"%s e %[1]s", []string{"1s", "1s"}}, {"%[2]s a %[1]d", []string{"1d", "2s"}}, {"%02d:%.1f", []string{"1d", "2f"}},
	} {
		if got := verbs(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("verbs(%q) = %v, want %v", tt.text, got, tt.want)
		}
	}
}
