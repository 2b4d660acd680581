package skew

import (
	"testing"
	"time"

	_ "time/tzdata"

	"concerto/internal/store/storetest"
)

const brief = 200 * time.Millisecond

func TestAClockThatJumpsNeverPutsActsOutOfOrder(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		r, err := Alone(t.Context(), Config{Database: env.Database, Dir: t.TempDir(), Each: brief, Say: t.Logf})
		report(t, r, err)
	})
}

func TestTwoInstancesWhoseClocksPartKeepOneOrder(t *testing.T) {
	r, err := Pair(t.Context(), Config{Database: storetest.Postgres(t), Dir: t.TempDir(), Each: 2 * brief, Say: t.Logf})
	report(t, r, err)
}

func report(t *testing.T, r Result, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Error(f)
	}
	if r.Acked == 0 || r.Refused == 0 {
		t.Errorf("%d receipts and %d refusals: that was no rush through wrong clocks", r.Acked, r.Refused)
	}
}
