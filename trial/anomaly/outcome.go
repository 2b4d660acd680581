package anomaly

import (
	"context"
	"errors"

	"concerto/internal/app"
	"concerto/internal/register"
)

// checking is what is looked at after one point.
type checking struct {
	*sweep
	where  string
	before int64 // acts there were
}

func (c checking) bad(format string, args ...any) {
	c.found(c.where+": "+format, args...)
}

// refusal checks what the person is told: a thing that failed is the site's fault,
// a database that failed is away for the moment, a wrong clock is a wrong clock.
func (c checking) refusal(v variant, err error) {
	switch {
	case err == nil:
	case blames(err):
		c.bad("told as a fault of who asked: %v", err)
	case v.what == "database" && !errors.Is(err, app.ErrUnavailable) && !app.Away(err):
		c.bad("not told as a database that is away: %v", err)
	case v.what == "clock" && !errors.Is(err, app.ErrClock):
		c.bad("not told as a clock that is wrong: %v", err)
	}
}

// outcome checks that what was acknowledged is there, and that whatever was not can
// be asked for again with nothing broken.
func (c checking) outcome(ctx context.Context, d deed, do do, receipt *register.Receipt, refusal error) {
	after, err := c.judge.Size(ctx)
	if err != nil {
		c.bad("%v", err)
		return
	}
	switch there := after - c.before; {
	case there < 0 || there > 1:
		c.bad("there are %d acts more", there)
	case refusal == nil:
		c.Acked++
		if there == 0 {
			c.Lost++
			c.bad("acknowledged and not there")
		}
	case there == 0:
		c.Absent++
	default:
		c.Silent++
	}
	c.verify(ctx, receipt)
	if !d.twice || after == c.before {
		c.again(ctx, do, receipt)
	}
	if err := errors.Join(c.judge.Register(ctx), c.judge.Guard(ctx, c.config.Guard)); err != nil {
		c.bad("%v", err)
	}
}

func (c checking) verify(ctx context.Context, receipt *register.Receipt) {
	if receipt == nil {
		return
	}
	if err := c.judge.Receipt(ctx, receipt); err != nil {
		c.Lost++
		c.bad("%v", err)
	}
}

// again makes the same click with nothing broken: there must be one act, and its
// receipt must be that of the first answer where there was one.
func (c checking) again(ctx context.Context, do do, first *register.Receipt) {
	receipt, err := do(ctx)
	if err != nil {
		c.bad("the same click again: %v", err)
		return
	}
	if first != nil && (receipt == nil || receipt.Proof.Index != first.Proof.Index) {
		c.bad("the same click again gave another receipt")
	}
	c.verify(ctx, receipt)
	if size, err := c.judge.Size(ctx); err != nil || size != c.before+1 {
		c.bad("after the same click again there are %d acts more, want one (%v)", size-c.before, err)
	}
}
