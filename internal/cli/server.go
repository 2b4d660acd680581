package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"concerto/internal/web"
)

// interrupted returns a context that ends when the process is told to stop.
func interrupted() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// grace is how long requests that are being answered may take once the process
// was told to stop.
const grace = 20 * time.Second

// garbagePercent lets the heap grow to four times what is in use before it is swept.
// What is in use is small, so that it costs some dozens of MiB under a rush, and none
// at rest; a receipt then costs a third less of the processor (ADR 30).
const garbagePercent = 300

// settled is how long after a start the memory that only the start needed goes back to the
// system; the collector alone would keep it until there is much more.
const settled = 2 * time.Second

// serveSite answers requests on l until ctx is done, then lets those in hand finish.
func serveSite(ctx context.Context, site *web.Site, l net.Listener, log *slog.Logger) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	srv := site.Server(l.Addr().String())
	settling := time.AfterFunc(settled, debug.FreeOSMemory)
	defer settling.Stop()
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(web.Whole(l)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
