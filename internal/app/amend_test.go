package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/mail"
	"concerto/internal/pdz"
	"concerto/internal/register"
)

var theHead = app.Actor{Role: app.Head}

// extension moves the closing of the enrolment.
func extension(closes time.Time) app.Extension {
	return app.Extension{Window: "iscrizione", Closes: closes, Number: "31", Date: pdz.Date{Year: 2013, Month: time.October, Day: 16},
		Reason: "Il fax dell’Ufficio è rimasto guasto per un’ora."}
}

// sheet is the good sheet of a body, under another tax code and address.
func sheet(taxCode, email string) pdz.Answers {
	a := cooperative()
	a["codice-fiscale"], a["recapito-email"] = []string{taxCode}, []string{email}
	return a
}

const (
	firstCode  = "99900010754"
	secondCode = "99900020753"
	thirdCode  = "99900030752"
)

// amendment writes an amendment file of the Lecce definition.
func amendment(version, kind, changes string) []byte {
	return []byte("concerto: 1\nkind: amendment\nid: rettifica\namends: lecce-2014-2016@" + version + "\ntype: " + kind +
		"\nact: {body: coordinamento, kind: deliberation, number: \"31\", date: \"2013-10-16\"}\ndate: \"2013-10-16\"\nreason: Serve.\nchanges:\n" + changes)
}

const shortening = `  - {path: windows/iscrizione/closes, old: "2013-10-18T12:00", new: "2013-10-17T20:00", wording: entro le ore 20.00 del 17 ottobre 2013, why: Serve prima.}` + "\n"

func (w *world) sent(t *testing.T, a pdz.Answers, when string) app.AdhesionView {
	t.Helper()
	rc, err := w.send(t, t.Context(), a, at(when))
	if err != nil {
		t.Fatal(err)
	}
	return rc.Adhesion
}

func TestAnExtensionMakesExactlyTheLateSheetsBeforeItTimely(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		onTime := w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-18T12:00:00.000")
		late := w.sent(t, sheet(secondCode, "due@example.org"), "2013-10-18T12:31:00.000")
		w.set(at("2013-10-19T15:00:00.000"))
		tooLate := w.sent(t, sheet(thirdCode, "tre@example.org"), "2013-10-19T12:00:00.001")
		receipt, err := w.Receipt(ctx, app.Actor{Role: app.System}, "lecce", late.Code)
		if err != nil {
			t.Fatal(err)
		}
		before, err := w.Process(ctx, "lecce", "2014-2016")
		if err != nil {
			t.Fatal(err)
		}
		w.deliver(t)
		w.set(at("2013-10-19T15:30:00.000"))
		got, err := w.ExtendWindow(ctx, theHead, "lecce", "2014-2016", extension(at("2013-10-19T12:00:00.000")), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		if got.Version != 2 || got.ActNumber != "31" || len(got.Closings) != 1 || !got.Closings[0].Old.At.Equal(at("2013-10-18T12:00:00.000")) {
			t.Errorf("amendment %+v", got)
		}
		w.check(t, onTime.Code, app.AdhesionActive)
		w.check(t, late.Code, app.AdhesionActive)
		w.check(t, tooLate.Code, app.AdhesionLate)
		v, err := w.Adhesion(ctx, app.Actor{Role: app.System}, "lecce", late.Code)
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict.Timeliness != pdz.Timely || v.Verdict.Definition != got.Hash || !v.Verdict.Closes.Equal(at("2013-10-19T12:00:00.000")) {
			t.Errorf("verdict on the late sheet: %+v", v.Verdict)
		}
		both(t, w, late.Code, before.Hash, got.Hash)
		again, err := w.Receipt(ctx, app.Actor{Role: app.System}, "lecce", late.Code)
		if err != nil {
			t.Fatal(err)
		}
		sameReceipt(t, w, receipt.Proof, again.Proof, before.Hash)
		told(t, w.deliver(t), map[string]string{"uno@example.org": "non cambia nulla", "due@example.org": "è nel termine", "tre@example.org": ""})
		audit(t, w)
	})
}

// sameReceipt demands that a receipt that was issued before still verifies, is the
// one that is issued now, and says the version it was issued under.
func sameReceipt(t *testing.T, w *world, issued, now *register.Receipt, hash string) {
	t.Helper()
	leaf, err := issued.Leaf()
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%x", leaf.Definition) != hash || !bytes.Equal(issued.Proof.Leaf, now.Proof.Leaf) {
		t.Errorf("the receipt says the version %x, want %s", leaf.Definition, hash)
	}
	text, err := issued.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.LogKey(t.Context(), "lecce")
	if err != nil {
		t.Fatal(err)
	}
	rep := register.Verify([]register.NamedFile{{Name: "ricevuta.json", Data: text}}, register.Options{Keys: []string{key}})
	if rep.Code != register.Valid {
		t.Errorf("the receipt issued before does not verify: %+v", rep)
	}
}

