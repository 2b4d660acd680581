//go:build rawfile

package main

import (
	"os"
	"syscall"
)

// group appends records to a file and flushes many at once: whoever waits is answered
// after the flush that covers his record.
type group struct {
	file  *os.File
	queue chan waiting
}

type waiting struct {
	record []byte
	done   chan error
}

// most is how many records one flush covers, as many as the shipped program commits at once.
const most = 256

func newGroup(f *os.File) *group {
	g := &group{file: f, queue: make(chan waiting, 4096)}
	go g.run()
	return g
}

func (g *group) append(record []byte) error {
	w := waiting{record, make(chan error, 1)}
	g.queue <- w
	return <-w.done
}

func (g *group) run() {
	var text []byte
	for first := range g.queue {
		batch := []waiting{first}
		for len(batch) < most && len(g.queue) > 0 {
			batch = append(batch, <-g.queue)
		}
		text = text[:0]
		for _, w := range batch {
			text = append(append(text, w.record...), '\n')
		}
		_, err := g.file.Write(text)
		if err == nil {
			err = syscall.Fdatasync(int(g.file.Fd()))
		}
		for _, w := range batch {
			w.done <- err
		}
	}
}
