// Package mutant builds the program, or the tests of a package, with one thing broken,
// to see that a trial or a test notices: a judge that has never found anything may be
// blind. The break is a patch in trial/mutants, which says what it breaks and who must
// notice it. It is applied to copies of the files it names, which take their place in
// one build by "go build -overlay": the tree stays as it is, and the shipped program
// has no switch by which it could be broken.
package mutant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Folder is where the patches are, from the root of the repository.
const Folder = "trial/mutants"

// Build builds the program with the patch called name into dir, and returns its path.
func Build(ctx context.Context, root, name, dir string) (string, error) {
	return BuildPackage(ctx, root, name, dir, "./cmd/concerto")
}

// BuildPackage does the same for another command of the repository.
func BuildPackage(ctx context.Context, root, name, dir, pkg string) (string, error) {
	overlay, err := Overlay(ctx, root, name, dir)
	if err != nil {
		return "", err
	}
	out := filepath.Join(dir, "concerto-"+name)
	return out, run(ctx, root, "go", "build", "-trimpath", "-buildvcs=false", "-overlay", overlay, "-o", out, pkg)
}

// Overlay applies the patch called name to copies of its files under dir, and
// returns the path of a file for "go build -overlay" or "go test -overlay".
func Overlay(ctx context.Context, root, name, dir string) (string, error) {
	patch, err := filepath.Abs(filepath.Join(root, Folder, name+".patch"))
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(patch)
	if err != nil {
		return "", err
	}
	copies := filepath.Join(dir, "src-"+name)
	replace := map[string]string{}
	for _, file := range Files(string(text)) {
		if err := copyFile(filepath.Join(root, file), filepath.Join(copies, file)); err != nil {
			return "", err
		}
		absolute, err := filepath.Abs(filepath.Join(root, file))
		if err != nil {
			return "", err
		}
		replace[absolute] = filepath.Join(copies, file)
	}
	if len(replace) == 0 {
		return "", fmt.Errorf("%s names no file", patch)
	}
	if err := run(ctx, copies, "patch", "--quiet", "--batch", "--forward", "--fuzz=3", "--no-backup-if-mismatch", "-p1", "-i", patch); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name+".json")
	return path, os.WriteFile(path, list, 0o600)
}

// Files lists the files that a patch changes.
func Files(patch string) []string {
	var files []string
	for line := range strings.Lines(patch) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "+++ b/"); ok {
			files = append(files, name)
		}
	}
	return files
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, text, 0o644))
}

func run(ctx context.Context, dir, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, args[0], err, out)
	}
	return nil
}
