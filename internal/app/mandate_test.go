package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// signed is who signed in with an address.
func signed(email string) app.Actor { return app.Actor{Role: app.Delegate, Email: email} }

const ada = "info@ilmelograno.example" // legal representative in cooperative

// body sends the sheet of a body by the web and returns it with its party.
func (w *world) body(t *testing.T, a pdz.Answers) (app.AdhesionView, string) {
	t.Helper()
	rc, err := w.send(t, t.Context(), a, w.clock())
	if err != nil {
		t.Fatal(err)
	}
	return rc.Adhesion, w.party(t, rc.Adhesion.Code)
}

// invite asks somebody and returns the id of the invitation.
func (w *world) invite(t *testing.T, who app.Actor, party string, in app.Invitation) string {
	t.Helper()
	if err := w.Invite(t.Context(), who, "lecce", party, in, w.clock()); err != nil {
		t.Fatal(err)
	}
	for _, m := range w.deliver(t) {
		if _, id, ok := strings.Cut(m.Text, "/mio/lecce/inviti/"); ok && m.To == in.Email {
			return id[:26]
		}
	}
	t.Fatalf("no invitation went to %s", in.Email)
	return ""
}

func (w *world) owns(t *testing.T, email, code string) bool {
	t.Helper()
	_, err := w.Receipt(t.Context(), signed(email), "lecce", code)
	if err != nil && !errors.Is(err, app.ErrNotFound) && !errors.Is(err, app.ErrForbidden) {
		t.Fatal(err)
	}
	return err == nil
}

// mandate returns the only mandate of an address for a party.
func (w *world) mandate(t *testing.T, party, email string) app.MandateView {
	t.Helper()
	v, err := w.Body(t.Context(), officer, "lecce", party)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range v.Mandates {
		if m.Email == email {
			return m
		}
	}
	t.Fatalf("%s has no mandate", email)
	return app.MandateView{}
}

func TestAMandateHoldsFromItsFirstDayToItsLast(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		sheet, party := w.body(t, cooperative())
		id := w.invite(t, signed(ada), party, app.Invitation{Name: "Vito Tarricone", Email: "vito@posta.example", Role: app.BodyDelegate,
			From: "20/10/2013", To: "25/10/2013"})
		if w.owns(t, "vito@posta.example", sheet.Code) {
			t.Error("who was only invited sees the sheet")
		}
		if err := w.AnswerInvitation(t.Context(), signed("vito@posta.example"), "lecce", id, true, w.clock()); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			at   string
			want bool
		}{
			{"2013-10-17T16:40:01.000", false}, {"2013-10-19T23:59:59.999", false}, {"2013-10-20T00:00:00.000", true},
			{"2013-10-25T23:59:59.999", true}, {"2013-10-26T00:00:00.000", false},
		} {
			w.set(at(tt.at))
			if got := w.owns(t, "vito@posta.example", sheet.Code); got != tt.want {
				t.Errorf("at %s the delegate owns the sheet: %v, want %v", tt.at, got, tt.want)
			}
		}
	})
}

func TestAnInvitationIsForItsAddressAndItsTime(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		_, party := w.body(t, cooperative())
		vito := app.Invitation{Name: "Vito Tarricone", Email: "vito@posta.example", Role: app.BodyContact}
		id := w.invite(t, signed(ada), party, vito)
		sent := w.clock()
		for _, who := range []app.Actor{signed("altro@posta.example"), signed(ada), {Role: app.Anonymous, Email: vito.Email},
			{Role: app.LinkHolder, Email: vito.Email, Matter: id}, {Role: app.Delegate}} {
			if err := w.AnswerInvitation(ctx, who, "lecce", id, true, w.clock()); !errors.Is(err, app.ErrNotFound) {
				t.Errorf("answered by %+v: %v", who, err)
			}
		}
		w.set(sent.Add(14*24*time.Hour + time.Millisecond))
		refused(t, "too late", w.AnswerInvitation(ctx, signed(vito.Email), "lecce", id, true, w.clock()), app.CodeMandateOver)
		again := w.invite(t, signed(ada), party, vito)
		if err := w.AnswerInvitation(ctx, signed(vito.Email), "lecce", again, false, w.clock()); err != nil {
			t.Fatal(err)
		}
		refused(t, "after refusing", w.AnswerInvitation(ctx, signed(vito.Email), "lecce", again, true, w.clock()), app.CodeMandateOver)
	})
}

