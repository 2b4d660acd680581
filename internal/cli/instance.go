package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"

	"concerto/internal/app"
	"concerto/internal/clock"
	"concerto/internal/i18n"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// location is where an instance keeps what it knows.
type location struct {
	Data     string `help:"Folder of the instance: keys, guard files and, with SQLite, the database. Default: concerto-data, or concerto-demo for the demo." type:"path"`
	Database string `help:"PostgreSQL address (postgres://…), or the path of an SQLite file. Default: concerto.db in the data folder." placeholder:"ADDRESS"`
}

// or returns the location with a folder to use where none was given.
func (l location) or(folder string) location {
	if l.Data == "" {
		l.Data = folder
	}
	return l
}

func (l location) database() string {
	if l.Database != "" {
		return l.Database
	}
	return filepath.Join(l.Data, "concerto.db")
}

// instance is an open data folder with its database and use cases.
type instance struct {
	dir   string
	store *store.Store
	app   *app.App
	guard *register.Guard
	locks []*os.File

	restarts bool // the demo, whose earlier logs are gone with good reason
}

// look opens the database for reading beside an instance that may be running: no
// lock, no key, nothing is signed, and the schema is left as it is.
func (l location) look(ctx context.Context, now clock.Now, log *slog.Logger) (*instance, error) {
	if _, err := os.Stat(l.database()); err != nil && !store.IsPostgres(l.database()) {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{Database: l.database(), Now: now, Rand: rand.Reader, Log: log, AsIs: true})
	if err != nil {
		return nil, err
	}
	return &instance{dir: l.Data, store: s, app: &app.App{Store: s, Now: now, Rand: rand.Reader}}, nil
}

// open makes the folder if needed, takes its lock, and opens the database. It
// refuses to go on when the database is older than what this folder has signed (P22).
func (l location) open(ctx context.Context, now clock.Now, base *url.URL, log *slog.Logger, restarts bool) (_ *instance, err error) {
	in := &instance{dir: l.Data, restarts: restarts}
	defer func() {
		if err != nil {
			in.close()
		}
	}()
	if err := os.MkdirAll(filepath.Join(l.Data, "keys"), 0o700); err != nil {
		return nil, err
	}
	if err := l.mayServe(); err != nil {
		return nil, err
	}
	if !store.IsPostgres(l.database()) {
		if err := in.lock("concerto.lock"); err != nil {
			return nil, fmt.Errorf("another process uses %s: %w", l.Data, err)
		}
	}
	if err := in.openGuard(); err != nil {
		return nil, err
	}
	secret, err := in.secret()
	if err != nil {
		return nil, err
	}
	words, err := i18n.New()
	if err != nil {
		return nil, err
	}
	in.store, err = store.Open(ctx, store.Config{Database: l.database(), Now: now, Rand: rand.Reader, Guard: in.guard, Signer: in.signer, Log: log})
	if err != nil {
		return nil, err
	}
	in.app = &app.App{Store: in.store, Now: now, Rand: rand.Reader, Secret: secret, BaseURL: base, Words: words}
	return in, in.checkGuard(ctx)
}

