package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"concerto/internal/app"
	"concerto/internal/store/q"
)

type auditCommand struct{ location }

// Run recomputes everything. The last line is "ok acts=N root=…"; otherwise the
// first discrepancies are listed and the status is 1.
func (c auditCommand) Run(t *terminal) error {
	ctx := context.Background()
	in, err := c.or("concerto-data").look(ctx, time.Now, t.log)
	if err != nil {
		return err
	}
	defer in.close()
	line, err := in.audit(ctx, t)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, line)
	return nil
}

// auditTries is how often an audit begins again because the register grew meanwhile.
const auditTries = 3

// audit recomputes everything, and returns the line that says so. Discrepancies
// are printed, and are an error that has been told. Beside a running server it looks
// at several moments, so what it finds is believed only if the register stood still.
func (in *instance) audit(ctx context.Context, t *terminal) (string, error) {
	rep, grew, err := in.auditOnce(ctx)
	for try := 1; err == nil && !rep.OK() && grew; try++ {
		if try == auditTries {
			return "", errors.New("the register grows while it is audited: audit a backup of it, restored aside")
		}
		rep, grew, err = in.auditOnce(ctx)
	}
	if err != nil {
		return "", err
	}
	if !rep.OK() {
		for _, d := range rep.Discrepancies {
			fmt.Fprintln(t.out, d)
		}
		return "", exit(1)
	}
	return fmt.Sprintf("ok acts=%d root=%s", rep.Acts, rep.Root), nil
}

// auditOnce audits, and reports whether acts were recorded meanwhile.
func (in *instance) auditOnce(ctx context.Context) (rep *app.AuditReport, grew bool, err error) {
	before, err := in.store.Read().Logs(ctx)
	if err != nil {
		return nil, false, err
	}
	if rep, err = in.app.Audit(ctx); err != nil {
		return nil, false, err
	}
	after, err := in.store.Read().Logs(ctx)
	return rep, !slices.EqualFunc(before, after, func(a, b q.Log) bool { return a.Ambito == b.Ambito && a.Size == b.Size }), err
}
