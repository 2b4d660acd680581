package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"concerto/trial/instance"
	"concerto/trial/mutant"
)

// The short selection: some breaks of each package whose tests need no database.
var quick = []string{"internal/docs", "internal/mail", "internal/pdz", "internal/register"}

const ofEachQuick = 3

// atOnce is how many breaks are tried side by side: one is linked while another runs.
const atOnce = 2

// mutants breaks the sources, one promise at a time, and looks whether the test that
// is named for it fails. What only a fault from outside shows is left to the line
// that the patch names. A test that fails on the unbroken sources judges nothing.
func mutants(t *trial) (result, error) {
	var res result
	byPackage, elsewhere, err := t.patches()
	if err != nil {
		return res, err
	}
	env, stop, err := t.testServer()
	if err != nil {
		return res, err
	}
	defer stop()
	for _, pkg := range slices.Sorted(maps.Keys(byPackage)) {
		patches, err := t.sound(&res, pkg, byPackage[pkg], env)
		if err != nil {
			return res, err
		}
		t.tryAll(&res, patches, env)
	}
	if len(elsewhere) > 0 {
		res.measured("left to other lines: %s", strings.Join(elsewhere, ", "))
	}
	res.measured("%d breaks tried", res.faults)
	return res, t.ctx.Err()
}

// patches returns those to try, by package, and the names of those that another
// line alone tries.
func (t *trial) patches() (byPackage map[string][]mutant.Patch, elsewhere []string, err error) {
	all, err := mutant.List(".")
	byPackage = map[string][]mutant.Patch{}
	for _, p := range all {
		switch {
		case p.Test == "":
			elsewhere = append(elsewhere, p.Name+" ("+p.Line+")")
		case !t.short || slices.Contains(quick, p.Package) && len(byPackage[p.Package]) < ofEachQuick:
			byPackage[p.Package] = append(byPackage[p.Package], p)
		}
	}
	return byPackage, elsewhere, err
}

// testServer starts one PostgreSQL for all the tests, which would else make one each.
func (t *trial) testServer() (env []string, stop func(), err error) {
	if t.short {
		return nil, func() {}, nil
	}
	server, err := instance.StartPostgres(filepath.Join(t.dir, "postgres"), "fsync=off", "max_connections=300")
	if err != nil {
		return nil, nil, &lackingError{err.Error()}
	}
	return []string{"CONCERTO_TEST_POSTGRES=host=" + server.Dir + " user=postgres"}, func() { server.Stop() }, nil
}

// sound runs the tests of a package on the unbroken sources and returns the patches
// whose tests pass.
func (t *trial) sound(res *result, pkg string, patches []mutant.Patch, env []string) ([]mutant.Patch, error) {
	t.say("%s as it is", pkg)
	program, err := mutant.Tests(t.ctx, ".", pkg, "", t.dir)
	if err != nil {
		return nil, err
	}
	defer os.Remove(program)
	good := map[string]bool{}
	var sound []mutant.Patch
	for _, p := range patches {
		if _, tried := good[p.Test]; !tried {
			passed, why, err := mutant.Run(t.ctx, ".", pkg, program, p.Test, env...)
			if good[p.Test] = err == nil && passed; !good[p.Test] {
				res.found("%s %s fails on the unbroken sources: %s%s", pkg, p.Test, why, words(err))
			}
		}
		if good[p.Test] {
			sound = append(sound, p)
		}
	}
	return sound, nil
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// tryAll tries patches, a few at once, and adds what became of them in their order.
func (t *trial) tryAll(res *result, patches []mutant.Patch, env []string) {
	all := make([]judged, len(patches))
	room := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, p := range patches {
		wg.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			all[i] = t.try(p, env)
		})
	}
	wg.Wait()
	for _, m := range all {
		res.faults++
		if !m.caught {
			res.lost++
		}
		res.mutants = append(res.mutants, m)
	}
}

// try tries one patch in a folder of its own.
func (t *trial) try(p mutant.Patch, env []string) judged {
	dir := filepath.Join(t.dir, p.Name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return judged{name: p.Name, word: string(mutant.Broken), how: err.Error()}
	}
	outcome, why := mutant.Judge(t.ctx, ".", p, dir, env...)
	t.say("%s %s: %s", p.Name, outcome, firstLine(why))
	return judged{name: p.Name, caught: outcome == mutant.Caught, word: string(outcome), how: fmt.Sprintf("%s (%s)", why, p.Test)}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
