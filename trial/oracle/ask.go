package oracle

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"concerto/trial/visitor"
)

// replaySample is how many acknowledged clicks are made once more: each must give
// the receipt it gave before.
const replaySample = 20

// sendAgain makes the clicks again that had no answer, and a few that had one.
// What was sent and not acknowledged may be in the register or not; after this it
// is, once. Their receipts are journalled like any other.
func (j *journal) sendAgain(c *checking, conn *visitor.Conn) error {
	again := c.unanswered
	for i := range min(replaySample, len(c.acks)) {
		again = append(again, *c.acks[len(c.acks)-1-i].Draft)
	}
	for i, d := range again {
		r, err := sendPatiently(conn, d)
		var refusal *visitor.Refusal
		switch {
		case errors.As(err, &refusal) && i < len(c.unanswered):
			c.found("unanswered, and it cannot be sent again: %v", refusal)
			continue
		case errors.As(err, &refusal):
			c.found("acknowledged, and the same click is now refused: %v", refusal)
			continue
		case err != nil:
			return fmt.Errorf("send again: %w", err)
		}
		c.Retried++
		if err := j.write(Entry{Kind: Acknowledged, Draft: &d, Receipt: &r}); err != nil {
			return err
		}
	}
	c.unanswered = nil
	return j.sync()
}

// slowDown is how often the oracle clicks again when it is told to slow down: whoever
// sent a draft many times while nothing could be written has used up its share.
const slowDown = 20

func sendPatiently(conn *visitor.Conn, d visitor.Draft) (visitor.Receipt, error) {
	for try := 0; ; try++ {
		r, err := conn.Send(d)
		var refusal *visitor.Refusal
		if !errors.As(err, &refusal) || refusal.Status != http.StatusTooManyRequests || try == slowDown {
			return r, err
		}
		time.Sleep(time.Second)
	}
}

// downloads is how many receipts are downloaded at once.
const downloads = 4

// download fetches the receipts that nobody has downloaded yet. One that is not
// given is lost for its owner.
func (j *journal) download(c *checking) error {
	wanted := make(chan visitor.Receipt)
	go func() {
		defer close(wanted)
		for _, e := range missing(c.past) {
			wanted <- e
		}
	}()
	var mu sync.Mutex // guards the journal and the verdict
	var failed error
	var wg sync.WaitGroup
	for range downloads {
		wg.Go(func() {
			conn := c.site.Dial()
			defer conn.Close()
			for r := range wanted {
				text, err := conn.File(r, "ricevuta.json")
				mu.Lock()
				if err != nil {
					c.lose(r.Code, "%v", err)
				} else if err := j.write(Entry{Kind: File, Code: r.Code, Text: string(text)}); err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return errors.Join(failed, j.sync())
}

// missing lists the receipts without a file, each once.
func missing(p *past) []visitor.Receipt {
	var out []visitor.Receipt
	listed := map[string]bool{}
	for _, e := range p.acks {
		code := e.Receipt.Code
		if _, there := p.files[code]; !there && !listed[code] {
			out = append(out, *e.Receipt)
			listed[code] = true
		}
	}
	return out
}
