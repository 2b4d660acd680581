// Command extract brings the PO files in step with the pages. It is run from the
// root of the repository: go run ./internal/i18n/extract
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"concerto/internal/i18n/scan"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(root string) error {
	found, err := scan.Dir(os.DirFS(filepath.Join(root, "internal")))
	if err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(root, "internal/i18n/locales/*.po"))
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s: no internal/i18n/locales/*.po here", root)
	}
	for _, name := range names {
		old, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, scan.Update(old, found), 0o644); err != nil {
			return err
		}
	}
	return nil
}
