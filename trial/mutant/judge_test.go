package mutant

import (
	"path/filepath"
	"testing"
)

// The judge of the tests is judged: a break that a test sees, one that it does not,
// one that does not compile, and one whose test does not exist.
func TestABreakIsCaughtSurvivesOrIsBroken(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module a\n\ngo 1.26\n")
	write(t, filepath.Join(root, "sum", "sum.go"), "package sum\n\nfunc Of(a, b int) int {\n\treturn a + b\n}\n")
	write(t, filepath.Join(root, "sum", "sum_test.go"), "package sum\n\nimport \"testing\"\n\n"+
		"func TestOf(t *testing.T) {\n\tt.Run(\"two\", func(t *testing.T) {\n\t\tif Of(2, 2) != 4 {\n\t\t\tt.Error(\"not four\")\n\t\t}\n\t})\n}\n")
	for _, tt := range []struct {
		name, body, test string
		want             Outcome
	}{
		{"seen", "a - b", "TestOf/two", Caught},
		{"unseen", "a * b", "TestOf", Survived},
		{"crooked", "a +", "TestOf", Broken},
		{"untried", "a - b", "TestOther", Broken},
		{"unasked", "a - b", "TestOf/three", Broken},
		{"panics", "a / (b - b)", "TestOf", Caught},
	} {
		write(t, filepath.Join(root, Folder, tt.name+".patch"), "# It is "+tt.name+".\n# catches: sum "+tt.test+"\n"+
			"--- a/sum/sum.go\n+++ b/sum/sum.go\n@@ -3,3 +3,3 @@\n func Of(a, b int) int {\n-\treturn a + b\n+\treturn "+tt.body+"\n }\n")
	}
	patches, err := List(root)
	if err != nil || len(patches) != 6 {
		t.Fatalf("%d patches, %v", len(patches), err)
	}
	got := map[string]Outcome{}
	for _, p := range patches {
		outcome, why := Judge(t.Context(), root, p, t.TempDir())
		got[p.Name] = outcome
		t.Logf("%s: %s, %s", p.Name, outcome, why)
	}
	for name, want := range map[string]Outcome{"seen": Caught, "unseen": Survived, "crooked": Broken, "untried": Broken, "unasked": Broken, "panics": Caught} {
		if got[name] != want {
			t.Errorf("%s is %s, want %s", name, got[name], want)
		}
	}
}
