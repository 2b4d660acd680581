package load

import (
	"bufio"
	"io"
	"net/http"
	"time"
)

// Stream sends a request and writes the body of its answer as it comes: for files that
// are too large to hold.
func (c *Conn) Stream(request []byte, w io.Writer) (status int, err error) {
	if err := c.SetDeadline(time.Now().Add(30 * time.Minute)); err != nil {
		return 0, err
	}
	if _, err := c.Write(request); err != nil {
		return 0, err
	}
	r, err := http.ReadResponse(bufio.NewReaderSize(c.in, 256<<10), nil)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	_, err = io.Copy(w, r.Body)
	return r.StatusCode, err
}
