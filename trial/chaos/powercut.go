package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"concerto/trial/instance"
)

// Figures of a cut. commit=60 keeps ext4 from flushing by its own clock: what is in
// the copy is what the program had flushed.
const (
	imageSize  = 512 << 20 // sparse
	mountFlags = "loop,noatime,commit=60"
	cutCrowd   = 32
	cutsNeeded = 10
	cutsMutant = 6 // within which a broken build must have lost something
)

// powercut cuts the power: the data folder is on an ext4 file system in an image
// file, and the image is copied the instant the process dies. What the program had
// written but not flushed is in the page cache above the image and so not in the
// copy, which is then mounted, served and held to every receipt. Each cut goes on
// from the copy of the one before. SQLite with synchronous NORMAL or OFF must be
// found out within a few cuts, or this line shows nothing.
func powercut(t *trial) (result, error) {
	var res result
	if err := loopDevices(t.dir); err != nil {
		return res, err
	}
	cuts := cutsNeeded
	if t.short {
		cuts = 2
	}
	err := t.cuts(&res, t.binary, cuts)
	if err != nil || t.short {
		return res, err
	}
	for _, name := range []string{"sqlite-normal", "sqlite-off"} {
		res.mutants = append(res.mutants, t.judge(name, losesPower))
	}
	return res, nil
}

// losesPower cuts the power of a broken build until something is missing. A
// database that cannot be served any more is how OFF looks.
func losesPower(s *trial, binary string) (string, error) {
	var res result
	err := s.cuts(&res, binary, cutsMutant)
	var after *afterCut
	switch {
	case errors.As(err, &after):
		return fmt.Sprintf("after %d cuts: %v", res.faults, err), nil
	case err != nil:
		return "", err
	case res.lost > 0:
		return fmt.Sprintf("lost %d of %d receipts in %d cuts", res.lost, res.acks, res.faults), nil
	case len(res.findings) > 0:
		return res.findings[0], nil
	}
	return "", nil
}

// afterCut is an instance that does not start, or cannot be asked, after a cut.
type afterCut struct{ err error }

func (e *afterCut) Error() string { return e.err.Error() }
func (e *afterCut) Unwrap() error { return e.err }

// cuts makes a number of cuts one after another, or until something is wrong.
func (t *trial) cuts(res *result, binary string, n int) error {
	d := &disk{dir: t.dir}
	defer d.unmount()
	if err := d.format(); err != nil {
		return err
	}
	c, err := t.config(binary, filepath.Join(d.mountPoint(), "data"), 0)
	if err != nil {
		return err
	}
	r, err := t.newRush(c.Listen)
	if err != nil {
		return err
	}
	if err := t.firstStart(r, c); err != nil {
		return err
	}
	for res.faults < n && res.lost == 0 && len(res.findings) == 0 {
		if err := t.cut(r, c, d, res); err != nil {
			return err
		}
		if err := t.afterwards(r, c, res, res.faults == n); err != nil {
			return &afterCut{err}
		}
	}
	return r.end(res)
}

// firstStart publishes the notice and lets it reach the disk: the cut of a first
// start would only show that there was none.
func (t *trial) firstStart(r *rush, c instance.Config) error {
	server, err := instance.Start(t.ctx, c)
	if err != nil {
		return err
	}
	if err := r.keep(); err != nil {
		server.Kill()
		return err
	}
	if err := server.Stop(); err != nil {
		return err
	}
	return exec.Command("sync", "-f", c.Data).Run()
}

// cut lets a crowd in and cuts the power in its midst.
func (t *trial) cut(r *rush, c instance.Config, d *disk, res *result) error {
	server, err := instance.Start(t.ctx, c)
	if err != nil {
		return &afterCut{err}
	}
	return r.during(cutCrowd, func() error {
		sleep(t.ctx, time.Second+rand.N(1500*time.Millisecond))
		server.Kill()
		res.faults++
		return d.cut()
	})
}

// afterwards serves what the cut left, and holds it to the receipts.
func (t *trial) afterwards(r *rush, c instance.Config, res *result, last bool) error {
	server, err := instance.Start(t.ctx, c)
	if err != nil {
		return err
	}
	defer server.Stop()
	audit := instance.Config{}
	if last {
		audit = c
	}
	t.say("cut %d", res.faults)
	return r.check(res, c.Listen, audit)
}

// disk is a file system in an image file.
type disk struct {
	dir     string
	number  int // of the image in use
	mounted bool
}

func (d *disk) image() string      { return filepath.Join(d.dir, fmt.Sprintf("disk-%d.img", d.number)) }
func (d *disk) mountPoint() string { return filepath.Join(d.dir, "disk") }

func (d *disk) format() error {
	f, err := os.Create(d.image())
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(imageSize), f.Close(), os.Mkdir(d.mountPoint(), 0o755)); err != nil {
		return err
	}
	if err := command("mkfs.ext4", "-q", "-F", d.image()); err != nil {
		return err
	}
	return d.mount()
}

func (d *disk) mount() error {
	err := command("mount", "-t", "ext4", "-o", mountFlags, d.image(), d.mountPoint())
	d.mounted = err == nil
	return err
}

func (d *disk) unmount() error {
	if !d.mounted {
		return nil
	}
	d.mounted = false
	return command("umount", d.mountPoint())
}

// cut copies the image as it is this instant and puts the copy in its place. The
// old image is only then unmounted, which flushes into what nobody reads any more.
func (d *disk) cut() error {
	old := d.image()
	d.number++
	if err := command("cp", "--sparse=always", old, d.image()); err != nil {
		return err
	}
	if err := errors.Join(d.unmount(), os.Remove(old)); err != nil {
		return err
	}
	return d.mount()
}

// loopDevices reports what is missing for file systems in files.
func loopDevices(dir string) error {
	if os.Getuid() != 0 {
		return &lackingError{"mounting needs root; run it as root, on a machine of its own"}
	}
	probe := filepath.Join(dir, "probe")
	if err := os.Mkdir(probe, 0o755); err != nil {
		return err
	}
	d := &disk{dir: probe}
	if err := errors.Join(d.format(), d.unmount()); err != nil {
		return &lackingError{"no file system can be mounted from a file: " + err.Error()}
	}
	return os.RemoveAll(probe)
}

func command(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}
