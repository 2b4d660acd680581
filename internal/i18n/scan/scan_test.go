package scan

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTemplateMessagesAreFoundWhereverTheyStand(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []Message
	}{
		{"plain", `<p>{{T "Aderisci"}}</p>`, []Message{{One: "Aderisci"}}},
		{"method of the page", `{{$.T "Aderisci" .Name}}{{.P.T "Esci"}}`, []Message{{One: "Aderisci"}, {One: "Esci"}}},
		{"chain", `{{(page).T "Aderisci"}}`, []Message{{One: "Aderisci"}}},
		{"raw", "{{T `Il “Patto”`}}", []Message{{One: "Il “Patto”"}}},
		{"nested", `{{template "button" (dict "label" (T "Avanti"))}}`, []Message{{One: "Avanti"}}},
		{"plural", `{{TN "%d seduta" "%d sedute" .N}}`, []Message{{One: "%d seduta", Many: "%d sedute"}}},
		{"branches", `{{if .A}}{{T "a"}}{{else if .B}}{{T "b"}}{{else}}{{T "c"}}{{end}}`, []Message{{One: "a"}, {One: "b"}, {One: "c"}}},
		{"loops", `{{range .A}}{{T "a"}}{{else}}{{T "b"}}{{end}}{{with $x := T "c"}}{{T "d"}}{{end}}`, []Message{{One: "a"}, {One: "b"}, {One: "c"}, {One: "d"}}},
		{"definition", `{{define "x"}}{{T "a"}}{{end}}`, []Message{{One: "a"}}},
		{"marked", `{{template "t" (M "a")}}`, []Message{{One: "a"}}},
		{"comment", `{{/* T "a" */}} T "b"`, nil},
		{"variable", `{{T .Label}}`, nil},
	} {
		got, err := Template(tt.name, tt.text)
		if err != nil {
			t.Errorf("Template(%s): %v", tt.name, err)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("Template(%s): -want +got\n%s", tt.name, d)
		}
	}
}

func TestGoMessagesAreFoundWhereverTheyStand(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []Message
	}{
		{"marker", `var a = i18n.M("Aderisci")`, []Message{{One: "Aderisci"}}},
		{"printer", `var a = p.T("Esci") + x.y.TN("una", "più", 3)`, []Message{{One: "Esci"}, {One: "una", Many: "più"}}},
		{"broken over lines", "var a = p.T(\"uno \" +\n\t`due`)", []Message{{One: "uno due"}}},
		{"another M", `var a = rapid.M("no")`, nil},
		{"a function of the same name", `var a = T("no")`, nil},
		{"variable", `var a = p.T(label)`, nil},
		{"half a plural", `var a = p.TN("una", many, 3)`, nil},
	} {
		got, err := Go(tt.name, "package p\n"+tt.text)
		if err != nil {
			t.Errorf("Go(%s): %v", tt.name, err)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("Go(%s): -want +got\n%s", tt.name, d)
		}
	}
}

func TestDirJoinsUsesAndSkipsTests(t *testing.T) {
	got, err := Dir(fstest.MapFS{
		"web/pages/b.html":        {Data: []byte(`{{T "seduta"}}`)},
		"web/pages/a.html":        {Data: []byte(`{{TN "seduta" "sedute" 2}}{{T "seduta"}}`)},
		"web/a.go":                {Data: []byte("package web\n\nvar a = i18n.M(\"Esci\")\n")},
		"web/a_test.go":           {Data: []byte("package web\n\nvar a = i18n.M(\"test\")\n")},
		"web/testdata/x.html":     {Data: []byte(`{{T "testdata"}}`)},
		"web/node_modules/x.html": {Data: []byte(`{{T "altrui"}}`)},
		"web/note.txt":            {Data: []byte(`{{T "nota"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Messages{
		"seduta": {"seduta", "sedute", []string{"web/pages/a.html", "web/pages/b.html"}},
		"Esci":   {"Esci", "", []string{"web/a.go"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Dir: -want +got\n%s", d)
	}
}

func TestOneSingularHasOnePlural(t *testing.T) {
	_, err := Dir(fstest.MapFS{
		"a.html": {Data: []byte(`{{TN "seduta" "sedute" 2}}`)},
		"b.html": {Data: []byte(`{{TN "seduta" "riunioni" 2}}`)},
	})
	if err == nil {
		t.Error("Dir with two plurals for one singular = nil error")
	}
}

func TestUpdateKeepsTranslationsAndLeavesNewOnesEmpty(t *testing.T) {
	old := `msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "non più usato"
msgstr "no longer used"

msgid "Esci"
msgstr "Leave"

msgid "seduta"
msgid_plural "sedute"
msgstr[0] "session"
msgstr[1] "sessions"
`
	want := `msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: a.html
msgid "Aderisci"
msgstr ""

#: a.html b.html
msgid "Esci"
msgstr "Leave"

#: a.html
msgid "posto"
msgid_plural "posti"
msgstr[0] ""
msgstr[1] ""

#: a.html
msgid "seduta"
msgid_plural "sedute"
msgstr[0] "session"
msgstr[1] "sessions"
`
	a := []string{"a.html"}
	got := string(Update([]byte(old), Messages{
		"Aderisci": {"Aderisci", "", a}, "Esci": {"Esci", "", []string{"a.html", "b.html"}},
		"posto": {"posto", "posti", a}, "seduta": {"seduta", "sedute", a},
	}))
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Update: -want +got\n%s", d)
	}
}

// Whatever a page says, the file written is read back as it was.
func TestUpdateIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("aè “”’\"\\\n\t%#\u00a0")))
		found := Messages{}
		for one, many := range rapid.MapOf(text, text).Draw(t, "messages") {
			if one != "" {
				found[one] = Message{one, many, []string{"a.html"}}
			}
		}
		first := Update([]byte("msgid \"\"\nmsgstr \"Language: en\\n\"\n"), found)
		entries, _ := Read(first)
		if len(entries) != len(found) {
			t.Fatalf("Read finds %d messages, want %d in\n%s", len(entries), len(found), first)
		}
		for one, m := range found {
			if e := entries[one]; e == nil || e.PluralID != m.Many {
				t.Fatalf("Read(%q) = %+v, want plural %q", one, e, m.Many)
			}
		}
		if d := cmp.Diff(string(first), string(Update(first, found))); d != "" {
			t.Fatalf("second Update differs: -first +second\n%s", d)
		}
	})
}
