package pdz

import (
	"slices"
	"unicode/utf8"
)

// Longest answers, in characters, where the form does not say.
const (
	maxText     = 200
	maxLongText = 4000
)

// CheckAnswers reads a filled-in form: it returns the answers cleaned, without those of
// fields that are not shown, and every problem at once in the order of the form. Answers
// with a problem stay as typed, to be shown again. Files are the ids of the attachments
// present. With a step only its fields are read and the other answers are handed back as
// they came; an empty step is the whole form. Dates are judged by today. What is known
// beside the answers, as the channel a form comes by, is given as facts.
//
// Nothing here says whether the form came in time: a form with problems can be timely
// and one without can be late.
func CheckAnswers(p *Process, form Form, a Answers, files []string, step string, today Date, known ...Facts) (Answers, Problems) {
	c := checker{process: p, facts: FormFacts(p, form, a, known...), today: today, clean: Answers{}}
	asked := form.inStep(step)
	for _, x := range form.Fields {
		switch {
		case !p.shows(x, c.facts):
		case asked[x.ID]:
			c.field(x, a[x.ID])
		case len(a[x.ID]) > 0:
			c.clean[x.ID] = slices.Clone(a[x.ID])
		}
	}
	whole := step == "" || step == StepAttachments
	for _, s := range form.Attachments {
		if whole && p.demandsFile(s, c.facts) && !slices.Contains(files, s.ID) {
			c.problems.Add(s.ID, CodeAttachment)
		}
	}
	for _, d := range form.Declarations {
		made := confirmed(a.Get(d.ID))
		if made {
			c.clean[d.ID] = []string{yes}
		}
		if whole && !made && !d.Optional {
			c.problems.Add(d.ID, CodeDeclaration)
		}
	}
	return c.clean, c.problems
}

// inStep returns the fields of a step, or all of them for none.
func (f Form) inStep(step string) map[string]bool {
	ids := map[string]bool{}
	for _, s := range f.Steps() {
		for _, x := range s.Fields {
			ids[x.ID] = step == "" || s.ID == step
		}
	}
	return ids
}

// checker reads the fields of one form, one after another.
type checker struct {
	process  *Process
	facts    Facts
	today    Date
	clean    Answers
	problems Problems
}

// field keeps the answer to one field, cleaned or as typed, and notes what is wrong.
func (c *checker) field(x Field, typed []string) {
	values := make([]string, 0, len(typed))
	for _, v := range typed {
		v, problem := Clean(v, x.Type == "longText")
		if problem != nil {
			c.add(x, problem)
			c.clean[x.ID] = slices.Clone(typed)
			return
		}
		if v != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	if x.single() && len(values) > 1 {
		values = values[:1]
	}
	if x.Type == "confirm" && len(values) > 0 && !confirmed(values[0]) {
		values = nil // an unticked box
	}
	if len(values) == 0 {
		c.none(x)
		return
	}
	values, problem := c.read(x, values)
	c.add(x, problem)
	c.clean[x.ID] = values
}

// none notes what is wrong with a field that was left empty.
func (c *checker) none(x Field) {
	least := c.process.Participation.TablesMin
	switch {
	case c.process.demands(x, c.facts):
		c.problems.Add(x.ID, CodeRequired)
	case x.Feeds == "adhesion.tables" && least > 0:
		c.problems.Add(x.ID, CodeTablesFew, 0, least)
	}
}

func (c *checker) add(x Field, p *Problem) {
	if p != nil {
		c.problems.Add(x.ID, p.Code, p.Args...)
	}
}

// read reads the values of a field by its type. There is at least one.
func (c *checker) read(x Field, values []string) ([]string, *Problem) {
	switch x.Type {
	case "choice", "choices":
		return values, c.choice(x, values)
	case "tables":
		return values, c.tables(x, values)
	case "municipality", "municipalities":
		return values, c.municipalities(values)
	}
	v, problem := c.one(x, values[0])
	return []string{v}, problem
}

// one reads the value of a field that has one. Dates, numbers and amounts come back in
// the form of the definition, so that the register holds one spelling of each.
func (c *checker) one(x Field, v string) (string, *Problem) {
	switch x.Type {
	case "email", "pec":
		return CheckEmail(v)
	case "phone":
		return CheckPhone(v)
	case "taxCode":
		code := NormaliseTaxCode(v)
		if p := CheckTaxCodeOf(code, c.facts["party.nature"].Text); p != nil {
			return v, p
		}
		return code, nil
	case "date":
		d, p := ParseItalianDate(v, c.latest(x))
		if p != nil {
			return v, p
		}
		return d.String(), nil
	case "number":
		return number(v)
	case "money":
		cents, p := ParseMoney(v)
		if p != nil {
			return v, p
		}
		return moneyText(cents), nil
	case "confirm":
		return yes, nil
	}
	return v, c.length(x, v)
}

// latest is the last day a date may have: today for what a body says of its past. A
// project may well begin tomorrow.
func (c *checker) latest(x Field) Date {
	if x.Feeds == "" {
		return Date{}
	}
	return c.today
}

func (c *checker) length(x Field, v string) *Problem {
	most := x.MaxLength
	switch {
	case most == 0 && x.Type == "longText":
		most = maxLongText
	case most == 0:
		most = maxText
	}
	if n := utf8.RuneCountInString(v); n > most {
		return problem(CodeTextLong, n, most)
	}
	return nil
}

// choice accepts the options of the field, or the categories where it asks for one.
func (c *checker) choice(x Field, values []string) *Problem {
	for _, v := range values {
		known := slices.ContainsFunc(x.Options, func(o Option) bool { return o.ID == v })
		if len(x.Options) == 0 && x.Feeds == "party.category" {
			_, known = c.process.Category(v)
		}
		if !known {
			return problem(CodeChoice, v)
		}
	}
	return nil
}

// tables accepts tables of the process. How many one may join is a rule of adhesion,
// so it binds the field that feeds it and not a proposal's.
func (c *checker) tables(x Field, values []string) *Problem {
	for _, v := range values {
		if _, ok := c.process.Table(v); !ok {
			return problem(CodeTable, v)
		}
	}
	least, most := c.process.Participation.TablesMin, c.process.Participation.TablesMax
	switch n := len(values); {
	case x.Feeds != "adhesion.tables":
	case n < least:
		return problem(CodeTablesFew, n, least)
	case most > 0 && n > most:
		return problem(CodeTablesMany, n, most)
	}
	return nil
}

func (c *checker) municipalities(values []string) *Problem {
	for _, v := range values {
		if _, ok := c.process.Municipality(v); !ok && v != Elsewhere {
			return problem(CodeMunicipality, v)
		}
	}
	return nil
}
