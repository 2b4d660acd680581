package web

import (
	"slices"
	"strconv"
	"strings"

	"concerto/internal/i18n"
	"concerto/internal/pdz"
)

// Controls by which a field is asked.
const (
	controlText   = "text"
	controlArea   = "area"
	controlRadios = "radios"
	controlChecks = "checks"
	controlTables = "tables"
	controlSelect = "select"
	controlTick   = "tick"
)

// maxRadios is how many options are laid out; more go into a list that opens.
const maxRadios = 20

// fieldView is a field as partials/field.html draws it.
type fieldView struct {
	i18n.Printer
	Foreign  bool
	ID       string // also the name under which it is posted
	Label    string
	Help     string
	Control  string
	Input    string // type of the input
	Mode     string // keyboard of a phone
	Complete string // autocomplete
	Width    string // class
	Value    string
	Prompt   string // first line of a select
	Options  []optionView
	Optional bool
	Plain    bool // that it is optional is not said at each field
	Depends  bool // what others ask depends on this answer
	Error    string
	Hints    []hintView
}

// optionView is one of the answers offered.
type optionView struct {
	ID, Element, Label string
	Number             int    // of a table; 0 for none
	Colour             string // class of the table
	Checked            bool
}

// Element is the id of the control that the summary of errors links to.
func (f fieldView) Element() string {
	if len(f.Options) > 0 && f.Control != controlSelect {
		return f.Options[0].Element
	}
	return elementID(f.ID)
}

// DescribedBy lists the ids of help and error.
func (f fieldView) DescribedBy() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, elementID(f.ID)+"-aiuto")
	}
	if f.Error != "" {
		ids = append(ids, elementID(f.ID)+"-errore")
	}
	return strings.Join(ids, " ")
}

// elementID keeps the ids of fields apart from those of the page.
func elementID(field string) string { return "campo-" + field }

// asking is what the fields of one page are made from.
type asking struct {
	*Layout
	process  *pdz.Process
	form     pdz.Form
	answers  pdz.Answers
	facts    pdz.Facts
	problems pdz.Problems
	assisted bool // somebody of the desk fills in: who is helped may have no address
}

func (l *Layout) asking(f pdz.Form, a pdz.Answers, problems pdz.Problems) asking {
	return asking{Layout: l, process: l.Proc.Process, form: f, answers: a, facts: pdz.FormFacts(l.Proc.Process, f, a), problems: problems}
}

// asking is Layout.asking for the pages of a draft, which may be filled in by the desk.
func (p *draftPage) asking(f pdz.Form, a pdz.Answers, problems pdz.Problems) asking {
	q := p.Layout.asking(f, a, problems)
	q.assisted = p.Assisted != ""
	return q
}

// fields draws the fields of a step that are asked, given what is known.
func (q asking) fields(step formStep) []fieldView {
	var all []fieldView
	for _, x := range step.Fields {
		if q.form.Visible(x.ID, q.facts) {
			all = append(all, q.field(x))
		}
	}
	return all
}

func (q asking) field(x pdz.Field) fieldView {
	v := fieldView{Printer: q.Printer, Foreign: q.Foreign(), ID: x.ID, Label: x.Label, Help: x.Help,
		Control: controlText, Input: "text", Optional: q.optional(x.Required || !q.assisted && x.ID == receiptField(q.form), x.RequiredWhen),
		Depends: dependedOn(q.form, x) || len(q.judges(x)) > 0, Value: typedValue(x, q.answers.Get(x.ID)), Hints: q.hints(x)}
	for _, p := range q.problems {
		if p.Field == x.ID {
			v.Error = capital(q.sentence(p, x.Type))
			break
		}
	}
	q.control(x, &v)
	return v
}

// optional reports whether the field surely need not be answered. While that
// depends on something not said yet, nothing is promised.
func (q asking) optional(required bool, when *pdz.Predicate) bool {
	return !required && (when == nil || q.holds(when) == pdz.False)
}

// receiptField returns the field whose address gets the receipt. On paper it may
// be left empty; from the web nothing is received without it.
func receiptField(form pdz.Form) string {
	for _, x := range form.Fields {
		if x.Type == "email" {
			return x.ID
		}
	}
	return ""
}

// mandatory reports whether it surely must be answered.
func (q asking) mandatory(required bool, when *pdz.Predicate) bool {
	return required || when != nil && q.holds(when) == pdz.True
}

