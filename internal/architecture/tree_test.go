package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// root is the repository as seen from this package.
const root = "../.."

// source is a Go file of the program, tests excluded.
type source struct {
	Path    string // from the root, with slashes
	Package string // its directory, from the root
	Fset    *token.FileSet
	File    *ast.File
}

// sources parses every Go file that is part of the program.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, path := range files(t, ".go") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, filepath.Join(root, path), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source{path, filepath.ToSlash(filepath.Dir(path)), fset, f})
	}
	if len(all) == 0 {
		t.Fatal("no source file was found")
	}
	return all
}

// files lists the files of the repository with an extension, what is installed or built excluded.
func files(t *testing.T, ext string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() && outside(rel) {
			return filepath.SkipDir
		}
		if !d.IsDir() && filepath.Ext(path) == ext {
			found = append(found, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// outside reports whether a directory holds nothing of ours, or another module.
func outside(dir string) bool {
	switch dir {
	case "node_modules", "tools", "trial/peer", "tmp", "bin", "assets/dist":
		return true
	}
	return strings.HasPrefix(dir, ".") && dir != "."
}
