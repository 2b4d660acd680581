package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

var anyone = app.Actor{Role: app.Anonymous}

// staff appoints somebody at the desk and returns them as an actor.
func (w *world) staff(t *testing.T, id string, role app.Role) app.Actor {
	t.Helper()
	in := app.AppointmentInput{Person: id, Name: "Persona " + strings.ToUpper(id), Email: id + "@ambito.example", Role: role}
	if _, err := w.Appoint(t.Context(), app.Actor{Role: app.System}, "lecce", in, w.clock()); err != nil {
		t.Fatal(err)
	}
	return app.Actor{Role: role, Person: id}
}

// webQuestion is a good question from the site.
func (w *world) webQuestion(words string) app.QuestionInput {
	return app.QuestionInput{Ambito: "lecce", Process: "2014-2016", Name: "Ada Marangio", Contact: "a.marangio@lucerna.example", Words: words,
		Key: "key of " + words, Source: "net", Arrival: app.Arrival{Channel: app.AskedWeb, ReceivedAt: w.clock()}}
}

// ask records a question and returns it as the office sees it.
func (w *world) ask(t *testing.T, who app.Actor, in app.QuestionInput) *app.QuestionView {
	t.Helper()
	asked, err := w.Ask(t.Context(), who, in)
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Question(t.Context(), app.Actor{Role: app.System}, "lecce", asked.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// codesAt returns the codes of problems by field.
func codesAt(err error) map[string]string {
	var problems pdz.Problems
	errors.As(err, &problems)
	out := map[string]string{}
	for _, p := range problems {
		out[p.Field] = p.Code
	}
	return out
}

func TestAQuestionIsAskedGivenToSomebodyAnsweredAndPublished(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		desk, officer := w.staff(t, "d-1", app.HelpDesk), w.staff(t, "o-1", app.Officer)
		v := w.ask(t, anyone, w.webQuestion("Sono Ada Marangio: possiamo firmare il Patto?"))
		if v.Seq != 1 || v.Channel != app.AskedWeb || v.Answered() || v.Assigned != "" {
			t.Errorf("asked: %+v", v)
		}
		if err := w.Assign(ctx, officer, "lecce", v.ID, desk.Person); err != nil {
			t.Fatal(err)
		}
		w.set(w.clock().Add(time.Hour))
		answer := app.AnswerInput{Ambito: "lecce", ID: v.ID, Words: "Sì.\nCon lo statuto.", Seen: v.Act, ReceivedAt: w.clock()}
		if err := w.Answer(ctx, desk, answer); err != nil {
			t.Fatal(err)
		}
		if got := codesAt(w.Answer(ctx, desk, answer)); got[app.FieldAnswer] != app.CodeChangedSince {
			t.Errorf("answering over an answer not seen: %v, want %s", got, app.CodeChangedSince)
		}
		id, err := w.PublishFAQ(ctx, officer, app.FAQInput{Ambito: "lecce", Question: v.ID, Words: "Chi firma il Patto?", AnswerInFull: "Chi ha lo statuto.",
			ReceivedAt: w.clock()})
		if err != nil {
			t.Fatal(err)
		}
		v, err = w.Question(ctx, desk, "lecce", v.ID)
		if err != nil {
			t.Fatal(err)
		}
		if v.AssignedName != "Persona D-1" || v.AnsweredBy != "Persona D-1" || v.Answer != answer.Words || v.FAQ == nil || v.FAQ.ID != id {
			t.Errorf("at the end: %+v", v)
		}
		faqs, err := w.FAQs(ctx, "lecce")
		if err != nil || len(faqs) != 1 || faqs[0].Words != "Chi firma il Patto?" {
			t.Fatalf("published: %+v, %v", faqs, err)
		}
		checkAnswerMail(t, w)
	})
}

