package oracle

import (
	"fmt"
	"net/http"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"concerto/internal/register"
	"concerto/trial/visitor"
)

// tree is the register as it stands now, built again from its public leaves.
type tree struct {
	newest register.Checkpoint
	leaves []tlog.Hash
	hashes []tlog.Hash // stored hashes, numbered as tlog does
}

// ReadHashes makes a tree a tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		if n < 0 || n >= int64(len(t.hashes)) {
			return nil, fmt.Errorf("hash %d of %d", n, len(t.hashes))
		}
		out[i] = t.hashes[n]
	}
	return out, nil
}

// grow adds a leaf, known by its hash.
func (t *tree) grow(leaf tlog.Hash) error {
	fresh, err := tlog.StoredHashesForRecordHash(int64(len(t.leaves)), leaf, t)
	if err != nil {
		return err
	}
	t.leaves, t.hashes = append(t.leaves, leaf), append(t.hashes, fresh...)
	return nil
}

// holds reports whether the tree, cut at the size of a checkpoint, has its root.
func (t *tree) holds(c register.Checkpoint) bool {
	if c.Origin != t.newest.Origin || c.Size > int64(len(t.leaves)) {
		return false
	}
	root, err := tlog.TreeHash(c.Size, t)
	return err == nil && root == c.Root
}

// readTree reads checkpoint and leaves from the site. The tree must have the root
// that the checkpoint promises, or there is nothing to compare with.
func readTree(c *visitor.Conn, key string) (*tree, error) {
	text, err := fetch(c, registerPath+"checkpoint")
	if err != nil {
		return nil, err
	}
	t := &tree{}
	if t.newest, err = openCheckpoint(text, key); err != nil {
		return nil, err
	}
	for int64(len(t.leaves)) < t.newest.Size {
		if err := t.readTile(c); err != nil {
			return nil, err
		}
	}
	if !t.holds(t.newest) {
		return nil, fmt.Errorf("the %d leaves of the register do not make the root that its checkpoint signs", t.newest.Size)
	}
	return t, nil
}

// registerPath is where the register of the trial's Ambito is published.
const registerPath = "/lecce/registro/"

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// readTile reads the next tile of leaves.
func (t *tree) readTile(c *visitor.Conn) error {
	have := int64(len(t.leaves))
	tile := tlog.Tile{H: tileHeight, L: 0, N: have / tileWidth, W: int(min(tileWidth, t.newest.Size-have))}
	data, err := fetch(c, registerPath+register.TilePath(tile))
	if err != nil {
		return err
	}
	if len(data) != tile.W*tlog.HashSize {
		return fmt.Errorf("%s has %d bytes", register.TilePath(tile), len(data))
	}
	for ; len(data) > 0; data = data[tlog.HashSize:] {
		if err := t.grow(tlog.Hash(data[:tlog.HashSize])); err != nil {
			return err
		}
	}
	return nil
}

func openCheckpoint(text []byte, key string) (register.Checkpoint, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return register.Checkpoint{}, err
	}
	return register.OpenCheckpoint(text, note.VerifierList(v))
}

func fetch(c *visitor.Conn, path string) ([]byte, error) {
	a, err := c.Get(path)
	if err != nil {
		return nil, err
	}
	if a.Status != http.StatusOK {
		return nil, fmt.Errorf("%s: %d %s", path, a.Status, a.Words())
	}
	return a.Body, nil
}
