package store

import (
	"context"
	"database/sql"
	"sync"
)

// statements keeps the prepared form of the texts that a database was asked, so
// that SQLite compiles each once and not for every act: of the cost of recording a
// sheet, compiling was a third. PostgreSQL's driver does the same by itself.
//
// A text is prepared when it is asked outside a transaction, or between two batches
// of the writer (its only connection is taken while one runs).
type statements struct {
	db *sql.DB

	mu     sync.RWMutex
	ready  map[string]*sql.Stmt
	missed map[string]bool // asked in a transaction before they were ready
}

func newStatements(db *sql.DB) *statements {
	return &statements{db: db, ready: map[string]*sql.Stmt{}, missed: map[string]bool{}}
}

func (s *statements) get(text string) *sql.Stmt {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ready[text]
}

func (s *statements) prepare(ctx context.Context, text string) *sql.Stmt {
	if stmt := s.get(text); stmt != nil {
		return stmt
	}
	stmt, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil // asking it unprepared gives the error to whoever asks
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.ready[text]; first != nil {
		stmt.Close()
		return first
	}
	s.ready[text] = stmt
	return stmt
}

// catchUp prepares what was asked in a transaction.
func (s *statements) catchUp(ctx context.Context) {
	for text := range s.missed {
		s.prepare(ctx, text)
	}
	clear(s.missed)
}

// prepared asks a database by its statements; it is a q.DBTX. The pool it is for reads only.
type prepared struct {
	*sql.DB
	s *statements
}

func (p prepared) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if stmt := p.s.prepare(ctx, text); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.DB.QueryContext(ctx, text, args...)
}

func (p prepared) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if stmt := p.s.prepare(ctx, text); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.DB.QueryRowContext(ctx, text, args...)
}

// preparedTx is the same within a transaction of the writer, which alone uses it.
type preparedTx struct {
	*sql.Tx
	s *statements
}

// in returns the statement within the transaction; nil when it is not ready.
func (p preparedTx) in(ctx context.Context, text string) *sql.Stmt {
	stmt := p.s.get(text)
	if stmt == nil {
		p.s.missed[text] = true
		return nil
	}
	return p.StmtContext(ctx, stmt)
}

func (p preparedTx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if stmt := p.in(ctx, text); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return p.Tx.ExecContext(ctx, text, args...)
}

func (p preparedTx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if stmt := p.in(ctx, text); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.Tx.QueryContext(ctx, text, args...)
}

func (p preparedTx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if stmt := p.in(ctx, text); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.Tx.QueryRowContext(ctx, text, args...)
}
