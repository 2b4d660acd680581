package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/internal/register"
	"concerto/internal/store/q"
)

// canary is in everything that the person of these tests writes.
const canary = "Zaffiro"

// canarySheet is a sheet of a body that is nowhere else.
func canarySheet() pdz.Answers {
	a := with(cooperative(), "denominazione", "Cooperativa "+canary)
	a = with(with(a, "codice-fiscale", "99900050750"), "recapito-email", canary+"@posta.example")
	return with(with(a, "nome-cognome", "Ada "+canary), "attese", "Un centro, scrive "+canary+".")
}

// everythingErasable does to a sheet all that can be done to one, and returns it with
// the receipt its owner took home.
func everythingErasable(t *testing.T, w *world) (app.AdhesionView, []byte) {
	t.Helper()
	ctx := t.Context()
	d, err := w.StartDraft(ctx, "lecce", "2014-2016", "scheda-adesione")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SaveDraft(ctx, "lecce", d.Token, 5, canarySheet()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Attach(ctx, "lecce", d.Token, "atto-costitutivo", canary+".pdf", []byte(smallPDF+"%"+canary)); err != nil {
		t.Fatal(err)
	}
	rc, err := w.SubmitDraft(ctx, app.Actor{Role: app.Anonymous}, "lecce", d.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()})
	if err != nil {
		t.Fatal(err)
	}
	w.confirm(t, rc.Adhesion)
	code := rc.Adhesion.Code
	mine := app.Actor{Role: app.Delegate, Email: canary + "@posta.example"}
	err = w.Invite(ctx, mine, "lecce", w.party(t, code), app.Invitation{Name: "Vito " + canary, Email: "vito-" + canary + "@posta.example", Role: app.BodyDelegate}, w.clock())
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.StartCorrection(ctx, mine, "lecce", code)
	if err != nil {
		t.Fatal(err)
	}
	other := pdz.Answers{"nome-cognome": {"Zoe " + canary}, "recapito-email": {"zoe-" + canary + "@posta.example"}, "ruolo": {"delegato"}}
	if _, err := w.SaveDraft(ctx, "lecce", c.Token, 5, other); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Attach(ctx, "lecce", c.Token, "delega", "delega-"+canary+".pdf", []byte(smallPDF+"%delega "+canary)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SubmitDraft(ctx, mine, "lecce", c.Token, nil, app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
		t.Fatal(err)
	}
	err = w.Decide(ctx, officer, "lecce", code, app.Decision{Verdict: app.AskedMore, Asked: "la firma di " + canary, Reason: "manca, " + canary}, w.desk())
	if err != nil {
		t.Fatal(err)
	}
	again := app.Actor{Role: app.LinkHolder, Matter: code} // a correction begun and not sent, with the same words
	if _, err := w.StartCorrection(ctx, again, "lecce", code); err != nil {
		t.Fatal(err)
	}
	if err := w.AskErasure(ctx, app.Actor{Role: app.LinkHolder, Matter: code}, "lecce", code, "Lo chiede "+canary, w.clock()); err != nil {
		t.Fatal(err)
	}
	w.deliver(t)
	receipt, err := rc.Proof.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Adhesion(ctx, system, "lecce", code)
	if err != nil {
		t.Fatal(err)
	}
	return *v, receipt
}

// leaks lists where the canary is in the database, whatever the table.
func leaks(t *testing.T, w *world) []string {
	t.Helper()
	db := rawDB(t, w)
	var found []string
	for _, table := range slices.Concat(app.RegisterTables, app.ActTables, app.WorkTables) {
		rows, err := db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				text := fmt.Sprint(v)
				if b, ok := v.([]byte); ok {
					text = string(b)
				}
				if strings.Contains(strings.ToLower(text), strings.ToLower(canary)) || strings.Contains(text, "99900050750") {
					found = append(found, table+"."+names[i])
				}
			}
		}
		rows.Close()
	}
	return found
}

func (w *world) erase(t *testing.T, matter string) {
	t.Helper()
	if err := w.Erase(t.Context(), head, "lecce", matter, "richiesta dell’interessato", w.desk()); err != nil {
		t.Fatal(err)
	}
}

