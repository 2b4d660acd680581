package app_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"concerto/internal/app"
	"concerto/internal/mail"
)

// server is a real SMTP server that keeps what it is given, and can be told to
// refuse.
type server struct {
	mu       sync.Mutex
	got      []string
	refusing *smtp.SMTPError
}

type session struct {
	s  *server
	to string
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }
func (x *session) Reset()                                     {}
func (x *session) Logout() error                              { return nil }
func (x *session) Mail(string, *smtp.MailOptions) error       { return nil }
func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error  { x.to = to; return nil }
func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if x.s.refusing != nil {
		return x.s.refusing
	}
	x.s.got = append(x.s.got, x.to+"\n"+string(b))
	return nil
}

func (s *server) refuse(e *smtp.SMTPError) { s.mu.Lock(); defer s.mu.Unlock(); s.refusing = e }
func (s *server) received() []string       { s.mu.Lock(); defer s.mu.Unlock(); return slices.Clone(s.got) }

// listen starts the server on a free port of this machine.
func listen(t *testing.T) (*server, *mail.SMTP) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{}
	srv := smtp.NewServer(s)
	srv.Domain = "localhost"
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return s, &mail.SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: mail.TLSNone, Timeout: 5 * time.Second}
}

func (w *world) deliverBy(t *testing.T, tr mail.Transport) int {
	t.Helper()
	n, err := w.DeliverDue(context.WithoutCancel(t.Context()), tr)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheReceiptReachesTheMailboxOnce(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		srv, transport := listen(t)
		rc, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:08.412"))
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 8 { // as many instances
			wg.Go(func() { w.deliverBy(t, transport) })
		}
		wg.Wait()
		got := srv.received()
		if len(got) != 1 {
			t.Fatalf("%d messages, want 1", len(got))
		}
		for _, want := range []string{"info@ilmelograno.example", "Subject: ", "ricevuta.tlog-proof", "ricevuta.json"} {
			if !strings.Contains(got[0], want) {
				t.Errorf("the message has no %q", want)
			}
		}
		if strings.Contains(got[0], "Bcc") || rc.Adhesion.Confirmed {
			t.Error("a hidden recipient, or confirmed by itself")
		}
		if n := w.deliverBy(t, transport); n != 0 {
			t.Errorf("%d messages sent again", n)
		}
	})
}

func TestAMessageThatCannotLeaveWaitsAndIsTriedAgain(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		srv, transport := listen(t)
		srv.refuse(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"})
		if _, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:00.000")); err != nil {
			t.Fatal(err)
		}
		if n := w.deliverBy(t, transport); n != 0 {
			t.Fatalf("%d messages sent to a server that refuses", n)
		}
		srv.refuse(nil)
		if n := w.deliverBy(t, transport); n != 0 {
			t.Errorf("%d messages sent before it was time to try again", n)
		}
		w.set(at("2013-10-17T16:54:00.000"))
		if n := w.deliverBy(t, transport); n != 1 || len(srv.received()) != 1 {
			t.Errorf("%d messages sent after the wait, want 1", n)
		}
	})
}

func TestAMailServerThatIsDownLosesNothing(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		down := &mail.SMTP{Host: "127.0.0.1", Port: 1, TLS: mail.TLSNone, Timeout: time.Second}
		rc, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		w.deliverBy(t, down)
		w.set(at("2013-10-17T17:52:00.000"))
		if got := w.deliver(t); len(got) != 1 || got[0].To != rc.Adhesion.Email {
			t.Errorf("after the server came back %d messages", len(got))
		}
	})
}

func TestTheLinkOfADraftIsMailedAndOpensIt(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		d, err := w.StartDraft(ctx, "lecce", "2014-2016", "scheda-adesione")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.SendDraftLink(ctx, "lecce", d.Token, "info@ilmelograno.example"); err != nil {
			t.Fatal(err)
		}
		got := w.deliver(t)
		if len(got) != 1 || !strings.Contains(got[0].Text, "/adesione/"+d.Token) {
			t.Fatalf("messages: %v", got)
		}
		if _, err := w.SaveDraft(ctx, "lecce", d.Token, 5, cooperative()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SubmitDraft(ctx, app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Postbox(ctx, "lecce"); err != nil {
			t.Errorf("the postbox once the draft was sent: %v", err)
		}
		w.set(w.clock().AddDate(0, 0, 31))
		if _, err := w.Draft(ctx, "lecce", d.Token); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("a draft after 31 days: %v, want %v", err, app.ErrNotFound)
		}
	})
}
