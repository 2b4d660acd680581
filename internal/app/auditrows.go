package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"concerto/internal/store"
)

// ActTables are the tables whose every column the audit answers for: those of the
// register itself, which it recomputes, and those that apply writes, which it
// compares with a replay. WorkTables hold work in progress and no act.
var (
	RegisterTables = []string{"log", "act", "hash", "checkpoint", "blob"}
	ActTables      = []string{"ambito", "definition", "process", "party", "person", "mandate", "adhesion", "adhesion_version",
		"adhesion_table", "attachment", "verdict", "erasure", "amendment", "intake", "admission", "party_merge", "published_list", "question", "faq", "appointment"}
	WorkTables = []string{"access_log", "erasure_request", "draft", "outbox", "feedback", "demo_clock", "question_assignment", "question_held", "login_link", "session", "operator"}
)

// compareRows compares each table that apply writes, row by row, and checks the
// bytes of attachments against their hashes.
func compareRows(ctx context.Context, got, want *store.Store, rep *AuditReport, scope auditScope) error {
	for _, table := range ActTables {
		g, err := got.Rows(ctx, table)
		if err != nil {
			return err
		}
		w, err := want.Rows(ctx, table)
		if err != nil {
			return err
		}
		maps.DeleteFunc(g, func(row string, _ int) bool { return !scope.hasRow(table, row) })
		for _, row := range slices.Sorted(maps.Keys(g)) {
			if w[row] != g[row] {
				rep.add("table %s: no act gives the row %s", table, row)
			}
		}
		for _, row := range slices.Sorted(maps.Keys(w)) {
			if _, there := g[row]; !there {
				rep.add("table %s: the acts give a row that is not there: %s", table, row)
			}
		}
	}
	return got.CheckBlobs(ctx, func(what string) {
		if scope.ambito == "" || strings.Contains(" "+what, " "+scope.ambito+"/") {
			rep.add("table blob: %s", what)
		}
	})
}

// hasRow reports whether a row is of the Ambito. Every table of acts begins with it;
// what somebody typed is quoted twice and is not taken for it.
func (s auditScope) hasRow(table, row string) bool {
	column := "ambito"
	if table == "ambito" {
		column = "id"
	}
	return s.ambito == "" || strings.HasPrefix(row, fmt.Sprintf("%s=%q", column, s.ambito))
}
