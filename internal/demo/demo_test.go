package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"testing"
	"time"

	_ "time/tzdata"

	"concerto/examples"
	"concerto/internal/app"
	"concerto/internal/clock"
	"concerto/internal/i18n"
	"concerto/internal/pdz"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

// failOnError is a log that makes an event that could not be enacted fail the test.
type failOnError struct {
	slog.Handler
	t *testing.T
}

func (h failOnError) Handle(_ context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		r.Attrs(func(a slog.Attr) bool { h.t.Errorf("%s: %v", r.Message, a); return true })
	}
	return nil
}

var rome = sync.OnceValue(func() *time.Location {
	l, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return l
})

func local(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02T15:04:05", s, rome())
	if err != nil {
		panic(err)
	}
	return t
}

// open makes a demo on a database. The real clock stands still unless tests move it.
func open(t *testing.T, database string, real clock.Now, start time.Time) *Demo {
	t.Helper()
	return openAs(t, database, real, start, false)
}

func openAs(t *testing.T, database string, real clock.Now, start time.Time, empty bool) *Demo {
	t.Helper()
	sim := clock.NewSimulated(real, start)
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, database, sim.Now)
	base, _ := url.Parse("http://localhost:8080")
	a := &app.App{Store: s, Now: sim.Now, Rand: rand.Reader, Secret: []byte("secret"), BaseURL: base, Words: words}
	n := 0
	d, err := New(Config{App: a, Store: s, Clock: sim, Real: real, Files: examples.Files, Dir: "lecce-2013", Start: start, Empty: empty,
		NewKey: func() (app.LogKey, error) {
			n++
			origin := fmt.Sprintf("demo-%d.concerto.example/%s", n, time.Duration(start.Unix()))
			return app.LogKey{Origin: origin, Verifier: storetest.Key(t, origin)}, nil
		},
		Log: slog.New(failOnError{slog.DiscardHandler, t})})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func still() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }

func (d *Demo) received(t *testing.T) (adhesions, inForce int) {
	t.Helper()
	v, err := d.app.Tally(t.Context(), "lecce", "2014-2016")
	if err != nil {
		t.Fatal(err)
	}
	return v.Adhesions, v.InForce
}

func TestAtAnyPositionWhatWasHasHappenedAndNothingElse(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		d := open(t, env.Database, still, local("2013-10-17T16:40:00"))
		if n, _ := d.received(t); n != 40 {
			t.Errorf("at 16:40 of the 17th %d sheets, want 40", n)
		}
		d.moveTo(t, local("2013-10-17T16:52:07"))
		if n, _ := d.received(t); n != 40 {
			t.Errorf("a second before the forty-first %d sheets, want 40", n)
		}
		d.moveTo(t, local("2013-10-17T16:52:08"))
		if n, _ := d.received(t); n != 41 {
			t.Errorf("at 16:52:08 %d sheets, want 41", n)
		}
		d.moveTo(t, local("2013-10-22T15:00:00"))
		d.compare(t)
		rep, err := d.app.Audit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range rep.Discrepancies {
			t.Error(x)
		}
	})
}

func (d *Demo) moveTo(t *testing.T, to time.Time) {
	t.Helper()
	if err := d.Move(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if err := d.enact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := d.clock.Now(); !now.Equal(to) {
		t.Errorf("the clock shows %v, want %v", now, to)
	}
}

// compare holds every sheet against what the content says of it: its number, and
// whether it came in time.
func (d *Demo) compare(t *testing.T) {
	t.Helper()
	verdicts := map[string]pdz.Timeliness{"tempestiva": pdz.Timely, "fuori_termine": pdz.Late}
	for _, e := range d.content.Adhesions {
		code, err := d.codeOf(t.Context(), d.definition.Process, "demo-"+e.ID)
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		v, err := d.app.Adhesion(t.Context(), app.Actor{Role: app.System}, "lecce", code)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("PDZ-2013-%04d", e.Number); v.Number != want {
			t.Errorf("%s has number %s, want %s", e.ID, v.Number, want)
		}
		if want := verdicts[e.Verdict]; e.Kind == "scheda" && v.Versions[0].Kind == "adesione" && d.timeliness(t, v) != want {
			t.Errorf("%s is %s, want %s", e.ID, d.timeliness(t, v), want)
		}
	}
}

// timeliness is the verdict on the first version.
func (d *Demo) timeliness(t *testing.T, v *app.AdhesionView) pdz.Timeliness {
	t.Helper()
	rows, err := d.store.Read().VerdictsOnMatter(t.Context(), q.VerdictsOnMatterParams{Ambito: "lecce", Matter: v.Code})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Act == v.Versions[0].Index && r.Rule == "iscrizione" {
			return pdz.Timeliness(r.Result)
		}
	}
	return ""
}

func TestTheClockGoesOnWhereItStoodAndBeginsAgain(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		start := local("2013-10-17T16:40:00")
		d := open(t, env.Database, still, start)
		d.moveTo(t, local("2013-10-18T09:30:00"))
		later := func() time.Time { return still().Add(24 * time.Hour) }
		again := open(t, env.Database, later, start)
		if now := again.clock.Now(); !now.Equal(local("2013-10-18T09:30:00")) {
			t.Errorf("a day later the clock shows %v, want where it stood", now)
		}
		if a, b := count(t, d), count(t, again); a != b {
			t.Errorf("%d sheets, %d after opening again", a, b)
		}
		if err := again.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, again); n != 40 || !again.clock.Now().Equal(start) {
			t.Errorf("after beginning again %d sheets at %v", n, again.clock.Now())
		}
	})
}

func count(t *testing.T, d *Demo) int { n, _ := d.received(t); return n }

func TestTwoInstancesEnactEachEventOnce(t *testing.T) {
	dsn := storetest.Postgres(t)
	one := open(t, dsn, still, local("2013-10-17T16:40:00"))
	two := open(t, dsn, still, local("2013-10-17T16:40:00"))
	var wg sync.WaitGroup
	for _, d := range []*Demo{one, two} {
		wg.Go(func() { d.moveTo(t, local("2013-10-18T12:00:00")) })
	}
	wg.Wait()
	logs, err := one.store.Read().ActsFrom(t.Context(), q.ActsFromParams{Ambito: "lecce", Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, a := range logs {
		seen[a.Kind]++
	}
	want := map[string]int{"adesione": 0, "modifica": 0, "ritiro": 0}
	for _, e := range one.content.Adhesions {
		if !e.RecordedAt.After(local("2013-10-18T12:00:00")) {
			want[map[string]string{"scheda": "adesione", "rettifica": "modifica", "ritiro": "ritiro"}[e.Kind]]++
		}
	}
	for kind, n := range want {
		if seen[kind] != n {
			t.Errorf("%d acts of kind %s, want %d", seen[kind], kind, n)
		}
	}
}
