package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "time/tzdata"

	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/i18n"
	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/store/storetest"
)

// world is an application with a published process and a clock that tests set.
type world struct {
	*app.App
	env storetest.Env

	mu  sync.Mutex
	now time.Time
}

func (w *world) clock() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }
func (w *world) set(t time.Time)  { w.mu.Lock(); defer w.mu.Unlock(); w.now = t }

// at reads a Rome instant of October 2013: day, hour, rest.
func at(s string) time.Time {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	t, err := time.ParseInLocation("2006-01-02T15:04:05.000", s, rome)
	if err != nil {
		panic(err)
	}
	return t
}

// each runs fn on both databases with a definition of examples/ published on
// 9 October 2013 at nine, and the clock at 17 October 16:40.
func each(t *testing.T, example string, fn func(t *testing.T, w *world)) {
	t.Helper()
	eachChanged(t, example, "", "", fn)
}

// eachChanged is each with one place of the definition written otherwise.
func eachChanged(t *testing.T, example, old, new string, fn func(t *testing.T, w *world)) {
	t.Helper()
	src, err := os.ReadFile("../../examples/" + example + "/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(src, []byte(old)); old != "" && n != 1 {
		t.Fatalf("%s holds %q %d times, want once", example, old, n)
	}
	if old != "" {
		src = bytes.Replace(src, []byte(old), []byte(new), 1)
	}
	d, found := definition.Load(example, src)
	if found.Failed() {
		t.Fatal(found)
	}
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse("http://concerto.example")
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		w := &world{now: at("2013-10-09T09:00:00.000"), env: env}
		w.App = &app.App{Store: storetest.Open(t, env.Database, w.clock), Now: w.clock, Rand: rand.Reader,
			Secret: []byte("a secret of the instance"), BaseURL: base, Words: words}
		const origin = "concerto.example/registro"
		key := app.LogKey{Origin: origin, Verifier: storetest.Key(t, origin)}
		if err := w.Publish(t.Context(), app.Actor{Role: app.System}, d, key, w.clock()); err != nil {
			t.Fatal(err)
		}
		w.set(at("2013-10-17T16:40:00.000"))
		fn(t, w)
		audit(t, w)
	})
}

// audit demands that nothing is found wrong.
func audit(t *testing.T, w *world) *app.AuditReport {
	t.Helper()
	rep, err := w.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range rep.Discrepancies {
		t.Error(d)
	}
	return rep
}

// cooperative is a good sheet of a body.
func cooperative() pdz.Answers {
	return pdz.Answers{
		"categoria": {"cooperativa-sociale"}, "denominazione": {"Cooperativa sociale Il Melograno"}, "codice-fiscale": {"99900010754"},
		"comune-sede": {"lecce"}, "costituita-il": {"20/03/2011"}, "recapito-email": {"info@ilmelograno.example"},
		"nome-cognome": {"Ada Marangio"}, "ruolo": {"legale-rappresentante"}, "recapito-telefono": {"0832 000000"},
		"tavoli-scelti": {"poverta", "genitorialita"}, "attese": {"Un centro diurno."}, "presa-visione-privacy": {"si"},
	}
}

// send submits a sheet by the web at an instant.
func (w *world) send(t *testing.T, ctx context.Context, a pdz.Answers, when time.Time) (*app.AdhesionReceipt, error) {
	t.Helper()
	d, err := w.StartDraft(ctx, "lecce", "2014-2016", "scheda-adesione")
	if err != nil {
		return nil, err
	}
	if _, err := w.SaveDraft(ctx, "lecce", d.Token, 5, a); err != nil {
		return nil, err
	}
	w.set(when)
	return w.SubmitDraft(ctx, app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: when})
}

