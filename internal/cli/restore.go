package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"concerto/internal/app"
	"concerto/internal/register"
	"concerto/internal/store"
)

type restoreCommand struct {
	location
	Dir         string `arg:"" help:"Folder that a backup wrote." type:"existingdir"`
	Register    string `help:"A newer copy of the database, as far as it can still be read: acts after the backup are taken from it, erasures among them." placeholder:"ADDRESS"`
	Witness     string `help:"Folder of receipts, proofs and checkpoints seen elsewhere, and of attachments that belong to them." type:"existingdir"`
	AcceptOlder string `help:"Go on although acts that were signed after the backup are lost; the words are put on record in the register." placeholder:"REASON" env:"-"`
}

// Run puts a backup into an empty folder or an empty PostgreSQL database. The work
// is done in a folder aside, and nothing is put in its place before the audit has
// found nothing wrong. The last line is the audit's.
func (c restoreCommand) Run(t *terminal) error {
	ctx, stop := interrupted()
	defer stop()
	m, err := readManifest(c.Dir)
	if err != nil {
		return err
	}
	where := c.or("concerto-data")
	if err := os.MkdirAll(where.Data, 0o700); err != nil {
		return err
	}
	unlock, err := where.claim(ctx, c.Dir, t)
	if err != nil {
		return err
	}
	defer unlock()
	aside, err := os.MkdirTemp(where.workshop(), ".restore-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	if err := c.stage(aside); err != nil {
		return err
	}
	line, declared, err := c.rebuild(ctx, t, m, where, aside)
	if err != nil {
		return err
	}
	if err := where.place(ctx, aside, t); err != nil {
		return err
	}
	if declared {
		if err := setGuardsAside(where.Data); err != nil {
			return err
		}
	}
	if err := where.unmarkMoved(); err != nil {
		return err
	}
	fmt.Fprintln(t.out, line)
	return nil
}

// workshop is a folder from which a file can be moved to the database's place.
func (l location) workshop() string {
	if store.IsPostgres(l.database()) {
		return l.Data
	}
	return filepath.Dir(l.database())
}

// claim takes the folder for this process, and refuses one in which anything would
// be overwritten.
func (l location) claim(ctx context.Context, backup string, t *terminal) (unlock func() error, err error) {
	in := &instance{dir: l.Data}
	if err := in.lockAll(); err != nil {
		return nil, errors.Join(err, in.close())
	}
	if err := l.vacant(ctx, t); err != nil {
		return nil, errors.Join(err, in.close())
	}
	if err := sameKeys(filepath.Join(backup, keysFolder), filepath.Join(l.Data, keysFolder)); err != nil {
		return nil, errors.Join(err, in.close())
	}
	return in.close, nil
}

// vacant refuses a database that is there already.
func (l location) vacant(ctx context.Context, t *terminal) error {
	if !store.IsPostgres(l.database()) {
		if _, err := os.Lstat(l.database()); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already: a restore overwrites nothing", l.database())
		}
		return nil
	}
	s, err := store.Open(ctx, store.Config{Database: l.database(), Now: time.Now, Rand: rand.Reader, Log: t.log})
	if err != nil {
		return err
	}
	return errors.Join(s.Empty(ctx), s.Close())
}

