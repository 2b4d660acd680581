package definition

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestHashForgetsCommentsOrderAndSpace(t *testing.T) {
	plain, _ := edited(t)
	rewritten, _ := edited(t,
		"title: Prova\n", "# una nota\ntitle:    \"Prova\"   # un’altra\n\n\n",
		"{holidays: italy}", "\n  holidays: italy",
		"law:\n  - {id: legge, kind: state, text: Legge}", "law:\n  - text: Legge\n    kind: state\n    id: legge",
		"title: Presa d’atto", "title: 'Presa d’atto'")
	a, b := mustLoad(t, plain), mustLoad(t, rewritten)
	if a.Hash != b.Hash {
		t.Errorf("hash %s, want %s:\n%s\n%s", b.Hash, a.Hash, a.Resolved, b.Resolved)
	}
	if bytes.Equal(a.Source, b.Source) {
		t.Error("the sources are the same: this test compares nothing")
	}
}

func TestHashForgetsHowAccentsAreComposed(t *testing.T) {
	composed, _ := edited(t, "name: Ambito di prova", "name: Comunit\u00e0")
	decomposed, _ := edited(t, "name: Ambito di prova", "name: Comunita\u0300")
	if a, b := mustLoad(t, composed), mustLoad(t, decomposed); a.Hash != b.Hash || !strings.Contains(string(b.Resolved), "Comunit\u00e0") {
		t.Errorf("hash %s, want %s: strings are in NFC", b.Hash, a.Hash)
	}
}

func mustLoad(t *testing.T, src []byte) *Definition {
	t.Helper()
	d, found := Load("f", src)
	if d == nil {
		t.Fatal(found.Error())
	}
	return d
}

// shuffled is a copy with the keys of every mapping in another order.
func shuffled(n *Node, r *rand.Rand) *Node {
	c := clone(n)
	c.walk(func(_ []string, n *Node) {
		r.Shuffle(len(n.Entries), func(i, j int) { n.Entries[i], n.Entries[j] = n.Entries[j], n.Entries[i] })
	})
	return c
}

func TestOrderOfKeysIsNothingOrderOfListsIsAll(t *testing.T) {
	d, _ := example(t, "lecce-2013")
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		other, err := canonical(shuffled(d.Tree, r))
		if err != nil {
			t.Fatal(err)
		}
		if hash(other) != d.Hash {
			t.Fatal("the order of keys changes the hash")
		}
	})
	c := clone(d.Tree)
	l := c.Get("plans").Items
	l[0], l[1] = l[1], l[0]
	if other, _ := canonical(c); hash(other) == d.Hash {
		t.Error("the order of a list does not change the hash")
	}
}

func TestEveryValueChangesTheHash(t *testing.T) {
	src, _ := edited(t)
	d := mustLoad(t, src)
	changed := 0
	d.Tree.walk(func(path []string, n *Node) {
		if n.Kind == Mapping || n.Kind == List {
			return
		}
		old := n.Scalar
		switch n.Kind {
		case Boolean:
			n.Scalar = map[string]string{"true": "false", "false": "true"}[old]
		case Integer:
			n.Scalar = "7" + old
		default:
			n.Scalar = old + "."
		}
		if other, err := canonical(d.Tree); err != nil || hash(other) == d.Hash {
			t.Errorf("%s: %q as %q has the same hash (%v)", strings.Join(path, "/"), old, n.Scalar, err)
		}
		n.Scalar = old
		changed++
	})
	if changed < 100 {
		t.Errorf("%d values were changed, want all of the definition", changed)
	}
}

// Nothing of the file is lost: what the program gives no meaning to is kept too.
func TestTreeAndResolvedTextHoldTheWholeFile(t *testing.T) {
	d, _ := example(t, "lecce-2013")
	back, err := TreeOf(d.Resolved)
	if err != nil {
		t.Fatal(err)
	}
	count := func(n *Node) (values int) {
		n.walk(func([]string, *Node) { values++ })
		return values
	}
	if got, want := count(back), count(d.Tree); got != want || want < 2000 {
		t.Errorf("%d values in the resolved text, %d in the tree", got, want)
	}
	again, err := canonical(back)
	if err != nil || !bytes.Equal(again, d.Resolved) {
		t.Errorf("the resolved text does not come back as it was (%v)", err)
	}
	if got := back.At("finance", "constraints").items()[0].Str("label"); got != "Le spese previste non superano le assegnazioni" {
		t.Errorf("a block that no code reads yet is %q", got)
	}
}

func FuzzLoad(f *testing.F) {
	for _, name := range []string{"testdata/minimal.yaml", "../../examples/valle-serena/process.yaml", "../../examples/riviera-coprogrammazione/process.yaml"} {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, s := range []string{"", "a: &a [*a]", "concerto: 1\nkind: amendment\n", "- - - -", "{{{{", "a: 1\na: 2", "kind: process\nsessions: 3", "\xff", "a: \"\\ud800\"", "? [a]\n: b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		d, found := Load("f", src, WithPacks(os.DirFS("testdata/packs")))
		if (d == nil) != found.Failed() {
			t.Fatalf("definition given = %v, findings: %v", d != nil, found)
		}
		for _, x := range found {
			if x.Line < 1 || x.Column < 1 || x.Code == "" || x.Message == "" {
				t.Fatalf("a finding without place or words: %#v", x)
			}
		}
		if d == nil || d.Process == nil {
			return
		}
		if again, err := FromResolved(d.Resolved); err != nil || again.Hash != d.Hash {
			t.Fatalf("the resolved text is not read again: %v", err)
		}
	})
}
