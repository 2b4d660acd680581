package app_test

import (
	"context"
	"crypto/rand"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/store/storetest"
)

// letters keeps what is sent.
type letters struct{ sent []mail.Message }

func (l *letters) Send(_ context.Context, m mail.Message) error {
	l.sent = append(l.sent, m)
	return m.Check()
}

var signInLink = regexp.MustCompile(`/accedi/(\S+)`)

// linkTo asks for a link and returns the secret that the mail carries, or "".
func (w *world) linkTo(t *testing.T, email, browser, back string) string {
	t.Helper()
	if err := w.RequestLink(t.Context(), email, browser, back); err != nil {
		t.Fatal(err)
	}
	box := &letters{}
	if _, err := w.DeliverDue(t.Context(), box); err != nil {
		t.Fatal(err)
	}
	for _, m := range box.sent {
		if found := signInLink.FindStringSubmatch(m.Text); found != nil {
			return found[1]
		}
	}
	return ""
}

// member adheres and returns the address of the sheet.
func (w *world) member(t *testing.T) string {
	t.Helper()
	rc, err := w.send(t, t.Context(), cooperative(), w.clock())
	if err != nil {
		t.Fatal(err)
	}
	return rc.Adhesion.Email
}

func TestALinkOpensOnceInItsBrowserWithinAQuarterOfAnHour(t *testing.T) {
	const browser, other = "a browser", "another browser"
	for _, tt := range []struct {
		name  string
		act   func(t *testing.T, w *world, link string) error
		wants error
	}{
		{"at once", func(*testing.T, *world, string) error { return nil }, nil},
		{"a millisecond before it ends", func(_ *testing.T, w *world, _ string) error {
			w.set(w.clock().Add(15*time.Minute - time.Millisecond))
			return nil
		}, nil},
		{"when it has ended", func(_ *testing.T, w *world, _ string) error { w.set(w.clock().Add(15 * time.Minute)); return nil }, app.ErrLinkExpired},
		{"used before", func(t *testing.T, w *world, link string) error {
			_, _, err := w.ConsumeLink(t.Context(), link, browser)
			return err
		}, app.ErrLinkUsed},
		{"tried in another browser before", func(t *testing.T, w *world, link string) error {
			if _, _, err := w.ConsumeLink(t.Context(), link, other); !errors.Is(err, app.ErrLinkBrowser) || !errors.Is(err, app.ErrNotFound) {
				t.Errorf("in another browser: %v, want ErrLinkBrowser", err)
			}
			return nil
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				link := w.linkTo(t, w.member(t), browser, "/lecce/")
				if link == "" {
					t.Fatal("no link was mailed")
				}
				if err := tt.act(t, w, link); err != nil {
					t.Fatal(err)
				}
				s, back, err := w.ConsumeLink(t.Context(), link, browser)
				if !errors.Is(err, tt.wants) || (err == nil) != (s.Secret != "") {
					t.Fatalf("ConsumeLink = %v, %v, want %v", s, err, tt.wants)
				}
				if err == nil && back != "/lecce/" {
					t.Errorf("back = %q, want /lecce/", back)
				}
			})
		})
	}
}

func TestALinkThatWasNeverSentOpensNothing(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		link := w.linkTo(t, w.member(t), "b", "")
		last := "a"
		if strings.HasSuffix(link, last) {
			last = "b"
		}
		for _, bad := range []string{"", "x", strings.Repeat("0", 26), link[:len(link)-1], link[:len(link)-1] + last, link + "a", strings.ToUpper(link)} {
			if _, _, err := w.ConsumeLink(t.Context(), bad, "b"); !errors.Is(err, app.ErrLinkUnknown) {
				t.Errorf("ConsumeLink(%q) = %v, want ErrLinkUnknown", bad, err)
			}
		}
		if _, _, err := w.ConsumeLink(t.Context(), link, "b"); err != nil {
			t.Errorf("the link itself: %v", err)
		}
	})
}

