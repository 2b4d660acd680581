package mutant

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A test that was renamed would leave its break to nobody.
func TestEveryPatchNamesATestThatExists(t *testing.T) {
	const root = "../.."
	patches, err := List(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(patches) < 30 {
		t.Errorf("%d patches, want 30 at least", len(patches))
	}
	tests := map[string]string{} // source of the tests by package
	for _, p := range patches {
		if p.Test == "" {
			continue
		}
		if tests[p.Package] == "" {
			tests[p.Package] = testsOf(t, filepath.Join(root, p.Package))
		}
		if !strings.Contains(tests[p.Package], "\nfunc "+p.Function()+"(") {
			t.Errorf("patch %s: %s has no %s", p.Name, p.Package, p.Function())
		}
	}
}

func testsOf(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestAPatchSaysWhatItBreaks(t *testing.T) {
	const file = "--- a/a.go\n+++ b/a.go\n"
	for _, tt := range []struct {
		name, text string
		want       Patch
	}{
		{"a test", "# One is two.\n# catches: internal/a TestOne/sqlite\n" + file, Patch{Says: "One is two.", Package: "internal/a", Test: "TestOne/sqlite"}},
		{"a line", "# One\n# is two.\n# catches: line powercut\n" + file, Patch{Says: "One is two.", Line: "powercut"}},
		{"both", "# One.\n# catches: internal/a TestOne\n# catches: line slow\n" + file, Patch{Says: "One.", Package: "internal/a", Test: "TestOne", Line: "slow"}},
		{"nobody", "# One is two.\n" + file, Patch{}},
		{"nothing", "# catches: internal/a TestOne\n" + file, Patch{}},
		{"no test", "# One.\n# catches: internal/a\n" + file, Patch{}},
		{"no comment", file, Patch{}},
	} {
		got, err := parse("", tt.text)
		if (err != nil) != (tt.want == Patch{}) || err == nil && got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}
