package app_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// An export reads page by page what the list reads whole: under every filter both
// have the same sheets and say the same of them.
func TestAnExportHasTheRowsOfTheInbox(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		first := w.adhere(t, "Il Melograno", partitaIVA(21), "a@b.example", at("2013-10-17T16:52:00.000"))
		for n := 22; n < 25; n++ {
			w.adhere(t, "Cooperativa", partitaIVA(n), "c@d.example", at("2013-10-17T17:00:00.000"))
		}
		w.set(at("2013-10-18T12:20:00.000"))
		w.take(t, anna, w.paper("18/10/2013 12:03", with(with(cooperative(), "codice-fiscale", partitaIVA(31)), "denominazione", "Società Élite")))
		w.take(t, bruno, w.paper("18/10/2013 11:58", pdz.Answers{"categoria": {"odv"}, "denominazione": {"OdV Nonni di Paese"}}))
		w.take(t, anna, w.paper("18/10/2013 11:57", with(cooperative(), "codice-fiscale", partitaIVA(21)))) // a duplicate of the first, on another page
		if err := w.Decide(t.Context(), officer, "lecce", first.Code, app.Decision{Verdict: app.AskedMore, Reason: "manca l’atto", Asked: "=atto"}, w.desk()); err != nil {
			t.Fatal(err)
		}
		rows, err := w.Inbox(t.Context(), anna, "lecce", "2014-2016")
		if err != nil {
			t.Fatal(err)
		}
		filters := []app.InboxFilter{{}, {Channel: "fax"}, {Category: "odv"}, {Table: "poverta"}, {State: app.AdhesionLate}, {Words: "elite"}, {Words: "zz"}, {Sort: "nome"}}
		for _, c := range app.Checks {
			filters = append(filters, app.InboxFilter{Check: c})
		}
		for _, f := range filters {
			want := f.Sift(rows)
			slices.SortFunc(want, func(x, y app.InboxRow) int { return x.Seq - y.Seq })
			got := w.exported(t, anna, f)
			if diff := cmp.Diff(want, inboxRows(got)); diff != "" {
				t.Errorf("%+v (-list +export):\n%s", f, diff)
			}
		}
		all := w.exported(t, anna, app.InboxFilter{})
		if x := all[0]; x.Phone == "" || x.Answers.Get("denominazione") != "Il Melograno" || x.Decision != app.AskedMore || x.Reason != "manca l’atto" ||
			x.Asked != "=atto" || x.Due.IsZero() || len(x.Twins) != 1 {
			t.Errorf("the first sheet is %+v", x)
		}
	})
}

// exported gathers an export.
func (w *world) exported(t *testing.T, who app.Actor, f app.InboxFilter) (all []app.ExportedSheet) {
	t.Helper()
	sheets, err := w.ExportAdhesions(t.Context(), who, "lecce", "2014-2016", f)
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range sheets {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, *x)
	}
	return all
}

func inboxRows(all []app.ExportedSheet) []app.InboxRow {
	rows := []app.InboxRow{}
	for _, x := range all {
		rows = append(rows, x.InboxRow)
	}
	return rows
}

func TestAnExportIsForWhoReadsTheInbox(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for _, role := range []app.Role{app.Anonymous, app.SignedIn, app.Delegate, app.HelpDesk, app.Operator, app.Officer, app.Head, app.Auditor} {
			who := app.Actor{Role: role, Person: "x"}
			_, list := w.Inbox(t.Context(), who, "lecce", "2014-2016")
			_, export := w.ExportAdhesions(t.Context(), who, "lecce", "2014-2016", app.InboxFilter{})
			if errors.Is(list, app.ErrForbidden) != errors.Is(export, app.ErrForbidden) {
				t.Errorf("%s: the list says %v, the export %v", role, list, export)
			}
		}
		if _, err := w.ExportAdhesions(t.Context(), anna, "brindisi", "2014-2016", app.InboxFilter{}); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("of another Ambito: %v, want %v", err, app.ErrNotFound)
		}
	})
}
