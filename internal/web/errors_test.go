package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"concerto/internal/app"
)

// A body that was cut is the sender's to send again; a connection to the database
// that was cut is ours, and neither may pass for the other.
func TestWhoseConnectionBrokeIsTold(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want int
	}{
		{"the body was cut", bodyError(io.ErrUnexpectedEOF), http.StatusBadRequest},
		{"the body was too large", bodyError(&http.MaxBytesError{Limit: 1}), http.StatusRequestEntityTooLarge},
		{"the database hung up", fmt.Errorf("read draft: %w", io.ErrUnexpectedEOF), http.StatusServiceUnavailable},
		{"the database cannot write", fmt.Errorf("%w: disk full", app.ErrUnavailable), http.StatusServiceUnavailable},
		{"the clock is wrong, found while writing", errors.Join(app.ErrUnavailable, app.ErrClock), http.StatusServiceUnavailable},
		{"a mistake of ours", errors.New("nil map"), http.StatusInternalServerError},
	} {
		if got := explain(tt.err).status; got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
