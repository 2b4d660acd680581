package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"concerto/internal/metrics"
	"concerto/internal/store"
)

func TestHealthSaysWhatStandsInTheWay(t *testing.T) {
	const gib = 1 << 30
	good := func() (Disk, error) { return Disk{Free: 50 * gib, Total: 100 * gib}, nil }
	tests := []struct {
		name  string
		disk  func() (Disk, error)
		spoil func(t *testing.T, s *testSite)
		want  int
		parts health
	}{
		{"all is well", good, nil, 200, health{"ok", "ok", "ok", "ok", "ok"}},
		{"a full disk is seen coming", func() (Disk, error) { return Disk{Free: 9 * gib, Total: 100 * gib}, nil }, nil,
			200, health{"attenzione", "ok", "ok", "ok", "attenzione"}},
		{"no room for a rush", func() (Disk, error) { return Disk{Free: 63 << 20, Total: gib}, nil }, nil, 503, health{"guasto", "ok", "ok", "ok", "guasto"}},
		{"a disk that does not answer", func() (Disk, error) { return Disk{}, errors.New("gone") }, nil, 503, health{"guasto", "ok", "ok", "ok", "guasto"}},
		{"the clock stands before the register", good, func(t *testing.T, s *testSite) { s.set(rome("2013-10-08 09:00")) },
			503, health{"guasto", "ok", "ok", "guasto", "ok"}},
		{"the clock is a second behind another instance's", good, func(t *testing.T, s *testSite) { s.set(rome("2013-10-09 09:00").Add(-time.Second)) },
			200, health{"ok", "ok", "ok", "ok", "ok"}},
		{"the database is gone", good, func(t *testing.T, s *testSite) { s.App.Store.Close() }, 503, health{"guasto", "guasto", "guasto", "ok", "ok"}},
		{"the writer hangs", good, hang, 503, health{"guasto", "ok", "guasto", "ok", "ok"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newTestSite(t, eve, func(c *Config) { c.Disk, c.DiskReserve = tt.disk, 64<<20 })
			if tt.spoil != nil {
				tt.spoil(t, s)
			}
			w := s.get("/salute")
			var got health
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			if w.Code != tt.want || got != tt.parts {
				t.Errorf("GET /salute = %d %+v, want %d %+v", w.Code, got, tt.want, tt.parts)
			}
		})
	}
}

// hang keeps the writer busy until the test ends.
func hang(t *testing.T, s *testSite) {
	held, release := make(chan struct{}), make(chan struct{})
	go s.App.Store.Update(t.Context(), "lecce", func(*store.Tx) error { close(held); <-release; return nil })
	<-held
	t.Cleanup(func() { close(release) })
}

func TestMeasuresNameRoutesAndNobody(t *testing.T) {
	s := newTestSite(t, eve)
	own := visit(t, s).adhere(percorso, melograno).want(http.StatusCreated).page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	s.get(own)
	s.do("BREW", "/lecce/?nome=Anna", "")
	s.get("/lecce/ricevuta/Melograno")
	s.get("/nessuna/pagina/cosi")
	var p metrics.Page
	s.WriteFigures(&p)
	if err := s.App.WriteFigures(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	text := string(p.Bytes())
	for _, want := range []string{
		`concerto_requests_total{route="/{ambito}/gestione/{codice}/{chiave}",method="GET",status="200"} 1`,
		`concerto_requests_total{route="none",method="other",status="405"} 1`,
		`concerto_requests_total{route="none",method="GET",status="404"} 1`,
		`concerto_request_seconds_bucket{route="/{ambito}/gestione/{codice}/{chiave}",le="+Inf"} 1`,
		`concerto_log_size{ambito="lecce"} 2`, `concerto_acts{ambito="lecce",kind="adesione"} 1`, `concerto_outbox_waiting{ambito="lecce"} 1`,
		"concerto_writer_queue 0", "concerto_writer_batch_size_count ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the measures lack %s:\n%s", want, text)
		}
	}
	for _, never := range append(personal(t, own), "Anna", "Melograno", "BREW") {
		if strings.Contains(text, never) {
			t.Errorf("the measures name %q", never)
		}
	}
}

// personal are what must stand in no log and no measure: what was typed, and the
// secret half of the link.
func personal(t *testing.T, own string) []string {
	t.Helper()
	parts := strings.Split(own, "/")
	out := []string{parts[len(parts)-1]}
	for _, fields := range melograno {
		for name, values := range fields {
			if name == "categoria" || name == "comune-sede" || name == "ruolo" {
				continue
			}
			out = append(out, values...)
		}
	}
	return out
}

// An adhesion from the form to the receipt, with mistakes on the way, leaves a log
// in which nobody is named and no link can be found.
func TestTheLogNamesNobody(t *testing.T) {
	var log bytes.Buffer
	s := newTestSite(t, eve, func(c *Config) {
		c.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	v := visit(t, s).begin(percorso)
	draft := strings.Split(strings.TrimPrefix(v.at, percorso+"/adesione/"), "/")[0]
	v.fill(stepForm, url.Values{"denominazione": {"Cooperativa sociale Il Melograno"}, "codice-fiscale": {"01234567890"}, "recapito-email": {"info@"}})
	v.want(http.StatusUnprocessableEntity)
	v.steps(melograno).declareAndSend().want(http.StatusCreated)
	own := v.page.Find(`.ps-card a[href*="/gestione/"]`).AttrOr("href", "")
	for _, address := range []string{own, own + "/ricevuta.json", own + "x", own + "/ritiro", "/lecce/nulla?email=info@ilmelograno.example"} {
		s.get(address)
	}
	s.do(http.MethodPost, own+"/ritiro", "motivo=Anna+Perrone")
	s.App.Store.Close()
	s.get(own) // an error of ours, with whatever it says
	text := log.String()
	if n := strings.Count(text, "\n"); n < 15 || !strings.Contains(text, `"status":500`) {
		t.Fatalf("%d lines were logged: the test looks in the wrong place\n%s", n, text)
	}
	for line := range strings.Lines(text) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not a JSON line: %s", line)
		}
	}
	for _, never := range append(personal(t, own), draft, "01234567890", "Anna") {
		if strings.Contains(text, never) {
			t.Errorf("the log holds %q", never)
		}
	}
}
