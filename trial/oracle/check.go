package oracle

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/register"
	"concerto/trial/visitor"
)

// checking is one check under way.
type checking struct {
	*past
	Verdict
	site *visitor.Site
	tree *tree
	lost map[string]bool // by code
}

// maxFindings is how many findings are told; one is enough to fail.
const maxFindings = 20

func (c *checking) found(format string, args ...any) {
	if len(c.Findings) < maxFindings {
		c.Findings = append(c.Findings, fmt.Sprintf(format, args...))
	}
}

func (c *checking) lose(code, format string, args ...any) {
	c.lost[code] = true
	c.found("lost: receipt %s: "+format, append([]any{code}, args...)...)
}

// check holds the server to the journal. An error means that it could not be asked.
func (j *journal) check(ctx context.Context, q Question) (Verdict, error) {
	site, err := visitor.Lecce(q.Base)
	if err != nil {
		return Verdict{}, err
	}
	c := &checking{past: j.past, site: site.At(q.Addr), lost: map[string]bool{}}
	conn := c.site.Dial()
	defer conn.Close()
	if err := c.checkKey(conn); err != nil {
		return Verdict{}, err
	}
	if err := j.sendAgain(c, conn); err != nil {
		return Verdict{}, err
	}
	if c.tree, err = readTree(conn, c.key); err != nil {
		return Verdict{}, err
	}
	if err := j.download(c); err != nil {
		return Verdict{}, err
	}
	c.judge()
	if q.Audit.Binary != "" {
		c.audit(ctx, q)
	}
	c.Acks, c.Lost, c.Size = c.checkDrafts(), len(c.lost), c.tree.newest.Size
	return c.Verdict, nil
}

// judge compares what was promised with the tree.
func (c *checking) judge() {
	c.checkPlaces()
	c.checkFiles()
	c.checkCheckpoints()
}

// checkKey compares the key of the register with the one first seen.
func (c *checking) checkKey(conn *visitor.Conn) error {
	text, err := fetch(conn, registerPath+"chiave")
	if err != nil {
		return err
	}
	if key := strings.TrimSpace(string(text)); c.key == "" {
		c.key = key
	} else if key != c.key {
		c.found("the key of the register has changed from %s to %s", c.key, key)
	}
	return nil
}

// checkPlaces checks that each acknowledged leaf stands where its receipt says, and
// that no place is two receipts'.
func (c *checking) checkPlaces() {
	holder := map[int64]string{}
	for _, e := range c.acks {
		r := e.Receipt
		if other, taken := holder[r.Index]; taken && other != r.Code {
			c.found("index %d is in receipt %s and in receipt %s", r.Index, other, r.Code)
		}
		holder[r.Index] = r.Code
		switch {
		case r.Size > c.tree.newest.Size:
			c.lose(r.Code, "proved in a tree of %d leaves, and there are %d", r.Size, c.tree.newest.Size)
		case r.Index >= r.Size:
			c.lose(r.Code, "leaf %d of %d", r.Index, r.Size)
		case hex.EncodeToString(c.tree.leaves[r.Index][:]) != r.LeafHash:
			c.lose(r.Code, "leaf %d is another", r.Index)
		}
	}
}

// checkDrafts checks that a click sent twice is one act, and two clicks two. It
// returns how many different clicks were acknowledged.
func (c *checking) checkDrafts() int {
	codes, drafts := map[string]string{}, map[string]string{}
	for _, e := range c.acks {
		path, code := e.Draft.Path, e.Receipt.Code
		if other, known := codes[path]; known && other != code {
			c.found("one draft became %s and %s", other, code)
		}
		if other, known := drafts[code]; known && other != path {
			c.found("two drafts became %s", code)
		}
		codes[path], drafts[code] = code, path
	}
	return len(codes)
}

// checkFiles verifies each receipt alone, and compares it with the answer that
// acknowledged it.
func (c *checking) checkFiles() {
	leaves := map[string]string{}
	for _, e := range c.acks {
		leaves[e.Receipt.Code] = e.Receipt.LeafHash
	}
	for code, text := range c.files {
		c.Files++
		report := register.Verify([]register.NamedFile{{Name: code, Data: []byte(text)}}, register.Options{Keys: []string{c.key}})
		if report.Code != register.Valid {
			c.lose(code, "does not verify: %v", report.Findings)
			continue
		}
		r, err := register.ParseReceipt([]byte(text))
		if err != nil {
			c.lose(code, "%v", err)
			continue
		}
		hash := tlog.RecordHash(r.Proof.Leaf)
		if want, acked := leaves[code]; acked && hex.EncodeToString(hash[:]) != want {
			c.lose(code, "its file proves another leaf than the answer named")
		}
		if n := r.Proof.Index; n >= int64(len(c.tree.leaves)) || c.tree.leaves[n] != hash {
			c.lose(code, "its file proves leaf %d, which is not there", n)
		}
		c.checkpoint(string(r.Proof.Checkpoint), "receipt "+code)
	}
}

func (c *checking) checkCheckpoints() {
	seen := map[string]bool{}
	for _, text := range c.checkpoints {
		if !seen[text] {
			c.checkpoint(text, "the register's page")
		}
		seen[text] = true
	}
}

// checkpoint checks that what was signed once is still the past of the newest.
func (c *checking) checkpoint(text, where string) {
	c.Checkpoints++
	cp, err := openCheckpoint([]byte(text), c.key)
	if err != nil {
		c.found("checkpoint in %s: %v", where, err)
		return
	}
	if !c.tree.holds(cp) {
		c.found("the register of %d leaves does not extend the checkpoint of %d in %s", c.tree.newest.Size, cp.Size, where)
	}
}

// audit has the program recompute everything from the database.
func (c *checking) audit(ctx context.Context, q Question) {
	out, err := q.Audit.Run(ctx, "audit")
	switch {
	case err != nil:
		c.found("%v", err)
	case !bytes.HasPrefix([]byte(out[strings.LastIndexByte(out, '\n')+1:]), []byte("ok acts=")):
		c.found("audit: %s", out)
	}
}
