package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"strings"
	"testing"
)

// Every asset is there under the name of the manifest, and its compressed form is
// the same asset.
func TestTheManifestTellsTheTruth(t *testing.T) {
	files, manifest, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.css", "app.js", "icons.svg", "favicon.svg", "titillium-400.woff2"} {
		if manifest[name] == "" {
			t.Errorf("the manifest lacks %s", name)
		}
	}
	for name, served := range manifest {
		plain, err := fs.ReadFile(files, served)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.HasSuffix(name, ".woff2") {
			continue // compressed already
		}
		packed, err := fs.ReadFile(files, served+".gz")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s.gz is not %s (%v)", served, served, err)
		}
	}
}

// Nothing that is served from elsewhere, and no script that the policy forbids.
func TestAssetsAskNothingOfOthers(t *testing.T) {
	files, manifest, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	css, err := fs.ReadFile(files, manifest["app.css"])
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"http://", "https://", "@import"} {
		if at := strings.Index(strings.ReplaceAll(string(css), "http://www.w3.org/", ""), bad); at >= 0 {
			t.Errorf("app.css holds %q", bad)
		}
	}
	if !strings.Contains(string(css), "--bootstrap-italia-version") {
		t.Error("app.css does not say the version of the design system (C.SI.1.2)")
	}
}
