package app

import (
	"context"
	"sync"
	"time"
)

// A verification is an audit of one register that somebody asked for on a page. It
// takes as long as it takes: whoever asked may leave and come back. What came out is
// kept as long as the process lives, for it says how things stood at an instant and
// is worth no more than that.

// VerificationView is how the latest verification of a register stands.
type VerificationView struct {
	Running     bool
	Done, Total int64         // acts
	At          time.Time     // when it ended
	Took        time.Duration // by the clock of the machine, whatever the simulated one does
	Report      *AuditReport  // nil until the first one has ended, and where it failed
	Failed      bool          // it could not be carried through, which says nothing of the register
	By          string        // name of who asked
}

// verifications are those of one process, by Ambito. One runs at a time: it reads
// the whole register, and a row of them would leave nothing for anybody else (P25).
type verifications struct {
	mu      sync.Mutex
	by      map[string]*VerificationView
	running string // Ambito
}

// Verification returns how the latest verification of a register stands.
func (a *App) Verification(who Actor, ambito string) (VerificationView, error) {
	if !who.is(oversight...) {
		return VerificationView{}, ErrForbidden
	}
	a.verified.mu.Lock()
	defer a.verified.mu.Unlock()
	if v := a.verified.by[ambito]; v != nil {
		return *v, nil
	}
	return VerificationView{}, nil
}

// Verify begins to verify the register of an Ambito and returns at once. It joins
// one that is running already; while that of another Ambito runs it is ErrBusy.
func (a *App) Verify(ctx context.Context, who Actor, ambito string) error {
	if !who.is(oversight...) {
		return ErrForbidden
	}
	log, err := a.Store.Read().Log(ctx, ambito)
	if err != nil {
		return found(err)
	}
	mine, err := a.verified.begin(ambito, VerificationView{Running: true, Total: log.Size, By: who.Name})
	if err != nil || !mine {
		return err
	}
	go a.verify(context.WithoutCancel(ctx), ambito)
	return nil
}

// begin reports whether it is for the caller to do the work.
func (v *verifications) begin(ambito string, first VerificationView) (mine bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch v.running {
	case "":
	case ambito:
		return false, nil
	default:
		return false, ErrBusy
	}
	if v.by == nil {
		v.by = map[string]*VerificationView{}
	}
	v.running, v.by[ambito] = ambito, &first
	return true, nil
}

func (a *App) verify(ctx context.Context, ambito string) {
	began := a.wall()
	rep, err := a.audit(ctx, auditScope{ambito: ambito, step: func(n int) { a.verified.advance(ambito, n) }})
	a.verified.mu.Lock()
	defer a.verified.mu.Unlock()
	v := a.verified.by[ambito]
	v.Running, v.At, v.Took, v.Failed = false, a.Now(), a.wall().Sub(began), err != nil
	if err == nil {
		v.Report, v.Done, v.Total = rep, rep.Acts, rep.Acts
	}
	a.verified.running = ""
}

func (v *verifications) advance(ambito string, n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	x := v.by[ambito]
	x.Done = min(x.Done+int64(n), x.Total)
}
