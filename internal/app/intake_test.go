package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"concerto/internal/app"
	"concerto/internal/pdz"
	"concerto/internal/store/q"
)

var (
	anna  = app.Actor{Role: app.Officer, Person: "addetta-anna"}
	bruno = app.Actor{Role: app.Officer, Person: "addetto-bruno"}
)

// typed splits "18/10/2013 11:58" as the keying screen does.
func typed(s string) app.TypedInstant {
	day, hour, _ := strings.Cut(s, " ")
	return app.TypedInstant{Day: day, Hour: hour}
}

// paper is a sheet by fax that arrived at an hour, to be recorded now.
func (w *world) paper(arrived string, a pdz.Answers) app.IntakeInput {
	key, err := w.IntakeKey()
	if err != nil {
		panic(err)
	}
	return app.IntakeInput{Ambito: "lecce", Process: "2014-2016", Form: "scheda-adesione", Channel: "fax", Arrived: typed(arrived), Answers: a, Key: key, TakenAt: w.clock()}
}

func (w *world) take(t *testing.T, who app.Actor, in app.IntakeInput) app.AdhesionView {
	t.Helper()
	rc, err := w.RecordSheet(t.Context(), who, in)
	if err != nil {
		t.Fatal(err)
	}
	return rc.Adhesion
}

// codesOf returns what an answer says is wrong, as "field: code".
func codesOf(t *testing.T, err error) []string {
	t.Helper()
	var problems pdz.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("answer: %v, want problems", err)
	}
	var out []string
	for _, p := range problems {
		out = append(out, p.Field+": "+p.Code)
	}
	return out
}

func TestAFaxIsJudgedByTheMinuteThatItsPaperBears(t *testing.T) {
	for _, tt := range []struct {
		arrived string
		want    pdz.Timeliness
		state   app.AdhesionState
	}{
		{"18/10/2013 11:58", pdz.Timely, app.AdhesionActive},
		{"18/10/2013 12:00", pdz.Timely, app.AdhesionActive},
		{"18/10/2013 12:00:40", pdz.Timely, app.AdhesionActive}, // a fax knows minutes: the doubt is the sender's
		{"18/10/2013 12:01", pdz.Late, app.AdhesionLate},
		{"18/10/2013 12.03", pdz.Late, app.AdhesionLate},
		{"8/10/2013 12:03", pdz.Early, app.AdhesionWaiting}, // before the notice: recorded, and told
	} {
		t.Run(tt.arrived, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				w.set(at("2013-10-18T12:20:00.000"))
				v := w.take(t, anna, w.paper(tt.arrived, cooperative()))
				if v.Verdict.Timeliness != tt.want || v.State != tt.state {
					t.Errorf("a fax of %s is %s and %s, want %s and %s", tt.arrived, v.Verdict.Timeliness, v.State, tt.want, tt.state)
				}
			})
		})
	}
}

func TestAnArrivalThatNobodyCanHaveSeenIsToldAtItsField(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		for _, tt := range []struct {
			name, now, taken, arrived string
			want                      []string
		}{
			{"in the future", "2013-10-18T12:20:00.000", "2013-10-18T12:20:00.000", "18/10/2013 12:21", []string{"arrivo-ora: arrival.future"}},
			{"after it was taken in", "2013-10-18T12:20:00.000", "2013-10-18T12:10:00.000", "18/10/2013 12:15", []string{"arrivo-ora: arrival.after"}},
			{"next year", "2013-10-18T12:20:00.000", "2013-10-18T12:20:00.000", "18/10/2014 11:58", []string{"arrivo-ora: arrival.future"}},
			{"an hour that was twice", "2013-10-27T09:00:00.000", "2013-10-27T09:00:00.000", "27/10/2013 2:30", []string{"arrivo-ora: arrival.twice"}},
			{"an hour that never was", "2013-10-18T12:20:00.000", "2013-10-18T12:20:00.000", "31/03/2013 2:30", []string{"arrivo-ora: arrival.skipped"}},
			{"no hour", "2013-10-18T12:20:00.000", "2013-10-18T12:20:00.000", "18/10/2013 25:00", []string{"arrivo-ora: hour.form"}},
			{"no day", "2013-10-18T12:20:00.000", "2013-10-18T12:20:00.000", "31/09/2013 11:58", []string{"arrivo-giorno: date.impossible"}},
			{"nothing", "2013-10-18T12:20:00.000", "2013-10-18T12:20:00.000", "", []string{"arrivo-giorno: date.form", "arrivo-ora: hour.form"}},
		} {
			w.set(at(tt.now))
			in := w.paper(tt.arrived, cooperative())
			in.TakenAt = at(tt.taken)
			_, err := w.RecordSheet(t.Context(), anna, in)
			if got := codesOf(t, err); !slices.Equal(got, tt.want) {
				t.Errorf("%s: problems %v, want %v", tt.name, got, tt.want)
			}
		}
		if n := w.rows(t, "adhesion"); n != 0 {
			t.Errorf("%d sheets recorded, want none", n)
		}
	})
}

