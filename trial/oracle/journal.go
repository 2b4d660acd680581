package oracle

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"concerto/trial/visitor"
)

// journal is a file of entries, one JSON object a line, of which an entry is part
// once sync has returned.
type journal struct {
	file *os.File
	out  *bufio.Writer
	past *past
}

// past is what the journal holds, as the checks want it.
type past struct {
	key         string
	acks        []Entry
	files       map[string]string // ricevuta.json by code
	checkpoints []string
	unanswered  []visitor.Draft
}

// openJournal opens a journal and reads what it holds.
func openJournal(path string) (*journal, error) {
	p, err := readPast(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &journal{f, bufio.NewWriterSize(f, 1<<20), p}, nil
}

func readPast(path string) (*past, error) {
	p := &past{files: map[string]string{}}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		p.add(e)
	}
	return p, nil
}

func (p *past) add(e Entry) {
	switch e.Kind {
	case Acknowledged:
		p.acks = append(p.acks, e)
	case File:
		p.files[e.Code] = e.Text
	case Checkpoint:
		p.checkpoints = append(p.checkpoints, e.Text)
	case Key:
		if p.key == "" {
			p.key = e.Text
		}
	case Unanswered:
		p.unanswered = append(p.unanswered, *e.Draft)
	}
}

// write adds an entry; it is remembered only after sync.
func (j *journal) write(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := j.out.Write(append(line, '\n')); err != nil {
		return err
	}
	j.past.add(e)
	return nil
}

func (j *journal) sync() error {
	if err := j.out.Flush(); err != nil {
		return err
	}
	return j.file.Sync()
}

// Close closes the file.
func (j *journal) Close() error { return errors.Join(j.sync(), j.file.Close()) }
