package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Transport hands a message over. When it returns nil the next server has taken
// charge of it; any error is a *DeliveryError or a *FieldError.
type Transport interface {
	Send(ctx context.Context, m Message) error
}

// DeliveryError says why a message was not taken, and whether to try again.
// Its text holds no address, so that it may be logged; the server's own words,
// which often do, are in Unwrap.
type DeliveryError struct {
	Temporary bool
	Code      int    // reply of the server (RFC 5321, section 4.2); 0 when there was none
	Status    string // enhanced status (RFC 3463), or empty
	Step      string // connect, or offer once the server was ready for a message
	Err       error
}

func (e *DeliveryError) Error() string {
	kind := "permanent"
	if e.Temporary {
		kind = "temporary"
	}
	if e.Code == 0 {
		return fmt.Sprintf("mail: %s: %s, no reply", e.Step, kind)
	}
	return strings.TrimSpace(fmt.Sprintf("mail: %s: %s, reply %d %s", e.Step, kind, e.Code, e.Status))
}

func (e *DeliveryError) Unwrap() error { return e.Err }

// Temporary reports whether a message that met this error may be taken later.
// An error that is not known to pass does not.
func Temporary(err error) bool {
	var d *DeliveryError
	return errors.As(err, &d) && d.Temporary
}
