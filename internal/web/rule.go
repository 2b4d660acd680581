package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"concerto/internal/app"
)

// Rule says who may use a route. The zero Rule is none, and refuses to start.
type Rule int

const (
	_            Rule = iota
	Public            // anyone; answers carry no personal data
	LinkHolder        // who holds the secret link that the request presents; the use case checks it
	DemoVisitor       // anyone, on the demo alone
	SignedIn          // an address that signed in
	Member            // who acts for a body, or for oneself, in the Ambito of the address
	Desk              // help desk and office: take in, ask, answer
	DeskReader        // the same and the auditor: read what was asked
	Office            // officer and head of office: examine, decide, record
	HeadOnly          // head of office: publish, amend
	Appoints          // head of office and operator: say who has which role
	Reader            // office and auditor: read what the office reads, change nothing
	Oversight         // auditor and head of office: the register, what departed from the rule, who read what
	OperatorOnly      // operator of the instance
	ruleEnd
)

// ruleNames are the names of the rules in tests and in the authorisation matrix.
var ruleNames = [...]string{"none", "Public", "LinkHolder", "DemoVisitor", "SignedIn", "Member", "Desk", "DeskReader", "Office", "HeadOnly", "Appoints", "Reader",
	"Oversight", "OperatorOnly"}

// roles are those that satisfy a rule, for the rules that ask who signed in. An
// empty list takes any.
var roles = map[Rule][]app.Role{
	SignedIn:     {},
	Member:       {app.Delegate},
	Desk:         {app.HelpDesk, app.Officer, app.Head},
	DeskReader:   {app.HelpDesk, app.Officer, app.Head, app.Auditor},
	Office:       {app.Officer, app.Head},
	HeadOnly:     {app.Head},
	Appoints:     {app.Head, app.Operator},
	Reader:       {app.Officer, app.Head, app.Auditor},
	Oversight:    {app.Auditor, app.Head},
	OperatorOnly: {app.Operator},
}

func (r Rule) valid() bool { return r > 0 && r < ruleEnd }

// String names the rule in tests and in the authorisation matrix.
func (r Rule) String() string {
	if r < 0 || int(r) >= len(ruleNames) {
		return fmt.Sprintf("Rule(%d)", int(r))
	}
	return ruleNames[r]
}

// allow returns the capacity in which the request is let through. Outside the
// demo its routes do not exist, rather than being forbidden.
func (s *Site) allow(rule Rule, r *http.Request) (app.Actor, error) {
	switch rule {
	case Public, LinkHolder:
		return app.Actor{Role: app.Anonymous}, nil
	case DemoVisitor:
		if s.Demo == nil {
			return app.Actor{}, app.ErrNotFound
		}
		return app.Actor{Role: app.Anonymous}, nil
	}
	wanted, ok := roles[rule]
	if !ok || s.Identify == nil {
		return app.Actor{}, app.ErrForbidden
	}
	capacities := s.Identify(r)
	if len(capacities) == 0 {
		return app.Actor{}, errSignIn
	}
	for _, who := range capacities {
		if len(wanted) == 0 || slices.Contains(wanted, who.Role) {
			return who, nil
		}
	}
	return app.Actor{}, app.ErrForbidden
}

// Who returns the capacity in which the request was let through.
func Who(ctx context.Context) app.Actor { return notedIn(ctx).who }
