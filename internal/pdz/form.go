package pdz

import "slices"

// Steps of a form on the web, in order.
const (
	StepWho         = "who"         // who adheres: the fields before the first person
	StepContact     = "contact"     // who acts, and how to reach them
	StepTables      = "tables"      // from the first choice of tables on
	StepAttachments = "attachments" // attachments and declarations, which no field holds
)

// Step is a group of fields asked together.
type Step struct {
	ID     string
	Fields []Field
}

// Steps groups the fields as the web asks for them; a step without fields is left out.
// Attachments and declarations follow and are in none of them.
func (f Form) Steps() []Step {
	var steps []Step
	id, seen := StepWho, map[string]bool{}
	for _, x := range f.Fields {
		next := map[string]string{"person": StepContact, "tables": StepTables}[x.Type]
		if next != "" && !seen[next] {
			id, seen[next] = next, true
		}
		if n := len(steps); n == 0 || steps[n-1].ID != id {
			steps = append(steps, Step{ID: id})
		}
		last := &steps[len(steps)-1]
		last.Fields = append(last.Fields, x)
	}
	return steps
}

// Visible reports whether a field is asked, given what is known. A condition that is
// unknown shows the field: the datum that would hide it may never come. A field that
// the form does not have is not asked. Of working days, the holidays of the law count.
func (f Form) Visible(field string, facts Facts) bool {
	x, ok := f.Field(field)
	return ok && (&Process{Calendar: Calendar{Holidays: "italy"}}).shows(x, facts)
}

func (p *Process) shows(x Field, facts Facts) bool {
	return p.holds(x.ShowWhen, facts) != False
}

// demands reports whether a field must be answered. A condition that is unknown
// demands nothing: nobody is held up by a datum that was not asked.
func (p *Process) demands(x Field, facts Facts) bool {
	return x.Required || x.RequiredWhen != nil && p.holds(x.RequiredWhen, facts) == True
}

// demandsFile reports whether an attachment must be there. Its condition prevails over
// "optional", which then means: otherwise not.
func (p *Process) demandsFile(s AttachmentSlot, facts Facts) bool {
	if s.RequiredWhen != nil {
		return p.holds(s.RequiredWhen, facts) == True
	}
	return !s.Optional
}

func (p *Process) holds(c *Predicate, facts Facts) Truth {
	return c.Eval(facts, p.RuleIndex(), p.Calendar, p.Zone)
}

// single reports whether a field has one answer; the others have a list.
func (x Field) single() bool {
	return !slices.Contains([]string{"choices", "tables", "municipalities"}, x.Type)
}