func TestAnErasureLeavesTheRegisterWholeAndNobodyInIt(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		if _, err := w.send(t, ctx, cooperative(), w.clock()); err != nil {
			t.Fatal(err)
		}
		before, receipt := everythingErasable(t, w)
		if len(leaks(t, w)) < 10 {
			t.Fatalf("the canary is in %v only", leaks(t, w))
		}
		counts, err := w.Tally(ctx, "lecce", "2014-2016")
		if err != nil {
			t.Fatal(err)
		}
		checkpoint, err := w.Checkpoint(ctx, "lecce")
		if err != nil {
			t.Fatal(err)
		}
		w.erase(t, before.Code)

		if found := leaks(t, w); len(found) > 0 {
			t.Errorf("the canary is still in %v", found)
		}
		audit(t, w)
		after, err := w.Adhesion(ctx, system, "lecce", before.Code)
		if err != nil {
			t.Fatal(err)
		}
		if after.Number != before.Number || after.State != before.State || after.Category != before.Category || after.PartyName != "" ||
			after.Verdict.Timeliness != before.Verdict.Timeliness || after.Verdict.Margin != before.Verdict.Margin ||
			!after.ReceivedAt.Equal(before.ReceivedAt) || !slices.Equal(after.Tables, before.Tables) || len(after.Versions) != len(before.Versions) {
			t.Errorf("after: %+v, before: %+v", after, before)
		}
		now, err := w.Tally(ctx, "lecce", "2014-2016")
		if err != nil || now.Adhesions != counts.Adhesions || now.InForce != counts.InForce || now.ByTable["poverta"] != counts.ByTable["poverta"] {
			t.Errorf("counts: %d %d %v, want %d %d %v (%v)", now.Adhesions, now.InForce, now.ByTable, counts.Adhesions, counts.InForce, counts.ByTable, err)
		}
		verify(t, w, receipt, checkpoint)
		if _, err := w.PublicReceipt(ctx, "lecce", before.Code); err != nil {
			t.Errorf("the public receipt: %v", err)
		}
	})
}

// verify checks a receipt that was taken home, against the log as it is now.
func verify(t *testing.T, w *world, receipt, checkpoint []byte) {
	t.Helper()
	key, err := w.LogKey(t.Context(), "lecce")
	if err != nil {
		t.Fatal(err)
	}
	newest, err := w.Checkpoint(t.Context(), "lecce")
	if err != nil {
		t.Fatal(err)
	}
	files := []register.NamedFile{{Name: "ricevuta.json", Data: receipt}}
	if rep := register.Verify(files, register.Options{Keys: []string{key}, Witnessed: [][]byte{newest}}); rep.Code != register.Valid {
		t.Errorf("the receipt taken home: %s", rep.Text())
	}
	if string(newest) == string(checkpoint) {
		t.Error("the erasure left no act")
	}
}