func TestBadInvitationsAreToldAtTheirField(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		_, party := w.body(t, cooperative())
		good := app.Invitation{Name: "Vito Tarricone", Email: "vito@posta.example", Role: app.BodyContact}
		for what, tt := range map[string]struct {
			change func(*app.Invitation)
			code   string
		}{
			"no name":        {func(i *app.Invitation) { i.Name = " " }, pdz.CodeRequired},
			"two lines":      {func(i *app.Invitation) { i.Email = "a@b.example\nBcc: c@d.example" }, pdz.CodeTextNewline},
			"no address":     {func(i *app.Invitation) { i.Email = "" }, pdz.CodeRequired},
			"no such role":   {func(i *app.Invitation) { i.Role = "headOfOffice" }, app.CodeMandateRole},
			"29 February":    {func(i *app.Invitation) { i.From = "29/02/2014" }, pdz.CodeDateLeap},
			"backwards":      {func(i *app.Invitation) { i.From, i.To = "20/11/2013", "19/11/2013" }, app.CodeMandateInterval},
			"over already":   {func(i *app.Invitation) { i.To = "16/10/2013" }, app.CodeMandateInterval},
			"there already":  {func(i *app.Invitation) { i.Name, i.Email, i.Role = "Ada Marangio", ada, app.LegalRepresentative }, app.CodeMandateExists},
			"replaces a non": {func(i *app.Invitation) { i.Replaces = "x-y-z" }, app.CodeMandateReplaces},
		} {
			in := good
			tt.change(&in)
			refused(t, what, w.Invite(ctx, signed(ada), "lecce", party, in, w.clock()), tt.code)
		}
		if n := w.rows(t, "mandate"); n != 1 {
			t.Errorf("%d mandates, want that of the sheet", n)
		}
	})
}

func TestTheLegalRepresentativeChangesOnlyWhenTheOfficeHasLooked(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		sheet, party := w.body(t, cooperative())
		zoe := app.Invitation{Name: "Zoe Greco", Email: "zoe@posta.example", Role: app.LegalRepresentative, Replaces: w.mandate(t, party, ada).Ref()}
		id := w.invite(t, signed(ada), party, zoe)
		if err := w.AnswerInvitation(ctx, signed(zoe.Email), "lecce", id, true, w.clock()); err != nil {
			t.Fatal(err)
		}
		w.set(w.clock().Add(time.Hour))
		if w.owns(t, zoe.Email, sheet.Code) || !w.owns(t, ada, sheet.Code) {
			t.Error("a link alone changed the legal representative")
		}
		ref := w.mandate(t, party, zoe.Email).Ref()
		for _, who := range []app.Actor{signed(ada), signed(zoe.Email), {Role: app.HelpDesk}, {Role: app.Auditor}} {
			if err := w.ConfirmMandate(ctx, who, "lecce", party, ref, true, "", w.clock()); !errors.Is(err, app.ErrForbidden) {
				t.Errorf("confirmed by %s: %v", who.Role, err)
			}
		}
		if err := w.ConfirmMandate(ctx, officer, "lecce", party, ref, true, "visto il verbale di nomina", w.clock()); err != nil {
			t.Fatal(err)
		}
		if !w.owns(t, zoe.Email, sheet.Code) || w.owns(t, ada, sheet.Code) {
			t.Error("after the office: the new one does not act, or the old one still does")
		}
		told := map[string]bool{}
		for _, m := range w.deliver(t) {
			told[m.To] = told[m.To] || strings.Contains(m.Text, "Zoe Greco è da oggi legale rappresentante")
		}
		if !told[ada] || !told[zoe.Email] {
			t.Errorf("told: %v", told)
		}
	})
}

// TestATaxCodeAndAMailboxDoNotMakeADelegate is P7: a sheet for a body that has people,
// from somebody else, after the first was withdrawn so that nothing else stops it.
func TestATaxCodeAndAMailboxDoNotMakeADelegate(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		first, party := w.body(t, cooperative())
		if _, err := w.Withdraw(ctx, signed(ada), "lecce", first.Code, "k", "", app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		hostile := with(with(with(cooperative(), "recapito-email", "mallory@posta.example"), "nome-cognome", "Mallory"), "denominazione", "Nome falso")
		second, _ := w.body(t, hostile)
		w.set(w.clock().Add(time.Minute))
		const mallory = "mallory@posta.example"
		if w.owns(t, mallory, first.Code) || !w.owns(t, mallory, second.Code) {
			t.Error("mallory owns the first sheet, or not her own")
		}
		if err := w.Invite(ctx, signed(mallory), "lecce", party, app.Invitation{Name: "X", Email: "x@b.example", Role: app.BodyDelegate}, w.clock()); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("mallory invites: %v", err)
		}
		v, err := w.Body(ctx, officer, "lecce", party)
		if err != nil || v.Name != "Cooperativa sociale Il Melograno" || !v.Waiting {
			t.Errorf("the body: %q, waiting %v, %v", v.Name, v.Waiting, err)
		}
		home, err := w.Home(ctx, signed(mallory))
		if err != nil || len(home.Ambiti) != 1 || home.Ambiti[0].Bodies[0].Acts() || home.Ambiti[0].Bodies[0].People != nil || len(home.Ambiti[0].Bodies[0].Sheets) != 1 {
			t.Errorf("her home: %+v, %v", home, err)
		}
		ref := w.mandate(t, party, mallory).Ref()
		if err := w.ConfirmMandate(ctx, signed(mallory), "lecce", party, ref, true, "", w.clock()); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("mallory confirms herself: %v", err)
		}
		if err := w.ConfirmMandate(ctx, officer, "lecce", party, ref, false, "non risulta", w.clock()); err != nil {
			t.Fatal(err)
		}
		if w.owns(t, mallory, second.Code) {
			t.Error("refused, and still the owner")
		}
	})
}

