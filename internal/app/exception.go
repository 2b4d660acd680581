package app

import (
	"context"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// An exception is what departed from the plain course: no error, but what a body of
// control looks at first (R63, threat P3). Each says who answers for it and why.

// ExceptionKind says what departed from what.
type ExceptionKind string

const (
	LateAdmitted ExceptionKind = "tardiva"       // in force though it came after the term
	SecondHand   ExceptionKind = "riscontro"     // the claimed arrival needed a second officer
	Against      ExceptionKind = "esclusione"    // not admitted by a decision of the office
	Corrected    ExceptionKind = "modifica"      // a sheet that was changed after it had come
	Amended      ExceptionKind = "rettifica"     // the notice itself changed
	Merged       ExceptionKind = "fusione"       // two bodies became one
	Erased       ExceptionKind = "cancellazione" // personal data are gone
	Resumed      ExceptionKind = "ripresa"       // the register goes on from an older copy
)

// ExceptionKinds are all of them, in the order in which they are looked at.
var ExceptionKinds = []ExceptionKind{LateAdmitted, SecondHand, Against, Corrected, Amended, Merged, Erased, Resumed}

// Exception is one of them.
type Exception struct {
	Kind            ExceptionKind
	At              time.Time
	Act             int64  // index of the act that made it
	Process, Matter string // Process is empty where it touches none
	Number          string // of the sheet, or of the act for an amendment
	Officer, Second string // names; Second is empty where it was not needed, or still is
	Role            Role   // of the officer, for who has no name
	Waits           bool   // a second officer has still to look
	Gap             time.Duration
	Reason          string
}

// Exceptions returns what departed from the rule in an Ambito, newest first.
func (a *App) Exceptions(ctx context.Context, who Actor, ambito string) ([]Exception, error) {
	if !who.is(oversight...) {
		return nil, ErrForbidden
	}
	n, err := a.namesOf(ctx, ambito)
	if err != nil {
		return nil, err
	}
	s := &exceptionSearch{app: a, r: a.Store.Read(), ambito: ambito, names: n, acts: map[int64]RegisterAct{}, who: who}
	for _, step := range []func(context.Context) error{s.authors, s.decisions, s.late, s.intakes, s.corrections, s.amendments, s.merges, s.erasures} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(s.found, func(x, y Exception) int { return y.At.Compare(x.At) })
	return s.found, nil
}

type exceptionSearch struct {
	app     *App
	r       *q.Queries
	who     Actor
	ambito  string
	names   *roster
	acts    map[int64]RegisterAct  // by index
	decided map[string]q.Admission // the latest on each sheet
	found   []Exception
}

// add fills in what every exception says from its act.
func (s *exceptionSearch) add(e Exception) {
	act := s.acts[e.Act]
	if e.At.IsZero() {
		e.At = act.RegisteredAt
	}
	if e.Matter == "" {
		e.Matter = act.Matter
	}
	if e.Number == "" {
		e.Number = s.names.sheets[e.Matter]
	}
	if e.Officer == "" {
		e.Officer = act.Name
	}
	e.At, e.Process, e.Role = e.At.In(s.names.zone), act.Process, act.Role
	s.found = append(s.found, e)
}

func (s *exceptionSearch) authors(ctx context.Context) error {
	acts, err := s.app.RegisterActs(ctx, s.who, s.ambito)
	for _, x := range acts {
		s.acts[x.Index] = x
	}
	for _, x := range acts {
		if x.Kind == actEpoch {
			s.add(Exception{Kind: Resumed, Act: x.Index})
		}
	}
	return err
}

func (s *exceptionSearch) decisions(ctx context.Context) error {
	rows, err := s.r.AdmissionsOfAmbito(ctx, s.ambito)
	s.decided = map[string]q.Admission{}
	for _, x := range rows {
		s.decided[x.Code] = x
		if x.Verdict == NotAdmitted {
			s.add(Exception{Kind: Against, Act: x.Act, Matter: x.Code, Reason: x.Reason})
		}
	}
	return err
}

// late finds sheets that are in force and came after the term of their form.
func (s *exceptionSearch) late(ctx context.Context) error {
	processes, err := s.r.Processes(ctx, s.ambito)
	if err != nil {
		return err
	}
	for _, row := range processes {
		p, err := s.app.process(ctx, s.r, s.ambito, row.Definition)
		if err != nil {
			return err
		}
		b := inboxBuilder{r: s.r, p: p, ambito: s.ambito, process: row.Slug}
		sheets, err := b.build(ctx)
		if err != nil {
			return err
		}
		for _, x := range sheets {
			if x.Timeliness != pdz.Late || x.State != AdhesionActive {
				continue
			}
			e := Exception{Kind: LateAdmitted, At: x.ArrivedAt, Act: x.Act, Matter: x.Code, Number: x.Number}
			if d, ok := s.decided[x.Code]; ok {
				e.Act, e.Reason = d.Act, d.Reason
			}
			s.add(e)
		}
	}
	return nil
}

// intakes finds arrivals that one officer alone could not attest.
func (s *exceptionSearch) intakes(ctx context.Context) error {
	rows, err := s.r.IntakesOfAmbito(ctx, s.ambito)
	for _, x := range rows {
		if x.Waits || x.Second != "" {
			s.add(Exception{Kind: SecondHand, At: instant(x.RecordedUs), Act: x.Act, Matter: x.Code, Officer: s.names.person(x.Officer),
				Second: s.names.person(x.Second), Waits: x.Waits, Gap: instant(x.RecordedUs).Sub(instant(x.ArrivedUs)), Reason: x.Note})
		}
	}
	return err
}

func (s *exceptionSearch) corrections(ctx context.Context) error {
	rows, err := s.r.CorrectionsOfAmbito(ctx, s.ambito)
	for _, x := range rows {
		s.add(Exception{Kind: Corrected, Act: x.Act, Matter: x.Code, Reason: x.Reason})
	}
	return err
}

func (s *exceptionSearch) amendments(ctx context.Context) error {
	rows, err := s.r.AmendmentsOfAmbito(ctx, s.ambito)
	for _, x := range rows {
		s.add(Exception{Kind: Amended, Act: x.Act, Number: x.ActNumber, Reason: x.Reason})
	}
	return err
}

func (s *exceptionSearch) merges(ctx context.Context) error {
	rows, err := s.r.Merges(ctx, s.ambito)
	for _, x := range rows {
		s.add(Exception{Kind: Merged, Act: x.Act, Reason: x.Reason})
	}
	return err
}

func (s *exceptionSearch) erasures(ctx context.Context) error {
	rows, err := s.r.Erasures(ctx, s.ambito)
	for _, x := range rows {
		s.add(Exception{Kind: Erased, Act: x.Act, Matter: x.Matter, Reason: x.Reason})
	}
	return err
}
