package app

import (
	"context"
	"fmt"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/store/q"
)

// A decision is the office's own word on a sheet, beside the verdict that the
// rules gave on its arrival: that one is computed, this one has a person and a
// reason. All decisions are kept and the latest counts. What the office may
// decide is the notice's to say: where it provides no selection (admission mode
// none, as Lecce) the office asks for what is missing and sets aside duplicates
// and excluded channels, and no more.

// Verdicts of a decision. The last one says that two sheets that look alike are
// of two bodies; it changes nothing else.
const (
	Admitted    = "admitted"
	WithReserve = "withReserve"
	AskedMore   = "toComplete"
	NotAdmitted = "notAdmitted"
	Distinct    = "distinct"
)

// Verdicts are those that the office chooses from, in the order of the page.
var Verdicts = []string{Admitted, WithReserve, AskedMore, NotAdmitted}

// AdhesionNotAdmitted is the state of a sheet that a decision took out of force.
const AdhesionNotAdmitted AdhesionState = "notAdmitted"

const admissionNone = "none"

// Problem codes of a decision beyond those of any text.
const (
	CodeDecisionVerdict = "decision.verdict" // none of the verdicts; what was given
	CodeDecisionState   = "decision.state"   // where the sheet stands nothing can be decided so; its state
	CodeDecisionWaits   = "decision.waits"   // a second officer has not confirmed the arrival yet; no arguments
	CodeDecisionOwn     = "decision.own"     // keyed in by who decides; no arguments
	CodeDecisionMode    = "decision.mode"    // the notice gives the office no such decision; no arguments
	CodeDecisionOther   = "decision.other"   // another sheet of the party is in force; its number
	CodeDecisionStale   = "decision.stale"   // something happened to the sheet in between; no arguments
	CodeDecisionDue     = "decision.due"     // the term is not after now; no arguments
)

// DecisionCodes are all the codes above.
var DecisionCodes = []string{CodeDecisionVerdict, CodeDecisionState, CodeDecisionWaits, CodeDecisionOwn, CodeDecisionMode, CodeDecisionOther,
	CodeDecisionStale, CodeDecisionDue}

// Fields of the form of a decision, as problems name them.
const (
	FieldVerdict = "esito"
	FieldReason  = "motivazione"
	FieldAsked   = "dato"
	FieldDue     = "termine"
)

// maxReason is how long a reason may be, in characters.
const maxReason = 2000

// Decision is what the office decides on a sheet.
type Decision struct {
	Verdict string
	Reason  string    // obligatory against the sheet, with reserve, and for what goes against the rules' own verdict
	Asked   string    // what is missing; obligatory for toComplete
	Due     time.Time // term for completing; zero is that of the definition
	After   int64     // latest act on the sheet that who decides has seen; 0 is not checked
	other   string    // sheet held against this one
}

// decisionBody is a decision on a sheet. Its effect on the sheet is not in it: it
// follows from the rows, and the audit works it out again.
type decisionBody struct {
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	Asked   string `json:"asked"`
	Due     string `json:"due"` // RFC 3339 with milliseconds, or empty
	Officer string `json:"officer"`
	Other   string `json:"other"`
}

func (decisionBody) kind() string { return actDecision }

const actDecision = "esito"

// dueLayout writes a term to the millisecond: a day ends at 23:59:59.999.
const dueLayout = "2006-01-02T15:04:05.000Z07:00"

// Decide records a decision on a sheet and tells the party (R66, A1; law, section
// 1.1: reasons for every measure, completion of what is erroneous or incomplete).
func (a *App) Decide(ctx context.Context, who Actor, ambito, code string, d Decision, at Arrival) error {
	if !who.is(Officer, Head) {
		return ErrForbidden
	}
	return a.Store.Update(ctx, ambito, func(tx *store.Tx) error {
		done, err := repeated(ctx, tx.Queries, who, ambito, code, d)
		if err != nil || done {
			return err
		}
		return a.decide(ctx, tx, who, code, d, at)
	})
}

// repeated reports whether the latest decision on the sheet is this very one, made
// by the same person from the same page: a second click is not a second act.
func repeated(ctx context.Context, r *q.Queries, who Actor, ambito, code string, d Decision) (bool, error) {
	if d.After == 0 {
		return false, nil
	}
	all, err := r.Admissions(ctx, q.AdmissionsParams{Ambito: ambito, Code: code})
	if err != nil || len(all) == 0 {
		return false, err
	}
	last := all[len(all)-1]
	reason, _ := pdz.Clean(d.Reason, true)
	asked, _ := pdz.Clean(d.Asked, true)
	return last.Act > d.After && last.Officer == who.Person && last.Verdict == d.Verdict && last.Reason == reason && last.Asked == asked, nil
}

