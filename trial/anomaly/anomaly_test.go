package anomaly

import (
	"testing"

	_ "time/tzdata"

	"concerto/internal/store/storetest"
)

// Of every seventh call, in each way of failing, on both databases; all of them are
// a line of the chaos trials.
func TestNothingIsLostWhateverCallFails(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		t.Parallel()
		r, err := Sweep(t.Context(), Config{Database: env.Database, Dir: t.TempDir(), Every: 7, Say: t.Logf})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			t.Error(f)
		}
		if r.Points < 100 || r.Acked == 0 || r.Absent == 0 || r.Silent == 0 {
			t.Errorf("%d points, acknowledged %d, absent %d, there without an answer %d: the sweep is not a sweep", r.Points, r.Acked, r.Absent, r.Silent)
		}
	})
}
