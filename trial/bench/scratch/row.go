package scratch

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// tables hold what an adhesion makes true, each with the column by which its rows are
// found: by the code of the adhesion unless said otherwise. The act comes first.
var tables = []struct {
	name, column string
	by           int
}{
	{"act", "matter", code}, {"party", "id", party}, {"person", "id", person}, {"mandate", "id", code}, {"adhesion", "code", code},
	{"adhesion_version", "code", code}, {"adhesion_table", "code", code}, {"verdict", "matter", code},
}

// read takes the rows to copy.
func (m *multiplier) read() error {
	for _, t := range tables {
		rows, err := m.tx.QueryContext(m.ctx, "SELECT * FROM "+t.name+" WHERE ambito = $1 AND "+t.column+" = $2", m.ambito, m.old[t.by])
		if err != nil {
			return err
		}
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		stmt, err := m.tx.PrepareContext(m.ctx, insertInto(t.name, columns))
		if err != nil {
			return err
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			m.rows = append(m.rows, m.newRow(t.name, columns, values, stmt))
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

func insertInto(table string, columns []string) string {
	marks := make([]string, len(columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
}

// row is a row to copy: which of its values differ from copy to copy, and how.
type row struct {
	stmt   *sql.Stmt
	args   []any // of the copy that is being made
	acts   []int // columns that name the act
	seqs   []int // columns that number the sheet
	texts  map[int]text
	leafAt int // column of the leaf, or -1
}

func (m *multiplier) newRow(table string, columns []string, values []any, stmt *sql.Stmt) *row {
	r := &row{stmt: stmt, args: values, texts: map[int]text{}, leafAt: -1}
	for i, c := range columns {
		switch v := values[i].(type) {
		case int64:
			switch {
			case c == "seq":
				r.seqs = append(r.seqs, i)
			case v == m.act && (c == "n" || c == "act" || c == "judged"):
				r.acts = append(r.acts, i)
			}
		case string:
			if t := cut(v, m.old); len(t.fields) > 0 {
				r.texts[i] = t
			}
		case []byte:
			if table == "act" && c == "leaf" {
				r.leafAt, r.texts[i] = i, cut(string(v), m.old)
			}
		}
	}
	return r
}

// insert writes a copy, and returns its leaf if it is an act.
func (r *row) insert(ctx context.Context, values []string, act, seq int64) (leaf []byte, err error) {
	for _, i := range r.acts {
		r.args[i] = act
	}
	for _, i := range r.seqs {
		r.args[i] = seq
	}
	for i, t := range r.texts {
		if i == r.leafAt {
			leaf = []byte(t.fill(values))
			r.args[i] = leaf
			continue
		}
		r.args[i] = t.fill(values)
	}
	_, err = r.stmt.ExecContext(ctx, r.args...)
	return leaf, err
}

// text is a value with holes: parts[0] values[fields[0]] parts[1] …
type text struct {
	parts  []string
	fields []int
}

// cut finds the old values in a text, the longer before the shorter where both begin.
func cut(s string, old []string) text {
	var t text
	begin := 0
	for at := 0; at < len(s); {
		best := -1
		for i, o := range old {
			if o != "" && strings.HasPrefix(s[at:], o) && (best < 0 || len(o) > len(old[best])) {
				best = i
			}
		}
		if best < 0 {
			at++
			continue
		}
		t.parts, t.fields = append(t.parts, s[begin:at]), append(t.fields, best)
		at += len(old[best])
		begin = at
	}
	t.parts = append(t.parts, s[begin:])
	return t
}

func (t text) fill(values []string) string {
	var b strings.Builder
	for i, f := range t.fields {
		b.WriteString(t.parts[i])
		b.WriteString(values[f])
	}
	b.WriteString(t.parts[len(t.parts)-1])
	return b.String()
}
