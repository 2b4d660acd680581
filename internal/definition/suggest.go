package definition

import "fmt"

// suggest offers the known word that is nearest to one mistyped, or nothing
// when none is near: a wrong guess is worse than silence.
func suggest(word string, known []string) string {
	best, limit := "", 1+len(word)/4
	for _, k := range known {
		if d := editDistance(word, k); d <= limit {
			best, limit = k, d-1
		}
	}
	if best == "" || best == word {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// editDistance counts insertions, deletions, replacements and swaps of
// neighbours that turn a into b.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 1 << 10
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		last := before
		before, row = row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(before[j]+1, row[j-1]+1, before[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], last[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
