package app

import (
	"context"
	"errors"

	"concerto/internal/metrics"
	"concerto/internal/store"
)

// Health says whether the instance can answer and record. It is asked without any
// permission and tells nothing of what is recorded.
func (a *App) Health(ctx context.Context) store.Health { return a.Store.Health(ctx) }

// WriteFigures adds to a page of measures how much is recorded and how much waits
// to be sent. It counts; it names nobody.
func (a *App) WriteFigures(ctx context.Context, p *metrics.Page) error {
	r := a.Store.Read()
	logs, err := r.Logs(ctx)
	if err != nil {
		return err
	}
	for _, l := range logs {
		p.Gauge("concerto_log_size", "Acts in the register of an Ambito.", float64(l.Size), "ambito", l.Ambito)
	}
	acts, err := r.ActsByKind(ctx)
	if err != nil {
		return err
	}
	for _, k := range acts {
		p.Gauge("concerto_acts", "Acts by kind, in the words of the register.", float64(k.N), "ambito", k.Ambito, "kind", k.Kind)
	}
	box, err := r.OutboxState(ctx)
	if err != nil {
		return err
	}
	for _, b := range box {
		p.Gauge("concerto_outbox_waiting", "Messages that wait to be sent.", float64(b.Waiting), "ambito", b.Ambito)
	}
	for _, b := range box {
		p.Gauge("concerto_outbox_troubled", "Messages among them that could not be sent so far.", float64(b.Troubled), "ambito", b.Ambito)
	}
	a.Store.WriteFigures(p)
	return nil
}

// Away reports whether an error of reading says that the database does not answer,
// as while PostgreSQL starts again: nothing is wrong with what was asked.
func Away(err error) bool { return !errors.Is(err, ErrUnavailable) && store.OfDatabase(err) }