// checkAnswerMail demands that one message with question and answer went to who asked.
func checkAnswerMail(t *testing.T, w *world) {
	t.Helper()
	var found int
	for _, m := range w.deliver(t) {
		if m.To != "a.marangio@lucerna.example" {
			continue
		}
		found++
		if !strings.Contains(m.Text, "> Sono Ada Marangio: possiamo firmare il Patto?") || !strings.Contains(m.Text, "Sì.\nCon lo statuto.") ||
			!strings.Contains(m.Subject, "n. 1") {
			t.Errorf("the message is %q:\n%s", m.Subject, m.Text)
		}
	}
	if found != 1 {
		t.Errorf("%d messages went to who asked, want 1", found)
	}
}

func TestWhatIsWrongWithAQuestionIsSaidAtOnce(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		desk := w.staff(t, "d-1", app.HelpDesk)
		for _, tt := range []struct {
			name   string
			who    app.Actor
			change func(*app.QuestionInput)
			want   map[string]string
		}{
			{"nothing typed", anyone, func(in *app.QuestionInput) { in.Name, in.Contact, in.Words = "", "", " " },
				map[string]string{"recapito": app.CodeNoContact, "domanda": pdz.CodeRequired}},
			{"neither address nor number", anyone, func(in *app.QuestionInput) { in.Contact = "mia zia" }, map[string]string{"recapito": app.CodeNoContact}},
			{"a bad address", anyone, func(in *app.QuestionInput) { in.Contact = "ada@lucerna" }, map[string]string{"recapito": pdz.CodeEmailDomain}},
			{"a short number", anyone, func(in *app.QuestionInput) { in.Contact = "123" }, map[string]string{"recapito": pdz.CodePhoneLength}},
			{"too long", anyone, func(in *app.QuestionInput) { in.Words = strings.Repeat("è", 4001) }, map[string]string{"domanda": pdz.CodeTextLong}},
			{"a control character", anyone, func(in *app.QuestionInput) { in.Name = "A\x00da" }, map[string]string{"nome": pdz.CodeTextControl}},
			{"bytes that are no text", anyone, func(in *app.QuestionInput) { in.Words = "a\xff" }, map[string]string{"domanda": pdz.CodeTextEncoding}},
			{"from the future", desk, func(in *app.QuestionInput) { in.Channel, in.SourceAt = app.AskedPhone, w.clock().Add(time.Second) },
				map[string]string{"arrivo": app.CodeQuestionFuture}},
			{"mail without address", desk, func(in *app.QuestionInput) { in.Channel, in.Contact = app.AskedEmail, "" },
				map[string]string{"recapito": app.CodeNoContact}},
		} {
			in := w.webQuestion(tt.name)
			tt.change(&in)
			_, err := w.Ask(t.Context(), tt.who, in)
			if got := codesAt(err); len(got) != len(tt.want) || !equalMaps(got, tt.want) {
				t.Errorf("%s: %v (%v), want %v", tt.name, got, err, tt.want)
			}
		}
		if list, err := w.Questions(t.Context(), desk, "lecce"); err != nil || len(list) != 0 {
			t.Errorf("%d questions were recorded, %v", len(list), err)
		}
	})
}