func TestWhatWasErasedIsClosed(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		v, _ := everythingErasable(t, w)
		for who, want := range map[app.Role]error{app.Officer: app.ErrForbidden, app.Auditor: app.ErrForbidden, app.Delegate: app.ErrForbidden} {
			if err := w.Erase(ctx, app.Actor{Role: who}, "lecce", v.Code, "perché sì", w.desk()); !errors.Is(err, want) {
				t.Errorf("erased by %s: %v, want %v", who, err, want)
			}
		}
		refused(t, "no reason", w.Erase(ctx, head, "lecce", v.Code, " ", w.desk()), pdz.CodeRequired)
		w.erase(t, v.Code)
		link := app.Actor{Role: app.LinkHolder, Matter: v.Code}
		web := app.Arrival{Channel: "web", ReceivedAt: w.clock()}
		for what, fn := range map[string]func() error{
			"seen by its link": func() error { _, err := w.Receipt(ctx, link, "lecce", v.Code); return err },
			"withdrawn":        func() error { _, err := w.Withdraw(ctx, link, "lecce", v.Code, "k", "", web); return err },
			"corrected":        func() error { _, err := w.StartCorrection(ctx, link, "lecce", v.Code); return err },
			"corrected by the office": func() error {
				_, err := w.Adhere(ctx, officer, app.AdhesionInput{Ambito: "lecce", Process: "2014-2016", Form: "scheda-adesione",
					Answers: with(canarySheet(), "codice-fiscale", v.Code), Key: "k2", Corrects: v.Code, Arrival: web})
				return err
			},
			"decided": func() error {
				return w.Decide(ctx, officer, "lecce", v.Code, app.Decision{Verdict: app.AskedMore, Asked: "tutto"}, w.desk())
			},
			"seen by who sent it": func() error {
				_, err := w.Receipt(ctx, app.Actor{Role: app.Delegate, Email: canary + "@posta.example"}, "lecce", v.Code)
				return err
			},
		} {
			if err := fn(); err == nil {
				t.Errorf("what was erased could be %s", what)
			}
		}
		if err := w.Erase(ctx, head, "lecce", v.Code, "ancora", w.desk()); err == nil {
			t.Error("erased twice")
		}
		again, err := w.send(t, ctx, canarySheet(), w.clock())
		if err != nil || again.Adhesion.State != app.AdhesionActive || again.Adhesion.Number == v.Number {
			t.Errorf("the body adheres again: %+v, %v", again, err)
		}
	})
}

// TestErasedActsAreStillWatched changes by hand what is left of them.
func TestErasedActsAreStillWatched(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		v, _ := everythingErasable(t, w)
		w.erase(t, v.Code)
		audit(t, w)
		db := rawDB(t, w)
		for _, column := range columns(t, db, "act") {
			var old any
			if err := db.QueryRow(fmt.Sprintf("SELECT %s FROM act WHERE matter = '%s' AND n = %d", column, v.Code, v.Versions[0].Index)).Scan(&old); err != nil {
				t.Fatal(err)
			}
			set := func(value any, where string) {
				if _, err := db.Exec(fmt.Sprintf("UPDATE act SET %s = $1 WHERE %s", column, where), value); err != nil {
					t.Fatalf("%s: %v", column, err)
				}
			}
			changed := other(t, "act", column, old)
			place := fmt.Sprintf("ambito = 'lecce' AND n = %d", v.Versions[0].Index)
			set(changed, place)
			rep, err := w.Audit(t.Context())
			if err == nil && rep.OK() {
				t.Errorf("act.%s of an erased act was changed and the audit found nothing", column)
			}
			switch column {
			case "ambito":
				place = fmt.Sprintf("ambito = '%v' AND n = %d", changed, v.Versions[0].Index)
			case "n":
				place = fmt.Sprintf("ambito = 'lecce' AND n = %v", changed)
			}
			set(old, place)
		}
		audit(t, w)
	})
}

// TestNothingIsErasedInSilence takes the content of an act away by hand.
func TestNothingIsErasedInSilence(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		rc, err := w.send(t, t.Context(), cooperative(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		act, err := w.Store.Read().Act(t.Context(), q.ActParams{Ambito: "lecce", N: rc.Adhesion.Index})
		if err != nil {
			t.Fatal(err)
		}
		db := rawDB(t, w)
		set := func(body, bodySalt, files, filesSalt, author, authorSalt any) {
			t.Helper()
			_, err := db.Exec("UPDATE act SET body = $1, body_salt = $2, files = $3, files_salt = $4, author = $5, author_salt = $6 WHERE n = $7",
				body, bodySalt, files, filesSalt, author, authorSalt, act.N)
			if err != nil {
				t.Fatal(err)
			}
		}
		set(nil, nil, nil, nil, nil, nil)
		if rep, err := w.Audit(t.Context()); err == nil && rep.OK() {
			t.Error("an act lost its content and the audit found nothing")
		}
		set(act.Body.String, act.BodySalt, nil, nil, act.Author.String, act.AuthorSalt)
	})
}