func (in *instance) close() error {
	var errs []error
	if in.store != nil {
		errs = append(errs, in.store.Close())
	}
	if in.guard != nil {
		errs = append(errs, in.guard.Close())
	}
	for _, f := range in.locks {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// lock takes a file that nobody else may hold.
func (in *instance) lock(name string) error {
	f, err := os.OpenFile(filepath.Join(in.dir, name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return err
	}
	in.locks = append(in.locks, f)
	return nil
}

// maxInstances is how many instances may share a data folder.
const maxInstances = 9

// openGuard opens the first guard file that no other instance holds: each
// remembers what it signed itself.
func (in *instance) openGuard() (err error) {
	for i := 1; i <= maxInstances; i++ {
		name := fmt.Sprintf("guard-%d", i)
		if err = in.lock(name + ".lock"); err == nil {
			in.guard, err = register.OpenGuard(filepath.Join(in.dir, name))
			return err
		}
	}
	return fmt.Errorf("guard file: %w", err)
}

// guardFiles returns the guard files of a data folder.
func guardFiles(dir string) ([]string, error) { return filepath.Glob(filepath.Join(dir, "guard-?")) }

// setGuardsAside takes guard files out of use after a loss was declared. They stay
// beside, as the record of what had been signed.
func setGuardsAside(dir string) error {
	names, err := guardFiles(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		aside := name + ".before-" + time.Now().UTC().Format("20060102T150405Z")
		if err := os.Rename(name, aside); err != nil {
			return err
		}
	}
	return nil
}

// lockAll takes every lock of the folder, so that no instance runs on it meanwhile.
func (in *instance) lockAll() error {
	names := []string{"concerto.lock"}
	for i := 1; i <= maxInstances; i++ {
		names = append(names, fmt.Sprintf("guard-%d.lock", i))
	}
	for _, name := range names {
		if err := in.lock(name); err != nil {
			return fmt.Errorf("another process uses %s: %w", in.dir, err)
		}
	}
	return nil
}

// checkGuard compares every log with what this folder has signed, by whichever
// instance. A log that was signed and is not there any more is a rollback too. The
// guard files are read before the logs: an instance that is running writes its own
// after each commit, so the logs read later hold at least what the files say.
func (in *instance) checkGuard(ctx context.Context) error {
	names, err := guardFiles(in.dir)
	if err != nil {
		return err
	}
	var guards []*register.Guard
	for _, name := range names {
		g, err := register.OpenGuard(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		defer g.Close()
		guards = append(guards, g)
	}
	logs, err := in.store.Read().Logs(ctx)
	if err != nil {
		return err
	}
	for i, g := range guards {
		if err := in.compare(ctx, g, logs); err != nil {
			return fmt.Errorf("%s: %w", names[i], err)
		}
	}
	return nil
}

func (in *instance) compare(ctx context.Context, g *register.Guard, logs []q.Log) error {
	there := map[string]bool{}
	for _, l := range logs {
		there[l.Origin] = true
		if err := g.Check(l.Origin, l.Size, in.store.Hashes(ctx, l.Ambito)); err != nil {
			return err
		}
	}
	for _, origin := range g.Origins() {
		if !there[origin] && !in.restarts {
			return fmt.Errorf("%s: %w", origin, register.ErrRollback)
		}
	}
	return nil
}

// secret returns the secret of the instance, made at the first start. Links in
// messages come from it: whoever loses the file breaks them, whoever reads it can
// make them.
func (in *instance) secret() ([]byte, error) {
	path := filepath.Join(in.dir, "keys", "secret")
	return readOrMake(path, func() ([]byte, error) {
		b := make([]byte, 32)
		_, err := io.ReadFull(rand.Reader, b)
		return b, err
	})
}

// newKey makes the key of a log, or returns the one that is there.
func (in *instance) newKey(origin string) (app.LogKey, error) {
	text, err := readOrMake(in.keyFile(origin), func() ([]byte, error) {
		secret, public, err := register.GenerateKey(rand.Reader, origin)
		return []byte(secret + "\n" + public + "\n"), err
	})
	if err != nil {
		return app.LogKey{}, fmt.Errorf("key of %s: %w", origin, err)
	}
	_, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return app.LogKey{Origin: origin, Verifier: public}, nil
}

func (in *instance) keyFile(origin string) string {
	return filepath.Join(in.dir, "keys", url.PathEscape(origin)+".key")
}

// signer reads the secret key of a log.
func (in *instance) signer(origin string) (note.Signer, error) {
	text, err := os.ReadFile(in.keyFile(origin))
	if err != nil {
		return nil, err
	}
	secret, _, _ := strings.Cut(string(text), "\n")
	return note.NewSigner(secret)
}

// readOrMake reads a secret file, or makes it once: of two processes that make it
// at the same time one wins and both read the same.
func readOrMake(path string, make func() ([]byte, error)) ([]byte, error) {
	b, err := os.ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if b, err = make(); err != nil {
		return nil, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(b); err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}