// A fast machine handles a sheet in less than the millisecond to which instants are kept.
func TestASheetHandledWithinAMillisecondIsNotOfTheFuture(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		when := at("2013-10-18T11:59:59.026").Add(400 * time.Microsecond)
		if _, err := w.send(t, t.Context(), cooperative(), when); err != nil {
			t.Errorf("a sheet received and recorded at %v: %v", when, err)
		}
	})
}

func TestTheDoubledHourIsAskedAndThenKnown(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.set(at("2013-10-27T09:00:00.000"))
		var got []time.Time
		for i, which := range []string{"first", "second"} {
			in := w.paper("27/10/2013 2:30", with(cooperative(), "codice-fiscale", []string{"99900010754", "99900020753"}[i]))
			in.Arrived.Which = which
			got = append(got, w.take(t, anna, in).ReceivedAt)
		}
		if d := got[1].Sub(got[0]); d != time.Hour {
			t.Errorf("the second 2:30 is %v after the first, want an hour", d)
		}
	})
}

func TestPaperIsTakenAsItComesAndWhatItLacksIsListed(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.set(at("2013-10-18T12:20:00.000"))
		v := w.take(t, anna, w.paper("18/10/2013 11:58", pdz.Answers{"categoria": {"odv"}, "denominazione": {"OdV Nonni di Paese"}}))
		if v.State != app.AdhesionActive || v.TaxCode != "" {
			t.Errorf("a bare sheet is %s with tax code %q", v.State, v.TaxCode)
		}
		sheet, err := w.Sheet(t.Context(), anna, "lecce", "2014-2016", v.Code)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"codice-fiscale", "comune-sede", "nome-cognome", "ruolo", "presa-visione-privacy"}
		if got := sheet.Intakes[0].Missing; !slices.Equal(got, want) {
			t.Errorf("to be completed: %v, want %v", got, want)
		}
		other := w.take(t, anna, w.paper("18/10/2013 11:59", pdz.Answers{"categoria": {"odv"}, "denominazione": {"OdV La Lucerna"}}))
		if other.State != app.AdhesionActive || w.rows(t, "party") != 2 {
			t.Errorf("a second body without tax code is %s, of %d bodies; want active, of 2", other.State, w.rows(t, "party"))
		}
		for _, tt := range []struct {
			name    string
			answers pdz.Answers
			want    []string
		}{
			{"of no category", pdz.Answers{"denominazione": {"OdV Nonni"}}, []string{"categoria: required"}},
			{"of nobody", pdz.Answers{"categoria": {"odv"}}, []string{"denominazione: required"}},
			{"of no citizen", pdz.Answers{"categoria": {"libero-cittadino"}}, []string{"nome-cognome: required"}},
			{"with a tax code mistyped", with(cooperative(), "codice-fiscale", "99900010755"), []string{"codice-fiscale: taxcode.check"}},
		} {
			_, err := w.RecordSheet(t.Context(), anna, w.paper("18/10/2013 11:58", tt.answers))
			if got := codesOf(t, err); !slices.Equal(got, tt.want) {
				t.Errorf("a sheet %s: problems %v, want %v", tt.name, got, tt.want)
			}
		}
	})
}

func TestATaxCodeThatComesLaterFindsTheAdhesionThatItsBodyHas(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		first, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		w.set(at("2013-10-18T12:20:00.000"))
		bare := pdz.Answers{"categoria": {"cooperativa-sociale"}, "denominazione": {"Coop Melograno"}}
		v := w.take(t, anna, w.paper("18/10/2013 11:58", bare))
		full := w.paper("18/10/2013 12:10", with(cooperative(), "recapito-email", "altro@example.org"))
		full.Corrects, full.Reason = v.Code, "Il foglio completo è arrivato dopo."
		v = w.take(t, anna, full)
		if v.State != app.AdhesionDuplicate || v.TaxCode != first.Adhesion.TaxCode {
			t.Errorf("completed, the sheet is %s of %s", v.State, v.TaxCode)
		}
		w.check(t, first.Adhesion.Code, app.AdhesionActive)
	})
}

