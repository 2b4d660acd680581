package definition

import (
	"slices"
	"strings"

	"concerto/internal/pdz"
)

// fixedKeys are what no amendment touches: then one annuls and starts again.
var fixedKeys = []string{"concerto", "kind", "id", "version", "basedOn", "zone", "profile"}

// textKeys are the keys whose value is printed and decides nothing: those that the
// notice's signatories correct without an act.
var textKeys = []string{"label", "help", "wording", "title", "name", "note", "text", "purpose", "phone", "address", "town", "email",
	"pec", "web", "place", "summary", "object", "purposes", "person", "why", "reason", "pass", "fail", "toComplete"}

// mayChange asks the table of section 8 about one change. All that stands in its
// way is said, not the first thing.
func (a *amending) mayChange(c *Node, at place) bool {
	if a.bare {
		return true
	}
	steps := strings.Split(c.Str("path"), "/")
	before := len(a.found)
	a.checkFixed(c, at, steps)
	a.checkHeld(c, steps)
	a.checkClosed(c, steps)
	a.checkCriteria(c, steps)
	a.checkCorrection(c, at, steps)
	a.checkWording(c, at)
	a.checkBlank(c, at)
	return !a.found[before:].Failed()
}

func (a *amending) checkFixed(c *Node, at place, steps []string) {
	path := c.Get("path")
	opening := a.before.Get("opening")
	switch {
	case slices.Contains(fixedKeys, steps[0]), steps[len(steps)-1] == "id":
		a.add(path, "amendment-fixed", "%s cannot change: annul the notice and start again", path.Scalar)
	case steps[0] == "ambito" && len(steps) == 1 && c.At("new", "id") != nil && c.At("new").Str("id") != at.value.Str("id"):
		a.add(path, "amendment-fixed", "ambito/id cannot change: annul the notice and start again")
	case steps[0] == "opening" && opening.Has("number") && opening.Has("date"):
		a.add(path, "amendment-fixed", "the act that opened the process has number and date: it cannot change")
	}
}

// checkHeld keeps a session that has begun as it was.
func (a *amending) checkHeld(c *Node, steps []string) {
	if steps[0] != "sessions" || len(steps) < 2 {
		return
	}
	start := a.old.anchor(steps[1] + ".start")
	if start.Known && !start.First().After(a.Now) {
		a.add(c.Get("path"), "amendment-held", "the session %s has begun (%s): it stays as it was", steps[1], show(start.Moment))
	}
}

// checkClosed lets nothing change in a window that has closed but its closing, by
// an extension; whether to a later instant is seen when the new one is known.
func (a *amending) checkClosed(c *Node, steps []string) {
	if steps[0] != "windows" || len(steps) < 2 {
		return
	}
	closes := a.old.anchor(steps[1] + ".closes")
	if !closes.Known || !a.Now.After(closes.Last()) {
		return
	}
	if a.kind() != "extension" || len(steps) != 3 || steps[2] != "closes" {
		a.add(c.Get("path"), "amendment-closed", "the window %s has closed (%s): it can only be extended, with type: extension", steps[1], show(closes.Moment))
	}
}

// checkCriteria fixes what proposals are measured by before the first one arrives.
func (a *amending) checkCriteria(c *Node, steps []string) {
	scale := steps[0] == "outcomes" && (len(steps) == 1 || steps[1] == "scale")
	evaluation := steps[0] == "tables" && (len(steps) == 1 || slices.Contains(steps, "evaluation"))
	if a.Proposals && (scale || evaluation) {
		a.add(c.Get("path"), "amendment-criteria", "a proposal has arrived: %s is fixed, as whoever proposes must know it beforehand", c.Str("path"))
	}
}

// checkCorrection keeps a correction, and an interpretation, to words: whatever
// decides something wants the act.
func (a *amending) checkCorrection(c *Node, at place, steps []string) {
	interpretation := steps[0] == "interpretations" && len(steps) == 1 && c.Has("add")
	switch a.kind() {
	case "interpretation":
		if !interpretation {
			a.add(c.Get("path"), "amendment-correction", "an interpretation adds to interpretations and changes nothing else")
		}
	case "correction":
		words := slices.Contains(textKeys, steps[len(steps)-1]) && (at.value == nil || at.value.Kind == Text || at.value.Kind == List)
		if !interpretation && steps[0] != "translations" && !words {
			a.add(c.Get("path"), "amendment-correction", "%s is more than words: a correction cannot change it, an act can", c.Str("path"))
		}
	}
}

// checkWording finds words of the notice that would go on saying the old moment.
func (a *amending) checkWording(c *Node, at place) {
	if at.parent.Kind != Mapping || !momentKeys[at.step] || !at.parent.Has("wording") || c.Has("wording") || c.Has("add") {
		return
	}
	a.add(c.Get("path"), "amendment-wording", "the notice says it in words, «%s»: give the new ones as wording", at.parent.Str("wording"))
}

// checkBlank points out that a blank which the notice foresees is filled by an
// ordinary act, and needs no amendment.
func (a *amending) checkBlank(c *Node, at place) {
	blank := at.step == "rulesKnown" || at.step == "known"
	at.value.walk(func(_ []string, n *Node) {
		blank = blank || n.Kind == Text && (n.Scalar == "toBeAnnounced" || n.Scalar == "toBeConvened")
	})
	if blank && c.Has("old") {
		a.warn(c.Get("path"), "amendment-blank", "%s is a blank that the notice foresees: the act that fills it needs no amendment", c.Str("path"))
	}
}

