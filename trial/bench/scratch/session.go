package scratch

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// Secret is what the cookie of the officer's session holds; it is of the length and the
// letters that the program takes for a secret at all.
const Secret = "benchbenchbenchbenchbenchbenchbe"

// SignIn makes a head of office who is signed in, in the SQLite database of a data folder.
func SignIn(ctx context.Context, data, ambito string, now time.Time) (err error) {
	db, err := sql.Open("sqlite", filepath.Join(data, "concerto.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	const person, address = "officerofficerofficeroffic", "ufficio@ente.example"
	us := now.UnixMicro()
	for _, x := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO person (ambito, id, name, email, phone) VALUES ($1, $2, 'Responsabile di Prova', $3, '')", []any{ambito, person, address}},
		{"INSERT INTO appointment (ambito, id, person, role, from_us, to_us, act) VALUES ($1, $2, $2, 'headOfOffice', 1, 0, 0)", []any{ambito, person}},
		{"INSERT INTO session (hash, email, started_us, seen_us) VALUES ($1, $2, $3, $3)",
			[]any{fmt.Sprintf("%x", sha256.Sum256([]byte(Secret))), address, us}},
	} {
		if _, err := db.ExecContext(ctx, x.sql, x.args...); err != nil {
			return err
		}
	}
	return nil
}
