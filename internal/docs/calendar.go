// Package docs writes what people take away from the site: the calendar of a
// process, to be subscribed to in any calendar program, and tables for spreadsheets.
//
// A document says what the definition says, at the instants the definition gives,
// and invents nothing. The same input makes the same bytes, so that a document
// can be cached, compared and signed. Texts come from notices and from people: a
// document treats them as data, and no text can become a line of its own.
package docs

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"concerto/internal/pdz"

	"github.com/emersion/go-ical"
)

// CalendarInput is what a calendar feed is made of.
type CalendarInput struct {
	Name     string // of the calendar, as the program of the reader lists it
	URL      string // page of the process; may be empty
	Domain   string // of the site: the right half of every UID
	Process  *pdz.Process
	Sessions []pdz.Session
	Windows  []pdz.Window
	Stamp    time.Time // when the definition was published (DTSTAMP)
}

// Calendar returns the feed (RFC 5545). Sessions that have no date yet and
// windows whose closing is not known yet are left out: they appear when the
// definition dates them, under the UID they will keep.
func Calendar(in CalendarInput) ([]byte, error) {
	f := feed{CalendarInput: in, url: cleanURL(in.URL)}
	cal := ical.NewCalendar()
	text(cal.Props, ical.PropProductID, "-//Concerto//Piano Sociale di Zona//IT")
	text(cal.Props, ical.PropVersion, "2.0")
	text(cal.Props, ical.PropCalendarScale, "GREGORIAN")
	text(cal.Props, ical.PropMethod, "PUBLISH")
	text(cal.Props, ical.PropName, in.Name)
	text(cal.Props, "X-WR-CALNAME", in.Name)
	cal.Props.Set(property(ical.PropRefreshInterval, ical.ValueDuration, "PT1H"))
	cal.Children = append(cal.Children, italianZone())
	for _, s := range in.Sessions {
		if s.Start.Known {
			cal.Children = append(cal.Children, f.session(s))
		}
	}
	for _, w := range in.Windows {
		if w.Closes.Known {
			cal.Children = append(cal.Children, f.closing(w))
		}
	}
	var b bytes.Buffer
	if err := ical.NewEncoder(&b).Encode(cal); err != nil {
		return nil, fmt.Errorf("calendar of %s: %w", in.Process.ID, err)
	}
	return fold(b.Bytes()), nil
}

// feed is a calendar in the making.
type feed struct {
	CalendarInput
	url string
}

// event begins an event with what all events have. Its UID is built from ids of
// the definition, so it outlives any change of date or title; SEQUENCE is the
// version of the definition, so that a program takes the newer of two copies.
func (f feed) event(id, title string, start pdz.Moment) *ical.Component {
	e := ical.NewComponent(ical.CompEvent)
	text(e.Props, ical.PropUID, id+"."+f.Process.ID+"@"+f.Domain)
	text(e.Props, ical.PropSummary, title)
	e.Props.Set(instant(ical.PropDateTimeStamp, f.Stamp.UTC()))
	e.Props.Set(property(ical.PropSequence, ical.ValueInt, strconv.Itoa(f.Process.Version)))
	e.Props.Set(f.moment(ical.PropDateTimeStart, start))
	if f.url != "" {
		e.Props.Set(property(ical.PropURL, ical.ValueURI, f.url))
	}
	return e
}

func (f feed) session(s pdz.Session) *ical.Component {
	e := f.event(s.ID, s.Name(), s.Start)
	end, guessed := f.end(s)
	if end.Known {
		e.Props.Set(f.moment(ical.PropDateTimeEnd, end))
	}
	text(e.Props, ical.PropDescription, f.description(s, guessed))
	text(e.Props, ical.PropLocation, f.place(s.Venue))
	text(e.Props, ical.PropCategories, admissions[s.Admission])
	return e
}

var admissions = map[string]string{"open": "aperta", "reserved": "riservata", "enrolled": "su iscrizione"}

// end returns when an event ends, or an unknown moment if it ends as it begins,
// and whether the notice is silent on it. A calendar program needs an end, so the
// default duration stands in (A17); it is never printed anywhere else.
func (f feed) end(s pdz.Session) (end pdz.Moment, guessed bool) {
	end = s.End
	if !end.Known && !s.Start.DateOnly && !f.Process.Calendar.DefaultDuration.IsZero() {
		lasts := pdz.Shift{Plus: f.Process.Calendar.DefaultDuration, Roll: "none"}
		end, guessed = f.Process.Calendar.Apply(s.Start, lasts, f.zone(), true), true
	}
	if s.Start.DateOnly || end.DateOnly || !end.At.After(s.Start.At) {
		return pdz.Moment{}, false
	}
	return end, guessed
}

func (f feed) description(s pdz.Session, guessed bool) string {
	var parts []string
	if s.Purpose != "" {
		parts = append(parts, s.Purpose)
	}
	for _, item := range s.Agenda {
		parts = append(parts, "– "+item.Title)
	}
	if guessed {
		parts = append(parts, "L’avviso non dice quando la sessione finisce: qui dura "+
			inItalian(f.Process.Calendar.DefaultDuration)+" solo per occupare il calendario.")
	}
	return strings.Join(parts, "\n")
}

func (f feed) place(id string) string {
	for _, v := range f.Process.Venues {
		if v.ID != id {
			continue
		}
		var parts []string
		for _, s := range []string{v.Name, v.Address, v.Town} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// closing makes an event of the last instant of a window. It has no end: by RFC
// 5545, section 3.6.1, such an event ends as it begins. A window that closes on a
// day, without an hour, closes with that day and so fills it. It takes nobody's
// time, and is marked so.
func (f feed) closing(w pdz.Window) *ical.Component {
	e := f.event(w.ID+".termine", "Termine: "+w.Title, w.Closes)
	text(e.Props, ical.PropDescription, w.Wording)
	text(e.Props, ical.PropCategories, "termine")
	text(e.Props, ical.PropTransparency, "TRANSPARENT")
	return e
}

// cleanURL returns an absolute web address as it may stand in a property, or
// nothing: an address that is not one helps nobody.
func cleanURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}

var italianUnits = map[string][2]string{
	"minutes": {"minuto", "minuti"}, "hours": {"ora", "ore"}, "days": {"giorno", "giorni"},
	"workingDays": {"giorno lavorativo", "giorni lavorativi"}, "weeks": {"settimana", "settimane"},
	"months": {"mese", "mesi"}, "years": {"anno", "anni"},
}

func inItalian(t pdz.Term) string {
	names := italianUnits[t.Unit]
	if t.N == 1 {
		return "1 " + names[0]
	}
	return strconv.Itoa(t.N) + " " + names[1]
}
