package main

import (
	"slices"
	"strings"
	"testing"

	"concerto/trial/mutant"
)

// A line that was renamed would leave its break to nobody.
func TestEveryPatchNamesALineThatExists(t *testing.T) {
	patches, err := mutant.List("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range patches {
		if _, ok := find(p.Line); p.Line != "" && !ok {
			t.Errorf("patch %s is for the line %s, and there are %s", p.Name, p.Line, strings.Join(names(), ", "))
		}
	}
}

// The short selection is short, and tries something of each package.
func TestTheShortSelectionTriesAFewOfEachQuickPackage(t *testing.T) {
	t.Chdir("../..")
	for _, short := range []bool{false, true} {
		byPackage, _, err := (&trial{short: short}).patches()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for pkg, patches := range byPackage {
			n += len(patches)
			if short && (!slices.Contains(quick, pkg) || len(patches) > ofEachQuick) {
				t.Errorf("the short selection tries %d breaks of %s", len(patches), pkg)
			}
		}
		if short && (n < 6 || n > 12 || len(byPackage) != len(quick)) || !short && n < 30 {
			t.Errorf("short %v: %d breaks of %d packages", short, n, len(byPackage))
		}
	}
}
