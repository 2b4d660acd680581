package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// asked is a question to the desk, with its answer.
type asked struct {
	ID, Channel, By, Person, Question, Answer, FAQ string
	ReceivedAt                                     time.Time `yaml:"received_at"`
	AnsweredAt                                     time.Time `yaml:"answered_at"`
	AssignedTo                                     string    `yaml:"assigned_to"`
}

// published is a question and answer for everybody.
type published struct{ ID, Question, Answer string }

const (
	assignedBefore = 20 * time.Minute // how long before the answer a question is given to somebody
	publishedAfter = 15 * time.Minute // how long after the answer it is worded for everybody
	publisher      = "p-150"          // of the two at the desk, the one who is an officer
)

// questionEvents lay out the desk's work: asked, given to somebody, answered, and
// published. What no question is behind of is published with the notice.
func (d *Demo) questionEvents(slug string) []event {
	var out []event
	behind := map[string]bool{}
	add := func(at time.Time, what, id string, do func(context.Context) error) {
		out = append(out, event{at, "demo-" + what + "-" + id, do})
	}
	for _, x := range d.content.Questions {
		behind[x.FAQ] = true
		add(x.ReceivedAt, "quesito", x.ID, func(ctx context.Context) error { return d.enactQuestion(ctx, slug, x) })
		add(x.givenAt(), "assegnazione", x.ID, func(ctx context.Context) error { return d.enactAssignment(ctx, slug, x) })
		add(x.AnsweredAt, "risposta", x.ID, func(ctx context.Context) error { return d.enactAnswer(ctx, slug, x) })
		if f, ok := d.content.published(x.FAQ); ok {
			add(x.AnsweredAt.Add(publishedAfter), "faq", f.ID, func(ctx context.Context) error { return d.enactPublication(ctx, slug, x, f) })
		}
	}
	for _, f := range d.content.FAQ {
		if !behind[f.ID] {
			add(d.published().Add(publishedAfter), "faq", f.ID, func(ctx context.Context) error { return d.enactOwn(ctx, slug, f) })
		}
	}
	return out
}

// givenAt is when somebody takes the question up: who answers the telephone or stands
// at the counter does at once.
func (x asked) givenAt() time.Time {
	if at := x.AnsweredAt.Add(-assignedBefore); x.Channel != app.AskedPhone && x.Channel != app.AskedDesk && at.After(x.ReceivedAt) {
		return at
	}
	return x.ReceivedAt
}

func (c *content) published(id string) (published, bool) {
	i := slices.IndexFunc(c.FAQ, func(f published) bool { return f.ID == id })
	if i < 0 {
		return published{}, false
	}
	return c.FAQ[i], true
}

// questionInput is the question as it comes. What is not from the web is written down
// by who takes it up, when it comes.
func (d *Demo) questionInput(slug string, x asked) app.QuestionInput {
	in := app.QuestionInput{Ambito: d.ambito(), Process: slug, Words: x.Question, Key: "demo-" + x.ID,
		Arrival: app.Arrival{Channel: x.Channel, ReceivedAt: x.ReceivedAt}}
	for _, p := range d.content.People {
		if p.ID == x.Person {
			in.Name, in.Contact = p.name(), p.Email
		}
	}
	for _, b := range d.content.Bodies {
		if b.ID == x.By {
			in.Name += ", " + b.Name
			if b.Email != "" {
				in.Contact = b.Email
			}
		}
	}
	if x.Channel == app.AskedPhone || x.Channel == app.AskedDesk {
		in.Contact = "" // they are told at once
	}
	if x.Channel != app.AskedWeb {
		in.SourceAt = x.ReceivedAt
	}
	return in
}

// by is the person of the desk who works on the question.
func (d *Demo) by(id string) app.Actor { return app.Actor{Role: d.content.roleOf(id), Person: id} }

func (d *Demo) enactQuestion(ctx context.Context, slug string, x asked) error {
	_, err := d.ask(ctx, slug, x)
	return err
}

// ask asks, or finds what was asked before: a question has a key.
func (d *Demo) ask(ctx context.Context, slug string, x asked) (*app.QuestionView, error) {
	who := app.Actor{Role: app.Anonymous}
	if x.Channel != app.AskedWeb {
		who = d.by(x.AssignedTo)
	}
	made, err := d.app.Ask(ctx, who, d.questionInput(slug, x))
	if err != nil {
		return nil, err
	}
	return d.app.Question(ctx, app.Actor{Role: app.System}, d.ambito(), made.ID)
}

// enactAssignment gives the question to somebody, once: what a visitor changes stays.
func (d *Demo) enactAssignment(ctx context.Context, slug string, x asked) error {
	v, err := d.ask(ctx, slug, x)
	if err != nil || v.Assigned != "" || v.Answered() {
		return err
	}
	return d.app.Assign(ctx, d.by(x.AssignedTo), d.ambito(), v.ID, x.AssignedTo)
}

func (d *Demo) enactAnswer(ctx context.Context, slug string, x asked) error {
	v, err := d.ask(ctx, slug, x)
	if err != nil || v.Answered() {
		return err
	}
	return done(d.app.Answer(ctx, d.by(x.AssignedTo), app.AnswerInput{Ambito: d.ambito(), ID: v.ID, Words: x.Answer, Seen: v.Act, ReceivedAt: d.clock.Now()}))
}

func (d *Demo) enactPublication(ctx context.Context, slug string, x asked, f published) error {
	v, err := d.ask(ctx, slug, x)
	if err != nil || v.FAQ != nil {
		return err
	}
	_, err = d.app.PublishFAQ(ctx, d.by(publisher), app.FAQInput{Ambito: d.ambito(), Process: slug, Question: v.ID, Words: f.Question, AnswerInFull: f.Answer,
		ReceivedAt: d.clock.Now()})
	return done(err)
}

// enactOwn publishes what the office says of its own accord.
func (d *Demo) enactOwn(ctx context.Context, slug string, f published) error {
	all, err := d.app.AllFAQs(ctx, app.Actor{Role: app.System}, d.ambito())
	if err != nil || slices.ContainsFunc(all, func(v app.FAQView) bool { return v.Question == "" }) {
		return err
	}
	_, err = d.app.PublishFAQ(ctx, d.by(publisher), app.FAQInput{Ambito: d.ambito(), Process: slug, Words: strings.TrimSpace(f.Question), AnswerInFull: f.Answer,
		ReceivedAt: d.clock.Now()})
	return done(err)
}

// done lets pass what another instance, or a visitor, did before.
func done(err error) error {
	var problems pdz.Problems
	if errors.As(err, &problems) && slices.ContainsFunc(problems, func(p pdz.Problem) bool {
		return p.Code == app.CodeChangedSince || p.Code == app.CodeFAQExists
	}) {
		return nil
	}
	return err
}
