package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Countdown writes how long is left, with the two units that matter:
// "2 giorni e 3 ore", "19 ore e 20 minuti", "meno di un minuto". It is cut and
// never rounded up: who reads it has at least that long. The sign is ignored,
// so that the same words tell how long ago something closed.
func (p Printer) Countdown(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return p.loc.underMinute
	case d < day:
		d = d.Truncate(time.Minute)
	default:
		d = d.Truncate(time.Hour)
	}
	return p.join(p.parts(d))
}

// Margin writes for a receipt how an arrival stood to its term, given the time
// from arrival to closing: "mancavano 19 ore, 7 minuti e 52 secondi",
// "mancavano 1,588 secondi", "in ritardo di 2 minuti". Under a minute the
// milliseconds are told, because there they are what decides; from a minute up
// it is written to the nearest second.
func (p Printer) Margin(d time.Duration) string {
	switch {
	case d == 0:
		return p.loc.stroke
	case d < 0:
		return fmt.Sprintf(p.loc.late, p.exact(-d))
	}
	return p.loc.left(p.exact(d))
}

// exact writes a positive length down to the second, or to the millisecond when
// it is shorter than a minute.
func (p Printer) exact(d time.Duration) string {
	if d < time.Millisecond {
		return p.loc.underMilli
	}
	if d < time.Minute && d.Truncate(time.Millisecond)%time.Second != 0 {
		ms := d.Milliseconds()
		return fmt.Sprintf("%d%s%03d %s", ms/1000, p.loc.decimal, ms%1000, p.loc.second.many)
	}
	if d < time.Minute {
		return p.join(p.parts(d.Truncate(time.Second)))
	}
	return p.join(p.parts(d.Round(time.Second)))
}

// parts splits a length into days, hours, minutes and seconds, leaving out what
// is zero.
func (p Printer) parts(d time.Duration) []string {
	var list []string
	for _, u := range []struct {
		name unit
		size time.Duration
	}{{p.loc.day, day}, {p.loc.hour, time.Hour}, {p.loc.minute, time.Minute}, {p.loc.second, time.Second}} {
		n := d / u.size
		d %= u.size
		switch n {
		case 0:
		case 1:
			list = append(list, "1 "+u.name.one)
		default:
			list = append(list, p.Number(int64(n))+" "+u.name.many)
		}
	}
	return list
}

// join writes a list as a sentence does: commas, and the conjunction last.
func (p Printer) join(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + p.loc.and + list[last]
}

// Number writes a whole number with its thousands apart: "1.480". It takes any
// integer type, since templates do not convert between them; what is not an
// integer is written as package fmt does.
func (p Printer) Number(n any) string {
	s := fmt.Sprint(n)
	if _, err := strconv.ParseInt(s, 10, 64); err != nil {
		return s
	}
	digits, negative := strings.CutPrefix(s, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + p.loc.thousands + digits[i:]
	}
	if negative {
		return "−" + digits
	}
	return digits
}
