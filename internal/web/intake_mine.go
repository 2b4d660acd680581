package web

import (
	"net/http"

	"concerto/internal/app"
)

// Who takes in sheets finds again those that they took in: the help desk has no other
// list, and at the counter a receipt is printed and handed over.

// recordedPage lists the sheets that the actor keyed in.
type recordedPage struct {
	Layout
	Rows []recordedRow
}

type recordedRow struct {
	Number, Name, Arrived, State, Email string
	Href                                string // of its receipt; empty where somebody wrote on it since
}

// handedPage is the receipt of one of them, to be printed.
type handedPage struct {
	Layout
	Receipt receiptView
	Email   string
	State   string
}

// sheetsHref is the list of sheets that an actor may open.
func (l *Layout) sheetsHref(who app.Actor) string {
	if Reader.takes(who) {
		return l.OfficeHref("adesioni")
	}
	return l.OfficeHref("registrate")
}

func (s *Site) recordedSheets(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	all, err := s.App.RecordedBy(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug)
	if err != nil {
		return err
	}
	p := &recordedPage{Layout: s.officeLayout(r, v, "adesioni")}
	p.Title = p.T("Le schede che hai registrato")
	p.Crumbs = []Link{{Text: p.Title}}
	for _, x := range all {
		c, _ := v.Channel(x.Channel)
		row := recordedRow{Number: x.Number, Name: x.PartyName, Arrived: p.dayMark(x.ReceivedAt) + ", " + hourOf(c, x.ReceivedAt),
			State: p.stateText(x.State), Email: x.Email}
		if x.Latest {
			row.Href = p.OfficeHref("registrate/" + x.Code)
		}
		p.Rows = append(p.Rows, row)
	}
	return s.show(w, r, http.StatusOK, "recorded", p)
}

func (s *Site) recordedReceipt(w http.ResponseWriter, r *http.Request) error {
	v, err := s.processOf(r)
	if err != nil {
		return err
	}
	rc, err := s.App.RecordedReceipt(r.Context(), Who(r.Context()), v.AmbitoID, v.Slug, r.PathValue("codice"))
	if err != nil {
		return err
	}
	p := &handedPage{Layout: s.officeLayout(r, v, "adesioni"), Email: rc.Adhesion.Email}
	p.Title = p.T("Ricevuta %s", rc.Adhesion.Number)
	p.Crumbs = []Link{{p.T("Le schede che hai registrato"), p.OfficeHref("registrate")}, {Text: p.Title}}
	p.State = p.stateText(rc.Adhesion.State)
	if p.Receipt, err = s.receiptView(&p.Layout, rc); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "recorded-receipt", p)
}