func TestWhoIsNamedElsewhereStaysThere(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		first, err := w.send(t, ctx, cooperative(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		w.set(w.clock().Add(time.Minute))
		second, err := w.send(t, ctx, with(with(with(cooperative(), "codice-fiscale", "99900020753"), "denominazione", "OdV La Lucerna"), "recapito-telefono", "0832 111111"), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		w.erase(t, second.Adhesion.Code)
		row, err := w.Store.Read().Adhesion(ctx, q.AdhesionParams{Ambito: "lecce", Code: first.Adhesion.Code})
		if err != nil {
			t.Fatal(err)
		}
		person, err := w.Store.Read().Person(ctx, q.PersonParams{Ambito: "lecce", ID: row.Person})
		if err != nil || person.Name != "Ada Marangio" || person.Phone != "0832 000000" {
			t.Errorf("the person is as the other sheet says: %+v, %v", person, err)
		}
		home, err := w.Home(ctx, app.Actor{Role: app.SignedIn, Email: "info@ilmelograno.example"})
		if err != nil || len(home.Ambiti) != 1 || len(home.Ambiti[0].Bodies) != 1 || len(home.Ambiti[0].Bodies[0].Sheets) != 1 {
			t.Errorf("home: %+v, %v", home, err)
		}
	})
}

// TestErasuresInAnyOrderAuditClean erases one after another all that the other tests
// make, forwards and backwards: merged, replaced, decided, judged again, by fax.
func TestErasuresInAnyOrderAuditClean(t *testing.T) {
	for _, backwards := range []bool{false, true} {
		t.Run(fmt.Sprint("backwards ", backwards), func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				everyTable(t, w)
				third, err := w.send(t, t.Context(), cooperative(), w.clock())
				if err != nil {
					t.Fatal(err)
				}
				w.confirm(t, third.Adhesion) // takes the place of the first
				late := w.fax(t, officer, "Parrocchia San Lazzaro", "99900060759", "17/10/2013", "09:10")
				w.second(t, second, late)
				rows, err := w.Store.Read().SheetsOfProcess(t.Context(), q.SheetsOfProcessParams{Ambito: "lecce", Process: "2014-2016"})
				if err != nil {
					t.Fatal(err)
				}
				if backwards {
					slices.Reverse(rows)
				}
				states := map[string]string{}
				for _, x := range rows {
					states[x.Code] = x.State
				}
				for _, x := range rows {
					if err := w.Erase(t.Context(), head, "lecce", x.Code, "prova", w.desk()); errors.As(err, new(pdz.Problems)) {
						continue // went with another
					} else if err != nil {
						t.Fatalf("%s: %v", x.Number, err)
					}
					if t.Failed() {
						return
					}
					audit(t, w)
				}
				after, err := w.Store.Read().SheetsOfProcess(t.Context(), q.SheetsOfProcessParams{Ambito: "lecce", Process: "2014-2016"})
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range after {
					if x.State != states[x.Code] || x.PartyName != "" || x.Email != "" {
						t.Errorf("%s is %s and was %s: %q %q", x.Number, x.State, states[x.Code], x.PartyName, x.Email)
					}
				}
			})
		})
	}
}

// TestWhoLeftHasLeftAlsoAfterAnErasure ends mandates by acts on a sheet that goes.
func TestWhoLeftHasLeftAlsoAfterAnErasure(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		first, party := w.body(t, cooperative())
		if _, err := w.Withdraw(ctx, signed(ada), "lecce", first.Code, "k", "", app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		second, _ := w.body(t, cooperative())
		id := w.invite(t, signed(ada), party, app.Invitation{Name: "Vito Tarricone", Email: "vito@posta.example", Role: app.BodyDelegate})
		if err := w.AnswerInvitation(ctx, signed("vito@posta.example"), "lecce", id, true, w.clock()); err != nil {
			t.Fatal(err)
		}
		if err := w.EndMandate(ctx, officer, "lecce", party, w.mandate(t, party, ada).Ref(), "dimissioni", w.clock()); err != nil {
			t.Fatal(err)
		}
		w.erase(t, first.Code)
		audit(t, w)
		w.set(w.clock().Add(time.Minute))
		if w.owns(t, ada, second.Code) || !w.owns(t, "vito@posta.example", second.Code) {
			t.Error("the erasure of one sheet changed who acts for the body")
		}
		w.erase(t, id)
		audit(t, w)
		if w.owns(t, "vito@posta.example", second.Code) {
			t.Error("an erased invitation still gives power")
		}
		w.erase(t, second.Code)
	})
}

