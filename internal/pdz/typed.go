package pdz

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// firstYear is the first year a typed date may have. Older foundations exist, and a
// wrong century is far more common than they are.
const firstYear = 1850

var (
	italianDate = regexp.MustCompile(`^(\d{1,2})(?:/(\d{1,2})/|-(\d{1,2})-|\.(\d{1,2})\.)(\d{4})$`)
	isoDate     = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
)

// ParseItalianDate reads a date as people type it, day first: "20/03/2009", "20-3-2009",
// "20.03.2009"; also "2009-03-20", as browsers send it. The year has four digits: "09"
// may be either century. A date after today is refused; with a zero today any is good.
func ParseItalianDate(s string, today Date) (Date, *Problem) {
	d, ok := typedDate(strings.TrimSpace(s))
	if !ok {
		return Date{}, problem(CodeDateForm)
	}
	switch {
	case d.Month == time.February && d.Day == 29 && lastDay(d.Year, d.Month) == 28:
		return Date{}, problem(CodeDateLeap, d.Year)
	case d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > lastDay(d.Year, d.Month):
		return Date{}, problem(CodeDateImpossible, d.Day, int(d.Month))
	case d.Year < firstYear:
		return Date{}, problem(CodeDateOld, firstYear)
	case !today.IsZero() && d.Compare(today) > 0:
		return Date{}, problem(CodeDateFuture, today)
	}
	return d, nil
}

// typedDate takes a date apart, whether or not there is such a day.
func typedDate(s string) (Date, bool) {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	if p := italianDate.FindStringSubmatch(s); p != nil {
		return Date{number(p[5]), time.Month(number(p[2] + p[3] + p[4])), number(p[1])}, true
	}
	if p := isoDate.FindStringSubmatch(s); p != nil {
		return Date{number(p[1]), time.Month(number(p[2])), number(p[3])}, true
	}
	return Date{}, false
}

var (
	groupedNumber = regexp.MustCompile(`^\d{1,3}(\.\d{3})+$`)
	plainNumber   = regexp.MustCompile(`^\d{1,12}$`)
	decimals      = regexp.MustCompile(`^(.+)[,.](\d{1,2})$`)
)

// ParseNumber reads a whole number, zero or more, with or without dots between thousands.
func ParseNumber(s string) (int64, *Problem) {
	s = strings.TrimSpace(s)
	if groupedNumber.MatchString(s) {
		s = strings.ReplaceAll(s, ".", "")
	}
	if !plainNumber.MatchString(s) {
		return 0, problem(CodeNumberForm)
	}
	n, _ := strconv.ParseInt(s, 10, 64)
	return n, nil
}

// ParseMoney reads an amount of euro into cents: "1500", "1.500,00", "1500.5", "€ 1500".
// A dot before three digits parts thousands, as Italians write them.
func ParseMoney(s string) (cents int64, p *Problem) {
	whole := strings.TrimSpace(strings.Trim(strings.TrimSpace(s), "€"))
	if d := decimals.FindStringSubmatch(whole); d != nil {
		whole = d[1]
		cents, _ = strconv.ParseInt((d[2] + "0")[:2], 10, 64)
	}
	euro, p := ParseNumber(whole)
	if p != nil {
		return 0, problem(CodeMoneyForm)
	}
	return 100*euro + cents, nil
}

// moneyText writes cents as the definition writes money, "1500.00".
func moneyText(cents int64) string {
	s := strconv.FormatInt(cents%100+100, 10)
	return strconv.FormatInt(cents/100, 10) + "." + s[1:]
}

// number writes a whole number without the dots between thousands.
func number(v string) (string, *Problem) {
	n, p := ParseNumber(v)
	if p != nil {
		return v, p
	}
	return strconv.FormatInt(n, 10), nil
}

// yes is how a given confirmation is kept.
const yes = "true"

// confirmed reads a ticked box, as browsers and spreadsheets write one.
func confirmed(v string) bool {
	switch strings.ToLower(strings.TrimSpace(v)) {
	case yes, "on", "1", "yes", "si", "sì":
		return true
	}
	return false
}
