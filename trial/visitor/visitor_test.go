package visitor

import (
	"net/netip"
	"testing"

	"concerto/internal/pdz"
)

// Bodies that the form would refuse, or that share something, would measure another thing than a rush.
func TestBodiesAreValidAndDistinct(t *testing.T) {
	seen := map[string]int{}
	for _, first := range []int{1, 60_000, MaxBodies - 3000} {
		for n := first; n < first+3000; n++ {
			b := BodyOf(n)
			nature := "body"
			if b.Answers["chi"].Get("categoria") == "libero-cittadino" {
				nature = "person"
			}
			if p := pdz.CheckTaxCodeOf(b.TaxCode, nature); p != nil {
				t.Fatalf("body %d: tax code %s of a %s: %v", n, b.TaxCode, nature, p)
			}
			network, err := netip.MustParseAddr(b.From).Prefix(24)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"code " + b.TaxCode, "network " + network.String(), "address " + b.Answers["chi"].Get("recapito-email")} {
				if other, ok := seen[key]; ok {
					t.Fatalf("bodies %d and %d share %s", other, n, key)
				}
				seen[key] = n
			}
		}
	}
}

func TestReceiptIsReadFromThePage(t *testing.T) {
	const hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	page := `<main><dl><div><dt>Registro</dt><dd>foglia 12 di 15</dd></div><dd class="ps-mono ps-groups"><span>00112233445566778899aabbccddeeff</span> ` +
		`<span>00112233445566778899aabbccddeeff</span> </dd></dl></main>`
	for _, tt := range []struct {
		name     string
		status   int
		location string
		page     string
		want     Receipt
		fails    bool
	}{
		{"created", 201, "/lecce/gestione/AB/k", page, Receipt{"AB", "/lecce/gestione/AB/k", 11, 15, hash, false}, false},
		{"again", 200, "/lecce/gestione/AB/k", page, Receipt{"AB", "/lecce/gestione/AB/k", 11, 15, hash, true}, false},
		{"no owner", 201, "", page, Receipt{}, true},
		{"no place", 201, "/lecce/gestione/AB/k", "<main></main>", Receipt{}, true},
	} {
		got, err := (&Answer{Status: tt.status, Location: tt.location, Body: []byte(tt.page)}).receipt()
		if (err != nil) != tt.fails {
			t.Errorf("%s: error %v", tt.name, err)
		}
		if !tt.fails && got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