// checkIDs keeps ids what they are: names that others wrote down. None is renamed,
// none that something received names goes away, none comes back.
func (a *amending) checkIDs() {
	now := newIndex(a.after)
	gone, come := missingFrom(a.old.index, now), missingFrom(now, a.old.index)
	for _, c := range a.file.List("changes") {
		if anyWithin(c.Get("old"), gone) && anyWithin(c.Get("new"), come) {
			a.add(c.Get("new"), "amendment-fixed", "an id cannot change: take the entry away and add another (%s, %s)", gone[0], come[0])
		}
	}
	for _, id := range gone {
		if slices.Contains(a.InUse, id) {
			a.add(a.file.Get("changes"), "amendment-in-use", "%q cannot go away: what was received names it", id)
		}
	}
	for _, past := range a.Past {
		root, err := TreeOf(past)
		if err != nil {
			continue
		}
		x := newIndex(root)
		for _, id := range come {
			if x.byID[id] != nil {
				a.add(a.file.Get("changes"), "amendment-id-used", "the id %q was of something else in version %d: no id is used twice", id, root.Int("version"))
			}
		}
	}
}

// missingFrom lists the ids of one index that another lacks.
func missingFrom(x, other *index) []string {
	var ids []string
	for _, i := range x.all {
		if other.byID[i.ID] == nil {
			ids = append(ids, i.ID)
		}
	}
	return ids
}

// anyWithin reports whether something in a value has one of the ids.
func anyWithin(n *Node, ids []string) bool {
	within := false
	n.walk(func(_ []string, n *Node) {
		within = within || n.Kind == Mapping && slices.Contains(ids, n.Str("id"))
	})
	return within
}

// checkAct holds the act against the one the definition asks for. Words are
// corrected by who signed the notice.
func (a *amending) checkAct() {
	act, wanted := a.file.Get("act"), a.policy().Get("act")
	today := pdz.DateOf(a.Now, a.old.zone).String()
	if act.Str("date") > today || a.file.Str("date") > today {
		a.add(act, "amendment-act", "an act dated after today cannot have been taken")
	}
	if k := a.kind(); k == "correction" || k == "interpretation" || a.policy().Str("needs") == "signatories" {
		return
	}
	if act.Str("number") == "" || act.Str("date") == "" {
		a.add(act, "amendment-act", "the act that amends has a number and a date")
	}
	if wanted == nil {
		return
	}
	if k := wanted.Str("kind"); k != act.Str("kind") {
		a.add(act, "amendment-act", "the notice is amended by a %s, not by a %s", k, act.Str("kind"))
	}
	if body := wanted.Str("body"); body != "" && act.Str("body") != body && act.Str("organ") != a.bodyName(body) {
		a.add(act, "amendment-act", "the notice is amended by an act of %s (body: %s)", a.bodyName(body), body)
	}
	if organ := wanted.Str("organ"); organ != "" && act.Str("organ") != organ {
		a.add(act, "amendment-act", "the notice is amended by an act of %s (organ)", organ)
	}
}

// checkEffective refuses an effect to come: an amendment is published when it takes
// effect, so that the page never announces a rule that does not hold.
func (a *amending) checkEffective() {
	n := a.file.Get("effective")
	if m := a.old.opening(n); m.Known && m.First().After(a.Now) {
		a.add(n, "amendment-effective", "it takes effect on %s: publish it then", show(m))
	}
}

// checkResult checks what the amendment makes like any definition. What was found
// in the version in force already is not the amendment's doing.
func (a *amending) checkResult() {
	old := append(checkShape(a.before), check(a.before)...)
	shape := checkShape(a.after)
	found := append(shape, unexplained(shape, check(a.after))...)
	changes := a.file.Get("changes")
	for _, f := range found {
		if slices.ContainsFunc(old, func(o Finding) bool { return o.Code == f.Code && o.Message == f.Message }) {
			continue
		}
		if f.File == "" {
			f.File, f.Line, f.Column = changes.File, changes.Line, changes.Column
			f.Message = strings.ReplaceAll(f.Message, " (line 0)", "") // the version in force has no lines
		}
		if f.Weight == Publication {
			f.Weight = Error // the new version would not be published as a first one
		}
		a.found = append(a.found, f)
	}
}

// checkTimes compares what was computed: a moment may hang on another that changed.
func (a *amending) checkTimes(after *pdz.Process) {
	before, err := FromResolved(mustCanonical(a.before))
	if err != nil {
		a.add(nil, "internal", "%v", err)
		return
	}
	changes := a.file.Get("changes")
	for _, s := range before.Sessions {
		now, ok := after.Session(s.ID)
		if s.Start.Known && !s.Start.First().After(a.Now) && (!ok || !sameMoment(now.Start, s.Start)) {
			a.add(changes, "amendment-held", "the session %s has begun (%s): it stays as it was", s.ID, show(s.Start))
		}
	}
	for _, w := range before.Windows {
		now, ok := after.Window(w.ID)
		later := ok && now.Closes.Known && w.Closes.Known && now.Closes.Last().After(w.Closes.Last())
		same := ok && sameMoment(now.Opens, w.Opens) && sameMoment(now.Closes, w.Closes)
		closed := w.State(a.Now) == pdz.Closed
		switch {
		case same:
		case closed && (!later || !sameMoment(now.Opens, w.Opens) || a.kind() != "extension"):
			a.add(changes, "amendment-closed", "the window %s has closed (%s): it can only be extended to a later instant, with type: extension", w.ID, show(w.Closes))
		case a.kind() == "extension" && !later:
			a.add(changes, "amendment-extension", "an extension moves the closing of %s later than %s", w.ID, show(w.Closes))
		}
	}
}

func sameMoment(a, b pdz.Moment) bool {
	return a.Known == b.Known && a.DateOnly == b.DateOnly && a.At.Equal(b.At)
}

func mustCanonical(n *Node) []byte {
	text, _ := canonical(n)
	return text
}