func (q asking) holds(p *pdz.Predicate) pdz.Truth {
	return p.Eval(q.facts, q.process.RuleIndex(), q.process.Calendar, q.process.Zone)
}

// control chooses how a type is asked.
func (q asking) control(x pdz.Field, v *fieldView) {
	switch x.Type {
	case "longText":
		v.Control = controlArea
	case "confirm":
		v.Control = controlTick
		v.Options = q.options(x)
	case "choice":
		v.Options, v.Control = q.options(x), controlRadios
		if len(v.Options) > maxRadios {
			v.Control, v.Prompt, v.Width = controlSelect, q.T("Scegli"), "ps-w-mid"
		}
	case "municipality":
		v.Options, v.Control, v.Prompt, v.Width = q.options(x), controlSelect, q.T("Scegli il Comune"), "ps-w-mid"
	case "choices", "municipalities":
		v.Options, v.Control = q.options(x), controlChecks
	case "tables":
		v.Options, v.Control = q.options(x), controlTables
	default:
		v.textInput(x.Type)
	}
}

// textInput gives a line of text the keyboard, the width and the memory of the
// browser that suit its type. A date is plain text: browsers show their own
// picker in the order of days and months of their own language.
func (v *fieldView) textInput(kind string) {
	switch kind {
	case "email", "pec":
		v.Input, v.Complete, v.Width = "email", "email", "ps-w-mid"
	case "phone":
		v.Input, v.Complete, v.Width = "tel", "tel", "ps-w-code"
	case "person":
		v.Complete = "name"
	case "party":
		v.Complete = "organization"
	case "taxCode":
		v.Width = "ps-w-code"
	case "date":
		v.Width = "ps-w-date"
		if v.Help == "" {
			v.Help = v.T("Giorno/mese/anno, per esempio 20/03/2009")
		} else {
			v.Help = v.T("Giorno/mese/anno, per esempio 20/03/2009.") + " " + v.Help
		}
	case "number":
		v.Mode, v.Width = "numeric", "ps-w-date"
	case "money":
		v.Mode, v.Width = "decimal", "ps-w-date"
		if v.Help == "" {
			v.Help = v.T("In euro, per esempio 1.500,00")
		}
	}
}

// options lists the answers a field offers.
func (q asking) options(x pdz.Field) []optionView {
	chosen := q.answers[x.ID]
	var all []optionView
	add := func(id, label string) *optionView {
		n := strconv.Itoa(len(all) + 1)
		all = append(all, optionView{ID: id, Element: elementID(x.ID) + "-" + n, Label: label, Checked: slices.Contains(chosen, id)})
		return &all[len(all)-1]
	}
	switch x.Type {
	case "tables":
		for _, t := range q.process.Tables.List {
			o := add(t.ID, t.Title)
			if t.Number > 0 {
				o.Number, o.Colour = t.Number, colourOf(t.Number)
			}
		}
	case "municipality", "municipalities":
		for _, m := range q.process.Ambito.Municipalities {
			add(m.ID, m.Name)
		}
		add(pdz.Elsewhere, q.T("Un altro Comune"))
	case "confirm":
		add("on", x.Label).Checked = ticked(q.answers.Get(x.ID))
	default:
		for _, o := range x.Options {
			add(o.ID, o.Label)
		}
	}
	return all
}

// ticked reads a box as it was posted or kept.
func ticked(v string) bool { return v != "" && v != "false" }

// typedValue writes an answer as people type it: a correction begins from what
// the register holds, where dates are spelled for machines.
func typedValue(x pdz.Field, v string) string {
	if x.Type != "date" {
		return v
	}
	if d, err := pdz.ParseDate(v); err == nil {
		return slashDate(d)
	}
	return v
}

// slashDate writes a day as forms have it: "20/03/2009".
func slashDate(d pdz.Date) string {
	s := d.String()
	return s[8:] + "/" + s[5:7] + "/" + s[:4]
}

// dependedOn reports whether what a form asks depends on the answer to a field.
func dependedOn(form pdz.Form, x pdz.Field) bool {
	read := map[string]bool{}
	for _, f := range form.Fields {
		factsRead(f.ShowWhen, read)
		factsRead(f.RequiredWhen, read)
	}
	switch {
	case x.Feeds == "party.category":
		return read["party.category"] || read["party.nature"] || read["party.groups"]
	case x.Profile && read["party.profile"]:
		return true
	case x.Feeds == "" && x.Type == "choice":
		return read["mandate.role"]
	}
	return x.Feeds != "" && read[x.Feeds]
}