func equalMaps(a, b map[string]string) bool {
	for k, v := range b {
		if a[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

func TestWhatIsPublishedDoesNotTellWhoAsked(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		officer := w.staff(t, "o-1", app.Officer)
		in := w.webQuestion("Posso?")
		in.Contact = "0832 123456"
		v := w.ask(t, anyone, in)
		publish := func(words, answer string) error {
			_, err := w.PublishFAQ(ctx, officer, app.FAQInput{Ambito: "lecce", Question: v.ID, Words: words, AnswerInFull: answer, ReceivedAt: w.clock()})
			return err
		}
		if got := codesAt(publish("Si può?", "Sì.")); got[app.FieldPublicAnswer] != app.CodeUnanswered {
			t.Errorf("published before an answer: %v", got)
		}
		if err := w.Answer(ctx, officer, app.AnswerInput{Ambito: "lecce", ID: v.ID, Words: "Sì.", Seen: v.Act, ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{"la signora Marangio", "scriva ad altri@posta.example", "al 0832-12.34.56", "al 347 1234567", "MRNDAA49M64X103K", "01234567897"} {
			if got := codesAt(publish("Si può? "+canary, "Sì.")); got[app.FieldPublicWords] != app.CodePersonal || len(got) != 1 {
				t.Errorf("question with %q: %v, want %s", canary, got, app.CodePersonal)
			}
			if got := codesAt(publish("Si può?", "Sì, "+canary)); got[app.FieldPublicAnswer] != app.CodePersonal || len(got) != 1 {
				t.Errorf("answer with %q: %v, want %s", canary, got, app.CodePersonal)
			}
		}
		if faqs, _ := w.FAQs(ctx, "lecce"); len(faqs) != 0 {
			t.Fatalf("published: %+v", faqs)
		}
		if err := publish("Si può nel Comune di Lecce?", "Sì, al numero 800724292 o segretariatosociale@comune.lecce.it."); err != nil {
			t.Errorf("the notice's own words are refused: %v", err)
		}
	})
}

func TestAPublishedQuestionIsRewordedWithdrawnAndPublishedAgain(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		officer := w.staff(t, "o-1", app.Officer)
		in := app.FAQInput{Ambito: "lecce", Process: "2014-2016", Words: "Dà diritto a un compenso?", AnswerInFull: "No.", ReceivedAt: w.clock()}
		id, err := w.PublishFAQ(ctx, officer, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.PublishFAQ(ctx, officer, in)
		if got := codesAt(err); got[app.FieldPublicWords] != app.CodeFAQExists {
			t.Errorf("the second click: %v, want %s", got, app.CodeFAQExists)
		}
		again := func(seen int64, answer string) error {
			_, err := w.PublishFAQ(ctx, officer, app.FAQInput{Ambito: "lecce", ID: id, Words: in.Words, AnswerInFull: answer, Seen: seen, ReceivedAt: w.clock()})
			return err
		}
		all := w.faqs(t, officer)
		if err := again(all[0].Act, "No, mai."); err != nil {
			t.Fatal(err)
		}
		if got := codesAt(again(all[0].Act, "Forse.")); got[app.FieldPublicWords] != app.CodeChangedSince {
			t.Errorf("rewording what was not seen: %v, want %s", got, app.CodeChangedSince)
		}
		if got := codesAt(w.WithdrawFAQ(ctx, officer, "lecce", id, " ", w.clock())); got["motivo"] != pdz.CodeRequired {
			t.Errorf("withdrawn without a reason: %v", got)
		}
		if err := w.WithdrawFAQ(ctx, officer, "lecce", id, "Superata.", w.clock()); err != nil {
			t.Fatal(err)
		}
		if public, _ := w.FAQs(ctx, "lecce"); len(public) != 0 {
			t.Errorf("withdrawn and still there: %+v", public)
		}
		if err := again(w.faqs(t, officer)[0].Act, "No."); err != nil {
			t.Fatal(err)
		}
		if public, _ := w.FAQs(ctx, "lecce"); len(public) != 1 || public[0].Answer != "No." || public[0].Seq != 1 {
			t.Errorf("published again: %+v", public)
		}
	})
}

func (w *world) faqs(t *testing.T, who app.Actor) []app.FAQView {
	t.Helper()
	all, err := w.AllFAQs(t.Context(), who, "lecce")
	if err != nil || len(all) == 0 {
		t.Fatalf("%d published, %v", len(all), err)
	}
	return all
}

func TestADoubtfulQuestionWaitsWithItsInstantAndIsNeverLost(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		desk := w.staff(t, "d-1", app.HelpDesk)
		came := w.clock()
		hold := func(words, source string) *app.Asked {
			in := w.webQuestion(words)
			in.Doubt, in.Source = app.DoubtQuick, source
			asked, err := w.Ask(ctx, anyone, in)
			if err != nil || !asked.Held || asked.Seq != 0 {
				t.Fatalf("asked: %+v, %v", asked, err)
			}
			return asked
		}
		good, bad := hold("vera", "a"), hold("falsa", "b")
		hold("falsa 2", "b")
		if again := hold("vera", "a"); again.ID != good.ID {
			t.Errorf("the second click is another question")
		}
		w.set(came.Add(26 * time.Hour))
		rows, n, err := w.HeldQuestions(ctx, desk, "lecce")
		if err != nil || n != 3 || len(rows) != 3 {
			t.Fatalf("%d wait, %v; want 3", n, err)
		}
		if err := w.TakeHeld(ctx, desk, "lecce", []string{good.ID, good.ID, "UNKNOWN"}); err != nil {
			t.Fatal(err)
		}
		if err := w.DropHeldFrom(ctx, desk, "lecce", bad.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.TakeHeld(ctx, desk, "lecce", []string{good.ID, bad.ID}); err != nil {
			t.Fatal(err)
		}
		list, err := w.Questions(ctx, desk, "lecce")
		if err != nil || len(list) != 1 || list[0].ID != good.ID || !list[0].ReceivedAt.Equal(came) || list[0].Seq != 1 {
			t.Errorf("recorded: %+v, %v; want the one, as of %v", list, err, came)
		}
		if _, n, _ := w.HeldQuestions(ctx, desk, "lecce"); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
}

func TestAFloodFromOneNetworkFillsItsOwnRoomAlone(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		var busy int
		for i := range 520 {
			in := w.webQuestion(fmt.Sprint("spam ", i))
			in.Doubt, in.Source = app.DoubtTrap, "one"
			if _, err := w.Ask(t.Context(), anyone, in); errors.Is(err, app.ErrBusy) {
				busy++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if busy != 20 {
			t.Errorf("%d of 520 were told to come again, want 20", busy)
		}
		in := w.webQuestion("in fretta")
		in.Doubt, in.Source = app.DoubtQuick, "two"
		if _, err := w.Ask(t.Context(), anyone, in); err != nil {
			t.Errorf("a doubtful question from another network: %v", err)
		}
		if v := w.ask(t, anyone, w.webQuestion("una persona")); v.Seq != 1 {
			t.Errorf("a person has number %d, want 1", v.Seq)
		}
	})
}

func TestWhoMayWorkAtTheDesk(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		desk := w.staff(t, "d-1", app.HelpDesk)
		v := w.ask(t, anyone, w.webQuestion("Posso?"))
		if err := w.Answer(ctx, desk, app.AnswerInput{Ambito: "lecce", ID: v.ID, Words: "Sì.", Seen: v.Act, ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		acts := map[string]func(app.Actor) error{
			"read":   func(who app.Actor) error { _, err := w.Question(ctx, who, "lecce", v.ID); return err },
			"list":   func(who app.Actor) error { _, err := w.Questions(ctx, who, "lecce"); return err },
			"held":   func(who app.Actor) error { _, _, err := w.HeldQuestions(ctx, who, "lecce"); return err },
			"assign": func(who app.Actor) error { return w.Assign(ctx, who, "lecce", v.ID, "d-1") },
			"answer": func(who app.Actor) error {
				return w.Answer(ctx, who, app.AnswerInput{Ambito: "lecce", ID: v.ID, Words: "No."})
			},
			"take": func(who app.Actor) error { return w.TakeHeld(ctx, who, "lecce", nil) },
			"phone": func(who app.Actor) error {
				in := w.webQuestion("al telefono")
				in.Channel = app.AskedPhone
				_, err := w.Ask(ctx, who, in)
				return err
			},
			"assist": func(who app.Actor) error {
				who.Person = "d-1"
				_, err := w.StartAssisted(ctx, who, "lecce", "2014-2016", "scheda-adesione", "banco")
				return err
			},
			"publish":  func(who app.Actor) error { _, err := w.PublishFAQ(ctx, who, app.FAQInput{Ambito: "lecce"}); return err },
			"withdraw": func(who app.Actor) error { return w.WithdrawFAQ(ctx, who, "lecce", "", "", w.clock()) },
		}
		reads, desks, offices := []string{"read", "list", "held"}, []string{"assign", "answer", "take", "phone", "assist"}, []string{"publish", "withdraw"}
		may := map[app.Role][]string{
			app.Anonymous: nil, app.LinkHolder: nil, app.SignedIn: nil, app.Delegate: nil, app.Facilitator: nil, app.Governing: nil, app.Union: nil,
			app.Operator: nil, app.Auditor: reads, app.HelpDesk: slices.Concat(reads, desks),
			app.Officer: slices.Concat(reads, desks, offices), app.Head: slices.Concat(reads, desks, offices),
		}
		for role, allowed := range may {
			for name, do := range acts {
				if got, want := !errors.Is(do(app.Actor{Role: role}), app.ErrForbidden), slices.Contains(allowed, name); got != want {
					t.Errorf("%s may %s: %v, want %v", role, name, got, want)
				}
			}
		}
	})
}

func TestAQuestionIsGivenOnlyToWhoIsAtTheDesk(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		desk, auditor := w.staff(t, "d-1", app.HelpDesk), w.staff(t, "a-1", app.Auditor)
		v := w.ask(t, anyone, w.webQuestion("Posso?"))
		for _, person := range []string{auditor.Person, "nobody"} {
			if err := w.Assign(t.Context(), desk, "lecce", v.ID, person); !errors.Is(err, app.ErrNotFound) {
				t.Errorf("given to %s: %v", person, err)
			}
		}
		persons, err := w.DeskPersons(t.Context(), "lecce")
		if err != nil || len(persons) != 1 || persons[0].ID != desk.Person {
			t.Errorf("at the desk: %v, %v", persons, err)
		}
	})
}

func TestAFormThatIsNotOursIsKnown(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		stamp := w.FormStamp("lecce", w.clock())
		w.set(w.clock().Add(5 * time.Second))
		if age, ours := w.FormAge("lecce", stamp); !ours || age != 5*time.Second {
			t.Errorf("five seconds later: %v, %v", age, ours)
		}
		for _, bad := range []string{"", ".", "x", stamp + "a", "1" + stamp, w.FormStamp("altro", w.clock()), w.FormStamp("lecce", w.clock().Add(time.Hour))} {
			if _, ours := w.FormAge("lecce", bad); ours {
				t.Errorf("stamp %q is taken for ours", bad)
			}
		}
	})
}

