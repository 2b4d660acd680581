package anomaly

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/trial/inside"
)

// do is a deed made ready: called again it is the same click made again. The
// receipt is nil where the use case gives none.
type do func(context.Context) (*register.Receipt, error)

// deed is a use case that adds to the register.
type deed struct {
	name    string
	prepare func(context.Context, *sweep) (do, error)
	cold    bool // done by a site that was opened just before
	twice   bool // made again it is a second act: what the page shows keeps people from it
}

var (
	officer = app.Actor{Role: app.Officer, Person: "officer"}
	head    = app.Actor{Role: app.Head, Person: "head"}
)

// deeds are what adds to the register: by a person, by the office, by the head.
var deeds = []deed{
	{name: "list", prepare: prepareList, twice: true},
	{name: "sheet", prepare: prepareSheet},
	{name: "first sheet after a start", prepare: prepareSheet, cold: true},
	{name: "correction", prepare: prepareCorrection},
	{name: "decision", prepare: prepareDecision},
	{name: "erasure", prepare: prepareErasure},
}

func prepareSheet(ctx context.Context, s *sweep) (do, error) {
	s.bodies++
	token, err := s.site.Draft(ctx, s.bodies)
	if err != nil {
		return nil, err
	}
	return s.click(token), nil
}

// click is the last click on a form that is filled in.
func (s *sweep) click(token string) do {
	at := s.clock()
	return func(ctx context.Context) (*register.Receipt, error) {
		rc, err := s.site.Send(ctx, token, at)
		if err != nil {
			return nil, err
		}
		return rc.Proof, nil
	}
}

// sheet is an adhesion that stands.
func (s *sweep) sheet(ctx context.Context) (*app.AdhesionReceipt, error) {
	s.bodies++
	token, err := s.site.Draft(ctx, s.bodies)
	if err != nil {
		return nil, err
	}
	return s.site.Send(ctx, token, s.clock())
}

func prepareCorrection(ctx context.Context, s *sweep) (do, error) {
	rc, err := s.sheet(ctx)
	if err != nil {
		return nil, err
	}
	who := app.Actor{Role: app.LinkHolder, Matter: rc.Adhesion.Code}
	d, err := s.site.StartCorrection(ctx, who, inside.Ambito, rc.Adhesion.Code)
	if err != nil {
		return nil, err
	}
	changed := d.Answers
	changed["attese"] = []string{"Anche la domenica."}
	if _, err := s.site.SaveDraft(ctx, inside.Ambito, d.Token, 5, changed); err != nil {
		return nil, err
	}
	return s.click(d.Token), nil
}

func prepareDecision(ctx context.Context, s *sweep) (do, error) {
	rc, err := s.sheet(ctx)
	if err != nil {
		return nil, err
	}
	at := app.Arrival{ReceivedAt: s.clock()}
	decision := app.Decision{Verdict: app.NotAdmitted, Reason: "Fuori dall’ambito.", After: rc.Adhesion.Index}
	return func(ctx context.Context) (*register.Receipt, error) {
		return nil, s.site.Decide(ctx, officer, inside.Ambito, rc.Adhesion.Code, decision, at)
	}, nil
}

// prepareErasure makes a sheet and returns its erasure. Erased once it cannot be
// erased again, and is said to be: that is how who asks again learns it was done.
func prepareErasure(ctx context.Context, s *sweep) (do, error) {
	rc, err := s.sheet(ctx)
	if err != nil {
		return nil, err
	}
	at, tried := app.Arrival{ReceivedAt: s.clock()}, false
	return func(ctx context.Context) (*register.Receipt, error) {
		err := s.site.Erase(ctx, head, inside.Ambito, rc.Adhesion.Code, "Richiesta dell’interessato.", at)
		var problems pdz.Problems
		again := tried && errors.As(err, &problems)
		tried = true
		if again && slices.ContainsFunc(problems, func(p pdz.Problem) bool { return p.Code == app.CodeErased }) {
			return nil, nil
		}
		return nil, err
	}, nil
}

func prepareList(ctx context.Context, s *sweep) (do, error) {
	if s.bodies == 0 {
		rc, err := s.sheet(ctx)
		if err != nil {
			return nil, err
		}
		at := app.Arrival{ReceivedAt: s.clock()}
		if err := s.site.Decide(ctx, officer, inside.Ambito, rc.Adhesion.Code, app.Decision{Verdict: app.Admitted}, at); err != nil {
			return nil, err
		}
	}
	at := app.Arrival{ReceivedAt: s.clock()}
	in := app.ListInput{Title: "Elenco degli ammessi", ActNumber: fmt.Sprint(s.Points), ActDate: pdz.DateOf(s.clock(), s.clock().Location())}
	return func(ctx context.Context) (*register.Receipt, error) {
		_, err := s.site.PublishList(ctx, head, inside.Ambito, inside.Process, in, at)
		return nil, err
	}, nil
}
