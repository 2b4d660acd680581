package faulty

import (
	"cmp"
	"context"
	"database/sql/driver"
	"io"
	"sync/atomic"
)

// Driver returns a store.Config.Wrap under which every call of the database driver
// is one of the plan's: connecting, preparing, executing, asking, the first
// rows and their end, begin, commit and rollback.
func Driver(p *Plan) func(driver.Connector) driver.Connector {
	return func(c driver.Connector) driver.Connector { return connector{c, p} }
}

type connector struct {
	driver.Connector
	plan *Plan
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	return try(&conn{plan: c.plan}, "connect", func() (driver.Conn, error) {
		inner, err := c.Connector.Connect(ctx)
		if err != nil {
			return nil, err
		}
		return &conn{inner: inner, plan: c.plan}, nil
	}, func(made driver.Conn) { made.Close() })
}

// conn wraps a connection of either driver; both implement what is used here.
type conn struct {
	inner driver.Conn
	plan  *Plan
	gone  atomic.Bool // cut: nothing comes back from it any more
}

// try makes a call of a connection, or has it fail. What a call that must not be
// known to have succeeded has made is given to drop.
func try[T any](c *conn, name string, call func() (T, error), drop func(T)) (T, error) {
	var none T
	if c.gone.Load() {
		return none, driver.ErrBadConn
	}
	kind := c.plan.reach(name)
	switch kind {
	case Before:
		return none, &Error{name, kind}
	case Cut:
		c.cut()
		return none, driver.ErrBadConn
	}
	made, err := call()
	if err != nil || kind == "" {
		return made, err
	}
	if drop != nil {
		drop(made)
	}
	if kind == Lost {
		c.cut()
		return none, io.ErrUnexpectedEOF
	}
	return none, &Error{name, kind}
}

// cut has nothing come back from the connection any more. It is closed once its user
// lets go of it and of its statements, which SQLite wants closed first.
func (c *conn) cut() { c.gone.Store(true) }

func (c *conn) Close() error {
	if err := c.inner.Close(); !c.gone.Load() {
		return err
	}
	return nil
}

func (c *conn) Prepare(text string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), text)
}

func (c *conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	return try(c, "prepare "+text, func() (driver.Stmt, error) {
		s, err := c.inner.(driver.ConnPrepareContext).PrepareContext(ctx, text)
		if err != nil {
			return nil, err
		}
		return &stmt{s, c, text}, nil
	}, func(s driver.Stmt) { s.Close() })
}

func (c *conn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

// BeginTx that fails after it took effect leaves no transaction behind: both drivers
// see to that, and a connection that is lost takes it along.
func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return try(c, "begin", func() (driver.Tx, error) {
		t, err := c.inner.(driver.ConnBeginTx).BeginTx(ctx, o)
		if err != nil {
			return nil, err
		}
		return &tx{t, c}, nil
	}, func(t driver.Tx) { t.Rollback() })
}

func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return try(c, "exec "+text, func() (driver.Result, error) {
		return c.inner.(driver.ExecerContext).ExecContext(ctx, text, args)
	}, nil)
}

func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	return try(c, "query "+text, func() (driver.Rows, error) {
		r, err := c.inner.(driver.QueryerContext).QueryContext(ctx, text, args)
		return c.rows(r, text), err
	}, closeRows)
}

func (c *conn) Ping(ctx context.Context) error {
	_, err := try(c, "ping", func() (any, error) { return nil, c.inner.(driver.Pinger).Ping(ctx) }, nil)
	return err
}

func (c *conn) ResetSession(ctx context.Context) error {
	if c.gone.Load() {
		return driver.ErrBadConn
	}
	return c.inner.(driver.SessionResetter).ResetSession(ctx)
}

func (c *conn) IsValid() bool {
	v, ok := c.inner.(driver.Validator)
	return !c.gone.Load() && (!ok || v.IsValid())
}

func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if k, ok := c.inner.(driver.NamedValueChecker); ok {
		return k.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type tx struct {
	driver.Tx
	conn *conn
}

// Commit that is refused leaves no transaction behind: both databases roll back.
func (t *tx) Commit() error {
	_, err := try(t.conn, "commit", func() (any, error) { return nil, t.Tx.Commit() }, nil)
	if e, ok := err.(*Error); ok && e.Kind == Before {
		t.Tx.Rollback()
	}
	return err
}

// Rollback that is refused says so, but is done: no database keeps a transaction
// because it could not be given up.
func (t *tx) Rollback() error {
	_, err := try(t.conn, "rollback", func() (any, error) { return nil, t.Tx.Rollback() }, nil)
	if e, ok := err.(*Error); ok && e.Kind == Before {
		t.Tx.Rollback()
	}
	return err
}

type stmt struct {
	driver.Stmt
	conn *conn
	text string
}

func (s *stmt) Close() error {
	if err := s.Stmt.Close(); !s.conn.gone.Load() {
		return err
	}
	return nil
}

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return try(s.conn, "exec "+s.text, func() (driver.Result, error) {
		return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	}, nil)
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return try(s.conn, "query "+s.text, func() (driver.Rows, error) {
		r, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
		return s.conn.rows(r, s.text), err
	}, closeRows)
}

func (c *conn) rows(r driver.Rows, text string) driver.Rows {
	if r == nil {
		return nil
	}
	return &rows{Rows: r, conn: c, text: text}
}

func closeRows(r driver.Rows) {
	if r != nil {
		r.Close()
	}
}

type rows struct {
	driver.Rows
	conn *conn
	text string
	read int // rows so far
}

// fewRows is how many rows of an answer are calls of the plan: those that follow are
// read by the same lines of code.
const fewRows = 2

// Next can fail at the end of the rows too: who takes that for the end has read less
// than there is.
func (r *rows) Next(into []driver.Value) error {
	if r.read++; r.read > fewRows && !r.conn.gone.Load() {
		return r.Rows.Next(into)
	}
	end, err := try(r.conn, "next of "+r.text, func() (error, error) {
		if err := r.Rows.Next(into); err != io.EOF {
			return nil, err
		}
		return io.EOF, nil
	}, nil)
	return cmp.Or(err, end)
}

func (r *rows) Close() error {
	if err := r.Rows.Close(); !r.conn.gone.Load() {
		return err
	}
	return nil
}
