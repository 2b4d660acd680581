package app

import (
	"context"
	"time"

	"concerto/internal/store/q"
)

// Tally counts what has come in so far. It is read by the pages that say it and not
// with the process: every click of the minute before a term asks for the process.
type Tally struct {
	Adhesions int            // sheets received, corrections not counted
	InForce   int            // adhesions in force now
	ByTable   map[string]int // adhesions in force by table id

	// Until is when to count again, zero when nothing has come since: a page made of
	// it is not kept beyond.
	Until time.Time
}

// tallyShare bounds what counting may cost: one part in so many of the time. Up to
// some thousand sheets that is not felt; of a million sheets, which take a second,
// the number may be twenty seconds old while others arrive.
const tallyShare = 20

// counted is a tally with what it was counted of and what it cost.
type counted struct {
	Tally
	size  int64 // of the log
	at    time.Time
	lasts time.Duration
}

// Tally counts the adhesions of a process.
func (a *App) Tally(ctx context.Context, ambito, slug string) (Tally, error) {
	size, err := a.LogSize(ctx, ambito)
	if err != nil {
		return Tally{}, err
	}
	key, now := ambito+"/"+slug, a.Now()
	if x, ok := a.tallies.Load(key); ok {
		last := x.(counted)
		if last.size == size {
			return last.Tally, nil
		}
		if until := last.at.Add(last.lasts); now.Before(until) && !now.Before(last.at) {
			last.Until = until
			return last.Tally, nil
		}
	}
	t, err := a.count(ctx, ambito, slug)
	if err != nil {
		return Tally{}, err
	}
	ended := a.Now()
	lasts := min(tallyShare*ended.Sub(now), time.Minute) // a clock that is moved may make it seem long
	a.tallies.Store(key, counted{t, size, ended, lasts})
	return t, nil
}

func (a *App) count(ctx context.Context, ambito, slug string) (Tally, error) {
	r := a.Store.Read()
	n, err := r.CountAdhesions(ctx, q.CountAdhesionsParams{Ambito: ambito, Process: slug})
	if err != nil {
		return Tally{}, err
	}
	tables, err := r.CountByTable(ctx, q.CountByTableParams{Ambito: ambito, Process: slug})
	if err != nil {
		return Tally{}, err
	}
	t := Tally{Adhesions: int(n.Received), InForce: int(n.InForce), ByTable: map[string]int{}}
	for _, x := range tables {
		t.ByTable[x.TableID] = int(x.N)
	}
	return t, nil
}