func TestTheDeadlineHoldsToTheMillisecond(t *testing.T) {
	for _, tt := range []struct {
		at    string
		want  pdz.Timeliness
		state app.AdhesionState
	}{
		{"2013-10-18T11:59:59.999", pdz.Timely, app.AdhesionActive},
		{"2013-10-18T12:00:00.000", pdz.Timely, app.AdhesionActive},
		{"2013-10-18T12:00:00.001", pdz.Late, app.AdhesionLate},
	} {
		t.Run(tt.at, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				rc, err := w.send(t, t.Context(), cooperative(), at(tt.at))
				if err != nil {
					t.Fatal(err)
				}
				if v := rc.Adhesion; v.Verdict.Timeliness != tt.want || v.State != tt.state {
					t.Errorf("sheet at %s: %s and %s, want %s and %s", tt.at, v.Verdict.Timeliness, v.State, tt.want, tt.state)
				}
				leaf, err := rc.Proof.Leaf()
				if err != nil {
					t.Fatal(err)
				}
				if !leaf.T.Equal(at(tt.at)) {
					t.Errorf("leaf says %v, want %s", leaf.T, tt.at)
				}
			})
		})
	}
}

// The site's own clock said when the last byte came. That it was set back since is not
// the sender's mistake: by little the sheet is recorded, by more the site says so.
func TestAClockThatWasSetBackIsNotTheSendersMistake(t *testing.T) {
	for _, tt := range []struct {
		back time.Duration
		want error
	}{
		{time.Millisecond, nil},
		{time.Second, nil},
		{time.Hour, app.ErrClock},
	} {
		t.Run(tt.back.String(), func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				d, err := w.StartDraft(t.Context(), "lecce", "2014-2016", "scheda-adesione")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.SaveDraft(t.Context(), "lecce", d.Token, 5, cooperative()); err != nil {
					t.Fatal(err)
				}
				received := w.clock()
				w.set(received.Add(-tt.back))
				_, err = w.SubmitDraft(t.Context(), app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: received})
				if !errors.Is(err, tt.want) {
					t.Errorf("set back by %v: %v, want %v", tt.back, err, tt.want)
				}
			})
		})
	}
}

func TestWhatWaitsInAQueueAcrossTheDeadlineIsInTime(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		d, err := w.StartDraft(t.Context(), "lecce", "2014-2016", "scheda-adesione")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SaveDraft(t.Context(), "lecce", d.Token, 5, cooperative()); err != nil {
			t.Fatal(err)
		}
		received := at("2013-10-18T11:59:59.000")
		w.set(received.Add(10 * time.Second))
		rc, err := w.SubmitDraft(t.Context(), app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: received})
		if err != nil {
			t.Fatal(err)
		}
		if rc.Adhesion.Verdict.Timeliness != pdz.Timely {
			t.Errorf("received at 11:59:59 and recorded ten seconds later: %s", rc.Adhesion.Verdict.Timeliness)
		}
		if got := rc.Adhesion.RegisteredAt.Sub(rc.Adhesion.ReceivedAt); got != 10*time.Second {
			t.Errorf("registered %v after reception, want 10s", got)
		}
	})
}

func TestSixtyFourClicksAreOneAct(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		d, err := w.StartDraft(t.Context(), "lecce", "2014-2016", "scheda-adesione")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SaveDraft(t.Context(), "lecce", d.Token, 5, cooperative()); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		codes, fresh := map[string]int{}, 0
		for range 64 {
			wg.Go(func() {
				rc, err := w.SubmitDraft(t.Context(), app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				codes[rc.Adhesion.Code]++
				if !rc.Replayed {
					fresh++
				}
			})
		}
		wg.Wait()
		if len(codes) != 1 || fresh != 1 {
			t.Errorf("%d adhesions, %d of them new; want 1 and 1", len(codes), fresh)
		}
	})
}

