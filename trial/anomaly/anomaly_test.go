package anomaly

import (
	"context"
	"testing"

	_ "time/tzdata"

	"concerto/internal/register"
	"concerto/internal/store/storetest"
	"concerto/trial/faulty"
	"concerto/trial/inside"
)

// Of every seventh call, in each way of failing, on both databases; all of them are
// a line of the chaos trials.
func TestNothingIsLostWhateverCallFails(t *testing.T) {
	for engine, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fresh := func() (string, string, error) { return database(t), t.TempDir(), nil }
			r, err := Sweep(t.Context(), Config{New: fresh, Every: 7, Say: t.Logf})
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
}

// The judge is judged: a deed that says it was done when it failed must be found out,
// and so must one that is done twice by the same click made again.
func TestAFalseAcknowledgementIsSeen(t *testing.T) {
	for _, tt := range []struct {
		name string
		lie  func(*sweep) do
		want func(Result) bool
	}{
		{"acknowledged and not there", func(s *sweep) do {
			return func(ctx context.Context) (*register.Receipt, error) {
				_, _ = s.site.StartDraft(ctx, inside.Ambito, inside.Process, "scheda-adesione")
				return nil, nil
			}
		}, func(r Result) bool { return r.Lost == 1 }},
		{"two acts of one click", func(s *sweep) do {
			return func(ctx context.Context) (*register.Receipt, error) {
				rc, err := s.sheet(ctx)
				if err != nil {
					return nil, err
				}
				return rc.Proof, nil
			}
		}, func(r Result) bool { return r.Lost == 0 && len(r.Findings) > 0 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := newSweep(t.Context(), Config{New: func() (string, string, error) { return storetest.SQLite(t), t.TempDir(), nil }, Every: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer s.close()
			lie := deed{name: tt.name, prepare: func(_ context.Context, s *sweep) (do, error) { return tt.lie(s), nil }}
			met, err := s.point(t.Context(), lie, variant{"clock", ofClock, faulty.Same}, 1)
			if err != nil || !met {
				t.Fatalf("no call failed: %v", err)
			}
			if !tt.want(s.Result) {
				t.Errorf("the judge found %+v", s.Result)
			}
		})
	}
}