func TestWhatLooksLikeAFormulaStaysText(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		const formula = `=HYPERLINK("http://evil.example";"x") +1 @SUM -2`
		if v := w.ask(t, anyone, w.webQuestion(formula)); v.Words != formula {
			t.Errorf("kept as %q", v.Words)
		}
	})
}

func TestWhatWasPublishedStandsWhenTheQuestionIsErased(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		deskRows(t, w)
		w.deliver(t)
		head := w.staff(t, "h-1", app.Head)
		asked := w.faqs(t, head)[0].Question
		if err := w.Erase(ctx, head, "lecce", asked, "Richiesta dell’interessato.", app.Arrival{ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		v, err := w.Question(ctx, head, "lecce", asked)
		if err != nil || v.Name+v.Contact+v.Words+v.Answer != "" {
			t.Errorf("erased: %+v, %v", v, err)
		}
		if public, err := w.FAQs(ctx, "lecce"); err != nil || len(public) != 1 || public[0].Words != "Si può?" {
			t.Errorf("published: %+v, %v", public, err)
		}
		if _, err := w.Postbox(ctx, "lecce"); err != nil {
			t.Errorf("the postbox: %v", err)
		}
	})
}

// deskRows fills the tables of the information desk.
func deskRows(t *testing.T, w *world) {
	t.Helper()
	officer := w.staff(t, "o-1", app.Officer)
	v := w.ask(t, anyone, w.webQuestion("Posso?"))
	if err := w.Answer(t.Context(), officer, app.AnswerInput{Ambito: "lecce", ID: v.ID, Words: "Sì.", Seen: v.Act, ReceivedAt: w.clock()}); err != nil {
		t.Fatal(err)
	}
	in := app.FAQInput{Ambito: "lecce", Question: v.ID, Words: "Si può?", AnswerInFull: "Sì.", ReceivedAt: w.clock()}
	if _, err := w.PublishFAQ(t.Context(), officer, in); err != nil {
		t.Fatal(err)
	}
}
