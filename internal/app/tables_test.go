package app_test

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/store/storetest"
)

// TestEveryTableIsEitherAuditedOrWork keeps the lists of the audit whole: a new
// table must say what it is.
func TestEveryTableIsEitherAuditedOrWork(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		storetest.Open(t, env.Database, func() time.Time { return storetest.Epoch }) // makes the schema
		driver, dsn := "pgx", env.Database
		query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
		if env.Engine == "postgres" {
			query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
		}
		if env.Engine == "sqlite" {
			driver = "sqlite"
		}
		db, err := sql.Open(driver, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		known := slices.Concat(app.RegisterTables, app.ActTables, app.WorkTables, []string{"goose_db_version"})
		n := 0
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			n++
			if !slices.Contains(known, name) {
				t.Errorf("table %s is in no list of the audit", name)
			}
		}
		if n != len(known) {
			t.Errorf("%d tables, the lists name %d", n, len(known))
		}
	})
}
