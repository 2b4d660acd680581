package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"concerto/internal/definition"
)

type checkCommand struct {
	File string `arg:"" help:"Process definition (YAML)." type:"existingfile"`
}

// Run prints every finding as file:line:column: message; the last line is the
// summary when nothing stands in the way of using the file.
func (c checkCommand) Run(t *terminal) error {
	src, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	d, found := definition.Load(c.File, src, definition.WithPacks(os.DirFS(filepath.Dir(c.File))))
	for _, f := range found {
		if f.Weight == definition.Error {
			fmt.Fprintln(t.out, f)
		} else {
			fmt.Fprintf(t.out, "%s (%s)\n", f, f.Weight)
		}
	}
	if d == nil {
		return exit(1)
	}
	fmt.Fprintln(t.out, definition.Summary(d))
	return nil
}
