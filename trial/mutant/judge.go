package mutant

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Outcome is what became of a break.
type Outcome string

const (
	Caught   Outcome = "caught"   // its test failed
	Survived Outcome = "SURVIVED" // its test passed: a test is missing
	Broken   Outcome = "BROKEN"   // it does not fit or does not compile, or the test did not run
)

// Tests builds the tests of a package into dir, under an overlay unless it is "",
// and returns the path of the program that runs them.
func Tests(ctx context.Context, root, pkg, overlay, dir string) (string, error) {
	out := filepath.Join(dir, strings.ReplaceAll(pkg, "/", "-")+".test")
	args := []string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", out}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	return out, run(ctx, root, "go", append(args, "./"+pkg)...)
}

// Run runs one test of a package by the program that Tests built, in the folder of
// the package, as "go test" would. It reports whether the test passed, and the
// lines that say why not; an error is a test that did not run at all.
func Run(ctx context.Context, root, pkg, program, test string, env ...string) (passed bool, why string, err error) {
	c := exec.CommandContext(ctx, program, "-test.v", "-test.count=1", "-test.timeout=3m", "-test.run", pattern(test))
	c.Dir, c.Env = filepath.Join(root, pkg), append(append(os.Environ(), "RAPID_NOFAILFILE=1"), env...) // or a property would leave its counterexample in the tree
	text, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return false, "", err
	}
	out := string(text)
	switch {
	case err == nil && strings.Contains(out, "--- PASS: "+test+" "):
		return true, "", nil
	case err != nil && (strings.Contains(out, "--- FAIL: "+test+" ") || strings.Contains(out, "\npanic: ")):
		return false, reason(out), nil
	}
	return false, "", fmt.Errorf("%s did not run %s: %v\n%s", pkg, test, err, out)
}

// pattern turns a test, or a subtest of it, into what -test.run takes.
func pattern(test string) string {
	return "^" + strings.ReplaceAll(test, "/", "$/^") + "$"
}

// reason is how a test says what is wrong: its first lines, as some of them may be what
// it would have said anyway.
func reason(out string) string {
	var told []string
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); len(told) < 3 && (strings.Contains(line, "_test.go:") || strings.HasPrefix(line, "panic: ")) {
			told = append(told, line)
		}
	}
	if len(told) == 0 {
		return "it failed without a word"
	}
	return strings.Join(told, "; ")
}

// Judge tries one break on its test: dir is a folder for its copies and program.
func Judge(ctx context.Context, root string, p Patch, dir string, env ...string) (Outcome, string) {
	overlay, err := Overlay(ctx, root, p.Name, dir)
	if err != nil {
		return Broken, err.Error()
	}
	program, err := Tests(ctx, root, p.Package, overlay, dir)
	if err != nil {
		return Broken, err.Error()
	}
	defer os.Remove(program) // some are 50 MB
	passed, why, err := Run(ctx, root, p.Package, program, p.Test, env...)
	switch {
	case err != nil:
		return Broken, err.Error()
	case passed:
		return Survived, p.Package + " " + p.Test + " passed: " + p.Says
	}
	return Caught, why
}
