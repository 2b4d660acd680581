package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS says how a connection is protected.
type TLS string

const (
	TLSNone          TLS = "none"          // only to this machine, for trials
	TLSOpportunistic TLS = "opportunistic" // if the server offers it: to a relay on the same network
	TLSMandatory     TLS = "mandatory"     // STARTTLS or nothing (RFC 3207)
	TLSImplicit      TLS = "implicit"      // from the first byte, port 465 (RFC 8314, section 3.3)
)

// SMTP is a mail server that takes messages for others. Its zero values are the
// careful ones: TLS is mandatory and a silent server is given up after 30 seconds.
type SMTP struct {
	Host               string
	Port               int // 0 for the usual one: 587, or 465 with implicit TLS
	TLS                TLS // empty for TLSMandatory
	Username, Password string
	Hello              string         // own name in EHLO; empty for the name of the machine
	Timeout            time.Duration  // of each exchange
	Roots              *x509.CertPool // authorities to trust; nil for those of the system
}

// Check returns an error for settings that could never work or would send
// messages or a password in the clear beyond this machine.
func (s SMTP) Check() error {
	switch {
	case s.Host == "":
		return errors.New("smtp: host not given")
	case s.Username == "" && s.Password != "":
		return errors.New("smtp: password without user name")
	case s.TLS == TLSNone && !loopback(s.Host):
		return fmt.Errorf("smtp: TLS %q to %s: only to this machine", s.TLS, s.Host)
	}
	_, err := s.client()
	return err
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send delivers one message over a connection of its own.
//
// A failure before the server was ready for the message (no connection, no TLS,
// a refused password) says nothing against the message, so it is temporary: an
// office that mistyped a password must not lose its receipts. After that the
// server's reply decides, and no reply is temporary.
func (s SMTP) Send(ctx context.Context, m Message) error {
	if err := s.Check(); err != nil {
		return &DeliveryError{Temporary: true, Step: "connect", Err: err}
	}
	msg, err := build(m)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return &DeliveryError{Temporary: true, Step: "connect", Err: err}
	}
	conn, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return &DeliveryError{Temporary: true, Code: replyCode(err), Step: "connect", Err: err}
	}
	defer c.CloseWithSMTPClient(conn) // the verdict on the message is known by then
	err = c.SendWithSMTPClient(conn, msg)
	if err == nil || msg.IsDelivered() {
		return nil // an error after the server took it must not make a second copy
	}
	return offerError(err)
}

func offerError(err error) *DeliveryError {
	e := &DeliveryError{Step: "offer", Code: replyCode(err), Err: err}
	var se *gomail.SendError
	if errors.As(err, &se) {
		e.Code, e.Status = se.ErrorCode(), se.EnhancedStatusCode()
	}
	e.Temporary = e.Code < 500
	return e
}

func replyCode(err error) int {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

func (s SMTP) client() (*gomail.Client, error) {
	opts := []gomail.Option{
		gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}),
		gomail.WithoutNoop(),
		gomail.WithoutSMTPUTF8(), // addresses are ASCII and the rest is encoded
	}
	switch s.TLS {
	case TLSNone:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	case TLSOpportunistic:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case TLSMandatory, "":
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLSImplicit:
		opts = append(opts, gomail.WithSSL())
	default:
		return nil, fmt.Errorf("smtp: TLS %q: want none, opportunistic, mandatory or implicit", s.TLS)
	}
	return gomail.NewClient(s.Host, append(opts, s.settings()...)...)
}

// settings are the options that follow from what was given. The port comes after
// implicit TLS, which would set its own.
func (s SMTP) settings() []gomail.Option {
	usual := 587
	if s.TLS == TLSImplicit {
		usual = 465
	}
	opts := []gomail.Option{
		gomail.WithPort(cmp.Or(s.Port, usual)),
		gomail.WithTimeout(cmp.Or(s.Timeout, 30*time.Second)),
	}
	if s.Hello != "" {
		opts = append(opts, gomail.WithHELO(s.Hello))
	}
	if s.Username == "" {
		return opts
	}
	kind := gomail.SMTPAuthAutoDiscover // the strongest the server offers; no bare password without TLS
	if s.TLS == TLSNone {
		kind = gomail.SMTPAuthPlainNoEnc
	}
	return append(opts, gomail.WithSMTPAuth(kind), gomail.WithUsername(s.Username), gomail.WithPassword(s.Password))
}