func TestACorrectionAndAWithdrawalKeepEveryVersion(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		rc, err := w.send(t, ctx, cooperative(), at("2013-10-17T16:52:08.412"))
		if err != nil {
			t.Fatal(err)
		}
		who, err := w.Manage("lecce", rc.Adhesion.Code, rc.ManageKey)
		if err != nil {
			t.Fatal(err)
		}
		d, err := w.StartCorrection(ctx, who, "lecce", rc.Adhesion.Code)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SaveDraft(ctx, "lecce", d.Token, 5, pdz.Answers{"tavoli-scelti": {"violenza"}, "recapito-email": {"nuova@ilmelograno.example"}}); err != nil {
			t.Fatal(err)
		}
		corrected, err := w.SubmitDraft(ctx, app.Actor{}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()})
		if err != nil {
			t.Fatal(err)
		}
		v := corrected.Adhesion
		if v.Number != "PDZ-2013-0001" || v.Version != 2 || len(v.Versions) != 2 || v.Tables[0] != "violenza" || v.State != app.AdhesionActive {
			t.Errorf("corrected: %+v", v)
		}
		gone, err := w.Withdraw(ctx, who, "lecce", v.Code, "ritiro-1", "Impegni di lavoro.", app.Arrival{Channel: "web", ReceivedAt: w.clock()})
		if err != nil {
			t.Fatal(err)
		}
		if gone.Adhesion.State != app.AdhesionWithdrawn || len(gone.Adhesion.Versions) != 3 {
			t.Errorf("withdrawn: %+v", gone.Adhesion)
		}
		if _, err := w.StartCorrection(ctx, who, "lecce", v.Code); err == nil {
			t.Error("a withdrawn sheet could be corrected")
		}
		again, err := w.send(t, ctx, cooperative(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		if again.Adhesion.State != app.AdhesionActive || again.Adhesion.Number != "PDZ-2013-0002" {
			t.Errorf("adhering again: %+v", again.Adhesion)
		}
	})
}

func TestALinkFromAMailCannotWithdrawAfterTheDeadline(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		rc, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:08.412"))
		if err != nil {
			t.Fatal(err)
		}
		w.set(at("2013-10-18T12:00:00.001"))
		who := app.Actor{Role: app.LinkHolder, Matter: rc.Adhesion.Code}
		_, err = w.Withdraw(t.Context(), who, "lecce", rc.Adhesion.Code, "k", "", app.Arrival{Channel: "web", ReceivedAt: w.clock()})
		if !errors.Is(err, app.ErrClosed) {
			t.Errorf("withdrawal after the deadline: %v, want %v", err, app.ErrClosed)
		}
	})
}

func TestASecondSheetWaitsForTheMailboxOfTheFirst(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		first, err := w.send(t, ctx, cooperative(), at("2013-10-17T16:52:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		hostile := cooperative()
		hostile["recapito-email"] = []string{"altro@example.org"}
		hostile["denominazione"] = []string{"Un altro nome"}
		second, err := w.send(t, ctx, hostile, at("2013-10-17T17:00:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		if second.Adhesion.State != app.AdhesionDuplicate {
			t.Errorf("a sheet from another address is %s", second.Adhesion.State)
		}
		w.confirm(t, second.Adhesion)
		w.check(t, first.Adhesion.Code, app.AdhesionActive)

		third, err := w.send(t, ctx, cooperative(), at("2013-10-17T18:00:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		if third.Adhesion.State != app.AdhesionDuplicate {
			t.Errorf("before its confirmation a second sheet is %s", third.Adhesion.State)
		}
		w.confirm(t, third.Adhesion)
		w.check(t, third.Adhesion.Code, app.AdhesionActive)
		w.check(t, first.Adhesion.Code, app.AdhesionSuperseded)
	})
}

// postman is a transport that keeps what it carries.
type postman struct{ carried []mail.Message }

func (p *postman) Send(_ context.Context, m mail.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	p.carried = append(p.carried, m)
	return nil
}

// deliver sends what is due.
func (w *world) deliver(t *testing.T) []mail.Message {
	t.Helper()
	var p postman
	if _, err := w.DeliverDue(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	return p.carried
}

// confirm follows the link in the receipt's mail.
func (w *world) confirm(t *testing.T, v app.AdhesionView) {
	t.Helper()
	var key string
	for _, m := range w.deliver(t) {
		if _, rest, ok := strings.Cut(m.Text, "/conferma/"+v.Code+"/"); ok && m.To == v.Email {
			key, _, _ = strings.Cut(rest, "\n")
		}
	}
	if key == "" {
		t.Fatalf("no confirmation link for %s", v.Number)
	}
	if _, err := w.ConfirmAddress(t.Context(), "lecce", v.Code, key, app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) check(t *testing.T, code string, want app.AdhesionState) {
	t.Helper()
	v, err := w.Adhesion(t.Context(), app.Actor{Role: app.System}, "lecce", code)
	if err != nil {
		t.Fatal(err)
	}
	if v.State != want {
		t.Errorf("adhesion %s is %s, want %s", v.Number, v.State, want)
	}
}
