package pdz

import (
	"slices"
	"strings"
	"time"
)

// Classes of what is kept, as the definition names them (definition, section 4).
const (
	KeptAdhesions = "adhesions"
	KeptContacts  = "contacts"
	KeptQuestions = "questions"
	KeptDrafts    = "drafts"
)

// Keeping is how long something is kept, and what becomes of it then.
type Keeping struct {
	Forever bool
	Until   time.Time // first instant at which it need not be kept; zero when it hangs on a date still to come
	Then    string    // erase, anonymise, archive
}

// Over reports whether the term has passed at an instant.
func (k Keeping) Over(at time.Time) bool {
	return !k.Forever && !k.Until.IsZero() && !at.Before(k.Until)
}

// Keeping says how long the definition keeps something of a class that came at an
// instant. What it does not name is kept for good: nothing is lost by silence.
func (p *Process) Keeping(class string, came time.Time) Keeping {
	i := slices.IndexFunc(p.Retention, func(r Retention) bool { return slices.Contains(r.What, class) })
	if i < 0 || p.Retention[i].Keep == "permanent" {
		return Keeping{Forever: true}
	}
	r := p.Retention[i]
	k := Keeping{Then: r.Then}
	from := DayMoment(DateOf(came, p.Zone), p.Zone)
	moment, plus, anchored := strings.Cut(r.Keep, " + ")
	if !anchored && !strings.Contains(moment, ".") {
		plus = moment
	} else if from = p.end(moment); !from.Known {
		return k
	}
	if plus == "" {
		k.Until = EndOfDay(from.Day(), p.Zone)
		return k
	}
	term, err := ParseTerm(plus)
	if err != nil {
		return k
	}
	k.Until = EndOfDay(p.Calendar.Apply(from, Shift{Plus: term, Roll: "none"}, p.Zone, false).Day(), p.Zone)
	return k
}

// end returns the moment that an anchor of the definition names: the last day of a
// plan, the end of a session, the closing of a window. Others are not known here.
func (p *Process) end(anchor string) Moment {
	id, edge, _ := strings.Cut(anchor, ".")
	for _, x := range p.Plans {
		if x.ID == id && edge == "end" {
			return DayMoment(Date{Year: x.To, Month: time.December, Day: 31}, p.Zone)
		}
	}
	if s, ok := p.Session(id); ok && edge == "end" {
		return s.End
	}
	if w, ok := p.Window(id); ok && edge == "closes" {
		return w.Closes
	}
	return Moment{}
}
