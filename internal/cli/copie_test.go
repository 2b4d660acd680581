package cli_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

// tamper changes the database of a backup and writes the manifest that fits it, as
// somebody would who wants the change to pass: altera CARTELLA 'UPDATE …'
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	file, list := filepath.Join(ts.MkAbs(args[0]), "concerto.db"), filepath.Join(ts.MkAbs(args[0]), "manifest.json")
	db, err := sql.Open("sqlite", file+"?_pragma=foreign_keys(0)")
	ts.Check(err)
	r, err := db.Exec(args[1])
	ts.Check(err)
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("%s changed nothing", args[1])
	}
	ts.Check(db.Close())
	content, err := os.ReadFile(file)
	ts.Check(err)
	text, err := os.ReadFile(list)
	ts.Check(err)
	var m map[string]any
	ts.Check(json.Unmarshal(text, &m))
	for _, f := range m["files"].([]any) {
		if f := f.(map[string]any); f["path"] == "concerto.db" {
			f["sha256"], f["size"] = fmt.Sprintf("%x", sha256.Sum256(content)), len(content)
		}
	}
	text, err = json.Marshal(m)
	ts.Check(err)
	ts.Check(os.WriteFile(list, text, 0o600))
}
