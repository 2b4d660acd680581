package demo

import (
	"testing"

	"concerto/internal/app"
	"concerto/internal/store/storetest"
)

// deskNow is what the office and everybody see of the information desk.
type deskNow struct{ asked, assigned, answered, published int }

func (d *Demo) deskNow(t *testing.T) (n deskNow) {
	t.Helper()
	list, err := d.app.Questions(t.Context(), app.Actor{Role: app.System}, "lecce")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		n.asked++
		if v.Assigned != "" {
			n.assigned++
		}
		if v.Answered() {
			n.answered++
		}
	}
	faqs, err := d.app.FAQs(t.Context(), "lecce")
	if err != nil {
		t.Fatal(err)
	}
	n.published = len(faqs)
	return n
}

func TestTheDeskHasDoneWhatItHadDoneByThenAndNothingElse(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, env storetest.Env) {
		d := open(t, env.Database, still, local("2013-10-10T09:41:59"))
		for _, tt := range []struct {
			at   string
			want deskNow
		}{
			{"2013-10-10T09:41:59", deskNow{0, 0, 0, 1}},
			{"2013-10-10T09:42:00", deskNow{1, 1, 0, 1}}, // the call, taken by who answered it
			{"2013-10-10T09:50:00", deskNow{1, 1, 1, 1}},
			{"2013-10-10T10:05:00", deskNow{1, 1, 1, 2}},
			{"2013-10-10T18:20:11", deskNow{2, 1, 1, 2}}, // by the web, in the evening: nobody has it
			{"2013-10-11T09:34:59", deskNow{2, 2, 1, 2}},
			{"2013-10-11T09:35:00", deskNow{2, 2, 2, 2}},
			{"2013-10-17T16:40:00", deskNow{6, 6, 6, 6}},
			{"2013-11-18T12:00:00", deskNow{12, 12, 12, 9}},
		} {
			d.moveTo(t, local(tt.at))
			if got := d.deskNow(t); got != tt.want {
				t.Errorf("at %s: %+v, want %+v", tt.at, got, tt.want)
			}
		}
		d.compareDesk(t)
		again := open(t, env.Database, still, local("2013-10-10T09:41:59"))
		if got := again.deskNow(t); got != (deskNow{12, 12, 12, 9}) {
			t.Errorf("opened again: %+v", got)
		}
		rep, err := d.app.Audit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range rep.Discrepancies {
			t.Error(x)
		}
	})
}

// compareDesk holds every question against what the content says of it.
func (d *Demo) compareDesk(t *testing.T) {
	t.Helper()
	list, err := d.app.Questions(t.Context(), app.Actor{Role: app.System}, "lecce")
	if err != nil {
		t.Fatal(err)
	}
	byWords := map[string]app.QuestionView{}
	for _, v := range list {
		byWords[v.Words] = v
	}
	for _, x := range d.content.Questions {
		v := byWords[x.Question]
		if v.Channel != x.Channel || !v.ReceivedAt.Equal(x.ReceivedAt) || !v.AnsweredAt.Equal(x.AnsweredAt) || v.Answer != x.Answer ||
			v.Assigned != x.AssignedTo || v.AssignedName == "" || v.AnsweredBy != v.AssignedName || v.Name == "" || (v.FAQ != nil) != (x.FAQ != "") {
			t.Errorf("%s: %+v", x.ID, v)
		}
	}
}