// P7: a link on its way to an address that a correction has just taken away.
func TestALinkDiesWithTheAddress(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		rc, err := w.send(t, t.Context(), citizen(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		link := w.linkTo(t, rc.Adhesion.Email, "b", "")
		who, err := w.Manage("lecce", rc.Adhesion.Code, rc.ManageKey)
		if err != nil {
			t.Fatal(err)
		}
		d, err := w.StartCorrection(t.Context(), who, "lecce", rc.Adhesion.Code)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SaveDraft(t.Context(), "lecce", d.Token, 5, pdz.Answers{"recapito-email": {"nuovo@posta.example"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SubmitDraft(t.Context(), who, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		if s, _, err := w.ConsumeLink(t.Context(), link, "b"); !errors.Is(err, app.ErrLinkChanged) {
			t.Errorf("ConsumeLink = %v, %v, want ErrLinkChanged", s, err)
		}
		if link := w.linkTo(t, "nuovo@posta.example", "b", ""); link == "" {
			t.Error("the new address gets no link")
		}
	})
}

// citizen is a good sheet of somebody who comes for themselves.
func citizen() pdz.Answers {
	return pdz.Answers{
		"categoria": {"libero-cittadino"}, "codice-fiscale": {"TFRLNE53P50X102L"}, "recapito-email": {"elena@posta.example"},
		"nome-cognome": {"Elena Tafuro"}, "tavoli-scelti": {"poverta"}, "attese": {"Una panchina."}, "presa-visione-privacy": {"si"},
	}
}

func TestAskingNeverTellsWhoIsKnown(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		known := w.member(t)
		if w.linkTo(t, known, "b", "") == "" {
			t.Error("a known address gets no link")
		}
		if w.linkTo(t, strings.ToUpper(known[:1])+known[1:], "b", "") == "" {
			t.Error("the same address with a large letter gets no link")
		}
		for _, stranger := range []string{"nessuno@posta.example", "info@ilmelograno.example.org"} {
			if link := w.linkTo(t, stranger, "b", ""); link != "" {
				t.Errorf("a link went to %s", stranger)
			}
		}
		if err := w.RequestLink(t.Context(), "senza chiocciola", "b", ""); err == nil {
			t.Error("what is no address was taken")
		}
	})
}

func TestAnAddressGetsFewLinksAtATime(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		known := w.member(t)
		for n := range 8 {
			if got, want := w.linkTo(t, known, "b", "") != "", n < 5; got != want {
				t.Errorf("request %d sends a link: %v, want %v", n+1, got, want)
			}
		}
		w.set(w.clock().Add(15 * time.Minute))
		if w.linkTo(t, known, "b", "") == "" {
			t.Error("a quarter of an hour later no link is sent")
		}
		if err := w.ForgetSignIns(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// P5: of all that press the button at the same time, on two instances, one enters.
func TestOfManyWhoUseALinkOneEnters(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		apps := []*app.App{w.App}
		if w.env.Engine == "postgres" {
			apps = append(apps, &app.App{Store: storetest.Open(t, w.env.Database, w.clock), Now: w.clock, Rand: rand.Reader, Secret: w.Secret,
				BaseURL: w.BaseURL, Words: w.Words})
		}
		email := w.member(t)
		for range 5 {
			link := w.linkTo(t, email, "b", "")
			var entered, refused atomic.Int64
			var all sync.WaitGroup
			for i := range 64 {
				all.Go(func() {
					switch _, _, err := apps[i%len(apps)].ConsumeLink(t.Context(), link, "b"); {
					case err == nil:
						entered.Add(1)
					case errors.Is(err, app.ErrLinkUsed):
						refused.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			all.Wait()
			if entered.Load() != 1 || refused.Load() != 63 {
				t.Errorf("%d entered and %d were refused, want 1 and 63", entered.Load(), refused.Load())
			}
		}
	})
}

func TestASessionEndsByIdlenessByAgeAndByWill(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx, email := t.Context(), w.member(t)
		open := func() string {
			t.Helper()
			s, err := w.OpenSession(ctx, app.Actor{Role: app.System}, email)
			if err != nil {
				t.Fatal(err)
			}
			return s.Secret
		}
		expect := func(secret string, want bool, when string) {
			t.Helper()
			got, err := w.Session(ctx, secret)
			if (err == nil) != want || err != nil && !errors.Is(err, app.ErrNotFound) || err == nil && got.Email != email {
				t.Errorf("%s: Session = %v, %v, want it open: %v", when, got, err, want)
			}
		}
		start := w.clock()
		idle, busy, left := open(), open(), open()
		w.set(start.Add(30*time.Minute - time.Millisecond))
		expect(idle, true, "a millisecond before half an hour")
		expect(busy, true, "a millisecond before half an hour")
		if err := w.EndSession(ctx, left); err != nil {
			t.Fatal(err)
		}
		expect(left, false, "after it was ended")
		w.set(w.clock().Add(30 * time.Minute))
		expect(idle, false, "idle for half an hour")
		busy = open()
		begun := w.clock()
		for at := 20 * time.Minute; at < 8*time.Hour; at += 20 * time.Minute {
			w.set(begun.Add(at))
			expect(busy, true, at.String())
		}
		w.set(begun.Add(8 * time.Hour))
		expect(busy, false, "after eight hours")
		expect("", false, "without a secret")
		if a, b := open(), open(); a == b || len(a) < 32 || !app.GoodSecret(a) {
			t.Errorf("two sessions have the secrets %q and %q", a, b)
		}
		if err := w.ForgetSignIns(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheLastRequestIsWrittenOnceAMinute(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		s, err := w.OpenSession(t.Context(), app.Actor{Role: app.System}, "x@posta.example")
		if err != nil {
			t.Fatal(err)
		}
		start := w.clock()
		seen := func() time.Duration {
			t.Helper()
			rows, err := w.Store.Rows(t.Context(), "session")
			if err != nil || len(rows) != 1 {
				t.Fatalf("%d sessions, %v", len(rows), err)
			}
			var us int64
			for row := range rows {
				_, text, _ := strings.Cut(row, "seen_us=")
				if us, err = strconv.ParseInt(strings.Trim(text, `"`), 10, 64); err != nil {
					t.Fatal(err)
				}
			}
			return time.UnixMicro(us).Sub(start)
		}
		for _, tt := range []struct{ at, want time.Duration }{
			{59 * time.Second, 0}, {time.Minute, time.Minute}, {119 * time.Second, time.Minute}, {5 * time.Minute, 5 * time.Minute},
		} {
			w.set(start.Add(tt.at))
			if _, err := w.Session(t.Context(), s.Secret); err != nil {
				t.Fatal(err)
			}
			if got := seen(); got != tt.want {
				t.Errorf("after a request at %v the row says %v, want %v", tt.at, got, tt.want)
			}
		}
	})
}

// Only hashes are kept: who reads the database can enter nowhere.
func TestTheDatabaseHoldsNoSecret(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		const browser = "the secret of a browser"
		link := w.linkTo(t, w.member(t), browser, "")
		s, _, err := w.ConsumeLink(t.Context(), link, browser)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range app.WorkTables {
			rows, err := w.Store.Rows(t.Context(), table)
			if err != nil {
				t.Fatal(err)
			}
			for row := range rows {
				for _, secret := range []string{link, browser, s.Secret} {
					if strings.Contains(row, secret) {
						t.Errorf("table %s holds a secret: %s", table, row)
					}
				}
			}
		}
	})
}

func TestOnlyTheProgramOpensASessionWithoutALink(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for _, role := range []app.Role{app.Anonymous, app.SignedIn, app.Head, app.Operator} {
			if _, err := w.OpenSession(t.Context(), app.Actor{Role: role}, "x@posta.example"); !errors.Is(err, app.ErrForbidden) {
				t.Errorf("OpenSession as %s = %v, want ErrForbidden", role, err)
			}
		}
	})
}

func TestTheFirstAccessMakesOneOperator(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		old, err := w.OfferFirstAccess(ctx)
		if err != nil || old == "" {
			t.Fatalf("OfferFirstAccess = %q, %v, want a secret", old, err)
		}
		secret, err := w.OfferFirstAccess(ctx) // as the next start of the program would
		if err != nil {
			t.Fatal(err)
		}
		if err := w.CheckFirstAccess(old); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("the link of an earlier start opens: %v", err)
		}
		if _, err := w.TakeFirstAccess(ctx, secret, "non è un indirizzo"); err == nil {
			t.Error("what is no address was taken")
		}
		var entered atomic.Int64
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				if _, err := w.TakeFirstAccess(ctx, secret, "gestore@ambito.example"); err == nil {
					entered.Add(1)
				} else if !errors.Is(err, app.ErrNotFound) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if entered.Load() != 1 {
			t.Errorf("%d entered by the first access, want 1", entered.Load())
		}
		if again, err := w.OfferFirstAccess(ctx); err != nil || again != "" {
			t.Errorf("with an operator OfferFirstAccess = %q, %v, want none", again, err)
		}
		caps, err := w.Capacities(ctx, "gestore@ambito.example", "lecce")
		if err != nil || len(caps) != 2 || caps[0].Role != app.Operator {
			t.Errorf("Capacities of the operator = %v, %v", caps, err)
		}
		if w.linkTo(t, "gestore@ambito.example", "b", "") == "" {
			t.Error("the operator gets no link")
		}
	})
}