// both demands that the verdicts of both versions stay, the newer one counting.
func both(t *testing.T, w *world, code, old, now string) {
	t.Helper()
	why, err := w.Why(t.Context(), app.Actor{Role: app.Officer}, "lecce", code)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]pdz.Timeliness{}
	for _, j := range why.Judgements {
		got[j.Process.Hash] = j.Verdict.Timeliness
		if !j.Same {
			t.Errorf("judged by version %d again it comes out otherwise", j.Process.Version)
		}
	}
	if len(why.Judgements) != 2 || got[old] != pdz.Late || got[now] != pdz.Timely || why.Judgements[0].Process.Hash != now {
		t.Errorf("judgements %v, want late by %s and timely by %s", got, old, now)
	}
}

// told demands that each address got the words, or nothing.
func told(t *testing.T, mails []mail.Message, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, m := range mails {
		if strings.HasPrefix(m.Subject, "Rettifica") {
			got[m.To] += m.Text
		}
	}
	for to, words := range want {
		if words == "" && got[to] != "" || !strings.Contains(got[to], words) {
			t.Errorf("to %s: %q, want %q", to, got[to], words)
		}
		if words != "" && !strings.Contains(got[to], "il termine è") {
			t.Errorf("to %s: nothing of the new term in %q", to, got[to])
		}
	}
}

func TestAShorteningMakesNoneLateAndBindsWhoComesLater(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		early := w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-17T21:00:00.000")
		w.set(at("2013-10-17T22:00:00.000"))
		if _, err := w.Amend(ctx, theHead, "lecce", "2014-2016", amendment("1", "change", shortening), w.clock()); err != nil {
			t.Fatal(err)
		}
		later := w.sent(t, sheet(secondCode, "due@example.org"), "2013-10-17T22:30:00.000")
		w.check(t, early.Code, app.AdhesionActive)
		w.check(t, later.Code, app.AdhesionLate)
		v, err := w.Adhesion(ctx, app.Actor{Role: app.System}, "lecce", early.Code)
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict.Timeliness != pdz.Timely || !v.Verdict.Closes.Equal(at("2013-10-18T12:00:00.000")) {
			t.Errorf("verdict on the early sheet: %+v", v.Verdict)
		}
		// keyed in after the shortening, arrived before it
		fax := w.faxed(t, sheet(thirdCode, "tre@example.org"), at("2013-10-17T21:30:00.000"))
		w.check(t, fax, app.AdhesionActive)
	})
}

// faxed takes in a sheet that arrived by fax at an instant.
func (w *world) faxed(t *testing.T, a pdz.Answers, arrived time.Time) string {
	t.Helper()
	rc, err := w.Adhere(t.Context(), app.Actor{Role: app.Officer}, app.AdhesionInput{Ambito: "lecce", Process: "2014-2016", Form: "scheda-adesione",
		Answers: a, Key: "fax-" + arrived.String(), Arrival: app.Arrival{Channel: "fax", ReceivedAt: w.clock(), SourceAt: arrived}})
	if err != nil {
		t.Fatal(err)
	}
	return rc.Adhesion.Code
}

func TestWhereTheAmendmentSaysSoTheWorseVerdictCountsTooOrNoneIsGiven(t *testing.T) {
	for _, tt := range []struct {
		mode    string
		want    app.AdhesionState
		words   string
		judged  int
		holding pdz.Timeliness
	}{
		{"both", app.AdhesionLate, "è fuori termine, perché la rettifica lo dispone", 2, pdz.Late},
		{"none", app.AdhesionActive, "non cambia nulla", 1, pdz.Timely},
		{"inFavour", app.AdhesionActive, "non cambia nulla", 2, pdz.Timely},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				v := w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-17T21:00:00.000")
				w.set(at("2013-10-17T21:30:00.000"))
				changes := strings.Replace(shortening, "why:", "rejudge: "+tt.mode+", why:", 1)
				if _, err := w.Amend(t.Context(), theHead, "lecce", "2014-2016", amendment("1", "change", changes), w.clock()); err != nil {
					t.Fatal(err)
				}
				w.check(t, v.Code, tt.want)
				why, err := w.Why(t.Context(), app.Actor{Role: app.Officer}, "lecce", v.Code)
				if err != nil {
					t.Fatal(err)
				}
				if len(why.Judgements) != tt.judged || why.Judgements[0].Verdict.Timeliness != tt.holding {
					t.Errorf("%d judgements, holding %s; want %d, %s", len(why.Judgements), why.Judgements[0].Verdict.Timeliness, tt.judged, tt.holding)
				}
				told(t, w.deliver(t), map[string]string{"uno@example.org": tt.words})
			})
		})
	}
}

