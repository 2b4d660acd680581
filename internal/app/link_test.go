package app_test

import (
	"crypto/rand"
	"testing"

	"concerto/internal/app"
)

// Links are made from the secret of one instance: on another, with the same data, they
// open nothing.
func TestAWrongSecretIsOfAnotherInstance(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		rc, err := w.send(t, t.Context(), cooperative(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		code := rc.Adhesion.Code
		other := &app.App{Store: w.Store, Now: w.clock, Rand: rand.Reader, Secret: []byte("a secret of another instance"), BaseURL: w.BaseURL, Words: w.Words}
		for _, tt := range []struct {
			a    *app.App
			want bool
		}{{w.App, true}, {other, false}} {
			if _, err := tt.a.Manage("lecce", code, rc.ManageKey); (err == nil) != tt.want {
				t.Errorf("the management link opens: %v, want %v", err == nil, tt.want)
			}
			if _, err := tt.a.CanConfirm(t.Context(), "lecce", code, w.ConfirmKey("lecce", code, ada)); (err == nil) != tt.want {
				t.Errorf("the confirmation link opens: %v, want %v", err == nil, tt.want)
			}
		}
		link := w.linkTo(t, ada, "browser", "/mio")
		if _, _, err := other.ConsumeLink(t.Context(), link, "browser"); err == nil {
			t.Error("a sign-in link opens on another instance")
		}
		if _, _, err := w.ConsumeLink(t.Context(), link, "browser"); err != nil {
			t.Errorf("and not on its own: %v", err)
		}
	})
}