func TestADelegateOfOneBodyReachesNothingOfAnother(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		_, mine := w.body(t, cooperative())
		other := with(with(with(cooperative(), "codice-fiscale", "99900020753"), "denominazione", "OdV La Lucerna"), "recapito-email", "lucerna@b.example")
		theirs, party := w.body(t, other)
		who := signed(ada)
		ref := w.mandate(t, party, "lucerna@b.example").Ref()
		web := app.Arrival{Channel: "web", ReceivedAt: w.clock()}
		for what, fn := range map[string]func() error{
			"receipt":    func() error { _, err := w.Receipt(ctx, who, "lecce", theirs.Code); return err },
			"adhesion":   func() error { _, err := w.Adhesion(ctx, who, "lecce", theirs.Code); return err },
			"export":     func() error { _, err := w.Export(ctx, who, "lecce", theirs.Code); return err },
			"correction": func() error { _, err := w.StartCorrection(ctx, who, "lecce", theirs.Code); return err },
			"withdrawal": func() error { _, err := w.Withdraw(ctx, who, "lecce", theirs.Code, "k", "", web); return err },
			"keeping":    func() error { _, err := w.KeepingOf(ctx, who, "lecce", theirs.Code); return err },
			"erasure":    func() error { return w.AskErasure(ctx, who, "lecce", theirs.Code, "", w.clock()) },
			"invitation": func() error {
				return w.Invite(ctx, who, "lecce", party, app.Invitation{Name: "X", Email: "x@b.example", Role: app.BodyContact}, w.clock())
			},
			"end":            func() error { return w.EndMandate(ctx, who, "lecce", party, ref, "", w.clock()) },
			"end, disguised": func() error { return w.EndMandate(ctx, who, "lecce", mine, ref, "", w.clock()) },
			"body":           func() error { _, err := w.Body(ctx, who, "lecce", party); return err },
			"bodies":         func() error { _, err := w.Bodies(ctx, who, "lecce", ""); return err },
			"other Ambito":   func() error { _, err := w.Receipt(ctx, who, "altrove", theirs.Code); return err },
		} {
			if err := fn(); !errors.Is(err, app.ErrForbidden) && !errors.Is(err, app.ErrNotFound) {
				t.Errorf("%s of another body: %v", what, err)
			}
		}
		all, err := w.ExportHome(ctx, who)
		if err != nil || strings.Contains(string(all), "Lucerna") || !strings.Contains(string(all), "Melograno") {
			t.Errorf("the export of one body: %v %s", err, all)
		}
	})
}

func TestPeopleComeAndGoAndTheBodyStays(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		sheet, party := w.body(t, cooperative())
		join := func(by, name, email, role string) {
			t.Helper()
			id := w.invite(t, signed(by), party, app.Invitation{Name: name, Email: email, Role: role})
			if err := w.AnswerInvitation(ctx, signed(email), "lecce", id, true, w.clock()); err != nil {
				t.Fatal(err)
			}
			w.set(w.clock().Add(time.Minute))
		}
		end := func(by, of string) error {
			return w.EndMandate(ctx, signed(by), "lecce", party, w.mandate(t, party, of).Ref(), "", w.clock())
		}
		join(ada, "Vito Tarricone", "vito@posta.example", app.BodyDelegate)
		join("vito@posta.example", "Zoe Greco", "zoe@posta.example", app.BodyContact)
		err := w.Invite(ctx, signed("zoe@posta.example"), "lecce", party, app.Invitation{Name: "X", Email: "x@b.example", Role: app.BodyContact}, w.clock())
		if !errors.Is(err, app.ErrForbidden) {
			t.Errorf("a contact invites: %v", err)
		}
		if !w.owns(t, "zoe@posta.example", sheet.Code) {
			t.Error("a contact does not see the sheet")
		}
		if err := end("vito@posta.example", ada); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("a delegate ends the legal representative: %v", err)
		}
		if err := end("zoe@posta.example", "vito@posta.example"); !errors.Is(err, app.ErrForbidden) {
			t.Errorf("a contact ends a delegate: %v", err)
		}
		if err := end("zoe@posta.example", "zoe@posta.example"); err != nil {
			t.Errorf("nobody is held: %v", err)
		}
		if err := end(ada, "vito@posta.example"); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"zoe@posta.example", "vito@posta.example"} {
			if w.owns(t, email, sheet.Code) {
				t.Errorf("%s still acts for the body", email)
			}
			home, err := w.Home(ctx, signed(email))
			if err != nil || len(home.Ambiti) != 0 {
				t.Errorf("%s still has a home: %+v, %v", email, home, err)
			}
		}
		refused(t, "ended twice", end(ada, "vito@posta.example"), app.CodeMandateEnded)
		if !w.owns(t, ada, sheet.Code) {
			t.Error("the body is nobody's")
		}
	})
}

