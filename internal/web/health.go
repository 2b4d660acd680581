package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// States of a part of the instance, as /salute tells them.
const (
	partOK      = "ok"
	partWarning = "attenzione" // it works; somebody should look
	partDown    = "guasto"     // it does not: the instance is not ready
)

// health is the answer of /salute. Any answer means that the process lives; 200
// that it is ready, 503 that a balancer should send people elsewhere. It tells
// nothing that helps an attacker: no version, no error, no number.
type health struct {
	State    string `json:"stato"`
	Database string `json:"database"`
	Writer   string `json:"scrittura"`
	Clock    string `json:"orologio"`
	Disk     string `json:"disco"`
}

// healthTime is how long the parts have to answer.
const healthTime = 3 * time.Second

// lowDisk is the share of a disk under which somebody should look (P24).
const lowDisk = 0.10

// Disk says how much room there is where the instance keeps its data, in bytes.
type Disk struct{ Free, Total uint64 }

func (s *Site) health(w http.ResponseWriter, r *http.Request) error {
	// However many ask at once, the writer is asked once.
	v, _, _ := s.asking.Do("health", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), healthTime)
		defer cancel()
		return s.checkHealth(ctx), nil
	})
	h := v.(health)
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if h.State == partDown {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func (s *Site) checkHealth(ctx context.Context) health {
	found := s.App.Health(ctx)
	h := health{State: partOK, Database: s.part("database", found.Database), Writer: s.part("writer", found.Writer),
		Clock: s.part("clock", found.Clock), Disk: s.diskState()}
	for _, p := range []string{h.Database, h.Writer, h.Clock, h.Disk} {
		if p == partDown || p == partWarning && h.State == partOK {
			h.State = p
		}
	}
	return h
}

// part turns what stands in the way into a state, and logs it.
func (s *Site) part(name string, err error) string {
	if err == nil {
		return partOK
	}
	s.Log.Error("not ready", "part", name, "error", err)
	return partDown
}

// diskState is a warning under a tenth of the disk, and down when what is left would
// not see the next rush through: better to refuse while answers can still be written.
func (s *Site) diskState() string {
	if s.Disk == nil {
		return partOK
	}
	d, err := s.Disk()
	switch {
	case err != nil:
		return s.part("disk", err)
	case d.Free < s.DiskReserve:
		s.Log.Error("not ready", "part", "disk", "free", d.Free, "reserve", s.DiskReserve)
		return partDown
	case float64(d.Free) < lowDisk*float64(d.Total):
		return partWarning
	}
	return partOK
}
