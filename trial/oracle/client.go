package oracle

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

// Oracle is the trial's end of the oracle's process. Its methods may be called
// from any goroutine.
type Oracle struct {
	process *exec.Cmd

	writing sync.Mutex // held while a line is written
	in      io.WriteCloser
	sent    int64

	mu       sync.Mutex
	moved    *sync.Cond
	durable  int64
	verdicts chan reply
	err      error // why the process can be asked no more
}

// Start runs "exe args… journal" as the oracle.
func Start(exe string, args ...string) (*Oracle, error) {
	o := &Oracle{process: exec.Command(exe, args...), verdicts: make(chan reply)}
	o.moved = sync.NewCond(&o.mu)
	o.process.Stderr = os.Stderr
	var err error
	if o.in, err = o.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := o.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := o.process.Start(); err != nil {
		return nil, err
	}
	go o.listen(out)
	return o, nil
}

func (o *Oracle) listen(out io.Reader) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		var r reply
		if err == nil {
			err = json.Unmarshal(line, &r)
		}
		if err != nil {
			o.fail(fmt.Errorf("oracle: %w", err))
			return
		}
		if r.Verdict != nil || r.Error != "" {
			o.verdicts <- r
			continue
		}
		o.mu.Lock()
		o.durable = r.Count
		o.mu.Unlock()
		o.moved.Broadcast()
	}
}

func (o *Oracle) fail(err error) {
	o.mu.Lock()
	o.err = err
	o.mu.Unlock()
	o.moved.Broadcast()
	close(o.verdicts)
}

// Note journals an entry and returns once it is on the disk.
func (o *Oracle) Note(e Entry) error {
	place, err := o.send(order{Note: &e})
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.durable < place && o.err == nil {
		o.moved.Wait()
	}
	if o.durable >= place {
		return nil
	}
	return o.err
}

func (o *Oracle) send(x order) (place int64, err error) {
	line, err := json.Marshal(x)
	if err != nil {
		return 0, err
	}
	o.writing.Lock()
	defer o.writing.Unlock()
	if x.Note != nil {
		o.sent++
	}
	_, err = o.in.Write(append(line, '\n'))
	return o.sent, err
}

// Check asks for a verdict. One question at a time.
func (o *Oracle) Check(q Question) (Verdict, error) {
	if _, err := o.send(order{Check: &q}); err != nil {
		return Verdict{}, err
	}
	r, ok := <-o.verdicts
	switch {
	case !ok:
		return Verdict{}, o.err
	case r.Error != "":
		return Verdict{}, errors.New(r.Error)
	}
	return *r.Verdict, nil
}

// Close ends the process.
func (o *Oracle) Close() error { return errors.Join(o.in.Close(), o.process.Wait()) }
