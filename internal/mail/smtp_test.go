package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

// office is a mail server that takes messages, or refuses them where it is told to.
type office struct {
	refuse   map[string]*smtp.SMTPError // by command
	password string

	mu       sync.Mutex
	received []string
}

func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{office: o}, nil }

type visit struct {
	*office
	known bool
}

func (v *visit) AuthMechanisms() []string {
	if v.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "concerto" || password != v.password {
			return smtp.ErrAuthFailed
		}
		v.known = true
		return nil
	}), nil
}

func (v *visit) answer(command string) error {
	if e, ok := v.refuse[command]; ok {
		return e
	}
	if v.password != "" && !v.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error { return v.answer("MAIL") }
func (v *visit) Rcpt(string, *smtp.RcptOptions) error { return v.answer("RCPT") }
func (v *visit) Reset()                               {}
func (v *visit) Logout() error                        { return nil }

func (v *visit) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := v.answer("DATA"); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.received = append(v.received, string(b))
	return nil
}

func (o *office) messages() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.received
}

// open starts the server and returns how to reach it.
func (o *office) open(t *testing.T, cert *tls.Config) SMTP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(o)
	s.Domain, s.TLSConfig, s.AllowInsecureAuth = "mx.example", cert, cert == nil
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: TLSNone, Hello: "concerto.example", Timeout: 5 * time.Second}
}

// certificate returns the two sides of a certificate for 127.0.0.1.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, roots
}

func TestADeliveredMessageArrivesWhole(t *testing.T) {
	o := &office{}
	way := o.open(t, nil)
	m := receipt()
	if err := way.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := len(o.messages()); got != 1 {
		t.Fatalf("%d messages arrived, want 1", got)
	}
	got, err := parse([]byte(o.messages()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want(m), got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	written, err := Write(m)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(written), o.messages()[0]); d != "" {
		t.Errorf("what is written is not what arrived: -written +arrived\n%s", d)
	}
}

func TestTheReplyDecidesWhetherToTryAgain(t *testing.T) {
	for _, tt := range []struct {
		command   string
		reply     smtp.SMTPError
		temporary bool
		status    string
	}{
		{"MAIL", smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}, true, "4.3.0"},
		{"MAIL", smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "too big"}, false, "5.3.4"},
		{"RCPT", smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}, true, "4.7.1"},
		{"RCPT", smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "info@ilmelograno.example unknown"}, false, "5.1.1"},
		{"DATA", smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}, true, "4.2.2"},
		{"DATA", smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "refused"}, false, "5.7.1"},
	} {
		o := &office{refuse: map[string]*smtp.SMTPError{tt.command: &tt.reply}}
		err := o.open(t, nil).Send(t.Context(), receipt())
		var d *DeliveryError
		if !errors.As(err, &d) {
			t.Errorf("%s %d: Send = %v, want a DeliveryError", tt.command, tt.reply.Code, err)
			continue
		}
		if d.Temporary != tt.temporary || Temporary(err) != tt.temporary || d.Code != tt.reply.Code || d.Status != tt.status || d.Step != "offer" {
			t.Errorf("%s %d: Send = %+v, want temporary %v, status %s", tt.command, tt.reply.Code, d, tt.temporary, tt.status)
		}
		if strings.Contains(err.Error(), "@") {
			t.Errorf("%s %d: the error tells an address: %v", tt.command, tt.reply.Code, err)
		}
		if len(o.messages()) != 0 {
			t.Errorf("%s %d: a refused message arrived", tt.command, tt.reply.Code)
		}
	}
}

func TestWhatIsWrongOnTheWayIsTemporary(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := SMTP{Host: "127.0.0.1", Port: closed.Addr().(*net.TCPAddr).Port, TLS: TLSNone, Timeout: time.Second}
	closed.Close()
	cert, _ := certificate(t)
	unknownAuthority := (&office{}).open(t, cert)
	unknownAuthority.TLS = TLSMandatory
	noTLS := (&office{}).open(t, nil)
	noTLS.TLS = TLSMandatory
	wrongPassword := (&office{password: "segreta"}).open(t, nil)
	wrongPassword.Username, wrongPassword.Password = "concerto", "sbagliata"
	for name, way := range map[string]SMTP{
		"connection refused":    refused,
		"silent server":         silent(t),
		"server gone":           hangsUp(t),
		"unknown authority":     unknownAuthority,
		"TLS not offered":       noTLS,
		"wrong password":        wrongPassword,
		"settings of no server": {Host: "mx.example", TLS: TLSNone},
	} {
		err := way.Send(t.Context(), receipt())
		var d *DeliveryError
		if !errors.As(err, &d) || !d.Temporary || !Temporary(err) {
			t.Errorf("%s: Send = %v, want a temporary DeliveryError", name, err)
		}
	}
}

// silent is a server that takes a connection and says nothing.
func silent(t *testing.T) SMTP {
	return listener(t, func(c net.Conn) { io.Copy(io.Discard, c) })
}