func TestOfALatePairTheFirstComesIntoForceAndTheOtherIsADuplicate(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		inForce := w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-18T11:00:00.000")
		second := w.sent(t, sheet(firstCode, "altro@example.org"), "2013-10-18T12:10:00.000")
		first := w.sent(t, sheet(secondCode, "due@example.org"), "2013-10-18T12:20:00.000")
		again := w.sent(t, sheet(secondCode, "due@example.org"), "2013-10-18T12:40:00.000")
		w.set(at("2013-10-18T13:00:00.000"))
		if _, err := w.ExtendWindow(t.Context(), theHead, "lecce", "2014-2016", extension(at("2013-10-19T12:00:00.000")), w.clock()); err != nil {
			t.Fatal(err)
		}
		w.check(t, inForce.Code, app.AdhesionActive)
		w.check(t, second.Code, app.AdhesionDuplicate)
		w.check(t, first.Code, app.AdhesionActive)
		w.check(t, again.Code, app.AdhesionDuplicate)
	})
}

func TestTwoAmendmentsInARow(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		a := w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-18T12:10:00.000")
		b := w.sent(t, sheet(secondCode, "due@example.org"), "2013-10-18T14:10:00.000")
		for i, closes := range []string{"2013-10-18T13:00:00.000", "2013-10-18T15:00:00.000"} {
			w.set(at("2013-10-18T16:00:00.000").Add(time.Duration(i) * time.Hour))
			if _, err := w.ExtendWindow(ctx, theHead, "lecce", "2014-2016", extension(at(closes)), w.clock()); err != nil {
				t.Fatal(err)
			}
			w.check(t, a.Code, app.AdhesionActive)
			w.check(t, b.Code, map[bool]app.AdhesionState{true: app.AdhesionLate, false: app.AdhesionActive}[i == 0])
			audit(t, w)
		}
		v, err := w.Process(ctx, "lecce", "2014-2016")
		if err != nil {
			t.Fatal(err)
		}
		var was []string
		for _, m := range v.Was["iscrizione"] {
			was = append(was, m.At.Format("15:04"))
		}
		if v.Version != 3 || len(v.Amendments) != 2 || !slices.Equal(was, []string{"12:00", "13:00"}) {
			t.Errorf("version %d, %d amendments, the window closed at %v", v.Version, len(v.Amendments), was)
		}
		versions, err := w.Versions(ctx, "lecce", "2014-2016")
		if err != nil || len(versions) != 3 || !versions[0].InForce || versions[2].Number != 1 {
			t.Errorf("versions %+v, %v", versions, err)
		}
		_, resolved, source, err := w.DefinitionVersion(ctx, "lecce", "2014-2016", 1)
		if err != nil || !strings.Contains(string(resolved), `"closes":"2013-10-18T12:00"`) || !strings.Contains(string(source), "# A1") {
			t.Errorf("the first version is not what it was: %v", err)
		}
	})
}

func TestThePreviewSaysWhatPublishingDoes(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-18T11:10:00.000")
		late := w.sent(t, sheet(secondCode, "due@example.org"), "2013-10-18T12:04:00.000")
		w.set(at("2013-10-18T16:00:00.000"))
		file, err := w.ExtensionFile(ctx, theHead, "lecce", "2014-2016", extension(at("2013-10-19T12:00:00.000")), w.clock())
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.PreviewAmendment(ctx, theHead, "lecce", "2014-2016", file, w.clock())
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Moves) != 1 || p.Moves[0].Code != late.Code || p.Moves[0].After != app.AdhesionActive || p.Moves[0].From != pdz.Late || p.Told != 2 {
			t.Errorf("preview %+v", p)
		}
		w.check(t, late.Code, app.AdhesionLate)
		for range 2 { // the button pressed twice
			if _, err := w.Amend(ctx, theHead, "lecce", "2014-2016", file, w.clock()); err != nil {
				t.Fatal(err)
			}
		}
		w.check(t, late.Code, app.AdhesionActive)
		if v, _ := w.Process(ctx, "lecce", "2014-2016"); v.Version != 2 {
			t.Errorf("version %d after one amendment published twice", v.Version)
		}
	})
}

