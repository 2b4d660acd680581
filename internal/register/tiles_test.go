package register

import (
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestTilePathHasOneSpelling(t *testing.T) {
	for path, want := range map[string]tlog.Tile{
		"tile/0/000":            {H: 8, L: 0, N: 0, W: 256},
		"tile/0/x001/x234/067":  {H: 8, L: 0, N: 1234067, W: 256},
		"tile/1/x001/234.p/17":  {H: 8, L: 1, N: 1234, W: 17},
		"tile/63/000.p/1":       {H: 8, L: 63, N: 0, W: 1},
		"tile/2/999.p/255":      {H: 8, L: 2, N: 999, W: 255},
		"tile/0/x009/x007/000":  {H: 8, L: 0, N: 9007000, W: 256},
		"tile/10/x123/456.p/42": {H: 8, L: 10, N: 123456, W: 42},
	} {
		got, err := ParseTilePath(path)
		if err != nil || got != want {
			t.Errorf("ParseTilePath(%q) = %v, %v, want %v", path, got, err, want)
		}
		if back := TilePath(want); back != path {
			t.Errorf("TilePath(%v) = %q, want %q", want, back, path)
		}
	}
	for _, path := range []string{"", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/+0/000", "tile/-1/000",
		"tile/64/000", "tile/data/000", "tile/entries/000", "tile/8/0/000", "tile/0/x000/001", "tile/0/001/234", "tile/0/x001", "tile/0/x001/x234",
		"tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "tile/0/000/", "/tile/0/000", "tile/0/000?x",
		"tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/%30%30%30"} {
		if got, err := ParseTilePath(path); !errors.Is(err, ErrTilePath) {
			t.Errorf("ParseTilePath(%q) = %v, %v, want ErrTilePath", path, got, err)
		}
	}
}

// published reads tiles as a monitor does, from the paths that the site serves.
type published struct {
	t    *testing.T
	size int64
	r    tlog.HashReader
}

func (p published) Height() int                             { return tileHeight }
func (p published) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}

func (p published) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		asked, err := ParseTilePath(TilePath(tile))
		if err != nil || asked != tile {
			p.t.Errorf("ParseTilePath(%q) = %v, %v", TilePath(tile), asked, err)
		}
		data, err := TileData(asked, p.size, p.r)
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func TestMonitorProvesEveryLeafFromTilesAlone(t *testing.T) {
	const most = 66_000 // enough for a partial tile on level 2
	batch := NewBatch(0, memory{})
	for i := range most {
		_, err := batch.Append(fmt.Appendf(nil, "leaf %d", i))
		must(t, err)
	}
	for _, size := range []int64{1, 255, 256, 257, 512, 65_535, 65_536, 65_537, most} {
		root, err := Root(size, batch)
		must(t, err)
		monitor := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, published{t, size, batch})
		for _, index := range []int64{0, size / 2, size - 1} {
			path, err := Inclusion(size, index, monitor)
			if err != nil {
				t.Errorf("size %d, leaf %d: %v", size, index, err)
				continue
			}
			if err := CheckInclusion(path, Checkpoint{origin, size, root}, index, LeafHash(fmt.Appendf(nil, "leaf %d", index))); err != nil {
				t.Errorf("size %d, leaf %d: %v", size, index, err)
			}
		}
	}
}

func TestTileBeyondTheTreeDoesNotExist(t *testing.T) {
	batch := NewBatch(0, memory{})
	for range 600 {
		_, err := batch.Append([]byte("x"))
		must(t, err)
	}
	for path, want := range map[string]int{
		"tile/0/000": 256, "tile/0/001": 256, "tile/0/002.p/88": 88, "tile/0/002.p/87": 87, "tile/1/000.p/2": 2, "tile/1/000.p/1": 1,
		"tile/0/002.p/89": 0, "tile/0/002": 0, "tile/0/003.p/1": 0, "tile/1/000": 0, "tile/1/000.p/3": 0, "tile/2/000.p/1": 0, "tile/63/000.p/1": 0,
		"tile/0/x036/x028/x797/x018/x963/968.p/1": 0,
	} {
		tile, err := ParseTilePath(path)
		must(t, err)
		data, err := TileData(tile, 600, batch)
		if len(data) != want*tlog.HashSize || (want == 0) != errors.Is(err, ErrNoTile) {
			t.Errorf("%s: %d bytes, %v, want %d hashes", path, len(data), err, want)
		}
	}
	if _, err := TileData(tlog.Tile{H: 2, W: 1}, 600, batch); !errors.Is(err, ErrTilePath) {
		t.Errorf("tile of height 2: err = %v, want ErrTilePath", err)
	}
}
