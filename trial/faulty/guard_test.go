package faulty

import (
	"os"
	"path/filepath"
	"testing"

	"concerto/internal/register"
)

// Whatever write or flush of the guard file fails, and however: it can be read
// again, it remembers a checkpoint that was signed, and it takes the next one.
func TestAGuardOutlivesEachFailedWrite(t *testing.T) {
	for _, kind := range []Kind{Before, Short, After} {
		for n := 1; ; n++ {
			path := filepath.Join(t.TempDir(), "guard")
			plan := &Plan{}
			plan.Arm(kind, n)
			g := guardOn(t, path, plan)
			for size := int64(1); size <= 4; size++ {
				_ = g.Remember(checkpoint(size)) // one of them fails, which is a line in the log and no more
			}
			call, _ := plan.Disarm()
			if call == "" {
				if n < 4 {
					t.Errorf("%s: only %d calls were met", kind, n-1)
				}
				break
			}
			again, err := register.OpenGuard(path)
			if err != nil {
				t.Errorf("%s, call %d (%s): %v", kind, n, call, err)
				continue
			}
			if c, ok := again.Newest(checkpoint(1).Origin); !ok || c.Size < 3 || c != checkpoint(c.Size) {
				t.Errorf("%s, call %d (%s): it remembers %v, want what was signed last or just before", kind, n, call, c)
			}
			if err := again.Remember(checkpoint(5)); err != nil {
				t.Errorf("%s, call %d (%s): the next one: %v", kind, n, call, err)
			}
			again.Close()
		}
	}
}

func guardOn(t *testing.T, path string, p *Plan) *register.Guard {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	g, err := register.NewGuard(Guard{f, p})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func checkpoint(size int64) register.Checkpoint {
	c := register.Checkpoint{Origin: "example.org/registro", Size: size}
	c.Root[0] = byte(size)
	return c
}
