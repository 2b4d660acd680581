package web

import (
	"fmt"
	"net/http"

	"concerto/internal/app"
)

// Rule says who may use a route. The zero Rule is none, and refuses to start.
type Rule int

const (
	_           Rule = iota
	Public           // anyone; answers carry no personal data
	LinkHolder       // who holds the secret link that the request presents; the use case checks it
	DemoVisitor      // anyone, on the demo alone
	Officer          // the office of the Ambito in the address
	ruleEnd
)

func (r Rule) valid() bool { return r > 0 && r < ruleEnd }

// String names the rule in tests and in the authorisation matrix.
func (r Rule) String() string {
	names := [...]string{"none", "Public", "LinkHolder", "DemoVisitor", "Officer"}
	if r < 0 || int(r) >= len(names) {
		return fmt.Sprintf("Rule(%d)", int(r))
	}
	return names[r]
}

// allow reports whether the rule lets the request through. Outside the demo
// its routes do not exist, rather than being forbidden.
func (s *Site) allow(rule Rule, r *http.Request) error {
	switch rule {
	case Public, LinkHolder:
		return nil
	case DemoVisitor:
		if s.Demo == nil {
			return app.ErrNotFound
		}
		return nil
	case Officer:
		if s.Identify != nil {
			if who, ok := s.Identify(r); ok && who.Role == app.Officer {
				return nil
			}
		}
	}
	return app.ErrForbidden
}
