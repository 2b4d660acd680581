package app

import (
	"context"
	"slices"
	"time"

	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

// The dashboard tells the office how a process stands. Its figures are counts over
// the rows of the inbox, so that each of them is what the list shows behind its link:
// a sheet counts once, whatever was corrected in it; one that was withdrawn, replaced
// or is held as a duplicate did arrive, and is told apart beside the total.

// Dashboard is what the office sees of a process.
type Dashboard struct {
	Rows        []InboxRow
	Kinds       []KindCount   // most sheets first; every category of the definition is in it
	Days        []DayCount    // from the first day with a sheet to the last, without gaps
	Asked       []AskedTerm   // completions that are waited for, the nearest term first
	Questions   []OpenInquiry // of the Ambito, the oldest first
	Undelivered []Undelivered // in the order of the sheets

	arrived map[string]time.Time // of sheets that were corrected afterwards, by code
}

// KindCount is how many sheets of a category arrived, by channel.
type KindCount struct {
	Category  string // id; empty where a sheet does not say
	Total     int
	ByChannel map[string]int // by channel id
}

// DayCount is what arrived on a day of the clocks of the process.
type DayCount struct {
	Day          time.Time // its first instant
	Timely, Late int
}

// AskedTerm is a sheet that somebody has been asked to complete by an instant.
type AskedTerm struct {
	Code, Number string
	Due          time.Time // zero: no term
}

// OpenInquiry is a question without an answer.
type OpenInquiry struct {
	ReceivedAt time.Time
	Assigned   bool
}

// Undelivered is a sheet whose message was tried and has not left.
type Undelivered struct {
	Code, Number string
	GivenUp      bool
}

// Dashboard gathers it. It names nobody.
func (a *App) Dashboard(ctx context.Context, who Actor, ambito, process string) (*Dashboard, error) {
	rows, err := a.Inbox(ctx, who, ambito, process) // checks who may read
	if err != nil {
		return nil, err
	}
	r := a.Store.Read()
	p, err := a.processInForce(ctx, r, ambito, process)
	if err != nil {
		return nil, err
	}
	b := dashboardBuilder{d: &Dashboard{Rows: rows}, r: r, p: p, ambito: ambito, process: process, now: a.Now()}
	for _, step := range []func(context.Context) error{b.arrivals, b.asked, b.questions, b.undelivered} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	b.d.Kinds, b.d.Days = b.kinds(), b.days()
	return b.d, nil
}

// ArrivedAt is when a sheet came in: by the first of its versions, unless the office
// keyed the newest in and so said when it was.
func (d *Dashboard) ArrivedAt(r InboxRow) time.Time {
	if at, ok := d.arrived[r.Code]; ok && r.RecordedAt.IsZero() {
		return at
	}
	return r.ArrivedAt
}

// Apart counts the sheets that arrived and make no adhesion of their own: withdrawn,
// replaced by another, held as a duplicate.
func (d *Dashboard) Apart() (withdrawn, superseded, duplicate int) {
	for _, r := range d.Rows {
		switch r.State {
		case AdhesionWithdrawn:
			withdrawn++
		case AdhesionSuperseded:
			superseded++
		case AdhesionDuplicate:
			duplicate++
		}
	}
	return withdrawn, superseded, duplicate
}

// Late counts the sheets that came after the term of their form.
func (d *Dashboard) Late() (n int) {
	for _, x := range d.Days {
		n += x.Late
	}
	return n
}

// On counts the sheets that came in time on the day of an instant.
func (d *Dashboard) On(at time.Time) int {
	for _, x := range d.Days {
		if x.Day.Equal(pdz.StartOfDay(pdz.DateOf(at, x.Day.Location()), x.Day.Location())) {
			return x.Timely
		}
	}
	return 0
}

// Busiest is the first of the days on which most sheets came. It reports false when
// none came, or when another day had as many.
func (d *Dashboard) Busiest() (top DayCount, ok bool) {
	for _, x := range d.Days {
		switch n, most := x.Timely+x.Late, top.Timely+top.Late; {
		case n > most:
			top, ok = x, true
		case n == most:
			ok = false
		}
	}
	return top, ok
}

// dashboardBuilder joins what is known beside the list.
type dashboardBuilder struct {
	d               *Dashboard
	r               *q.Queries
	p               *pdz.Process
	ambito, process string
	now             time.Time
}

func (b *dashboardBuilder) arrivals(ctx context.Context) error {
	all, err := b.r.DashboardFirstArrivals(ctx, q.DashboardFirstArrivalsParams{Ambito: b.ambito, Process: b.process})
	b.d.arrived = map[string]time.Time{}
	for _, x := range all {
		b.d.arrived[x.Code] = instant(x.ReceivedUs).In(b.p.Zone)
	}
	return err
}

// asked keeps the sheets whose latest decision asks for more and that nobody has
// completed since.
func (b *dashboardBuilder) asked(ctx context.Context) error {
	all, err := b.r.DashboardDecisions(ctx, q.DashboardDecisionsParams{Ambito: b.ambito, Process: b.process})
	if err != nil {
		return err
	}
	waits := map[string]AskedTerm{}
	for _, x := range all {
		if x.Verdict == Distinct {
			continue
		}
		delete(waits, x.Code)
		if state := AdhesionState(x.State); x.Verdict == AskedMore && x.VersionAct < x.Act && state != AdhesionWithdrawn && state != AdhesionSuperseded {
			t := AskedTerm{Code: x.Code, Number: x.Number}
			if x.DueUs != 0 {
				t.Due = instant(x.DueUs).In(b.p.Zone)
			}
			waits[x.Code] = t
		}
	}
	for _, x := range b.d.Rows { // in their order where terms are the same
		if t, ok := waits[x.Code]; ok {
			b.d.Asked = append(b.d.Asked, t)
		}
	}
	slices.SortStableFunc(b.d.Asked, func(x, y AskedTerm) int { return x.Due.Compare(y.Due) })
	return nil
}

func (b *dashboardBuilder) questions(ctx context.Context) error {
	all, err := b.r.DashboardQuestions(ctx, b.ambito)
	for _, x := range all {
		b.d.Questions = append(b.d.Questions, OpenInquiry{ReceivedAt: instant(x.ReceivedUs).In(b.p.Zone), Assigned: x.Assigned != ""})
	}
	return err
}

func (b *dashboardBuilder) undelivered(ctx context.Context) error {
	all, err := b.r.DashboardUndelivered(ctx, q.DashboardUndeliveredParams{Ambito: b.ambito, Process: b.process})
	longest := mailWaits[len(mailWaits)-1]
	for _, x := range all {
		gone := instant(x.DueUs).After(b.now.Add(2 * longest))                       // tried again at the latest after the longest wait
		if n := len(b.d.Undelivered); n > 0 && b.d.Undelivered[n-1].Code == x.Code { // several messages about one sheet
			b.d.Undelivered[n-1].GivenUp = b.d.Undelivered[n-1].GivenUp || gone
			continue
		}
		b.d.Undelivered = append(b.d.Undelivered, Undelivered{Code: x.Code, Number: x.Number, GivenUp: gone})
	}
	return err
}

// kinds counts by category and channel.
func (b *dashboardBuilder) kinds() []KindCount {
	index := map[string]int{}
	var all []KindCount
	add := func(id string) int {
		if _, ok := index[id]; !ok {
			index[id] = len(all)
			all = append(all, KindCount{Category: id, ByChannel: map[string]int{}})
		}
		return index[id]
	}
	for _, c := range b.p.Categories {
		add(c.ID)
	}
	for _, r := range b.d.Rows {
		k := &all[add(r.Category)]
		k.Total++
		k.ByChannel[r.Channel]++
	}
	slices.SortStableFunc(all, func(x, y KindCount) int { return y.Total - x.Total })
	return all
}

// days counts by day; a day on which nothing came is in it with nothing.
func (b *dashboardBuilder) days() []DayCount {
	n := map[pdz.Date]*DayCount{}
	var first, last pdz.Date
	for _, r := range b.d.Rows {
		day := pdz.DateOf(b.d.ArrivedAt(r), b.p.Zone)
		if n[day] == nil {
			if len(n) == 0 || day.Compare(first) < 0 {
				first = day
			}
			if len(n) == 0 || day.Compare(last) > 0 {
				last = day
			}
			n[day] = &DayCount{}
		}
		if r.Timeliness == pdz.Late {
			n[day].Late++
		} else {
			n[day].Timely++
		}
	}
	var all []DayCount
	for day := first; len(n) > 0 && day.Compare(last) <= 0; day = day.AddDays(1) {
		x := DayCount{Day: pdz.StartOfDay(day, b.p.Zone)}
		if n[day] != nil {
			x.Timely, x.Late = n[day].Timely, n[day].Late
		}
		all = append(all, x)
	}
	return all
}
