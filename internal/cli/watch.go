package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"concerto/internal/metrics"
	"concerto/internal/web"
)

// watchFlags are for whoever watches over the instance.
type watchFlags struct {
	MetricsListen string `help:"Address on which /metrics answers in the text format of Prometheus, apart from the site; empty: nowhere. Keep it off the public network."`
	DiskReserve   uint64 `help:"Mebibytes that must be free where the data folder is: under them /salute says that the instance is not ready." default:"64"`
}

// serveMetrics opens the listener of the measures, if one is wanted, until ctx is done.
func (f watchFlags) serveMetrics(ctx context.Context, in *instance, site *web.Site, log *slog.Logger) error {
	if f.MetricsListen == "" {
		return nil
	}
	l, err := net.Listen("tcp", f.MetricsListen)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		var p metrics.Page
		site.WriteFigures(&p)
		if err := in.app.WriteFigures(r.Context(), &p); err != nil {
			log.Error("metrics", "err", err)
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Write(p.Bytes())
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	context.AfterFunc(ctx, func() { srv.Close() })
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics", "err", err)
		}
	}()
	return nil
}

// diskOf tells how much room is left in the file system of a folder.
func diskOf(dir string) func() (web.Disk, error) {
	return func() (web.Disk, error) {
		var s syscall.Statfs_t
		if err := syscall.Statfs(dir, &s); err != nil {
			return web.Disk{}, err
		}
		return web.Disk{Free: s.Bavail * uint64(s.Bsize), Total: s.Blocks * uint64(s.Bsize)}, nil
	}
}