// TestWhoGoesGoesFromEverySheet ends the mandate of somebody who sent two sheets.
func TestWhoGoesGoesFromEverySheet(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		first, party := w.body(t, cooperative())
		if _, err := w.Withdraw(ctx, signed(ada), "lecce", first.Code, "k", "", app.Arrival{Channel: "web", ReceivedAt: w.clock()}); err != nil {
			t.Fatal(err)
		}
		second, _ := w.body(t, cooperative())
		if err := w.EndMandate(ctx, officer, "lecce", party, w.mandate(t, party, ada).Ref(), "dimissioni", w.clock()); err != nil {
			t.Fatal(err)
		}
		w.set(w.clock().Add(time.Minute))
		if w.owns(t, ada, first.Code) || w.owns(t, ada, second.Code) {
			t.Error("still owns a sheet")
		}
	})
}

func TestTheHomeHoldsEverythingAnAddressHas(t *testing.T) {
	each(t, "lecce-2013", func(t *testing.T, w *world) {
		ctx := t.Context()
		v, _ := w.body(t, cooperative())
		w.body(t, with(with(cooperative(), "codice-fiscale", "99900020753"), "denominazione", "OdV La Lucerna"))
		citizen := pdz.Answers{"categoria": {"libero-cittadino"}, "codice-fiscale": {"LZZMRZ84S45X201V"}, "recapito-email": {ada},
			"nome-cognome": {"Marzia Lezzi Alba"}, "tavoli-scelti": {"poverta"}, "presa-visione-privacy": {"si"}}
		w.body(t, citizen)
		if err := w.Decide(ctx, officer, "lecce", v.Code, app.Decision{Verdict: app.AskedMore, Asked: "la firma"}, w.desk()); err != nil {
			t.Fatal(err)
		}
		home, err := w.Home(ctx, signed(ada))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range home.Ambiti[0].Bodies {
			got = append(got, b.Name)
			for _, s := range b.Sheets {
				if (s.Code == v.Code) != (s.Asked == "la firma" && !s.Due.IsZero()) {
					t.Errorf("%s is asked for %q by %v", s.Number, s.Asked, s.Due)
				}
			}
		}
		if strings.Join(got, ", ") != "Cooperativa sociale Il Melograno, Marzia Lezzi Alba, OdV La Lucerna" {
			t.Errorf("bodies: %v", got)
		}
		for _, who := range []app.Actor{{}, {Role: app.Anonymous, Email: ada}, {Role: app.LinkHolder, Email: ada}} {
			if _, err := w.Home(ctx, who); !errors.Is(err, app.ErrForbidden) {
				t.Errorf("home of %+v: %v", who, err)
			}
		}
		if empty, err := w.Home(ctx, signed("nessuno@b.example")); err != nil || len(empty.Ambiti) != 0 {
			t.Errorf("home of who has nothing: %+v, %v", empty, err)
		}
	})
}

// homeRows fills the tables of this part: an invitation, a request, an erasure.
func homeRows(t *testing.T, w *world) {
	t.Helper()
	v, party := w.body(t, with(with(with(cooperative(), "codice-fiscale", "99900070758"), "denominazione", "Ponte di Carta"), "recapito-email", "ponte@b.example"))
	id := w.invite(t, signed("ponte@b.example"), party, app.Invitation{Name: "Vito Tarricone", Email: "vito@posta.example", Role: app.BodyDelegate})
	if err := w.AnswerInvitation(t.Context(), signed("vito@posta.example"), "lecce", id, true, w.clock()); err != nil {
		t.Fatal(err)
	}
	if err := w.AskErasure(t.Context(), signed("vito@posta.example"), "lecce", v.Code, "", w.clock()); err != nil {
		t.Fatal(err)
	}
	w.erase(t, v.Code)
}