func TestTheSameSheetByFaxAndWebIsOneAdhesionInForce(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		first, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:00.000"))
		if err != nil {
			t.Fatal(err)
		}
		w.set(at("2013-10-18T09:30:00.000"))
		fax := w.take(t, anna, w.paper("18/10/2013 9:12", cooperative()))
		w.check(t, fax.Code, app.AdhesionActive) // same address: the office takes it as the body's own later word
		w.check(t, first.Adhesion.Code, app.AdhesionSuperseded)
		again := w.take(t, anna, w.paper("18/10/2013 9:15", with(cooperative(), "recapito-email", "altro@example.org")))
		w.check(t, again.Code, app.AdhesionDuplicate)

		in := w.paper("18/10/2013 9:20", cooperative())
		one := w.take(t, anna, in)
		two := w.take(t, anna, in)
		if one.Code != two.Code {
			t.Error("the same screen saved twice made two sheets")
		}
	})
}

func TestABodyUnderThreeSpellingsIsShownAndNeverRefused(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.set(at("2013-10-18T09:30:00.000"))
		w.take(t, anna, w.paper("18/10/2013 9:12", cooperative()))
		for _, tt := range []struct{ name, taxCode string }{
			{"COOP. SOC. IL MELOGRANO", "99900020753"},
			{"Il Mеlogrаno società cooperativa sociale", "99900030752"}, // two letters are Cyrillic
			{"Cooperativa sociale Melograno", ""},
		} {
			alike, err := w.LookAlikes(t.Context(), anna, "lecce", tt.name, tt.taxCode)
			if err != nil {
				t.Fatal(err)
			}
			if len(alike) == 0 || alike[0].TaxCode != "99900010754" {
				t.Errorf("%q: shown %v, want Il Melograno", tt.name, alike)
			}
		}
		v := w.take(t, anna, w.paper("18/10/2013 9:20", with(with(cooperative(), "denominazione", "COOP. SOC. IL MELOGRANO"), "codice-fiscale", "99900020753")))
		if v.State != app.AdhesionActive {
			t.Errorf("a body that looks like another is %s", v.State)
		}
		near, err := w.LookAlikes(t.Context(), anna, "lecce", "", "99900010745")
		if err != nil || len(near) != 1 || !near[0].NearTaxCode {
			t.Errorf("two digits swapped: %v, %v", near, err)
		}
		none, err := w.LookAlikes(t.Context(), anna, "lecce", "Parrocchia di San Lazzaro", "")
		if err != nil || len(none) != 0 {
			t.Errorf("a name like no other: %v, %v", none, err)
		}
	})
}

func TestASchoolByFaxIsRecordedAndNotInForce(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.set(at("2013-10-17T17:30:00.000"))
		school := with(with(cooperative(), "categoria", "scuola"), "denominazione", "Istituto comprensivo Alighieri")
		v := w.take(t, anna, w.paper("17/10/2013 17:10", school))
		if v.State != app.AdhesionNotAdmitted || v.Verdict.Timeliness != pdz.Timely {
			t.Errorf("a school by fax is %s and %s", v.State, v.Verdict.Timeliness)
		}
		sheet, err := w.Sheet(t.Context(), anna, "lecce", "2014-2016", v.Code)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(sheet.Judged, func(j app.JudgedView) bool { return j.Rule == "fax" })
		if i < 0 || sheet.Judged[i].Result != pdz.Fail || !strings.Contains(sheet.Judged[i].Decision.Reason, "art. 47 c. 2 lett. c") {
			t.Errorf("verdicts %+v, want one that cites art. 47", sheet.Judged)
		}
		if mails := w.deliver(t); len(mails) != 1 || !strings.Contains(mails[0].Text, "art. 47 c. 2 lett. c") || !strings.Contains(mails[0].Text, "PEC") {
			t.Errorf("mails %+v, want one that says why and by what to come", mails)
		}
		pec := w.paper("17/10/2013 17:20:11", school)
		pec.Channel = "pec"
		if v := w.take(t, anna, pec); v.State != app.AdhesionActive {
			t.Errorf("the same by PEC is %s", v.State)
		}
	})
}