// sameKeys refuses a folder whose keys are others than those of the backup.
func sameKeys(backup, there string) error {
	keys, err := os.ReadDir(backup)
	if err != nil {
		return err
	}
	for _, k := range keys {
		want, err := os.ReadFile(filepath.Join(backup, k.Name()))
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(there, k.Name()))
		if err == nil && string(got) != string(want) {
			return fmt.Errorf("%s is another key than the backup's: use an empty folder", filepath.Join(there, k.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// stage copies the backup aside: it is never opened itself.
func (c restoreCommand) stage(aside string) error {
	if err := copyFile(filepath.Join(c.Dir, backupDatabase), filepath.Join(aside, backupDatabase)); err != nil {
		return err
	}
	return location{Data: c.Dir}.copyKeys(aside)
}

// rebuild opens the copy, brings it up to what is known, and audits it. declared
// says that a new epoch was opened in it.
func (c restoreCommand) rebuild(ctx context.Context, t *terminal, m *manifest, where location, aside string) (line string, declared bool, err error) {
	in := &instance{dir: aside}
	in.store, err = store.Open(ctx, store.Config{Database: filepath.Join(aside, backupDatabase), Now: time.Now, Rand: rand.Reader,
		Signer: in.signer, Log: t.log})
	if err != nil {
		return "", false, err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	in.app = &app.App{Store: in.store, Now: time.Now, Rand: rand.Reader}
	logs, err := in.store.Read().Logs(ctx)
	if err != nil {
		return "", false, err
	}
	if err := m.check(logs); err != nil {
		return "", false, err
	}
	w, err := gather(t, logs)
	if err != nil {
		return "", false, err
	}
	defer w.close()
	err = w.guards(where.Data)
	if err == nil && c.Witness != "" {
		err = w.folder(c.Witness)
	}
	if err == nil && c.Register != "" {
		err = w.database(ctx, c.Register, logs)
	}
	if err != nil {
		return "", false, err
	}
	if declared, err = c.recover(ctx, t, in, w.known); err != nil {
		return "", false, err
	}
	if err := errors.Join(in.app.ReapplyErasures(ctx), in.store.ForgetSessions(ctx), in.store.Compact(ctx)); err != nil {
		return "", false, err
	}
	line, err = in.audit(ctx, t)
	return line, declared, err
}

// recover imports what is known beyond the backup, says what is missing, and goes
// on without it only when that was accepted.
func (c restoreCommand) recover(ctx context.Context, t *terminal, in *instance, known app.Known) (declared bool, err error) {
	report, err := in.app.Recover(ctx, known)
	if err != nil {
		return false, err
	}
	for _, r := range report {
		fmt.Fprintf(t.out, "%s backup=%d imported=%d known=%d missing=%d\n", r.Origin, r.Backup, r.Imported,
			max(r.Backup, r.Newest.Size), len(r.Missing))
		for _, a := range r.Missing {
			fmt.Fprintln(t.out, "  "+describe(a))
		}
		if len(r.Missing) == 0 {
			continue
		}
		if c.AcceptOlder == "" {
			err = errors.Join(err, fmt.Errorf("%s: %w", r.Origin, register.ErrRollback))
			continue
		}
		declared = true
		if err := in.app.OpenEpoch(ctx, app.Actor{Role: app.Operator}, r, c.AcceptOlder); err != nil {
			return false, err
		}
	}
	if err != nil {
		return false, fmt.Errorf("%w; look for the missing acts (--register, --witness), or declare the loss with --accept-older REASON", err)
	}
	return declared, nil
}

func describe(a app.MissingAct) string {
	if a.Kind == "" {
		return fmt.Sprintf("act %d is lost", a.N)
	}
	return fmt.Sprintf("act %d (%s, received %s, matter %s) is shown by %s", a.N, a.Kind, a.ReceivedAt.Format(time.RFC3339), a.Matter, a.From)
}

// place puts what was rebuilt where it is to be served from: keys first, because a
// database without its keys can sign nothing.
func (l location) place(ctx context.Context, aside string, t *terminal) error {
	if err := placeKeys(filepath.Join(aside, keysFolder), filepath.Join(l.Data, keysFolder)); err != nil {
		return err
	}
	file := filepath.Join(aside, backupDatabase)
	if !store.IsPostgres(l.database()) {
		if err := syncFile(file); err != nil {
			return err
		}
		return errors.Join(os.Rename(file, l.database()), syncFile(filepath.Dir(l.database())))
	}
	from, err := store.Open(ctx, store.Config{Database: file, Now: time.Now, Rand: rand.Reader, Log: t.log, AsIs: true})
	if err != nil {
		return err
	}
	to, err := store.Open(ctx, store.Config{Database: l.database(), Now: time.Now, Rand: rand.Reader, Log: t.log})
	if err != nil {
		return errors.Join(err, from.Close())
	}
	err = errors.Join(from.CopyTo(ctx, to), from.Close(), to.Close())
	if err != nil {
		return err
	}
	_, err = l.auditLine(ctx, t)
	return err
}

func placeKeys(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	keys, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, k := range keys {
		err := copyFile(filepath.Join(from, k.Name()), filepath.Join(to, k.Name()))
		if err != nil && !errors.Is(err, fs.ErrExist) { // what is there is the same: claim has looked
			return err
		}
	}
	return syncFile(to)
}