func TestAQuestionIsErasedAndItsAnswerForEverybodyStays(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		who := w.staff(t, "o-1", app.Officer)
		in := w.webQuestion("Posso venire con " + canary + "?")
		in.Name, in.Contact, in.Key = canary, canary+"@posta.example", "chiave"
		v := w.ask(t, anyone, in)
		if err := w.Answer(ctx, who, app.AnswerInput{Ambito: "lecce", ID: v.ID, Words: "Sì, " + canary + ".", Seen: v.Act, ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.PublishFAQ(ctx, who, app.FAQInput{Ambito: "lecce", Question: v.ID, Words: "Si può venire con qualcuno?", AnswerInFull: "Sì.", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		w.deliver(t)
		w.erase(t, v.ID)
		audit(t, w)
		if found := leaks(t, w); len(found) > 0 {
			t.Errorf("the canary is still in %v", found)
		}
		if public, err := w.FAQs(ctx, "lecce"); err != nil || len(public) != 1 || public[0].Answer != "Sì." {
			t.Errorf("what everybody may read: %+v, %v", public, err)
		}
	})
}

func TestWhatIsDueIsShownAndNothingGoesByItself(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		rc, err := w.send(t, ctx, cooperative(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		for when, want := range map[string]int{"2021-12-31T23:59:59.999": 0, "2022-01-01T00:00:00.000": 1} {
			w.set(at(when))
			due, err := w.Due(ctx, head, "lecce")
			if err != nil || len(due) != want {
				t.Errorf("due at %s: %+v, %v; want %d", when, due, err, want)
			}
			if want == 1 && (due[0].Number != rc.Adhesion.Number || due[0].Then != "anonymise") {
				t.Errorf("due: %+v", due[0])
			}
		}
		if err := w.ForgetDrafts(ctx); err != nil {
			t.Fatal(err)
		}
		w.check(t, rc.Adhesion.Code, app.AdhesionActive)
		if _, err := w.Due(ctx, app.Actor{Role: app.Delegate}, "lecce"); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("a delegate sees what is due: %v", err)
		}
	})
}

func TestARequestForErasureIsAnsweredOrDone(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		rc, err := w.send(t, ctx, cooperative(), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		code, mine := rc.Adhesion.Code, app.Actor{Role: app.SignedIn, Email: "info@ilmelograno.example"}
		if err := w.AskErasure(ctx, app.Actor{Role: app.SignedIn, Email: "altro@b.example"}, "lecce", code, "", w.clock()); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("asked by somebody else: %v", err)
		}
		if err := w.AskErasure(ctx, mine, "lecce", code, "Non siamo più noi.", w.clock()); err != nil {
			t.Fatal(err)
		}
		_, asked, err := w.Erasures(ctx, head, "lecce")
		if err != nil || len(asked) != 1 || asked[0].Words != "Non siamo più noi." || asked[0].Number != rc.Adhesion.Number {
			t.Fatalf("asked: %+v, %v", asked, err)
		}
		refused(t, "no reason", w.RefuseErasure(ctx, head, "lecce", code, "", w.clock()), pdz.CodeRequired)
		if err := w.RefuseErasure(ctx, head, "lecce", code, "L’avviso la conserva fino al 2021.", w.clock()); err != nil {
			t.Fatal(err)
		}
		told := false
		for _, m := range w.deliver(t) {
			told = told || m.To == mine.Email && strings.Contains(m.Text, "L’avviso la conserva fino al 2021.")
		}
		if !told {
			t.Error("nobody was told why")
		}
		w.erase(t, code)
		if done, asked, err := w.Erasures(ctx, head, "lecce"); err != nil || len(asked) != 0 || len(done) != 1 {
			t.Errorf("after the erasure: %+v %+v, %v", done, asked, err)
		}
	})
}