func TestASecondOfficerLetsAClaimedArrivalStand(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		w.set(at("2013-10-18T15:24:00.000"))
		v := w.take(t, anna, w.paper("18/10/2013 11:58", cooperative()))
		if v.State != app.AdhesionWaiting || v.Verdict.Timeliness != pdz.Timely {
			t.Fatalf("keyed in three hours later it is %s and %s", v.State, v.Verdict.Timeliness)
		}
		w.confirm(t, v) // the mailbox is no officer
		w.check(t, v.Code, app.AdhesionWaiting)
		scan, err := w.KeepScan(ctx, bruno, "lecce", app.SecondScanSlot, "fax.pdf", []byte(smallPDF))
		if err != nil {
			t.Fatal(err)
		}
		check := func(who app.Actor, files ...app.File) error {
			return w.ConfirmIntake(ctx, who, "lecce", v.Code, app.IntakeCheck{Files: files}, app.Arrival{ReceivedAt: w.clock()})
		}
		for _, tt := range []struct {
			name string
			err  error
			want string
		}{
			{"who keyed it in", check(anna, scan), ": intake.own"},
			{"another, of what there is no scan", check(bruno), "scansione-riscontro: intake.scan"},
		} {
			if got := codesOf(t, tt.err); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
			}
		}
		for _, who := range []app.Actor{{Role: app.HelpDesk, Person: "x"}, {Role: app.Auditor, Person: "x"}, {Role: app.Officer}, {Role: app.Anonymous}} {
			if err := check(who, scan); !errors.Is(err, app.ErrForbidden) {
				t.Errorf("%s: %v, want %v", who.Role, err, app.ErrForbidden)
			}
		}
		w.check(t, v.Code, app.AdhesionWaiting)
		if err := check(bruno, scan); err != nil {
			t.Fatal(err)
		}
		w.check(t, v.Code, app.AdhesionActive)
		if got := codesOf(t, check(bruno, scan)); !slices.Equal(got, []string{": intake.done"}) {
			t.Errorf("twice: %v", got)
		}
		if mails := w.deliver(t); len(mails) != 1 || !strings.Contains(mails[0].Subject, "arrivo riscontrato") {
			t.Errorf("mails %+v, want the news of the confirmation", mails)
		}
	})
}

func TestAWaitingSheetFindsItsPlaceWhenItIsConfirmed(t *testing.T) {
	for _, tt := range []struct {
		name, arrived string
		meanwhile     bool // another sheet of the body comes
		want          app.AdhesionState
	}{
		{"in time and alone", "18/10/2013 11:58", false, app.AdhesionActive},
		{"out of time", "18/10/2013 12:03", false, app.AdhesionLate},
		{"after another", "18/10/2013 11:58", true, app.AdhesionDuplicate},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, "lecce-2013", func(t *testing.T, w *world) {
				w.set(at("2013-10-18T15:24:00.000"))
				v := w.take(t, anna, w.paper(tt.arrived, cooperative()))
				w.check(t, v.Code, app.AdhesionWaiting)
				if tt.meanwhile {
					in := w.paper("18/10/2013 11:59:02", cooperative())
					in.Channel = "pec"
					w.check(t, w.take(t, anna, in).Code, app.AdhesionActive)
				}
				w.second(t, bruno, v.Code)
				w.check(t, v.Code, tt.want)
			})
		})
	}
}

// second has an officer confirm a sheet, with a scan.
func (w *world) second(t *testing.T, who app.Actor, code string) {
	t.Helper()
	ctx := t.Context()
	scan, err := w.KeepScan(ctx, who, "lecce", app.SecondScanSlot, "fax.pdf", []byte(smallPDF))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ConfirmIntake(ctx, who, "lecce", code, app.IntakeCheck{Files: []app.File{scan}}, app.Arrival{ReceivedAt: w.clock()}); err != nil {
		t.Fatal(err)
	}
}

