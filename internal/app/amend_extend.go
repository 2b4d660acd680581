package app

import (
	"context"
	"time"

	"concerto/internal/definition"
	"concerto/internal/pdz"
)

// Fields of the form of an extension, as problems name them, beside those of any act.
const (
	FieldWindow     = "finestra"
	FieldClosingDay = "giorno"
	FieldClosing    = "ora"
	FieldWording    = "parole"
)

// Problem codes of the form of an extension.
const (
	CodeExtensionEarlier = "extension.earlier" // not later than the closing in force; that closing
	CodeExtensionWindow  = "extension.window"  // no window with a known closing has that id; no arguments
	CodeExtensionAct     = "extension.act"     // the act is dated after today; no arguments
)

// ExtensionCodes are all the codes above.
var ExtensionCodes = []string{CodeExtensionEarlier, CodeExtensionWindow, CodeExtensionAct}

// Extension is the commonest amendment, as a form asks for it.
type Extension struct {
	Window         string
	Closes         time.Time
	Number         string   // of the act
	Date           pdz.Date // of the act
	Reason         string
	Wording        string // the notice's words for the new closing; empty: the usual ones, where it has some for the old
	Typed          pdz.Problems
	closesBefore   time.Time
	wordingWritten bool
}

// ExtensionFile writes the amendment file of an extension. Its problems come back
// all at once.
func (a *App) ExtensionFile(ctx context.Context, who Actor, ambito, slug string, e Extension, at time.Time) ([]byte, error) {
	if !who.is(Head) {
		return nil, ErrForbidden
	}
	base, err := definitionInForce(ctx, a.Store.Read(), ambito, slug)
	if err != nil {
		return nil, err
	}
	p, err := a.process(ctx, a.Store.Read(), ambito, base.Hash)
	if err != nil {
		return nil, err
	}
	if err := e.check(p, at); err != nil {
		return nil, err
	}
	if e.wordingWritten && e.Wording == "" {
		words := a.Words.For("it")
		e.Wording = words.T("entro e non oltre le ore %s del %s", words.Hour(e.Closes.In(p.Zone)), words.ShortDate(e.Closes.In(p.Zone)))
	}
	return definition.ExtensionFile([]byte(base.Resolved), definition.Extension{Window: e.Window, Closes: e.Closes.In(p.Zone), Number: e.Number,
		Date: e.Date.String(), Published: pdz.DateOf(at, p.Zone).String(), Reason: e.Reason, Wording: e.Wording})
}

// check cleans what was typed and finds all that is wrong with it.
func (e *Extension) check(p *pdz.Process, at time.Time) error {
	problems := e.Typed
	w, ok := p.Window(e.Window)
	if !ok || !w.Closes.Known {
		problems.Add(FieldWindow, CodeExtensionWindow)
	} else if e.closesBefore = w.Closes.Last(); !e.Closes.IsZero() && !e.Closes.After(e.closesBefore) {
		problems.Add(FieldClosingDay, CodeExtensionEarlier, e.closesBefore)
	}
	e.wordingWritten = w.Wording != ""
	if !e.wordingWritten {
		e.Wording = ""
	}
	for _, f := range []struct {
		id   string
		text *string
		must bool
	}{{FieldActNumber, &e.Number, true}, {FieldReason, &e.Reason, true}, {FieldWording, &e.Wording, false}} {
		clean, bad := pdz.Clean(*f.text, f.id == FieldReason)
		*f.text = clean
		switch {
		case bad != nil:
			problems.Add(f.id, bad.Code, bad.Args...)
		case f.must && clean == "":
			problems.Add(f.id, pdz.CodeRequired)
		case len([]rune(clean)) > maxReason:
			problems.Add(f.id, pdz.CodeTextLong, len([]rune(clean)), maxReason)
		}
	}
	if !e.Date.IsZero() && e.Date.Compare(pdz.DateOf(at, p.Zone)) > 0 {
		problems.Add(FieldActDate, CodeExtensionAct)
	}
	return problems.Err()
}

// ExtendWindow publishes an extension.
func (a *App) ExtendWindow(ctx context.Context, who Actor, ambito, slug string, e Extension, at time.Time) (*AmendmentView, error) {
	file, err := a.ExtensionFile(ctx, who, ambito, slug, e, at)
	if err != nil {
		return nil, err
	}
	return a.Amend(ctx, who, ambito, slug, file, at)
}
