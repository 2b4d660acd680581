package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"concerto/internal/store"
)

type auditCommand struct{ location }

// Run recomputes everything. The last line is "ok acts=N root=…"; otherwise the
// first discrepancies are listed and the status is 1.
func (c auditCommand) Run(t *terminal) error {
	ctx := context.Background()
	where := c.or("concerto-data")
	if _, err := os.Stat(where.database()); err != nil && !store.IsPostgres(where.database()) {
		return err
	}
	in, err := where.look(ctx, time.Now, t.log)
	if err != nil {
		return err
	}
	defer in.close()
	rep, err := in.app.Audit(ctx)
	if err != nil {
		return err
	}
	if !rep.OK() {
		for _, d := range rep.Discrepancies {
			fmt.Fprintln(t.out, d)
		}
		return exit(1)
	}
	fmt.Fprintf(t.out, "ok acts=%d root=%s\n", rep.Acts, rep.Root)
	return nil
}
