package pdz

import (
	"slices"
	"testing"
)

func TestFactsAreKnownByPoint(t *testing.T) {
	for _, tt := range []struct {
		fact, decides string
		kind          Kind
		usable        bool
	}{
		{"party.constitutedOn", "eligibility", KindTime, true}, {"party.constitutedOn", "close", KindTime, false},
		{"party.nature", "field", KindValue, true}, {"adhesion.active", "ground", KindBool, false}, {"adhesion.active", "role", KindBool, true},
		{"proposal.cost", "submission", KindMoney, true}, {"proposal.cost", "ground", KindMoney, false},
		{"quorum.met", "step", KindBool, true}, {"adhesion.assurance", "ground", KindLevel, true}, {"minutes.unsigned", "close", KindNumber, true},
	} {
		letter, ok := Point(tt.decides)
		if !ok {
			t.Fatalf("%s is no decision point", tt.decides)
		}
		kind, points, ok := FactType(tt.fact)
		if !ok || kind != tt.kind || slices.Contains([]byte(points), letter[0]) != tt.usable {
			t.Errorf("%s at %s: %v, %q, %v, want %v, usable %v", tt.fact, tt.decides, kind, points, ok, tt.kind, tt.usable)
		}
	}
	if _, _, ok := FactType("party.colour"); ok {
		t.Error("party.colour is a fact")
	}
	if _, ok := Point("lunch"); ok {
		t.Error("lunch is a decision point")
	}
}

func TestEveryFactHasATypeAndAPoint(t *testing.T) {
	kinds := []Kind{KindBool, KindValue, KindSet, KindNumber, KindMoney, KindTime, KindLevel}
	letters := "n"
	for _, letter := range points {
		letters += letter
	}
	if n := len(FactNames()); n != 86 {
		t.Errorf("%d facts, want the 86 of the format", n)
	}
	for _, name := range FactNames() {
		kind, at, _ := FactType(name)
		if !slices.Contains(kinds, kind) || at == "" {
			t.Errorf("%s: kind %q at %q", name, kind, at)
		}
		for _, p := range at {
			if !slices.Contains([]rune(letters), p) {
				t.Errorf("%s: no decision point has the letter %c", name, p)
			}
		}
	}
}

func TestEnumeratedFactsSayTheirValues(t *testing.T) {
	if got := FactValues("party.nature"); !slices.Equal(got, []string{"person", "body", "informalGroup", "institution"}) {
		t.Errorf("party.nature = %v", got)
	}
	if got := FactValues("adhesion.assurance"); !slices.Equal(got, levels) {
		t.Errorf("adhesion.assurance = %v", got)
	}
	if got := FactValues("party.id"); got != nil {
		t.Errorf("party.id = %v, want anything", got)
	}
}

// No adhesion on record means it is not active; a date nobody gave is not known.
func TestWhatTheProgramRecordsIsAlwaysKnown(t *testing.T) {
	given := Facts{"attendance.sessions": SetValue("plenaria")}
	f := given.Recorded("eligibility")
	if v, ok := f["adhesion.active"]; !ok || v.Bool {
		t.Errorf("adhesion.active = %+v, %v, want a known no", v, ok)
	}
	if v, ok := f["adhesion.tables"]; !ok || v.Kind != KindSet || len(v.Set) != 0 {
		t.Errorf("adhesion.tables = %+v, %v, want a known empty set", v, ok)
	}
	if got := f["attendance.sessions"].Set; !slices.Equal(got, []string{"plenaria"}) {
		t.Errorf("what was recorded was lost: %v", got)
	}
	for _, name := range []string{"party.constitutedOn", "party.registers", "party.nonProfit", "mandate.inForce", "adhesion.sentAt", "adhesion.form", "minutes.unsigned"} {
		if _, ok := f[name]; ok {
			t.Errorf("%s became known", name)
		}
	}
	if len(given) != 1 {
		t.Error("the facts handed in were changed")
	}
	if v, ok := Facts(nil).Recorded("close")["minutes.unsigned"]; !ok || v.Number != 0 {
		t.Errorf("minutes.unsigned = %+v, %v, want a known zero", v, ok)
	}
}