// hangsUp is a server that leaves in the middle of a conversation.
func hangsUp(t *testing.T) SMTP {
	return listener(t, func(c net.Conn) {
		io.WriteString(c, "220 mx.example ESMTP\r\n")
		c.Read(make([]byte, 512))
		io.WriteString(c, "250 mx.example\r\n")
		c.Read(make([]byte, 512))
	})
}

func listener(t *testing.T, serve func(net.Conn)) SMTP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: TLSNone, Timeout: 200 * time.Millisecond}
}

// A server that takes the message and then fails has it: a second copy would be
// an error of ours.
func TestTakenIsTakenWhateverComesAfter(t *testing.T) {
	way := listener(t, func(c net.Conn) {
		talk := textproto.NewConn(c)
		talk.PrintfLine("220 mx.example ESMTP")
		for {
			line, err := talk.ReadLine()
			if err != nil {
				return
			}
			if line != "DATA" {
				talk.PrintfLine("250 yes")
				continue
			}
			talk.PrintfLine("354 go on")
			if _, err := talk.ReadDotBytes(); err == nil {
				talk.PrintfLine("250 taken")
			}
			return
		}
	})
	if err := way.Send(t.Context(), receipt()); err != nil {
		t.Errorf("Send = %v, want nil: the server said 250", err)
	}
}

func TestACancelledDeliveryIsTemporary(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (&office{}).open(t, nil).Send(ctx, receipt()); !Temporary(err) {
		t.Errorf("Send = %v, want a temporary error", err)
	}
}

func TestTLSIsUsedAsTheSettingsSay(t *testing.T) {
	cert, roots := certificate(t)
	for _, tt := range []struct {
		tls    TLS
		server *tls.Config
		user   bool
	}{
		{TLSMandatory, cert, true}, {"", cert, true}, {TLSOpportunistic, cert, true},
		{TLSOpportunistic, nil, false}, {TLSNone, nil, true},
	} {
		o := &office{}
		if tt.user {
			o.password = "segreta"
		}
		way := o.open(t, tt.server)
		way.TLS, way.Roots = tt.tls, roots
		if tt.user {
			way.Username, way.Password = "concerto", "segreta"
		}
		if err := way.Send(t.Context(), receipt()); err != nil || len(o.messages()) != 1 {
			t.Errorf("TLS %q, offered %v: Send = %v, %d messages arrived", tt.tls, tt.server != nil, errors.Unwrap(err), len(o.messages()))
		}
	}
}

func TestImplicitTLSIsEncryptedFromTheFirstByte(t *testing.T) {
	cert, roots := certificate(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", cert)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{password: "segreta"}
	s := smtp.NewServer(o)
	go s.Serve(l)
	defer s.Close()
	way := SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: TLSImplicit, Username: "concerto", Password: "segreta", Roots: roots, Timeout: 5 * time.Second}
	if err := way.Send(t.Context(), receipt()); err != nil || len(o.messages()) != 1 {
		t.Errorf("Send = %v, %d messages arrived", errors.Unwrap(err), len(o.messages()))
	}
}

// With opportunistic TLS an attacker on the way can hide that TLS is offered; the
// password must not follow in the clear.
func TestNoPasswordGoesInTheClear(t *testing.T) {
	o := &office{password: "segreta"}
	way := o.open(t, nil)
	way.TLS, way.Username, way.Password = TLSOpportunistic, "concerto", "segreta"
	if err := way.Send(t.Context(), receipt()); !Temporary(err) || len(o.messages()) != 0 {
		t.Errorf("Send = %v, want a temporary error", err)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		way  SMTP
		ok   bool
	}{
		{"zero values", SMTP{Host: "mx.example"}, true},
		{"implicit TLS", SMTP{Host: "mx.example", TLS: TLSImplicit}, true},
		{"no TLS to this machine", SMTP{Host: "localhost", TLS: TLSNone}, true},
		{"no TLS to IPv6 loopback", SMTP{Host: "::1", TLS: TLSNone}, true},
		{"no host", SMTP{}, false},
		{"no TLS to another machine", SMTP{Host: "mx.example", TLS: TLSNone}, false},
		{"unknown TLS", SMTP{Host: "mx.example", TLS: "ssl"}, false},
		{"impossible port", SMTP{Host: "mx.example", Port: 70000}, false},
		{"password of nobody", SMTP{Host: "mx.example", Password: "x"}, false},
	} {
		if err := tt.way.Check(); (err == nil) != tt.ok {
			t.Errorf("%s: Check() = %v", tt.name, err)
		}
	}
}

func TestARefusedMessageIsNeverTriedAgain(t *testing.T) {
	o := &office{}
	m := receipt()
	m.Subject = "a\r\nBcc: x@example.org"
	err := o.open(t, nil).Send(t.Context(), m)
	var f *FieldError
	if !errors.As(err, &f) || Temporary(err) || len(o.messages()) != 0 {
		t.Errorf("Send = %v, want a FieldError that is not temporary", err)
	}
}

var _ Transport = SMTP{}
