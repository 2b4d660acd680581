package i18n

import "testing"

const sample = `msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Ricevuta %s del %d"
msgstr "%[2]d: receipt %[1]s"

msgid "non tradotto"
msgstr ""

msgid "una seduta a %[2]s"
msgid_plural "%d sedute a %s"
msgstr[0] "one session in %[2]s"
msgstr[1] "%d sessions in %s"
`

func TestTranslationsTakeThePlaceOfTheText(t *testing.T) {
	made, err := printer(&english, []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	p := made()
	for _, tt := range []struct{ got, want string }{
		{p.T("Ricevuta %s del %d", "41", 2013), "2013: receipt 41"},
		{p.T("non tradotto"), "non tradotto"},
		{p.T("non nel catalogo"), "non nel catalogo"},
		{p.TN("una seduta a %[2]s", "%d sedute a %s", 0, "Lecce"), "0 sessions in Lecce"},
		{p.TN("una seduta a %[2]s", "%d sedute a %s", 1, "Lecce"), "one session in Lecce"},
		{p.TN("una seduta a %[2]s", "%d sedute a %s", 13, "Lecce"), "13 sessions in Lecce"},
		{p.TN("un posto", "%d posti", 13), "13 posti"},
		{p.TN("un posto", "%d posti", 1), "un posto"},
		{p.T(M("Ricevuta %s del %d"), "41", 2013), "2013: receipt 41"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestABrokenCatalogueIsNotSilent(t *testing.T) {
	for _, text := range []string{"", "<html>", "msgid \"\"\nmsgstr \"Language: fr\\n\"\n"} {
		if _, err := printer(&english, []byte(text)); err == nil {
			t.Errorf("printer(%q) = nil error", text)
		}
	}
}
