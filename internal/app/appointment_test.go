package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

var system = app.Actor{Role: app.System}

// appoint gives somebody a role from now on and returns the appointment.
func (w *world) appoint(t *testing.T, name string, role app.Role) string {
	t.Helper()
	id, err := w.Appoint(t.Context(), system, "lecce", staff(name, role), w.clock())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func staff(name string, role app.Role) app.AppointmentInput {
	return app.AppointmentInput{Name: name, Email: address(name), Role: role}
}

func address(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", ".", "À", "a").Replace(name)) + "@ambito.example"
}

func codes(err error) (out []string) {
	var problems pdz.Problems
	errors.As(err, &problems)
	for _, p := range problems {
		out = append(out, p.Field+" "+p.Code)
	}
	return out
}

func rolesOf(t *testing.T, w *world, email, ambito string) (out []app.Role) {
	t.Helper()
	who, err := w.Capacities(t.Context(), email, ambito)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range who {
		out = append(out, x.Role)
	}
	return out
}

func TestOnlyHeadAndOperatorGiveRoles(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for _, role := range []app.Role{app.Anonymous, app.LinkHolder, app.SignedIn, app.Delegate, app.HelpDesk, app.Officer, app.Facilitator,
			app.Governing, app.Union, app.Auditor, app.Head, app.Operator, app.System} {
			want := role == app.Head || role == app.Operator || role == app.System
			who := app.Actor{Role: role}
			id, err := w.Appoint(t.Context(), who, "lecce", staff("Prova "+string(role), app.Officer), w.clock())
			if errors.Is(err, app.ErrForbidden) == want || want && err != nil {
				t.Errorf("Appoint as %s: %v, want allowed: %v", role, err, want)
			}
			if !want {
				id = w.appoint(t, "Altra "+string(role), app.Officer)
			}
			if err := w.EndAppointment(t.Context(), who, "lecce", id, w.clock()); errors.Is(err, app.ErrForbidden) == want || want && err != nil {
				t.Errorf("EndAppointment as %s: %v, want allowed: %v", role, err, want)
			}
			if _, err := w.Appointments(t.Context(), who, "lecce"); errors.Is(err, app.ErrForbidden) == want {
				t.Errorf("Appointments as %s: %v, want allowed: %v", role, err, want)
			}
		}
		if _, err := w.Appoint(t.Context(), system, "atlantide", staff("Chi Sia", app.Officer), w.clock()); err == nil {
			t.Error("an Ambito that is not there appoints")
		}
	})
}

func TestAnAppointmentSaysWhatIsWrongAllAtOnce(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		now := w.clock()
		w.appoint(t, "Ada Prima", app.Officer)
		for _, tt := range []struct {
			name string
			in   app.AppointmentInput
			want []string
		}{
			{"nothing", app.AppointmentInput{}, []string{"ruolo appointment.role", "nome required", "email required"}},
			{"a role that nobody gives", staff("Ida Nuova", app.Operator), []string{"ruolo appointment.role"}},
			{"a delegate", staff("Ida Nuova", app.Delegate), []string{"ruolo appointment.role"}},
			{"no address", app.AppointmentInput{Name: "Ida Nuova", Email: "ida", Role: app.Officer}, []string{"email email.form"}},
			{"a control character", app.AppointmentInput{Name: "Ida\x07Nuova", Email: "i@a.example", Role: app.Officer}, []string{"nome text.control"}},
			{"ends before it begins", app.AppointmentInput{Name: "Ida Nuova", Email: "i@a.example", Role: app.Officer, From: now, To: now}, []string{"al appointment.to"}},
			{"the same again", staff("Ada Prima", app.Officer), []string{"ruolo appointment.exists"}},
			{"the same again, written otherwise", app.AppointmentInput{Name: "ADA  prima", Email: address("Ada Prima"), Role: app.Officer}, []string{"ruolo appointment.exists"}},
			{"another role", staff("Ada Prima", app.Auditor), nil},
			{"the same role before", app.AppointmentInput{Name: "Ada Prima", Email: address("Ada Prima"), Role: app.Officer, From: now.Add(-48 * time.Hour), To: now.Add(-time.Hour)}, nil},
		} {
			_, err := w.Appoint(t.Context(), system, "lecce", tt.in, now)
			if diff := cmp.Diff(tt.want, codes(err)); diff != "" {
				t.Errorf("%s: %v (-want +got)\n%s", tt.name, err, diff)
			}
		}
		in := app.AppointmentInput{Person: "p-999", Role: app.Officer}
		if _, err := w.Appoint(t.Context(), app.Actor{Role: app.Head}, "lecce", in, now); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("a person who is not there: %v, want ErrNotFound", err)
		}
	})
}

