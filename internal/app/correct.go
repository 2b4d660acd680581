package app

import "concerto/internal/pdz"

// A correction says why. Both versions stay, and who compares them a year later
// must not have to guess. The office writes in somebody else's name and must give
// the reason; the party is asked for one, and must give it where the definition
// says so (participation.correctionReason).

// FieldWhy is the answer that gives the reason, with the last click and on the keying
// screen. No field of a definition can be called so.
const FieldWhy = "_motivo"

// sayWhy moves the reason from the answers, where the last click put it, to its place.
func (d *Draft) sayWhy() {
	if why, ok := d.Answers[FieldWhy]; ok && len(why) > 0 {
		d.Reason = why[0]
	}
	delete(d.Answers, FieldWhy)
}

// checkReason reads why a sheet is corrected.
func (s *sheet) checkReason() (problems pdz.Problems) {
	if s.Corrects == "" {
		return nil
	}
	s.Reason, problems = cleanReason(s.Reason)
	for i := range problems {
		problems[i].Field = FieldWhy
	}
	if len(problems) == 0 && s.Reason == "" && (!s.byWeb() || s.process.Participation.CorrectionWhy) {
		problems.Add(FieldWhy, pdz.CodeRequired)
	}
	return problems
}
