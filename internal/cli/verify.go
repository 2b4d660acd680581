package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"concerto/internal/register"
)

type verifyCommand struct {
	Files   []string `arg:"" name:"file" help:"Receipts (ricevuta.json), proofs (.tlog-proof) or checkpoints." type:"existingfile"`
	Key     []string `help:"Key of a log that is trusted: the text itself, or a file that holds it."`
	Witness string   `help:"Folder of checkpoints seen elsewhere." type:"existingdir"`
}

// Run verifies without any server. The status says how it went: 0 valid, 1 not
// valid, 2 unreadable, 3 valid but not anchored, 4 proof of misbehaviour.
func (c verifyCommand) Run(t *terminal) error {
	var o register.Options
	for _, k := range c.Key {
		if text, err := os.ReadFile(k); err == nil {
			k = string(text)
		}
		o.Keys = append(o.Keys, strings.TrimSpace(k))
	}
	if c.Witness != "" {
		seen, err := filepath.Glob(filepath.Join(c.Witness, "*"))
		if err != nil {
			return err
		}
		for _, name := range seen {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			o.Witnessed = append(o.Witnessed, text)
		}
	}
	var files []register.NamedFile
	for _, name := range c.Files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, register.NamedFile{Name: name, Data: text})
	}
	rep := register.Verify(files, o)
	fmt.Fprint(t.out, rep.Text())
	if rep.Code != register.Valid {
		return exit(rep.Code)
	}
	return nil
}
