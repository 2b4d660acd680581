package load

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
)

// Answer is what the bench needs of an answer.
type Answer struct {
	Status   int
	Location string
	ETag     string
	Length   int    // of the body
	Close    bool   // the server will not answer again on this connection
	Body     []byte // when it was kept, or the status is an error's
}

// readAnswer reads one answer of HTTP/1.1 as Go's servers write it.
func readAnswer(in *bufio.Reader, keep bool) (a Answer, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return a, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
		return a, fmt.Errorf("not an answer: %q", line)
	}
	if a.Status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, fmt.Errorf("status of %q: %w", line, err)
	}
	chunked := false
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return a, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return a, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = bytes.EqualFold(value, []byte("chunked"))
		case bytes.EqualFold(name, []byte("Location")):
			a.Location = string(value)
		case bytes.EqualFold(name, []byte("ETag")):
			a.ETag = string(value)
		case bytes.EqualFold(name, []byte("Connection")):
			a.Close = bytes.EqualFold(value, []byte("close"))
		}
	}
	keep = keep || a.Status >= 400
	switch {
	case a.Status == 304 || a.Status == 204:
	case chunked:
		err = a.readChunks(in, keep)
	case length >= 0:
		err = a.read(in, length, keep)
	default:
		err = fmt.Errorf("status %d without a length", a.Status)
	}
	return a, err
}

// largest is the largest piece of a body that is believed.
const largest = 1 << 30

func (a *Answer) read(in *bufio.Reader, n int, keep bool) error {
	if n < 0 || n > largest {
		return fmt.Errorf("a body of %d bytes", n)
	}
	a.Length += n
	if !keep {
		_, err := in.Discard(n)
		return err
	}
	at := len(a.Body)
	a.Body = append(a.Body, make([]byte, n)...)
	_, err := io.ReadFull(in, a.Body[at:])
	return err
}

func (a *Answer) readChunks(in *bufio.Reader, keep bool) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return fmt.Errorf("chunk: %w", err)
		}
		if n > 0 {
			if err := a.read(in, int(n), keep); err != nil {
				return err
			}
		}
		if _, err := in.Discard(2); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}