func TestARoleHoldsFromAndTo(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		now := w.clock()
		in := staff("Ada Prima", app.Auditor)
		in.From, in.To = now.Add(time.Hour), now.Add(3*time.Hour)
		if _, err := w.Appoint(t.Context(), system, "lecce", in, now); err != nil {
			t.Fatal(err)
		}
		officer := w.appoint(t, "Ada Prima", app.Officer)
		both, one, none := []app.Role{app.Officer, app.Auditor, app.SignedIn}, []app.Role{app.Officer, app.SignedIn}, []app.Role{app.SignedIn}
		for _, tt := range []struct {
			after time.Duration
			want  []app.Role
		}{
			{0, one}, {time.Hour - time.Millisecond, one}, {time.Hour, both}, {2 * time.Hour, both}, {3*time.Hour - time.Millisecond, both}, {3 * time.Hour, one},
		} {
			w.set(now.Add(tt.after))
			if got := rolesOf(t, w, in.Email, "lecce"); !slices.Equal(got, tt.want) {
				t.Errorf("after %v: %v, want %v", tt.after, got, tt.want)
			}
		}
		if err := w.EndAppointment(t.Context(), system, "lecce", officer, w.clock()); err != nil {
			t.Fatal(err)
		}
		if got := rolesOf(t, w, in.Email, "lecce"); !slices.Equal(got, none) {
			t.Errorf("ended: %v, want %v", got, none)
		}
		if got := codes(w.EndAppointment(t.Context(), system, "lecce", officer, w.clock())); !slices.Equal(got, []string{" appointment.ended"}) {
			t.Errorf("ended twice: %v", got)
		}
		if link := w.linkTo(t, in.Email, "b", ""); link != "" {
			t.Error("who has no role any more still gets a link")
		}
		for _, elsewhere := range []string{"", "atlantide"} {
			if got := rolesOf(t, w, in.Email, elsewhere); !slices.Equal(got, none) {
				t.Errorf("in %q: %v, want %v", elsewhere, got, none)
			}
		}
	})
}

func TestWhoAdheredIsADelegate(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		email := w.member(t)
		who, err := w.Capacities(t.Context(), email, "lecce")
		if err != nil || len(who) != 2 || who[0].Role != app.Delegate || who[0].Name != "Ada Marangio" || who[0].Person == "" {
			t.Errorf("Capacities = %+v, %v, want a delegate with a name", who, err)
		}
		rc, err := w.send(t, t.Context(), citizen(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		if got := rolesOf(t, w, rc.Adhesion.Email, "lecce"); !slices.Equal(got, []app.Role{app.Delegate, app.SignedIn}) {
			t.Errorf("a citizen who adhered: %v", got)
		}
		if got := rolesOf(t, w, "nessuno@posta.example", "lecce"); !slices.Equal(got, []app.Role{app.SignedIn}) {
			t.Errorf("a stranger: %v", got)
		}
	})
}

func TestTheOnlyHeadCannotLeave(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx, head := t.Context(), app.Actor{Role: app.Head}
		first := w.appoint(t, "Ada Prima", app.Head)
		if got := codes(w.EndAppointment(ctx, head, "lecce", first, w.clock())); !slices.Equal(got, []string{" appointment.last"}) {
			t.Errorf("the only head leaves: %v", got)
		}
		later := staff("Ida Futura", app.Head)
		later.From = w.clock().Add(time.Hour)
		if _, err := w.Appoint(ctx, head, "lecce", later, w.clock()); err != nil {
			t.Fatal(err)
		}
		if got := codes(w.EndAppointment(ctx, head, "lecce", first, w.clock())); !slices.Equal(got, []string{" appointment.last"}) {
			t.Errorf("the only head leaves before the next one begins: %v", got)
		}
		second := w.appoint(t, "Eva Seconda", app.Head)
		var all sync.WaitGroup
		left := make(chan error, 2)
		for _, id := range []string{first, second} { // at the same time, each the other
			all.Go(func() { left <- w.EndAppointment(ctx, head, "lecce", id, w.clock()) })
		}
		all.Wait()
		a, b := <-left, <-left
		if (a == nil) == (b == nil) {
			t.Errorf("two heads leave at once: %v and %v, want one refused", a, b)
		}
		if err := w.EndAppointment(ctx, app.Actor{Role: app.Operator}, "lecce", lastHead(t, w), w.clock()); err != nil {
			t.Errorf("the operator ends the last head: %v", err)
		}
	})
}

func lastHead(t *testing.T, w *world) string {
	t.Helper()
	all, err := w.Appointments(context.Background(), system, "lecce")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Role == app.Head && v.InForce(w.clock()) {
			return v.ID
		}
	}
	t.Fatal("no head is left")
	return ""
}

func TestAppointmentsAreListedByRoleAndName(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for _, x := range []struct {
			name string
			role app.Role
		}{{"Zoe Ultima", app.Officer}, {"Àda Prima", app.Officer}, {"Ivo Conte", app.Union}, {"Bice Testa", app.Head}} {
			w.appoint(t, x.name, x.role)
		}
		all, err := w.Appointments(t.Context(), system, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, v := range all {
			names = append(names, v.Name)
		}
		if diff := cmp.Diff([]string{"Bice Testa", "Àda Prima", "Zoe Ultima", "Ivo Conte"}, names); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
