package cli

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/store/q"
)

// A backup is a folder: the database as one SQLite file, whatever it was kept in;
// the keys of the logs and the secret of the instance; and a manifest that says
// what the other files must be. The guard files are not in it: they remember what
// was signed after the backup was made, which is how an old one is known.
const (
	backupFormat   = "concerto-backup/1"
	backupDatabase = "concerto.db"
	keysFolder     = "keys"
	manifestName   = "manifest.json"
)

// manifest is the text of manifest.json.
type manifest struct {
	Format  string     `json:"format"`
	Program string     `json:"program"` // version that wrote it
	At      time.Time  `json:"at"`
	Logs    []logState `json:"logs"`
	Files   []fileSum  `json:"files"`
}

// logState is a log as the backup holds it.
type logState struct {
	Ambito string `json:"ambito"`
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"` // base64, as in a checkpoint
}

type fileSum struct {
	Path   string `json:"path"` // with slashes, inside the backup
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// errBackup means that a folder is no backup, or is not the one that was written.
var errBackup = errors.New("not a whole backup")

// writeManifest lists the files of a folder and writes its manifest.
func writeManifest(dir string, logs []q.Log, at time.Time) (*manifest, error) {
	m := &manifest{Format: backupFormat, Program: or(version, "unversioned"), At: at.UTC().Truncate(time.Second), Logs: statesOf(logs)}
	names, err := backedUp(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		sum, err := sumFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		sum.Path = name
		m.Files = append(m.Files, sum)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	return m, writeDurably(filepath.Join(dir, manifestName), strings.NewReader(string(text)+"\n"))
}

// statesOf sorts the logs by Ambito in the program's own order, not a database's.
func statesOf(logs []q.Log) []logState {
	slices.SortFunc(logs, func(a, b q.Log) int { return strings.Compare(a.Ambito, b.Ambito) })
	out := make([]logState, len(logs))
	for i, l := range logs {
		out[i] = logState{l.Ambito, l.Origin, l.Size, base64.StdEncoding.EncodeToString(l.Root)}
	}
	return out
}

// backedUp returns the files that a folder holds, the manifest aside.
func backedUp(dir string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && name != manifestName {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// readManifest reads the manifest of a backup and checks every file against it:
// none missing, none changed, none besides.
func readManifest(dir string) (*manifest, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBackup, err)
	}
	m := &manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errBackup, manifestName, err)
	}
	if m.Format != backupFormat {
		return nil, fmt.Errorf("%w: format %q, this program knows %s", errBackup, m.Format, backupFormat)
	}
	there, err := backedUp(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBackup, err)
	}
	var listed []string
	for _, f := range m.Files {
		listed = append(listed, f.Path)
	}
	if slices.Sort(listed); !slices.Equal(listed, slices.Sorted(slices.Values(there))) {
		return nil, fmt.Errorf("%w: it holds %v, the manifest lists %v", errBackup, there, listed)
	}
	for _, f := range m.Files {
		sum, err := sumFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errBackup, err)
		}
		if sum.Size != f.Size || sum.SHA256 != f.SHA256 {
			return nil, fmt.Errorf("%w: %s is not what the manifest says", errBackup, f.Path)
		}
	}
	return m, nil
}

// check compares the logs of a database with those of the manifest.
func (m *manifest) check(logs []q.Log) error {
	if got := statesOf(logs); !slices.Equal(got, m.Logs) {
		return fmt.Errorf("%w: the database holds the logs %v, the manifest says %v", errBackup, got, m.Logs)
	}
	return nil
}

// state is the line that the audit of the backed up database ends with.
func (m *manifest) state() string {
	var acts int64
	var roots [][]byte
	for _, l := range m.Logs {
		root, _ := base64.StdEncoding.DecodeString(l.Root)
		acts, roots = acts+l.Size, append(roots, root)
	}
	return fmt.Sprintf("ok acts=%d root=%s", acts, app.RootOf(roots))
}

func sumFile(path string) (fileSum, error) {
	f, err := os.Open(path)
	if err != nil {
		return fileSum{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return fileSum{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

// writeDurably writes a new file that only its owner may read, and returns when
// the disk has it.
func writeDurably(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func copyFile(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return writeDurably(to, f)
}

// syncFile makes a file, or the entries of a folder, durable.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
