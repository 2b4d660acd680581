package oracle

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
)

// order is a line from the trial, reply a line to it.
type order struct {
	Note  *Entry    `json:"note,omitempty"`
	Check *Question `json:"check,omitempty"`
}

type reply struct {
	Count   int64    `json:"count,omitempty"` // entries on the disk since the start
	Verdict *Verdict `json:"verdict,omitempty"`
	Error   string   `json:"error,omitempty"`
}

// Serve is the oracle's process: it journals the entries that come on in, says on
// out how many are on the disk, and answers questions, until in ends.
func Serve(ctx context.Context, path string, in io.Reader, out io.Writer) error {
	j, err := openJournal(path)
	if err != nil {
		return err
	}
	defer j.Close()
	lines := bufio.NewReaderSize(in, 1<<20)
	answers := json.NewEncoder(out)
	for count := int64(0); ; {
		o, err := readOrder(lines)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if o.Check != nil {
			if err := answers.Encode(j.answer(ctx, *o.Check)); err != nil {
				return err
			}
			continue
		}
		if err := j.write(*o.Note); err != nil {
			return err
		}
		count++
		if lines.Buffered() > 0 { // more have come: one flush for all of them
			continue
		}
		if err := j.sync(); err != nil {
			return err
		}
		if err := answers.Encode(reply{Count: count}); err != nil {
			return err
		}
	}
}

func readOrder(lines *bufio.Reader) (order, error) {
	var o order
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(line, &o); err != nil {
		return o, err
	}
	if (o.Note == nil) == (o.Check == nil) {
		return o, errors.New("an order is a note or a check")
	}
	return o, nil
}

func (j *journal) answer(ctx context.Context, q Question) reply {
	if err := j.sync(); err != nil {
		return reply{Error: err.Error()}
	}
	v, err := j.check(ctx, q)
	if err != nil {
		return reply{Error: err.Error()}
	}
	return reply{Verdict: &v}
}
