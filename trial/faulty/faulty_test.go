package faulty

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestAPlanFailsTheNthCallAndNoOther(t *testing.T) {
	p := &Plan{}
	p.reach("before it was armed")
	p.Arm(Before, 3)
	var failed []int
	for i := 1; i <= 5; i++ {
		if p.reach("call") != "" {
			failed = append(failed, i)
		}
	}
	call, seen := p.Disarm()
	if len(failed) != 1 || failed[0] != 3 || call != "call" || seen != 5 {
		t.Errorf("failed %v, named %q, %d calls: want the third of five", failed, call, seen)
	}
	if p.reach("after") != "" {
		t.Error("a plan that was disarmed failed a call")
	}
}

func TestRandomnessFailsOrIsShort(t *testing.T) {
	for _, tt := range []struct {
		kind Kind
		want int
	}{{Before, 0}, {Short, 8}} {
		p := &Plan{}
		r := Rand{bytes.NewReader(make([]byte, 64)), p}
		p.Arm(tt.kind, 1)
		b := make([]byte, 16)
		if n, err := io.ReadFull(r, b); n != tt.want || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: read %d bytes, %v; want %d and a fault", tt.kind, n, err, tt.want)
		}
		if n, err := io.ReadFull(r, b); n != 16 || err != nil {
			t.Errorf("%s: the next read gives %d bytes, %v", tt.kind, n, err)
		}
	}
}

func TestAGuardFileTakesNothingHalfOrAll(t *testing.T) {
	for _, tt := range []struct {
		kind Kind
		want string
	}{{Before, ""}, {Short, "ab"}, {After, "abcd"}} {
		path := filepath.Join(t.TempDir(), "guard")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		p := &Plan{}
		p.Arm(tt.kind, 1)
		if _, err := (Guard{f, p}).WriteAt([]byte("abcd"), 0); err == nil {
			t.Errorf("%s: no error", tt.kind)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != tt.want {
			t.Errorf("%s: the file holds %q (%v), want %q", tt.kind, got, err, tt.want)
		}
	}
}

func TestAClockIsWrongOnce(t *testing.T) {
	now := time.Date(2013, 10, 17, 14, 40, 0, 0, time.UTC)
	for kind, want := range map[Kind]time.Duration{Past: -time.Hour, Future: 10 * time.Minute, Same: 0} {
		p, at := &Plan{}, now
		c := Clock(p, func() time.Time { return at })
		c()
		at = now.Add(time.Second)
		p.Arm(kind, 1)
		from := at
		if kind == Same {
			from = now
		}
		if got := c(); !got.Equal(from.Add(want)) {
			t.Errorf("%s: %v", kind, got)
		}
		if got := c(); !got.Equal(at) {
			t.Errorf("%s: the answer after it is %v, want %v", kind, got, at)
		}
	}
}
