package pdz

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDatesAsPeopleTypeThem(t *testing.T) {
	today := day("2013-10-09")
	for _, s := range []string{"20/03/2009", "20-3-2009", "20.03.2009", "2009-03-20", " 20/3/2009 "} {
		if got, p := ParseItalianDate(s, today); got != day("2009-03-20") || p != nil {
			t.Errorf("ParseItalianDate(%q) = %v, %+v, want 2009-03-20", s, got, p)
		}
	}
	for _, tt := range []struct {
		typed string
		want  *Problem
	}{
		{"29/02/2008", nil}, {"09/10/2013", nil}, {"01/01/1850", nil},
		{"29/02/2009", problem(CodeDateLeap, 2009)}, {"2100-02-29", problem(CodeDateLeap, 2100)},
		{"30/02/2008", problem(CodeDateImpossible, 30, 2)}, {"31/04/2009", problem(CodeDateImpossible, 31, 4)},
		{"03/20/2009", problem(CodeDateImpossible, 3, 20)}, {"00/01/2009", problem(CodeDateImpossible, 0, 1)}, {"01/00/2009", problem(CodeDateImpossible, 1, 0)},
		{"31/12/1849", problem(CodeDateOld, 1850)}, {"01/01/0009", problem(CodeDateOld, 1850)},
		{"10/10/2013", problem(CodeDateFuture, today)}, {"20/03/2109", problem(CodeDateFuture, today)},
		{"20/03/09", problem(CodeDateForm)}, {"20/03-2009", problem(CodeDateForm)}, {"20 marzo 2009", problem(CodeDateForm)},
		{"2009/03/20", problem(CodeDateForm)}, {"", problem(CodeDateForm)}, {"20/03/20099", problem(CodeDateForm)},
	} {
		if _, got := ParseItalianDate(tt.typed, today); !cmp.Equal(tt.want, got) {
			t.Errorf("ParseItalianDate(%q) (-want +got):\n%s", tt.typed, cmp.Diff(tt.want, got))
		}
	}
	if _, p := ParseItalianDate("20/03/2109", Date{}); p != nil {
		t.Errorf("without a today the future is good, got %+v", p)
	}
}

func TestNumbersAndMoney(t *testing.T) {
	for typed, want := range map[string]int64{"0": 0, "12": 12, " 1.500 ": 1500, "1.000.000": 1000000, "007": 7} {
		if got, p := ParseNumber(typed); got != want || p != nil {
			t.Errorf("ParseNumber(%q) = %d, %+v, want %d", typed, got, p, want)
		}
	}
	for _, typed := range []string{"", "-1", "1,5", "1.5", "1.50", "12.34.567", "uno", "1e3", "9999999999999"} {
		if got, p := ParseNumber(typed); !cmp.Equal(p, problem(CodeNumberForm)) {
			t.Errorf("ParseNumber(%q) = %d, %+v, want %s", typed, got, p, CodeNumberForm)
		}
	}
	for typed, want := range map[string]string{"1500": "1500.00", "1.500": "1500.00", "1.500,5": "1500.50", "1500.05": "1500.05", "€ 1.500,00": "1500.00", "0,99 €": "0.99"} {
		if got, p := ParseMoney(typed); moneyText(got) != want || p != nil {
			t.Errorf("ParseMoney(%q) = %d, %+v, want %s", typed, got, p, want)
		}
	}
	for _, typed := range []string{"", "€", "-1", "1,234", "1.5,5,5", "1500 euro", ",50"} {
		if got, p := ParseMoney(typed); !cmp.Equal(p, problem(CodeMoneyForm)) {
			t.Errorf("ParseMoney(%q) = %d, %+v, want %s", typed, got, p, CodeMoneyForm)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(0, 99999999999999).Draw(t, "cents")
		if got, p := ParseMoney(moneyText(cents)); got != cents || p != nil {
			t.Fatalf("%d is written %s and read %d, %+v", cents, moneyText(cents), got, p)
		}
	})
}
