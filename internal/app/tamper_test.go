package app_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/store"
)

// everyTable fills each table of the register with at least one row.
func everyTable(t *testing.T, w *world) {
	t.Helper()
	ctx := t.Context()
	d, err := w.StartDraft(ctx, "lecce", "2014-2016", "scheda-adesione")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SaveDraft(ctx, "lecce", d.Token, 5, cooperative()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Attach(ctx, "lecce", d.Token, "atto-costitutivo", "statuto.pdf", []byte(smallPDF)); err != nil {
		t.Fatal(err)
	}
	at := app.Arrival{Channel: "web", ReceivedAt: w.clock()}
	rc, err := w.SubmitDraft(ctx, app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	w.confirm(t, rc.Adhesion)
	deskRows(t, w)
	w.appoint(t, "Ada Prima", app.Head)
	decideRows(t, w)
	intakeRows(t, w)
	homeRows(t, w)
	if _, err := w.send(t, ctx, cooperative(), w.clock()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ExtendWindow(ctx, theHead, "lecce", "2014-2016", extension(w.clock().AddDate(0, 0, 2)), w.clock()); err != nil {
		t.Fatal(err)
	}
}

const smallPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// TestChangingAnyColumnByHandIsFound is generated from the schema: every column of
// every table that holds acts, on both databases (P2).
func TestChangingAnyColumnByHandIsFound(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		everyTable(t, w)
		audit(t, w)
		db := rawDB(t, w)
		tried := 0
		for _, table := range slices.Concat(app.RegisterTables, app.ActTables) {
			for _, column := range columns(t, db, table) {
				tried++
				undo := alter(t, db, table, column)
				rep, err := w.Audit(t.Context())
				if err == nil && rep.OK() {
					t.Errorf("%s.%s was changed and the audit found nothing", table, column)
				}
				undo()
			}
		}
		if tried < 100 {
			t.Errorf("only %d columns were tried", tried)
		}
		t.Logf("%d columns changed, each found", tried)
	})
}

// rawDB opens the database as its administrator could, with no rule in the way.
func rawDB(t *testing.T, w *world) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", w.env.Database
	if !store.IsPostgres(dsn) {
		driver, dsn = "sqlite", "file:"+dsn+"?_pragma=foreign_keys(0)&_pragma=busy_timeout(5000)&_pragma=ignore_check_constraints(1)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if driver == "pgx" {
		for _, q := range []string{"SET session_replication_role = replica"} {
			if _, err := db.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
	}
	return db
}

func columns(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query("SELECT * FROM " + table + " WHERE 1 = 0")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// alter changes one column of one row and returns what puts it back.
func alter(t *testing.T, db *sql.DB, table, column string) (undo func()) {
	t.Helper()
	id, place := "rowid", "$2"
	if strings.Contains(fmt.Sprintf("%T", db.Driver()), "stdlib") {
		id, place = "ctid::text", "$2::tid"
	}
	where, _, _ := strings.Cut(id, ":")
	var key, old any
	if err := db.QueryRow(fmt.Sprintf("SELECT %s, %s FROM %s LIMIT 1", id, column, table)).Scan(&key, &old); err != nil {
		t.Fatalf("%s.%s: %v", table, column, err)
	}
	set := func(v any) {
		t.Helper()
		q := fmt.Sprintf("UPDATE %s SET %s = $1 WHERE %s = %s RETURNING %s", table, column, where, place, id)
		if err := db.QueryRow(q, v, key).Scan(&key); err != nil { // PostgreSQL moves a row that is updated
			t.Fatalf("%s.%s: %v", table, column, err)
		}
	}
	set(other(t, table, column, old))
	return func() { set(old) }
}

// other returns another value of the same type.
func other(t *testing.T, table, column string, old any) any {
	t.Helper()
	switch v := old.(type) {
	case int64:
		return v + 7_000
	case bool:
		return !v
	case string:
		return v + "x"
	case []byte:
		b := slices.Clone(v)
		if len(b) == 0 {
			return []byte{1}
		}
		b[len(b)-1] ^= 1
		return b
	case nil:
		if strings.HasSuffix(column, "_salt") {
			return make([]byte, 32)
		}
		return "x"
	}
	t.Fatalf("%s.%s: a %T", table, column, old)
	return nil
}

// A verdict is taken again from the arrival and the rules, whatever the table says:
// a late sheet that somebody made timely by hand stands against its own act (P1, P2).
func TestAVerdictThatNoRuleGivesIsFound(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.set(at("2013-10-18T12:00:00.001"))
		if _, err := w.send(t, t.Context(), cooperative(), w.clock()); err != nil {
			t.Fatal(err)
		}
		audit(t, w)
		db := rawDB(t, w)
		run := func(statement string) {
			t.Helper()
			done, err := db.Exec(statement)
			if err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
			if n, err := done.RowsAffected(); err != nil || n == 0 {
				t.Fatalf("%s changed %d rows, %v", statement, n, err)
			}
		}
		if _, err := db.Exec("CREATE TEMP TABLE kept AS SELECT * FROM verdict"); err != nil {
			t.Fatal(err)
		}
		for _, change := range []string{"UPDATE verdict SET result = 'timely' WHERE result = 'late'", "DELETE FROM verdict WHERE result = 'late'"} {
			run(change)
			if rep, err := w.Audit(t.Context()); err != nil || rep.OK() {
				t.Errorf("%s: the audit found nothing (%v)", change, err)
			}
			if _, err := db.Exec("DELETE FROM verdict"); err != nil {
				t.Fatal(err)
			}
			run("INSERT INTO verdict SELECT * FROM kept")
		}
	})
}
