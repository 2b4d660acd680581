//go:build rawfile

// This file is compiled as a file of package web when the floor of the rush is built, and
// never otherwise (go build -overlay; see ../main.go). It adds to the package and changes
// nothing of it: so the floor is the shipped web layer, with all that stands before a
// handler, and the shipped program knows nothing of floors.
package web

import (
	"net/http"
	"strings"
	"sync"

	"concerto/internal/app"
	"concerto/internal/register"
)

// NewRawFile makes a site that is the shipped one but for what follows the last click of
// an adhesion: the act goes to durable as one record, and to nothing else.
//
// What it does, as the shipped one: headers, host, cross-origin check, log and measures,
// language, dispatch, rule, reading the body and the instant of reception, the limit on
// posts by network, the process, the secret link of the draft and the draft from the
// database, the declarations, all checks of the form on every answer, canonical JSON of
// what was answered, and the page of the receipt, by the same template.
//
// What it leaves out, which is what the goal allows the shipped one to cost: everything
// between the checked form and the page. Number and code of the sheet, body, person and
// mandate found or made, the search for another sheet of the same body, the verdicts of
// the rules, their rows and those of the act, the leaf with its three commitments, the
// tree, the signed checkpoint, the message to send, the draft taken away, and reading it
// all back for the receipt. So the receipt it shows is another's, that of the first
// click, which took the shipped way: the page has the same size and costs the same.
func NewRawFile(c Config, durable func([]byte) error) (*Site, error) {
	s, err := New(c)
	if err != nil {
		return nil, err
	}
	table := Routes()
	for i, r := range table {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Pattern, "/{bozza}/"+slugSend) {
			table[i].Handler = (&rawFile{durable: durable}).submit
		}
	}
	s.muxes, err = buildMuxes(s, table)
	return s, err
}

type rawFile struct {
	durable func([]byte) error

	first    sync.Once
	specimen *app.AdhesionReceipt
	err      error
}

// rawRecord is what the file keeps of an act.
type rawRecord struct {
	Draft    string              `json:"draft"`
	Received int64               `json:"received"` // microseconds
	Answers  map[string][]string `json:"answers"`
}

func (x *rawFile) submit(s *Site, w http.ResponseWriter, r *http.Request) error {
	view, err := s.processOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return &malformedError{err}
	}
	f, err := s.fill(r)
	if err != nil {
		return err
	}
	made := f.declared(r)
	x.first.Do(func() {
		x.specimen, x.err = s.App.SubmitDraft(r.Context(), f.who, view.AmbitoID, f.Token, made, s.arrival(r, view.Process, f))
	})
	if x.err != nil {
		return x.err
	}
	for id, values := range made {
		f.Answers[id] = values
	}
	problems, err := s.App.CheckStep(r.Context(), f.Ambito, f.Process, f.Draft, "")
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.showSummary(w, r, f, http.StatusUnprocessableEntity, problems)
	}
	record, err := register.Canonical(rawRecord{f.Token, ReceivedAt(r.Context()).UnixMicro(), f.Answers})
	if err != nil {
		return err
	}
	if err := x.durable(record); err != nil {
		return err
	}
	return s.showReceipt(w, r, http.StatusCreated, view, x.specimen)
}
