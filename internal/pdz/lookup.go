package pdz

// Window returns the window of an id.
func (p *Process) Window(id string) (Window, bool) {
	return find(p.Windows, func(w Window) bool { return w.ID == id })
}

// Form returns the form of an id.
func (p *Process) Form(id string) (Form, bool) {
	return find(p.Forms, func(f Form) bool { return f.ID == id })
}

// Category returns the category of an id.
func (p *Process) Category(id string) (Category, bool) {
	return find(p.Categories, func(c Category) bool { return c.ID == id })
}

// Channel returns the channel of an id.
func (p *Process) Channel(id string) (Channel, bool) {
	return find(p.Channels, func(c Channel) bool { return c.ID == id })
}

// Table returns the table of an id.
func (p *Process) Table(id string) (Table, bool) {
	return find(p.Tables.List, func(t Table) bool { return t.ID == id })
}

// Session returns the session of an id.
func (p *Process) Session(id string) (Session, bool) {
	return find(p.Sessions, func(s Session) bool { return s.ID == id })
}

// Municipality returns the municipality of an id.
func (p *Process) Municipality(id string) (Municipality, bool) {
	return find(p.Ambito.Municipalities, func(m Municipality) bool { return m.ID == id })
}

// Field returns the field of an id.
func (f Form) Field(id string) (Field, bool) {
	return find(f.Fields, func(x Field) bool { return x.ID == id })
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	for _, x := range list {
		if is(x) {
			return x, true
		}
	}
	var none T
	return none, false
}

// RuleIndex returns the rules by id, as evaluation wants them.
func (p *Process) RuleIndex() map[string]*Rule {
	index := make(map[string]*Rule, len(p.Rules))
	for i := range p.Rules {
		index[p.Rules[i].ID] = &p.Rules[i]
	}
	return index
}
