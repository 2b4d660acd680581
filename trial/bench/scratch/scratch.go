// Package scratch fills the database of an instance that is not running, fast: one
// adhesion that came through the pages of the site is copied as often as is wanted, with
// another body, code and number each time.
//
// What it makes is no evidence. The tree of the register is right, with a leaf, hashes and
// a signed checkpoint for all of it, so the program starts on it and goes on from it; but
// a copied leaf commits to what the first one said, which the audit would tell at once.
// Nothing of this is needed to ask how long a page takes when there is much behind it.
package scratch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	_ "modernc.org/sqlite" // driver "sqlite"

	"concerto/internal/register"
	"concerto/trial/visitor"
)

// Multiply makes n adhesions of the one that the SQLite database of a data folder holds.
// key is the secret half of the key of its log; the copies are bodies from first on.
func Multiply(ctx context.Context, data string, n, first int, key string) (err error) {
	db, err := sql.Open("sqlite", filepath.Join(data, "concerto.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, p := range []string{"journal_mode=DELETE", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "temp_store=MEMORY"} {
		if _, err := db.ExecContext(ctx, "PRAGMA "+p); err != nil {
			return err
		}
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	m := &multiplier{ctx: ctx, tx: tx, n: n, first: first}
	if err := m.run(key); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA journal_mode=WAL; ANALYZE")
	return err
}

// multiplier copies the rows of one adhesion.
type multiplier struct {
	ctx      context.Context
	tx       *sql.Tx
	n, first int

	ambito string
	act    int64 // of the adhesion that is copied
	seq    int64
	old    []string // what differs from copy to copy, in the order of values
	rows   []*row
	hashes hashes
}

// old and new values stand in this order.
const (
	code = iota
	party
	person
	draft
	number
	taxCode
	email
	name
	sortKey
	people
	valueCount
)

func (m *multiplier) run(key string) error {
	if err := m.find(); err != nil {
		return err
	}
	if err := m.read(); err != nil {
		return err
	}
	if err := m.hashes.load(m.ctx, m.tx, m.ambito); err != nil {
		return err
	}
	for i := 1; i < m.n; i++ {
		if err := m.copy(i); err != nil {
			return fmt.Errorf("copy %d: %w", i, err)
		}
	}
	return m.seal(key)
}

// find reads what is known of the adhesion to copy.
func (m *multiplier) find() error {
	m.old = make([]string, valueCount)
	err := m.tx.QueryRowContext(m.ctx, `SELECT a.ambito, a.act, a.seq, a.code, a.party, a.person, a.idem, a.number, a.tax_code, a.email, a.party_name, b.sort_key, p.name
		FROM adhesion a JOIN party b ON b.ambito = a.ambito AND b.id = a.party JOIN person p ON p.ambito = a.ambito AND p.id = a.person`).
		Scan(&m.ambito, &m.act, &m.seq, &m.old[code], &m.old[party], &m.old[person], &m.old[draft], &m.old[number], &m.old[taxCode], &m.old[email],
			&m.old[name], &m.old[sortKey], &m.old[people])
	if err != nil {
		return fmt.Errorf("the adhesion to copy: %w", err)
	}
	return nil
}

// values are what the i-th copy has in place of the old ones.
func (m *multiplier) values(i int) []string {
	b := visitor.BodyOf(m.first + i)
	v := make([]string, valueCount)
	for _, id := range []int{code, party, person, draft} { // digits are letters of every id
		v[id] = fmt.Sprintf("%s%08d", m.old[id][:len(m.old[id])-8], i)
	}
	v[number] = fmt.Sprintf("%s%04d", m.old[number][:strings.LastIndexByte(m.old[number], '-')+1], m.seq+int64(i))
	v[taxCode], v[name] = visitor.BodyCode(m.first+i), b.Name
	v[email] = b.Answers["chi"].Get("recapito-email")
	v[people] = b.Answers["referente"].Get("nome-cognome")
	v[sortKey] = strings.ToLower(b.Name)
	return v
}

func (m *multiplier) copy(i int) error {
	v, act := m.values(i), m.hashes.size()
	for _, r := range m.rows {
		leaf, err := r.insert(m.ctx, v, act, m.seq+int64(i))
		if err != nil {
			return err
		}
		if leaf == nil {
			continue
		}
		if err := m.hashes.add(m.ctx, leaf); err != nil {
			return err
		}
	}
	return nil
}

// seal moves the log to where the copies end and signs it.
func (m *multiplier) seal(key string) error {
	signer, err := note.NewSigner(key)
	if err != nil {
		return err
	}
	size := m.hashes.size()
	root, err := tlog.TreeHash(size, m.hashes.reader())
	if err != nil {
		return err
	}
	signed, err := register.Checkpoint{Origin: signer.Name(), Size: size, Root: root}.Sign(signer)
	if err != nil {
		return err
	}
	if _, err := m.tx.ExecContext(m.ctx, "INSERT INTO checkpoint (ambito, size, note) VALUES ($1, $2, $3)", m.ambito, size, signed); err != nil {
		return err
	}
	if _, err := m.tx.ExecContext(m.ctx, "UPDATE process SET last_act = $1 WHERE ambito = $2", size-1, m.ambito); err != nil {
		return err
	}
	_, err = m.tx.ExecContext(m.ctx, "UPDATE log SET size = $1, root = $2 WHERE ambito = $3", size, root[:], m.ambito)
	return err
}
