// Package jobs runs what nobody waits for: the outbox, and what has to be done
// now and then. A job is a function that does what is due and returns; what is due
// is in the database, so a job may be stopped at any moment and started elsewhere.
package jobs

import (
	"context"
	"log/slog"
	"time"
)

// Every runs fn at once and then each period until ctx is done. An error is
// logged and does not stop the next run.
func Every(ctx context.Context, period time.Duration, name string, log *slog.Logger, fn func(context.Context) error) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		if err := fn(ctx); err != nil && ctx.Err() == nil {
			log.Error("job", "name", name, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
