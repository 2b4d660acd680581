package app

import (
	"context"
	"fmt"
	"time"

	"concerto/internal/register"
	"concerto/internal/store/q"
)

// QuestionView is a question as the office sees it.
type QuestionView struct {
	ID, Process            string
	Seq                    int
	Channel                string
	Name, Contact, Words   string
	ReceivedAt             time.Time
	TakenBy                string // name
	Assigned, AssignedName string // person and name
	Answer, AnsweredBy     string // the second a name
	AnsweredAt             time.Time
	Act                    int64    // the latest: what Answer wants to have been seen
	FAQ                    *FAQView // what is published of it; nil when nothing is or was
}

// Answered reports whether somebody has answered.
func (v QuestionView) Answered() bool { return !v.AnsweredAt.IsZero() }

// DeskPerson is somebody to whom a question can be given.
type DeskPerson struct{ ID, Name string }

// maxQuestions is how many are read for the list of an Ambito, newest first.
const maxQuestions = 5000

// Questions lists the questions of an Ambito, newest first.
func (a *App) Questions(ctx context.Context, who Actor, ambito string) ([]QuestionView, error) {
	if !who.is(HelpDesk, Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	rows, err := r.Questions(ctx, q.QuestionsParams{Ambito: ambito, Limit: maxQuestions})
	if err != nil {
		return nil, err
	}
	names, zones := nameOf{r, ambito, map[string]string{}}, zoneOf{a, ambito, map[string]*time.Location{}}
	out := make([]QuestionView, 0, len(rows))
	for _, x := range rows {
		v := QuestionView{ID: x.ID, Process: x.Process, Seq: int(x.Seq), Channel: x.Channel, Name: x.Name, Contact: x.Contact,
			Words: x.Words, Assigned: x.Assigned, Answer: x.Answer, Act: x.Act}
		if err := names.fill(ctx, x.TakenBy, &v.TakenBy, x.Assigned, &v.AssignedName, x.AnsweredBy, &v.AnsweredBy); err != nil {
			return nil, err
		}
		if v.ReceivedAt, err = zones.local(ctx, r, x.Process, x.ReceivedUs); err != nil {
			return nil, err
		}
		if v.AnsweredAt, err = zones.local(ctx, r, x.Process, x.AnsweredUs); err != nil {
			return nil, err
		}
		if x.Faq != "" {
			v.FAQ = &FAQView{ID: x.Faq, WithdrawnAt: instant(x.WithdrawnUs)}
		}
		out = append(out, v)
	}
	return out, nil
}

// Question returns one question with all that is known of it.
func (a *App) Question(ctx context.Context, who Actor, ambito, id string) (*QuestionView, error) {
	if !who.is(HelpDesk, Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	r := a.Store.Read()
	x, err := r.Question(ctx, q.QuestionParams{Ambito: ambito, ID: id})
	if err != nil {
		return nil, fmt.Errorf("question %s: %w", id, found(err))
	}
	v := &QuestionView{ID: x.ID, Process: x.Process, Seq: int(x.Seq), Channel: x.Channel, Name: x.Name, Contact: x.Contact,
		Words: x.Words, Answer: x.Answer, Act: x.Act}
	care, err := r.QuestionAssignment(ctx, q.QuestionAssignmentParams{Ambito: ambito, Question: id})
	if err != nil && found(err) != ErrNotFound {
		return nil, err
	}
	v.Assigned = care.Person
	names, zones := nameOf{r, ambito, map[string]string{}}, zoneOf{a, ambito, map[string]*time.Location{}}
	if err := names.fill(ctx, x.TakenBy, &v.TakenBy, care.Person, &v.AssignedName, x.AnsweredBy, &v.AnsweredBy); err != nil {
		return nil, err
	}
	if v.ReceivedAt, err = zones.local(ctx, r, x.Process, x.ReceivedUs); err != nil {
		return nil, err
	}
	if v.AnsweredAt, err = zones.local(ctx, r, x.Process, x.AnsweredUs); err != nil {
		return nil, err
	}
	faq, err := r.FAQOfQuestion(ctx, q.FAQOfQuestionParams{Ambito: ambito, Question: id})
	if err != nil {
		if found(err) == ErrNotFound {
			return v, nil
		}
		return nil, err
	}
	v.FAQ, err = zones.faq(ctx, r, faq)
	return v, err
}

// DeskPersons lists who may answer now.
func (a *App) DeskPersons(ctx context.Context, ambito string) ([]DeskPerson, error) {
	rows, err := a.Store.Read().DeskPersons(ctx, deskAt(ambito, a.Now()))
	if err != nil {
		return nil, err
	}
	out := make([]DeskPerson, len(rows))
	for i, x := range rows {
		out[i] = DeskPerson{x.ID, x.Name}
	}
	return out, nil
}

// QuestionState tells the holder of a question's code where it stands, and nothing of
// what it says.
func (a *App) QuestionState(ctx context.Context, ambito, code string) (*Asked, error) {
	code, err := register.ParseMatter(code)
	if err != nil {
		return nil, fmt.Errorf("code: %w", ErrNotFound)
	}
	r := a.Store.Read()
	row, err := r.Question(ctx, q.QuestionParams{Ambito: ambito, ID: code})
	if err == nil {
		return &Asked{ID: row.ID, Seq: int(row.Seq), Answered: row.AnsweredUs > 0, ReceivedAt: instant(row.ReceivedUs)}, nil
	}
	if found(err) != ErrNotFound {
		return nil, err
	}
	held, err := r.HeldQuestion(ctx, q.HeldQuestionParams{Ambito: ambito, ID: code})
	if err != nil {
		return nil, found(err)
	}
	return &Asked{ID: held.ID, Held: true, ReceivedAt: instant(held.ReceivedUs)}, nil
}

// FAQs lists what everybody may read, by process and in the order of publication.
func (a *App) FAQs(ctx context.Context, ambito string) ([]FAQView, error) {
	all, err := a.allFAQs(ctx, ambito)
	if err != nil {
		return nil, err
	}
	var out []FAQView
	for _, v := range all {
		if v.WithdrawnAt.IsZero() {
			out = append(out, v)
		}
	}
	return out, nil
}

// AllFAQs lists for the office also what was withdrawn.
func (a *App) AllFAQs(ctx context.Context, who Actor, ambito string) ([]FAQView, error) {
	if !who.is(HelpDesk, Officer, Head, Auditor) {
		return nil, ErrForbidden
	}
	return a.allFAQs(ctx, ambito)
}

func (a *App) allFAQs(ctx context.Context, ambito string) ([]FAQView, error) {
	r := a.Store.Read()
	rows, err := r.FAQs(ctx, ambito)
	if err != nil {
		return nil, err
	}
	zones := zoneOf{a, ambito, map[string]*time.Location{}}
	var out []FAQView
	for _, x := range rows {
		v, err := zones.faq(ctx, r, x)
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, nil
}

// zoneOf knows the zones of the processes of an Ambito.
type zoneOf struct {
	app    *App
	ambito string
	known  map[string]*time.Location
}

// local reads an instant of the store in the zone of a process.
func (z zoneOf) local(ctx context.Context, r *q.Queries, process string, us int64) (time.Time, error) {
	if us == 0 {
		return time.Time{}, nil
	}
	if z.known[process] == nil {
		row, err := r.Process(ctx, q.ProcessParams{Ambito: z.ambito, Slug: process})
		if err != nil {
			return time.Time{}, err
		}
		p, err := z.app.process(ctx, r, z.ambito, row.Definition)
		if err != nil {
			return time.Time{}, err
		}
		z.known[process] = p.Zone
	}
	return instant(us).In(z.known[process]), nil
}

func (z zoneOf) faq(ctx context.Context, r *q.Queries, x q.Faq) (v *FAQView, err error) {
	v = &FAQView{ID: x.ID, Process: x.Process, Question: x.Question, Words: x.Words, Answer: x.Answer, Seq: int(x.Seq), Act: x.Act}
	if v.PublishedAt, err = z.local(ctx, r, x.Process, x.PublishedUs); err != nil {
		return nil, err
	}
	v.WithdrawnAt, err = z.local(ctx, r, x.Process, x.WithdrawnUs)
	return v, err
}

// nameOf knows the names of persons of an Ambito.
type nameOf struct {
	r      *q.Queries
	ambito string
	known  map[string]string
}

// fill takes pairs of a person's id and where to write the name. Who is not known, or
// no longer, has none.
func (n nameOf) fill(ctx context.Context, pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		id, to := pairs[i].(string), pairs[i+1].(*string)
		if id == "" {
			continue
		}
		if _, ok := n.known[id]; !ok {
			p, err := n.r.Person(ctx, q.PersonParams{Ambito: n.ambito, ID: id})
			if err != nil && found(err) != ErrNotFound {
				return err
			}
			n.known[id] = p.Name
		}
		*to = n.known[id]
	}
	return nil
}
