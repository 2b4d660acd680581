package app

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"concerto/internal/pdz"
)

// LookAlike is a known body that a sheet may be of, and why it is shown. It is never
// more than shown: whether two are one is for the office to say (P6).
type LookAlike struct {
	ID, Name, Category, TaxCode string
	SameTaxCode                 bool
	NearTaxCode                 bool // one slip of the keys away
	Likeness                    int  // of the names, in hundredths
}

// maxLookAlikes is how many are shown: beyond them a name says nothing.
const maxLookAlikes = 8

// LookAlikes returns the bodies of an Ambito that a name or tax code may be of, the
// surest first. Both are as they were typed; either may be empty.
func (a *App) LookAlikes(ctx context.Context, who Actor, ambito, name, taxCode string) ([]LookAlike, error) {
	if !who.is(HelpDesk, Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	parties, err := a.Store.Read().PartiesOfAmbito(ctx, ambito)
	if err != nil {
		return nil, err
	}
	name, taxCode = skeleton(name), pdz.NormaliseTaxCode(taxCode)
	var out []LookAlike
	for _, p := range parties {
		x := LookAlike{ID: p.ID, Name: p.Name, Category: p.Category, TaxCode: p.TaxCode,
			SameTaxCode: taxCode != "" && p.TaxCode == taxCode, NearTaxCode: oneSlip(p.TaxCode, taxCode)}
		if name != "" && p.Nature != "person" { // two people may bear one name
			x.Likeness = int(100 * likeness(skeleton(p.Name), name))
		}
		if x.SameTaxCode || x.NearTaxCode || x.Likeness >= int(100*alike) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(x, y LookAlike) int { return y.weight() - x.weight() })
	return out[:min(len(out), maxLookAlikes)], nil
}

func (x LookAlike) weight() int {
	w := x.Likeness
	if x.SameTaxCode {
		w += 1000
	}
	if x.NearTaxCode {
		w += 200
	}
	return w
}

// confusable are letters of other alphabets that look like ours in every typeface
// (Unicode Technical Standard 39, for the letters of Italian names).
var confusable = strings.NewReplacer(
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "х", "x", "у", "y", "і", "i", "ј", "j", "ѕ", "s", "ԁ", "d", "һ", "h", "ո", "n", "ӏ", "l", "ԛ", "q", "ԝ", "w",
	"α", "a", "ο", "o", "ρ", "p", "ν", "v", "ι", "i", "υ", "u", "κ", "k",
	"в", "b", "к", "k", "м", "m", "н", "h", "т", "t", "β", "b", "ζ", "z", "η", "h", "μ", "m", "τ", "t", "χ", "x",
	"ı", "i", "0", "o", "1", "l", "ß", "ss",
)

// skeleton brings spellings that look alike to one: applying it again changes nothing.
func skeleton(name string) string {
	clean, _ := pdz.Clean(name, false)
	return strings.Join(strings.Fields(confusable.Replace(sortKey(norm.NFKC.String(clean)))), " ")
}

// oneSlip reports whether two tax codes differ by one key: one mistyped, left out,
// added, or two swapped. Equal ones do not.
func oneSlip(a, b string) bool {
	if a == b || a == "" || b == "" {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		return a[i+1:] == b[i+1:] || swapped
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}