// TestNoClaimStandsWithoutTwoOfficers is P3: whatever officers do in whatever order, a
// sheet by fax or paper in force whose arrival lies more than the threshold before its
// recording was seen by two of them.
func TestNoClaimStandsWithoutTwoOfficers(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		officers := []app.Actor{anna, bruno, {Role: app.Head, Person: "capo"}}
		day, n := at("2013-10-10T08:00:00.000"), 0
		var codes []string
		bodies := map[string]int{}          // by code: nearly each sheet is of a body of its own, or it would be a duplicate and never in force
		which := func(rt *rapid.T) string { // of the latest: those before are settled
			return codes[len(codes)-rapid.IntRange(1, min(4, len(codes))).Draw(rt, "which")]
		}
		ctx := t.Context()
		rapid.Check(t, func(rt *rapid.T) {
			n++
			day = day.Add(time.Minute)
			w.set(day)
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				who := rapid.SampledFrom(officers).Draw(rt, "who")
				switch rapid.IntRange(0, 3).Draw(rt, "step") {
				case 0, 1:
					n++
					gap := time.Duration(rapid.IntRange(0, 180).Draw(rt, "minutes")) * time.Minute
					when := day.Add(-gap)
					body, corrects := n-rapid.IntRange(0, 1).Draw(rt, "body before"), ""
					if len(codes) > 0 && rapid.Bool().Draw(rt, "corrects") {
						corrects = which(rt)
						body = bodies[corrects]
					}
					in := w.paper(when.Format("02/01/2006 15:04"), with(cooperative(), "codice-fiscale", partitaIVA(body)))
					in.Channel = rapid.SampledFrom([]string{"fax", "banco", "telefono", "email", "pec"}).Draw(rt, "channel")
					if corrects != "" {
						in.Corrects, in.Reason = corrects, "Riletto il foglio."
					}
					if rc, err := w.RecordSheet(ctx, who, in); err == nil {
						codes, bodies[rc.Adhesion.Code] = append(codes, rc.Adhesion.Code), body
					}
				case 2:
					if len(codes) > 0 {
						_ = w.ConfirmIntake(ctx, who, "lecce", which(rt), app.IntakeCheck{}, app.Arrival{ReceivedAt: day})
					}
				case 3:
					if len(codes) > 0 {
						scan, _ := w.KeepScan(ctx, who, "lecce", app.SecondScanSlot, "f.pdf", []byte(smallPDF))
						_ = w.ConfirmIntake(ctx, who, "lecce", which(rt), app.IntakeCheck{Files: []app.File{scan}}, app.Arrival{ReceivedAt: day})
					}
				}
			}
			w.noLoneClaim(ctx, rt)
		})
	})
}

