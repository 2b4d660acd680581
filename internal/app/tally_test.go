package app_test

import (
	"testing"
	"time"
)

// Under a rush the count is taken again as often as it costs little to; a page made of
// an older one says until when, and once nothing comes it is right.
func TestATallyIsNeverOlderThanWhatItCost(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ask := func(want int, until bool) {
			t.Helper()
			got, err := w.Tally(t.Context(), "lecce", "2014-2016")
			if err != nil {
				t.Fatal(err)
			}
			if got.Adhesions != want || got.Until.IsZero() == until {
				t.Errorf("tally %d until %v, want %d, with a term: %v", got.Adhesions, got.Until, want, until)
			}
		}
		slow := w.clock()
		w.App.Now = func() time.Time { slow = slow.Add(100 * time.Millisecond); return slow } // each look at the clock takes a tenth of a second
		ask(0, false)
		if _, err := w.send(t, t.Context(), cooperative(), w.clock()); err != nil {
			t.Fatal(err)
		}
		ask(0, true)
		slow = slow.Add(3 * time.Second)
		ask(1, false)
	})
}

func TestATallyIsExactWhileCountingIsQuick(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for want := range 3 {
			got, err := w.Tally(t.Context(), "lecce", "2014-2016")
			if err != nil || got.Adhesions != want || !got.Until.IsZero() {
				t.Errorf("tally %+v, want %d with no term (%v)", got, want, err)
			}
			a := cooperative()
			a["codice-fiscale"] = []string{[]string{"99900010754", "01234567897", "00000000000"}[want]}
			if _, err := w.send(t, t.Context(), a, w.clock()); err != nil && want < 2 {
				t.Fatal(err)
			}
		}
	})
}
