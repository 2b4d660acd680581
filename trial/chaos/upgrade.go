package main

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"concerto/trial/instance"
)

// before is a folder of the version that had the second schema: a backup, the
// receipts it had given, and the guard file. beforeAudit is what it said of itself.
const (
	before      = "internal/cli/testdata/schema-2"
	beforeAudit = "ok acts=11 root=739a97394ab031c45f39d07d7e0de74a3aaef34c5bb8e6aaae2f609bf7ae0243"
)

// upgraded serves that folder with this version: no leaf may have changed, and the
// receipts of then must verify.
func (l *loss) upgraded(res *result) error {
	c, err := l.into("before", false)
	if err != nil {
		return err
	}
	c.Notice = ""
	if err := errors.Join(os.CopyFS(filepath.Join(c.Data, "keys"), os.DirFS(filepath.Join(before, "backup/keys"))),
		unpack(filepath.Join(before, "backup/concerto.db.gz"), filepath.Join(c.Data, "concerto.db")),
		copyTo(filepath.Join(before, "guard-1"), filepath.Join(c.Data, "guard-1"))); err != nil {
		return err
	}
	server, err := instance.Start(l.ctx, c)
	if err != nil {
		res.found("a folder of the version before is not served: %v", err)
		return nil
	}
	if err := server.Stop(); err != nil {
		return err
	}
	if out, err := c.Run(l.ctx, "audit"); err != nil || lastLine(out) != beforeAudit {
		res.found("brought up to date: %v %s, want %s", err, lastLine(out), beforeAudit)
	}
	receipts, err := filepath.Glob(filepath.Join(before, "receipts/*.json"))
	if err != nil {
		return err
	}
	verify := exec.CommandContext(l.ctx, l.binary, append([]string{"verify", "--key", filepath.Join(before, "key.txt")}, receipts...)...)
	if out, err := verify.CombinedOutput(); err != nil || len(receipts) == 0 {
		res.found("%d receipts of the version before: %v %s", len(receipts), err, out)
	}
	res.measured("a folder of the version before was brought up to date, and its %d receipts verify", len(receipts))
	return nil
}

func unpack(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

func copyTo(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