func TestWhatAnAmendmentMayNotDoIsRefusedAndNothingIsRecorded(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		w.sent(t, cooperative(), "2013-10-17T16:50:00.000")
		for _, tt := range []struct {
			name, version, changes, want string
		}{
			{"stale", "1", strings.Replace(shortening, "18T12:00", "18T13:00", 1), "amendment-stale"},
			{"another version", "2", shortening, "amendment-stale"},
			{"zone", "1", "  - {path: zone, old: Europe/Rome, new: Europe/Paris, why: Prova.}\n", "amendment-fixed"},
			{"profile", "1", "  - {path: profile, old: concertazione, new: mixed, why: Prova.}\n", "amendment-fixed"},
			{"id", "1", "  - {path: windows/iscrizione/id, old: iscrizione, new: adesioni, why: Prova.}\n", "amendment-fixed"},
			{"a table that somebody chose", "1", "  - {path: tables/list, old: [], remove: true, why: Prova.}\n", "amendment-stale"},
			{"a session held", "1", "  - {path: sessions/plenaria/title, old: x, new: y, why: Prova.}\n", ""},
		} {
			_, err := w.Amend(ctx, theHead, "lecce", "2014-2016", amendment(tt.version, "change", tt.changes), w.clock())
			var found app.AmendmentFindings
			if !errors.As(err, &found) {
				t.Errorf("%s: %v, want findings", tt.name, err)
				continue
			}
			if tt.want != "" && !slices.ContainsFunc(found, func(f app.AmendmentFinding) bool { return f.Code == tt.want }) {
				t.Errorf("%s: %v, want %s", tt.name, found, tt.want)
			}
		}
		for _, who := range []app.Actor{{Role: app.Officer}, {Role: app.Anonymous}, {Role: app.Auditor}, {Role: app.HelpDesk}} {
			if _, err := w.Amend(ctx, who, "lecce", "2014-2016", amendment("1", "change", shortening), w.clock()); !errors.Is(err, app.ErrForbidden) {
				t.Errorf("%s: %v, want forbidden", who.Role, err)
			}
		}
		if v, _ := w.Process(ctx, "lecce", "2014-2016"); v.Version != 1 {
			t.Errorf("version %d, want 1", v.Version)
		}
	})
}

func TestTheFormOfAnExtensionTellsAllThatIsWrong(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		e := app.Extension{Window: "iscrizione", Closes: at("2013-10-18T12:00:00.000"), Date: pdz.Date{Year: 2014, Month: time.May, Day: 1}}
		_, err := w.ExtensionFile(t.Context(), theHead, "lecce", "2014-2016", e, w.clock())
		var problems pdz.Problems
		if !errors.As(err, &problems) {
			t.Fatal(err)
		}
		var got []string
		for _, p := range problems {
			got = append(got, p.Field+" "+p.Code)
		}
		want := []string{"giorno extension.earlier", "numero required", "motivazione required", "data extension.act"}
		if !slices.Equal(got, want) {
			t.Errorf("problems %v, want %v", got, want)
		}
		_, err = w.ExtensionFile(t.Context(), theHead, "lecce", "2014-2016", app.Extension{Window: "nessuna"}, w.clock())
		if !errors.As(err, &problems) || problems[0].Code != app.CodeExtensionWindow {
			t.Errorf("a window that is not there: %v", err)
		}
	})
}

// TestAnErasedSheetIsStillJudgedAgain erases one sheet that an amendment moved, and
// amends again: what the erasure left gives the same verdicts.
func TestAnErasedSheetIsStillJudgedAgain(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		first := w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-18T12:10:00.000")
		again := w.sent(t, sheet(firstCode, "uno@example.org"), "2013-10-18T12:20:00.000")
		later := w.sent(t, sheet(secondCode, "due@example.org"), "2013-10-18T14:10:00.000")
		w.set(at("2013-10-18T16:00:00.000"))
		if _, err := w.ExtendWindow(ctx, theHead, "lecce", "2014-2016", extension(at("2013-10-18T13:00:00.000")), w.clock()); err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{first.Code, later.Code} {
			if err := w.Erase(ctx, theHead, "lecce", code, "Richiesta.", app.Arrival{ReceivedAt: w.clock()}); err != nil {
				t.Fatal(err)
			}
		}
		audit(t, w)
		w.set(at("2013-10-18T17:00:00.000"))
		if _, err := w.ExtendWindow(ctx, theHead, "lecce", "2014-2016", extension(at("2013-10-18T15:00:00.000")), w.clock()); err != nil {
			t.Fatal(err)
		}
		w.check(t, again.Code, app.AdhesionDuplicate)
	})
}
