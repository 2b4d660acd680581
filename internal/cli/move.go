package cli

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"concerto/internal/store"
)

type moveCommand struct {
	location
	To string `required:"" help:"Empty database to move to: postgres://…, or the path of an SQLite file." placeholder:"ADDRESS"`
}

// Run copies the database into an empty one of either kind and audits both, which
// must end in the same line; it is the last one printed. The source is not written
// to, but from then on the data folder refuses to serve it: two databases that both
// go on would be two stories (register P23). The server must not be running.
func (c moveCommand) Run(t *terminal) error {
	ctx, stop := interrupted()
	defer stop()
	from := c.or("concerto-data")
	to := location{Data: from.Data, Database: c.To}
	in := &instance{dir: from.Data}
	defer in.close()
	if err := in.lockAll(); err != nil {
		return err
	}
	if err := from.mayServe(); err != nil {
		return err
	}
	before, err := from.auditLine(ctx, t)
	if err != nil {
		return fmt.Errorf("the source: %w", err)
	}
	fmt.Fprintln(t.out, "source", before)
	if err := copyDatabase(ctx, from, to, t); err != nil {
		return err
	}
	after, err := to.auditLine(ctx, t)
	if err != nil {
		return fmt.Errorf("the target: %w", err)
	}
	fmt.Fprintln(t.out, "target", after)
	if again, err := from.auditLine(ctx, t); err != nil || again != before || after != before {
		return errors.Join(err, errors.New("the source was written to meanwhile: stop every instance, empty the target and move again"))
	}
	if err := markMoved(from, to); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "serve it with --database %s\n", shown(c.To))
	fmt.Fprintln(t.out, after)
	return nil
}

func copyDatabase(ctx context.Context, from, to location, t *terminal) error {
	source, err := store.Open(ctx, store.Config{Database: from.database(), Now: time.Now, Rand: rand.Reader, Log: t.log, AsIs: true})
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := store.Open(ctx, store.Config{Database: to.database(), Now: time.Now, Rand: rand.Reader, Log: t.log})
	if err != nil {
		return err
	}
	return errors.Join(source.CopyTo(ctx, target), target.Close())
}

func (l location) auditLine(ctx context.Context, t *terminal) (string, error) {
	in, err := l.look(ctx, time.Now, t.log)
	if err != nil {
		return "", err
	}
	line, err := in.audit(ctx, t)
	return line, errors.Join(err, in.close())
}

// movedName is the file of a data folder that lists the databases which were moved
// elsewhere. It holds no password: an address is known by its hash.
const movedName = "moved.json"

// moved is a database that must not be served any more.
type moved struct {
	SHA256 string    `json:"sha256"` // of its address
	From   string    `json:"from"`
	To     string    `json:"to"`
	At     time.Time `json:"at"`
}

// errMoved means that the database was moved elsewhere.
var errMoved = errors.New("this database was moved")

// mayServe refuses a database that was moved elsewhere.
func (l location) mayServe() error {
	list, err := l.movedList()
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.SHA256 == l.fingerprint() {
			return fmt.Errorf("%w to %s on %s; to go back to it, remove its entry from %s, and every act since is lost", errMoved,
				m.To, m.At.Format(time.DateOnly), filepath.Join(l.Data, movedName))
		}
	}
	return nil
}

func (l location) fingerprint() string {
	name := l.database()
	if !store.IsPostgres(name) {
		if abs, err := filepath.Abs(name); err == nil {
			name = abs
		}
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(name)))
}

func (l location) movedList() ([]moved, error) {
	text, err := os.ReadFile(filepath.Join(l.Data, movedName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []moved
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", movedName, err)
	}
	return list, nil
}

// markMoved writes down that one database took the place of another.
func markMoved(from, to location) error {
	if err := to.unmarkMoved(); err != nil {
		return err
	}
	list, err := from.movedList()
	if err != nil {
		return err
	}
	return from.writeMoved(append(list, moved{from.fingerprint(), shown(from.database()), shown(to.database()), time.Now().UTC().Truncate(time.Second)}))
}

// unmarkMoved takes a database off the list: it was empty, was filled now, and holds
// no other story.
func (l location) unmarkMoved() error {
	list, err := l.movedList()
	if err != nil {
		return err
	}
	n := len(list)
	list = slices.DeleteFunc(list, func(m moved) bool { return m.SHA256 == l.fingerprint() })
	if len(list) == n {
		return nil
	}
	return l.writeMoved(list)
}

func (l location) writeMoved(list []moved) error {
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(l.Data, movedName)
	tmp := name + ".new"
	if err := os.WriteFile(tmp, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return errors.Join(syncFile(tmp), os.Rename(tmp, name), syncFile(l.Data))
}

// passwords finds what must not be shown of the address of a database.
var passwords = regexp.MustCompile(`(://[^:/@\s]*:)[^@/\s]*(@)|(password=)('[^']*'|\S*)`)

// shown is the address of a database without its password.
func shown(address string) string { return passwords.ReplaceAllString(address, "${1}${3}***${2}") }
