package instance

import (
	"testing"
	"time"

	"concerto/internal/definition"
	"concerto/internal/pdz"
)

// Whatever day the trials run, the notice can be published and its window is open.
func TestNoticeTakesAdhesionsOnAnyDay(t *testing.T) {
	start := time.Date(2026, 1, 1, 11, 0, 0, 0, time.UTC)
	for now := start; now.Before(start.AddDate(2, 0, 0)); now = now.AddDate(0, 0, 5) {
		src, err := Notice(now)
		if err != nil {
			t.Fatal(err)
		}
		d, found := definition.Load("notice.yaml", src)
		if d == nil || !found.Publishable() {
			t.Fatalf("on %v: %v", now, found)
		}
		w, _ := d.Process.Window("iscrizione")
		for _, at := range []time.Time{now, now.Add(48 * time.Hour)} {
			if v := w.Judge(at); v.Timeliness != pdz.Timely {
				t.Errorf("on %v an adhesion at %v is %v", now, at, v.Timeliness)
			}
		}
	}
}
