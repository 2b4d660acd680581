package main

import (
	"math/rand/v2"
	"path/filepath"
	"time"

	"concerto/trial/instance"
)

// kill9 kills the process again and again in the middle of a rush. What the page
// cache holds survives that, so this line shows that an answer never comes before
// its commit and that a start after a crash is a start; that the disk has what was
// acknowledged is for powercut to show.
func kill9(t *trial) (result, error) {
	kills, wanted, crowd := 20, 20_000, 32
	if t.short {
		kills, wanted = 3, 0
	}
	var res result
	c, err := t.config(t.binary, filepath.Join(t.dir, "data"), 0)
	if err != nil {
		return res, err
	}
	r, err := t.newRush(c.Listen)
	if err != nil {
		return res, err
	}
	server, err := instance.Start(t.ctx, c)
	if err != nil {
		return res, err
	}
	if err := r.keep(); err != nil {
		return res, err
	}
	err = r.during(crowd, func() error {
		for res.faults < kills || r.acked() < wanted {
			wait := 500*time.Millisecond + rand.N(1500*time.Millisecond)
			if res.faults >= kills { // what remains is to reach the number of receipts
				wait *= 3
			}
			sleep(t.ctx, wait)
			if t.ctx.Err() != nil {
				return t.ctx.Err()
			}
			server.Kill()
			res.faults++
			if server, err = instance.Start(t.ctx, c); err != nil {
				return err
			}
			t.say("kill %d, %d receipts so far", res.faults, r.acked())
		}
		return nil
	})
	if err != nil {
		server.Kill()
		return res, err
	}
	defer server.Stop()
	if err := r.check(&res, c.Listen, c); err != nil {
		return res, err
	}
	return res, r.end(&res)
}
