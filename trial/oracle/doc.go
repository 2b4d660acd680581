// Package oracle remembers what the server promised and holds it to that. It runs
// as a process of its own (Serve), so that no fault of the trial can make it forget:
// a receipt counts only once its line is on the disk of the journal. After the
// fault it takes the server as anyone may, over HTTP and with "concerto audit",
// and checks that
//
//   - every acknowledged receipt verifies alone, with the key known from the start;
//   - its leaf stands in the register at the index it names, and no index is two receipts';
//   - every checkpoint ever handed out is a prefix of the newest;
//   - what was sent without an answer can be sent again and is then one act;
//   - the audit finds the rows, the leaves, the hashes and the file itself good.
//
// The leaves are read from the public tiles and the tree is built again from them,
// with golang.org/x/mod alone; that the rows of the database say what the leaves
// say is what the audit recomputes. So nothing here opens the database.
package oracle

import (
	"concerto/trial/instance"
	"concerto/trial/visitor"
)

// Entry is one line of the journal.
type Entry struct {
	Kind    Kind             `json:"kind"`
	Draft   *visitor.Draft   `json:"draft,omitempty"`
	Receipt *visitor.Receipt `json:"receipt,omitempty"`
	Code    string           `json:"code,omitempty"` // of the adhesion whose file this is
	Text    string           `json:"text,omitempty"` // ricevuta.json, checkpoint or key
}

// Kind says what an entry remembers.
type Kind string

const (
	Acknowledged Kind = "ack"        // the answer to the last click: Draft and Receipt
	File         Kind = "file"       // ricevuta.json, downloaded: Code and Text
	Checkpoint   Kind = "checkpoint" // of the register: Text
	Key          Kind = "key"        // of the register, as it was first seen: Text
	Unanswered   Kind = "unanswered" // a last click whose answer never came: Draft
)

// Question says what to check the journal against.
type Question struct {
	Base  string          // of the site
	Addr  string          // of the instance to ask
	Audit instance.Config // of the data to audit; without a Binary nothing is audited
}

// Verdict is the outcome of a check.
type Verdict struct {
	Acks        int      // receipts acknowledged
	Files       int      // receipts that were verified alone
	Checkpoints int      // checkpoints compared with the newest
	Retried     int      // unanswered clicks that were sent again
	Size        int64    // of the register
	Lost        int      // acknowledged, and not in the register as acknowledged
	Findings    []string // everything that is wrong, losses included, the first ones
}

// OK reports whether nothing was lost and nothing was found.
func (v Verdict) OK() bool { return v.Lost == 0 && len(v.Findings) == 0 }
