package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"concerto/internal/store"
)

type backupCommand struct {
	location
	Dir string `arg:"" help:"Folder to write, which must not exist yet." type:"path"`
}

// Run writes a backup beside a server that may be running. It appears under its
// name whole or not at all, and nothing is ever overwritten. The last line is
// "ok acts=N root=…", the same as the audit of that state prints.
func (c backupCommand) Run(t *terminal) error {
	ctx, stop := interrupted()
	defer stop()
	if _, err := os.Lstat(c.Dir); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: a backup overwrites nothing", c.Dir)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(c.Dir), "."+filepath.Base(c.Dir)+".")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) // after the renaming there is nothing left of it
	m, err := c.or("concerto-data").backup(ctx, tmp, t)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, c.Dir); err != nil {
		return err
	}
	if err := syncFile(filepath.Dir(c.Dir)); err != nil {
		return err
	}
	for _, f := range m.Files {
		fmt.Fprintf(t.out, "%s bytes=%d\n", f.Path, f.Size)
	}
	fmt.Fprintln(t.out, m.state())
	return nil
}

// backup fills a folder: database, keys, manifest.
func (l location) backup(ctx context.Context, dir string, t *terminal) (*manifest, error) {
	in, err := l.look(ctx, time.Now, t.log)
	if err != nil {
		return nil, err
	}
	defer in.close()
	file := filepath.Join(dir, backupDatabase)
	if err := in.store.BackupTo(ctx, file); err != nil {
		return nil, err
	}
	if err := l.copyKeys(dir); err != nil {
		return nil, err
	}
	copied, err := store.Open(ctx, store.Config{Database: file, Now: time.Now, Rand: rand.Reader, Log: t.log, AsIs: true})
	if err != nil {
		return nil, err
	}
	logs, err := copied.Read().Logs(ctx)
	if err := errors.Join(err, copied.Close()); err != nil {
		return nil, err
	}
	if err := errors.Join(os.Chmod(file, 0o600), syncFile(file)); err != nil {
		return nil, err
	}
	m, err := writeManifest(dir, logs, time.Now())
	return m, errors.Join(err, syncFile(filepath.Join(dir, keysFolder)), syncFile(dir))
}

// copyKeys copies the keys of the logs and the secret of the instance.
func (l location) copyKeys(dir string) error {
	if err := os.Mkdir(filepath.Join(dir, keysFolder), 0o700); err != nil {
		return err
	}
	keys, err := os.ReadDir(filepath.Join(l.Data, keysFolder))
	if err != nil {
		return err
	}
	for _, k := range keys {
		if strings.HasPrefix(k.Name(), ".") {
			continue // a key that is being made at this moment
		}
		if err := copyFile(filepath.Join(l.Data, keysFolder, k.Name()), filepath.Join(dir, keysFolder, k.Name())); err != nil {
			return err
		}
	}
	return nil
}
