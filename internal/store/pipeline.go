package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pipeline is a transaction of the writer on PostgreSQL that sends writes together:
// each statement is a journey to the server, and an act makes some thirty. A write
// waits until something is read, until its count of rows is asked, or until the act
// ends; so an error may be told later than its statement, but never to another act.
// It is a q.DBTX, and the writer's alone.
type pipeline struct {
	*sql.Tx
	conn    *sql.Conn // on which Tx runs
	waiting *pgx.Batch
	failed  error // of a write that was sent before a row was asked for; sql.Row cannot carry it
}

// pipelined returns a transaction on a connection of PostgreSQL's own driver; nil
// where something stands between (Config.Wrap).
func pipelined(tx *sql.Tx, conn *sql.Conn) *pipeline {
	ours := false
	err := conn.Raw(func(c any) error { _, ours = c.(*stdlib.Conn); return nil })
	if err != nil || !ours {
		return nil
	}
	return &pipeline{Tx: tx, conn: conn, waiting: &pgx.Batch{}}
}

// sent is the result of a write, once it has one.
type sent struct {
	p    *pipeline
	tag  pgconn.CommandTag
	done bool
}

func (s *sent) LastInsertId() (int64, error) { return 0, errors.New("PostgreSQL has no last id") }

func (s *sent) RowsAffected() (int64, error) {
	if !s.done {
		if err := s.p.flush(context.Background()); err != nil {
			return 0, err
		}
	}
	return s.tag.RowsAffected(), nil
}

// ExecContext lets a write wait.
func (p *pipeline) ExecContext(_ context.Context, text string, args ...any) (sql.Result, error) {
	s := &sent{p: p}
	p.waiting.Queue(text, args...).Exec(func(tag pgconn.CommandTag) error {
		s.tag, s.done = tag, true
		return nil
	})
	return s, nil
}

func (p *pipeline) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := p.flush(ctx); err != nil {
		return nil, err
	}
	return p.Tx.QueryContext(ctx, text, args...)
}

// QueryRowContext reads a row. Where a write before it failed PostgreSQL refuses to
// read, and flush tells the cause.
func (p *pipeline) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	p.failed = p.flush(ctx)
	return p.Tx.QueryRowContext(ctx, text, args...)
}

// flush sends what waits, and tells what failed since it was last asked.
func (p *pipeline) flush(ctx context.Context) error {
	failed, batch := p.failed, p.waiting
	p.failed, p.waiting = nil, &pgx.Batch{}
	if batch.Len() == 0 {
		return failed
	}
	err := p.conn.Raw(func(c any) error { return c.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close() })
	if err != nil && failed == nil {
		return fmt.Errorf("writes: %w", err)
	}
	return failed
}
