package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"concerto/internal/jobs"
	"concerto/internal/store"
	"concerto/internal/web"
)

// The ballast is a file that takes up room while there is some (P24). When the disk
// is about to be full it goes, and what it held is enough for the database to end what
// it began, for receipts to be read and for an orderly end; when there is room again
// it comes back. SQLite alone needs it: PostgreSQL keeps its data elsewhere.
type ballast struct {
	path string
	size int64
	disk func() (web.Disk, error)
	log  *slog.Logger
}

const (
	ballastName   = "ballast"
	ballastSize   = 64 << 20
	ballastPeriod = time.Second
	ballastBlock  = 1 << 20

	// The ballast goes when no more than a part of its size is free, and comes back when
	// it would leave twice its size, so that it does not come and go.
	ballastGoes  = 8
	ballastAgain = 2
)

func newBallast(dir string, log *slog.Logger) *ballast {
	return &ballast{filepath.Join(dir, ballastName), ballastSize, diskOf(dir), log}
}

// tend makes the file, or lets it go, by how much room there is.
func (b *ballast) tend(context.Context) error {
	d, err := b.disk()
	if err != nil {
		return err
	}
	held, free := b.held(), int64(min(d.Free, 1<<62))
	switch {
	case held && free < b.size/ballastGoes:
		b.log.Error("the disk is full: the ballast was released", "free", free, "ballast", b.size)
		return b.release()
	case !held && free >= b.size*(1+ballastAgain):
		return b.make()
	}
	return nil
}

// held reports whether the whole file is there.
func (b *ballast) held() bool {
	info, err := os.Stat(b.path)
	return err == nil && info.Size() == b.size
}

// release gives the room back.
func (b *ballast) release() error {
	if err := os.Remove(b.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// make writes the file block by block, as a file with a hole would hold no room. It has
// its name once it is whole: what an ended process left of it is begun again.
func (b *ballast) make() (err error) {
	part := b.path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("ballast: %w", err), os.Remove(part))
		}
	}()
	block := make([]byte, ballastBlock)
	for left := b.size; left > 0; left -= int64(len(block)) {
		block = block[:min(left, ballastBlock)]
		if _, err := f.Write(block); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, b.path)
}

// room is the disk as /salute judges it: what the released ballast left does not count
// as free, because it is there for ending well and not for going on.
func (b *ballast) room() (web.Disk, error) {
	d, err := b.disk()
	if err == nil && !b.held() {
		d.Free -= min(d.Free, uint64(b.size))
	}
	return d, err
}

// watchDisk tends the ballast until ctx is done, and tells how much room there is.
func (l location) watchDisk(ctx context.Context, log *slog.Logger) func() (web.Disk, error) {
	if store.IsPostgres(l.database()) {
		return diskOf(l.Data)
	}
	b := newBallast(filepath.Dir(l.database()), log)
	go jobs.Every(ctx, ballastPeriod, "ballast", log, b.tend)
	return b.room
}
