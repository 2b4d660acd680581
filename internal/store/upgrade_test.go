package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"concerto/internal/store"
	"concerto/internal/store/storetest"
)

// Whatever version a database was left at, it is brought to the very schema that a
// new one gets. What an old database holds is kept in internal/cli/testdata/schema-2.
func TestAnUpgradedSchemaIsThatOfANewDatabase(t *testing.T) {
	steps, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for engine, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			fresh := database(t)
			upgrade(t, fresh)
			want := schema(t, fresh)
			if len(want) < 100 {
				t.Fatalf("a new database has %d columns and indexes: the test looks in the wrong place", len(want))
			}
			for version := 1; version < len(steps); version++ {
				old := database(t)
				migrateTo(t, old, int64(version))
				if cmp.Equal(want, schema(t, old)) {
					t.Errorf("version %d has the schema of the last one: nothing is tried", version)
				}
				upgrade(t, old)
				if diff := cmp.Diff(want, schema(t, old)); diff != "" {
					t.Errorf("from version %d (-new +upgraded):\n%s", version, diff)
				}
			}
		})
	}
}

// upgrade opens a database, which brings it up to date, and closes it.
func upgrade(t *testing.T, dsn string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Database: dsn, Now: func() time.Time { return storetest.Epoch }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// connect opens a database without the store.
func connect(t *testing.T, dsn string) (*sql.DB, goose.Dialect) {
	t.Helper()
	driver, dialect := "sqlite", goose.DialectSQLite3
	if store.IsPostgres(dsn) {
		driver, dialect = "pgx", goose.DialectPostgres
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, dialect
}

func migrateTo(t *testing.T, dsn string, version int64) {
	t.Helper()
	db, dialect := connect(t, dsn)
	p, err := goose.NewProvider(dialect, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}

// schema describes every column and every index of a database.
func schema(t *testing.T, dsn string) map[string]string {
	t.Helper()
	queries := []string{
		"SELECT m.name || '.' || c.name, c.type || ' ' || c.\"notnull\" || ' ' || COALESCE(c.dflt_value, '') || ' ' || c.pk FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
		"SELECT name, COALESCE(sql, tbl_name) FROM sqlite_master WHERE type <> 'table'",
	}
	if store.IsPostgres(dsn) {
		queries = []string{
			"SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '') || ' ' || ordinal_position FROM information_schema.columns WHERE table_schema = 'public'",
			"SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
			"SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
		}
	}
	db, _ := connect(t, dsn)
	out := map[string]string{}
	for i, query := range queries {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var name, what string
			if err := rows.Scan(&name, &what); err != nil {
				t.Fatal(err)
			}
			out[fmt.Sprint(i, " ", name)] = what
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
