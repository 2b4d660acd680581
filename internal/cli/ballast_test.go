package cli

import (
	"errors"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"concerto/internal/web"
)

// smallDisk mounts a file system of a size in memory, for a test that fills it.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Logf("NOT RUN ON A FULL DISK: a file system of its own cannot be mounted here: %s", out)
		if os.Getenv("CI") == "true" {
			t.FailNow()
		}
		t.SkipNow()
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount %s: %s", dir, out)
		}
	})
	return dir
}

// fillUp writes until nothing more goes in, and returns the file that did it.
func fillUp(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "others")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); ; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return name
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// P24: a full disk stops nothing that must go on, and comes back without a restart.
func TestTheBallastGoesWhenTheDiskIsFullAndComesBack(t *testing.T) {
	dir := smallDisk(t, "256m")
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	in, err := location{Data: dir}.open(t.Context(), time.Now, &url.URL{Scheme: "http", Host: "concerto.example"}, log, false)
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	writes := func() error { _, err := in.app.OfferFirstAccess(t.Context()); return err }
	b := newBallast(dir, log)
	tend := func(held bool) {
		t.Helper()
		if err := b.tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.held() != held {
			t.Fatalf("the ballast is held: %v, want %v", b.held(), held)
		}
	}
	before, _ := b.disk()
	tend(true)
	after, _ := b.disk()
	if took := before.Free - after.Free; took < ballastSize {
		t.Errorf("the ballast takes up %d bytes, want %d: it has a hole", took, ballastSize)
	}
	if info, err := os.Stat(filepath.Join(dir, ballastName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	tend(true)

	others := fillUp(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "more"), make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	tend(false)
	if d, err := b.room(); err != nil || d.Free >= 8<<20 {
		t.Errorf("released, /salute is told %d free bytes, %v: they are not there to go on with", d.Free, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "more"), make([]byte, 1<<20), 0o600); err != nil {
		t.Errorf("nothing can be written in the room that the ballast left: %v", err)
	}
	if err := writes(); err != nil {
		t.Errorf("the database does not write in the room that the ballast left: %v", err)
	}
	tend(false) // it does not come back into what it left

	if err := os.Remove(others); err != nil {
		t.Fatal(err)
	}
	tend(true)
}

// A disk that is filled while the file is being made leaves no half of it, and a small
// one has none.
func TestTheBallastIsWholeOrNotThere(t *testing.T) {
	dir := smallDisk(t, "32m")
	b := newBallast(dir, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err := b.tend(t.Context()); err != nil || b.held() {
		t.Errorf("on a small disk: %v, held %v", err, b.held())
	}
	b.disk = func() (web.Disk, error) { return web.Disk{Free: 1 << 40, Total: 1 << 40}, nil } // as it was a moment ago
	if err := b.tend(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the disk filled up meanwhile: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
