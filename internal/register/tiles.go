package register

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is the height of every tile: 256 hashes (C2SP tlog-tiles).
const tileHeight = 8

// maxTileLevel is the highest level a path may name (C2SP tlog-tiles).
const maxTileLevel = 63

var (
	// ErrTilePath means that a path names no tile.
	ErrTilePath = errors.New("not the path of a tile")
	// ErrNoTile means that the tree is not, or not yet, large enough for the tile.
	ErrNoTile = errors.New("no such tile in the tree")
)

// ParseTilePath reads tile/<L>/<N>[.p/<W>], where N is written in groups of three
// digits, as in x001/x234/067. Bundles of entries (tile/entries/…) are no tiles
// here: the public register shows hashes only, because a leaf tells when and by
// which channel somebody acted.
func ParseTilePath(path string) (tlog.Tile, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || len(path) > 100 {
		return tlog.Tile{}, fmt.Errorf("%.100q: %w", path, ErrTilePath)
	}
	t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
	if err != nil || t.L < 0 || t.L > maxTileLevel {
		return tlog.Tile{}, fmt.Errorf("%q: %w", path, ErrTilePath)
	}
	return t, nil
}

// TilePath is the inverse of ParseTilePath.
func TilePath(t tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", tileHeight))
}

// TileData returns the bytes of a tile of the tree of size leaves: W hashes, one
// after the other. Every partial tile that the tree once had is served, full ones
// that replaced it notwithstanding; all are immutable and may be cached for ever.
func TileData(t tlog.Tile, size int64, r tlog.HashReader) ([]byte, error) {
	if t.H != tileHeight || t.L < 0 || t.L > maxTileLevel || t.N < 0 || t.W < 1 || t.W > 1<<tileHeight {
		return nil, fmt.Errorf("tile %v: %w", t, ErrTilePath)
	}
	there := size >> (tileHeight * t.L) // hashes that the tree has on this level
	if t.N > there>>tileHeight || t.N<<tileHeight+int64(t.W) > there {
		return nil, fmt.Errorf("%s in a tree of %d leaves: %w", TilePath(t), size, ErrNoTile)
	}
	data, err := tlog.ReadTileData(t, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", TilePath(t), err)
	}
	return data, nil
}
