package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Stars are the marks of the feedback form.
func (l *Layout) Stars() []int { return []int{1, 2, 3, 4, 5} }

// CountdownWords are the words with which the script refreshes a countdown that
// the server wrote: days, hours, minutes, conjunction, less than a minute.
func (l *Layout) CountdownWords() (string, error) {
	b, err := json.Marshal([]any{
		[]string{l.T("giorno"), l.T("giorni")},
		[]string{l.T("ora"), l.T("ore")},
		[]string{l.T("minuto"), l.T("minuti")},
		" " + l.T("e") + " ",
		l.T("meno di un minuto"),
	})
	return string(b), err
}

// hoursText writes opening hours: "lunedì–venerdì, 09:00–13:00".
func hoursText(p i18n.Printer, hours []pdz.Hours) string {
	var parts []string
	for _, h := range hours {
		parts = append(parts, fmt.Sprintf("%s, %s–%s", daysText(p, h.Days), minutesText(h.From), minutesText(h.To)))
	}
	return strings.Join(parts, "; ")
}

// daysText writes days of the week, a run of three or more as its ends.
func daysText(p i18n.Printer, days []time.Weekday) string {
	var parts []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == (days[j]+1)%7 {
			j++
		}
		switch {
		case j-i >= 2:
			parts = append(parts, weekday(p, days[i])+"–"+weekday(p, days[j]))
		default:
			for k := i; k <= j; k++ {
				parts = append(parts, weekday(p, days[k]))
			}
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// weekday writes the name of a day of the week. 1 January 2023 was a Sunday.
func weekday(p i18n.Printer, d time.Weekday) string {
	return p.Weekday(time.Date(2023, 1, 1+int(d), 12, 0, 0, 0, time.UTC))
}

func minutesText(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// venueText writes a venue in one line: "Ufficio di Piano, Via San Massimiliano Kolbe, Lecce".
func venueText(p *pdz.Process, id string) string {
	for _, v := range p.Venues {
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

// phoneText writes a telephone number so that it can be read aloud: a free number
// in groups of three, any other as the definition has it.
func phoneText(p i18n.Printer, number string) string {
	if len(number) == 9 && strings.HasPrefix(number, "800") {
		return p.T("Numero verde %s", number[:3]+" "+number[3:6]+" "+number[6:])
	}
	return p.T("Telefono %s", number)
}

// Phone is phoneText for templates.
func (l *Layout) Phone(number string) string { return phoneText(l.Printer, number) }
