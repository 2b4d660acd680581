package pdz

// Answers are what was typed into a form: field id to values, as typed but
// trimmed and cleaned. A field with one value has a list of one.
type Answers map[string][]string

// Get returns the first value of a field, or "".
func (a Answers) Get(field string) string {
	if v := a[field]; len(v) > 0 {
		return v[0]
	}
	return ""
}
