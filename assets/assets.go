// Package assets carries style, script, icons and fonts as built by `make
// assets` into dist: names with a hash of the content, so that a browser keeps
// them for ever, each beside its compressed forms.
//
// dist is not committed. A placeholder keeps the package compiling before the
// first build; Files then says that the assets are missing.
package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// ErrNotBuilt says that the program was compiled before its assets were.
var ErrNotBuilt = errors.New("assets are not built: run `make assets` (npm ci --ignore-scripts && node assets/build.mjs), then build again")

// Files returns the built files and the manifest: logical name ("app.css") to
// the name under which it is served ("app.1f2e3d4c.css").
func Files() (files fs.FS, manifest map[string]string, err error) {
	text, err := dist.ReadFile("dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNotBuilt
	}
	if err != nil {
		return nil, nil, err
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, nil, fmt.Errorf("manifest.json: %w", err)
	}
	files, err = fs.Sub(dist, "dist")
	return files, manifest, err
}
