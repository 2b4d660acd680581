package pdz

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatTellsWhoSomebodyIsIsFound(t *testing.T) {
	theirs := []string{"Ada Marangio", "0832 123456"}
	ours := []string{"800724292", "segretariatosociale@comune.lecce.it", "Comune di Lecce", "0832/315842"}
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"Sì. La scheda si può dettare al numero 800724292, dalle 9 alle 13.", nil},
		{"Il fax è 0832/315842, l’indirizzo SegretariatoSociale@comune.lecce.it.", nil},
		{"Entro il 18/10/2013, ore 09.00-13.00; poi dal 29.10.2013 al 08-11-2013, euro 7.000.000.", nil},
		{"La signora Marangio chiede se basta.", []string{"Marangio"}},
		{"Come detto ad Ada, il Comune di Lecce risponde.", []string{"Ada"}},
		{"L’ada è una fata; le acque del marangio.", nil},
		{"Scriva a.marangio@lucerna.example.", []string{"a.marangio@lucerna.example"}},
		{"Chiami lo 0832-12.34.56 o il +39 0832 123456.", []string{"0832-12.34.56", "+39 0832 123456"}},
		{"Un cellulare qualsiasi, 347 1234567.", []string{"347 1234567"}},
		{"Codice MRNDAA49M64X103K, anche mrn daa 49m64 x103 k.", []string{"MRNDAA49M64X103K", "mrn daa 49m64 x103 k"}},
		{"Con partita IVA 01234567897.", []string{"01234567897"}},
		{"MARANGIO e Marangio", []string{"MARANGIO", "Marangio"}},
		{"", nil},
	} {
		if got := Personal(tt.text, theirs, ours); !slices.Equal(got, tt.want) {
			t.Errorf("Personal(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestANumberThatHasNoFormIsFoundWhenItIsTheirs(t *testing.T) {
	if got := Personal("Richiamiamo il 22-33-44.", []string{"223344"}, nil); !slices.Equal(got, []string{"22-33-44"}) {
		t.Errorf("got %q, want the number the person left", got)
	}
	if got := Personal("Articolo 22-33-44.", nil, nil); got != nil {
		t.Errorf("got %q, want nothing", got)
	}
}

func FuzzPersonal(f *testing.F) {
	for _, seed := range []string{"Ada Marangio a@b.it 0832 123456", "+", "@@@", "18/10/2013", "àÀ\u0301 x", "\xff@\xff.it"} {
		f.Add(seed, "Ada Marangio")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		for _, piece := range Personal(text, []string{name}, nil) {
			if !strings.Contains(text, piece) {
				t.Errorf("Personal(%q) names %q, which is not in it", text, piece)
			}
		}
		if got := Personal(text, []string{name}, []string{name}); len(namesIn(text, []string{name}, []string{name})) > 0 {
			t.Errorf("our own words are found: %q", got)
		}
	})
}
