package app_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

var october = app.ListInput{Title: "Elenco degli ammessi", ActNumber: "112", ActDate: pdz.Date{Year: 2013, Month: 10, Day: 21}}

func TestAListIsFrozenThoughLaterDecisionsChange(t *testing.T) {
	byOffice(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		v := w.adhere(t, "OdV La Lucerna", "99900020753", "a@b.example", at("2013-10-17T16:41:00.000"))
		w.set(at("2013-10-21T09:00:00.000"))
		_, err := w.PublishList(ctx, head, "lecce", "2014-2016", october, w.desk())
		refused(t, "before every sheet is decided on", err, app.CodeListUndecided)
		if err := w.Decide(ctx, officer, "lecce", v.Code, app.Decision{Verdict: app.Admitted}, w.desk()); err != nil {
			t.Fatal(err)
		}
		if _, err = w.PublishList(ctx, officer, "lecce", "2014-2016", october, w.desk()); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("an officer published: %v", err)
		}
		id, err := w.PublishList(ctx, head, "lecce", "2014-2016", october, w.desk())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Decide(ctx, officer, "lecce", v.Code, app.Decision{Verdict: app.NotAdmitted, Reason: "rinuncia"}, w.desk()); err != nil {
			t.Fatal(err)
		}
		list, err := w.List(ctx, "lecce", "2014-2016", id)
		if err != nil {
			t.Fatal(err)
		}
		want := app.ListEntry{Number: v.Number, Name: "OdV La Lucerna", Category: "Cooperativa sociale", Verdict: app.Admitted}
		if len(list.Entries) != 1 || list.Entries[0] != want || list.ActNumber != "112" {
			t.Errorf("the published list says %+v, want %+v", list, want)
		}
		now, _, err := w.ListPreview(ctx, head, "lecce", "2014-2016")
		if err != nil || now[0].Verdict != app.NotAdmitted || now[0].Ground != "rinuncia" {
			t.Errorf("the next list would say %+v, %v", now, err)
		}
		if _, err := w.List(ctx, "lecce", "2099-2100", id); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("the list under another process: %v", err)
		}
	})
}

func TestAListNamesNobody(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		const person, phone, mail, code = "Canarina Segreti", "0832 998877", "canarina@segreta.example", "LZZMRZ84S45X201V"
		citizen := pdz.Answers{"categoria": {"libero-cittadino"}, "codice-fiscale": {code}, "recapito-email": {mail}, "recapito-telefono": {phone},
			"nome-cognome": {person}, "tavoli-scelti": {"poverta"}, "presa-visione-privacy": {"si"}}
		if _, err := w.send(t, ctx, citizen, at("2013-10-17T16:41:00.000")); err != nil {
			t.Fatal(err)
		}
		body := with(with(with(cooperative(), "nome-cognome", person), "recapito-email", mail), "recapito-telefono", phone)
		first, err := w.send(t, ctx, body, at("2013-10-17T16:42:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		other, err := w.send(t, ctx, with(body, "recapito-email", "b@altra.example"), at("2013-10-17T16:43:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		w.adhere(t, "Ponte di Carta", "99900030752", "p@c.example", at("2013-10-18T12:00:00.001"))
		_, problems, err := w.ListPreview(ctx, head, "lecce", "2014-2016")
		if err != nil || len(problems) != 1 || problems[0].Code != app.CodeListTwins || problems[0].Args[0] != other.Adhesion.Number {
			t.Errorf("with a duplicate that waits: %v, %v", problems, err)
		}
		err = w.SettleDuplicate(ctx, officer, "lecce", app.Chosen{Code: first.Adhesion.Code}, app.Chosen{Code: other.Adhesion.Code},
			"la dottoressa Segreti l’ha mandata due volte", w.desk())
		if err != nil {
			t.Fatal(err)
		}
		w.set(at("2013-10-21T09:00:00.000"))
		id, err := w.PublishList(ctx, head, "lecce", "2014-2016", october, w.desk())
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.List(ctx, "lecce", "2014-2016", id)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"Canarina", "Segreti", phone, mail, code, "99900010754", "b@altra"} {
			if strings.Contains(strings.ToLower(string(text)), strings.ToLower(secret)) {
				t.Errorf("the list tells %q:\n%s", secret, text)
			}
		}
		var got []string
		for _, e := range list.Entries {
			got = append(got, e.Name+" "+e.Verdict)
		}
		if want := " admitted|Cooperativa sociale Il Melograno admitted|Cooperativa sociale Il Melograno notAdmitted|Ponte di Carta notAdmitted"; strings.Join(got, "|") != want {
			t.Errorf("entries %q, want %q", strings.Join(got, "|"), want)
		}
		if !list.Entries[2].Withheld || !strings.Contains(list.Entries[3].Ground, "dopo le ore 12:00") {
			t.Errorf("grounds: %+v", list.Entries)
		}
	})
}

func TestAListHasAnAct(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.adhere(t, "OdV La Lucerna", "99900020753", "a@b.example", at("2013-10-17T16:41:00.000"))
		for _, tt := range []struct {
			name, field, code string
			in                app.ListInput
		}{
			{"no title", app.FieldTitle, pdz.CodeRequired, app.ListInput{ActNumber: "1", ActDate: october.ActDate}},
			{"no number", app.FieldActNumber, pdz.CodeRequired, app.ListInput{Title: "Elenco", ActDate: pdz.Date{Year: 2013, Month: 10, Day: 17}}},
			{"no date", app.FieldActDate, pdz.CodeRequired, app.ListInput{Title: "Elenco", ActNumber: "1"}},
			{"tomorrow", app.FieldActDate, app.CodeListDate, october},
		} {
			_, err := w.PublishList(t.Context(), head, "lecce", "2014-2016", tt.in, w.desk())
			refused(t, tt.name, err, tt.code)
		}
	})
}