// decide records a decision inside a transaction.
func (a *App) decide(ctx context.Context, tx *store.Tx, who Actor, code string, d Decision, at Arrival) error {
	f, err := a.foresee(ctx, tx.Queries, who, tx.Ambito, code, d, tx.Now)
	if err != nil {
		return err
	}
	if err := f.problems.Err(); err != nil {
		return err
	}
	b := decisionBody{Verdict: d.Verdict, Reason: f.decision.Reason, Asked: f.decision.Asked, Officer: who.Person, Other: d.other}
	if d.Verdict == AskedMore {
		b.Due = register.Instant(f.decision.Due).Format(dueLayout)
	}
	rec, err := a.record(ctx, tx, recording{who: who, matter: code, process: f.row.Process, definition: f.process.Hash, via: "office",
		assurance: "operatorAttested", at: at, body: b})
	if err != nil || d.Verdict == Distinct {
		return err
	}
	return enqueue(ctx, tx, mailDecision, code, rec.N, f.row.Email)
}

// foreseen is what a decision would do to a sheet, or why it cannot be taken.
type foreseen struct {
	row      q.Adhesion
	process  *pdz.Process
	decision Decision // cleaned, with its term
	state    AdhesionState
	problems pdz.Problems
}

// foresee asks every rule of a decision and changes nothing: the preview and the
// decision itself are the same questions.
func (a *App) foresee(ctx context.Context, r *q.Queries, who Actor, ambito, code string, d Decision, now time.Time) (*foreseen, error) {
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: ambito, Code: code})
	if err != nil {
		return nil, fmt.Errorf("adhesion %s: %w", code, found(err))
	}
	p, err := a.processInForce(ctx, r, ambito, row.Process)
	if err != nil {
		return nil, err
	}
	c, err := circumstancesOf(ctx, r, p, row)
	if err != nil {
		return nil, err
	}
	f := &foreseen{row: row, process: p, state: c.after(d.Verdict)}
	if d.After != 0 && d.After != row.Act {
		f.problems.Add("", CodeDecisionStale)
	}
	f.problems = append(f.problems, c.obstacles(who, d)...)
	f.readWords(d, c, now)
	return f, nil
}

// readWords cleans what was typed and asks for what the verdict needs.
func (f *foreseen) readWords(d Decision, c *circumstances, now time.Time) {
	d.Reason = f.clean(FieldReason, d.Reason)
	d.Asked = f.clean(FieldAsked, d.Asked)
	if d.Reason == "" && c.needsReason(d.Verdict) {
		f.problems.Add(FieldReason, pdz.CodeRequired)
	}
	if d.Verdict == AskedMore {
		if d.Asked == "" {
			f.problems.Add(FieldAsked, pdz.CodeRequired)
		}
		if d.Due.IsZero() {
			d.Due = CompletionDue(f.process, now)
		}
		if !d.Due.After(now) {
			f.problems.Add(FieldDue, CodeDecisionDue)
		}
	}
	f.decision = d
}

func (f *foreseen) clean(field, text string) string {
	text, problem := pdz.Clean(text, true)
	if problem != nil {
		f.problems.Add(field, problem.Code, problem.Args...)
	}
	if n := len([]rune(text)); n > maxReason {
		f.problems.Add(field, pdz.CodeTextLong, n, maxReason)
	}
	return text
}

// defaultCompletion is the term for completing where the definition has none: no
// law gives a number (law, section 1.1: completion.term, house default).
var defaultCompletion = pdz.Term{N: 10, Unit: "days"}

// CompletionDue is the term that a request made now gets: the whole of its last
// day, which moves off a holiday.
func CompletionDue(p *pdz.Process, now time.Time) time.Time {
	term := p.Participation.Completion
	if term.IsZero() {
		term = defaultCompletion
	}
	from := pdz.DayMoment(pdz.DateOf(now, p.Zone), p.Zone)
	if term.OnClock() {
		from = pdz.InstantMoment(now, p.Zone)
	}
	return p.Calendar.Apply(from, pdz.Shift{Plus: term}, p.Zone, true).Last()
}

// applyDecision keeps the decision and puts the sheet where it leaves it.
func (a *App) applyDecision(ctx context.Context, r *q.Queries, act q.Act, b decisionBody) error {
	row, err := r.Adhesion(ctx, q.AdhesionParams{Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	p, err := a.process(ctx, r, act.Ambito, fmt.Sprintf("%x", act.Definition))
	if err != nil {
		return err
	}
	c, err := circumstancesOf(ctx, r, p, row)
	if err != nil {
		return err
	}
	var due time.Time
	if b.Due != "" {
		if due, err = time.Parse(dueLayout, b.Due); err != nil {
			return err
		}
	}
	state := string(c.after(b.Verdict))
	err = r.DecideAdhesion(ctx, q.DecideAdhesionParams{State: state, Act: act.N, Ambito: act.Ambito, Code: act.Matter})
	if err != nil {
		return err
	}
	return r.InsertAdmission(ctx, q.InsertAdmissionParams{Ambito: act.Ambito, Code: act.Matter, Act: act.N, Verdict: b.Verdict, Reason: b.Reason,
		Asked: b.Asked, DueUs: micro(due), Officer: b.Officer, Other: b.Other, State: state, DecidedUs: act.ReceivedUs})
}
