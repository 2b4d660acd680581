package app

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A name spelled in another way has the same skeleton, and the skeleton is its own (P6).
func TestASkeletonIsItsOwnSkeleton(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("aаαΑАoо0lІ1ßẞéÉﬁＡ\u200b \u0301")))).Draw(t, "name")
		once := skeleton(s)
		if twice := skeleton(once); twice != once {
			t.Fatalf("skeleton(%q) = %q, of which the skeleton is %q", s, once, twice)
		}
	})
}

func TestVariantsOfANameHaveOneSkeleton(t *testing.T) {
	const name = "cooperativa sociale il melograno"
	variants := strings.NewReplacer("a", "а", "e", "е", "o", "ο")
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for _, r := range name {
			s := string(r)
			switch rapid.IntRange(0, 4).Draw(t, "how") {
			case 0:
				s = strings.ToUpper(s)
			case 1:
				s = variants.Replace(s)
			case 2:
				s += "\u200b"
			case 3:
				s = strings.Map(func(r rune) rune {
					if r > ' ' && r < 0x7f {
						return r + 0xFEE0 // full width
					}
					return r
				}, s)
			}
			b.WriteString(s)
		}
		if got, want := skeleton(b.String()), skeleton(name); got != want {
			t.Fatalf("skeleton(%q) = %q, want %q", b.String(), got, want)
		}
	})
}

func TestOneSlipOfTheKeys(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"99900010754", "99900010754", false}, {"99900010754", "99900010755", true}, {"99900010754", "9990001075", true}, {"9990001075", "99900010754", true},
		{"99900010754", "99900010745", true}, {"99900010754", "99900001754", true}, {"99900010754", "99900020753", false}, {"", "9", false}, {"99900010754", "", false},
	} {
		if got := oneSlip(tt.a, tt.b); got != tt.want {
			t.Errorf("oneSlip(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}