// noLoneClaim reads the rows themselves.
func (w *world) noLoneClaim(ctx context.Context, t *rapid.T) {
	sheets, err := w.Store.Read().InboxSheets(ctx, q.InboxSheetsParams{Ambito: "lecce", Process: "2014-2016"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		if s.State != string(app.AdhesionActive) {
			continue
		}
		intakes, err := w.Store.Read().Intakes(ctx, q.IntakesParams{Ambito: "lecce", Code: s.Code})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range intakes {
			claimed := s.Channel == "fax" || s.Channel == "banco" || s.Channel == "telefono"
			if far := x.RecordedUs-x.ArrivedUs > time.Hour.Microseconds(); claimed && x.Version == 1 && far && (x.Second == "" || x.Second == x.Officer) {
				t.Fatalf("%s is in force, recorded %v after the claimed arrival by %q and seen by %q", s.Number,
					time.Duration(x.RecordedUs-x.ArrivedUs)*time.Microsecond, x.Officer, x.Second)
			}
			if x.Waits {
				t.Fatalf("%s is in force and version %d waits", s.Number, x.Version)
			}
		}
	}
}

// partitaIVA makes a tax code of a body with its check digit.
func partitaIVA(n int) string {
	s := fmt.Sprintf("9990%03d075", n)
	sum := 0
	for i, r := range s {
		d := int(r - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return s + string(rune('0'+(10-sum%10)%10))
}

func TestOnlyTheDeskAndTheOfficeTakeSheetsIn(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.set(at("2013-10-18T12:20:00.000"))
		for _, role := range []app.Role{app.Anonymous, app.SignedIn, app.Delegate, app.Facilitator, app.Governing, app.Union, app.Auditor, app.Operator} {
			who := app.Actor{Role: role, Person: "p"}
			if _, err := w.RecordSheet(t.Context(), who, w.paper("18/10/2013 11:58", cooperative())); !errors.Is(err, app.ErrForbidden) {
				t.Errorf("%s records a sheet: %v, want %v", role, err, app.ErrForbidden)
			}
			if _, err := w.LookAlikes(t.Context(), who, "lecce", "Melograno", ""); role != app.Auditor && !errors.Is(err, app.ErrForbidden) {
				t.Errorf("%s looks for bodies: %v, want %v", role, err, app.ErrForbidden)
			}
			if _, err := w.Inbox(t.Context(), who, "lecce", "2014-2016"); role != app.Auditor && !errors.Is(err, app.ErrForbidden) {
				t.Errorf("%s reads the inbox: %v, want %v", role, err, app.ErrForbidden)
			}
		}
		if n := w.rows(t, "adhesion"); n != 0 {
			t.Errorf("%d sheets recorded", n)
		}
	})
}

// intakeRows leaves a sheet that was keyed in late and confirmed, and one that waits.
func intakeRows(t *testing.T, w *world) {
	t.Helper()
	day := w.clock().Format("02/01/2006")
	first := w.paper(day+" 9:12", with(cooperative(), "codice-fiscale", partitaIVA(41)))
	first.Sent, first.Note = typed(day+" 9:10"), "Letta al telefono con chi l’ha mandata."
	w.second(t, bruno, w.take(t, anna, first).Code)
	w.take(t, anna, w.paper(day+" 9:20", with(cooperative(), "codice-fiscale", partitaIVA(42))))
}

func TestTheInboxHoldsEveryChannelAndCountsWhatItShows(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		if _, err := w.send(t, t.Context(), cooperative(), at("2013-10-17T16:52:00.000")); err != nil {
			t.Fatal(err)
		}
		w.set(at("2013-10-18T12:20:00.000"))
		other := func(n int, name string) pdz.Answers {
			return with(with(with(cooperative(), "codice-fiscale", partitaIVA(n)), "denominazione", name), "tavoli-scelti", "violenza")
		}
		late := w.take(t, anna, w.paper("18/10/2013 12:03", other(31, "Società Élite")))
		bare := w.take(t, bruno, w.paper("18/10/2013 11:58", pdz.Answers{"categoria": {"odv"}, "denominazione": {"OdV Nonni di Paese"}}))
		old := w.take(t, anna, w.paper("17/10/2013 18:00", other(32, "Cooperative riunite")))
		rows, err := w.Inbox(t.Context(), anna, "lecce", "2014-2016")
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			filter app.InboxFilter
			want   []string // numbers, in order
		}{
			{"all, the newest first", app.InboxFilter{}, []string{late.Number, bare.Number, old.Number, "PDZ-2013-0001"}},
			{"by fax", app.InboxFilter{Channel: "fax"}, []string{late.Number, bare.Number, old.Number}},
			{"of a table", app.InboxFilter{Table: "violenza", Sort: "vecchie"}, []string{old.Number, late.Number}},
			{"of a kind", app.InboxFilter{Category: "odv"}, []string{bare.Number}},
			{"out of time", app.InboxFilter{Check: app.CheckLate}, []string{late.Number}},
			{"to be confirmed", app.InboxFilter{Check: app.CheckWaits}, []string{old.Number}},
			{"to be completed", app.InboxFilter{Check: app.CheckIncomplete}, []string{bare.Number}},
			{"accents and case aside", app.InboxFilter{Words: "elite"}, []string{late.Number}},
			{"one of many", app.InboxFilter{Words: "cooperativa riunita"}, []string{old.Number}},
			{"by tax code", app.InboxFilter{Words: partitaIVA(31)}, []string{late.Number}},
			{"like nothing", app.InboxFilter{Words: "%_"}, nil},
			{"by name", app.InboxFilter{Channel: "fax", Sort: "nome"}, []string{old.Number, bare.Number, late.Number}},
		} {
			var got []string
			for _, r := range tt.filter.Sift(rows) {
				got = append(got, r.Number)
			}
			if !slices.Equal(got, tt.want) || tt.filter.Count(rows) != len(tt.want) {
				t.Errorf("%s: %v and a count of %d, want %v", tt.name, got, tt.filter.Count(rows), tt.want)
			}
		}
		if gap := rows[3].Gap(); gap != 18*time.Hour+20*time.Minute {
			t.Errorf("recorded %v after it arrived, want 18h20m", gap)
		}
	})
}

func TestASheetIsOfItsOwnAmbitoAndProcess(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		w.set(at("2013-10-18T12:20:00.000"))
		v := w.take(t, anna, w.paper("18/10/2013 11:58", cooperative()))
		for _, where := range [][2]string{{"brindisi", "2014-2016"}, {"lecce", "2018-2020"}} {
			if _, err := w.Sheet(t.Context(), anna, where[0], where[1], v.Code); !errors.Is(err, app.ErrNotFound) {
				t.Errorf("sheet under %v: %v, want %v", where, err, app.ErrNotFound)
			}
			if _, _, err := w.SheetFile(t.Context(), anna, where[0], where[1], v.Code, 1, app.ScanSlot); !errors.Is(err, app.ErrNotFound) {
				t.Errorf("file under %v: %v, want %v", where, err, app.ErrNotFound)
			}
		}
	})
}
