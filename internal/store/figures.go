package store

import (
	"context"
	"sync/atomic"
	"time"

	"concerto/internal/metrics"
)

// figures are what the writer counts of its own work.
type figures struct {
	sizes    *metrics.Histogram // closures in a transaction
	refused  atomic.Uint64      // writes answered with ErrBusy
	failures atomic.Uint64      // transactions that were not committed
}

func newFigures() figures {
	return figures{sizes: metrics.NewHistogram(1, 2, 4, 8, 16, 32, 64, 128, maxBatch)}
}

// WriteFigures adds to a page how the writer is doing.
func (s *Store) WriteFigures(p *metrics.Page) {
	p.Gauge("concerto_writer_queue", "Writes that wait for the writer.", float64(len(s.queue)))
	p.Gauge("concerto_writer_queue_limit", "Writes that may wait before the answer is: busy.", queueSize)
	p.Counter("concerto_writer_refused_total", "Writes refused because too many were waiting.", float64(s.figures.refused.Load()))
	p.Counter("concerto_writer_failures_total", "Transactions that were not committed.", float64(s.figures.failures.Load()))
	p.Histogram("concerto_writer_batch_size", "Writes in one transaction.", s.figures.sizes)
}

// Probe sends an empty transaction through the writer, and reports whether it came
// back before ctx was done: the database takes writes and the writer is alive.
func (s *Store) Probe(ctx context.Context) error {
	const nowhere = "" // no Ambito has this name, so no log is locked
	j := &job{ctx, nowhere, func(*Tx) error { return nil }, make(chan error, 1)}
	select {
	case <-s.quit:
		return ErrClosed
	default:
	}
	select {
	case s.queue <- j:
	default:
		return ErrBusy
	}
	select {
	case err := <-j.result:
		return err
	case <-s.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Health is what stands in the way of answering and of recording; nil is nothing.
type Health struct {
	Database error // it does not answer
	Writer   error // it does not come back
	Clock    error // it stands before the last act (P20)
}

// Health asks the database, the clock and the writer, in that order.
func (s *Store) Health(ctx context.Context) Health {
	var h Health
	last, err := s.Read().NewestAct(ctx)
	if err != nil {
		return Health{Database: err, Writer: err}
	}
	if s.cfg.Now().Add(clockSlack).Before(time.UnixMicro(last)) {
		h.Clock = ErrClock
	}
	h.Writer = s.Probe(ctx)
	return h
}
