package scratch

import "testing"

func TestOldValuesAreCutOutAndFilledIn(t *testing.T) {
	old := []string{"AB", "ABC", "", "7"}
	for _, tt := range []struct{ text, want string }{
		{"", ""}, {"nothing", "nothing"}, {"AB", "x"}, {"ABC", "y"}, {"-AB-ABC-7-", "-x-y-z-"}, {"ABAB", "xx"},
	} {
		if got := cut(tt.text, old).fill([]string{"x", "y", "", "z"}); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
		}
	}
}
