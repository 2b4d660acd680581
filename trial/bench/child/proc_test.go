package child

import (
	"path/filepath"
	"testing"
	"time"
)

func TestProcessorTimeIsReadWhateverTheProgramIsCalled(t *testing.T) {
	got, err := parseStat("4711 (a) strange (name) S 42 4711 4711 0 -1 4194560 100 0 0 0 150 50 7 3 20 0 9 0 100 1000 10")
	if err != nil {
		t.Fatal(err)
	}
	if want := (stat{parent: 42, cpu: 2100 * time.Millisecond}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, bad := range []string{"", "4711 (short) S 42", "no parenthesis"} {
		if _, err := parseStat(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestMemoryIsReadInBytes(t *testing.T) {
	now, peak, err := parseMemory("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n")
	if err != nil || now != 1<<20 || peak != 2<<20 {
		t.Errorf("got %d, %d, %v", now, peak, err)
	}
	if _, _, err := parseMemory("Name:\tx\n"); err == nil {
		t.Error("a status without memory was read")
	}
}

func TestAProgramIsStartedWeighedAndEnded(t *testing.T) {
	p, err := Start("sleeper", "", filepath.Join(t.TempDir(), "out"), "/bin/sh", "-c", "echo here; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 60")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	deadline := time.Now().Add(10 * time.Second)
	for p.CPU() == 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if p.CPU() == 0 {
		t.Error("a loop used no processor time")
	}
	if now, _, err := p.Memory(); err != nil || now <= 0 {
		t.Errorf("memory %d, %v", now, err)
	}
	p.Stop()
	select {
	case <-p.done:
	default:
		t.Error("still running after Stop")
	}
	if p.Output() != "here\n" {
		t.Errorf("output %q", p.Output())
	}
}
