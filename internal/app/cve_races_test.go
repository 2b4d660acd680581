package app_test

import (
	"fmt"
	"sync"
	"testing"

	"concerto/internal/app"
)

// The same support counted more than once when it was sent several times in parallel
// (doc/cve-classes.md). Here each of the parallel sheets of one body has a key of its
// own, so that nothing but the rule itself stands between them: one comes into force.
func TestAsDecidim2023_47634(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		const n = 16
		var wg sync.WaitGroup
		var mu sync.Mutex
		var codes []string
		fresh := 0
		for i := range n {
			wg.Go(func() {
				rc, err := w.Adhere(t.Context(), app.Actor{Role: app.Anonymous}, app.AdhesionInput{Ambito: "lecce", Process: "2014-2016", Form: "scheda-adesione",
					Key: fmt.Sprint("parallel ", i), Arrival: app.Arrival{Channel: "web", ReceivedAt: w.clock()}, Answers: with(cooperative(), "codice-fiscale", "99900 010-754")})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				codes = append(codes, rc.Adhesion.Code)
				if rc.Adhesion.State == app.AdhesionActive {
					fresh++
				}
			})
		}
		wg.Wait()
		if in := inForce(t, w, codes...); in != 1 || fresh != 1 || len(codes) != n {
			t.Errorf("of %d sheets of one body sent at once %d were told that they count and %d do; want 1 and 1", len(codes), fresh, in)
		}
		if got := w.rows(t, "party"); got != 1 {
			t.Errorf("%d bodies were made of one", got)
		}
	})
}
