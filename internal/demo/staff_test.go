package demo

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"concerto/internal/app"
	"concerto/internal/store/q"
	"concerto/internal/store/storetest"
)

var system = app.Actor{Role: app.System}

func TestTheStaffIsAppointedWithTheNotice(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		d := open(t, env.Database, still, local("2013-10-17T16:40:00"))
		all, err := d.app.Appointments(t.Context(), system, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		roles := map[app.Role]int{}
		for _, v := range all {
			roles[v.Role]++
			if v.Person == "p-001" || v.Person == "p-002" {
				t.Errorf("%s, who signed the notice, is given a role", v.Person)
			}
		}
		for role, want := range map[app.Role]int{app.Head: 1, app.Officer: 5, app.HelpDesk: 1, app.Facilitator: 6, app.Governing: 9, app.Union: 7, app.Auditor: 1} {
			if roles[role] != want {
				t.Errorf("%d people are %s, want %d", roles[role], role, want)
			}
		}
		d.compareRecorders(t, all)
	})
}

// compareRecorders demands that whoever recorded something has the role in which
// the act says it was done.
func (d *Demo) compareRecorders(t *testing.T, all []app.AppointmentView) {
	t.Helper()
	acts, err := d.store.Read().ActsFrom(t.Context(), q.ActsFromParams{Ambito: "lecce", Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	recorded := 0
	for _, a := range acts {
		var by struct {
			Role   app.Role
			Person string
		}
		if err := json.Unmarshal([]byte(a.Author.String), &by); err != nil {
			t.Fatal(err)
		}
		if by.Person == "" {
			continue
		}
		recorded++
		if !slices.ContainsFunc(all, func(v app.AppointmentView) bool { return v.Person == by.Person && v.Role == by.Role }) {
			t.Errorf("act %d is of %s as %s, who is not", a.N, by.Person, by.Role)
		}
	}
	if recorded < 10 {
		t.Errorf("only %d acts have an author with a role", recorded)
	}
}

func TestOneCanBeSomebodyOfEachRole(t *testing.T) {
	for _, empty := range []bool{false, true} {
		d := openAs(t, storetest.SQLite(t), still, local("2013-10-17T16:40:00"), empty)
		var roles []app.Role
		for _, c := range d.Characters() {
			roles = append(roles, c.Role)
			s, err := d.Enter(t.Context(), c.Role)
			if err != nil {
				t.Fatal(err)
			}
			who, err := d.app.Capacities(t.Context(), s.Email, "lecce")
			if err != nil || who[0].Role != c.Role {
				t.Errorf("entered as %s, one is %v, %v", c.Role, who, err)
			}
			if _, err := d.app.Session(t.Context(), s.Secret); err != nil {
				t.Error(err)
			}
		}
		want := slices.Clone(shownRoles)
		if empty { // nobody has adhered
			want = slices.DeleteFunc(want, func(r app.Role) bool { return r == app.Delegate })
		}
		if !slices.Equal(roles, want) {
			t.Errorf("empty %v: one can be %v, want %v", empty, roles, want)
		}
		if _, err := d.Enter(t.Context(), app.System); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("entering as the program itself: %v, want ErrNotFound", err)
		}
	}
}

func TestAnEmptyDemoAppointsNobodyByItself(t *testing.T) {
	d := openAs(t, storetest.SQLite(t), still, local("2013-10-17T16:40:00"), true)
	if all, err := d.app.Appointments(t.Context(), system, "lecce"); err != nil || len(all) != 0 {
		t.Errorf("%d appointments, %v, want none", len(all), err)
	}
}

func TestWhatAVisitorEndedStaysEnded(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		start := local("2013-10-17T16:40:00")
		d := open(t, env.Database, still, start)
		all, err := d.app.Appointments(t.Context(), system, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(v app.AppointmentView) bool { return v.Role == app.Auditor })
		if err := d.app.EndAppointment(t.Context(), system, "lecce", all[i].ID, d.clock.Now()); err != nil {
			t.Fatal(err)
		}
		again := open(t, env.Database, still, start)
		after, err := again.app.Appointments(t.Context(), system, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		if len(after) != len(all) || !after[i].Over(again.clock.Now()) {
			t.Errorf("%d appointments and the auditor's %v, want %d and over", len(after), after[i], len(all))
		}
		if _, err := again.Enter(t.Context(), app.Auditor); err != nil {
			t.Fatal(err)
		}
		if who, err := again.app.Capacities(t.Context(), all[i].Email, "lecce"); err != nil || who[0].Role != app.Auditor {
			t.Errorf("who enters as auditor is %v, %v", who, err)
		}
	})
}
