package floor

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
)

// inserter is the floor of the rush on PostgreSQL: transactions that insert, as one
// pipelined batch, the rows without which there is no evidence of an act, and commit as
// durably as the server does by default. For each act a row with its leaf, its body and
// the salts that open it, and two hashes of the tree, which is what an append-only tree
// grows by.
//
// It leaves out every other row that an act makes true, all reading, the order between
// instances (each writes numbers of its own and locks nothing), the signature, and HTTP:
// it is asked once for a whole slot.
type inserter struct {
	conn *pgx.Conn
	next int64
	size int
}

// Inserted is what a slot of the floor came to.
type Inserted struct {
	Acts    int           `json:"acts"`
	Elapsed time.Duration `json:"elapsed"`
}

const insertTables = `
CREATE TABLE IF NOT EXISTS bare_act (n BIGINT PRIMARY KEY, leaf BYTEA NOT NULL, body TEXT NOT NULL, author TEXT NOT NULL, salts BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS bare_hash (idx BIGINT PRIMARY KEY, hash BYTEA NOT NULL)`

func insert(flags *flag.FlagSet) func(string) error {
	dsn := flags.String("database", "", "PostgreSQL address")
	first := flags.Int64("first", 0, "number of the first act: processes that write at once need their own")
	size := flags.Int("batch", 32, "acts in a transaction")
	return func(listen string) error {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, *dsn)
		if err != nil {
			return err
		}
		// Two that start at once would both create the tables.
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(1); "+insertTables+"; SELECT pg_advisory_unlock(1)"); err != nil {
			return err
		}
		x := &inserter{conn: conn, next: *first, size: *size}
		return http.ListenAndServe(listen, http.HandlerFunc(x.serve))
	}
}

// serve inserts for as long as is asked for, and says how many.
func (x *inserter) serve(w http.ResponseWriter, r *http.Request) {
	slot, _ := time.ParseDuration(r.URL.Query().Get("for"))
	var done Inserted
	begin := time.Now()
	for time.Since(begin) < slot {
		if err := x.batch(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		done.Acts += x.size
	}
	done.Elapsed = time.Since(begin)
	_ = json.NewEncoder(w).Encode(done)
}

// Sizes of what is inserted, as the rush leaves them: 2 kB of body, half a kilobyte of leaf.
var (
	leaf   = bytes.Repeat([]byte("l"), 500)
	body   = fmt.Sprintf("%2200d", 0)
	author = fmt.Sprintf("%60d", 0)
	salts  = bytes.Repeat([]byte("s"), 96)
	hash   = bytes.Repeat([]byte("h"), 32)
)

func (x *inserter) batch(ctx context.Context) error {
	tx, err := x.conn.Begin(ctx)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for range x.size {
		b.Queue("INSERT INTO bare_act (n, leaf, body, author, salts) VALUES ($1, $2, $3, $4, $5)", x.next, leaf, body, author, salts)
		b.Queue("INSERT INTO bare_hash (idx, hash) VALUES ($1, $2), ($3, $4)", 2*x.next, hash, 2*x.next+1, hash)
		x.next++
	}
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
