package store

import (
	"context"
	"fmt"
	"slices"
)

// wiped are all tables, those that refer to others first.
var wiped = []string{"verdict", "erasure", "party_merge", "question", "faq", "question_assignment", "question_held", "amendment", "published_list", "intake", "admission", "appointment", "attachment", "adhesion_table", "adhesion_version", "adhesion", "mandate", "person", "party", "process",
	"definition", "ambito", "checkpoint", "hash", "act", "log", "blob", "draft", "outbox", "feedback", "demo_clock",
	"erasure_request", "login_link", "session", "operator", "access_log"}

// Wipe empties the database. It exists for the demo, which begins again with
// another log under another key; nothing else may call it.
func (tx *Tx) Wipe(ctx context.Context) error {
	for _, table := range wiped {
		if _, err := tx.b.sql.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("empty %s: %w", table, err)
		}
	}
	tx.b.trees[tx.Ambito] = nil
	return nil
}

// Tables returns the names of all tables, those that refer to others first.
func Tables() []string { return slices.Clone(wiped) }
