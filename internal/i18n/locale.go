package i18n

import "strings"

// locale is how one language writes days, lengths of time and numbers.
type locale struct {
	lang                      string
	days, shortDays           [7]string // from Sunday, as time.Weekday counts
	months, shortMonths       [12]string
	first                     string // the first day of a month
	at                        func(hour string) string
	instant                   string              // date, hour with milliseconds, offset
	day, hour, minute, second unit                // in words
	and                       string              // before the last of a list
	decimal, thousands        string              // separators of a number
	underMinute, underMilli   string              // lengths too short to count
	left                      func(string) string // of a whole length, "1 ora" or longer
	late, stroke              string              // past a term; exactly on it
}

// unit is a unit of time in the singular and in the plural.
type unit struct{ one, many string }

var italian = locale{
	lang:        "it",
	days:        [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
	shortDays:   [7]string{"dom", "lun", "mar", "mer", "gio", "ven", "sab"},
	months:      [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	shortMonths: [12]string{"gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"},
	first:       "1º",
	at:          italianAt,
	instant:     "%s, ore %s (%s)",
	day:         unit{"giorno", "giorni"},
	hour:        unit{"ora", "ore"},
	minute:      unit{"minuto", "minuti"},
	second:      unit{"secondo", "secondi"},
	and:         " e ",
	decimal:     ",",
	thousands:   ".",
	underMinute: "meno di un minuto",
	underMilli:  "meno di un millesimo di secondo",
	left:        italianLeft,
	late:        "in ritardo di %s",
	stroke:      "allo scoccare del termine",
}

// italianAt elides the article before one o'clock, which is read "l’una".
func italianAt(hour string) string {
	if rest, ok := strings.CutPrefix(hour, "01:"); ok {
		return "all’1:" + rest
	}
	return "alle " + hour
}

// italianLeft makes the verb agree: one unit alone is singular.
func italianLeft(length string) string {
	single := strings.HasPrefix(length, "1 ") && !strings.Contains(length, " e ")
	if single || strings.HasPrefix(length, "meno ") {
		return "mancava " + length
	}
	return "mancavano " + length
}

var english = locale{
	lang:        "en",
	days:        [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	shortDays:   [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	months:      [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	first:       "1",
	at:          func(hour string) string { return "at " + hour },
	instant:     "%s, %s (%s)",
	day:         unit{"day", "days"},
	hour:        unit{"hour", "hours"},
	minute:      unit{"minute", "minutes"},
	second:      unit{"second", "seconds"},
	and:         " and ",
	decimal:     ".",
	thousands:   ",",
	underMinute: "less than a minute",
	underMilli:  "less than a thousandth of a second",
	left:        func(length string) string { return length + " left" },
	late:        "%s late",
	stroke:      "on the stroke of the deadline",
}
