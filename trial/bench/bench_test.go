package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concerto/trial/bench/floor"
	"concerto/trial/bench/stat"
	"concerto/trial/instance"
)

// The floor of the rush is laid into package web, which changes: it must be seen here, and
// not when somebody measures, that it does not fit any more.
func TestTheFloorOfTheRushFitsTheWebLayer(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	file, err := writeOverlay(root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-tags", "rawfile", "-overlay", file, "-o", os.DevNull, "./trial/bench/rawfile")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTheNoticeCanBeServedForManyAmbiti(t *testing.T) {
	dir := t.TempDir()
	b := bench{dir: dir}
	var err error
	if b.notice, err = instance.WriteNotice(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	names, flags, err := b.notices(3)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 2 || len(flags) != 4 || flags[0] != "--process" {
		t.Fatalf("names %q, flags %q", names, flags)
	}
	text, err := os.ReadFile(flags[3])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("\n  id: ambito-3\n")) {
		t.Error("the third notice does not name the third Ambito")
	}
}

// On a disk that is none a commit costs nothing, and every figure of the rush would be wrong.
func TestAFolderInMemoryIsSeen(t *testing.T) {
	if _, err := os.Stat("/dev/shm"); err == nil && !inRAM("/dev/shm") {
		t.Error("/dev/shm is taken for a disk")
	}
	if inRAM("/proc") {
		t.Error("/proc is taken for memory")
	}
}

func TestALineThatIsUnknownIsRefused(t *testing.T) {
	if err := new(bench).run("rush,rash"); err == nil || !strings.Contains(err.Error(), "rash") {
		t.Errorf("got %v", err)
	}
	if err := floor.Run("ceiling", nil); err == nil {
		t.Error("an unknown floor was run")
	}
}

func TestALineWithoutAPeerSaysSoAndIsNoFailure(t *testing.T) {
	b := bench{peer: filepath.Join(t.TempDir(), "none")}
	why, ok := b.hasPeer()
	if ok {
		t.Fatal("a peer was found where there is none")
	}
	if err := b.rushPeer(&rusher{}); err != nil {
		t.Fatal(err)
	}
	if got, want := b.told[0].String(), "LINE rush/pocketbase - - ≥4.00 unavailable"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if b.missed || b.told[0].Verdict != stat.Unavailable || !strings.Contains(why, "peer") {
		t.Errorf("missed %v, %+v, %q", b.missed, b.told[0], why)
	}
}
