package mutant

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A patch that no longer fits the sources would leave its judge untried.
func TestEveryPatchFitsTheTree(t *testing.T) {
	const root = "../.."
	patches, err := filepath.Glob(filepath.Join(root, Folder, "*.patch"))
	if err != nil || len(patches) == 0 {
		t.Fatalf("%d patches, %v", len(patches), err)
	}
	for _, path := range patches {
		name := strings.TrimSuffix(filepath.Base(path), ".patch")
		dir := t.TempDir()
		if _, err := Overlay(t.Context(), root, name, dir); err != nil {
			t.Error(err)
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range Files(string(text)) {
			before, err1 := os.ReadFile(filepath.Join(root, file))
			after, err2 := os.ReadFile(filepath.Join(dir, "src-"+name, file))
			if err1 != nil || err2 != nil || string(before) == string(after) {
				t.Errorf("%s leaves %s as it is (%v, %v)", name, file, err1, err2)
			}
		}
	}
}

func TestAPatchThatDoesNotFitIsAnError(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "a.go"), "package a\n")
	write(t, filepath.Join(root, Folder, "odd.patch"), "--- a/a.go\n+++ b/a.go\n@@ -1,3 +1,3 @@\n one\n-two\n+three\n four\n")
	write(t, filepath.Join(root, Folder, "empty.patch"), "nothing\n")
	for _, name := range []string{"odd", "empty", "absent"} {
		if _, err := Overlay(t.Context(), root, name, t.TempDir()); err == nil {
			t.Errorf("patch %s was applied", name)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
