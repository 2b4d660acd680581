package store

import "database/sql"

// WritingDB is the pool of the writer, for tests that look at the session it has.
func (s *Store) WritingDB() *sql.DB { return s.write }

// Signer is the keys that the store was opened with.
func (s *Store) Signer() Signer { return s.cfg.Signer }
